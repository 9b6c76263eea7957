"""What Tests/Clients/dashboard.py works with: the service, programs that ask it, and a page."""

import base64
import json
import os
import pathlib
import signal
import subprocess
import sys
import urllib.request

import browser as base
from browser import PORT, SERVICE, TOKEN, until

COMMAND = json.loads(os.environ["COMMAND"])
FOLDER = pathlib.Path(os.environ["FOLDER"])
TAB, ENTER, SPACE = "\ue004", "\ue007", " "


class Service:
    """The service, which ends when it is told to, and starts again at the same place."""

    def __init__(self):
        self.process = None

    def start(self):
        log = open(FOLDER / "service.log", "a")
        self.process = subprocess.Popen(COMMAND, stdout=log, stderr=log)
        until("the service", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            sys.exit("the service ended:\n" + (FOLDER / "service.log").read_text())
        try:
            return ask("GET", "healthz", token=None)
        except OSError:
            return None

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait()


def ask(method, path, body=None, token=TOKEN):
    """One request of a program. Returns its document."""
    context = base.ssl.create_default_context(cafile=str(base.TLS / "ca.pem"))
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"https://localhost:{PORT}/{path}", data, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return json.load(answer)


def submit(*words, command="sh", **members):
    return ask("POST", "", {"command": command, "args": list(words), **members})["id"]


class Page:
    """What a user does and sees in one browser."""

    def __init__(self, browser):
        self.browser = browser
        self.errors = []

    def go(self, path, service=SERVICE):
        self.browser.go(f"{service}/{path}")

    def sees(self, text, where="body"):
        """Waits until the text is shown there."""

        def look():
            shown = self.shown(where)
            return text in shown

        try:
            until(f"“{text}”", look)
        except SystemExit:
            self.collect()
            picture = self.browser.ask("GET", "/screenshot")
            (FOLDER / "page.png").write_bytes(base64.b64decode(picture))
            sys.exit(f"no “{text}” in {where}:\n{self.shown('body')}\n{self.errors}")

    def shown(self, where="body"):
        return self.browser.run(
            "return document.querySelector(given[0])?.innerText ?? '';", where
        ).replace("\xa0", " ")

    def click(self, text, where="button, a"):
        """Clicks on the element that has this text."""

        def look():
            return self.browser.run(
                """const found = [...document.querySelectorAll(given[1])]
                  .find((one) => one.innerText.trim() === given[0] && one.offsetParent);
                found?.scrollIntoView({block: "center"});
                found?.click();
                return Boolean(found);""",
                text,
                where,
            )

        until(f"the button “{text}”", look)

    def type(self, selector, text):
        element = until(selector, lambda: self.find(selector))
        self.browser.ask("POST", element + "/clear", {})
        self.browser.ask("POST", element + "/value", {"text": text})

    def press(self, *keys):
        """Keys one after the other, wherever the focus is."""
        actions = []
        for key in keys:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        sequence = {"type": "key", "id": "keys", "actions": actions}
        self.browser.ask("POST", "/actions", {"actions": [sequence]})

    def tab_to(self, selector, text=""):
        """Moves the focus by the key for that alone, up to an element with that text."""
        for _ in range(60):
            self.press(TAB)
            if self.browser.run(
                "const one = document.activeElement;"
                "return one.matches(given[0]) && one.textContent.includes(given[1]);",
                selector, text,
            ):
                return
        sys.exit(f"no way to {selector} “{text}” by keyboard")

    def find(self, selector):
        try:
            return self.browser.element(selector)
        except RuntimeError:
            return None

    def collect(self):
        """What the browser has to complain about."""
        for entry in self.browser.ask("POST", "/se/log", {"type": "browser"}):
            message = entry["message"]
            # Refusals that a page asks for, and a service that is away, are no faults of the page.
            known = ["ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE",
                     "ERR_CONNECTION_RESET", "ERR_SOCKET", "ERR_FAILED", "status of 4"]
            if not any(word in message for word in known):
                self.errors.append(message)
