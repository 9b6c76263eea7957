#!/usr/bin/env bash
# Package: prometheus-node-exporter 1.5.0 of Debian 12 (textfile collector).
#
# Guess, written down first: two jobs that each write a file for the textfile collector, with the
# same metric, other labels and not quite the same HELP, are both exported; if not,
# node_textfile_scrape_error is 1.
#
# Seen: the series of the second file in order of names are dropped, where HELP or TYPE differ or
# only one of the two files has a HELP. The answer is 200, node_textfile_scrape_error is 0, and
# node_textfile_mtime_seconds of the file is fresh. Only the exporter's log tells, and
# promhttp_metric_handler_errors_total of the next scrape. A new release of one job that mends its
# help text takes the other job's series away. A last line without a line feed drops its whole file,
# with node_textfile_scrape_error 1.
# Remedy: one script that writes all HELP and TYPE lines, or a metric name for each job; an alert on
# promhttp_metric_handler_errors_total{cause="gathering"}.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian prometheus-node-exporter=1.5.0-1+b6
mkdir texts
printf '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{host="a"} 1\n' >texts/a.prom
printf '# HELP jobs_total Jobs run.\n# TYPE jobs_total counter\njobs_total{host="b"} 1\n' \
  >texts/b.prom
port=$(free_port)
prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --collector.disable-defaults \
  --collector.textfile --collector.textfile.directory="$folder/texts" >log 2>&1 &
server=$!
answers "http://127.0.0.1:$port/"
# scraped FILE: prints the answer's code; what was exported is in the file.
scraped() {
  curl -s -w '%{http_code}' -o "$1" "http://127.0.0.1:$port/metrics"
}
status=$(scraped one)
grep -E '^(jobs_total|node_textfile)' one
echo "answer $status"
printf 'late_total 1' >texts/c.prom
scraped two >/dev/null
grep -E '^(late_total|node_textfile_scrape_error|promhttp_.*gathering)' two
[ "$status" = 200 ] && [ "$(grep -c '^jobs_total' one)" = 1 ] &&
  grep -q '^node_textfile_scrape_error 0' one && grep -q '^node_textfile_mtime.*b.prom' one &&
  ! grep -q '^late_total' two && grep -q '^node_textfile_scrape_error 1' two &&
  grep -q '^promhttp_metric_handler_errors_total{cause="gathering"} [1-9]' two
