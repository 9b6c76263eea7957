#!/usr/bin/env bash
# Packages: aiohttp 3.14.5, CherryPy 18.10.0, Django 5.2.19, django-compression-middleware 0.5.0,
# django-http-compression 1.4.0, asgi-gzip 0.3, asgi-compression 0.1.1 and Starlette 1.10.0, for
# Python.
#
# Guess, written down first: what compresses a stream flushes after each piece that the program
# gives, or leaves a stream alone; so each event arrives when it was sent.
#
# Seen: aiohttp's enable_compression, CherryPy's tools.gzip, Django's GZipMiddleware and
# django-compression-middleware give a head of gzip of at most 10 bytes, or the first event, and all
# the rest when the stream ends. asgi-gzip and asgi-compression leave text/event-stream alone and
# hold lines of JSON (application/x-ndjson) back likewise. Starlette's GZipMiddleware and
# django-http-compression flush.
# Remedy: no compression of streams; "Content-Encoding: identity" set by the view keeps Django's
# off.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi starlette==1.10.0 asgi-gzip==0.3 asgi-compression==0.1.1 aiohttp==3.14.5 cherrypy==18.10.0 \
  django==5.2.19 django-compression-middleware==0.5.0 django-http-compression==1.4.0 \
  werkzeug==3.1.9
cat >try.py <<'PYTHON'
import asyncio, zlib, asgi_compression, cherrypy, django
from aiohttp import test_utils, web
from asgi_gzip import GZipMiddleware as OtherGZip
from django import http, test
from django.conf import settings
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import StreamingResponse
from werkzeug.test import Client
EVENTS = [b"data: event %d\n\n" % number for number in range(4)]
seen = {}
class Reader:
    """Notes how many events a client can read each time that the program has given one."""
    def __init__(self, name):
        self.decoder, self.text, self.counts, self.name = zlib.decompressobj(31), b"", [], name
    def take(self, data, plain=False):
        self.text += data if plain else self.decoder.decompress(data)
    def note(self):
        self.counts.append(self.text.count(b"\n\n"))
    def close(self):
        assert self.text == b"".join(EVENTS), self.text
        seen[self.name] = self.counts
        print(f"{self.name}:", *self.counts)
async def try_asgi(name, wrap, media_type):
    reader, start = Reader(name), []
    async def body():
        for event in EVENTS:
            yield event
            reader.note()
    async def send(message):
        start.append(message)
        fields = {name.lower(): value for name, value in start[0]["headers"]}
        reader.take(message.get("body", b""), b"content-encoding" not in fields)
    async def receive():
        await asyncio.sleep(60)
    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": "GET",
             "path": "/", "headers": [(b"accept-encoding", b"gzip")]}
    await wrap(StreamingResponse(body(), media_type=media_type))(scope, receive, send)
    reader.close()
for media_type in ("text/event-stream", "application/x-ndjson"):
    for name, wrap in (("starlette", GZipMiddleware), ("asgi-gzip", OtherGZip),
                       ("asgi-compression", lambda app: asgi_compression.CompressionMiddleware(
                           app, algorithms=[asgi_compression.GzipAlgorithm()]))):
        asyncio.run(try_asgi(f"{name}, {media_type}", wrap, media_type))
settings.configure(ALLOWED_HOSTS=["*"])
django.setup()
from compression_middleware.middleware import CompressionMiddleware
from django.middleware.gzip import GZipMiddleware as DjangoGZip
from django_http_compression.middleware import HttpCompressionMiddleware
for name, wrap in (("django", DjangoGZip), ("django-compression-middleware", CompressionMiddleware),
                   ("django-http-compression", HttpCompressionMiddleware)):
    reader = Reader(name)
    def body():
        for event in EVENTS:
            yield event
            reader.note()
    view = wrap(lambda request: http.StreamingHttpResponse(body(), "text/event-stream"))
    for data in view(test.RequestFactory().get("/", HTTP_ACCEPT_ENCODING="gzip")):
        reader.take(data)
    reader.close()
class Events:
    @cherrypy.expose
    def index(self):
        cherrypy.response.headers["Content-Type"] = "text/event-stream"
        def body():
            for event in EVENTS:
                yield event
                reader.note()
        return body()
    index._cp_config = {"response.stream": True}
cherrypy.config.update({"log.screen": False, "tools.gzip.on": True,
                        "tools.gzip.mime_types": ["text/*"]})
reader = Reader("cherrypy")
application = Client(cherrypy.tree.mount(Events(), "/"))
for data in application.get("/", headers={"Accept-Encoding": "gzip"}).response:
    reader.take(data)
reader.close()
async def handle(request):
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    response.enable_compression()
    await response.prepare(request)
    for event in EVENTS:
        await response.write(event)
        await request.app["go"].get()
    return response
async def try_aiohttp():
    reader, served = Reader("aiohttp"), web.Application()
    served["go"] = asyncio.Queue()
    served.router.add_get("/", handle)
    server = test_utils.TestServer(served)
    async with test_utils.TestClient(server, auto_decompress=False) as client:
        async with client.get("/", headers={"Accept-Encoding": "gzip"}) as answer:
            for event in EVENTS:
                try:
                    while True:
                        reader.take(await asyncio.wait_for(answer.content.readany(), 1))
                except asyncio.TimeoutError:
                    reader.note()
                served["go"].put_nowait(None)
            reader.take(await answer.content.read())
    reader.close()
asyncio.run(try_aiohttp())
late = {name for name, counts in seen.items() if counts[-1] < 3}
raise SystemExit(late != {
    "asgi-gzip, application/x-ndjson", "asgi-compression, application/x-ndjson", "django",
    "django-compression-middleware", "cherrypy", "aiohttp"})
PYTHON
python3 -W ignore try.py
