#!/usr/bin/env bash
# In the machine of `make vm-test`: the installed service under systemd, from start to stop.
set -euo pipefail

url=http://127.0.0.1:9000
patience_seconds=120

say() { printf 'service: %s\n' "$*"; }
fail() {
  printf 'service: FAILED: %s\n' "$*"
  journalctl --no-pager --unit http-runner | tail -n 30
  systemctl status --no-pager http-runner || true
  exit 1
}

# Prints what python3's EXPRESSION makes of the JSON `job` on stdin.
job() { python3 -c "import json, sys; job = json.load(sys.stdin); print($1)"; }

wait_for() {
  local what=$1 end=$((SECONDS + patience_seconds))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "after $patience_seconds s there is still not: $what"
    sleep 0.2
  done
}

# Posts a job, waits for its end, and prints it.
run() {
  local id
  id=$(curl --silent --show-error --data "$1" $url | job 'job["id"]')
  ended() { curl --silent "$url/$id" | job '1 / ("err" in job)'; }
  wait_for "the end of $1" ended
  curl --silent "$url/$id"
}

main_pid() { systemctl show --property MainPID --value http-runner; }

# A package that starts nothing, and a service that refuses to run without a whitelist.
[ "$(systemctl is-enabled http-runner || true)" = disabled ] || fail "it is enabled"
[ "$(systemctl is-active http-runner || true)" = inactive ] || fail "it runs already"
systemd-analyze verify --man=no --recursive-errors=no http-runner.service http-runner.socket \
  http-runner-restart.service || fail "systemd finds fault with the unit"
[[ " $(systemctl show --property After --value http-runner) " == *" remote-fs.target "* ]] ||
  fail "it does not wait for remote file systems"

# The configuration as it comes allows nothing, so the service ends at once, and stays ended.
systemctl start http-runner || true
wait_for "the service to refuse" systemctl is-failed http-runner
[ "$(systemctl show --property ExecMainStatus --value http-runner)" = 78 ] ||
  fail "it did not refuse to serve nothing"
systemctl reset-failed http-runner

install -d -m 1777 /srv/disk
cat >/etc/http-runner/config.json5 <<END
{
  entries: {
    cat: { path: "/bin/cat" }, sh: { path: "/bin/sh", wallClock: "1h" }, // all of it
    small: { path: "/usr/bin/python3", memory: "64M", require: ["cgroup-limits"] },
    few: { path: "/usr/bin/python3", limits: { processes: 16 } },
    slow: { path: "/usr/bin/python3", cpus: 0.2 },
    free: { path: "/usr/bin/python3", write: ["/srv/disk"] },
    held: {
      path: "/usr/bin/python3", write: ["/srv/disk"], cpuWeight: 50, memory: "64M", swap: "32M",
      io: [{ device: "$(cat /sys/block/vda/dev)", writeBytes: "2M", readOperations: 1000 }],
    },
  },
}
END
http-runner check /etc/http-runner/config.json5 >/dev/null || fail "its configuration is refused"
systemctl start http-runner
wait_for "the service to listen" curl --silent $url
pid=$(main_pid)
say "runs as process $pid, from $(readlink "/proc/$pid/exe")"

# Processes of others are out of its sight; the twin: the same user sees them from outside.
user=$(stat --format=%u "/proc/$pid")
as_service=(setpriv --reuid "$user" --regid "$user" --clear-groups)
"${as_service[@]}" test -d /proc/1 || fail "its user sees no process of root outside of the unit"
! nsenter --mount --target "$pid" "${as_service[@]}" test -d /proc/1 ||
  fail "its user sees a process of root within the unit"
say "its user, $user, sees no process of root"

controllers=$(cat /sys/fs/cgroup/system.slice/http-runner.service/cgroup.controllers)
for name in cpu io memory pids; do
  case " $controllers " in *" $name "*) ;; *) fail "$name is not among: $controllers" ;; esac
done
say "has the controllers: $controllers"

cgroup=$(run '{"command":"/bin/cat","args":["/proc/self/cgroup"]}' | job 'job["stdout"]')
case "$cgroup" in
0::/system.slice/http-runner.service/* | 0::/) say "a job's cgroup, as it sees it: $cgroup" ;;
*) fail "a job is in the cgroup: $cgroup" ;;
esac
run '{"command":"/bin/sh","args":["-c","exit 7"]}' | job '1 / (job["code"] == 7)' >/dev/null ||
  fail "the code of a job does not come back"

# The kernel's own list of what AppArmor holds can be read while the service runs.
profiles=$(aa-status --profiled) && [ "$profiles" -gt 0 ] || fail "aa-status shows no profile"
aa-status >/dev/null || fail "aa-status cannot be read"
say "AppArmor has $profiles profiles; of the service: $(cat "/proc/$pid/attr/current")"

python3 /vm-test/limits.py "$url" || fail "a limit of a job's cgroup does not hold"

systemctl reload http-runner
curl --silent --fail --output /dev/null --data '{"command":"/bin/cat","args":[]}' $url ||
  fail "no job is taken after a reload"
[ "$(main_pid)" = "$pid" ] || fail "a reload ended the process"
say "goes on after a reload"

# One that means to stay must go with the service.
curl --silent --output /dev/null --data '{"command":"/bin/sh","args":["-c","sleep 1000"]}' $url
wait_for "that job to run" pgrep --full 'sleep 1000'
systemctl stop http-runner
[ "$(systemctl show --property Result --value http-runner)" = success ] ||
  fail "its end was not clean"
! pgrep --full 'sleep 1000' || fail "a job outlived the service"
! pgrep http-runner || fail "a process of the service is left"
left=$(find /var/lib/http-runner -mindepth 1 | head)
[ -z "$left" ] || fail "left in the state folder: $left"
say "ended, and left nothing"
systemd-analyze security --no-pager http-runner.service | tail -n 1
