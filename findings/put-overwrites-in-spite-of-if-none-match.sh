#!/usr/bin/env bash
# Packages: nginx 1.22.1 (dav_methods) and rclone 1.60.1 (serve webdav) of Debian 12, copyparty
# 1.20.26 for Python; beside them lighttpd 1.4.69 (mod_webdav) and wsgidav 4.4.0.
#
# Guess, written down first: a PUT with "If-None-Match: *", the way of HTTP not to write over what
# stands, gets 412 where the name is taken; one with "Content-Range: bytes 500-502/1000" is placed
# there or refused, since RFC 9110 section 14.5 says so.
#
# Seen: nginx, rclone and copyparty write over the file and answer 204 or 201; If-Match of another
# entity tag does not stop them either. rclone and copyparty (with --daw, its way of WebDAV) also
# take the piece of three bytes for the whole file: 1,000 bytes become 3. nginx answers 501 to a
# piece; lighttpd and wsgidav answer 412 and 400.
# Remedy: PUT to a name of one's own, then MOVE with "Overwrite: F", which all five obey.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian nginx=1.22.1-9+deb12u11 rclone=1.60.1+dfsg-2+b5 lighttpd=1.4.69-1 \
  lighttpd-mod-webdav=1.4.69-1
pypi copyparty==1.20.26 wsgidav==4.4.0 cheroot==11.1.2
export HOME=$folder
mkdir files parts
# put HEADER: puts three bytes over a file of 1,000; prints the answer and the length after it.
put() {
  head -c 1000 /dev/zero >files/a
  echo "$(curl -s -m 10 -o /dev/null -w '%{http_code}' -T new -H "$1" "$url") $(stat -c %s files/a)"
}
# tried COMMAND…: starts the server of the address and prints what three such requests did.
tried() {
  # In a subshell of its own the server is its to end.
  trap '[ -z "$server" ] || kill "$server" 2>/dev/null' EXIT
  "$@" >log 2>&1 &
  server=$!
  answers "$url"
  echo "$(put 'If-None-Match: *'), $(put 'If-Match: "other"')," \
    "$(put 'Content-Range: bytes 500-502/1000')"
  kill "$server"
  wait "$server" 2>/dev/null || true
}
next_port() {
  port=$(free_port)
  url=http://127.0.0.1:$port/a
}
printf new >new
next_port
places=$(printf '%s_temp_path parts; ' client_body proxy fastcgi uwsgi scgi)
cat >nginx.conf <<CONF
user root; daemon off; pid nginx.pid; error_log nginx.err; events {}
http { access_log off; $places
  server { listen 127.0.0.1:$port; root $folder/files; dav_methods PUT; } }
CONF
nginx=$(tried nginx -p "$folder/" -e nginx.err -c nginx.conf)
next_port
rclone=$(tried rclone serve webdav --addr "127.0.0.1:$port" files)
next_port
copyparty=$(tried python3 -m copyparty -i 127.0.0.1 -p "$port" -v files::rwd --daw -q)
next_port
cat >lighttpd.conf <<CONF
server.document-root = "$folder/files"
server.upload-dirs = ("$folder/parts")
server.port = $port
server.bind = "127.0.0.1"
server.modules = ("mod_webdav")
webdav.activate = "enable"
CONF
lighttpd=$(tried lighttpd -D -f lighttpd.conf -m root/usr/lib/lighttpd)
next_port
wsgidav=$(tried python3 -m wsgidav.server.server_cli --host 127.0.0.1 --port "$port" \
  --root files --auth anonymous -q)
echo "answer and length for If-None-Match: *, If-Match, Content-Range:"
printf '%s\n' "nginx $nginx" "rclone $rclone" "copyparty $copyparty" "lighttpd $lighttpd" \
  "wsgidav $wsgidav"
[ "$nginx" = "204 3, 204 3, 501 1000" ] && [ "$rclone" = "201 3, 201 3, 201 3" ] &&
  [ "$copyparty" = "201 3, 201 3, 201 3" ] && [ "$lighttpd" = "412 1000, 412 1000, 400 1000" ] &&
  [ "$wsgidav" = "412 1000, 412 1000, 400 1000" ]
