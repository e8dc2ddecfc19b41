#!/bin/sh
# Calls that fail: memory, opening, reading, writing, syncing, closing, renaming, mapping, forking; the
# k-th of them, once and from then on. Never a signal, never a wrong file with 0, and what was there
# before stays (faults/sweep.c): sh faults.sh PROGRAM SOURCE_DIR [SEED | every [PATTERN]]
# A few k of each by default, always the same; others by another seed. 'every' k takes hours; PATTERN
# chooses sweeps by their name.
set -eu
program=$1
tools=$(dirname "$1")/tests
seed=${3:-1}
pattern=${4:-*}
threads=1
few=4
if [ "$seed" = every ]; then
    seed=0
    few=0
    threads=2
fi
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

sed /seed/d paths.yaml >drawn.yaml
cat >small.yaml <<'END'
include: quickstart
horizon: 5 d
replicas: 4
seed: 1
demand: {jobs_per_day: 50}
holders: {scale: 0.01}
consumers: {scale: 0.01}
thresholds: {dear: {of: vvv_price, at_least: 0.1 USD, in: 50 %}}
output: {metrics: [vvv_price]}
END
cat >mine.yaml <<'END'
presets:
  crash: {description: a crash, shocks: {down: {kind: price, at: 3 d, depth: 0.95}}}
END
cat >search.yaml <<'END'
model: queue
horizon: 50
warmup: 10
observe: 40
replicas: 20
seed: 1
servers: 1
objective: {best: {minimise: number_in_system, over: time}}
optimise: {vary: {service.mean: {from: 0.5, to: 0.9}}}
END
cat >morris.yaml <<'END'
model: queue
horizon: 60
warmup: 0
observe: 20
replicas: 2
seed: 1
sweep: {design: morris, trajectories: 4, arrivals.rate: {from: 0.3, to: 0.7}, service.mean: {from: 0.5, to: 1.2}}
END

# sweep KINDS OPTION... -- COMMAND...: each of the kinds, both ways.
sweep() {
    kinds=$1
    shift
    case $name in
    $pattern) ;;
    *) return 0 ;;
    esac
    for kind in $kinds; do
        for how in once on; do
            "$tools/sweep" "$tools/fail.so" "$kind" $how $few "$seed" "$@" >said || bad=$((bad + 1))
            sed "s/^/$name: /" said
        done
    done
}

# peace COMMAND ARGUMENT...: makes a reference.
peace() {
    "$program" "$@" --quiet 2>said >printed || { cat said; exit 1; }
}
files='open read write fsync close rename'
all="$files mmap fork malloc"
printing='open read close malloc'

peace run paths.yaml -o paths.h5
(cat paths.h5; echo before) >before.h5
peace run rule.yaml -o rule.h5
peace run script.yaml -o script.h5
for i in 1 2; do peace run reduced.yaml --shard $i/2 -o part$i.h5; done
peace merge part1.h5 part2.h5 -o merged.h5
peace run morris.yaml -o morris.h5
peace stress small.yaml --suite mine -o stress.h5
"$program" report paths.h5 -o out.html 2>said
mv out.html paths.html
(cat paths.html; echo before) >before.html

# A run that drew its seed, and was stopped with its shards and no result.
mkdir drawn.h5.shards
echo 5 >drawn.h5.shards/seed
code=0
prlimit --fsize=30000 "$program" run drawn.yaml -o drawn.h5 --quiet 2>said || code=$?
[ "$code" -eq 74 ] && [ -e drawn.h5.shards/00000000.shard ] || { cat said; exit 1; }
cp -a drawn.h5.shards kept
peace run drawn.yaml -o drawn.h5

name=run
set -- "$program" run paths.yaml --quiet --threads $threads -o out.h5
sweep "$all" -o out.h5 paths.h5 - -r -- "$@"
name='run over a result'
sweep "$files malloc" -o out.h5 paths.h5 before.h5 -- "$@" --force
name='run that goes on'
sweep "$files malloc" -o out.h5 drawn.h5 - -k kept -r -- \
    "$program" run drawn.yaml --quiet --threads $threads -o out.h5
name='run of a rule'
set -- "$program" run rule.yaml --quiet --threads $threads -o out.h5
sweep "$all" -o out.h5 rule.h5 - -r -- "$@"
name='run of a script'
set -- "$program" run script.yaml --quiet --threads $threads -o out.h5
sweep malloc -o out.h5 script.h5 - -r -- "$@"
name='run of a share'
set -- "$program" run reduced.yaml --shard 2/2 --quiet --threads $threads -o out.h5
sweep "$all" -o out.h5 part2.h5 - -r -- "$@"
name=merge
set -- "$program" merge part1.h5 part2.h5 --quiet -o out.h5
sweep "$all" -o out.h5 merged.h5 - -r -- "$@"
name=report
set -- "$program" report paths.h5 -o out.html
sweep "$files malloc" -o out.html paths.html before.html -- "$@"
name=stress
sweep "$all" -o out.h5 stress.h5 - -p -w -- \
    "$program" stress small.yaml --suite mine --quiet --threads $threads -o out.h5
name=info
sweep "$printing" -p -- "$program" info paths.h5
name=compare
sweep "$printing" -p -- "$program" compare merged.h5
name=risk
sweep "$printing" -p -- "$program" risk stress.h5
name=sensitivity
sweep "$printing" -p -- "$program" sensitivity morris.h5
name=optimise
sweep "$printing mmap fork" -p -- \
    "$program" optimise search.yaml --evaluations 4 --quiet --threads $threads
name=verify
sweep "$printing mmap fork" -p -- "$program" verify paths.h5 --quiet --threads $threads
name='verify a rule'
sweep "$printing" -p -- "$program" verify rule.h5 --quiet --threads $threads
name=validate
sweep "$printing mmap fork" -- "$program" validate script.yaml
name=trace
sweep "$printing mmap fork" -p -- "$program" trace paths.yaml --until 10
name=policies
sweep "$printing" -p -- "$program" policies cubic.lua

# What is printed into a file fails elsewhere: where no more of it has room.
bytes=$(wc -c <paths.html)
room=0
while [ "$room" -lt "$bytes" ]; do
    cp before.html out.html
    code=0
    prlimit --fsize=$room "$program" report paths.h5 -o out.html >said 2>&1 || code=$?
    if [ "$code" -ne 74 ] || ! cmp -s out.html before.html || [ -e out.html.part ]; then
        echo "report with room for $room bytes: exit $code, must be 74, and the one before still there"
        cat said
        bad=$((bad + 1))
    fi
    room=$((room + (few ? 40000 : 1000)))
done
[ "$bad" -eq 0 ] || { echo "$bad sweeps found something (seed $seed)"; exit 1; }
