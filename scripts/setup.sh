#!/usr/bin/env bash
# Installs the Debian packages that are missing, and nothing when none is.
#
# Usage: scripts/setup.sh [GROUP ...]     groups of scripts/packages.txt; all of them by default
set -euo pipefail
exec </dev/null # nothing here may wait for an answer

list="$(dirname "$0")/packages.txt"
swift_needed=6.3

say() { printf 'setup: %s\n' "$*" >&2; }

# Prints the packages of the wanted groups, each once.
wanted() {
  while read -r group package _; do
    case "$group" in '' | '#'*) continue ;; esac
    for want in "$@"; do
      if [ "$want" = "$group" ]; then echo "$package"; fi
    done
  done <"$list" | sort -u
}

get_swift() {
  say "Unpack Swift $swift_needed or later from https://www.swift.org/install/linux/ and put its"
  say "usr/bin first on PATH, for example: export PATH=/opt/swift/usr/bin:\$PATH"
  exit 1
}

require_swift() {
  command -v swift >/dev/null && command -v swiftc >/dev/null && return
  say "no Swift compiler is on PATH (as user '$(id -un)': sudo may shorten PATH)."
  get_swift
}

# After the packages, because the compiler itself loads some of them.
require_swift_version() {
  local said found oldest
  said=$(swiftc --version 2>&1 || true)
  found=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$said")
  oldest=$(printf '%s\n' "$swift_needed" "$found" | sort -V | head -n 1)
  [ "$oldest" != "$swift_needed" ] || return 0
  say "Swift $swift_needed or later is needed, and $(command -v swiftc) says:"
  sed 's/^/  /' <<<"$said" >&2
  get_swift
}

# Where there is no dpkg, only what the build cannot do without can be judged.
check_without_dpkg() {
  say "apt-get is not here, so nothing is installed. Needed, by their Debian names:"
  wanted "$@" | tr '\n' ' ' | fold -s -w 80 | sed 's/^/  /' >&2
  echo >&2
  if pkg-config --exists libseccomp libmicrohttpd libcurl sqlite3 2>/dev/null; then
    say "pkg-config finds the libraries of the build, so this goes on."
    return
  fi
  say "pkg-config does not find libseccomp, libmicrohttpd, libcurl and sqlite3: install them with"
  say "your system's package manager, or use Debian 12 or later."
  exit 1
}

# The packages of the wanted groups of which no alternative is installed, with their alternatives.
missing() {
  local installed package alternative here
  installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' |
    tr '\n' ' ') "
  for package in $(wanted "$@"); do
    here=no
    for alternative in ${package//|/ }; do
      case "$installed" in *" $alternative "*) here=yes ;; esac
    done
    if [ "$here" = no ]; then echo "$package"; fi
  done
}

# The first alternative that this release has, of each. Lists must be up to date.
#
# One that exists only as a name which others provide is passed over: apt would have to choose.
available() {
  local package alternative
  for package in "$@"; do
    for alternative in ${package//|/ }; do
      if apt-cache policy "$alternative" | grep -q '^  Candidate: [^(]'; then
        echo "$alternative"
        continue 2
      fi
    done
    # apt-get says it better.
    echo "${package%%|*}"
  done
}

install() {
  local root=() packages
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "these packages are missing, and only root can install them: $*"
      say "Run as root: apt-get install --no-install-recommends $(available "$@" | tr '\n' ' ')"
      exit 1
    fi
    root=(sudo)
  fi
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120)
  # --no-remove: a package that conflicts with one of yours is for you to decide about.
  "${apt[@]}" update >&2 || cannot_install "$@"
  mapfile -t packages < <(available "$@")
  say "installing: ${packages[*]}"
  # The tests make servers of their own: the package shall leave none running on this machine.
  if [[ " ${packages[*]} " == *" postgresql "* ]]; then
    "${root[@]}" mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' |
      "${root[@]}" tee /etc/postgresql-common/createcluster.d/http-runner.conf >/dev/null
  fi
  "${apt[@]}" install -y --no-install-recommends --no-remove "${packages[@]}" >&2 ||
    cannot_install "${packages[@]}"
}

cannot_install() {
  say "apt-get could not install: $* (its own words are above)."
  say "Check the network and /etc/apt/sources.list, then run 'make setup' again."
  exit 1
}

# The rules of axe-core, of which PyPI has a copy; Debian has none. A test reads that one file.
get_accessibility_rules() {
  local folder version=0.1.0 wheel
  local digest=697ea6c7edff0fe289b7bbecf1ff7b9015249bc834b409a348cd060df80aeba0
  folder=$(dirname "$0")/../.build/axe
  if echo "$digest  $folder/axe.min.js" | sha256sum --check --status 2>/dev/null; then return; fi
  mkdir -p "$folder"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --dest "$folder" "axe-core-python==$version" >&2 ||
    {
      say "pip could not get axe-core-python $version, which has the rules of accessibility."
      exit 1
    }
  wheel=("$folder"/*.whl)
  python3 -m zipfile --extract "${wheel[0]}" "$folder/wheel"
  echo "$digest  $folder/wheel/axe_core_python/axe.min.js" | sha256sum --check --status || {
    say "the rules of accessibility that PyPI gave are not those of $version."
    exit 1
  }
  mv "$folder/wheel/axe_core_python/axe.min.js" "$folder/axe.min.js"
  rm -rf "$folder/wheel" "${wheel[0]}"
}

main() {
  [ $# -gt 0 ] || set -- build demo test clients bench
  require_swift
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    check_without_dpkg "$@"
    require_swift_version
    return
  fi
  local packages
  packages=$(missing "$@")
  # shellcheck disable=SC2086  # package names hold no spaces
  [ -z "$packages" ] || install $packages
  require_swift_version
  case " $* " in *' clients '*) get_accessibility_rules ;; esac
}

main "$@"
