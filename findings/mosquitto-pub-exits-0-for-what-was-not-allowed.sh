#!/usr/bin/env bash
# Package: mosquitto 2.0.11 and mosquitto-clients of Debian 12.
#
# Guess, written down first: a message of QoS 1 or 2 is acknowledged by the broker; where the list
# of access does not allow the topic, mosquitto_pub ends with another code than 0.
#
# Seen: the broker acknowledges what it throws away, and mosquitto_pub ends with 0 for each QoS and
# says nothing. With MQTT 5 it prints "Publish 1 failed: Not authorized" for QoS 1 and 2, and ends
# with 0 too. mosquitto_sub of a topic that it may not read waits as for a quiet one. So a script
# that tells of the end of a job by MQTT looks well though no message ever arrives.
# Remedy: "-V 5" and a look at standard error; a subscription of the sender to its own message.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian mosquitto=2.0.11-1.2+deb12u2 mosquitto-clients=2.0.11-1.2+deb12u2
port=$(free_port)
cat >mosquitto.conf <<TEXT
listener $port 127.0.0.1
allow_anonymous true
acl_file $folder/rules
TEXT
printf '%s\n' 'topic readwrite open/#' 'topic read films/#' >rules
chmod 755 "$folder"
mosquitto -c mosquitto.conf >mosquitto.log 2>&1 &
server=$!
to=(-h 127.0.0.1 -p "$port")
for _ in $(seq 100); do
  mosquitto_pub "${to[@]}" -t open/ready -m yes 2>/dev/null && break
  sleep 0.1
done
mosquitto_sub "${to[@]}" -t '#' -W 50 -F '%t' >arrived 2>/dev/null &
reader=$!
for _ in $(seq 50); do
  mosquitto_pub "${to[@]}" -q 1 -t open/ready -m yes
  sleep 0.1
  [ ! -s arrived ] || break
done
seen=
for version in 311 5; do
  for qos in 0 1 2; do
    ended=$(code mosquitto_pub "${to[@]}" -V "$version" -q "$qos" -t films/done -m 7)
    said=$(cat printed)
    echo "MQTT $version, QoS $qos: exit code $ended ${said:-(nothing said)}"
    seen+="$ended$([ -z "$said" ] || echo !) "
  done
done
mosquitto_pub "${to[@]}" -q 1 -t open/done -m 7
for _ in $(seq 100); do
  ! grep -q '^open/done$' arrived || break
  sleep 0.1
done
kill "$reader"
echo "arrived: $(sort arrived | uniq -c | paste -sd,)"
[ "$seen" = "0 0 0 0 0! 0! " ] && grep -q '^open/done$' arrived && ! grep -q films arrived
