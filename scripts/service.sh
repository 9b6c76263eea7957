# shellcheck shell=bash
# Services for the other scripts of this folder: started, waited for, and ended. To be sourced.
#
# In the caller: bin    the folder of the programs
services=()

# Starts a service and returns when it listens: its address is in service_url then, its port in
# service_port. The file that it logs to and its options are the arguments.
start_service() {
  local log=$1 deadline=$((SECONDS + 20))
  shift
  "$bin/http-runner" "$@" </dev/null >"$log" 2>&1 &
  services+=($!)
  service_url=
  while [ -z "$service_url" ]; do
    if ! kill -0 "${services[-1]}" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      echo "${0##*/}: the service does not listen; it said:" >&2
      sed 's/^/  /' "$log" >&2
      return 1
    fi
    service_url=$(sed -n 's/^http-runner: info: listening on //p' "$log" | head -n 1)
    [ -n "$service_url" ] || sleep 0.1
  done
  service_port=${service_url##*:}
}

# Fails where one of the services has ended.
services_live() {
  local service
  for service in "${services[@]}"; do kill -0 "$service" 2>/dev/null || return 1; done
}

# Ends them all; fails where one was not there any more, or did not end with 0.
stop_services() {
  local service code=0
  for service in "${services[@]}"; do
    { kill -TERM "$service" 2>/dev/null && wait "$service"; } || code=1
  done
  services=()
  return "$code"
}
