#!/bin/sh
# Stress tests of a small scenario, and what they refuse: sh stress.sh PROGRAM SOURCE_DIR
# A build that is SLOWER times slower searches for what breaks twice, and no more often.
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# is CODE PATTERN COMMAND...
is() {
    code=$1
    pattern=$2
    shift 2
    got=0
    "$@" >said 2>&1 || got=$?
    if [ "$got" -ne "$code" ] || ! grep -q -e "$pattern" said; then
        echo "exit $got, must be $code with '$pattern': $*"
        cat said
        exit 1
    fi
}

cat >small.yaml <<END
include: quickstart
title: Small
horizon: 20 d
replicas: 8
demand: {jobs_per_day: 50}
holders: {scale: 0.05}
consumers: {scale: 0.05}
thresholds:
  solvent: {}
  falls: {of: vvv_drawdown, at_most: 0.8, in: 50 %}
  dear: {of: vvv_price, at_least: 0.1 USD, in: 50 %}
END
cat >mine.yaml <<END
presets:
  crash: {description: a crash, shocks: {down: {kind: price, at: 3 d, depth: 0.95}}}
  nothing: {shocks: {none: {kind: price, rate: 1e-6 1/yr, depth: 0.5}}}
  storm:
    shocks:
      down: {kind: price, at: 3 d, depth: 0.95}
      gone: {kind: exit, at: 4 d, depth: 0.5, duration: 5 d}
END
stress() {
    "$program" stress small.yaml --suite mine --quiet "$@"
}

# A suite: verdicts, an ordinary result, verified from itself.
is 0 '0 of 3 presets pass, 2 fail, 1 is undecided' stress -o a.h5
is 0 '^calm .*100 % ?' stress -o a.h5 --force
is 0 'note: nothing changes nothing' stress -o a.h5 --force
is 0 '8 of 32 replicas simulated again' "$program" verify a.h5 --replicas 2 --quiet
is 0 'crash' "$program" info a.h5 --all
is 1 'fail' stress -o b.h5 --check
is 0 '^crash .* points (-100 to -[0-9]*\.[0-9])' stress -o b.h5 --force # an end is no whole number of points
is 0 'undecided' stress -o c.h5 --check --threshold solvent
is 73 'exists' stress -o a.h5
stress -o d.h5 --threads 1 --csv >one.csv
stress -o e.h5 --threads 2 --csv >two.csv
cmp d.h5 e.h5
cmp one.csv two.csv
[ "$(wc -l <one.csv)" -eq 13 ] || { echo "a row a preset and threshold, and a head"; exit 1; }
stress --set replicas=4 >said
[ -f out/small.stress.h5 ] || { echo "no result where it is by default"; exit 1; }

# Killed on the way, it goes on and ends with the same bytes.
long='--set horizon=60 --replicas 32'
"$program" stress small.yaml --suite mine --quiet $long --threads 2 -o whole.h5 >whole.txt
for pause in 0.2 0.5; do
    "$program" stress small.yaml --suite mine --quiet $long --threads 2 -o killed.h5 >killed.txt 2>said &
    job=$!
    sleep "$pause"
    kill -TERM "$job" 2>/dev/null || :
    wait "$job" || :
    [ -f killed.h5 ] && break
done
[ -f killed.h5 ] || "$program" stress small.yaml --suite mine --quiet $long --threads 2 -o killed.h5 >killed.txt
cmp whole.h5 killed.h5

# Every kind of shock has an example in what ships, and every preset there can be laid over.
for kind in demand price credit competitor cost outage exit liquidity unstake; do
    is 0 'settings fail' "$program" stress small.yaml --map $kind --set horizon=101 --replicas 1 \
        --threshold solvent --depths 0.5 --durations '24 h' --quiet -o map.h5 --force
done
is 0 '10 presets' "$program" stress small.yaml --set horizon=101 --replicas 1 --quiet -o all.h5
is 0 '^0.5,3.75,falls,1,' "$program" stress small.yaml --map price --suite price-crash --csv --quiet \
    --set horizon=90 --depths 0.5,0.9 -o m.h5 --threshold falls
is 0 "depth=0.9\\(,\\|$\\)" "$program" info m.h5
is 65 "'depth'" "$program" stress small.yaml --map exit --depths 2 --quiet --set horizon=120 -o n.h5
[ ! -e n.h5 ] || { echo "a refusal left a result"; exit 1; }

