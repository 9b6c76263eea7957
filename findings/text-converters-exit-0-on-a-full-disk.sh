#!/usr/bin/env bash
# Packages: cmark 0.30.2, lowdown 1.0.0, discount 2.2.7, html2text 1.3.2a and w3m 0.5.3 of Debian
# 12.
#
# Guess, written down first: a converter of Markdown or HTML that cannot write its output ends with
# another code than 0.
#
# Seen: cmark, lowdown, markdown of discount, html2text and w3m -dump end with 0 in silence, with
# -o as with a redirection; the page ends in the middle of a word.
# Remedy: look for the last line of the document (</html>) before it is published.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian cmark=0.30.2-6 lowdown=1.0.0-2 discount=2.2.7-2 html2text=1.3.2a-28 \
  w3m=0.5.3+git20230121-2
python3 - <<'PYTHON'
open("a.md", "w").write("".join(f"# Head {each}\n\nWords and *words*.\n\n" for each in range(3000)))
body = "".join(f"<p>paragraph {each}</p>" for each in range(5000))
open("a.html", "w").write(f"<html><head><title>x</title></head><body>{body}</body></html>")
PYTHON
mkdir disk
seen=
for command in 'cmark a.md >disk/a' 'lowdown -o disk/a a.md' 'lowdown a.md >disk/a' \
  'markdown -o disk/a a.md' 'html2text -o disk/a a.html' 'w3m -dump a.html >disk/a'; do
  sh -c "$command"
  length=$(stat -c %s disk/a)
  seen+="$(code on_full_disk sh -c "$command; code=\$?; stat -c %s disk/a; exit \$code") "
  echo "${seen: -2}$command, $(tail -n 1 printed) of $length bytes"
  [ "$(tail -n 1 printed)" -lt "$length" ]
done
[ "$seen" = "0 0 0 0 0 0 " ]
