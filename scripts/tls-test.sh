#!/usr/bin/env bash
# The TLS listener as testssl.sh judges it: nothing of a severity above LOW may be found.
#
# Usage: scripts/tls-test.sh
# Environment: HTTP_RUNNER_BIN (.build/release)   folder of the programs
# What it found is in .build/tls-test.json, and what it printed in .build/tls-test.log. Not part of
# `make test`: it takes minutes.
#
# The certificate names a place of its revocation list (--crl-url), as one of a private authority
# should that others than the service rely on; without it testssl.sh calls that a fault.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${HTTP_RUNNER_BIN:-.build/release}
report=$PWD/.build/tls-test.json
folder=$(mktemp -d /var/lib/http-runner-tls-test.XXXXXX)
chmod 755 "$folder"
# shellcheck source=scripts/service.sh
source scripts/service.sh

finish() {
  stop_services || true
  rm -rf "$folder"
}
trap finish EXIT

[ "$(id -u)" = 0 ] || {
  echo "tls-test: the launcher needs root: become root, or run it with sudo" >&2
  exit 1
}
mkdir "$folder/work"
"$bin/http-runner" certificate --out "$folder/tls" --crl-url http://runner.lan/ca.crl \
  localhost 127.0.0.1 >/dev/null
start_service "$folder/log" -p 0 --id-range 1879202000-1879202271 --state "$folder/state" \
  --work-folder "$folder/work" -w /usr/bin/true \
  --tls-certificate "$folder/tls/server.pem" --tls-key "$folder/tls/server-key.pem"
rm -f "$report"
testssl --quiet --color 0 --add-ca "$folder/tls/ca.pem" --jsonfile "$report" \
  "localhost:$service_port" >.build/tls-test.log 2>&1 || true
python3 - "$report" <<'END'
import json, sys
try:
    rows = json.load(open(sys.argv[1]))
except (OSError, ValueError):
    rows = []
if not rows:
    sys.exit("tls-test: testssl.sh looked at nothing; it says why in .build/tls-test.log")
findings = [row for row in rows if row["severity"] not in ("OK", "INFO")]
for row in findings:
    print(f"tls-test: {row['severity']} {row['id']}: {row['finding']}")
graver = [row for row in rows if row["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL")]
sys.exit("tls-test: findings above LOW" if graver else 0)
END
