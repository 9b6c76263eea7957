#!/usr/bin/env bash
# Packages: requests-sse 0.5.3, aiohttp-sse-client2 0.3.0 for Python; beside them httpx-sse 0.4.3.
#
# Guess, written down first: one space behind the colon is taken off, and no more; empty lines at
# the end of data are kept.
#
# Seen: requests-sse and aiohttp-sse-client2 strip all white space in front, so that "data:
# return x" arrives as "return x", and all empty lines at the end. A log that is followed loses its
# indentation: Python, YAML and diffs change their meaning. httpx-sse keeps both.
# Remedy: send text as JSON strings.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi requests-sse==0.5.3 aiohttp-sse-client2==0.3.0 httpx-sse==0.4.3 httpx==0.28.1
body='id: 1\ndata:     return x\ndata:\ndata:\n\n'
sse "$body" "$body" "$body"
cat >try.py <<'PYTHON'
import asyncio, sys
url = sys.argv[1]
import requests_sse
with requests_sse.EventSource(url) as source:
    print("requests-sse", repr(next(iter(source)).data))
from aiohttp_sse_client2.client import EventSource
async def main():
    async with EventSource(url) as source:
        async for event in source:
            print("aiohttp-sse-client2", repr(event.data))
            return
asyncio.run(main())
import httpx, httpx_sse
with httpx.Client() as client, httpx_sse.connect_sse(client, "GET", url) as source:
    print("httpx-sse", repr(next(source.iter_sse()).data))
PYTHON
timeout 30 python3 try.py "$url" | tee seen
grep -qxF "requests-sse 'return x'" seen && grep -qxF "aiohttp-sse-client2 'return x'" seen &&
  grep -qxF "httpx-sse '    return x\\n\\n'" seen
