#!/usr/bin/env bash
# Runs the tests that were built, as root: a job can only be shown to lose root where there is some.
#
# Usage: scripts/test.sh                     all parts of the suite
#        scripts/test.sh --promise NUMBER…   the tests of these promises, each of which must run
#        scripts/test.sh --part NAME         one part (confinement, torture, units, clients, fleet,
#                                            quiet, exhaustion, http or scale), or `beside`, the
#                                            first five in three lanes; what
#                                            the others said stays
#        scripts/test.sh --short             the HTTP and store suites alone
#        scripts/test.sh --report            the report of all parts; every promise must hold
#        scripts/test.sh ARGUMENTS           arguments of Swift Testing; at least one test must run
# Environment: HTTP_RUNNER_BIN, HTTP_RUNNER_REPORT (instead of .build/report)
# The results are in .build/report: junit.xml and report.json, with the numbers of promises.
set -euo pipefail
cd "$(dirname "$0")/.."

report=${HTTP_RUNNER_REPORT:-$PWD/.build/report}
[ -t 1 ] || export NO_COLOR=1

# Runs tests under the name that their results have in the report. Not by `swift test`, of which one
# at a time has the build folder.
run() {
  local name=$1 bundle
  shift
  # Should it end without results, those of a run before must not be taken for its own.
  rm -f "$report/parts/$name.xml"
  bundle=$(find -L .build/debug -maxdepth 1 -name '*PackageTests.xctest' -type f | head -n 1)
  [ -n "$bundle" ] || {
    echo "test: there are no tests in .build/debug. Type: make build-tests" >&2
    return 69
  }
  "$bundle" --testing-library swift-testing --xunit-output "$report/parts/$name.xml" "$@"
}

# What a large store and a long queue cost, as one test of the report.
scale() {
  local start=$SECONDS code=0 failure=
  rm -f "$report/parts/4-scale.xml"
  python3 Tests/Bench/scale.py --strict --bin "${HTTP_RUNNER_BIN:-.build/debug}" || code=$?
  [ "$code" = 0 ] || failure="<failure message=\"scale.py ended with $code\"/>"
  printf '<testsuites><testsuite><testcase classname="Bench" name="%s" time="%d">%s%s' \
    'what a large store costs is within its bars' "$((SECONDS - start))" "$failure" \
    '</testcase></testsuite></testsuites>' >"$report/parts/4-scale.xml"
  return "$code"
}

# What is promised within a time and held against the time in which every processor was idle
# (TestSupport/IdleTime): beside other parts, which leave no processor idle, it would show nothing.
quiet='ConfinementTests[.](ProcessKillTests|KillDuringLaunchTests|SweepTests|FollowingTests)/'
quiet+='|hundreds that are owed to a dead receiver'
# What lasts by the clock of a server of databases: beside a thousand other tests of one process
# each would wait for the processor for longer than that.
fleet='RunnerStoreTests[.](AdoptionTests|FailoverTests|FleetTests|LostCommitTests'
fleet+='|SharedStoreConformanceTests)/'

# The confinement suite waits in the kernel for real programs, and would hold the few threads that
# the other suites' tasks need; so it has a process of its own. What measures time or idleness runs
# alone: `quiet`; how much one job costs another; the HTTP tests, which count the seconds that a
# server stays silent; and what is measured of a large store.
part() {
  case "$1" in
  confinement)
    run 1-confinement --filter ConfinementTests --skip ExhaustionTests --skip TortureTests \
      --skip LANClientTests --skip "$quiet"
    ;;
  quiet) run 8-quiet --filter "$quiet" ;;
  exhaustion) run 2-exhaustion --filter ExhaustionTests ;;
  torture) run 3-torture --filter TortureTests ;;
  scale) scale ;;
  clients) run 7-clients --filter LANClientTests ;;
  http) run 5-http --filter '^RunnerHTTPTests' ;;
  units) run 6-units --skip ConfinementTests --skip '^RunnerHTTPTests' --skip "$fleet" ;;
  fleet) run 9-fleet --filter "$fleet" ;;
  beside) lanes confinement torture 'units clients fleet' ;;
  *)
    echo "test: there is no part $1" >&2
    return 64
    ;;
  esac
}

in_order() {
  local name
  for name in "$@"; do part "$name" || return; done
}

