#!/bin/sh
# Calls that fail, once at every place of the program that makes one, by every way to it
# (faults/ways.h): sh ways.sh PROGRAM SOURCE_DIR [SWEEP]. See faults.sh, which counts calls instead.
set -eu
program=$1
only=${3:-}
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
cat >rule.yaml <<'END'
include: reduced.yaml
until: {metric: number_in_system, half_width: 1e-9, max_replicas: 128}
END
cat >script.yaml <<'END'
include: quickstart
horizon: 1 d
replicas: 2
seed: 1
policies: {mint: {use: lua, file: cubic.lua}}
output: {metrics: [vvv_price]}
END
cat >rare.yaml <<'END'
model: queue
horizon: 110
replicas: 4
seed: 1
splitting: {metric: number_in_system, target: 5, stop: 0, effort: 8}
END
cat >stressed.yaml <<'END'
include: quickstart
title: Small
horizon: 10 d
replicas: 4
seed: 1
demand: {jobs_per_day: 50}
holders: {scale: 0.02}
consumers: {scale: 0.05}
thresholds: {solvent: {}, falls: {of: vvv_drawdown, at_most: 0.8, in: 50 %}}
END
cat >two.yaml <<'END'
include: stressed.yaml
variants: {calm: {}, crash: {shocks: {down: {kind: price, at: 3 d, depth: 0.9}}}}
END
cat >mine.yaml <<'END'
presets: {crash: {shocks: {down: {kind: price, at: 3 d, depth: 0.95}}}}
END
cat >morris.yaml <<'END'
include: paths.yaml
replicas: 2
sweep: {design: morris, trajectories: 3, arrivals.rate: {from: 0.3, to: 0.7}, service.mean: {from: 0.5, to: 1.2}}
END
cat >best.yaml <<'END'
include: paths.yaml
objective: {custom: {maximise: utilization}}
thresholds: {wait: {of: number_in_system, at_most: 4, in: 50 %}}
optimise: {vary: {arrivals.rate: {from: 0.3, to: 0.95}}, evaluations: 8}
END
cat >seen.yaml <<END
include: $2/scenarios/search/queue-rate.yaml
horizon: 1600
observe: 100
replicas: 10
calibrate: {observed: seen.csv, particles: 50, simulations: 100, evaluations: 10}
END
cat >seen.csv <<'END'
time,quantity,value
1500,utilization,0.7
1600,utilization,0.7
1500,wait_mean,2
END
cp "$2/scenarios/policies/cubic.lua" .

peace() {
    "$program" "$@" >said 2>&1 || { echo "fails in peace: $*"; cat said; exit 1; }
}

# sweep NAME KINDS OPTION... -- ARGUMENT...
sweep() {
    name=$1
    kinds=$2
    options=
    shift 2
    [ -z "$only" ] || [ "$only" = "$name" ] || return 0
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    for kind in $kinds; do
        "$tools/sweep" "$tools/ways.so" "$kind" once 1 1 $options -- "$program" "$@" >said || bad=$((bad + 1))
        sed "s/^/$name: /" said
    done
}
files='open read write close fsync rename mmap fork'

peace run paths.yaml --quiet -o paths.h5
(cat paths.h5; echo before) >before.h5
peace run paths.yaml --quiet --set arrivals.rate=0.6 -o other.h5
for i in 1 2; do peace run reduced.yaml --quiet --shard $i/2 -o part$i.h5; done
peace merge part1.h5 part2.h5 --quiet -o merged.h5
peace run rule.yaml --quiet --threads 1 -o rule.h5
peace run script.yaml --quiet -o script.h5
peace run rare.yaml --quiet -o rare.h5
peace run two.yaml --quiet -o two.h5
peace run morris.yaml --quiet -o morris.h5
peace stress stressed.yaml --suite mine --quiet -o suite.h5
peace optimise best.yaml --quiet -o best.h5
peace report two.h5 -o out.html # which says how it was made
mv out.html two.html

sweep run "malloc $files" -o out.h5 paths.h5 - -r -- run paths.yaml --quiet --threads 1 -o out.h5
sweep 'run, over a result' "$files" -o out.h5 paths.h5 before.h5 -- run paths.yaml --quiet --threads 1 --force -o out.h5
sweep 'run of a share' "malloc $files" -o out.h5 part2.h5 - -- run reduced.yaml --shard 2/2 --quiet --threads 1 -o out.h5
sweep 'run of a rule' malloc -o out.h5 rule.h5 - -- run rule.yaml --quiet --threads 1 -o out.h5
sweep 'run of a script' "malloc $files" -o out.h5 script.h5 - -- run script.yaml --quiet --threads 1 -o out.h5
sweep 'run of splitting' malloc -o out.h5 rare.h5 - -- run rare.yaml --quiet --threads 1 -o out.h5
sweep merge "malloc $files" -o out.h5 merged.h5 - -- merge part1.h5 part2.h5 --quiet -o out.h5
sweep verify "malloc open read" -p -- verify merged.h5 --quiet --threads 1
sweep info "malloc open read write" -p -- info two.h5 --all
sweep metrics "malloc write" -p -- metrics
sweep report "malloc $files" -o out.html two.html - -- report two.h5 -o out.html
sweep 'report of two' malloc -- report paths.h5 other.h5 -o three.html --force
sweep compare "malloc write" -p -- compare paths.h5 other.h5
sweep risk "malloc write" -p -- risk two.h5
sweep sensitivity "malloc write" -p -- sensitivity morris.h5
sweep validate "malloc open read" -- validate script.yaml
sweep trace "malloc write" -p -- trace paths.yaml --until 10
sweep policies "malloc open read" -p -- policies cubic.lua
sweep stress malloc -o out.h5 suite.h5 - -- stress stressed.yaml --suite mine --quiet --threads 1 -o out.h5
sweep optimise "malloc open write" -o out.h5 best.h5 - -- optimise best.yaml --quiet --threads 1 -o out.h5
sweep calibrate "malloc open read" -p -- calibrate seen.yaml --quiet --threads 1
sweep 'a best fit' malloc -p -- calibrate seen.yaml --method moments --quiet --threads 1
[ "$bad" -eq 0 ] || { echo "$bad sweeps found something"; exit 1; }
