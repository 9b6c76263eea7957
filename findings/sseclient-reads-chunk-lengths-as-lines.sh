#!/usr/bin/env bash
# Package: sseclient 0.0.27 for Python, with requests 2.34.2.
#
# Guess, written down first: a chunked answer, which is what every server of events sends over
# HTTP/1.1, reaches the client without its framing, for requests takes it off.
#
# Seen: sseclient reads from the socket below requests, so that the lengths of the chunks are lines
# of the stream. An event that comes in two chunks loses what stands at the border: "data: abcdef"
# cut behind "abc" arrives as "abc". The last chunk, "0" and an empty line, is an event without
# data, and the end of the answer is not seen: the client waits on the open connection.
# Remedy: sseclient-py, httpx-sse or requests-sse; or a server that closes and sends no chunks.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi sseclient==0.0.27 requests==2.34.2
sse 'id: 1\ndata: abc|def\n\nid: 2\ndata: next\n\n'
cat >try.py <<'PYTHON'
import sseclient, sys
for count, event in enumerate(sseclient.SSEClient(sys.argv[1])):
    print(repr(event.data), flush=True)
    if count == 2: break
PYTHON
timeout 20 python3 try.py "$url" 2>/dev/null | tee seen || true
[ "$(paste -sd' ' seen)" = "'abc' 'next' ''" ]
