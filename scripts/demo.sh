#!/usr/bin/env bash
# A tour in one go: a clip is made, the service runs, the clip is transcoded by a confined job that
# was posted with curl, and what confined it is read from such a job's own /proc/self/status.
#
# Usage: scripts/demo.sh       environment: HTTP_RUNNER_BIN (folder of the two programs)
# Leaves nothing behind. Exit code 0 only if every part was as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${HTTP_RUNNER_BIN:-$PWD/.build/release}
user=nobody # an account that every system has; the jobs of this demo run as it
wait_seconds=120

if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "demo: the launcher needs root, and there is no sudo: become root and try again." >&2
    exit 1
  fi
  echo "demo: the launcher needs root: going on with sudo" >&2
  exec sudo env HTTP_RUNNER_BIN="$bin" "$0"
fi

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf '\ndemo: FAILED: %s\n' "$*" >&2
  if [ -s "$folder/log" ]; then
    echo "demo: the service said:" >&2
    sed 's/^/  /' "$folder/log" >&2
  fi
  exit 1
}

# Not in /tmp: each job has one of its own.
folder=$(mktemp -d /var/lib/http-runner-demo.XXXXXX)
# shellcheck source=scripts/service.sh
source scripts/service.sh
clean_up() {
  stop_services || true
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints the value at KEY of the JSON on stdin: text as it is, everything else as JSON.
field() {
  python3 -c '
import json, sys
value = json.load(sys.stdin)[sys.argv[1]]
print(value if isinstance(value, str) else json.dumps(value))' "$1"
}

# Prints the JSON on stdin for people, output of the job cut to its last lines.
pretty() {
  python3 -c '
import json, sys
job = json.load(sys.stdin)
for name in ("stdout", "stderr"):
    lines = job[name].splitlines()
    if len(lines) > 4:
        job[name] = "... (%d lines) ...\n" % len(lines) + "\n".join(lines[-3:])
print(json.dumps(job, indent=2))'
}

# Prints the job for COMMAND and its arguments as JSON.
job() {
  python3 -c '
import json, sys
print(json.dumps({"command": sys.argv[1], "args": sys.argv[2]}))' "$1" "$2"
}

# Posts a job, follows it until its code is there, and leaves the finished job in $finished.
run_job() {
  local body id deadline
  body=$(job "$1" "$2")
  echo "curl -d '$body' $url/"
  id=$(curl --silent --show-error --fail-with-body --max-time 10 -d "$body" "$url/" | field id) ||
    fail "the service did not accept the job."
  printf 'job %s ' "$id"
  deadline=$((SECONDS + wait_seconds))
  while :; do
    finished=$(curl --silent --show-error --fail-with-body --max-time 10 "$url/$id") ||
      fail "the job cannot be read."
    # `err` appears when a job ends; `code` alone stays null for a death by signal.
    case "$finished" in *'"err":'*) break ;; esac
    [ "$SECONDS" -lt "$deadline" ] || fail "the job did not end within $wait_seconds s."
    printf .
    sleep 0.2
  done
  echo " ended with code $(field code <<<"$finished")"
}

# The finished job must have ended well.
expect_success() {
  [ "$(field code <<<"$finished")" = 0 ] || {
    pretty <<<"$finished" >&2
    fail "$1 ended with code $(field code <<<"$finished")."
  }
}

make_clip() {
  say "A clip from ffmpeg's own test sources: MPEG-2 and PCM"
  chmod 755 "$folder"
  install -d -o "$user" -g "$(id -gn "$user")" -m 700 "$folder/out"
  ffmpeg -hide_banner -loglevel error -nostdin \
    -f lavfi -i testsrc2=size=640x360:rate=25:duration=5 \
    -f lavfi -i sine=frequency=440:duration=5 \
    -c:v mpeg2video -q:v 4 -c:a pcm_s16le "$folder/clip.mkv"
  chmod 644 "$folder/clip.mkv"
  ls -l "$folder/clip.mkv"
}

serve() {
  local words
  words=(-p 0 -w /usr/bin/ffmpeg,/usr/bin/ffprobe,/usr/bin/cat --user "$user"
    --read "$folder/clip.mkv" --write "$folder/out" --state "$folder/state")
  say "The service, on any free loopback port, with jobs as $user, who see one file and one folder"
  echo "http-runner ${words[*]}"
  start_service "$folder/log" "${words[@]}" || fail "the service did not start."
  url=$service_url
  echo "listening on $url"
}

transcode() {
  say "The transcode to H.264 and AAC"
  run_job /usr/bin/ffmpeg "-hide_banner -y -i $folder/clip.mkv -c:v libx264 -c:a aac \
$folder/out/clip.mp4"
  pretty <<<"$finished"
  expect_success "the transcode"
}

# Fails unless LINE of the job's status is NAME and exactly the words that follow.
layer() {
  local name=$1 want=$2 what=$3 have
  grep -q "^$name:" <<<"$status" || fail "the job's status has no $name."
  have=$(sed -n "s/^$name:[[:space:]]*//p" <<<"$status" | tr -s '[:space:]' ' ' | sed 's/ *$//')
  printf '  %-12s %-28s %s\n' "$name" "${have:-(none)}" "$what"
  [ "$have" = "$want" ] || fail "$name is '$have' and should be '$want': $what"
}

show_layers() {
  local uid gid set none=0000000000000000
  uid=$(id -u "$user")
  gid=$(id -g "$user")
  say "The layers in force, from a job's own /proc/self/status"
  run_job /usr/bin/cat /proc/self/status
  expect_success "cat"
  status=$(field stdout <<<"$finished")
  layer Uid "$uid $uid $uid $uid" "real, effective, saved and file-system id"
  layer Gid "$gid $gid $gid $gid" "the same of the group"
  layer Groups "" "no supplementary group"
  layer NoNewPrivs 1 "no set-uid program can give any back"
  layer Seccomp 2 "system calls are filtered"
  for set in CapInh CapPrm CapEff CapBnd CapAmb; do layer "$set" "$none" "no capability"; done
}

probe() {
  say "What came out, by a third job"
  run_job /usr/bin/ffprobe "-v error -show_entries stream=codec_name,width,height,duration \
-of compact $folder/out/clip.mp4"
  expect_success "ffprobe"
  local streams
  streams=$(field stdout <<<"$finished")
  echo "$streams"
  grep -q 'codec_name=h264' <<<"$streams" || fail "the output has no H.264 stream."
  grep -q 'codec_name=aac' <<<"$streams" || fail "the output has no AAC stream."
  [ "$(stat -c %U "$folder/out/clip.mp4")" = "$user" ] || fail "the output is not $user's."
}

stop() {
  stop_services || fail "the service did not end with 0 after SIGTERM."
  say "Stopped. All was as it should be."
}

for program in http-runner http-runner-launcher; do
  [ -x "$bin/$program" ] || fail "$bin/$program is not there: run 'make build' first."
done
make_clip
serve
transcode
show_layers
probe
stop
