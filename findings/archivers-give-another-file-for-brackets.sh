#!/usr/bin/env bash
# Packages: unzip 6.0, libarchive-tools 3.6.2 (bsdtar), cpio 2.13 and 7zip 26.02 of Debian 12;
# beside them zip 3.0 and GNU tar.
#
# Guess, written down first: the name of a member, as the list of the archive gives it, gets this
# member out again, and no other.
#
# Seen: unzip, bsdtar and cpio take each name for a pattern, even where a member has exactly this
# name: "film[1].mkv", the name that browsers give to a second download, gets film1.mkv out, and all
# three end with 0; with "unzip -p" the bytes of the other film go on. "a*b.mkv" gets aXb.mkv as
# well, from 7zz too, and "7zz d" deletes both. GNU tar goes by the name, unless --wildcards is
# given; "zip -d" too.
# Remedy: a backslash before [ ] * ? for unzip, bsdtar and cpio; -spd for 7zz; or Python's zipfile.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian unzip=6.0-28+deb12u1 zip=3.0-13+deb12u1 libarchive-tools=3.6.2-1+deb12u5 \
  cpio=2.13+dfsg-7.1 7zip=22.01+really26.02+dfsg-0+deb12u1
names=('film[1].mkv' film1.mkv 'a*b.mkv' aXb.mkv)
for name in "${names[@]}"; do echo "$name" >"$name"; done
zip -q a.zip "${names[@]}"
tar -cf a.tar "${names[@]}"
7zz a a.7z "${names[@]}" >/dev/null
printf '%s\n' "${names[@]}" | cpio --quiet -o >a.cpio
mkdir out
cd out
seen=
for command in 'unzip -q ../a.zip' 'bsdtar -xf ../a.tar' 'cpio --quiet -idF ../a.cpio' \
  'tar -xf ../a.tar' '7zz x ../a.7z' '7zz x -spd ../a.7z'; do
  for name in 'film[1].mkv' 'a*b.mkv'; do
    ended=$(code $command "$name")
    got=$(printf '%s ' *.mkv)
    echo "$command $name: $got(exit code $ended)"
    seen+="$ended $got| "
    rm -f ./*.mkv
  done
done
cd ..
7zz d a.zip 'a*b.mkv' >/dev/null
left=$(unzip -Z1 a.zip | paste -sd' ')
echo "left by 7zz d a.zip 'a*b.mkv': $left"
unzip -q a.zip 'film\[1\].mkv' -d escaped
other="0 film1.mkv | 0 a*b.mkv aXb.mkv | "
same="0 film[1].mkv | 0 a*b.mkv | "
[ "$seen" = "$other$other$other${same}0 film[1].mkv | 0 a*b.mkv aXb.mkv | $same" ] &&
  [ "$left" = "film1.mkv film[1].mkv" ] && [ "$(ls escaped)" = 'film[1].mkv' ]
