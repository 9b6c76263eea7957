#!/usr/bin/env bash
# Packages: brotli-asgi 1.7.0, zstd-asgi 1.0, asgi-gzip 0.3, asgi-compression 0.1.1 and
# starlette-compress 2.0.0 around Starlette 1.10.0; Flask-Compress 1.25, aiohttp 3.14.5 and CherryPy
# 18.10.0, for Python.
#
# Guess, written down first: what compresses answers leaves a 206 alone, for Content-Range counts
# bytes of the representation that the ETag names.
#
# Seen: all but starlette-compress and Starlette's own GZipMiddleware compress the piece: the answer
# says Content-Range: bytes 0-1999/108894 beside Content-Encoding and a body of some 400 bytes.
# Flask-Compress does so with br alone, since it gives no gzip to a stream. By HTTP those are bytes
# 0 to 1999 of the compressed file; a client that checks the length, or stores what came as it came,
# breaks on it.
# Remedy: serve files outside the middleware, or send Accept-Encoding: identity with each Range.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi starlette==1.10.0 httpx==0.28.1 brotli-asgi==1.7.0 zstd-asgi==1.0 asgi-gzip==0.3 \
  asgi-compression==0.1.1 starlette-compress==2.0.0 flask-compress==1.25 flask==3.1.3 \
  brotli==1.2.1 aiohttp==3.14.5 cherrypy==18.10.0 werkzeug==3.1.9
seq 20000 >film.srt
cat >try.py <<'PYTHON'
import asyncio, os, asgi_compression, cherrypy, flask
from aiohttp import test_utils, web
from asgi_gzip import GZipMiddleware as OtherGZip
from brotli_asgi import BrotliMiddleware
from flask_compress import Compress
from starlette import applications, middleware, responses, routing, testclient
from starlette.middleware.gzip import GZipMiddleware
from starlette_compress import CompressMiddleware
from werkzeug.test import Client
from zstd_asgi import ZstdMiddleware
path = os.path.abspath("film.srt")
def headers(coding):
    return {"Range": "bytes=0-1999", "Accept-Encoding": coding}
async def film(request):
    return responses.FileResponse(path, media_type="text/plain")
application = applications.Starlette(routes=[routing.Route("/", film)])
seen = {}
def see(name, status, fields):
    seen[name] = status, fields.get("Content-Range"), fields.get("Content-Encoding")
    print(f"{name}:", *seen[name])
for name, wrapped, coding in (
        ("starlette", GZipMiddleware(application), "gzip"),
        ("starlette-compress", CompressMiddleware(application), "gzip"),
        ("brotli-asgi", BrotliMiddleware(application), "br"),
        ("zstd-asgi", ZstdMiddleware(application), "zstd"),
        ("asgi-gzip", OtherGZip(application), "gzip"),
        ("asgi-compression", asgi_compression.CompressionMiddleware(
            application, algorithms=[asgi_compression.GzipAlgorithm()]), "gzip")):
    with testclient.TestClient(wrapped).stream("GET", "/", headers=headers(coding)) as answer:
        see(name, answer.status_code, answer.headers)
app = flask.Flask("films")
Compress(app)
app.add_url_rule("/", view_func=lambda: flask.send_file(path, "text/plain", conditional=True))
answer = Client(app).get("/", headers=headers("br"))
see("flask-compress", answer.status_code, answer.headers)
class Films:
    @cherrypy.expose
    def index(self):
        return cherrypy.lib.static.serve_file(path, "text/plain")
cherrypy.config.update({"log.screen": False, "tools.gzip.on": True})
answer = Client(cherrypy.tree.mount(Films(), "/")).get("/", headers=headers("gzip"))
see("cherrypy", answer.status_code, answer.headers)
async def handle(request):
    response = web.FileResponse(path)
    response.enable_compression()
    return response
async def try_aiohttp():
    served = web.Application()
    served.router.add_get("/", handle)
    async with test_utils.TestClient(test_utils.TestServer(served)) as client:
        async with client.get("/", headers=headers("gzip")) as answer:
            see("aiohttp", answer.status, answer.headers)
asyncio.run(try_aiohttp())
plain = {name for name, (_, _, coding) in seen.items() if coding is None}
raise SystemExit(plain != {"starlette", "starlette-compress"} or any(
    (status, piece) != (206, f"bytes 0-1999/{os.path.getsize(path)}")
    for status, piece, _ in seen.values()))
PYTHON
python3 -W ignore try.py
