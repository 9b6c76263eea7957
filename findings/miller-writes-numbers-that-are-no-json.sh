#!/usr/bin/env bash
# Package: miller 6.6.0 of Debian 12 (mlr).
#
# Guess, written down first: "mlr --icsv --ojson cat" writes JSON, whatever stands in the cells.
#
# Seen: 0x1F, 0b101, .5 and "5." are numbers to Miller, and it writes them as they stand, without
# quotation marks; no parser of JSON takes them. 007, +5, 1_000 and Inf get quotation marks. So a
# column of identifiers goes well until one looks like a number of a programming language, and then
# the whole document is refused.
# Remedy: mlr -S, or --jvquoteall, which make each value a text.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian miller=6.6.0-2+b3
# valid OPTION VALUE: prints what the value becomes, and whether that is JSON.
valid() {
  printf 'v\n%s\n' "$2" | mlr $1 --icsv --ojson cat >out
  printf '%s' "$(grep -o '"v".*' out | cut -c 6-) "
  if python3 -m json.tool out >/dev/null 2>&1; then echo JSON; else echo "no JSON"; fi
}
seen=
for value in 0x1F 0b101 .5 5. 007 +5 1_000 Inf; do
  seen+="$(valid "" "$value"), "
done
echo "$seen"
quoted=$(valid -S 0x1F)
echo "with -S: $quoted"
[ "$seen" = '0x1F no JSON, 0b101 no JSON, .5 no JSON, 5. no JSON, "007" JSON, "+5" JSON, '`
  `'"1_000" JSON, "Inf" JSON, ' ] && [ "$quoted" = '"0x1F" JSON' ]
