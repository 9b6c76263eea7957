#!/usr/bin/env bash
# Package: ratarmount 1.3.0 for Python; beside it tar 1.34 of Debian 12.
#
# Guess, written down first: a file of a truncated archive that is mounted cannot be read past the
# point where the archive ends: read(2) gives EIO.
#
# Seen: ratarmount mounts half a TAR, and half a gzipped one, without a word. The cut member has its
# full length in stat, read ends early as at the end of a file, and cp ends with 0 with half the
# bytes. Half a .tar.xz or .tar.zst is refused. "tar -x" ends with 2 for each.
# Remedy: "tar -tf" or "gzip -t" before the mount; after a copy compare its length with stat's.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

[ -w /dev/fuse ] || untried "no /dev/fuse"
pypi ratarmount==1.3.0
mkdir in mounted
head -c 3000000 /dev/urandom >in/film
tar -cf a.tar in
gzip -k a.tar
half a.tar half.tar
half a.tar.gz half.tar.gz
seen=
for name in half.tar half.tar.gz; do
  rm -f out
  unshare -rm sh -s "$name" <<'SHELL' >copied 2>mount.log || untried "$(tail -n 1 mount.log)"
timeout 60 python3 -m ratarmount "$1" mounted >&2 || exit 1
stat -c %s mounted/in/film
cp mounted/in/film out
echo $?
umount mounted
SHELL
  mkdir -p "of.$name"
  row="$(paste -sd ' ' copied) $(stat -c %s out) $(code tar -xf "$name" -C "of.$name")"
  echo "$name: length, cp's exit code, bytes copied, tar's exit code: $row"
  seen+="$row, "
done
[[ $seen =~ ^(3000000\ 0\ 1[0-9]{6}\ 2,\ ){2}$ ]]
