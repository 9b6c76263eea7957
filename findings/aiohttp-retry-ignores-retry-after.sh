#!/usr/bin/env bash
# Packages: aiohttp-retry 2.9.1 (aiohttp 3.14.5) and retryhttp 1.5.0 for Python; beside them
# requests 2.34.2 with urllib3's Retry.
#
# Guess, written down first: a client that tries again after 503 with "Retry-After: 2" waits two
# seconds, and raises the 503 where it cannot send the body again.
#
# Seen: aiohttp-retry and retryhttp ask again after parts of a second, whatever Retry-After says;
# urllib3 waits. With aiohttp-retry a body that is an open file raises "I/O operation on closed
# file" in place of the 503.
# Remedy: read the file into bytes, or open it in a loop of one's own that looks at Retry-After.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi aiohttp-retry==2.9.1 aiohttp==3.14.5 retryhttp==1.5.0 httpx==0.28.1 requests==2.34.2
cat >server.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = set()
    def do_PUT(self):
        length = int(self.headers["Content-Length"] or 0)
        self.rfile.read(length)
        self.do_GET()
    def do_GET(self):
        self.send_response(200 if self.path in self.asked else 503)
        self.asked.add(self.path)
        self.send_header("Retry-After", "2")
        self.send_header("Content-Length", "0")
        self.end_headers()
PYTHON
serve
head -c 50000 /dev/zero >film
cat >try.py <<'PYTHON'
import asyncio, sys, time, aiohttp_retry, requests, requests.adapters, retryhttp, urllib3
url = sys.argv[1]
async def main():
    options = aiohttp_retry.ExponentialRetry(attempts=3)
    async with aiohttp_retry.RetryClient(retry_options=options) as client:
        start = time.monotonic()
        async with client.get(url + "aiohttp") as answer:
            print("aiohttp-retry", answer.status, round(time.monotonic() - start, 1))
        try:
            async with client.put(url + "file", data=open("film", "rb")) as answer:
                print("aiohttp-retry, file:", answer.status)
        except Exception as error:
            print("aiohttp-retry, file:", repr(error))
asyncio.run(main())
@retryhttp.retry
def get():
    requests.get(url + "retryhttp").raise_for_status()
start = time.monotonic()
get()
print("retryhttp", round(time.monotonic() - start, 1))
session = requests.Session()
retry = urllib3.Retry(3, status_forcelist=[503])
session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
start = time.monotonic()
session.get(url + "urllib3")
print("urllib3", round(time.monotonic() - start, 1))
PYTHON
timeout 60 python3 try.py "$url" | tee seen
grep -q '^aiohttp-retry 200 [01]\.' seen && grep -q '^retryhttp [01]\.' seen &&
  grep -q '^urllib3 2\.' seen && grep -q 'closed file' seen
