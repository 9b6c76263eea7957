#!/usr/bin/env bash
# Package: watchfiles 1.3.0 for Python.
#
# Guess, written down first: a file that is replaced by renaming another one over it is reported as
# modified, for it was there before.
#
# Seen: it is reported as added, as a new one is. And of a folder that is moved in with files in it
# only the folder is reported, so that a watch that waits for files never hears of them; so it is
# for a file that is written at once into a folder just made. A watch folder starts the job again
# for each file that an editor or rsync replaces, and none for an album or a season that is moved
# in.
# Remedy: take a change as a cue to list the folder, and keep what is done by name, size and time.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi watchfiles==1.3.0
mkdir watched
echo a >watched/film
cat >try.py <<'PYTHON'
import os, threading, time, watchfiles
stop, seen = threading.Event(), []
def watch():
    for changes in watchfiles.watch("watched", stop_event=stop, debounce=200, step=50,
                                    rust_timeout=200, yield_on_timeout=True):
        seen.extend((change.name, os.path.basename(path)) for change, path in changes)
thread = threading.Thread(target=watch)
thread.start()
def after(action):
    seen.clear()
    action()
    time.sleep(1.5)
    return sorted(seen)
def replace():
    with open("next", "w") as file: file.write("b")
    os.rename("next", "watched/film")
def move():
    os.mkdir("season")
    with open("season/film", "w") as file: file.write("c")
    os.rename("season", "watched/season")
time.sleep(1)
replaced, moved = after(replace), after(move)
stop.set()
thread.join()
print("replaced:", replaced, "moved in:", moved)
raise SystemExit(not (replaced == [("added", "film")] and moved == [("added", "season")]))
PYTHON
timeout 60 python3 try.py
