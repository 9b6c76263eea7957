#!/usr/bin/env bash
# Package: aiohttp 3.14.5 for Python.
#
# Guess, written down first: the file name given to FormData.add_field arrives as it is, as from
# httpx, requests, curl and browsers.
#
# Seen: every character but letters, digits and a few marks is percent-encoded, the space too: "my
# film.mkv" arrives as "my%20film.mkv", "Käse" as "K%C3%A4se". No parser tried (python-multipart,
# werkzeug, django, tornado, webob, undici) decodes it, nor should one: RFC 7578 knows no such
# coding but for the characters that browsers escape. The file is stored under the wrong name, and a
# command that names it does not find it.
# Remedy: FormData(quote_fields=False), with a name that holds no quotation mark and no line end.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi aiohttp==3.14.5 python-multipart==0.0.34
cat >try.py <<'PYTHON'
import asyncio, io, aiohttp
from aiohttp import web
from python_multipart import parse_form
names = []
async def take(request):
    body = await request.read()
    parse_form({"Content-Type": request.headers["Content-Type"].encode()}, io.BytesIO(body),
               None, lambda file: names.append(file.file_name.decode()))
    return web.Response()
async def main():
    application = web.Application()
    application.router.add_post("/", take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession() as client:
        for quote in (True, False):
            form = aiohttp.FormData(quote_fields=quote)
            form.add_field("file", b"x", filename="my film.mkv")
            await client.post(f"http://127.0.0.1:{port}/", data=form)
    await runner.cleanup()
asyncio.run(main())
print(names)
raise SystemExit(names != ["my%20film.mkv", "my film.mkv"])
PYTHON
python3 try.py
