"""The dashboard in headless Chromium, as its user has it: by mouse, by keyboard, in several tabs.

It starts and restarts the service itself. What is checked is what the page says, never how it is
made; and that the browser reports no breach of the page's policy.
"""

import json
import os
import pathlib
import signal
import tempfile

from browser import AUDIT, OPEN_PORT, SERVICE, TOKEN, driven, until
from page import ENTER, FOLDER, SPACE, TAB, Page, Service, ask, submit

# Where nobody is asked who it is: a session of a browser ends with the service.
OPEN = f"http://127.0.0.1:{OPEN_PORT}"
# The script of axe-core.
AXE = pathlib.Path(os.environ["AXE"]).read_text()
HOSTILE = "<img src=x onerror=window.hacked=1>\u202e\u2028</script><script>window.hacked=1</script>"


def streams():
    """How often the stream of changes was asked for."""
    lines = [json.loads(line) for line in AUDIT.read_text().splitlines()]
    return sum(line.get("route") == "/events" for line in lines)


PAINT = """
  await new Promise((done) => {
    new PerformanceObserver(() => done()).observe({ type: "paint", buffered: true });
  });
  const resources = performance.getEntriesByType("resource");
  return { blocking: resources.filter((one) => one.renderBlockingStatus === "blocking")
      .map((one) => new URL(one.name).pathname),
    scripts: resources.filter((one) => one.name.endsWith(".js")).length,
    painted: performance.getEntriesByName("first-contentful-paint").length };
"""


def paint(page):
    """The first paint waits for the document and the style alone: none of the scripts is there."""
    browser = page.browser
    browser.cdp("Network.enable")
    browser.cdp("Network.setBlockedURLs", urls=["*.js"])
    page.go("")
    found = browser.run(PAINT)
    assert found["painted"] == 1 and found["blocking"] == ["/ui/style.css"], found
    browser.cdp("Network.setBlockedURLs", urls=[])
    browser.cdp("Network.disable")
    # Refusals that were asked for.
    browser.ask("POST", "/se/log", {"type": "browser"})


def log_in(page):
    page.go("")
    page.sees("Log in")
    scripts = page.browser.run(PAINT)["scripts"]
    assert scripts <= 6, scripts
    page.browser.ask("POST", "/execute/sync", {"script": AXE, "args": []})
    rules(page, "login")
    page.type("#token", "hr_wrong")
    page.click("Log in", "form button")
    until("the refusal", lambda: page.shown("form .problem"))
    page.type("#token", TOKEN)
    page.click("Log in", "form button")
    page.sees("You are token/media", "#account")
    page.sees("Live", "#connection")


def free(page):
    """Chooses the form of any command."""
    until("the form of any command", lambda: page.browser.run(
        """const preset = document.querySelector("#preset");
        if (!preset?.querySelector("[value=free]")) return false;
        preset.value = "free";
        preset.dispatchEvent(new Event("change"));
        return true;"""))


def form(page):
    """Submits by the form, sees the output, and runs it again with changes."""
    page.click("New job")
    page.sees("What to do")
    free(page)
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
    free(page)
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


def preset(page):
    """On a telephone, in the dark and by keyboard alone: a job by preset, its file, the same with
    changes, and one that is cancelled."""
    downloads = FOLDER / "downloads"
    downloads.mkdir()
    page.browser.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
    page.go("#/running")
    page.tab_to("nav a", "New job")
    page.press(ENTER)
    page.sees("What to do")
    page.tab_to("#field-name")
    page.press(*"ana", ENTER)
    page.sees("soft ana x2", ".log")
    page.sees("greet · name: ana · times: 2 · tone: soft", ".facts")
    page.tab_to(".files a", "greeting.txt")
    page.press(ENTER)
    until("the file", lambda: (downloads / "greeting.txt").is_file()
          and (downloads / "greeting.txt").read_text() == "ana\n")
    page.go("#/finished")
    page.tab_to(".row a", "ana")
    page.press(ENTER)
    page.sees("soft ana x2", ".log")
    page.tab_to("button", "Run again with changes")
    page.press(ENTER)
    until("the form as it was", lambda: page.browser.run(
        "return ['name', 'times', 'tone'].map((one) =>"
        " document.querySelector(`#field-${one}`)?.value).join();") == 'ana,2,"soft"')
    page.tab_to("#field-times")
    page.press("\ue013", TAB, *"lo", TAB, SPACE)  # one more, loud, and then it waits
    page.tab_to("form button")
    page.press(ENTER)
    page.sees("loud ana x3", ".log")
    page.sees("Memory over time", ".plots")
    page.tab_to("button", "Cancel")
    page.press(ENTER, ENTER)
    page.sees("cancelled", ".state")
    fits(page, "a job")


