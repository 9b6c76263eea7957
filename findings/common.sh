# Sourced by the scripts of this folder: a temporary folder, pinned packages in it, small inputs.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"

# Ends the script with 2: it could not be tried.
untried() {
  echo "not tried: $*" >&2
  exit 2
}

# debian PACKAGE=VERSION…: unpacks the packages, and those that they need and the machine lacks.
# Where the machine's lists of packages are missing or too old, it fetches its own.
debian() {
  mkdir -p archives/partial lists/partial root
  local options=(-qq -o Debug::NoLocking=1 -o Dir::Cache::archives="$folder/archives")
  local own=(-o Dir::State::lists="$folder/lists" -o Dir::Cache::pkgcache="$folder/packages.bin"
    -o Dir::Cache::srcpkgcache="$folder/sources.bin" -o APT::Sandbox::User=root)
  local download=(-y --no-install-recommends --reinstall --download-only install "$@")
  apt-get "${options[@]}" "${download[@]}" >apt.log 2>&1 || true
  if ! compgen -G 'archives/*.deb' >/dev/null; then
    { apt-get "${options[@]}" "${own[@]}" update &&
      apt-get "${options[@]}" "${own[@]}" "${download[@]}"; } >apt.log 2>&1 ||
      untried "$(tail -n 2 apt.log)"
  fi
  for package in archives/*.deb; do dpkg-deb -x "$package" root; done
  LD_LIBRARY_PATH=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
  export LD_LIBRARY_PATH PATH="$folder/root/usr/bin:$folder/root/usr/sbin:$folder/root/bin:$PATH"
}

# pypi NAME==VERSION…: installs packages for Python below the folder.
pypi() {
  python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore \
    --target "$folder/python" "$@" >pip.log 2>&1 || untried "$(tail -n 2 pip.log)"
  export PYTHONPATH=$folder/python
}

# code COMMAND…: prints the exit code; what the command printed is in the file printed.
code() {
  local status=0
  "$@" >printed 2>&1 </dev/null || status=$?
  echo "$status"
}

# on_full_disk COMMAND…: runs it where the folder disk is a file system of 16 KiB.
on_full_disk() {
  mkdir -p disk
  unshare -rm true 2>/dev/null || untried "no user namespaces"
  unshare -rm sh -c 'mount -t tmpfs -o size=16k none disk && exec "$@"' sh "$@"
}

# noise FILE SECONDS: a WAV file of noise, two channels.
noise() {
  python3 - "$@" <<'PYTHON'
import random, sys, wave
with wave.open(sys.argv[1], "wb") as file:
    file.setparams((2, 2, 44100, 0, "NONE", ""))
    file.writeframes(random.Random(1).randbytes(4 * 44100 * int(sys.argv[2])))
PYTHON
}

# film FILE FRAMES: a film of noise that moves, 320 by 240, as YUV4MPEG2.
film() {
  python3 - "$@" <<'PYTHON'
import random, sys
row = random.Random(1).randbytes(320 * 240 * 2)
with open(sys.argv[1], "wb") as file:
    file.write(b"YUV4MPEG2 W320 H240 F25:1 Ip A1:1 C420jpeg\n")
    for frame in range(int(sys.argv[2])):
        file.write(b"FRAME\n" + row[frame * 320:][:320 * 240] + bytes([128]) * (320 * 120))
PYTHON
}

# picture FILE: a PNG of noise, 400 by 300.
picture() {
  python3 - "$@" <<'PYTHON'
import random, struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + random.Random(y).randbytes(1200) for y in range(300))
with open(sys.argv[1], "wb") as file:
    size = struct.pack(">IIBBBBB", 400, 300, 8, 2, 0, 0, 0)
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size)
               + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PYTHON
}

# half FILE COPY: the first half of a file.
half() {
  head -c "$(($(stat -c %s "$1") / 2))" "$1" >"$2"
}

# free_port: prints a port of the loopback address that is not in use.
free_port() {
  python3 -c 'import socket
with socket.create_server(("127.0.0.1", 0)) as server: print(server.getsockname()[1])'
}

# answers URL: waits, for ten seconds at most, until a server answers there.
answers() {
  for _ in $(seq 100); do
    curl -s -o /dev/null "$1" && return
    sleep 0.1
  done
  untried "no answer from $1"
}

# serve ARGUMENT…: starts a server of the class Handler in the file server.py. Sets url.
serve() {
  : >port
  python3 - "$@" >port 2>server.log <<'PYTHON' &
import http.server, runpy
handler = runpy.run_path("server.py")["Handler"]
handler.log_message = lambda *arguments: None
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
  server=$!
  until [ -s port ]; do
    kill -0 "$server" 2>/dev/null || untried "$(tail -n 1 server.log)"
    sleep 0.05
  done
  url=http://127.0.0.1:$(cat port)/
}

# sse BODY…: starts a server of events. Each connection gets the next BODY, an escaped Python
# string, in a chunked answer, and 204 when there is none left: "|" divides chunks, "CUT" at the end
# breaks the connection in place of ending the answer. Sets url.
sse() {
  cat >server.py <<'PYTHON'
import http.server, socket, sys, threading
bodies = [body.encode().decode("unicode_escape").encode("latin-1") for body in sys.argv[1:]]
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if not bodies:
            self.send_response(204)
            return self.end_headers()
        body = bodies.pop(0)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        text = body.removesuffix(b"CUT")
        for part in text.split(b"|"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.flush()
        if text != body:
            self.close_connection = True
            return self.connection.shutdown(socket.SHUT_RDWR)
        self.wfile.write(b"0\r\n\r\n")
PYTHON
  serve "$@"
}

# postgres: starts PostgreSQL 15 of Debian 12, which trusts its one user films. Its programs are on
# the path, and PGHOST, PGPORT, PGUSER and PGDATABASE lead to it.
postgres() {
  local as=()
  debian postgresql-15=15.18-0+deb12u1 postgresql-client-15=15.18-0+deb12u1
  export PATH=$folder/root/usr/lib/postgresql/15/bin:$PATH
  [ "$(id -u)" != 0 ] || as=(unshare --user --map-user=1000)
  "${as[@]}" initdb -D data -U films -A trust -N >initdb.log 2>&1 ||
    untried "$(tail -n 1 initdb.log)"
  PGHOST=127.0.0.1 PGPORT=$(free_port) PGUSER=films PGDATABASE=postgres
  export PGHOST PGPORT PGUSER PGDATABASE
  "${as[@]}" postgres -D data -p "$PGPORT" -k "" -c listen_addresses=127.0.0.1 -c fsync=off \
    >postgres.log 2>&1 &
  server=$!
  trap 'kill -INT "$server"; wait "$server" || true; rm -rf "$folder"' EXIT
  for _ in $(seq 100); do
    pg_isready -q && return
    sleep 0.1
  done
  untried "$(tail -n 1 postgres.log)"
}
