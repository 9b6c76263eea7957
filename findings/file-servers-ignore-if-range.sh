#!/usr/bin/env bash
# Packages: bottle 0.13.4, whitenoise 6.12.0, falcon 4.4.0, tornado 6.6.1, twisted 26.10.0, sanic
# 25.12.1, aiohttp 3.14.5, rangehttpserver 1.4.0 for Python and busybox 1.35 (httpd) of Debian 12;
# beside them starlette 1.10.0.
#
# Guess, written down first: a server of files that answers ranges also knows If-Range: where the
# entity tag in it is another one, the whole file comes with 200, as RFC 9110 section 13.1.5 says.
#
# Seen: all but starlette answer 206 with the asked part of the new file, whatever If-Range says
# (aiohttp reads a date in it, but no entity tag). So a client that resumes as carefully as HTTP
# lets it, with If-Range, still joins half of the old file to half of the new one, and each code
# says that all is well.
# Remedy: compare ETag or Last-Modified of the 206 with the one of the first part; behind these
# servers give each version of a file a name of its own.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian busybox=1:1.35.0-4+deb12u1+b1
pypi bottle==0.13.4 whitenoise==6.12.0 falcon==4.4.0 tornado==6.6.1 twisted==26.10.0 \
  sanic==25.12.1 aiohttp==3.14.5 rangehttpserver==1.4.0 starlette==1.10.0 uvicorn==0.54.0
mkdir www
head -c 100000 /dev/urandom >www/film
cat >files.py <<'PYTHON'
import os, sys
from wsgiref.simple_server import make_server
name, port, root = sys.argv[1], int(sys.argv[2]), os.path.abspath("www")
def wsgi(app):
    make_server("127.0.0.1", port, app).serve_forever()
if name == "bottle":
    import bottle
    bottle.get("/film")(lambda: bottle.static_file("film", root=root))
    wsgi(bottle.default_app())
elif name == "whitenoise":
    import whitenoise
    wsgi(whitenoise.WhiteNoise(lambda environ, start: start("404 Not Found", []), root=root))
elif name == "falcon":
    import falcon
    app = falcon.App()
    app.add_static_route("/", root)
    wsgi(app)
elif name == "tornado":
    import asyncio, tornado.web
    async def main():
        handler = (r"/(.*)", tornado.web.StaticFileHandler, {"path": root})
        tornado.web.Application([handler]).listen(port, "127.0.0.1")
        await asyncio.Event().wait()
    asyncio.run(main())
elif name == "twisted":
    from twisted.internet import reactor
    from twisted.web import server, static
    reactor.listenTCP(port, server.Site(static.File(root)), interface="127.0.0.1")
    reactor.run()
elif name == "sanic":
    import sanic
    app = sanic.Sanic("files")
    app.static("/", root, use_content_range=True, use_modified_since=True)
    app.run("127.0.0.1", port, single_process=True, motd=False)
elif name == "aiohttp":
    from aiohttp import web
    app = web.Application()
    app.router.add_static("/", root)
    web.run_app(app, host="127.0.0.1", port=port, print=None)
elif name == "rangehttpserver":
    import RangeHTTPServer, http.server
    os.chdir(root)
    handler = RangeHTTPServer.RangeRequestHandler
    http.server.ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
elif name == "starlette":
    import uvicorn
    from starlette.applications import Starlette
    from starlette.staticfiles import StaticFiles
    app = Starlette()
    app.mount("/", StaticFiles(directory=root))
    uvicorn.run(app, host="127.0.0.1", port=port)
else:
    os.execlp("busybox", "busybox", "httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", root)
PYTHON
seen=
for name in bottle whitenoise falcon tornado twisted sanic aiohttp rangehttpserver busybox starlette
do
  port=$(free_port)
  python3 files.py "$name" "$port" >"$name.log" 2>&1 &
  server=$!
  answers "http://127.0.0.1:$port/film"
  answer=$(curl -s -o part -w '%{http_code}/%{size_download}' -H 'If-Range: "another"' \
    -r 60000- "http://127.0.0.1:$port/film")
  echo "$name: $answer"
  seen+="$answer "
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
done
[ "$seen" = "$(printf '206/40000 %.0s' {1..9})200/100000 " ]
