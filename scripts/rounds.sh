#!/usr/bin/env bash
# Runs the tests that were built over and over, beside programs that keep every processor busy, and
# stops at the first failure: a test that a race decides shows itself so.
#
# Usage: scripts/rounds.sh [ROUNDS [BURNERS [PART…]]]    20 rounds, 4 burners, the parts of
#        scripts/test.sh but `scale`, whose bars are times of a machine that has nothing else to do
# Environment: as for scripts/test.sh, which it runs
# The log of the round under way is in .build/rounds; the one of a round that failed stays there.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-20}
burners=${2:-4}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- units http confinement quiet exhaustion torture

log=$PWD/.build/rounds
mkdir -p "$log"
export HTTP_RUNNER_REPORT=$log/report

children=()
stop_burners() { [ ${#children[@]} = 0 ] || kill "${children[@]}" 2>/dev/null || true; }
trap stop_burners EXIT
for ((number = 0; number < burners; number++)); do
  sh -c 'while :; do :; done' &
  children+=($!)
done

for ((round = 1; round <= rounds; round++)); do
  start=$SECONDS
  for part in "$@"; do
    if ! scripts/test.sh --part "$part" >"$log/$part.log" 2>&1; then
      printf 'rounds: round %d of %d failed in %s after %d s: see %s\n' \
        "$round" "$rounds" "$part" $((SECONDS - start)) "$log/$part.log" >&2
      grep -E '^✘|recorded an issue' "$log/$part.log" | head -n 20 >&2 || true
      exit 1
    fi
  done
  printf 'rounds: round %d of %d passed in %d s\n' "$round" "$rounds" $((SECONDS - start))
done
