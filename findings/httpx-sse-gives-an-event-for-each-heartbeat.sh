#!/usr/bin/env bash
# Package: httpx-sse 0.4.3 for Python (niquests 3.21.2 and aiosseclient 0.1.8 in part).
#
# Guess, written down first: a comment and an empty line, the heartbeat of most servers, give no
# event.
#
# Seen: they give none until an event had an id; from then on each heartbeat is an event with empty
# data and the last id, for the check for emptiness looks at the id that is carried over.
# ServerSentEvent.json() raises on it, a counter of events counts it, and a loop that ends at the
# first empty data ends. A block that holds a retry or an id alone gives an empty event in
# httpx-sse, niquests and aiosseclient.
# Remedy: skip events whose data is empty; on the server's side, a heartbeat of a comment without
# the empty line behind it.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi httpx-sse==0.4.3 httpx==0.28.1
sse ': beat\n\ndata: a\n\n' 'id: 1\ndata: a\n\n: beat\n\n: beat\n\ndata: b\n\n' \
  'id: 1\ndata: a\n\n: beat\n: beat\ndata: b\n\n'
cat >try.py <<'PYTHON'
import httpx, httpx_sse, sys
for _ in range(3):
    with httpx.Client() as client, httpx_sse.connect_sse(client, "GET", sys.argv[1]) as source:
        print(*(repr(event.data) for event in source.iter_sse()))
PYTHON
timeout 20 python3 try.py "$url" | tee seen
[ "$(paste -sd';' seen)" = "'a';'a' '' '' 'b';'a' 'b'" ]