# The depth that breaks it: half of all replicas must keep a fifth of the price.
hunt="--break crash --threshold falls --replicas 48 --quiet"
is 0 'Holds at .* and breaks at .*(falls)' stress $hunt
is 1 'breaks at' stress $hunt --check
more_hunts() {
    is 0 'Holds even at the deepest, 0.3' stress $hunt --range 0..0.3
    is 0 'Broken already at 0.9' stress $hunt --range 0.9..0.95
    # A replica that drew down by 77 % or so may or may not have kept a fifth: 48 of them do not tell.
    is 0 'Holds at .*; of no depth up to 0.77 it is sure that it breaks anything' stress $hunt --range 0..0.77
    is 0 'Already at 0.77 it is not sure that all holds' stress $hunt --range 0.77..0.775
    is 0 '^0,48,holds,falls,0.5,1,0.8[0-9]*,1' stress $hunt --csv # without a shock all do
    is 0 '^0.999,48,BREAKS,falls,0.5,0,0,0.1[0-9]*' stress $hunt --csv
    is 0 'times its own depths' stress --break storm --threshold falls --replicas 48 --quiet
}
[ "${SLOWER:-1}" -gt 1 ] || more_hunts
stress $hunt >first.txt
stress $hunt --threads 1 >second.txt
cmp first.txt second.txt
ls out/*.s 2>/dev/null && { echo "a search that ended left its file"; exit 1; }
slow="--break crash --threshold falls --replicas 96 --set horizon=$((${SLOWER:-1} > 1 ? 20 : 60))"
stress $slow >whole.txt
"$program" stress small.yaml --suite mine $slow >stopped.txt 2>said &
job=$!
until [ "$({ wc -l <out/small.break-crash.s; } 2>/dev/null || echo 0)" -gt 1 ] || ! kill -0 "$job" 2>/dev/null; do
    sleep 0.05
done
kill -TERM "$job" 2>/dev/null || :
code=0
wait "$job" || code=$?
if [ "$code" -ne 0 ]; then
    [ "$code" -eq 75 ] && grep -q 'to go on' said || { echo "exit $code"; cat said; exit 1; }
    [ -f out/small.break-crash.s ] || { echo "a search that was stopped left no file"; exit 1; }
    "$program" stress small.yaml --suite mine $slow >stopped.txt 2>said
    grep -q 'replicas are from before$' said || { echo "it begins anew"; cat said; exit 1; }
fi
cmp whole.txt stopped.txt

# What is refused.
is 64 "did you mean 'price-crash'" "$program" stress small.yaml --suite price-crsh
is 64 "did you mean 'solvent'" stress --threshold solvnt
is 64 "did you mean 'crash'" stress --break crush
is 64 "no preset of 'mine.yaml' has anything of the kind 'credit'" stress --break credit
is 64 'strikes in 2 ways' stress --map storm
# What is the least is enough, and one less is not.
least=$(stress --break crash --threshold solvent --replicas 8 2>&1 | sed -n 's/.*--replicas \([0-9]*\) is the least.*/\1/p')
few="--break crash --threshold solvent --range 0.1..0.2 --set horizon=4"
is 64 "$((least - 1)) replicas .*--replicas $least is the least" stress $few --replicas $((least - 1))
is 0 'Holds even at the deepest' stress $few --replicas "$least"
is 64 'not both' stress --map crash --break crash
is 64 "belongs to '--break'" stress --range 0..1
is 64 'must be FROM..TO' stress --break crash --range 0-1
is 64 'must be FROM..TO' stress --break crash --range a..b
is 64 "'0.5..0.5', must be two depths" stress --break crash --range 0.5..0.5
is 64 'must be two depths of at most 0.999' stress --break crash --range 0.5..9
is 64 "'--break' makes no result" stress --break crash -o x.h5
is 64 "'--depths' belongs to '--map'" stress --depths 0.5
is 64 "'--durations' belongs to '--map'" stress --durations 5
is 64 "no threshold 'profit'; there are solvent, falls, dear" stress --threshold profit
is 64 'a depth cannot show' stress --break crash --replicas 8
is 65 "'sampling' is 'antithetic'" stress --break crash --set sampling=antithetic --replicas 48
is 65 "did you mean 'ruined'" "$program" stress small.yaml --suite mine --set 'thresholds={x: {of: ruind, at_most: 0}}'
is 65 'takes one setting' stress --set 'variants={a: {}, b: {demand.scale: 2}}'
is 65 'takes one setting' stress --set 'sweep={demand.scale: [1, 2]}'
is 65 'paths: false' stress --set output.paths=false
is 65 'nothing would be tested' stress --set horizon=2
is 65 'mine.yaml:2:' stress --set horizon=2
is 65 'knows nothing that strikes' "$program" stress "$2/scenarios/queue/mm1.yaml"
echo 'title: none' >empty.yaml
is 65 "neither 'shocks' nor 'presets'" "$program" stress small.yaml --suite empty
printf 'presets: {calm: {shocks: {a: {kind: price, at: 3, depth: 0.5}}}}\n' >calm.yaml
is 65 'without presets' "$program" stress small.yaml --suite calm
printf 'shocks: {a: {kind: price, at: 3, depth: 5}}\n' >deep.yaml
is 65 'deep.yaml:1:' "$program" stress small.yaml --suite deep
mkdir none
is 65 'no scenario in the folder' "$program" stress small.yaml --suite none
