#!/bin/sh
# Stands where the suite looks for http-runner: starts the installed one in a delegated cgroup of
# its own, as systemd would. Those of services that have ended go first.
if [ -w "${VM_TEST_CGROUP:=/sys/fs/cgroup/system.slice/vm-test.service}/cgroup.procs" ]; then
  rmdir "$VM_TEST_CGROUP"/server.* 2>/dev/null
  mkdir "$VM_TEST_CGROUP/server.$$" && echo $$ >"$VM_TEST_CGROUP/server.$$/cgroup.procs" || exit 99
fi
exec /usr/bin/http-runner "$@"
