#!/bin/sh
# Ends what up.sh started in a folder, and every job of it, then removes the folder. Call it without
# SLURM_CONF, or it is among what it ends:
#
#   sh down.sh FOLDER         now
#   sh down.sh FOLDER PID     when that process is gone, however it went
set -u
folder=$1

# Daemons, and all that they started, have the way to this Slurm in their environment.
ours() {
    grep -slzxF "SLURM_CONF=$folder/slurm.conf" /proc/[0-9]*/environ | cut -d / -f 3
}

# signal NAME: to all of them; false when there are none.
signal() {
    some=1
    for pid in $(ours); do
        kill -"$1" "$pid" 2>/dev/null && some=0
    done
    return $some
}

while [ -n "${2-}" ] && kill -0 "$2" 2>/dev/null; do
    sleep 1
done
signal TERM
for try in $(seq 50); do
    signal 0 || break
    sleep 0.1
done
for try in $(seq 50); do
    signal KILL || break
    sleep 0.1
done
rm -rf "$folder"
