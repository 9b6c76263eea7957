#!/bin/sh
# Runs a program on a host with a GPU that is made of files: a PCI device with a render node and a
# display node in /dev and /sys, without a driver behind them. In a mount namespace of its own, so
# that nothing is left.
#
# Usage: unshare --mount --propagation private host.sh FOLDER PROGRAM [ARGUMENT...]
set -eu
sys=$1
shift
umask 022
gpu=$sys/devices/pci0000:00/0000:00:02.0
other=$sys/devices/pci0000:00/0000:00:1f.0

put() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "$2" >"$1"
}

mkdir -p "$sys/devices/system" "$sys/class/drm" "$sys/class/nvme" "$sys/char"
mkdir -p "$sys/bus/pci/devices"
for folder in "$gpu" "$other"; do
  put "$folder/vendor" 0x8086
  put "$folder/device" 0x46a6
  put "$folder/class" 0x030000
  put "$folder/revision" 0x0c
  put "$folder/subsystem_vendor" 0x17aa
  put "$folder/subsystem_device" 0x0001
  put "$folder/config" configuration
  put "$folder/resource" 0x0000000000000000
  put "$folder/power/control" auto
  put "$folder/uevent" "DRIVER=i915
PCI_SLOT_NAME=$(basename "$folder")"
  ln -s ../../../bus/pci "$folder/subsystem"
  ln -s "../../../devices/pci0000:00/$(basename "$folder")" "$sys/bus/pci/devices"
done
for node in renderD128:128 card0:0; do
  name=${node%:*}
  put "$gpu/drm/$name/dev" "226:${node#*:}"
  put "$gpu/drm/$name/uevent" "MAJOR=226
MINOR=${node#*:}
DEVNAME=dri/$name"
  put "$gpu/drm/$name/power/control" auto
  ln -s ../../../0000:00:02.0 "$gpu/drm/$name/device"
  ln -s ../../../../../class/drm "$gpu/drm/$name/subsystem"
  ln -s "../../devices/pci0000:00/0000:00:02.0/drm/$name" "$sys/class/drm/$name"
  ln -s "../../devices/pci0000:00/0000:00:02.0/drm/$name" "$sys/char/226:${node#*:}"
done

mount --bind /sys/devices/system "$sys/devices/system"
mount --rbind "$sys/devices" /sys/devices
mount --bind "$sys/class" /sys/class
mount --bind "$sys/char" /sys/dev/char
mount --bind "$sys/bus" /sys/bus
mount -t tmpfs -o mode=755 none /dev
for device in null:3 zero:5 full:7 random:8 urandom:9; do
  mknod -m 666 "/dev/${device%:*}" c 1 "${device#*:}"
done
ln -s /proc/self/fd /dev/fd
mkdir -m 1777 /dev/shm
mkdir /dev/dri
mknod -m 660 /dev/dri/renderD128 c 226 128
mknod -m 660 /dev/dri/card0 c 226 0
exec "$@"
