#!/usr/bin/env bash
# Package: aiohttp-sse-client2 0.3.0 for Python; beside it requests-sse 0.5.3.
#
# Guess, written down first: a client that reconnects by itself does so when the connection breaks;
# that is what it is for.
#
# Seen: aiohttp-sse-client2 reconnects, with Last-Event-ID, after an answer that ended properly, and
# raises ClientPayloadError when the answer was cut: when the server died, a proxy was restarted, a
# cable pulled. requests-sse reconnects after both.
# Remedy: catch it, and open anew with the header Last-Event-ID from the last event by hand.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi aiohttp-sse-client2==0.3.0 requests-sse==0.5.3
cut='retry: 200\nid: 1\ndata: a\n\nCUT'
end='retry: 200\nid: 1\ndata: a\n\n'
next='id: 2\ndata: b\n\n'
sse "$cut" "$end" "$next" "$cut" "$next"
cat >try.py <<'PYTHON'
import asyncio, sys
from aiohttp_sse_client2.client import EventSource
async def main():
    seen = []
    try:
        async with EventSource(sys.argv[1]) as source:
            async for event in source:
                seen.append(event.data)
                if len(seen) == 2: break
    except Exception as error:
        seen.append(type(error).__name__)
    print("aiohttp-sse-client2", *seen)
asyncio.run(main())
asyncio.run(main())
import requests_sse
seen = []
with requests_sse.EventSource(sys.argv[1]) as source:
    for event in source:
        seen.append(event.data)
        if len(seen) == 2: break
print("requests-sse", *seen)
PYTHON
timeout 30 python3 try.py "$url" | tee seen
[ "$(paste -sd';' seen)" = \
  'aiohttp-sse-client2 a ClientPayloadError;aiohttp-sse-client2 a b;requests-sse a b' ]
