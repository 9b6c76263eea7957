#!/usr/bin/env bash
# Packages: WebOb 1.8.11, bottle 0.13.4, WsgiDAV 4.4.0, Flask 3.1.3 (werkzeug 3.1.9), falcon 4.4.0,
# aiohttp 3.14.5, CherryPy 18.10.0, whitenoise 6.12.0 and Starlette 1.10.0 for Python.
#
# Guess, written down first: "Range: bytes=0-9,20-29" is answered by both pieces in a
# multipart/byteranges, or by 200 and the whole file, as RFC 9110 lets a server do.
#
# Seen: WebOb and bottle answer 206 with the first piece alone, and WsgiDAV with the last alone, as
# if one had been asked for: a client that fills gaps takes the second piece for fetched, or writes
# it at the wrong place unless it reads Content-Range. werkzeug and aiohttp say 416, and falcon 400,
# of a file that has both pieces. CherryPy and Starlette send both, whitenoise the whole.
# Remedy: one range a request.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi webob==1.8.11 bottle==0.13.4 wsgidav==4.4.0 flask==3.1.3 werkzeug==3.1.9 falcon==4.4.0 \
  aiohttp==3.14.5 cherrypy==18.10.0 whitenoise==6.12.0 starlette==1.10.0 httpx==0.28.1
mkdir films
seq 1000 >films/film.srt
cat >try.py <<'PYTHON'
import asyncio, logging, os, bottle, cherrypy, falcon, flask, webob.static, whitenoise
from aiohttp import test_utils, web
from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from werkzeug.test import Client
from wsgidav.wsgidav_app import WsgiDAVApp
logging.disable()
folder, path = os.path.abspath("films"), os.path.abspath("films/film.srt")
with open(path, "rb") as file:
    data = file.read()
fields, seen = {"Range": "bytes=0-9,20-29", "Accept-Encoding": "identity"}, {}
def see(name, status, headers, body):
    multipart = headers.get("Content-Type", "").startswith("multipart/byteranges")
    seen[name] = (status, "both" if multipart and data[:10] in body and data[20:30] in body
                  else {data: "whole", data[:10]: "first", data[20:30]: "last"}.get(body, "none"))
    print(f"{name}: {status}, {seen[name][1]}, Content-Range {headers.get('Content-Range')}")
def see_wsgi(name, application):
    answer = Client(application).get("/film.srt", headers=fields)
    see(name, answer.status_code, answer.headers, answer.data)
class Films:
    @cherrypy.expose
    def default(self, name):
        return cherrypy.lib.static.serve_file(path)
cherrypy.config.update({"log.screen": False})
plain, server, bottled = flask.Flask("films"), falcon.App(), bottle.Bottle()
plain.add_url_rule("/film.srt", view_func=lambda: flask.send_file(path, conditional=True))
server.add_static_route("/", folder)
bottled.route("/film.srt", callback=lambda: bottle.static_file("film.srt", root=folder))
see_wsgi("webob", webob.static.DirectoryApp(folder))
see_wsgi("bottle", bottled)
see_wsgi("wsgidav", WsgiDAVApp({
    "provider_mapping": {"/": folder}, "simple_dc": {"user_mapping": {"*": True}}, "verbose": 0}))
see_wsgi("flask", plain)
see_wsgi("falcon", server)
see_wsgi("cherrypy", cherrypy.tree.mount(Films(), "/"))
see_wsgi("whitenoise", whitenoise.WhiteNoise(None, root=folder))
starlette = Starlette()
starlette.mount("/", StaticFiles(directory=folder))
answer = TestClient(starlette).get("/film.srt", headers=fields)
see("starlette", answer.status_code, answer.headers, answer.content)
async def try_aiohttp():
    application = web.Application()
    application.router.add_static("/", folder)
    async with test_utils.TestClient(test_utils.TestServer(application)) as client:
        async with client.get("/film.srt", headers=fields) as answer:
            see("aiohttp", answer.status, answer.headers, await answer.read())
asyncio.run(try_aiohttp())
raise SystemExit(seen != {
    "webob": (206, "first"), "bottle": (206, "first"), "wsgidav": (206, "last"),
    "flask": (416, "none"), "falcon": (400, "none"), "cherrypy": (206, "both"),
    "whitenoise": (200, "whole"), "starlette": (206, "both"), "aiohttp": (416, "none")})
PYTHON
python3 -W ignore try.py
