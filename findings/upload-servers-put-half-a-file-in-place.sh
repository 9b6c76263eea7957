#!/usr/bin/env bash
# Packages: rclone 1.60.1 (serve webdav) of Debian 12, wsgidav 4.4.0, copyparty 1.20.26 and
# uploadserver 6.0.5 for Python; beside them lighttpd 1.4.69 (mod_webdav) of Debian 12.
#
# Guess, written down first: an upload whose connection breaks after 600,000 of 1,000,000 bytes
# leaves nothing under its name, and a file that has the name stays as it was.
#
# Seen: rclone and wsgidav put the half in the place of the old file, which is lost. copyparty (by
# PUT) and uploadserver keep the old file, but a new name holds the half like a whole file; so a
# folder that something watches hands out half a film. lighttpd leaves nothing and keeps the old
# file.
# Remedy: upload to a name that no rule matches, compare the length, then MOVE.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian rclone=1.60.1+dfsg-2+b5 lighttpd=1.4.69-1 lighttpd-mod-webdav=1.4.69-1
pypi wsgidav==4.4.0 cheroot==11.1.2 copyparty==1.20.26 uploadserver==6.0.5
cat >cut.py <<'PYTHON'
import socket, sys, time
port, name = int(sys.argv[1]), sys.argv[2]
if sys.argv[3] == "form":
    head = "POST /upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    start = (f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
             "Content-Type: application/octet-stream\r\n\r\n")
else:
    head, start = f"PUT /{name} HTTP/1.1\r\nContent-Type: application/octet-stream\r\n", ""
with socket.create_connection(("127.0.0.1", port)) as connection:
    connection.sendall((head + "Host: a\r\nContent-Length: 1000000\r\n\r\n" + start).encode()
                       + b"N" * 600000)
    time.sleep(1)
time.sleep(1)
PYTHON
# tried KIND COMMAND…: starts the server of the port for the folder files, and prints the lengths of
# the old file, 5,000 bytes before, and of the new one after a broken upload to each.
tried() {
  # In a subshell of its own the server is its to end.
  trap '[ -z "$server" ] || kill "$server" 2>/dev/null' EXIT
  rm -rf files
  mkdir files
  head -c 5000 /dev/zero >files/old.mkv
  HOME=$folder "${@:2}" >log 2>&1 &
  server=$!
  answers "http://127.0.0.1:$port/"
  python3 cut.py "$port" old.mkv "$1"
  python3 cut.py "$port" new.mkv "$1"
  kill "$server"
  wait "$server" 2>/dev/null || true
  { stat -c %s files/old.mkv files/new.mkv 2>/dev/null || true; } | paste -sd ' '
}
port=$(free_port)
rclone=$(tried put rclone serve webdav --addr "127.0.0.1:$port" files)
port=$(free_port)
wsgidav=$(tried put python3 -m wsgidav.server.server_cli --host 127.0.0.1 --port "$port" \
  --root files --auth anonymous -q)
port=$(free_port)
copyparty=$(tried put python3 -m copyparty -i 127.0.0.1 -p "$port" -v files::rw -q)
port=$(free_port)
uploadserver=$(tried form python3 -m uploadserver --bind 127.0.0.1 -d files "$port")
port=$(free_port)
cat >lighttpd.conf <<CONF
server.document-root = "$folder/files"
server.upload-dirs = ("$folder")
server.port = $port
server.bind = "127.0.0.1"
server.modules = ("mod_webdav")
webdav.activate = "enable"
CONF
lighttpd=$(tried put lighttpd -D -f lighttpd.conf -m root/usr/lib/lighttpd)
echo "old and new file: rclone $rclone, wsgidav $wsgidav, copyparty $copyparty," \
  "uploadserver $uploadserver, lighttpd $lighttpd"
[ "$rclone" = "600000 600000" ] && [ "$wsgidav" = "600000 600000" ] &&
  [ "$copyparty" = "5000 600000" ] && [ "$lighttpd" = 5000 ] &&
  [[ $uploadserver =~ ^5000\ [56][0-9]{5}$ ]]
