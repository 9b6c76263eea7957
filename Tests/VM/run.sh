#!/usr/bin/env bash
# In the machine of `make vm-test`: installs the package, shows what the machine is, runs the
# service under systemd and the suite against the installed programs, and prints the verdict.
set -uo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# shellcheck source=/dev/null
. /vm-test/settings # mode, parts, source_folder, slowness, suite_arguments

failed=()
ran=,

# Runs one part, and says how long it took and what came of it.
part() {
  local name=$1 start=$SECONDS code=0
  shift
  # Without the first two no other one can be.
  case ",${parts:-$name},delegation,package," in *",$name,"*) ;; *)
    printf 'vm-test: not asked for: %s\n' "$name"
    return
    ;;
  esac
  ran+=$name,
  printf 'vm-test: == %s (%s s after the kernel)\n' "$name" "$(cut -d. -f1 /proc/uptime)"
  "$@" || code=$?
  if [ "$code" = 0 ]; then
    printf 'vm-test: passed: %s, in %s s\n' "$name" "$((SECONDS - start))"
  else
    printf 'vm-test: FAILED: %s, with %s, in %s s\n' "$name" "$code" "$((SECONDS - start))"
    failed+=("$name")
  fi
}

# This unit's own processes go into a leaf, so that controllers can be handed to cgroups beside it.
delegate() {
  unit=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
  export VM_TEST_CGROUP=$unit
  mkdir "$unit/suite" && echo $$ >"$unit/suite/cgroup.procs" || return
  sed 's/[^ ]*/+&/g' "$unit/cgroup.controllers" >"$unit/cgroup.subtree_control"
}

machine() { python3 /vm-test/machine.py "$VM_TEST_CGROUP"; }

# The same facts where nothing is delegated: what finds nothing missing there would find nothing.
machine_twin() {
  local said
  said=$(systemd-run --quiet --pipe --wait python3 /vm-test/machine.py --own) && {
    printf '%s\nnothing is missing without delegation\n' "$said"
    return 1
  }
  grep 'missing:.*controllers' <<<"$said"
}

package() {
  ! command -v http-runner || return
  # Through a pipe it draws no progress on the console.
  dpkg -i /vm-test/http-runner.deb | cat && http-runner --version && dpkg --verify http-runner
}

# As the operator reads it, and then held against what this machine has.
doctor() {
  systemd-run --quiet --pipe --wait --property Delegate=yes http-runner doctor &&
    python3 /vm-test/doctor.py
}

service() { bash /vm-test/service.sh; }

# Jobs of a minute where there is time for them.
units() {
  local job_seconds=60
  [ "$mode" != smoke ] || job_seconds=15
  python3 /vm-test/unit.py "$job_seconds"
}

# Each starts services of its own: a disk that comes and goes, low limits, containers.
trial() {
  python3 "/vm-test/$1.py"
}

suite() {
  mkdir -p "$source_folder" && mount --bind /vm-test/source "$source_folder" || return
  HTTP_RUNNER_BIN=/vm-test/bin HTTP_RUNNER_TEST_SLOWNESS=$slowness CI=1 \
    /vm-test/bundle/tests --testing-library swift-testing "${suite_arguments[@]}"
}

verdict() {
  local name asked
  IFS=, read -ra asked <<<"${parts:-}"
  for name in "${asked[@]}"; do
    case $ran in *",$name,"*) ;; *) failed+=("$name: there is no such part here") ;; esac
  done
  if [ "${#failed[@]}" = 0 ]; then
    echo "vm-test: verdict: passed"
  else
    printf 'vm-test: verdict: FAILED: %s\n' "${failed[*]}"
  fi
}

main() {
  part "delegation" delegate
  if [ "$mode" = gpu ]; then
    part "package" package
    part "gpu" trial gpu
    verdict
    return
  fi
  part "machine" machine
  part "machine without delegation" machine_twin
  part "package" package
  part "doctor" doctor
  part "service" service
  part "units" units
  if [ "$mode" != smoke ]; then
    part "disk that comes and goes" trial nas
    part "low limits" trial small
    part "containers" trial container
  fi
  if [ "$mode" = full ]; then
    part "sizing" trial sizing
    part "suite" suite
  fi
  verdict
}

main
