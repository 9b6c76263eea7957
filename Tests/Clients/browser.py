"""Headless Chromium against the service, and pages of other origins in it.

It is driven by the WebDriver protocol (W3C) of Debian's chromium-driver. Where the page of another
origin tries something, the answer is looked for in the audit log of the service, with its reason.
"""

import contextlib
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import threading

from chromium import chromium, until

PORT, OPEN_PORT = int(os.environ["PORT"]), int(os.environ["OPEN_PORT"])
TLS, TOKEN = pathlib.Path(os.environ["TLS"]), os.environ["TOKEN"]
AUDIT = pathlib.Path(os.environ["AUDIT"])
SERVICE = f"https://runner.test:{PORT}"
# Names of no network: all lead to this machine, in this browser alone.
RULES = "MAP *.test 127.0.0.1"


class Audit:
    """The lines of the audit log, each looked at once."""

    def __init__(self):
        self.seen = 0

    def lines(self):
        return [json.loads(line) for line in AUDIT.read_text().splitlines()]

    def skip(self):
        self.seen = len(self.lines())

    def refused(self, reason, method="POST"):
        """The next request of the method was refused, and for this reason."""

        def look():
            new = [line for line in self.lines()[self.seen :] if line["method"] == method]
            return next(iter(new), None)

        line = until(f"a line of {method}", look)
        assert (line["status"], line["reason"]) == (403, reason), line
        self.skip()


class Page(http.server.BaseHTTPRequestHandler):
    """A page of somebody else."""

    def do_GET(self):
        body = b"<!DOCTYPE html><title>other</title><body>other"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(context=None):
    """Serves that page. Returns the port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


@contextlib.contextmanager
def driven(folder, *, certificate=False):
    """A browser that knows the private authority, with a home of its own."""
    home = pathlib.Path(folder, "with" if certificate else "without")
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    database = f"sql:{store}"
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], **quiet)
    subprocess.run(
        ["certutil", "-A", "-d", database, "-n", "ca", "-t", "C,,", "-i", TLS / "ca.pem"], **quiet
    )
    words = ["chromedriver", "--port=0"]
    if certificate:
        pack = home / "media.p12"
        subprocess.run(
            ["openssl", "pkcs12", "-export", "-in", TLS / "media.pem", "-inkey"]
            + [TLS / "media-key.pem", "-out", pack, "-passout", "pass:"],
            **quiet,
        )
        subprocess.run(["pk12util", "-d", database, "-i", pack, "-W", ""], **quiet)
        choice = {"pattern": f"https://[*.]test:{PORT}", "filter": {}}
        policy = home / "etc/policies/managed"
        policy.mkdir(parents=True)
        rule = {"AutoSelectCertificateForUrls": [json.dumps(choice)]}
        (policy / "choice.json").write_text(json.dumps(rule))
        # A policy chooses the certificate where a user would be asked; seen by this browser alone.
        mount = f'mount --bind "{home}/etc" /etc/chromium && exec "$@"'
        words = ["unshare", "--mount", "sh", "-c", mount, "sh"] + words
    with chromium(home, words, [f"--host-resolver-rules={RULES}"]) as browser:
        yield browser


def log_in(browser):
    """As a user does. Returns the cookie."""
    browser.go(SERVICE + "/jobs")
    assert "Say who you are" in browser.text(), browser.text()
    browser.go(SERVICE + "/login")
    browser.ask("POST", browser.element("input[name=token]") + "/value", {"text": TOKEN})
    browser.ask("POST", browser.element("button") + "/click", {})
    until("the page of who is logged in", lambda: "token/media" in browser.text())
    cookie = browser.ask("GET", "/cookie/__Host-http-runner")
    assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Strict", cookie
    return cookie


def own_page(browser):
    """Submits and follows a job by the cookie."""
    browser.go(SERVICE + "/healthz")
    made = browser.run(
        """const body = JSON.stringify({command: "echo", args: ["by", "chromium"]});
        const made = await (await fetch("/?wait=30", {method: "POST", body})).json();
        const events = new EventSource(`/${made.id}/events`);
        await new Promise((resolve, reject) => {
          for (const name of ["stdout", "message", "state"]) events.addEventListener(name, resolve);
          events.onerror = () => reject("the events broke off");
        });
        events.close();
        return await (await fetch(`/${made.id}/stdout`)).text();"""
    )
    assert made == "by chromium\n", made


def own_form(browser, folder):
    """Sends a job with a file by a form of HTML."""
    film = pathlib.Path(folder, 'a "b" \u00e4.txt')
    film.write_bytes(b"sent by a form\n" * 100_000)
    browser.go(SERVICE + "/healthz")
    browser.run(
        """const form = document.createElement("form");
        Object.assign(form, {method: "post", action: "/?wait=30", enctype: "multipart/form-data"});
        const fields = [["command", "shell"], ["arg", "-c"], ["arg", "ls; cat * | tail -n 1"],
          ["timeout", ""], ["labels.page", "form"]];
        for (const [name, value] of fields) {
          const input = document.createElement("input");
          Object.assign(input, {name, value});
          form.append(input);
        }
        for (const id of ["none", "film"]) {
          const input = document.createElement("input");
          Object.assign(input, {type: "file", name: "files", id});
          form.append(input);
        }
        form.append(document.createElement("button"));
        document.body.append(form);"""
    )
    browser.ask("POST", browser.element("#film") + "/value", {"text": str(film)})
    browser.ask("POST", browser.element("button") + "/click", {})
    until("the job", lambda: '"status":"finished"' in browser.text())
    job = json.loads(browser.ask("GET", browser.element("pre") + "/text"))
    assert job["code"] == 0 and job["labels"] == {"page": "form"}, job
    assert job["stdout"] == f"{film.name}\nsent by a form\n", job


ATTEMPTS = {
    "POST": """return (await fetch(given[0] + "/", {method: "POST", mode: "no-cors",
        credentials: "include", body: '{"command": "echo"}'})).type;""",
    "GET": """return await (await fetch(given[0] + "/jobs", {credentials: "include"})).text();""",
}


def other_pages(browser, audit):
    """What pages of other origins try while the user is logged in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem", TLS / "server-key.pem")
    sibling = f"https://runner.test:{serve(context)}"
    stranger = f"http://evil.test:{serve()}"
    # The browser takes another port of the same host for the same site, and sends it the cookie.
    for page, reading in [(sibling, "cookie_origin"), (stranger, "other_site")]:
        browser.go(page)
        audit.skip()
        assert browser.run(ATTEMPTS["POST"], SERVICE) == "opaque"
        audit.refused("other_site")
        assert browser.run(ATTEMPTS["GET"], SERVICE).startswith("no: TypeError")
        audit.refused(reading, "GET")
        browser.run(
            """const events = new EventSource(given[0] + "/jobs", {withCredentials: true});
            await new Promise((resolve) => { events.onerror = resolve; });""",
            SERVICE,
        )
        audit.refused(reading, "GET")
        # Forms are no scripts: where they lead, the answer is shown.
        plain, encoded = "text/plain", "application/x-www-form-urlencoded"
        forms = [
            ("/", '{"command": "echo", "a": "', '"}', plain),
            ("/", "command", "echo", "multipart/form-data"),
            ("/login", "token", TOKEN, encoded),
        ]
        for path, name, value, kind in forms:
            browser.go(page)
            audit.skip()
            browser.run(
                """const form = document.createElement("form");
                Object.assign(form, {method: "post", action: given[0], enctype: given[3]});
                const input = document.createElement("input");
                Object.assign(input, {name: given[1], value: given[2]});
                form.append(input);
                document.body.append(form);
                setTimeout(() => form.submit());""",
                SERVICE + path,
                name,
                value,
                kind,
            )
            audit.refused("other_site")
            until("the refusal", lambda: "Pages of other sites" in browser.text())
        # No page can show ours inside of it.
        browser.go(page)
        shown = browser.run(
            """const frame = document.createElement("iframe");
            frame.src = given[0] + "/login";
            document.body.append(frame);
            await new Promise((resolve) => { frame.onload = resolve; });
            try {
              return frame.contentDocument ? "empty" : "closed";
            } catch {
              return "closed";
            }""",
            SERVICE,
        )
        assert shown == "closed", shown


