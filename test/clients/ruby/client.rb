# Prints the audit events, then the traffic page, one line of JSON each.
# NETBIRD_URL: where the API is. NETBIRD_TOKEN: who asks.
require "json"
require "net/http"
require "uri"

%w[api/events/audit api/events/network-traffic].each do |path|
  url = URI("#{ENV.fetch("NETBIRD_URL")}/#{path}")

  http = Net::HTTP.new(url.host, url.port)
  http.use_ssl = url.scheme == "https"

  request = Net::HTTP::Get.new(url)
  request["Accept"] = "application/json"
  request["Authorization"] = "Token #{ENV.fetch("NETBIRD_TOKEN")}"

  response = http.request(request)
  abort "#{response.code} #{response.body}" unless response.is_a?(Net::HTTPOK)
  puts JSON.generate(JSON.parse(response.read_body))
end
