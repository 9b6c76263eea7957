"""Headless Chromium, driven by the WebDriver protocol (W3C) of Debian's chromium-driver."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

PATIENCE_SECONDS = 60


def until(what, look):
    """What `look` returns once that is something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > end:
            sys.exit(f"{what} did not come")
        time.sleep(0.02)
    return found


class Browser:
    """One session of the driver."""

    def __init__(self, driver, home, arguments):
        self.url = driver
        arguments = [
            *arguments,
            "--headless=new",
            "--no-sandbox",  # root has none
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={home}/profile",
        ]
        wanted = {
            "alwaysMatch": {
                "goog:chromeOptions": {"args": arguments},
                "goog:loggingPrefs": {"browser": "ALL"},
            }
        }
        begun = self.ask("POST", "/session", {"capabilities": wanted})
        self.url += "/session/" + begun["sessionId"]
        self.ask("POST", "/timeouts", {"script": 1000 * PATIENCE_SECONDS})

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def go(self, url):
        self.ask("POST", "/url", {"url": url})

    def element(self, selector):
        found = self.ask("POST", "/element", {"using": "css selector", "value": selector})
        return "/element/" + next(iter(found.values()))

    def text(self):
        """The text of the page, also of one that another takes the place of while it is read."""
        return until("a page that stays", self.text_now)

    def text_now(self):
        try:
            return self.ask("GET", self.element("html") + "/text") or " "
        except RuntimeError as error:
            if any(sign in str(error) for sign in ("stale element", "no such element")):
                return None
            raise

    def run(self, script, *arguments):
        """What the body of an async function of the page returns; `"no: …"` for what it throws."""
        body = (
            "const [done, given] = [arguments[arguments.length - 1], [...arguments].slice(0, -1)];"
            f"(async (...given) => {{ {script} }})(...given)"
            ".then(done, (error) => done(`no: ${error}`));"
        )
        return self.ask("POST", "/execute/async", {"script": body, "args": list(arguments)})

    def cdp(self, command, **parameters):
        """A command of Chrome's DevTools Protocol."""
        body = {"cmd": command, "params": parameters}
        return self.ask("POST", "/goog/cdp/execute", body)

    def quit(self):
        self.ask("DELETE", "")


@contextlib.contextmanager
def chromium(home, words=("chromedriver", "--port=0"), arguments=()):
    """A browser with a home of its own.

    `words` starts the driver; `arguments` are further ones of the browser.
    """
    driver = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "HOME": str(home)},
    )
    try:
        lines = []
        for line in driver.stdout:
            lines.append(line)
            if "started successfully on port" in line:
                break
        else:
            sys.exit("chromedriver did not start:\n" + "".join(lines))
        threading.Thread(target=driver.stdout.read, daemon=True).start()
        browser = Browser("http://127.0.0.1:" + line.split()[-1].rstrip("."), home, arguments)
        browser.driver = driver.pid
        try:
            yield browser
        finally:
            browser.quit()
    finally:
        driver.terminate()
        driver.wait()
