#!/usr/bin/env bash
# Package: curl 7.88.1 of Debian 12; beside it wget 1.21.3.
#
# Guess, written down first: "curl --fail A B" ends with another code than 0 when A is not there.
#
# Seen: it ends with the code of the last address: 0 where A is missing and B is there, 22 the other
# way round. So it does for "{a,b}" in an address, with --remote-name-all and with --next; with
# --parallel it ends with 22 for either. Of a film in pieces one is missing, and the script goes on.
# wget ends with 8 for either.
# Remedy: --fail-early, or a curl for each address.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian curl=7.88.1-10+deb12u15 wget=1.21.3-1+deb12u1
echo film >a.mkv
cat >server.py <<'PYTHON'
import http.server
Handler = http.server.SimpleHTTPRequestHandler
PYTHON
serve
mkdir out
cd out
seen=
for command in 'curl -fsS URLmissing URLa.mkv' 'curl -fsS URLa.mkv URLmissing' \
  'curl -fsS URL{missing,a.mkv}' 'curl -fsS --remote-name-all URLmissing URLa.mkv' \
  'curl -fsS -o 1 URLmissing --next -fsS -o 2 URLa.mkv' 'curl -fsSZ URLmissing URLa.mkv' \
  'curl -fsS --fail-early URLmissing URLa.mkv' 'wget -q URLmissing URLa.mkv'; do
  seen+="$(code ${command//URL/$url}) "
  echo "${seen: -3}: ${command//URL/}"
done
[ "$seen" = "0 22 0 0 0 22 22 8 " ]
