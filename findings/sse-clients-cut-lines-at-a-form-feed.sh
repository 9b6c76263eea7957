#!/usr/bin/env bash
# Packages: aiosseclient 0.1.8, sseclient 0.0.27 for Python; beside them sseclient-py 1.9.0.
#
# Guess, written down first: a line of an event ends at CR, LF or CRLF, and at nothing else, as the
# standard says; a form feed or U+2028 within data arrives.
#
# Seen: aiosseclient and sseclient cut lines with str.splitlines, which also cuts at form feed,
# vertical tab, U+001C to U+001E, U+0085, U+2028 and U+2029. What follows is taken for a field of an
# unknown name and dropped (aiosseclient prints "Invalid SSE line"). Output of man, enscript and old
# compilers has form feeds; JSON written with ensure_ascii=False has U+2028 as it is.
# Remedy: JSON in data with all control characters and U+2028 escaped, or another client.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi aiosseclient==0.1.8 sseclient==0.0.27 requests==2.34.2
sse 'data: one\x0ctwo\n\n'
cat >try.py <<'PYTHON'
import asyncio, os, sys
from aiosseclient import aiosseclient
async def main():
    async for event in aiosseclient(sys.argv[1]):
        print("aiosseclient", repr(event.data), flush=True)
        return
asyncio.run(main())
import sseclient
print("sseclient   ", repr(sseclient.Event.parse("data: one\x0ctwo\n").data))
PYTHON
timeout 30 python3 try.py "$url" 2>/dev/null | tee seen
grep -q "^aiosseclient 'one'$" seen && grep -q "^sseclient    'one'$" seen
