#!/bin/sh
# A job of several processes makes the same bytes as one: sh mpi.sh PROGRAM SOURCE_DIR
# Passes without a word where the program is built without MPI.
set -eu
program=$1
queue=$2/scenarios/queue/mm1.yaml
"$program" version | grep -q ', MPI$' || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
unset DISPLAY

fail() {
    echo "$1"
    cat said
    exit 1
}

# job CODE PROCESSES OPTION...
job() {
    wanted=$1
    processes=$2
    shift 2
    got=0
    mpirun --oversubscribe -n "$processes" "$program" run "$queue" --quiet --threads 1 "$@" \
        >said 2>&1 </dev/null || got=$?
    [ "$got" -eq "$wanted" ] || fail "exit $got, must be $wanted: $processes processes, $*"
}

"$program" run "$queue" --set horizon=2000 --replicas 150 --quiet -o one.h5
job 0 3 --set horizon=2000 --replicas 150 -o many.h5
cmp one.h5 many.h5
job 73 3 --set horizon=2000 --replicas 150 -o many.h5
[ "$(grep -c 'many.h5' said)" -eq 1 ] || fail "not said once"
job 65 2 --set horizn=2000 -o none.h5
job 73 2 -o no/such/folder.h5

"$program" run "$queue" --set horizon=2000 --replicas 2 --quiet -o two.h5
job 0 4 --set horizon=2000 --replicas 2 -o few.h5
cmp two.h5 few.h5

sed '/^seed/d' "$queue" >unseeded.yaml
mpirun --oversubscribe -n 3 "$program" run unseeded.yaml --set horizon=2000 --replicas 60 --quiet \
    -o drawn.h5 2>said </dev/null
seed=$(sed -n 's/^seed \([0-9]*\),.*/\1/p' said)
"$program" run "$queue" --set horizon=2000 --replicas 60 --seed "$seed" --quiet -o seeded.h5
"$program" verify drawn.h5 --quiet >said

shards() {
    ls hit.h5.shards/*.h5 2>/dev/null | wc -l
}

# stopped SIGNAL PROCESSES CODE: a job that is hit once it has saved something.
stopped() {
    before=$(shards)
    mpirun --oversubscribe -n 2 "$program" run "$queue" --set horizon=200000 --replicas 480 --quiet \
        --threads 1 -o hit.h5 >said 2>&1 </dev/null &
    run=$!
    until [ "$(shards)" -gt "$before" ]; do
        kill -0 "$run" 2>/dev/null || fail "over before SIG$1"
        sleep 0.02
    done
    kill -"$1" $(pgrep -P "$run" diemsim | tail -n "$2")
    got=0
    wait "$run" || got=$?
    [ "$got" -eq "$3" ] || fail "exit $got, must be $3, of SIG$1"
    [ ! -e hit.h5 ] || fail "a result although the job was hit"
}
stopped USR1 2 75 # all of them: they save and say so
[ "$(grep -c 'same command' said)" -eq 1 ] || fail "not said once how to go on"
stopped KILL 1 137 # one of them: the job ends
job 0 2 --set horizon=200000 --replicas 480 -o hit.h5
"$program" run "$queue" --set horizon=200000 --replicas 480 --quiet -o whole.h5
cmp whole.h5 hit.h5
