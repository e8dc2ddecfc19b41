#!/bin/sh
# Calls that fail: memory, opening, reading, writing, syncing, closing, renaming, mapping, forking; the
# k-th of them, once and from then on. Never a signal, never a wrong file with 0, and what was there
# before stays (faults/sweep.c): sh faults.sh PROGRAM SOURCE_DIR [SEED | every]
# A sample of k by default, another one by another seed; 'every' k takes hours.
set -eu
program=$1
tools=$(dirname "$1")/tests
seed=${3:-$(date +%s)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bad=0

cat >paths.yaml <<'END'
model: queue
horizon: 1100
warmup: 0
observe: 100
replicas: 20
seed: 1
output: {metrics: [number_in_system, utilization]}
END
cat >reduced.yaml <<'END'
model: queue
horizon: 1100
warmup: 0
observe: 100
replicas: 64
seed: 1
output: {metrics: [number_in_system, utilization], paths: false}
sweep: {servers: [1, 2]}
END
(cat reduced.yaml; echo 'until: {metric: number_in_system, half_width: 1e-9, max_replicas: 128}') >rule.yaml
cat >script.yaml <<END
include: quickstart
title: a script
horizon: 1 d
replicas: 2
seed: 1
policies: {mint: {use: lua, file: cubic.lua}}
output: {metrics: [vvv_price]}
END
cp "$2/scenarios/policies/cubic.lua" .

# sweep STEP KINDS OPTION... -- COMMAND...: of each of the kinds, both ways, every STEP-th call.
sweep() {
    step=$1
    kinds=$2
    shift 2
    [ "$seed" != every ] || step=1
    for kind in $kinds; do
        for how in once on; do
            first=1
            [ "$step" -eq 1 ] || first=$((seed % step + 1))
            "$tools/sweep" "$tools/fail.so" "$kind" $how $first "$step" "$@" >said || bad=$((bad + 1))
            sed "s/^/$name: /" said
        done
    done
}

# peace COMMAND ARGUMENT...: makes a reference.
peace() {
    "$program" "$@" --quiet 2>said || { cat said; exit 1; }
}
few='open write fsync close rename mmap fork'

peace run paths.yaml -o paths.h5
(cat paths.h5; echo before) >before.h5
peace run rule.yaml -o rule.h5
peace run script.yaml -o script.h5
for i in 1 2; do peace run reduced.yaml --shard $i/2 -o part$i.h5; done
peace merge part1.h5 part2.h5 -o merged.h5
"$program" report paths.h5 -o paths.html 2>said
(cat paths.html; echo before) >before.html

name=run
set -- "$program" run paths.yaml --quiet --threads 2 -o out.h5
sweep 1 "$few" -o out.h5 paths.h5 - -r -- "$@"
sweep 9 read -o out.h5 paths.h5 - -r -- "$@"
sweep 97 malloc -o out.h5 paths.h5 - -r -- "$@"
name='run, over a result'
sweep 1 'fsync rename' -o out.h5 paths.h5 before.h5 -- "$@" --force
sweep 5 'open write close' -o out.h5 paths.h5 before.h5 -- "$@" --force
sweep 197 malloc -o out.h5 paths.h5 before.h5 -- "$@" --force
name='run of a rule'
set -- "$program" run rule.yaml --quiet --threads 2 -o out.h5
sweep 7 "$few" -o out.h5 rule.h5 - -r -- "$@"
sweep 97 malloc -o out.h5 rule.h5 - -r -- "$@"
name='run of a script'
set -- "$program" run script.yaml --quiet --threads 2 -o out.h5
sweep 197 malloc -o out.h5 script.h5 - -r -- "$@"
name='run of a share'
set -- "$program" run reduced.yaml --shard 2/2 --quiet --threads 2 -o out.h5
sweep 3 "$few" -o out.h5 part2.h5 - -r -- "$@"
sweep 97 malloc -o out.h5 part2.h5 - -r -- "$@"
name=merge
set -- "$program" merge part1.h5 part2.h5 --quiet -o out.h5
sweep 1 "$few" -o out.h5 merged.h5 - -r -- "$@"
sweep 9 read -o out.h5 merged.h5 - -r -- "$@"
sweep 97 malloc -o out.h5 merged.h5 - -r -- "$@"
name=report
set -- "$program" report paths.h5 -o out.html
sweep 1 'open write fsync close rename' -o out.html paths.html before.html -- "$@"
sweep 19 'read malloc' -o out.html paths.html - -- "$@"
name=info
sweep 7 'open read malloc close' -p -- "$program" info paths.h5
name=verify
sweep 9 'open read malloc mmap fork' -p -- "$program" verify paths.h5 --quiet
name=validate
sweep 9 'open read malloc mmap fork' -- "$program" validate script.yaml
name=trace
sweep 9 'open read malloc mmap fork' -p -- "$program" trace paths.yaml --until 10
name=policies
sweep 3 'open read malloc' -p -- "$program" policies cubic.lua
[ "$bad" -eq 0 ] || { echo "$bad sweeps found something (seed $seed)"; exit 1; }
