#!/usr/bin/env bash
# Packages: miller 6.6.0, xsltproc 1.1.35, xmlstarlet 1.6.1, gron 0.7.1, jshon 20131010, recode
# 3.6 and sqlite3 3.40.1 of Debian 12; beside them jq 1.6 and datamash 1.7.
#
# Guess, written down first: a filter of JSON, CSV, XML or tables that cannot write its output ends
# with another code than 0.
#
# Seen: mlr (to standard output, and with its verbs tee and split), gron, jshon, recode and
# sqlite3's .output end with 0 and say nothing; xsltproc and xmlstarlet say "write error" and end
# with 0. The report of the night has its first 16 KiB. jq and datamash end with another code.
# Remedy: compare the number of records, end the output with a line that the reader asks for, or
# pipe through "dd", which fails, with pipefail.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian miller=6.6.0-2+b3 xsltproc=1.1.35-1+deb12u4 xmlstarlet=1.6.1-3 gron=0.7.1-1+b6 \
  jshon=20131010-3+b1 recode=3.6-25 sqlite3=3.40.1-2+deb12u2 jq=1.6-2.1+deb12u3 datamash=1.7-2
python3 - <<'PYTHON'
import json
rows = [{"number": number, "text": "x" * 20} for number in range(5000)]
json.dump(rows, open("a.json", "w"))
open("a.csv", "w").write("number,text\n" + "".join(f"{each},{'x' * 20}\n" for each in range(5000)))
open("a.xml", "w").write(f"<r>{'<a>xxxxxxxxxxxxx</a>' * 5000}</r>")
open("a.xsl", "w").write(
    '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform">'
    '<x:template match="/"><x:copy-of select="."/></x:template></x:stylesheet>')
PYTHON

# on_disk COMMAND: runs it in a shell on the full disk, prints the exit code.
on_disk() {
  code on_full_disk sh -c "$1"
}
seen=
for command in 'mlr --icsv --ojson cat a.csv >disk/a' \
  'mlr --icsv --ojson tee disk/a then nothing a.csv' \
  'mlr --icsv --ojson split -n 10 --prefix disk/a a.csv' \
  'gron a.json >disk/a' 'jshon -S <a.json >disk/a' 'recode utf8..utf16 <a.csv >disk/a' \
  'sqlite3 :memory: ".import --csv a.csv t" ".output disk/a" "select * from t"' \
  'xsltproc a.xsl a.xml >disk/a' 'xmlstarlet fo a.xml >disk/a' \
  'jq . a.json >disk/a' 'datamash -t, --header-in groupby 1 count 2 <a.csv >disk/a'; do
  seen+="$(on_disk "$command") "
  echo "${seen: -2}$command"
done
[[ $seen =~ ^(0\ ){9}[1-9][0-9]*\ [1-9][0-9]*\ $ ]]
