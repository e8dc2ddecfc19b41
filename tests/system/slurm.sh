#!/bin/sh
# The job scripts of scenarios/cluster on a Slurm of two nodes, which is started here and has nothing to
# do with one that may run already: sh slurm.sh PROGRAM SOURCE_DIR
# Leaves with 77 where that cannot be.
set -eu
program=$1
source=$2
cluster=$source/scenarios/cluster
queue=$source/scenarios/queue/mm1.yaml
PATH=$PATH:/usr/sbin

skip() {
    echo "skipped: no Slurm can be started here, $1"
    exit 77
}

[ "$(id -u)" -eq 0 ] || skip "that takes root"
for command in slurmctld slurmd sbatch srun scontrol munged runuser; do
    command -v "$command" >/dev/null || skip "'$command' is not installed"
done

# Nothing of a job that this test may itself be part of.
unset $(env | sed -n 's/^\(\(SLURM\|SBATCH\|SRUN\|SCANCEL\|PMIX\|PMI\|OMPI\|OMP\)_[A-Z0-9_]*\)=.*/\1/p')
work=$(mktemp -d /tmp/slurm.XXXXXX)
down="env -u SLURM_CONF sh $source/tests/system/slurm/down.sh $work"
setsid $down $$ >/dev/null 2>&1 </dev/null & # if this test is killed
trap '$down' EXIT
trap 'exit 1' HUP INT TERM
deadline=$(($(date +%s) + 180))
mkdir "$work/jobs"
cd "$work/jobs"
export DIEMSIM="$program"
export OMPI_MCA_btl_tcp_if_include=lo # both nodes are this machine, which may have no other network

