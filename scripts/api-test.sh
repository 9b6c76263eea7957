#!/usr/bin/env bash
# Requests that schemathesis makes of the served OpenAPI document, each answer held against it: over
# plain HTTP, and over TLS with a token that sees its own jobs. Each service has jobs of all kinds
# from the start, so that requests for one job mostly meet one.
#
# Usage: scripts/api-test.sh
# Environment: HTTP_RUNNER_BIN (.build/release)  folder of the programs
#              EXAMPLES (30)                     requests for each operation in the fuzzing phase
#              SEED (1)                          makes the same requests again
#              JOBS_EACH (30)                    jobs of each kind that are there from the start
#              SCHEMATHESIS                      the program; without it one is installed by pip
#                                                into .build/schemathesis
# Reports are in .build/api-test. Not part of `make test`: it takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${HTTP_RUNNER_BIN:-.build/release}
report=$PWD/.build/api-test
each=${JOBS_EACH:-30}
version=4.32.5
folder=$(mktemp -d /var/lib/http-runner-api-test.XXXXXX)
chmod 755 "$folder"
# shellcheck source=scripts/service.sh
source scripts/service.sh

finish() {
  stop_services || true
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

# Entries of the services, and a receiver of callbacks that is not there: those stay owed.
configuration() {
  cat <<'END'
{
  entries: {
    true: {path: "/usr/bin/true"}, false: {path: "/usr/bin/false"}, echo: {path: "/usr/bin/echo"},
    seq: {path: "/usr/bin/seq"}, cat: {path: "/usr/bin/cat"}, sleep: {path: "/usr/bin/sleep"},
  },
  service: {callbacks: {allow: ["127.0.0.1/32:9"], retries: ["1h"], perReceiver: 64}},
}
END
}

# Starts a service; its name, the first of its ids and its options are the arguments.
start() {
  local name=$1 first=$2
  shift 2
  mkdir -p "$folder/$name/work"
  start_service "$folder/$name/log" -p 0 --id-range "$first-$((first + 271))" \
    --state "$folder/$name/state" --work-folder "$folder/$name/work" \
    --config "$folder/config.json5" "$@"
}

# Prints the ids of new jobs, one a line: of some output and of much, of none, of bytes that are no
# text, failed, cancelled, with a callback that is owed, and a few that run for some seconds. The
# options of curl and the URL are the arguments.
seed() {
  local body count
  while IFS=$'\t' read -r count body; do
    for _ in $(seq "$count"); do
      curl -sS --fail "$@" -H 'Content-Type: application/json' -d "$body"
      echo
    done
  done <<END | python3 -c 'import json, sys
for line in sys.stdin: print(json.loads(line)["id"])'
$each	{"command": "echo", "args": ["one", "line"]}
$each	{"command": "seq", "args": ["1", "20000"], "labels": {"batch": "7"}}
$each	{"command": "true", "timeout": 20, "priority": 9}
$each	{"command": "false"}
$each	{"command": "cat", "stdinBase64": "/wD+Cg2A"}
$each	{"command": "cat", "args": ["/none"], "callback": "http://127.0.0.1:9/done"}
5	{"command": "sleep", "args": ["20"]}
END
}

# Prints the served document with what it cannot say: which commands this host has, and which jobs,
# whose ids are the lines of the file that is the argument. A 500 or 502 that a request asks for
# with `fail` is left out: it looks as one by a fault does.
narrowed() {
  python3 -c '
import json, sys
document = json.load(sys.stdin)
parts = document["components"]
parts["schemas"]["Submission"]["properties"]["command"]["enum"] = ["true", "echo", "false"]
parts["parameters"]["fail"]["schema"]["enum"] = ["422"]
unknown = parts["parameters"]["id"]["schema"]
ids = open(sys.argv[1]).read().split()
parts["parameters"]["id"]["schema"] = {"anyOf": [{"enum": ids}, unknown]}
json.dump(document, sys.stdout)' "$1"
}

# What fits the schema can still be refused: a submission for a callback to an address that policy
# forbids, events after one that the job never had, a range beyond the end of a stream; and 422 is
# what `fail` asks for.
settings() {
  cat <<'END'
[[operations]]
include-path = "/"
checks.positive_data_acceptance.expected-statuses = [200, 202, 400, 422]

[[operations]]
include-path = "/{id}"
checks.positive_data_acceptance.expected-statuses = [200, 204, 401, 403, 404, 409, 422, 503]

[[operations]]
include-path-regex = "^/\\{id\\}/std(out|err)$"
checks.positive_data_acceptance.expected-statuses = [200, 206, 304, 401, 403, 404, 416, 426, 503]

[[operations]]
include-path = "/{id}/events"
checks.positive_data_acceptance.expected-statuses = [200, 204, 400, 401, 403, 404, 409, 503]
END
}

# A drain ends the service: it is the one operation that is left out.
ask() {
  local name=$1 url=$2
  shift 2
  echo "api-test: $name" >&2
  local known=(--cacert "$folder/tls/ca.pem")
  [ "$name" = plain ] || known+=(-H "Authorization: Bearer $token")
  # The caller goes on where this fails, so that the shell does not end at a failure by itself.
  seed "${known[@]}" "$url/" >"$folder/$name/ids" || {
    echo "api-test: $name: the service did not take the jobs that are to be there" >&2
    return 1
  }
  curl -sS --fail "${known[@]}" "$url/openapi.json" | narrowed "$folder/$name/ids" \
    >"$folder/$name/openapi.json" || {
    echo "api-test: $name: the document at $url/openapi.json could not be read or narrowed" >&2
    return 1
  }
  local file
  for file in ids openapi.json; do
    [ -s "$folder/$name/$file" ] || {
      echo "api-test: $name: $file is empty" >&2
      return 1
    }
  done
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
configuration >"$folder/config.json5"
"$bin/http-runner" certificate --out "$folder/tls" localhost 127.0.0.1 >/dev/null
token=$("$bin/http-runner" token add scoped --tokens "$folder/tokens.json" \
  --may submit,read,cancel --jobs own \
  --entry true --entry false --entry echo --entry seq --entry cat --entry sleep)
start plain 1879200000
plain_url=http://127.0.0.1:$service_port
start tls 1879201000 --tokens "$folder/tokens.json" \
  --tls-certificate "$folder/tls/server.pem" --tls-key "$folder/tls/server-key.pem"
code=0
ask plain "$plain_url" || code=1
ask tls "https://localhost:$service_port" \
  --tls-verify "$folder/tls/ca.pem" --header "Authorization: Bearer $token" || code=1
# Neither of them ended, or was ended.
services_live || {
  echo "api-test: a service ended" >&2
  code=1
}
exit "$code"
