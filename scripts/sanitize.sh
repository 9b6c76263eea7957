#!/usr/bin/env bash
# Runs the tests of all targets but the confinement suite under the sanitizers of the compiler. Any
# report fails it.
#
# Usage: scripts/sanitize.sh [thread|address]…      both by default
# Environment: SWIFT, JOBS (processors)
#              TARGETS    test targets; all of them by default, but ConfinementTests, whose programs
#                         confine themselves to memory that no sanitizer can map, and TidyTests
# The builds are in .build/sanitize, beside the reports.
#
# What is in force beside the defaults, and why:
# - Tests/Sanitizers/mutex_annotations.c tells ThreadSanitizer what it cannot see of a Mutex.
# - report_thread_leaks=0: exit tests end their process with threads that nothing joins.
# - detect_leaks=0: LeakSanitizer stops the process by ptrace(2) at its end, which fails beside the
#   tests that trace; what a test keeps to its end is no leak of the service. Growth has tests of
#   its own.
# - Left out are tests of one thread that count to millions: under a sanitizer they take a quarter
#   of an hour, or pass their time limit.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
jobs=${JOBS:-$(nproc)}
folder=$PWD/.build/sanitize
slow=(TruncatedLogTests 'each of 100,000 tokens is found')
read -r -a targets <<<"${TARGETS:-$(cd Tests && printf '%s\n' *Tests |
  grep -vx -e ConfinementTests -e TidyTests | tr '\n' ' ')}"

annotations() {
  local clang
  clang=$(dirname "$(readlink -f "$(command -v "$swift")")")/clang
  "$clang" -O2 -Wall -Wextra -Werror -fPIC -shared -o "$folder/mutex.so" \
    Tests/Sanitizers/mutex_annotations.c
}

# The last line of a target's tests, and whether they and the sanitizer found nothing.
run() {
  local kind=$1 target=$2 code=0 skip=() name
  for name in "${slow[@]}"; do skip+=(--skip "$name"); done
  "$folder/$kind/debug/http-runnerPackageTests.xctest" --testing-library swift-testing \
    --filter "^$target" "${skip[@]}" >"$folder/log/$kind-$target" 2>&1 || code=$?
  printf 'sanitize: %-7s %-26s %s\n' "$kind" "$target" \
    "$(grep -o 'Test run with .*' "$folder/log/$kind-$target" | tail -n 1)"
  [ "$code" = 0 ] || grep -A 4 '✘' "$folder/log/$kind-$target" | head -n 40 >&2
  return "$code"
}

sanitize() {
  local kind=$1 code=0 target options="log_path=$folder/log/$1"
  "$swift" build -j "$jobs" --build-tests --sanitize="$kind" --scratch-path "$folder/$kind"
  rm -f "$folder/log/$kind"*
  for target in "${targets[@]}"; do
    if [ "$kind" = thread ]; then
      LD_PRELOAD=$folder/mutex.so TSAN_OPTIONS="$options report_thread_leaks=0" \
        run "$kind" "$target" || code=1
    else
      ASAN_OPTIONS="$options detect_leaks=0" run "$kind" "$target" || code=1
    fi
  done
  if compgen -G "$folder/log/$kind.*" >/dev/null; then
    cat "$folder/log/$kind".* >&2
    code=1
  fi
  return "$code"
}

[ $# -gt 0 ] || set -- thread address
mkdir -p "$folder/log"
annotations
code=0
for kind in "$@"; do
  case "$kind" in
  thread | address) sanitize "$kind" || code=1 ;;
  *)
    echo "sanitize: thread or address, not $kind" >&2
    exit 64
    ;;
  esac
done
[ "$code" = 0 ] || echo "sanitize: FAILED" >&2
exit "$code"
