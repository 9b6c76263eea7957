#!/usr/bin/env bash
# Package: pyjson5 2.0.1 for Python; beside it json5 0.17.3.
#
# Guess, written down first: what one parser of JSON5 takes the other takes too, as far as numbers
# go, for the grammar of numbers is that of ECMAScript 5.1.
#
# Seen: pyjson5 takes 1_000 for 1000, which ES5 and JSON5 do not know; json5 refuses it. pyjson5
# refuses 1e400, which is a number of the grammar and Infinity by its rules, and says that the text
# ended too early. A file of configuration that was checked with pyjson5 is refused by the service
# that reads it with another parser.
# Remedy: check a file with the parser that will read it.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi pyjson5==2.0.1 json5==0.17.3
cat >try.py <<'PYTHON'
import json5, pyjson5
def read(parse, text):
    try:
        return parse(text)
    except Exception as error:
        return type(error).__name__
seen = [(text, read(pyjson5.decode, text), read(json5.loads, text))
        for text in ("1_000", "1e400")]
for text, one, two in seen: print(text, "pyjson5:", one, "json5:", two)
raise SystemExit(seen != [("1_000", 1000, "ValueError"), ("1e400", "Json5EOF", float("inf"))])
PYTHON
python3 try.py