def rebound_name(browser, audit):
    """A page whose own name was made to lead to the service, where nobody is asked who they are."""
    page = f"http://rebound.test:{OPEN_PORT}"
    audit.skip()
    browser.go(page + "/jobs")
    assert "not known by the name" in browser.text(), browser.text()
    audit.refused("host_name", "GET")
    status = browser.run(
        """return (await fetch("/", {method: "POST", body: '{"command": "echo"}'})).status;"""
    )
    assert status == 403, status
    audit.refused("host_name")
    # The twin: under its own address the same requests are served.
    browser.go(f"http://127.0.0.1:{OPEN_PORT}/jobs")
    assert '"jobs"' in browser.text(), browser.text()
    status = browser.run(
        """return (await fetch("/", {method: "POST", body: '{"command": "echo"}'})).status;"""
    )
    assert status == 202, status


def main():
    with tempfile.TemporaryDirectory() as folder:
        audit = Audit()
        with driven(folder) as browser:
            cookie = log_in(browser)
            own_page(browser)
            own_form(browser, folder)
            other_pages(browser, audit)
            rebound_name(browser, audit)
            # What was tried has changed nothing: the session lives, until it is ended.
            browser.go(SERVICE + "/login")
            assert browser.ask("GET", "/cookie/__Host-http-runner")["value"] == cookie["value"]
            browser.ask("POST", browser.element("button") + "/click", {})
            until("the form", lambda: "Log in" in browser.text())
            browser.go(SERVICE + "/jobs")
            assert "Say who you are" in browser.text(), browser.text()
            version = browser.run("return navigator.userAgent.match(/Chrome.[^ ]*/)[0];")
        with driven(folder, certificate=True) as browser:
            browser.go(SERVICE + "/jobs")
            assert '"jobs"' in browser.text(), browser.text()
            own_page(browser)
        print(version)


if __name__ == "__main__":
    main()
