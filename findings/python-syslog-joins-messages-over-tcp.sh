#!/usr/bin/env bash
# Packages: Python's logging.handlers.SysLogHandler (of Python 3.11 here) and rsyslog 8.2302.0 of
# Debian 12.
#
# Guess, written down first: three records are three messages, with TCP as with UDP, and the name of
# the host is that of the sender.
#
# Seen: SysLogHandler ends each message with a NUL byte, and rsyslog, as RFC 6587 has it, divides a
# stream at line feeds: with TCP three records are one message, with "#000<14>" between them, that
# comes when a fourth has a line feed in its text; the levels of the second and third are lost. It
# sends neither time nor host nor program, so the first word of the text is taken for the host and
# the second for the program: "encode film 7" is of the host "encode", with UDP too.
# Remedy: UDP or /dev/log; or append_nul = False with a formatter that writes "%(asctime)s host
# program: %(message)s\n" in the form of RFC 3164.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian rsyslog=8.2302.0-1+deb12u2
port=$(free_port)
cat >rsyslog.conf <<TEXT
module(load="imtcp")
module(load="imudp")
input(type="imtcp" port="$port" address="127.0.0.1")
input(type="imudp" port="$port" address="127.0.0.1")
template(name="parts" type="string" string="%hostname%|%syslogtag%|%msg%\n")
action(type="omfile" file="$folder/messages" template="parts")
TEXT
rsyslogd -n -f rsyslog.conf -i "$folder/pid" -M "$(find "$folder/root" -name imtcp.so -printf %h)" \
  >rsyslog.log 2>&1 &
server=$!
cat >try.py <<'PYTHON'
import logging, logging.handlers, socket, sys, time
port = int(sys.argv[1])
for attempt in range(100):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        break
    except OSError:
        time.sleep(0.1)
for kind, title in (socket.SOCK_STREAM, "stream"), (socket.SOCK_DGRAM, "datagram"):
    handler = logging.handlers.SysLogHandler(("127.0.0.1", port), socktype=kind)
    for number in 1, 2, 3:
        handler.emit(logging.makeLogRecord({"msg": f"encode film {number} by {title}",
                                            "levelno": 20, "levelname": "INFO"}))
    handler.emit(logging.makeLogRecord({"msg": f"all done by {title}\nbye", "levelno": 20,
                                        "levelname": "INFO"}))
    handler.close()
for attempt in range(100):
    with open("messages", "a+") as file:
        file.seek(0)
        lines = file.read().splitlines()
    if sum("by datagram" in line for line in lines) == 4 and "bye||" in lines:
        break
    time.sleep(0.1)
for line in lines:
    print(line)
stream = [line for line in lines if "by stream" in line]
raise SystemExit(
    len(stream) != 1 or stream[0].count("#000<14>encode film") != 2
    or not stream[0].startswith("encode|film|") or lines.count("encode|film| 2 by datagram") != 1)
PYTHON
python3 try.py "$port" || { status=$?; cat rsyslog.log; exit "$status"; }
