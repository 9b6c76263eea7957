#!/usr/bin/env bash
# Packages: sseclient-py 1.9.0, httpx-sse 0.4.3, requests-sse 0.5.3, launchdarkly-eventsource 1.7.4
# for Python; beside them niquests 3.21.2.
#
# Guess, written down first: a byte order mark in front of the stream is dropped, as the standard
# says.
#
# Seen: it becomes a part of the first field's name, so that the first line is lost: with "data:" in
# it the whole first event, with "id:" the id, and after a break the client asks for too much or too
# little. niquests drops it. Servers that write text with a preamble (.NET's StreamWriter with
# Encoding.UTF8, files that were stored with one and are replayed) send it.
# Remedy: an empty line or a comment as the first line of the stream.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi httpx-sse==0.4.3 httpx==0.28.1 requests-sse==0.5.3 launchdarkly-eventsource==1.7.4 \
  niquests==3.21.2 sseclient-py==1.9.0
body='\xef\xbb\xbfdata: a\n\ndata: b\n\n'
sse "$body" "$body" "$body" "$body" "$body"
cat >try.py <<'PYTHON'
import sys
url = sys.argv[1]
import requests, sseclient
print("sseclient-py", next(sseclient.SSEClient(requests.get(url, stream=True)).events()).data)
import httpx, httpx_sse
with httpx.Client() as client, httpx_sse.connect_sse(client, "GET", url) as source:
    print("httpx-sse", next(source.iter_sse()).data)
import requests_sse
with requests_sse.EventSource(url) as source:
    print("requests-sse", next(iter(source)).data)
import ld_eventsource
print("launchdarkly-eventsource", next(iter(ld_eventsource.SSEClient(url).events)).data)
import niquests
answer = niquests.get(url.replace("http", "psse", 1))
print("niquests", answer.extension.next_payload().data)
PYTHON
timeout 40 python3 try.py "$url" 2>error | tee seen || untried "$(tail -n 1 error)"
[ "$(grep -c ' b$' seen)" = 4 ] && grep -qx 'niquests a' seen
