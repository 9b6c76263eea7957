#!/usr/bin/env bash
# Builds and tests on another Debian release beside this system, without a second machine: same
# kernel and processors; the release's own libraries, headers and programs; this system's Swift
# toolchain, mounted read-only. Packages come from the project's own setup script.
#
# Usage: scripts/test-on.sh [--fresh] SUITE                demo and tests
#        scripts/test-on.sh [--fresh] --short SUITE        demo, HTTP and store suites: for CI, by
#                                                          programs that are built for debugging
#        scripts/test-on.sh [--fresh] SUITE COMMAND ...    COMMAND in the tree, for instance `bash`
#   SUITE is a Debian suite, for instance bookworm or trixie. Its root and build folder are kept in
#   .build/test-on/SUITE; --fresh makes both again.
# Environment: MIRROR (a Debian mirror; default: that of this system's apt), SWIFT, JOBS
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'test-on: %s\n' "$*" >&2; }
fail() {
  say "FAILED: $*"
  exit 1
}

usage() { sed -n 's/^# \{0,1\}//; 6,13p' "$0" >&2; }

# Where the tree is in the root, and the toolchain. Not the tree beneath /usr, which jobs may read.
tree_inside=/srv/http-runner
toolchain_inside=/opt/swift
authorities=/etc/ssl/certs/ca-certificates.crt

# The folder that has usr/bin/swift in it.
toolchain() {
  local resources
  resources=$("$(dirname "$(command -v "${SWIFT:-swift}")")/swiftc" -print-target-info |
    sed -n 's/.*"runtimeResourcePath": "\(.*\)\/usr\/lib\/swift".*/\1/p')
  [ -x "$resources/usr/bin/swift" ] ||
    fail "no toolchain with a folder of its own, usr/bin/swift beneath it: '$resources'"
  echo "$resources"
}

# The lines of apt's sources for the suite: this system's mirrors, if it is a Debian.
sources() {
  local suite=$1 mirror=${MIRROR:-} security=
  if [ -z "$mirror" ] && command -v apt-get >/dev/null; then
    mirror=$(mirror_of Debian)
    security=$(mirror_of Debian-Security)
  fi
  echo "deb ${mirror:-http://deb.debian.org/debian} $suite main"
  if [ -n "$security" ]; then echo "deb $security $suite-security main"; fi
}

# The address from which apt has the packages of this label; empty if from nowhere.
mirror_of() {
  apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Origin: Debian" \
    "Label: $1" | head -n 1
}

make_root() {
  local suite=$1 root=$2
  say "making a root of $suite"
  rm -rf "$root" "$root.new"
  sources "$suite" | mmdebstrap --quiet --variant=minbase \
    --include=make,ca-certificates,git --aptopt='Acquire::Retries "3"' \
    --customize-hook='echo test-on >"$1/etc/hostname"' \
    --customize-hook='echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/test-on"' \
    --customize-hook='printf "127.0.0.1 localhost\n::1 localhost\n" >"$1/etc/hosts"' \
    --customize-hook='printf "[safe]\n\tdirectory = *\n" >"$1/etc/gitconfig"' \
    "$suite" "$root.new" - || fail "mmdebstrap could not make the root; its own words are above"
  mv "$root.new" "$root"
}

# Runs in mount and PID namespaces of its own: makes the root the root, then becomes the command.
enter() {
  local root=$1 build=$2 tools=$3
  shift 3
  mount --bind "$root" "$root"
  mkdir -p "$root$tree_inside" "$root$toolchain_inside"
  mount --bind "$PWD" "$root$tree_inside"
  mkdir -p "$root$tree_inside/.build"
  mount --bind "$build" "$root$tree_inside/.build"
  mount --bind "$tools" "$root$toolchain_inside"
  mount -o remount,bind,ro "$root$toolchain_inside"
  cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
  # Whom this system trusts, perhaps a proxy among them.
  if [ -f "$authorities" ]; then cp --dereference "$authorities" "$root$authorities"; fi
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mkdir -m 1777 "$root/run/lock"
  cd "$root"
  mkdir -p mnt/old
  pivot_root . mnt/old
  cd "$tree_inside"
  umount --lazy /mnt/old
  rmdir /mnt/old
  exec env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 JOBS="${JOBS:-$(nproc)}" \
    ${CI:+CI="$CI"} ${http_proxy:+http_proxy="$http_proxy"} \
    ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} \
    PATH=$toolchain_inside/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    "$@"
}

# What is done without a command.
whole() {
  make --no-print-directory demo
  make --no-print-directory test
}

# One build, for debugging, serves the demo as well: optimizing takes longer than all that follows.
short() {
  export HTTP_RUNNER_BIN=$PWD/.build/debug
  scripts/setup.sh build demo store
  swift build -j "$JOBS" --build-tests
  scripts/demo.sh
  scripts/test.sh --short
}

main() {
  local fresh=no task=whole suite folder tools
  while [ $# -gt 0 ]; do
    case "$1" in
      --fresh) fresh=yes ;;
      --short) task=short ;;
      --help | -h) usage && exit ;;
      -*) usage && exit 64 ;;
      *) break ;;
    esac
    shift
  done
  [ $# -gt 0 ] || { usage && exit 64; }
  suite=$1
  shift
  [[ "$suite" =~ ^[a-z]+$ ]] || fail "'$suite' is no name of a Debian suite, as trixie is"
  command -v mmdebstrap >/dev/null || scripts/setup.sh root
  tools=$(toolchain)
  folder=$PWD/.build/test-on/$suite
  if [ "$fresh" = yes ]; then rm -rf "$folder"; fi
  mkdir -p "$folder/build"
  [ -d "$folder/root" ] || make_root "$suite" "$folder/root"
  [ $# -gt 0 ] || set -- "$tree_inside/scripts/test-on.sh" "inside:$task"
  say "$suite: $(tr '\n' ' ' <"$folder/root/etc/debian_version")"
  # --kill-child: what a run leaves behind ends with it.
  exec unshare --mount --propagation private --pid --fork --kill-child \
    "$0" inside:enter "$folder/root" "$folder/build" "$tools" "$@"
}

case "${1:-}" in
  inside:enter) shift && enter "$@" ;;
  inside:whole) whole ;;
  inside:short) short ;;
  *)
    if [ "$(id -u)" != 0 ]; then
      command -v sudo >/dev/null || fail "a root of another system takes root: become root."
      say "a root of another system takes root: going on with sudo"
      exec sudo env PATH="$PATH" MIRROR="${MIRROR:-}" SWIFT="${SWIFT:-swift}" JOBS="${JOBS:-}" \
        CI="${CI:-}" "$0" "$@"
    fi
    main "$@"
    ;;
esac
