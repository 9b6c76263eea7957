#!/usr/bin/env bash
# Package: prometheus 2.42.0 of Debian 12 (promtool).
#
# Guess, written down first: promtool check metrics reads what Prometheus scrapes, OpenMetrics too.
#
# Seen: it reads the older text format only. A time stamp of OpenMetrics, in seconds with a
# fraction, is an error ("expected integer as timestamp"), and so is an exemplar; without both the
# text passes, its "# UNIT" and "# EOF" being comments, and nothing of OpenMetrics is checked: a
# counter named without _total, no end. A check in CI that pipes /metrics of a service that
# negotiates is red or green by what curl happens to accept.
# Remedy: ask for text/plain; version=0.0.4 in the check; for OpenMetrics the parser of
# prometheus-client.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian prometheus=2.42.0+ds-5+deb12u1
promtool=$(find root -name promtool -type f)
check() {
  printf '%b' "$1" >metrics
  "$promtool" check metrics <metrics >printed 2>&1 || echo "exit $?"
}
head='# HELP a_seconds A.\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\n'
stamp=$(check "${head}a_seconds_total 1 1795948354.5\n# EOF\n")
cat printed
exemplar=$(check "${head}a_seconds_total 1 # {id=\"a\"} 1\n# EOF\n")
cat printed
unended=$(check '# HELP a_total A.\n# TYPE a_total counter\na_total 1\n# UNIT b x\n')
echo "time stamp: $stamp; exemplar: $exemplar; no # EOF: ${unended:-exit 0}"
[ "$stamp $exemplar" = "exit 1 exit 1" ] && [ -z "$unended" ]
