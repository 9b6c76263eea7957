#!/usr/bin/env bash
# Packages: aiosseclient 0.1.8, aiohttp-sse-client2 0.3.0 for Python; beside them httpx-sse 0.4.3.
#
# Guess, written down first: a stream whose lines end in CR, one of the three ends that the standard
# names, is understood by every client.
#
# Seen: aiosseclient and aiohttp-sse-client2 give no event at all, and no error: the stream seems
# silent. httpx-sse, sseclient-py, requests-sse, niquests and launchdarkly-eventsource understand
# it.
# Remedy: LF as end of line on the server's side; a client cannot tell silence from this.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi aiosseclient==0.1.8 aiohttp-sse-client2==0.3.0 httpx-sse==0.4.3 httpx==0.28.1
body='id: 1\rdata: a\r\rid: 2\rdata: b\r\r'
sse "$body" "$body" "$body"
cat >try.py <<'PYTHON'
import asyncio, sys
from aiosseclient import aiosseclient
from aiohttp_sse_client2.client import EventSource
url, seen = sys.argv[1], []
async def one():
    async for event in aiosseclient(url): seen.append(event.data)
async def two():
    async with EventSource(url) as source:
        async for event in source: seen.append(event.data)
async def main():
    for name, run in (("aiosseclient", one), ("aiohttp-sse-client2", two)):
        seen.clear()
        try:
            await asyncio.wait_for(run(), 4)
        except Exception as error:
            assert isinstance(error, TimeoutError), error
        print(name, len(seen))
asyncio.run(main())
import httpx, httpx_sse
with httpx.Client() as client, httpx_sse.connect_sse(client, "GET", url) as source:
    print("httpx-sse", len(list(source.iter_sse())))
PYTHON
timeout 30 python3 try.py "$url" 2>/dev/null | tee seen
[ "$(paste -sd';' seen)" = 'aiosseclient 0;aiohttp-sse-client2 0;httpx-sse 2' ]
