#!/usr/bin/env bash
# What `make check` asks of a change beside its tests: format, declared imports, the tidy rules, the
# catalogues of the documentation.
#
# Usage: scripts/check.sh        environment: SWIFT, JOBS
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
jobs=${JOBS:-$(nproc)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

step() { printf 'check: %s\n' "$*" >&2; }
fail() {
  printf 'check: FAILED: %s\n' "$*" >&2
  exit 1
}

# SwiftPM reports an undeclared import and may still go on, so its words count as well as its code.
declared_imports() {
  local log=$1
  shift
  "$swift" build -j "$jobs" --explicit-target-dependency-import-check error "$@" 2>&1 |
    tee "$log" && ! grep -q 'error:' "$log"
}

check_format() {
  step "format (mend with: make format)"
  "$swift" format lint --strict --parallel --recursive Package.swift Sources Tests ||
    fail "swift format found what is above; 'make format' mends most of it."
}

check_imports() {
  step "every import is a declared dependency"
  declared_imports "$scratch/imports.log" --build-tests ||
    fail "the build above failed, or a target imports what Package.swift does not let it use."
}

check_tidy() {
  step "tidy rules"
  "$swift" test --skip-build --disable-xctest --filter TidyTests --skip LinkTests ||
    fail "a rule above is broken; each says why it is there and what to do."
}

check_catalogues() {
  step "DocC catalogues"
  scripts/catalogues.py || fail "a catalogue names what the code does not have, or is malformed."
}

check_report() {
  step "the report of the suite"
  python3 -m unittest -q Tests/Report/report_test.py || fail "scripts/report.py is broken."
}

check_programs() {
  step "the programs of make programs"
  python3 -B -m unittest -q Tests/Programs/programs_test.py ||
    fail "entries, programs and packages of make programs do not agree."
}

# A wall that was never seen to stop anything may be painted on: this one is run into on purpose.
# The upper floor is built first, so that its module lies ready and only the check can object: two
# small ones, since the copy has nothing built.
check_wall() {
  step "an upward import does not pass"
  local copy=$scratch/copy
  mkdir "$copy"
  cp -R Package.swift Sources Tests "$copy"
  cd "$copy"
  if ! "$swift" build -j "$jobs" --target RunnerProgress >"$scratch/floor.log" 2>&1; then
    cat "$scratch/floor.log" >&2
    fail "RunnerProgress does not build in a copy of this tree."
  fi
  sed -i '1i import RunnerProgress' Sources/Base/Formats/Base64.swift
  if declared_imports "$scratch/wall.log" --target TextFormats >/dev/null; then
    fail "TextFormats imported RunnerProgress, a floor above it, and the build let it pass."
  fi
  grep -q 'RunnerProgress' "$scratch/wall.log" || {
    cat "$scratch/wall.log" >&2
    fail "TextFormats with an upward import was refused, but not for the import."
  }
}

check_format
check_imports
check_tidy
check_catalogues
check_report
check_programs
(check_wall)
step "all is well"
