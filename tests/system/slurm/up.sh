#!/bin/sh
# A Slurm of its own on this one machine, as root: sh up.sh FOLDER NODES
# Needs Debian's slurmctld, slurmd, slurm-client and munge; reads and changes nothing of the system's
# configuration. SLURM_CONF=FOLDER/slurm.conf leads to it, down.sh ends it. Every node has two cores,
# whatever the machine has.
set -eu
folder=$1
nodes=$2
host=$(hostname -s)

is_free() {
    ! grep -qs ":$(printf '%04X' "$1") " /proc/net/tcp /proc/net/tcp6
}

# The first of so many free ports in a row, below those that the system hands out.
free_ports() {
    first=$((20000 + $$ % 1000 * 10))
    port=$first
    while [ "$port" -lt $((first + $1)) ]; do
        is_free "$port" || first=$((port + 1))
        port=$((port + 1))
    done
    echo "$first"
}

# munged has a user of its own, and wants its files to be that user's alone.
start_munge() {
    mkdir "$folder/munge"
    head -c 128 /dev/urandom >"$folder/munge/key"
    chmod 400 "$folder/munge/key"
    chown -R munge:munge "$folder/munge"
    runuser -u munge -- munged --num-threads=2 --key-file="$folder/munge/key" \
        --socket="$folder/munge/socket" --pid-file="$folder/munge/munge.pid" \
        --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
}

# configure PORT: the controller's; the nodes have those that follow.
configure() {
    cat >"$folder/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$1
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/slurmd.%n
TmpFS=$folder/tmp/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
InactiveLimit=0
KillWait=5
NodeName=n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$(($1 + 1))-$(($1 + nodes))] CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

is_ready() {
    sinfo -h -t idle -o %D 2>/dev/null | grep -qx "$nodes"
}

PATH=$PATH:/usr/sbin
export SLURM_CONF="$folder/slurm.conf"
chmod 755 "$folder"
mkdir "$folder/state" "$folder/spool" "$folder/tmp" "$folder/log"
start_munge
configure "$(free_ports $((nodes + 1)))"
slurmctld -f "$SLURM_CONF"
for node in $(seq "$nodes"); do
    mkdir "$folder/spool/n$node" "$folder/tmp/n$node"
    slurmd -f "$SLURM_CONF" -N "n$node"
done
tries=0
until is_ready; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ]; then
        echo "$nodes nodes are not ready after 30 s"
        sinfo || true
        tail -n 20 "$folder"/log/*
        exit 1
    fi
    sleep 0.1
done
