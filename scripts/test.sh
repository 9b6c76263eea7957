#!/usr/bin/env bash
# Runs the tests that were built, as root: a job can only be shown to lose root where there is some.
#
# Usage: scripts/test.sh [arguments of swift test]     environment: SWIFT, HTTP_RUNNER_BIN
set -euo pipefail
cd "$(dirname "$0")/.."

# The confinement suite waits in the kernel for real programs, and would hold the few threads that
# the other suites' tasks need; so it has a process of its own. So have the HTTP tests, which count
# the seconds that a server stays silent, while the filter's simulator wants every core. What
# measures how much one job costs another runs alone, and so do the hundreds of lives of one service
# and what is measured of its store.
run_all() {
  local run=("${SWIFT:-swift}" test --skip-build --disable-xctest)
  if [ "$#" -gt 0 ]; then
    "${run[@]}" "$@"
    return
  fi
  # The last words are those of the larger part, and they only come when the first part passed.
  "${run[@]}" --filter ConfinementTests --skip ExhaustionTests --skip TortureTests || return
  "${run[@]}" --filter ExhaustionTests || return
  "${run[@]}" --filter TortureTests || return
  python3 Tests/Bench/scale.py --strict --bin "${HTTP_RUNNER_BIN:-.build/debug}" || return
  "${run[@]}" --filter '^RunnerHTTPTests' || return
  "${run[@]}" --skip ConfinementTests --skip '^RunnerHTTPTests'
}

if [ "$(id -u)" = 0 ]; then
  run_all "$@"
  exit
fi

if ! command -v sudo >/dev/null; then
  echo "test: these tests launch confined jobs, which takes root, and there is no sudo." >&2
  echo "test: become root and run 'make test' again." >&2
  exit 1
fi
echo "test: these tests launch confined jobs, which takes root: going on with sudo" >&2
exec sudo env PATH="$PATH" HTTP_RUNNER_BIN="${HTTP_RUNNER_BIN:-}" CI="${CI:-}" \
  HTTP_RUNNER_TORTURE_ROUNDS="${HTTP_RUNNER_TORTURE_ROUNDS:-}" \
  HTTP_RUNNER_TORTURE_SEED="${HTTP_RUNNER_TORTURE_SEED:-}" "$0" "$@"
