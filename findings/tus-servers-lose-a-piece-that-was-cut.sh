#!/usr/bin/env bash
# Packages: aiohttp-tus 1.1.0, tussi 3.1.0 and tuswsgi 0.5.5 for Python; beside them
# resumable-upload 0.3.0.
#
# Guess, written down first: a server of tus, the protocol of resumable uploads, keeps what arrived
# of a PATCH when its connection breaks, as the protocol asks, and the next HEAD says so in
# Upload-Offset.
#
# Seen: after 600,000 of 1,000,000 bytes and a broken connection, aiohttp-tus, tussi and tuswsgi say
# "Upload-Offset: 0"; resumable-upload says 600000. Clients whose default is one PATCH for the whole
# file (tuspy, tus-js-client) begin a film from the start at each break, and on a line that breaks
# once an hour never come to an end. tuswsgi also takes a PATCH whose Upload-Offset is not its own
# with 204, where the protocol asks for 409.
# Remedy: a chunk size in the client (some megabytes), since only whole pieces are kept; or another
# server.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi aiohttp-tus==1.1.0 aiohttp==3.14.5 tussi==3.1.0 uvicorn==0.54.0 tuswsgi==0.5.5 \
  cheroot==11.1.2 resumable-upload==0.3.0
cat >uploads.py <<'PYTHON'
import os, pathlib, sys
name, port, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[1]).absolute()
folder.mkdir()
if name == "aiohttp-tus":
    import aiohttp_tus
    from aiohttp import web
    app = web.Application(client_max_size=10**7)
    aiohttp_tus.setup_tus(app, upload_url="/files", upload_path=folder)
    web.run_app(app, host="127.0.0.1", port=port, print=None)
elif name == "tussi":
    import tussi, uvicorn
    storage = tussi.FilesystemStorage(directory=folder)
    app = tussi.TUSApp(storage=storage, completed_dir=folder / "completed")
    uvicorn.run(app, host="127.0.0.1", port=port)
elif name == "tuswsgi":
    import tuswsgi
    from cheroot import wsgi
    def app(environ, start):
        start("204 No Content", [])
        return []
    app = tuswsgi.TusMiddleware(app, upload_path="/files", tmp_dir=str(folder))
    wsgi.Server(("127.0.0.1", port), app).start()
else:
    import http.server, resumable_upload
    class Handler(resumable_upload.TusHTTPRequestHandler):
        storage = resumable_upload.SQLiteStorage(
            db_path=str(folder / "uploads.db"), upload_dir=str(folder))
        tus_server = resumable_upload.TusServer(storage=storage, base_path="/files")
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
PYTHON
cat >cut.py <<'PYTHON'
import http.client, os, socket, sys, time, urllib.parse
port = int(sys.argv[1])
def ask(method, path, body=b"", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Tus-Resumable": "1.0.0", **headers})
    answer = connection.getresponse()
    answer.read()
    return answer
for path in "/files", "/files/":
    made = ask("POST", path, Upload_Length="1000000", Upload_Metadata="filename YS5ta3Y=")
    if made.status == 201: break
path = urllib.parse.urlsplit(made.headers["Location"]).path
with socket.create_connection(("127.0.0.1", port)) as connection:
    connection.sendall(f"PATCH {path} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\n"
                       "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
                       "Content-Length: 1000000\r\n\r\n".encode() + os.urandom(600000))
    time.sleep(1)
time.sleep(1)
offset = ask("HEAD", path).headers["Upload-Offset"]
wrong = ask("PATCH", path, b"other", Upload_Offset="5",
            Content_Type="application/offset+octet-stream").status
print(offset, wrong)
PYTHON
seen=
for name in aiohttp-tus tussi tuswsgi resumable-upload; do
  port=$(free_port)
  python3 uploads.py "$name" "$port" >"$name.log" 2>&1 &
  server=$!
  answers "http://127.0.0.1:$port/"
  row=$(python3 cut.py "$port")
  echo "$name: offset and answer to a wrong offset: $row"
  seen+="$row, "
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
done
[ "$seen" = "0 409, 0 409, 0 204, 600000 409, " ]
