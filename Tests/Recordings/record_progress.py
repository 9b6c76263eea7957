#!/usr/bin/env python3
"""Records what ffmpeg writes while it works: pieces of standard error and of -progress, each with
the processor time that ffmpeg had used by then, which other work of the machine does not stretch.
ProgressRecordingTests replays them, so that the test rests on no encoder.

    record_progress.py FFMPEG FOLDER [CASE...]
"""
import json
import os
import selectors
import subprocess
import sys

SECONDS = 60
# One thread, so that updates are as frequent in processor time as on a clock.
X264 = ["-c:v", "libx264", "-preset", "medium", "-threads", "1", "-vf"]
CASES = {
    "x264": ["-i", "a.mkv", *X264, "scale=640:360", "-c:a", "aac", "out.mp4"],
    "x265": ["-i", "a.mkv", "-c:v", "libx265", "-preset", "fast", "-c:a", "copy", "out.mkv"],
    "svt-av1": ["-i", "a.mkv", "-c:v", "libsvtav1", "-preset", "7", "-an", "out.webm"],
    "pass-1": ["-i", "a.mkv", *X264, "scale=1280:720", "-pass", "1", "-b:v", "500k", "-an", "-f",
               "mp4", "/dev/null"],
    "pass-2": ["-i", "a.mkv", *X264, "scale=1280:720", "-pass", "2", "-b:v", "500k", "-an",
               "out.mp4"],
    "cut": ["-ss", "10", "-i", "a.mkv", "-t", "45", *X264, "scale=854:480", "out.mp4"],
    "rate": ["-i", "b.mkv", "-r", "30", *X264, "scale=640:360", "-an", "out.mp4"],
    "audio": ["-i", "long.wav", "-c:a", "aac", "-b:a", "192k", "out.m4a"],
    "hls": ["-i", "a.mkv", *X264, "scale=640:360", "-c:a", "aac", "-f", "hls", "-hls_time", "4",
            "-hls_playlist_type", "vod", "out.m3u8"],
}


def sources():
    """The clips that the cases read, made once by the ffmpeg of the system."""
    sound = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}"]
    for name, rate in (("a.mkv", 30), ("b.mkv", 60)):
        if not os.path.exists(name):
            subprocess.run(
                ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                 f"testsrc2=size=426x240:rate={rate}:duration={SECONDS}", *sound, "-c:v",
                 "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "aac", "-shortest",
                 name], check=True)
    if not os.path.exists("long.wav"):
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                        "anoisesrc=duration=1500:sample_rate=44100", "long.wav"], check=True)


def processor_seconds(pid):
    """Processor time of a process and all its threads (proc_pid_stat(5))."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def record(program, arguments):
    """The pieces of one run: [processor seconds, stream, text]; its exit code and their sum."""
    read_end, write_end = os.pipe()
    child = subprocess.Popen(
        [program, "-progress", f"pipe:{write_end}", "-y", *arguments], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=[write_end])
    os.close(write_end)
    pieces = []
    selector = selectors.DefaultSelector()
    selector.register(child.stderr, selectors.EVENT_READ, "stderr")
    selector.register(read_end, selectors.EVENT_READ, "progress")
    while selector.get_map():
        for key, _ in selector.select():
            data = os.read(key.fd, 65536)
            if not data:
                selector.unregister(key.fileobj)
                continue
            text = data.decode("utf-8", "replace")
            pieces.append([processor_seconds(child.pid), key.data, text])
    os.close(read_end)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = round(usage.ru_utime + usage.ru_stime, 2)
    code = os.waitstatus_to_exitcode(status)
    return {"arguments": arguments, "code": code, "seconds": seconds, "pieces": pieces}


def main():
    program, folder = sys.argv[1:3]
    text = subprocess.run([program, "-version"], capture_output=True, text=True).stdout
    version = text.split()[2]
    version = ".".join(version.lstrip("n").split("-")[0].split(".")[:2])
    sources()
    for name in sys.argv[3:] or CASES:
        result = record(program, CASES[name])
        print(version, name, result["code"], result["seconds"], flush=True)
        path = os.path.join(folder, f"ffmpeg-{version}-{name}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"version": version, **result}, file, indent=0)


if __name__ == "__main__":
    main()
