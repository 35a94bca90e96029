<?php

// Prints the audit events, then the traffic page, one line of JSON each.
// NETBIRD_URL: where the API is. NETBIRD_TOKEN: who asks.

foreach (['api/events/audit', 'api/events/network-traffic'] as $path) {
    $curl = curl_init();

    curl_setopt_array($curl, [
        CURLOPT_URL => getenv('NETBIRD_URL') . '/' . $path,
        CURLOPT_RETURNTRANSFER => true,
        // All encodings that this curl knows.
        CURLOPT_ENCODING => '',
        CURLOPT_MAXREDIRS => 10,
        CURLOPT_TIMEOUT => 0,
        CURLOPT_FOLLOWLOCATION => true,
        CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
        CURLOPT_CUSTOMREQUEST => 'GET',
        CURLOPT_HTTPHEADER => [
            'Accept: application/json',
            'Authorization: Token ' . getenv('NETBIRD_TOKEN'),
        ],
    ]);

    $body = curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if ($body === false || $status !== 200) {
        fwrite(STDERR, $status . ' ' . ($body === false ? curl_error($curl) : $body) . "\n");
        exit(1);
    }

    echo json_encode(json_decode($body, false, 512, JSON_THROW_ON_ERROR), JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), "\n";
}
