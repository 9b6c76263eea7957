#!/usr/bin/env bash
# Makes .build/image/http-runner_VERSION+debRELEASE_ARCHITECTURE.oci.tar, a container image in OCI's
# layout, from the package of `make package` and a Debian root of the same release. The same commit,
# programs and packages of Debian give the same bytes. For another release: make image SUITE=trixie.
#
# Usage: scripts/image.sh PACKAGE.deb
# Environment: PROGRAMS (ffmpeg)    Debian packages of what jobs run, apart by commas
#              MIRROR (that of this system's apt)
# The last line on stdout is the path of the image: podman load --input FILE
set -euo pipefail
cd "$(dirname "$0")/.."

out=.build/image
programs=${PROGRAMS-ffmpeg}

say() { printf 'image: %s\n' "$*" >&2; }
fail() {
  printf 'image: FAILED: %s\n' "$*" >&2
  exit 1
}

mirror() {
  local found=${MIRROR:-}
  [ -n "$found" ] || found=$(apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" \
    "Origin: Debian" "Label: Debian" | head -n 1)
  echo "${found:-http://deb.debian.org/debian}"
}

# The root file system as one archive. What differs from one run to the next, or tells of this
# machine, is taken out; logs, lists and caches come back where they are used.
make_root() {
  local package=$1 suite=$2 archive=$3 install='apt-get install --quiet=2 --yes'
  local source="deb http://deb.debian.org/debian $suite main"
  mmdebstrap --quiet --variant=minbase --include="ca-certificates${programs:+,$programs}" \
    --aptopt='Acquire::Retries "3"' --aptopt='APT::Install-Recommends "false"' \
    --customize-hook="copy-in '$package' /tmp" \
    --customize-hook="chroot \"\$1\" sh -c '$install /tmp/*.deb && rm /tmp/*.deb'" \
    --customize-hook='echo http-runner >"$1/etc/hostname"; : >"$1/etc/resolv.conf"' \
    --customize-hook="echo '$source' >\"\$1/etc/apt/sources.list\"" \
    --customize-hook='find "$1/var/log" "$1/var/cache" -type f -delete' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/tmp/*' \
    --customize-hook='rm -f "$1"/etc/passwd- "$1"/etc/group- "$1"/etc/shadow- "$1"/etc/gshadow-' \
    "$suite" "$archive" "deb $(mirror) $suite main" >&2 ||
    fail "mmdebstrap could not make the root; its own words are above"
}

main() {
  [ $# -eq 1 ] && [ -f "$1" ] || fail "Usage: scripts/image.sh PACKAGE.deb, as make image calls it"
  [ "$(id -u)" = 0 ] || fail "a root file system is made as root: become root, or use sudo"
  local package suite name created layout=$out/layout image
  package=$(realpath "$1")
  suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  [ -n "$suite" ] || fail "/etc/os-release names no Debian release; try: make image SUITE=trixie"
  name=$(basename "$package" .deb)
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
  export SOURCE_DATE_EPOCH
  created=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)
  rm -rf "$layout" "$out/root.tar"
  mkdir -p "$out"
  make_root "$package" "$suite" "$out/root.tar"
  umoci init --layout "$layout"
  umoci new --image "$layout:latest"
  umoci raw add-layer --image "$layout:latest" --history.created "$created" \
    --history.author '' --history.created_by "Debian $suite, $name" "$out/root.tar"
  rm "$out/root.tar"
  # Files of the state are 0711 for root, so that jobs reach their own working folders.
  umoci config --image "$layout:latest" --created "$created" --history.created "$created" \
    --history.author '' --history.created_by 'http-runner' --author '' \
    --os linux --architecture "$(dpkg --print-architecture)" \
    --config.entrypoint /usr/bin/http-runner \
    --config.cmd --config --config.cmd /etc/http-runner/config.json5 \
    --config.cmd --state --config.cmd /var/lib/http-runner/state \
    --config.cmd --work-folder --config.cmd /var/lib/http-runner/work \
    --config.exposedports 9000/tcp --config.volume /var/lib/http-runner \
    --config.stopsignal SIGTERM \
    --config.label org.opencontainers.image.title=http-runner \
    --config.label org.opencontainers.image.version="${name#*_}"
  umoci gc --layout "$layout"
  image=$out/$name.oci.tar
  tar --create --file "$image" --directory "$layout" --sort=name --owner=0 --group=0 \
    --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --mode=u=rwX,go=rX .
  rm -r "$layout"
  say "$(stat --printf='%s' "$image") bytes; load it with: podman load --input $image"
  echo "$PWD/$image"
}

main "$@"