# Runs lists of parts side by side, each in its order. They pass on a machine that others keep busy
# (scripts/rounds.sh), and wait for much of their time. What the first one says comes at once, what
# the others say when they have ended.
lanes() {
  local lane code=0 number log
  lane_groups=()
  trap stop_lanes EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  set -m
  for lane in "$@"; do
    number=${#lane_groups[@]}
    if [ "$number" = 0 ]; then
      # shellcheck disable=SC2086  # a list of names
      HTTP_RUNNER_TEST_LANE=0 in_order $lane </dev/null &
    else
      # shellcheck disable=SC2086  # a list of names
      HTTP_RUNNER_TEST_LANE=$number in_order $lane </dev/null >"$report/lane-$number.log" 2>&1 &
    fi
    lane_groups+=($!)
  done
  set +m
  for number in "${!lane_groups[@]}"; do
    wait "${lane_groups[number]}" || code=$?
    log=$report/lane-$number.log
    [ "$number" = 0 ] || { cat "$log" && rm -f "$log"; }
  done
  lane_groups=()
  trap - EXIT INT TERM
  return "$code"
}

# An end before theirs ends them: each is a process group of its own.
stop_lanes() {
  local group
  trap '' INT TERM
  for group in "${lane_groups[@]}"; do kill -- "-$group" 2>/dev/null || true; done
  for group in "${lane_groups[@]}"; do wait "$group" 2>/dev/null || true; done
}

run_suite() { in_order beside quiet exhaustion http scale; }

run_short() {
  run 0-short --filter '^(RunnerHTTP|RunnerStore)Tests' --skip "$fleet" && part fleet
}

run_promises() {
  local filters=() pattern patterns
  patterns=$(scripts/report.py filter "$@") || return
  while IFS= read -r pattern; do filters+=(--filter "$pattern"); done <<<"$patterns"
  run promises "${filters[@]}"
}

# Runs a function, and then makes the report with the given demands, whether tests passed or not.
reported() {
  local demands=$1 code=0
  shift
  rm -rf "$report"
  mkdir -p "$report/parts"
  "$@" || code=$?
  # Parts that were not run after one that failed are no news.
  [ "$code" = 0 ] || demands=
  # shellcheck disable=SC2086  # words of the command line, which hold no spaces
  scripts/report.py merge "$report" $demands || code=1
  return "$code"
}

run_all() {
  case "${1:-}" in
  '') reported --every-promise run_suite ;;
  --promise)
    shift
    [ $# -gt 0 ] || {
      echo "test: name a promise, for example: make promise P=017" >&2
      return 64
    }
    reported "--promises $*" run_promises "$@"
    ;;
  --part)
    mkdir -p "$report/parts"
    part "${2:?the name of a part}"
    ;;
  --short) reported --at-least-one run_short ;;
  --report) scripts/report.py merge "$report" --every-promise ;;
  *) reported --at-least-one run some "$@" ;;
  esac
}

if [ "$(id -u)" = 0 ]; then
  code=0
  run_all "$@" || code=$?
  # A user who became root for this alone can remove the report without.
  if [ -n "${SUDO_UID:-}" ] && [ -d "$report" ]; then chown -R "$SUDO_UID:$SUDO_GID" "$report"; fi
  exit "$code"
fi

if ! command -v sudo >/dev/null; then
  echo "test: these tests launch confined jobs, which takes root, and there is no sudo." >&2
  echo "test: become root and run 'make test' again." >&2
  exit 1
fi
echo "test: these tests launch confined jobs, which takes root: going on with sudo" >&2
exec sudo env PATH="$PATH" CI="${CI:-}" \
  HTTP_RUNNER_BIN="${HTTP_RUNNER_BIN:-}" HTTP_RUNNER_REPORT="${HTTP_RUNNER_REPORT:-}" \
  HTTP_RUNNER_FOLLOW_ROUNDS="${HTTP_RUNNER_FOLLOW_ROUNDS:-}" \
  HTTP_RUNNER_TORTURE_ROUNDS="${HTTP_RUNNER_TORTURE_ROUNDS:-}" \
  HTTP_RUNNER_TORTURE_SEED="${HTTP_RUNNER_TORTURE_SEED:-}" "$0" "$@"
