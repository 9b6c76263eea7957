#!/usr/bin/env bash
# Packages: werkzeug 3.1.9 (with flask 3.1.3 and quart 0.22.0), webob 1.8.11, copyparty 1.20.26 and
# rangehttpserver 1.4.0 for Python; beside them starlette 1.10.0.
#
# Guess, written down first: "Range: bytes=-65536" of a file of 1,000 bytes gives the whole file, as
# RFC 9110 section 14.1.2 says: "If the selected representation is shorter than the specified
# suffix-length, the entire representation is used."
#
# Seen: werkzeug, and with it flask and quart, webob and copyparty answer 416, rangehttpserver 400.
# starlette answers 206. Who looks at the end of a log by a suffix range gets an error until the log
# is longer than what is asked for: just after the start, when one looks.
# Remedy: on 416 look at the length in Content-Range ("bytes */1000") and ask for the whole file.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi werkzeug==3.1.9 flask==3.1.3 quart==0.22.0 webob==1.8.11 copyparty==1.20.26 \
  rangehttpserver==1.4.0 starlette==1.10.0 uvicorn==0.54.0
mkdir www
head -c 1000 /dev/urandom >www/log
cat >files.py <<'PYTHON'
import os, runpy, sys
from wsgiref.simple_server import make_server
name, port, root = sys.argv[1], int(sys.argv[2]), os.path.abspath("www")
if name == "flask":
    import flask
    app = flask.Flask("files", static_folder=root, static_url_path="")
    make_server("127.0.0.1", port, app).serve_forever()
elif name == "webob":
    import webob.static
    make_server("127.0.0.1", port, webob.static.DirectoryApp(root)).serve_forever()
elif name == "copyparty":
    sys.argv[1:] = ["-i", "127.0.0.1", "-p", str(port), "-v", f"{root}::r", "-q"]
    runpy.run_module("copyparty", run_name="__main__")
elif name == "rangehttpserver":
    import RangeHTTPServer, http.server
    os.chdir(root)
    handler = RangeHTTPServer.RangeRequestHandler
    http.server.ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
else:
    import uvicorn
    if name == "quart":
        import quart
        app = quart.Quart("files", static_folder=root, static_url_path="")
    else:
        from starlette.applications import Starlette
        from starlette.staticfiles import StaticFiles
        app = Starlette()
        app.mount("/", StaticFiles(directory=root))
    uvicorn.run(app, host="127.0.0.1", port=port)
PYTHON
seen=
for name in flask quart webob copyparty rangehttpserver starlette; do
  port=$(free_port)
  HOME=$folder python3 files.py "$name" "$port" >"$name.log" 2>&1 &
  server=$!
  answers "http://127.0.0.1:$port/log"
  seen+="$(curl -s -o part -w '%{http_code}' -r -65536 "http://127.0.0.1:$port/log") "
  echo "$name: ${seen: -4}"
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
done
[ "$seen" = "416 416 416 416 400 206 " ]
