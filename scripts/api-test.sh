#!/usr/bin/env bash
# Requests that schemathesis makes of the served OpenAPI document, each answer held against it: over
# plain HTTP, and over TLS with a token that may use one entry and see its own jobs.
#
# Usage: scripts/api-test.sh
# Environment: HTTP_RUNNER_BIN (.build/release)  folder of the programs
#              EXAMPLES (30)                     requests for each operation in the fuzzing phase
#              SEED (1)                          makes the same requests again
#              SCHEMATHESIS                      the program; without it one is installed by pip
#                                                into .build/schemathesis
# Reports are in .build/api-test. Not part of `make test`: it takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${HTTP_RUNNER_BIN:-.build/release}
report=$PWD/.build/api-test
version=4.32.5
folder=$(mktemp -d /var/lib/http-runner-api-test.XXXXXX)
chmod 755 "$folder"
services=()

finish() {
  local service
  for service in "${services[@]}"; do kill "$service" 2>/dev/null && wait "$service" || true; done
  rm -rf "$folder"
}
trap finish EXIT

program() {
  if [ -n "${SCHEMATHESIS:-}" ]; then
    echo "$SCHEMATHESIS"
    return
  fi
  local venv=$PWD/.build/schemathesis
  [ -x "$venv/bin/schemathesis" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet "schemathesis==$version" >&2
  }
  echo "$venv/bin/schemathesis"
}

# Starts a service; its name, the first of its ids and its options are the arguments. Prints its
# port.
start() {
  local name=$1 first=$2 port= tries=0
  shift 2
  mkdir -p "$folder/$name/work"
  "$bin/http-runner" -p 0 --id-range "$first-$((first + 271))" --state "$folder/$name/state" \
    --work-folder "$folder/$name/work" -w /usr/bin/true,/usr/bin/echo "$@" \
    >"$folder/$name/log" 2>&1 &
  services+=($!)
  while [ -z "$port" ]; do
    port=$(sed -n 's/.*listening on https\?:\/\/[^:]*:\([0-9]*\)$/\1/p' "$folder/$name/log")
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || {
      cat "$folder/$name/log" >&2
      return 1
    }
    sleep 0.1
  done
  echo "$port" >"$folder/$name/port"
}

# Prints the served document with what it cannot say: which commands this host has.
narrowed() {
  python3 -c '
import json, sys
document = json.load(sys.stdin)
document["components"]["schemas"]["Submission"]["properties"]["command"]["enum"] = ["true"]
json.dump(document, sys.stdout)'
}

# A submission that fits the schema can still be refused: for instance for a callback to an address
# that policy forbids.
settings() {
  cat <<'END'
[[operations]]
include-path = "/"
checks.positive_data_acceptance.expected-statuses = [200, 202, 400, 422, 500, 502]
END
}

# A drain ends the service: it is the one operation that is left out.
ask() {
  local name=$1 url=$2
  shift 2
  echo "api-test: $name" >&2
  local credential=()
  [ "$name" = plain ] || credential=(-H "Authorization: Bearer $token")
  curl -sS --fail --cacert "$folder/tls/ca.pem" "${credential[@]}" "$url/openapi.json" |
    narrowed >"$folder/$name/openapi.json"
  # In a folder of its own: the program leaves files of its examples where it runs.
  (cd "$folder" && "$tool" --config-file "$folder/schemathesis.toml" \
    run "$folder/$name/openapi.json" --url "$url" \
    --exclude-path /queue/drain --checks all --continue-on-failure --seed "${SEED:-1}" \
    --max-examples "${EXAMPLES:-30}" --request-timeout 30 \
    --suppress-health-check too_slow,filter_too_much \
    --report junit --report-junit-path "$report/$name.xml" "$@")
}

[ "$(id -u)" = 0 ] || {
  echo "api-test: the launcher needs root: become root, or run it with sudo" >&2
  exit 1
}
tool=$(program)
mkdir -p "$report"
settings >"$folder/schemathesis.toml"
"$bin/http-runner" certificate --out "$folder/tls" localhost 127.0.0.1 >/dev/null
token=$("$bin/http-runner" token add scoped --tokens "$folder/tokens.json" \
  --may submit,read,cancel --entry true --jobs own)
start plain 1879200000
start tls 1879201000 --tokens "$folder/tokens.json" \
  --tls-certificate "$folder/tls/server.pem" --tls-key "$folder/tls/server-key.pem"
code=0
ask plain "http://127.0.0.1:$(cat "$folder/plain/port")" || code=1
ask tls "https://localhost:$(cat "$folder/tls/port")" \
  --tls-verify "$folder/tls/ca.pem" --header "Authorization: Bearer $token" || code=1
# Neither of them ended, or was ended.
for service in "${services[@]}"; do
  kill -0 "$service" || {
    echo "api-test: a service ended" >&2
    code=1
  }
done
exit "$code"
