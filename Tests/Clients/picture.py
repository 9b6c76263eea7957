#!/usr/bin/env python3
"""The picture of the dashboard in README: a film that is encoded by a preset, in Chromium.

    unshare --mount picture.py --bin FOLDER FILE

As root, in a mount namespace of its own: /srv is another one there.
"""

import argparse
import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests/Bench"))
from bench import Server  # noqa: E402
from chromium import chromium  # noqa: E402

SIZE = (1000, 720)
FILM = "testsrc2=s=1280x720:r=25:d=60"
FORM = {"command": "h264", "input": "/srv/media/film.mkv", "output": "/srv/transcoded/film.mp4",
        "speed": "slow"}
FEW_COLOURS = (
    "split[one][other];[one]palettegen=max_colors=48[colours];"
    "[other][colours]paletteuse=dither=none")
FIRST_ID = 1879090000
SUBMIT = """
  const answer = await fetch("/", { method: "POST", body: given[0],
    headers: { "Content-Type": "application/json" } });
  return (await answer.json()).id;
"""
FRACTION = """
  return (await (await fetch(`/${given[0]}?output=0`)).json()).progress?.fraction ?? 0;
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("file", type=pathlib.Path)
    options = parser.parse_args()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/srv"], check=True)
    for name in ("media", "transcoded"):
        pathlib.Path("/srv", name).mkdir()
        pathlib.Path("/srv", name).chmod(0o777)
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", FILM, "-c:v", "mpeg4", "-q:v",
                    "5", FORM["input"]], check=True)
    with tempfile.TemporaryDirectory(dir="/var/lib", prefix="picture.") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "work").mkdir()
        presets = (ROOT / "packaging/presets.json5").read_text()
        config = folder / "config.json5"
        config.write_text(re.sub(r'\n +user: "media",', "", presets))
        service = Server("picture", [
            options.bin / "http-runner", "-p", "0", "--config", config, "--state",
            folder / "state", "--id-range", f"{FIRST_ID}-{FIRST_ID + 271}", "--work-folder",
            folder / "work"], folder, r"listening on http://127\.0\.0\.1:(\d+)$")
        try:
            size = ",".join(map(str, SIZE))
            with chromium(folder, arguments=[f"--window-size={size}", "--hide-scrollbars"]) as page:
                page.go(f"http://127.0.0.1:{service.port}/")
                job = page.run(SUBMIT, json.dumps(FORM))
                page.run("location.hash = `#/job/${given[0]}`;", job)
                while page.run(FRACTION, job) < 0.4:
                    time.sleep(0.5)
                picture = base64.b64decode(page.ask("GET", "/screenshot"))
        finally:
            service.stop()
    # Few colours: a picture of text.
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", "-", "-vf", FEW_COLOURS, options.file],
                   input=picture, check=True)


if __name__ == "__main__":
    main()
