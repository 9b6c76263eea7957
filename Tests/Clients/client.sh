#!/bin/sh
# curl: submits a job and reads it, by a token, by a client certificate, and by nothing.
set -eu

job='{"command": "echo", "args": ["by", "curl"]}'

ask() { curl -sS --fail-with-body --max-time 60 --cacert "$CA" "$@"; }

lives() {
  made=$(ask "$@" -d "$job" "$URL/?wait=30")
  id=$(printf '%s' "$made" | sed 's/.*"id": *"\([0-9a-f]*\)".*/\1/')
  [ "$(ask "$@" "$URL/$id/stdout")" = "by curl" ]
}

lives -H "Authorization: Bearer $TOKEN"
lives -u "any:$TOKEN"
lives --cert "$CERT" --key "$KEY"
code=0
nothing=$(ask -d "$job" "$URL/" 2>&1) || code=$?
[ "$code" = 22 ]
case "$nothing" in *"Say who you are"*) ;; *) exit 1 ;; esac
code=0
curl -sS --max-time 60 "$URL/jobs" 2>/dev/null || code=$?
[ "$code" = 60 ]
curl --version | head -n 1
