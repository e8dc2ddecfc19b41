#!/bin/sh
# Calls that fail, once at every place of the program that makes one, by every way to it
# (faults/ways.h): sh ways.sh PROGRAM SOURCE_DIR. See faults.sh, which counts calls instead.
set -eu
program=$1
tools=$(dirname "$1")/tests
[ -e "$tools/ways.so" ] || exit 0 # under sanitizers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export OMP_NUM_THREADS=1
bad=0

cat >paths.yaml <<'END'
model: queue
horizon: 110
warmup: 0
observe: 10
replicas: 20
seed: 1
output: {metrics: [number_in_system, utilization]}
END
cat >reduced.yaml <<'END'
include: paths.yaml
replicas: 64
output: {metrics: [number_in_system, utilization], paths: false}
sweep: {servers: [1, 2]}
END
cp "$2/scenarios/policies/cubic.lua" .

peace() {
    "$program" "$@" >said 2>&1 || { echo "fails in peace: $*"; cat said; exit 1; }
}

# sweep NAME KINDS OPTION... -- ARGUMENT...
sweep() {
    name=$1
    kinds=$2
    shift 2
    for kind in $kinds; do
        "$tools/sweep" "$tools/ways.so" "$kind" once 1 1 "$@" >said || bad=$((bad + 1))
        sed "s/^/$name: /" said
    done
}
all='malloc open read write close fsync rename mmap fork'

peace run paths.yaml --quiet -o paths.h5
sweep run "$all" -o out.h5 paths.h5 - -r -- "$program" run paths.yaml --quiet --threads 1 -o out.h5
[ "$bad" -eq 0 ] || { echo "$bad sweeps found something"; exit 1; }
