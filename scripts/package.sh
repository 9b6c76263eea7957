#!/usr/bin/env bash
# Makes .build/package/http-runner_VERSION+debRELEASE_ARCHITECTURE.deb from the release programs,
# and holds it against lintian. The same commit and programs give the same bytes. The package is for
# the Debian release that it is made on: names and versions of libraries differ between releases.
# For another release: make package SUITE=trixie.
#
# Usage: scripts/package.sh        environment: HTTP_RUNNER_BIN (folder of the two programs)
# The last line on stdout is the path of the package.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${HTTP_RUNNER_BIN:-$PWD/.build/release}
out=.build/package
root=$out/root
programs=(http-runner http-runner-launcher)

say() { printf 'package: %s\n' "$*" >&2; }
fail() {
  printf 'package: FAILED: %s\n' "$*" >&2
  exit 1
}

# The commit's time; where there is no repository, that of the changelog's top entry.
source_time() {
  git log -1 --format=%ct 2>/dev/null ||
    date --utc --date="$(sed -n 's/^## [0-9.]* - //p' CHANGELOG.md | head -n 1)" +%s
}

# Number and name of this system's release, for instance `13 Debian GNU/Linux 13 (trixie)`.
release() {
  (
    . /etc/os-release
    [ "${ID:-}" = debian ] && [ -n "${VERSION_ID:-}" ] && echo "$VERSION_ID $PRETTY_NAME"
  ) || fail "/etc/os-release names no Debian release; a package for it: make package SUITE=trixie"
}

# Option names of the program's own help text and of the manual page, one a line.
options_of_help() {
  "$bin/http-runner" --help | grep -oE -- '^ +(-., |    )--[a-z-]+' | grep -oE -- '--.*'
}
options_of_manual() {
  sed -n '/^\.TP/{n;s/\\-/-/g;p}' packaging/http-runner.8 | grep -E '^\.BR? -' |
    grep -oE -- '--[a-z-]+'
}

check_manual() {
  local difference
  difference=$(diff <(options_of_help | sort -u) <(options_of_manual | sort -u)) ||
    fail "packaging/http-runner.8 does not have the options of --help (<: help, >: manual):
$difference"
}

# A file with @WORDS@ on stdin, filled in.
fill() {
  sed -e "s/@VERSION@/$version/" -e "s/@RELEASE@/$release_number/" \
    -e "s|@SYSTEM@|$release_name|" -e "s/@ARCHITECTURE@/$architecture/" \
    -e "s/@DATE@/$(date --utc --date="@$SOURCE_DATE_EPOCH" +%F)/" \
    -e "s/@SIZE@/${size:-}/" -e "s/@DEPENDS@/${depends:-}/"
}

# CHANGELOG.md in the form that Debian's tools read, oldest entries last.
debian_changelog() {
  local line title= day
  finish() {
    if [ -n "$title" ]; then
      printf '\n -- The http-runner authors <http-runner@packages.invalid>  %s\n\n' \
        "$(LC_ALL=C date --utc --rfc-email --date="$day")"
    fi
  }
  while IFS= read -r line; do
    case "$line" in
    '## '[0-9]*)
      finish
      title=${line#'## '}
      day=${title#* - }
      printf 'http-runner (%s+deb%s) unstable; urgency=medium\n\n' \
        "${title%% *}" "$release_number"
      ;;
    '- '*)
      if [ -n "$title" ]; then
        fold -s -w 74 <<<"${line#'- '}" | sed '1s/^/  * /;2,$s/^/    /;s/ *$//'
      fi
      ;;
    esac
  done <CHANGELOG.md
  finish
}

put() { install -D --mode="$1" "$2" "$root/$3"; }

put_programs() {
  local program
  for program in "${programs[@]}"; do
    [ -x "$bin/$program" ] || fail "$bin/$program is not there; type: make package"
    put 755 "$bin/$program" "usr/lib/http-runner/$program"
    strip --strip-unneeded --remove-section=.comment "$root/usr/lib/http-runner/$program"
  done
  # The launcher is found beside the program that the link leads to, so PATH shows one of the two.
  mkdir -p "$root/usr/bin"
  ln -s ../lib/http-runner/http-runner "$root/usr/bin/http-runner"
}

# From systemd 253 on a reload is over when the service says so; Debian 12 has 252.
put_unit() {
  if [ "$release_number" = 12 ]; then
    put 644 packaging/http-runner.service "$1"
  else
    sed -e 's/^Type=notify$/Type=notify-reload/' -e '/^ExecReload=/d' \
      packaging/http-runner.service >"$out/unit"
    put 644 "$out/unit" "$1"
    rm "$out/unit"
  fi
}

