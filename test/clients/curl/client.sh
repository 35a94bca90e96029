#!/bin/sh
# Prints the audit events, then the traffic page, one line of JSON each.
# NETBIRD_URL: where the API is. NETBIRD_TOKEN: who asks.
set -eu

for path in api/events/audit api/events/network-traffic; do
  curl --silent --show-error --fail-with-body --compressed --location \
    -X GET "$NETBIRD_URL/$path" \
    -H 'Accept: application/json' \
    -H "Authorization: Token $NETBIRD_TOKEN"
  echo
done