fail() {
    echo "$1"
    echo "---- squeue"
    squeue -a || true
    for log in *.log; do
        echo "---- $log"
        tail -n 8 "$log"
    done
    for log in "$work"/log/*; do
        echo "---- $log"
        tail -n 4 "$log"
    done
    exit 1
}

# wait_for WHAT COMMAND...: until it succeeds.
wait_for() {
    what=$1
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline" ] || fail "took too long: $what"
        sleep 0.05
    done
}

idle() {
    [ -z "$(squeue -h)" ]
}

# Slurm lets a requeued job wait for two minutes, so that the machines have forgotten that its like
# was ended; they do not in the same second.
idle_soon() {
    for waiting in $(squeue -h -t PD -o '%A %r' | sed -n 's/ BeginTime$//p'); do
        [ -e "hastened.$waiting" ] || scontrol update jobid="$waiting" StartTime=now+3
        : >"hastened.$waiting"
    done
    idle
}

has_saved() {
    ls "$1.shards"/*.shard >/dev/null 2>&1
}

# The program in a job: all of them in whose environment these are. pids VARIABLE=VALUE...
pids() {
    found=$(pgrep -x diemsim | sed 's|.*|/proc/&/environ|')
    for variable in SLURM_CONF="$SLURM_CONF" "$@"; do
        [ -z "$found" ] || found=$(grep -slzxF "$variable" $found) || true # others may have ended
    done
    echo "$found" | cut -d / -f 3
}

# interrupt COMMAND JOB TASK: a task of an array is held in the middle of its work until the command,
# with its process and its name, is done.
interrupt() {
    wait_for "a first batch of task $3" has_saved "r.h5.parts/$3.h5"
    pid=$(pids SLURM_ARRAY_JOB_ID="$2" SLURM_ARRAY_TASK_ID="$3")
    kill -STOP $pid || fail "task $3 was over before it could be hit"
    $1 "$pid" "$2_$3"
    sleep 0.3
    [ ! -e "r.h5.parts/$3.h5" ] || fail "task $3 was over before it could be hit"
    kill -CONT "$pid" 2>/dev/null || true
}

stop() {
    scancel --signal=USR1 "$2"
}

# Slurm itself asks a program to end before it kills it.
kill_hard() {
    kill -KILL "$1"
}

# says TIMES WORDS LOG
says() {
    [ "$(grep -c -e "$2" "$3")" -eq "$1" ] || fail "'$2' stands not $1 times in $3"
}

same() {
    cmp one.h5 "$1" || fail "'$1' has other bytes than one local run"
}

sh "$source/tests/system/slurm/up.sh" "$work" 2
export SLURM_CONF="$work/slurm.conf"

# ---- an array and what waits for it; more tasks than there is work for ----
short="--set horizon=20 --replicas 20"
"$program" run "$source/scenarios/quickstart.yaml" $short --quiet -o local.h5
array=$(sbatch --parsable --cpus-per-task=1 "$cluster/array.sh" "$source/scenarios/quickstart.yaml" \
    array.h5 $short)
sbatch -Q --dependency=afterok:"$array" "$cluster/merge.sh" array.h5
wait_for "an array and its merge" idle
cmp local.h5 array.h5 || fail "an array's result has other bytes than a local run's"
[ "$(ls array.h5.parts)" = "$(seq -f %g.h5 0 7)" ] || fail "not eight parts: $(ls array.h5.parts)"

# ---- one of an array is stopped and requeued, one is killed, merged when that one has run again ----
long="--set horizon=600000 --replicas 256" # two batches a task
"$program" run "$queue" $long --quiet -o one.h5
array=$(sbatch --parsable --cpus-per-task=1 "$cluster/array.sh" "$queue" r.h5 $long)
sbatch -Q --dependency=afterok:"$array" "$cluster/merge.sh" r.h5
interrupt kill_hard "$array" 5 &
killing=$!
interrupt stop "$array" 2
wait "$killing"
wait_for "an array with a task that is requeued" idle_soon
says 1 'run the same command' "diemsim-${array}_2.log"
says 1 '(16 from before)\|(1[7-9] from before)\|([23][0-9] from before)' "diemsim-${array}_2.log"
[ ! -e r.h5 ] || fail "merged although a task had failed"
code=0
sh "$cluster/merge.sh" r.h5 >merge.log 2>&1 || code=$?
[ "$code" -eq 65 ] || fail "exit $code, must be 65: a merge without the part of task 5"
says 1 '--shard 5/8 (2 of 16' merge.log
array=$(SHARES=8 sbatch --parsable --cpus-per-task=1 --array=5 "$cluster/array.sh" "$queue" r.h5 $long)
sbatch -Q --dependency=afterok:"$array" "$cluster/merge.sh" r.h5
wait_for "the task again" idle
says 1 '(16 from before)' "diemsim-${array}_5.log"
same r.h5

# ---- an array that cannot be told from a whole one ----
array=$(sbatch --parsable --cpus-per-task=1 --array=1,3 "$cluster/array.sh" "$queue" list.h5 $long)
wait_for "an array with gaps" idle
says 1 'slurm/N' "diemsim-${array}_3.log"

# ---- two machines, killed, stopped, requeued ----
job=$(sbatch --parsable --cpus-per-task=1 "$cluster/mpi.sh" "$queue" m.h5 $long)
wait_for "a first batch under MPI" has_saved m.h5
held=$(pids SLURM_JOB_ID="$job")
[ -n "$held" ] && kill -STOP $held || fail "over before it could be held"
for node in 0 1; do
    [ -n "$(pids SLURM_JOB_ID="$job" SLURM_NODEID=$node)" ] || fail "nothing runs on node $node"
done
kill -KILL $held
wait_for "the end of a killed job" idle
[ ! -e m.h5 ] || fail "over before SIGKILL"
before=$(ls m.h5.shards/*.shard | wc -l)
job=$(sbatch --parsable --cpus-per-task=1 "$cluster/mpi.sh" "$queue" m.h5 $long)
has_saved_more() {
    [ "$(ls m.h5.shards/*.shard | wc -l)" -gt "$before" ]
}
wait_for "another batch under MPI" has_saved_more
scancel --signal=USR1 "$job"
wait_for "a job that is requeued" idle_soon
says 1 'run the same command' "diemsim-$job.log"
says 2 'exit code 75' "diemsim-$job.log"
says 1 'from before)' "diemsim-$job.log"
same m.h5
