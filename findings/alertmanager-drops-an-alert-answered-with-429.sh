#!/usr/bin/env bash
# Package: prometheus-alertmanager 0.25.0 of Debian 12.
#
# Guess, written down first: a webhook receiver that answers 429 with Retry-After gets the alert
# again later, as one that answers 503 does.
#
# Seen: 429 counts as an unrecoverable error: one attempt, and the log says "notify retry canceled".
# 503 is tried again after 0.2 to 0.5 seconds, some six times in ten seconds, whatever Retry-After
# says. A receiver that limits its queue by 429 loses the alert of that moment; one that asks for
# patience by 503 is not given any.
# Remedy: answer 503 to this sender when the queue is full, or put a receiver before it that always
# takes.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian prometheus-alertmanager=0.25.0-1+b4
cat >server.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        with open("asked", "a") as file: print(self.path, file=file)
        self.send_response(int(self.path[1:]))
        self.send_header("Retry-After", "60")
        self.send_header("Content-Length", "0")
        self.end_headers()
PYTHON
serve
receiver=$server
trap 'kill $receiver $server 2>/dev/null; rm -rf "$folder"' EXIT
cat >alertmanager.yml <<YAML
route:
  receiver: "429"
  group_wait: 1s
  group_by: [alertname]
  routes: [{receiver: "503", matchers: ['alertname="busy"']}]
receivers:
- {name: "429", webhook_configs: [{url: "${url}429"}]}
- {name: "503", webhook_configs: [{url: "${url}503"}]}
YAML
own=$(free_port)
unshare -rm sh -c 'mount --bind root/usr/share /usr/share && exec "$@"' sh prometheus-alertmanager \
  --config.file=alertmanager.yml --storage.path=data --cluster.listen-address= \
  --web.listen-address="127.0.0.1:$own" >log 2>&1 &
server=$!
answers "http://127.0.0.1:$own/-/ready"
curl -sf -H 'Content-Type: application/json' "http://127.0.0.1:$own/api/v2/alerts" \
  -d '[{"labels": {"alertname": "full"}}, {"labels": {"alertname": "busy"}}]' ||
  untried "$(tail -n 1 log)"
sleep 10

limited=$(grep -c /429 asked || true)
busy=$(grep -c /503 asked || true)
echo "in 10 s: $limited attempt where the answer is 429, $busy where it is 503"
grep -o 'notify retry canceled[^:]*: unexpected status code 429' log
[ "$limited" = 1 ] && [ "$busy" -ge 3 ]
