#!/usr/bin/env bash
# Package: litestar 2.25.0 for Python; beside it sse-starlette 3.7.0.
#
# Guess, written down first: a message with a comment and nothing else, as one keeps a connection
# alive, is a line with a colon and no event, as the standard says.
#
# Seen: litestar adds an empty "data:" to it. So each heartbeat is an event in the browser, and
# "JSON.parse(event.data)" in its handler throws some seconds after the page has loaded.
# sse-starlette writes the comment alone.
# Remedy: ServerSentEventMessage(data=None, comment=…).
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi litestar==2.25.0 sse-starlette==3.7.0 starlette==1.10.0
cat >try.py <<'PYTHON'
from litestar.response.sse import ServerSentEventMessage
from sse_starlette.event import ServerSentEvent
print("litestar     ", ServerSentEventMessage(comment="alive").encode())
print("  data=None  ", ServerSentEventMessage(data=None, comment="alive").encode())
print("sse-starlette", ServerSentEvent(comment="alive").encode())
PYTHON
python3 try.py | tee seen
grep -qF "litestar      b': alive\\r\\ndata: \\r\\n\\r\\n'" seen &&
  grep -qF "data=None   b': alive\\r\\n\\r\\n'" seen &&
  grep -qF "sse-starlette b': alive\\r\\n\\r\\n'" seen
