#!/usr/bin/env bash
# Packages: dar 2.7.8, zpaq 7.15 and xorriso 1.5.4 of Debian 12; beside them bsdtar 3.6.2.
#
# Guess, written down first: an archiver that cannot restore each file ends with another code than
# 0.
#
# Seen: on a full disk "dar -x -Q", the way without questions for scripts, says that a file is "not
# restored (user choice)" and ends with 0; zpaq says "(all OK)" and ends with 0, for extraction and
# for a new archive, of which a part is written. xorriso extracts the first half of an ISO image as
# if it were whole, with files shorter than the image says, and ends with 0. bsdtar ends with 1 in
# all three.
# Remedy: restore, then compare: dar -d, zpaq -test, xorriso -check_media; and look at free room
# before.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian dar=2.7.8-2+b9 zpaq=7.15+repack-1 xorriso=1.5.4-4 libarchive-tools=3.6.2-1+deb12u5
mkdir in
head -c 150000 /dev/urandom >in/a
head -c 150000 /dev/urandom >in/b
dar -Q -q -c kept -g in >/dev/null
zpaq a kept.zpaq in >/dev/null 2>&1
xorriso -as mkisofs -quiet -o kept.iso in 2>/dev/null
bsdtar -cf kept.tar in

# restored COMMAND…: prints the exit code on a disk of 16 KiB.
restored() {
  code on_full_disk "$@"
}
dar=$(restored dar -x kept -R disk -Q -q)
grep -o 'not restored.*' printed | sort -u
zpaq="$(restored zpaq x kept.zpaq -to disk/in) $(restored zpaq a disk/new.zpaq in)"
tail -n 1 printed
bsdtar="$(restored bsdtar -xf kept.tar -C disk) $(restored bsdtar -cf disk/new.tar in)"
half kept.iso half.iso
xorriso=$(code xorriso -osirrox on -indev half.iso -extract / out)
whole=$(cmp -s in/a out/a && cmp -s in/b out/b && echo whole || echo "not whole")
mkdir other
bsdtar+=" $(code bsdtar -xf half.iso -C other)"
echo "on a full disk: dar exit $dar, zpaq $zpaq; half an image: xorriso $xorriso ($whole);" \
  "bsdtar $bsdtar"
[ "$dar $zpaq $xorriso" = "0 0 0 0" ] && [ "$whole" = "not whole" ] && [ "$bsdtar" = "1 1 1" ]
