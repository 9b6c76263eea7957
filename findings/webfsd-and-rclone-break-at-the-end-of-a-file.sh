#!/usr/bin/env bash
# Packages: webfs 1.21 and rclone 1.60.1 (serve http) of Debian 12; beside them lighttpd 1.4.69.
#
# Guess, written down first: a range that begins within a file and ends past it gives what there is,
# a range behind the end gives 416 with its own short body.
#
# Seen: webfsd answers 400 to "bytes=50000-199999" of a file of 100,000 bytes, and to a range behind
# the end 206 with no byte and "Content-Range: bytes 100000-99999/100000". rclone's 416 has the
# Content-Length of the file and a body of 33 bytes: curl ends with 18, and a client that keeps the
# connection waits for the rest. So downloads in blocks of a fixed length fail at the last block,
# and a resumed download of a complete file fails with an error of transport.
# Remedy: ask for the length first and cut the last range to it.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian webfs=1.21+ds1-12+b1 rclone=1.60.1+dfsg-2+b5 lighttpd=1.4.69-1
mkdir www
head -c 100000 /dev/urandom >www/film

# asked COMMAND…: starts the server of the port and prints curl's exit code and what came for the
# two ranges.
asked() {
  # In a subshell of its own the server is its to end.
  trap '[ -z "$server" ] || kill "$server" 2>/dev/null' EXIT
  "$@" >log 2>&1 &
  server=$!
  answers "$url"
  for range in 50000-199999 100000-; do
    echo "$(code curl -s -m 5 -o part -D head -r "$range" "$url")" \
      "$(head -n 1 head | cut -d ' ' -f 2)" \
      "$(grep -io 'content-[lr].*' head | tr -d '\r' | sort | paste -sd ' ')"
  done
  kill "$server"
  wait "$server" 2>/dev/null || true
}
port=$(free_port) url=http://127.0.0.1:$port/film
webfsd=$(asked webfsd -F -p "$port" -i 127.0.0.1 -r "$folder/www")
port=$(free_port) url=http://127.0.0.1:$port/film
rclone=$(HOME=$folder asked rclone serve http --addr "127.0.0.1:$port" www)
port=$(free_port) url=http://127.0.0.1:$port/film
cat >lighttpd.conf <<CONF
server.document-root = "$folder/www"
server.port = $port
server.bind = "127.0.0.1"
CONF
lighttpd=$(asked lighttpd -D -f lighttpd.conf -m root/usr/lib/lighttpd)
printf '%s\n' "webfsd" "$webfsd" "rclone" "$rclone" "lighttpd" "$lighttpd"
[[ $webfsd == *"0 400 "*"0 206 "*"bytes 100000-99999/100000"* ]] &&
  [[ $rclone == *"0 206 "*"18 416 Content-Length: 100000 "* ]] &&
  [[ $lighttpd == *"0 206 "*"0 416 "* ]]
