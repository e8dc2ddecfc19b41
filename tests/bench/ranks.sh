#!/bin/sh
# What a second process and a second thread bring: sh tests/bench/ranks.sh [PROGRAM [TIMES]]
# Seconds of simulation, the least of TIMES runs each taken in turn, and the ratio to one alone. Eight
# batches of equal work; goals 1.85 and 1.9, on two cores that nobody else uses.
set -eu
program=${1:-build/diemsim}
times=${2:-5}
scenario=$(dirname "$0")/../../scenarios/quickstart.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1

# measure NAME COMMAND...: adds what the program says to the file of that name.
measure() {
    name=$1
    shift
    "$@" run "$scenario" --set horizon=300 --replicas 128 --force -o "$work/result.h5" \
        2>&1 </dev/null | sed -n 's/.* million events in \([0-9.]*\) s$/\1/p' >>"$work/$name"
}

least() {
    sort -n "$work/$1" | head -n 1
}

# tell NAME WHAT GOAL: against one alone.
tell() {
    awk -v one="$(least one)" -v two="$(least "$1")" -v what="$2" -v goal="$3" \
        'BEGIN { printf "%-14s %6.2f s, of one %6.2f s: %.3f (goal %s)\n", what, two, one, one / two, goal }'
}

for turn in $(seq "$times"); do
    measure one "$program"
    measure threads env OMP_NUM_THREADS=2 "$program"
    measure rank mpirun --oversubscribe -n 1 "$program"
    measure ranks mpirun --oversubscribe -n 2 "$program"
done
tell threads 'two threads' 1.9
cp "$work/rank" "$work/one"
tell ranks 'two processes' 1.85
