#!/usr/bin/env bash
# Packages: requests 2.34.2, niquests 3.21.2, httpx 0.28.1 and aiohttp 3.14.5 for Python, with
# Python's own urllib; curl 7.88.1 and wget 1.21.3 of Debian 12.
#
# Guess, written down first: no_proxy=192.168.0.0/16 keeps each client of the machine off the proxy
# for the addresses of the LAN, and no_proxy=runner.lan:8080 for this one service.
#
# Seen: curl, requests and niquests know networks; wget, urllib, httpx and aiohttp send the request
# for an address in it to the proxy, which cannot reach the LAN or sees tokens that were not for it.
# A name with a port is known to urllib and httpx alone; the others send that to the proxy.
# Remedy: each address by itself, without a port, in no_proxy; or no proxy in the environment of
# services of the LAN (trust_env=False, --noproxy '*').
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian curl=7.88.1-10+deb12u15 wget=1.21.3-1+deb12u1
pypi requests==2.34.2 niquests==3.21.2 httpx==0.28.1 aiohttp==3.14.5
cat >server.py <<'PYTHON'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        word = b"proxy" if self.path.startswith("http:") else b"direct"
        self.send_response(200)
        self.send_header("Content-Length", str(len(word)))
        self.end_headers()
        self.wfile.write(word)
PYTHON
serve
cat >clients.py <<'PYTHON'
import asyncio, os, subprocess, sys, urllib.request
import aiohttp, httpx, niquests, requests
url = sys.argv[1]
port = url.rstrip("/").rpartition(":")[2]
async def by_aiohttp():
    async with aiohttp.ClientSession(trust_env=True) as session:
        async with session.get(url) as answer:
            return await answer.text()
def by(*command):
    return subprocess.run([*command, url], capture_output=True, text=True).stdout
clients = {
    "curl": lambda: by("curl", "-s"),
    "wget": lambda: by("wget", "-qO-", "-t1"),
    "urllib": lambda: urllib.request.urlopen(url).read().decode(),
    "requests": lambda: requests.get(url).text,
    "niquests": lambda: niquests.get(url).text,
    "httpx": lambda: httpx.get(url).text,
    "aiohttp": lambda: asyncio.run(by_aiohttp()),
}
seen = []
for hosts in "127.0.0.1", "127.0.0.0/8", "127.0.0.1:" + port:
    os.environ["no_proxy"] = hosts
    words = {name: ask() for name, ask in clients.items()}
    assert set(words.values()) <= {"direct", "proxy"}, words
    seen.append([name for name, word in words.items() if word == "direct"])
    print(f"no_proxy={hosts.replace(':' + port, ':PORT')}: direct:", *seen[-1], "- by the proxy:",
          *[name for name, word in words.items() if word == "proxy"])
raise SystemExit(seen != [list(clients), ["curl", "requests", "niquests"], ["urllib", "httpx"]])
PYTHON
unset HTTP_PROXY ALL_PROXY all_proxy NO_PROXY
http_proxy=$url python3 clients.py "$url"