def fits(page, what):
    wide = page.browser.run(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth;")
    assert wide <= 0, (what, wide)


def narrow(page):
    """On a telephone nothing is wider than the window; dark and light, and in German."""
    page.browser.cdp("Emulation.setDeviceMetricsOverride", width=390, height=844,
                     deviceScaleFactor=3, mobile=True)
    colours = page.browser.run(
        """const theme = document.querySelector("#theme");
        return ["light", "dark"].map((name) => {
          theme.value = name;
          theme.dispatchEvent(new Event("change"));
          return getComputedStyle(document.body).backgroundColor;
        });""")
    assert colours[0] != colours[1], colours
    preset(page)
    for path, text in [("#/finished", "ana"), ("#/new", "What to do"), ("#/figures", "Disks")]:
        page.go(path)
        page.sees(text, "main")
        fits(page, path)
    page.browser.run("""const language = document.querySelector("#language");
        language.value = "de"; language.dispatchEvent(new Event("change"));""")
    page.sees("Laufend", "#tabs")
    fits(page, "German")
    page.browser.run("""const language = document.querySelector("#language");
        language.value = "en"; language.dispatchEvent(new Event("change"));""")
    page.browser.cdp("Emulation.clearDeviceMetricsOverride")


def figures(page):
    """The day, the queue and the disks."""
    page.go("#/figures")
    page.sees("State folder", ".figures")
    page.sees("free", ".figures")
    before = ask("GET", "figures")["succeeded"]
    assert before > 0
    submit("one more", command="echo")
    until("one more that succeeded", lambda: page.browser.run(
        "return Number(document.querySelector('.figures dd').textContent);") > before)


def hidden(page):
    """A page out of sight follows no output, and shows what it missed when it is back."""
    gate = FOLDER / "shared" / "hidden"
    script = f"echo begun; while [ ! -e {gate} ]; do sleep 0.1; done; echo more; exec sleep 600"
    id = submit("-c", script, command="again")
    page.go(f"#/job/{id}")
    page.sees("begun", ".log")
    page.browser.ask("POST", "/window/minimize", {})
    until("the page to be out of sight", lambda: page.browser.run("return document.hidden;"))
    gate.touch()
    until("more of the output", lambda: ask("GET", id)["stdout"] == "begun\nmore\n")
    assert "more" not in page.shown(".log")
    page.browser.ask("POST", "/window/rect", {"width": 1200, "height": 900})
    page.sees("more", ".log")
    ask("POST", f"{id}/cancel")


def accessible(page):
    """The rules of axe-core for each part, in light; in the dark those of colours, which alone are
    others there."""
    job = ask("GET", "jobs?limit=1")["jobs"][0]["id"]
    page.go("#/running")
    page.browser.ask("POST", "/execute/sync", {"script": AXE, "args": []})
    parts = [("#/running", ".note"), ("#/finished", ".row"), ("#/new", "#field-name"),
             ("#/figures", ".facts"), (f"#/job/{job}", ".facts dd")]
    for path, sign in parts:
        page.browser.run("location.hash = given[0];", path)
        until(f"{sign} of {path}", lambda: page.find(sign))
        rules(page, path)


def rules(page, part):
    found = page.browser.run(
        """const violations = [];
        for (const theme of ["light", "dark"]) {
          document.documentElement.dataset.theme = theme;
          const options = theme === "light" ? {} : { runOnly: ["color-contrast"] };
          for (const one of (await axe.run(document, options)).violations) {
            violations.push([theme, one.id, one.nodes.map((node) => node.html.slice(0, 200))]);
          }
        }
        return violations;""")
    assert found == [], (part, found)


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
            # Colours are those of their end at once.
            motion = {"name": "prefers-reduced-motion", "value": "reduce"}
            browser.cdp("Emulation.setEmulatedMedia", features=[motion])
            paint(page)
            log_in(page)
            size = browser.run(
                """return performance.getEntriesByType("resource").concat(
                  performance.getEntriesByType("navigation"))
                  .filter((one) => one.name.includes("/ui/") || one.entryType === "navigation")
                  .reduce((sum, one) => sum + one.transferSize, 0);""")
            assert 10_000 < size < 200_000, size
            steps = [form, hostile, cancel, paused, tabs, narrow, figures, hidden, accessible]
            for step in steps:
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
