#!/usr/bin/env bash
# Runs the confinement suite inside a Debian machine of its own: the kernel and systemd of this
# system's release, cgroup v2 with every controller, AppArmor; http-runner is installed there from
# its package. docs/vm-test.md says what is in it and how long it takes. For another release than
# this system's: make vm-test SUITE=trixie.
#
# Usage: scripts/vm-test.sh [arguments of Swift Testing]     by default: the confinement suite
#   without the tests that measure, or that look at launcher and child rather than at the kernel
#        scripts/vm-test.sh --smoke     everything but the suite, in a machine without its programs:
#   what CI has time for
#        scripts/vm-test.sh --trials    the smoke, and the trials of hosts that are not as usual
#        scripts/vm-test.sh --gpu       a virtual GPU (vgem) under a kernel that has one
# Environment: VM_TEST_PACKAGE (the .deb), VM_TEST_SECONDS (until the machine is stopped),
#   VM_TEST_ACCELERATOR (`kvm` where there is one; everything is emulated by default),
#   VM_TEST_PROCESSORS (2 by default; 64 on two real ones do not get through)
#   VM_TEST_PARTS (names of parts with commas between, instead of all: units,low limits)
# Exit code 0 only if the machine itself said that every part passed.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$PWD/.build/vm
mode=full
# The root that a mode takes: that of the suite, or one without its programs.
root_kind=full
case "${1:-}" in
  --smoke | --trials) mode=${1#--} root_kind=smoke ;;
  --gpu) mode=gpu root_kind=gpu ;;
esac
seconds=${VM_TEST_SECONDS:-7200}
accelerator=${VM_TEST_ACCELERATOR:-tcg,thread=multi,tb-size=1024}
memory_megabytes=4096
# Where the host is busy the kernel takes the emulated timer for a broken one, and panics.
options="rw loglevel=4 mitigations=off systemd.show_status=no no_timer_check"
# Package and tests are linked with this system's libraries, so the machine is of the same release.
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
processors=${VM_TEST_PROCESSORS:-2}
# How many times longer than on the build machine anything may take before a test gives up on it.
case "$accelerator" in kvm*) slowness=2 ;; *) slowness=5 ;; esac

say() { printf 'vm-test: %s\n' "$*" >&2; }
fail() {
  printf 'vm-test: FAILED: %s\n' "$*" >&2
  exit 1
}

if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null ||
    fail "the files of the machine must belong to root, and there is no sudo: become root."
  say "the files of the machine must belong to root: going on with sudo"
  exec sudo env PATH="$PATH" VM_TEST_PACKAGE="${VM_TEST_PACKAGE:-}" VM_TEST_SECONDS="$seconds" \
    VM_TEST_ACCELERATOR="$accelerator" VM_TEST_PROCESSORS="$processors" \
    VM_TEST_PARTS="${VM_TEST_PARTS:-}" "$0" "$@"
fi

package=${VM_TEST_PACKAGE:-}
[ -n "$package" ] || package=$(find .build/package -name '*.deb' -printf '%T@ %p\n' | sort -rn |
  head -n 1 | cut -d' ' -f2-)
[ -f "$package" ] || fail "there is no package; type: make vm-test"
bundle=
if [ "$mode" = full ]; then
  bundle=$(find -L .build/debug -maxdepth 1 -name '*PackageTests.xctest' -type f | head -n 1)
  [ -f "$bundle" ] || fail "the tests are not built; type: make vm-test"
