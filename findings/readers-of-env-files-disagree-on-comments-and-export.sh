#!/usr/bin/env bash
# Packages: python-dotenv 1.2.4 (read by pydantic-settings, environs and dynaconf), python-decouple
# 3.8, django-environ 0.14.0 and Starlette 1.10.0 for Python.
#
# Guess, written down first: one .env file gives one value in each: a comment behind a value is none
# of it, "export" before a name is passed over, and ${NAME} is the same in all.
#
# Seen: of "MODE=fast # not slow" decouple, django-environ and Starlette give the comment as well.
# Of "export KEY=abc" decouple and Starlette know no KEY. ${MODE} is put in by dotenv alone, and
# "\n" between double quotes is a line feed for dotenv alone. django-environ keeps blanks at the end
# of a line, finds no name in "KEY = abc", and takes $abc for the name of another variable. Values
# such as ab#cd, ab$cd and a=b== are the same in all four.
# Remedy: no comment behind a value, no export, no ${…}; secrets of letters and digits.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi python-dotenv==1.2.4 python-decouple==3.8 django-environ==0.14.0 starlette==1.10.0
cat >.env <<'TEXT'
MODE=fast # not slow
export SENT=abc
JOINED=x${SENT}
LINES="a\nb"
SPACED = abc
DOLLAR=$abc
SECRET=ab#cd$ef==
TEXT
printf 'BLANKS=abc  \n' >>.env
cat >try.py <<'PYTHON'
import decouple, dotenv, environ
from starlette.config import Config
readers = {"dotenv": dotenv.dotenv_values(".env").__getitem__,
           "decouple": decouple.Config(decouple.RepositoryEnv(".env")),
           "starlette": Config(".env"), "environ": environ.Env()}
names = ("MODE", "SENT", "JOINED", "LINES", "SPACED", "DOLLAR", "SECRET", "BLANKS")
seen = {name: [] for name in names}
for reader, read in readers.items():
    if reader == "environ":
        environ.Env.read_env(".env")  # Puts them into the environment, where others look first.
    for name in names:
        try:
            seen[name].append(read(name))
        except Exception:
            seen[name].append(None)
for name, values in seen.items():
    print(f"{name}:", ", ".join(f"{key} {value!r}" for key, value in zip(readers, values)))
comment, raw = "fast # not slow", r"a\nb"
raise SystemExit(seen != {
    "MODE": ["fast", comment, comment, comment], "SENT": ["abc", None, None, "abc"],
    "JOINED": ["xabc", "x${SENT}", "x${SENT}", "x${SENT}"], "LINES": ["a\nb", raw, raw, raw],
    "SPACED": ["abc", "abc", "abc", None], "DOLLAR": ["$abc", "$abc", "$abc", None],
    "SECRET": ["ab#cd$ef=="] * 4, "BLANKS": ["abc", "abc", "abc", "abc  "]})
PYTHON
python3 -W ignore try.py
