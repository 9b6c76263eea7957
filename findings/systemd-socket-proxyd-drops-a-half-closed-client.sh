#!/usr/bin/env bash
# Package: systemd 252 of Debian 12 (systemd-socket-proxyd, systemd-socket-activate).
#
# Guess, written down first: a client that has sent its request and closes its sending side still
# gets the answer; a proxy of bytes passes the end on and waits for the other direction, as socat,
# stunnel and HAProxy do.
#
# Seen: systemd-socket-proxyd closes both connections at once: the client reads the end of the
# stream and no answer, and the service may have done the work. nc -N, scripts that shut down after
# the request, and some clients of HTTP do so. With the sending side open the answer comes.
# Remedy: socket activation by the service itself, or another proxy.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian systemd=252.39-1~deb12u2
proxy=$(find "$folder/root" -name systemd-socket-proxyd -type f)
cat >try.py <<'PYTHON'
import socket, subprocess, sys, threading, time
def serve(listener):
    while True:
        connection, _ = listener.accept()
        if connection.recv(4096):
            time.sleep(0.3)
            try:
                connection.sendall(b"answer")
            except OSError:
                pass
        connection.close()
def port_of(listener): return listener.getsockname()[1]
backend = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(backend,), daemon=True).start()
with socket.create_server(("127.0.0.1", 0)) as free: port = port_of(free)
process = subprocess.Popen(["systemd-socket-activate", "-l", f"127.0.0.1:{port}", sys.argv[1],
                            f"127.0.0.1:{port_of(backend)}"], stderr=subprocess.DEVNULL)
def ask(half):
    for _ in range(100):
        try:
            client = socket.create_connection(("127.0.0.1", port))
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    client.settimeout(5)
    client.sendall(b"request")
    if half: client.shutdown(socket.SHUT_WR)
    return client.recv(100)
try:
    seen = [ask(False), ask(True)]
finally:
    process.kill()
print("open:", seen[0], "half-closed:", seen[1])
raise SystemExit(seen != [b"answer", b""])
PYTHON
timeout 60 python3 try.py "$proxy"