fi
[ $# -gt 0 ] ||
  set -- --filter ConfinementTests --skip ExhaustionTests --skip FollowingTests \
    --skip 'FaultTests|FaultSweepTests' --skip 'TortureTests|LANClientTests' \
    --skip 'ten billion bytes'

scratch=
qemu=
clean_up() {
  if [ -n "$qemu" ]; then kill "$qemu" 2>/dev/null || true; fi
  if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

timed() {
  local name=$1 start=$SECONDS
  shift
  "$@"
  say "$name: $((SECONDS - start)) s"
}

# What the machine has installed: what the tests need, what makes it a machine, and what the package
# depends on, which dpkg inside must find there, since the machine has no network.
guest_packages() {
  local groups=" guest test "
  [ "$mode" = full ] || groups=" guest "
  # The kernel for clouds has no graphics.
  [ "$mode" != gpu ] || groups=" guest gpu "
  awk -v groups="$groups" 'index(groups, " " $1 " ") { sub(/[|].*/, "", $2); print $2 }' \
    scripts/packages.txt | if [ "$mode" = gpu ]; then grep -v '^linux-image-cloud'; else cat; fi
  dpkg-deb --field "$package" Depends | tr ',' '\n' | awk '{ print $1 }'
}

# Writes the folder $1 into the new image $2 with room for $3 MiB more.
image() {
  local folder=$1 file=$2 room=$3 size
  size=$(du --summarize --block-size=1M "$folder" | cut -f1)
  mkfs.ext4 -q -q -F -L vm -O ^has_journal -d "$folder" "$file" "$((size * 5 / 4 + room))M" ||
    fail "no image of $folder could be made"
}

# The machine's root, which only depends on the list of packages: made once.
make_base() {
  local list=$1 root=$scratch/root
  say "making a root of $suite with the packages: $list"
  mmdebstrap --quiet --variant=minbase --include="${list// /,}" \
    --aptopt='Acquire::Retries "3"' \
    --customize-hook='echo vm-test >"$1/etc/hostname"' \
    --customize-hook='copy-in Tests/VM/vm-test.service /etc/systemd/system' \
    --customize-hook='mkdir "$1/vm-test"' \
    --customize-hook='echo "/dev/vdb /vm-test ext4 ro,x-systemd.device-timeout=600 0 0" \
      >"$1/etc/fstab"' \
    --customize-hook='chroot "$1" systemctl --quiet enable vm-test.service' \
    --customize-hook='chroot "$1" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer \
      e2scrub_all.timer fstrim.timer dpkg-db-backup.timer getty.target serial-getty@ttyS0.service' \
    "$suite" "$root" || fail "mmdebstrap could not make the root; its own words are above"
  rm -f "$out"/base-"$suite-$root_kind"-*
  cp "$root"/boot/vmlinuz-* "$base.vmlinuz"
  cp "$root"/boot/initrd.img-* "$base.initrd"
  image "$root" "$scratch/base" 8192
  rm -rf "$root"
  mv "$scratch/base" "$base.ext4"
}

# What is tried: the package, the tests and what they load and read.
make_payload() {
  local folder=$scratch/payload
  mkdir -p "$folder/bundle" "$folder/bin" "$folder/source"
  cp "$package" "$folder/http-runner.deb"
  cp Tests/VM/*.py Tests/VM/run.sh Tests/VM/service.sh "$folder"
  install --mode=755 Tests/VM/http-runner.sh "$folder/bin/http-runner"
  ln -s /usr/lib/http-runner/http-runner-launcher "$folder/bin/http-runner-launcher"
  if [ "$mode" = full ]; then put_suite "$folder"; fi
  printf 'mode=%q\nparts=%q\nsource_folder=%q\nslowness=%q\nsuite_arguments=(%s)\n' \
    "$mode" "${VM_TEST_PARTS:-}" "$PWD" "$slowness" "$(printf '%q ' "$@")" >"$folder/settings"
  image "$folder" "$scratch/payload.ext4" 16
}

put_suite() {
  local folder=$1 library
  cp "$bundle" "$folder/bundle/tests"
  # The toolchain's libraries; Debian's own are in the machine. All are looked for beside the tests.
  ldd "$bundle" | awk '$2 == "=>" && $3 ~ /swift/ { print $3 }' | while read -r library; do
    cp "$library" "$folder/bundle"
  done
  # Tests find sources by the place that they were built at.
  cp -R Tests docs "$folder/source"
}

# Neither disk is written to: what the machine changes goes away with it.
run_machine() {
  local console=$out/console.log
  say "starting the machine; its console is also in .build/vm/console.log"
  mkfifo "$scratch/console"
  timeout --kill-after=10 "$seconds" qemu-system-x86_64 \
    -accel "$accelerator" -cpu max -smp "$processors" -m "$memory_megabytes" \
    -display none -monitor none -serial stdio -no-reboot -nodefaults \
    -kernel "$base.vmlinuz" -initrd "$base.initrd" \
    -append "console=ttyS0 root=/dev/vda $options" \
    -drive "file=$base.ext4,format=raw,if=virtio,snapshot=on,cache=unsafe" \
    -drive "file=$scratch/payload.ext4,format=raw,if=virtio,snapshot=on,cache=unsafe" \
    -object rng-random,id=rng,filename=/dev/urandom -device virtio-rng-pci,rng=rng \
    </dev/null >"$scratch/console" 2>&1 &
  qemu=$!
  sed -u 's/\r$//' <"$scratch/console" | tee "$console"
  local code=0
  wait "$qemu" || code=$?
  qemu=
  [ "$code" != 124 ] ||
    fail "the machine was stopped after $seconds s (VM_TEST_SECONDS); it had said
$(grep '^vm-test: ' "$console" | sed 's/^/  /')"
  [ "$code" = 0 ] ||
    fail "qemu ended with $code (137: killed from outside); its last words are above"
  grep -q '^vm-test: verdict: ' "$console" || fail "the machine ended without a verdict"
  grep -qx 'vm-test: verdict: passed' "$console" ||
    fail "$(grep '^vm-test: ' "$console" | tail -n 9)"
}

main() {
  local packages key base
  [ -n "$suite" ] || fail "/etc/os-release has no VERSION_CODENAME: this is no Debian release"
  mkdir -p "$out"
  scratch=$(mktemp -d "$out/scratch.XXXXXX")
  packages=$(guest_packages | sort -u | tr '\n' ' ' | sed 's/ $//')
  key=$( (declare -f make_base image && cat Tests/VM/vm-test.service && echo "$packages") |
    sha256sum | cut -c1-16)
  base=$out/base-$suite-$root_kind-$key
  if [ -f "$base.ext4" ]; then
    say "the root is there already: $base.ext4"
  else
    timed "root" make_base "$packages"
  fi
  timed "payload" make_payload "$@"
  timed "machine" run_machine
  say "passed"
}

main "$@"
