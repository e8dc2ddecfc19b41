#!/bin/sh
# Short runs of every kind that has threads, on four of them: the same bytes as on one, and nothing for
# ThreadSanitizer, in a build that has it, to say: sh threads.sh PROGRAM SOURCE_DIR
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$2/scenarios"

# same NAME COMMAND...: what it writes.
same() {
    name=$1
    shift
    for threads in 1 4; do
        "$@" --quiet --threads "$threads" -o "$work/$name.$threads.h5" >/dev/null ||
            { echo "$name on $threads threads: exit $?"; exit 1; }
    done
    cmp "$work/$name.1.h5" "$work/$name.4.h5"
}

# short NAME SCENARIO OPTION...
short() {
    name=$1
    shift
    same "$name" "$program" run "$@" --set holders.scale=0.05 --set consumers.scale=0.1
}

short economy quickstart.yaml --set 'horizon=3 d' --replicas 12
short reduced quickstart.yaml --set 'horizon=3 d' --replicas 40 --set output.paths=false
short formulas policies/formulas.yaml --set 'horizon=2 d' --replicas 4
short script quickstart.yaml --set 'policies.mint={use: lua, file: policies/cubic.lua}' --set 'horizon=1 d' --replicas 4
short shocks stress/all-at-once.yaml --set 'horizon=100 d' --replicas 2
same queue "$program" run queue/mm1.yaml --set horizon=1100 --set 'sweep={servers: [1, 2, 3]}' --replicas 30
same rule "$program" run queue/mm1.yaml --set horizon=1100 --replicas 20 \
    --set 'until={metric: wait_mean, half_width: 1e-9, max_replicas: 60}'
same splitting "$program" run queue/mm1-overflow.yaml --set splitting.effort=100 --replicas 8
"$program" verify "$work/queue.4.h5" --quiet --threads 4 >/dev/null
cd "$work" # into which a search writes down what it has
"$program" optimise "$2/scenarios/search/queue-load.yaml" --evaluations 6 --replicas 8 --quiet --threads 4 >/dev/null
