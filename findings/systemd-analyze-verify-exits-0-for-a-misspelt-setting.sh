#!/usr/bin/env bash
# Package: systemd 252 of Debian 12.
#
# Guess, written down first: "systemd-analyze verify" of a unit ends with another code than 0 where
# a setting or its value is misspelt, so that it serves as a test.
#
# Seen: "ProtectSystem=stict", "PrivateTmps=yes", "MemoryMax=3Q", "LimitNOFILE=10k" (only K counts)
# and a section "[Instal]" are each said to be ignored, and the exit code is 0: the service starts
# without its protection, and the test is green. With --recursive-errors=yes the code is 1. A
# missing program gives 1 both ways; a user or an EnvironmentFile that does not exist gives 0 both
# ways.
# Remedy: --recursive-errors=yes, or fail when anything is printed.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

command -v systemd-analyze >/dev/null || untried "no systemd-analyze"
systemd-analyze --version | grep -q '^systemd 252' || untried "another systemd than 252"
# verified LINE: prints the codes without and with the option.
verified() {
  printf '[Service]\nExecStart=/bin/true\n%b\n' "$1" >a.service
  echo "$(code systemd-analyze verify --man=no ./a.service)" \
    "$(code systemd-analyze verify --man=no --recursive-errors=yes ./a.service)"
}
seen=
for line in ProtectSystem=stict PrivateTmps=yes MemoryMax=3Q LimitNOFILE=10k '[Instal]' \
  User=nosuchuser EnvironmentFile=/nosuchfile ExecStartPre=/nosuchprogram; do
  row=$(verified "$line")
  echo "$line: $row"
  seen+="$row, "
done
[ "$seen" = "0 1, 0 1, 0 1, 0 1, 0 1, 0 0, 0 0, 1 1, " ]
