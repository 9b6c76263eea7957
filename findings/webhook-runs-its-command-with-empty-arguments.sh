#!/usr/bin/env bash
# Package: webhook 2.8.0 of Debian 12.
#
# Guess, written down first: a hook that passes parameters of the payload to its command does not
# run the command when one is missing, or when the body is not JSON.
#
# Seen: the command runs, with an empty string for each parameter that is missing, and the answer is
# 200. So it is for a body that breaks off, for a form in place of JSON, and for a GET without any
# body. A parameter that is null arrives as the text "<nil>". A script that does rm -rf "$DIR/$1",
# or moves "$1" somewhere, does it with nothing behind the slash.
# Remedy: a trigger-rule that matches each parameter against a pattern, "http-methods": ["POST"],
# and a command that refuses empty arguments.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian webhook=2.8.0-4+b6
cat >job.sh <<'COMMAND'
#!/bin/sh
printf '[%s]' "$@"
COMMAND
chmod +x job.sh
cat >hooks.json <<JSON
[{"id": "a", "execute-command": "$folder/job.sh", "include-command-output-in-response": true,
  "pass-arguments-to-command": [{"source": "payload", "name": "file"},
                                {"source": "payload", "name": "to"}]}]
JSON
port=$(free_port)
webhook -hooks hooks.json -ip 127.0.0.1 -port "$port" >log 2>&1 &
server=$!
answers "http://127.0.0.1:$port/"

post() { curl -s -w ' %{http_code}\n' "$@" "http://127.0.0.1:$port/hooks/a" | tee -a seen; }
json='Content-Type: application/json'
post -H "$json" -d '{"file": "a b", "to": "c"}'
post -H "$json" -d '{"file": "a b"}'
post -H "$json" -d '{"file": "a b", "to": null}'
post -H "$json" -d '{"file": "a'
post
[ "$(paste -sd';' seen)" = '[a b][c] 200;[a b][] 200;[a b][<nil>] 200;[][] 200;[][] 200' ]
