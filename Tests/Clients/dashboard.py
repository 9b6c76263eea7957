"""The dashboard in headless Chromium, as its user has it: by mouse, by keyboard, in several tabs.

It starts and restarts the service itself. What is checked is what the page says, never how it is
made; and that the browser reports no breach of the page's policy.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import urllib.request

import browser as base
from browser import AUDIT, OPEN_PORT, PORT, SERVICE, TOKEN, driven, until

COMMAND = json.loads(os.environ["COMMAND"])
FOLDER = pathlib.Path(os.environ["FOLDER"])
# Where nobody is asked who it is: a session of a browser ends with the service.
OPEN = f"http://127.0.0.1:{OPEN_PORT}"
# The script of axe-core; empty for none.
AXE = os.environ.get("AXE", "")
HOSTILE = "<img src=x onerror=window.hacked=1>\u202e\u2028</script><script>window.hacked=1</script>"


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
            (FOLDER / "page.png").write_bytes(__import__("base64").b64decode(picture))
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


def streams():
    """How often the stream of changes was asked for."""
    lines = [json.loads(line) for line in AUDIT.read_text().splitlines()]
    return sum(line.get("route") == "/events" for line in lines)


def log_in(page):
    page.go("")
    page.sees("Log in")
    page.type("#token", "hr_wrong")
    page.click("Log in", "form button")
    until("the refusal", lambda: page.shown("form .problem"))
    page.type("#token", TOKEN)
    page.click("Log in", "form button")
    page.sees("You are token/media", "#account")
    page.sees("Live", "#connection")


def form(page):
    """Submits by the form, sees the output, and runs it again with changes."""
    page.click("New job")
    page.sees("What to do")
    if page.find("#preset"):
        page.browser.run("""const preset = document.querySelector("#preset");
            preset.value = "free"; preset.dispatchEvent(new Event("change"));""")
    page.type("#field-command", "echo")
    page.type("#field-args", "by the form\nand more")
    page.click("Start", "form button")
    page.sees("succeeded", ".state")
    page.sees("by the form and more", ".log")
    page.click("Run again with changes")
    until("the form", lambda: page.browser.run(
        "return document.querySelector('#field-args')?.value === 'by the form\\nand more';"))
    page.type("#field-args", "once more")
    page.click("Start", "form button")
    page.sees("once more", ".log")
    # A refusal stands at its field.
    page.click("New job")
    page.browser.run("""const preset = document.querySelector("#preset");
        preset.value = "free"; preset.dispatchEvent(new Event("change"));""")
    page.type("#field-command", "nothing-of-that-name")
    page.click("Start", "form button")
    until("the refusal", lambda: page.browser.run(
        "return [...document.querySelectorAll('.problem')].some((one) => one.innerText);"))


def hostile(page):
    """Names and output are text."""
    script = (
        "printf '%s\\n' \"$1\"; printf '\\033[31mred\\033[0m\\n'"
        "; printf '\\033]8;;http://evil.test/\\033\\\\link\\033]8;;\\033\\\\\\n'"
        "; printf '\\033]0;title\\007\\033[2J\\033[H'"
        "; printf 'old\\rnew\\n'; printf '\\001\\377\\n'"
    )
    id = submit("-c", script, HOSTILE, HOSTILE, labels={"a": HOSTILE})
    page.go(f"#/job/{id}")
    page.sees("</script><script>window.hacked=1</script>", ".log")
    page.sees("link", ".log")
    page.sees("new", ".log")
    found = page.browser.run(
        """return {
          elements: document.querySelectorAll("main img, main script, main a[href*=evil]").length,
          colour: document.querySelector(".log .colour1")?.textContent,
          title: document.title, hacked: window.hacked,
          old: document.querySelector(".log").textContent.includes("old"),
          turned: /[\\u202a-\\u202e]/.test(document.querySelector("main").textContent),
        };"""
    )
    wanted = {"elements": 0, "colour": "red", "hacked": None, "old": False, "turned": False}
    assert {name: found[name] for name in wanted} == wanted, found
    assert found["title"].startswith("http-runner"), found
    submit(HOSTILE, command="echo")
    page.go("#/finished")
    page.sees("onerror=window.hacked", ".scroller")
    assert page.browser.run("return window.hacked ?? null;") is None


def cancel(page):
    id = submit("-c", "echo begun; exec sleep 600")
    page.go("#/running")
    page.sees("Running for", ".scroller")
    page.go(f"#/job/{id}")
    page.sees("begun", ".log")
    page.click("Freeze")
    page.click("Go on")
    page.click("Cancel", ".buttons button")
    page.click("Really cancel?", ".buttons button")
    page.sees("cancelled", ".state")


def paused(page):
    page.click("Pause the queue")
    page.sees("The queue is paused", "#banner")
    submit("-c", "echo first")
    id = submit("-c", "echo waited")
    page.go(f"#/job/{id}")
    page.sees("which is paused", ".facts")
    until("the second place", lambda: ask("GET", id)["waiting"].get("place") == 2)
    page.click("Move to the front")
    until("the first place", lambda: ask("GET", id)["waiting"].get("place") == 1)
    page.click("Let jobs start")
    page.sees("waited", ".log")
    page.sees("succeeded", ".state")


def restart(page, service):
    """Follows a job over the sudden end of the service."""
    gate = FOLDER / "shared" / "gate"
    gate.unlink(missing_ok=True)
    script = f"echo begun; while [ ! -e {gate} ]; do sleep 0.1; done; echo whole; echo 50%"
    id = submit("-c", script, command="again")
    page.go(f"#/job/{id}", OPEN)
    page.sees("begun", ".log")
    page.browser.run("window.kept = 1;")
    service.stop(signal.SIGKILL)
    until("the break to be shown", lambda: "Live" not in page.shown("#connection"))
    service.start()
    page.sees("Live", "#connection")
    gate.touch()
    page.sees("succeeded", ".state")
    page.sees("whole", ".log")
    page.sees("100 %", ".told")
    # It is the same page as before.
    assert page.browser.run("return window.kept;") == 1
    page.go(f"#/job/{id}")
    page.sees("makes a token", "form")
    page.type("#token", TOKEN)
    page.click("Log in", "form button")
    page.sees("succeeded", ".state")


def tabs(page):
    """Eight tabs have one stream, and all are told."""
    browser = page.browser
    first = browser.ask("GET", "/window")
    before = streams()
    handles = [first]
    for _ in range(7):
        handle = browser.ask("POST", "/window/new", {"type": "tab"})["handle"]
        browser.ask("POST", "/window", {"handle": handle})
        handles.append(handle)
        page.go("#/finished")
        page.sees("Live", "#connection")
    id = submit("for all tabs", command="echo")
    for handle in handles[1:]:
        browser.ask("POST", "/window", {"handle": handle})
        page.sees("for all tabs", ".scroller")
        page.collect()
    assert streams() == before, (streams(), before)
    for handle in handles[1:]:
        browser.ask("POST", "/window", {"handle": handle})
        browser.ask("DELETE", "/window")
    browser.ask("POST", "/window", {"handle": first})
    page.go(f"#/job/{id}")
    page.sees("for all tabs", ".log")


def back(page):
    """A page that the browser kept is as new as any."""
    page.go("#/finished")
    page.browser.run("window.kept = 2;")
    page.browser.go(SERVICE + "/healthz")
    submit("while it was away", command="echo")
    page.browser.ask("POST", "/back", {})
    page.sees("while it was away", ".scroller")
    page.sees("Live", "#connection")
    return page.browser.run("return window.kept === 2;")


def keyboard(page):
    """A job is submitted without a mouse."""
    page.go("#/new")
    page.sees("What to do")
    page.browser.run("""const preset = document.querySelector("#preset");
        preset.value = "free"; preset.dispatchEvent(new Event("change")); preset.focus();""")
    tab, enter = "\ue004", "\ue007"

    def press(keys):
        actions = []
        for key in keys:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        sequence = {"type": "key", "id": "keys", "actions": actions}
        page.browser.ask("POST", "/actions", {"actions": [sequence]})

    press(tab + "echo" + tab + "by keys" + tab + tab + tab + enter)
    page.sees("by keys", ".log")


def narrow(page):
    """On a telephone nothing is wider than the window; dark and light, and in German."""
    page.browser.ask("POST", "/window/rect", {"width": 500, "height": 800})
    for path in ["#/finished", "#/new", "#/running"]:
        page.go(path)
        wide = page.browser.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth;")
        assert wide <= 0, (path, wide)
    page.browser.run("""const language = document.querySelector("#language");
        language.value = "de"; language.dispatchEvent(new Event("change"));""")
    page.sees("Laufend", "#tabs")
    colours = page.browser.run(
        """const theme = document.querySelector("#theme");
        return ["light", "dark"].map((name) => {
          theme.value = name;
          theme.dispatchEvent(new Event("change"));
          return getComputedStyle(document.body).backgroundColor;
        });""")
    assert colours[0] != colours[1], colours
    page.browser.run("""const language = document.querySelector("#language");
        language.value = "en"; language.dispatchEvent(new Event("change"));""")
    page.browser.ask("POST", "/window/rect", {"width": 1200, "height": 900})


def accessible(page):
    """The rules of axe-core, where its script is at hand."""
    if not AXE:
        return
    script = pathlib.Path(AXE).read_text()
    job = ask("GET", "jobs?limit=1")["jobs"][0]["id"]
    for theme in ["light", "dark"]:
        for path in ["#/running", "#/finished", "#/new", f"#/job/{job}"]:
            page.go(path)
            page.browser.run("document.documentElement.dataset.theme = given[0];"
                             "await new Promise((done) => setTimeout(done, 500));", theme)
            page.browser.ask("POST", "/execute/sync", {"script": script, "args": []})
            found = page.browser.run(
                "return (await axe.run()).violations.map((one) => [one.id, one.impact,"
                " one.nodes.map((node) => node.html.slice(0, 200))]);")
            assert not found, (theme, path, found)


def log_out(page):
    page.go("#/running")
    page.click("Log out")
    page.sees("makes a token", "form")
    assert page.browser.run("return (await fetch('/jobs')).status;") == 401


def main():
    service = Service()
    try:
        service.start()
        with tempfile.TemporaryDirectory() as folder, driven(folder) as browser:
            page = Page(browser)
            log_in(page)
            size = browser.run(
                """return performance.getEntriesByType("resource").concat(
                  performance.getEntriesByType("navigation"))
                  .filter((one) => one.name.includes("/ui/") || one.entryType === "navigation")
                  .reduce((sum, one) => sum + one.transferSize, 0);""")
            assert 10_000 < size < 200_000, size
            for step in [form, hostile, cancel, paused, tabs, keyboard, narrow, accessible]:
                step(page)
                page.collect()
            restart(page, service)
            was_kept = back(page)
            log_out(page)
            page.collect()
            assert not page.errors, page.errors
            print(f"dashboard: {size} bytes, kept for back: {was_kept}")
    finally:
        service.stop()


if __name__ == "__main__":
    main()
