"""Prints the audit events, then the traffic page, one line of JSON each.

NETBIRD_URL: where the API is. NETBIRD_TOKEN: who asks.
"""

import json
import os
import sys

import requests

headers = {
    "Accept": "application/json",
    "Authorization": "Token " + os.environ["NETBIRD_TOKEN"],
}

for path in ("api/events/audit", "api/events/network-traffic"):
    response = requests.request("GET", os.environ["NETBIRD_URL"] + "/" + path, headers=headers)
    if not response.ok:
        sys.exit("%d %s" % (response.status_code, response.text))
    print(json.dumps(response.json()))
