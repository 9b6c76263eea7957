#!/usr/bin/env bash
# Packages: Starlette 1.10.0 (GZipMiddleware), brotli-asgi 1.7.0, zstd-asgi 1.0, asgi-gzip 0.3,
# litestar 2.25.0, aiohttp 3.14.5 and Django 5.2.19, for Python.
#
# Guess, written down first: the compressed form of an answer has another ETag or a weak one, both
# forms say Vary: Accept-Encoding, and "Accept-Encoding: gzip;q=0" gets the plain form.
#
# Seen: all but Django give both forms one strong ETag, so If-Range and If-Match take the one for
# the other, and a download that was cut in one form goes on in the other. brotli-asgi, zstd-asgi,
# litestar and aiohttp say no Vary on the plain form (aiohttp on neither), so a cache gives it to
# all. All seven compress for a client that says q=0.
# Remedy: an ETag that says the coding, or a weak one, set by a middleware outside of these.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi starlette==1.10.0 brotli-asgi==1.7.0 zstd-asgi==1.0 asgi-gzip==0.3 litestar==2.25.0 \
  aiohttp==3.14.5 django==5.2.19
cat >try.py <<'PYTHON'
import asyncio, logging, django, litestar
from aiohttp import test_utils, web
from asgi_gzip import GZipMiddleware as OtherGZip
from brotli_asgi import BrotliMiddleware
from django import http, test
from django.conf import settings
from litestar.config.compression import CompressionConfig
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from zstd_asgi import ZstdMiddleware
logging.disable()
TEXT, TAG = "film\n" * 1000, '"1"'
seen = {}
def see(name, answers):
    """answers: the fields of the compressed form, of the plain one, and of the one for q=0."""
    coded, plain, refused = ({key.lower(): value for key, value in dict(each).items()}
                             for each in answers)
    assert "content-encoding" in coded and "content-encoding" not in plain
    seen[name] = (coded["etag"] == plain["etag"] == TAG, "vary" in coded, "vary" in plain,
                  "content-encoding" in refused)
    print(f"{name}: same ETag {seen[name][0]}, Vary {seen[name][1]} and {seen[name][2]},",
          f"compressed for q=0 {seen[name][3]}")
def asks(coding):
    return coding, "identity", f"{coding};q=0, identity"
async def ask(application, accepted):
    sent = []
    async def send(message):
        sent.append(message)
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
             "scheme": "http", "path": "/", "raw_path": b"/", "root_path": "", "query_string": b"",
             "server": ("films", 80), "client": ("host", 1), "state": {},
             "headers": [(b"accept-encoding", accepted.encode())]}
    await application(scope, receive, send)
    return {key.decode(): value.decode() for key, value in sent[0]["headers"]}
@litestar.get("/")
async def films() -> litestar.Response[str]:
    return litestar.Response(TEXT, headers={"ETag": TAG}, media_type="text/plain")
async def plain(scope, receive, send):
    await Response(TEXT, headers={"ETag": TAG})(scope, receive, send)
for name, application, coding in (
        ("starlette", GZipMiddleware(plain), "gzip"),
        ("brotli-asgi", BrotliMiddleware(plain), "br"),
        ("zstd-asgi", ZstdMiddleware(plain), "zstd"), ("asgi-gzip", OtherGZip(plain), "gzip"),
        ("litestar", litestar.Litestar(
            [films], compression_config=CompressionConfig(backend="gzip")), "gzip")):
    see(name, [asyncio.run(ask(application, accepted)) for accepted in asks(coding)])
async def handle(request):
    response = web.Response(text=TEXT, headers={"ETag": TAG})
    response.enable_compression()
    return response
async def try_aiohttp():
    served, answers = web.Application(), []
    served.router.add_get("/", handle)
    async with test_utils.TestClient(test_utils.TestServer(served)) as client:
        for accepted in asks("gzip"):
            async with client.get("/", headers={"Accept-Encoding": accepted}) as answer:
                answers.append(answer.headers)
    see("aiohttp", answers)
asyncio.run(try_aiohttp())
settings.configure(ALLOWED_HOSTS=["*"])
django.setup()
from django.middleware.gzip import GZipMiddleware as DjangoGZip
view = DjangoGZip(lambda request: http.HttpResponse(TEXT, headers={"ETag": TAG}))
see("django", [view(test.RequestFactory().get("/", HTTP_ACCEPT_ENCODING=accepted)).headers
               for accepted in asks("gzip")])
raise SystemExit(seen != {
    "starlette": (True, True, True, True), "brotli-asgi": (True, True, False, True),
    "zstd-asgi": (True, True, False, True), "asgi-gzip": (True, True, True, True),
    "litestar": (True, True, False, True), "aiohttp": (True, False, False, True),
    "django": (False, True, True, True)})
PYTHON
python3 -W ignore try.py