put_texts() {
  local doc=$root/usr/share/doc/http-runner manual=$root/usr/share/man/man8
  # Where the release's own packages have them: Debian 12 has not moved them to /usr yet.
  local units=usr/lib/systemd/system
  [ "$release_number" != 12 ] || units=lib/systemd/system
  put 644 packaging/http-runner.socket "$units/http-runner.socket"
  put 644 packaging/http-runner-restart.service "$units/http-runner-restart.service"
  put 755 packaging/restart-drained usr/lib/http-runner/restart-drained
  put_unit "$units/http-runner.service"
  put 644 packaging/needrestart.conf etc/needrestart/conf.d/http-runner.conf
  put 644 packaging/http-runner.default etc/default/http-runner
  put 644 packaging/config.json5 etc/http-runner/config.json5
  put 644 packaging/presets.json5 usr/share/http-runner/presets.json5
  put 644 packaging/grafana-dashboard.json usr/share/http-runner/grafana-dashboard.json
  local example
  for example in packaging/examples/*; do
    put "$(stat -c %a "$example")" "$example" "usr/share/doc/http-runner/examples/${example##*/}"
  done
  put 644 packaging/debian/copyright usr/share/doc/http-runner/copyright
  local file
  for file in compose.yaml http-runner.container; do
    put 644 "packaging/container/$file" "usr/share/doc/http-runner/examples/$file"
  done
  put 644 README.md usr/share/doc/http-runner/README.md
  put 644 SECURITY.md usr/share/doc/http-runner/SECURITY.md
  mkdir -p "$manual"
  debian_changelog | gzip -9n >"$doc/changelog.gz"
  fill <packaging/http-runner.8 | gzip -9n >"$manual/http-runner.8.gz"
  chmod 644 "$doc/changelog.gz" "$manual/http-runner.8.gz"
}

# Completions of the client's commands and a page of the manual for each, as it prints them.
put_client() {
  local command share=$root/usr/share
  mkdir -p "$share/man/man1" "$share/bash-completion/completions" \
    "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d"
  for command in $("$bin/http-runner" completions commands); do
    "$bin/http-runner" completions man "$command" | gzip -9n \
      >"$share/man/man1/http-runner-$command.1.gz"
  done
  "$bin/http-runner" completions bash >"$share/bash-completion/completions/http-runner"
  "$bin/http-runner" completions zsh >"$share/zsh/vendor-completions/_http-runner"
  "$bin/http-runner" completions fish >"$share/fish/vendor_completions.d/http-runner.fish"
}

# The packages of the shared libraries, with the versions whose symbols are used.
needed() {
  local folder
  folder=$(mktemp -d)
  mkdir "$folder/debian" "$root/DEBIAN" # the latter says where the package's own tree begins
  printf 'Source: http-runner\n\nPackage: http-runner\nArchitecture: any\n' \
    >"$folder/debian/control"
  local paths=("${programs[@]/#/$PWD/$root/usr/lib/http-runner/}")
  (cd "$folder" && dpkg-shlibdeps -O "${paths[@]/#/-e}") | sed -n 's/^shlibs:Depends=//p'
  rm -r "$folder"
}

put_control() {
  local name depends size
  depends=$(needed)
  [ -n "$depends" ] || fail "dpkg-shlibdeps names no library"
  size=$(du -k --apparent-size --summarize "$root" | cut -f1)
  fill <packaging/debian/control.in >"$root/DEBIAN/control"
  put 644 packaging/debian/conffiles DEBIAN/conffiles
  for name in postinst prerm postrm; do put 755 "packaging/debian/$name" "DEBIAN/$name"; done
  (cd "$root" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\0' |
    LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
  chmod 644 "$root/DEBIAN/control" "$root/DEBIAN/md5sums"
}

main() {
  umask 022
  check_manual
  local version architecture file system release_number release_name
  system=$(release)
  read -r release_number release_name <<<"$system"
  version=$("$bin/http-runner" --version | cut -d' ' -f2)
  architecture=$(dpkg --print-architecture)
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(source_time)}
  export SOURCE_DATE_EPOCH
  file=$out/http-runner_$version+deb${release_number}_$architecture.deb
  rm -rf "$root"
  mkdir -p "$root"
  put_programs
  put_texts
  put_client
  put_control
  # Newer times are set back to SOURCE_DATE_EPOCH by dpkg-deb; these files are older in no checkout.
  find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --build --root-owner-group -Zxz "$root" "$file" >&2
  rm -r "$root"
  lintian --allow-root --fail-on error,warning \
    --suppress-tags-from-file packaging/lintian.txt "$file" >&2 ||
    fail "lintian objects to what is above: mend it, or give its reason in packaging/lintian.txt"
  say "$(stat --printf='%s' "$file") bytes, needs $(dpkg-deb --field "$file" Depends)"
  echo "$PWD/$file"
}

main "$@"
