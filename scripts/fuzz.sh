#!/usr/bin/env bash
# Feeds the parsers of foreign bytes with inputs that libFuzzer makes, one target after the other.
#
# Usage: scripts/fuzz.sh [NAME…]      targets of Tests/Fuzz; all of them by default
# Environment: SECONDS_EACH (60)      seconds for each target
#              RUNS                   executions for each target, in the place of seconds
#              SEED                   makes the same inputs again, of the same seeds and corpus
#              JOBS (processors)      targets at one time
#              SWIFT, FUZZ_FOLDER (.build/fuzz)
# Inputs that found new ways through the code stay in FUZZ_FOLDER/corpus/NAME for the next time. One
# that broke a property, or took a parser down, is left in FUZZ_FOLDER/crashes/NAME, and the last
# lines say how to run it again.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${FUZZ_FOLDER:-.build/fuzz}
swift=${SWIFT:-swift}
jobs=${JOBS:-$(nproc)}
# One input: what takes longer, or more, is a fault as well.
seconds_max=30
memory_mib_max=1024

# The runtime without its main, of the clang that stands beside the Swift compiler.
runtime() {
  local clang
  clang=$(dirname "$(readlink -f "$(command -v "$swift")")")/clang
  find "$("$clang" -print-resource-dir)/lib" -name "libclang_rt.fuzzer_no_main*$(uname -m)*.a" \
    -o -path "*$(uname -m)*" -name 'libclang_rt.fuzzer_no_main.a' | head -n 1
}

build() {
  local library
  library=$(runtime)
  if [ -z "$library" ]; then
    echo "fuzz: the toolchain of $swift has no libFuzzer (libclang_rt.fuzzer_no_main)" >&2
    return 1
  fi
  HTTP_RUNNER_FUZZ=1 "$swift" build -c release --product fuzz --scratch-path "$folder/build" \
    -Xswiftc -enable-testing -Xswiftc -Xfrontend -Xswiftc -sanitize=fuzzer \
    -Xlinker "$library" -Xlinker -lstdc++ -Xlinker -lm
}

# Runs one target; its name and its longest input are the arguments.
run() {
  local name=$1 bytes=$2 log=$folder/log/$1 bound=(-max_total_time="${SECONDS_EACH:-60}")
  [ -z "${RUNS:-}" ] || bound=(-runs="$RUNS")
  [ -z "${SEED:-}" ] || bound+=(-seed="$SEED")
  mkdir -p "$folder/corpus/$name" "$folder/crashes/$name" "$folder/log"
  "$program" --seeds "$name" "$folder/corpus/$name"
  if "$program" "$name" -max_len="$bytes" -timeout="$seconds_max" -rss_limit_mb="$memory_mib_max" \
    -print_final_stats=1 -artifact_prefix="$folder/crashes/$name/" \
    "${bound[@]}" "$folder/corpus/$name" >"$log" 2>&1; then
    awk -v name="$name" '
      /number_of_executed_units/ { runs = $2 }
      /average_exec_per_sec/ { rate = $2 }
      / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
      END { printf "fuzz: %-18s %10d executions, %7d a second, %5d edges\n", name, runs, rate, cov }
    ' "$log"
    return 0
  fi
  printf 'fuzz: %s FAILED\n' "$name" >&2
  grep -E 'Fatal error|ERROR: libFuzzer|Test unit written' "$log" >&2 || tail -n 20 "$log" >&2
  printf 'fuzz: again with: %s %s FILE\n' "$program" "$name" >&2
  return 1
}

build
program=$folder/build/release/fuzz
# A crash is libFuzzer's to handle, which keeps the input.
export SWIFT_BACKTRACE=enable=no
# The order of a set is another in each process otherwise, and with it the way through the code.
[ -z "${SEED:-}" ] || export SWIFT_DETERMINISTIC_HASHING=1
list=$("$program" --list)
if [ $# -gt 0 ]; then
  wanted=
  for name in "$@"; do
    line=$(grep "^$name " <<<"$list") || {
      printf 'fuzz: there is no target %s; there are:\n%s\n' "$name" "$list" >&2
      exit 64
    }
    wanted+=$line$'\n'
  done
  list=${wanted%$'\n'}
fi
export -f run
export folder program seconds_max memory_mib_max
xargs -P "$jobs" -L 1 bash -c 'set -euo pipefail; run "$@"' fuzz <<<"$list"
