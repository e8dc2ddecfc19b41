#!/bin/sh
# Equal bytes whatever the threads, and after any stop: sh identity.sh PROGRAM SOURCE_DIR
set -eu
program=$1
queue=$2/scenarios/queue/mm1.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "$1"
    exit 1
}

# simulate OUTPUT OPTION...: short replicas of five points, and batches that are not full.
simulate() {
    output=$1
    shift
    "$program" run "$queue" --set 'sweep={arrivals.rate: [0.1, 0.3, 0.5, 0.7, 0.9]}' \
        --set horizon=3000 --set observe=100 --replicas 21 --quiet -o "$output" "$@"
}

# simulate_long OUTPUT: long enough to be hit under way.
simulate_long() {
    exec "$program" run "$queue" --set horizon=100000 --replicas 100 --quiet --threads 2 -o "$1"
}

# interrupted NAME SIGNAL CODE: stopped once a shard is there.
interrupted() {
    (simulate_long "$1.h5") 2>"$1.err" &
    run=$!
    until ls "$1".h5.shards/*.h5 >/dev/null 2>&1 || ! kill -0 "$run" 2>/dev/null; do
        sleep 0.01
    done
    kill -"$2" "$run" 2>/dev/null || fail "$1: over before it could be stopped"
    code=0
    wait "$run" || code=$?
    [ "$code" -eq "$3" ] || fail "$1: exit $code, must be $3: $(cat "$1.err")"
    [ ! -e "$1.h5" ] || fail "$1: a result although the run was stopped"
    (simulate_long "$1.h5")
    cmp whole.h5 "$1.h5"
    [ ! -e "$1.h5.shards" ] || fail "$1: shards are left over"
}

for threads in 1 2 3 7; do
    simulate threads$threads.h5 --threads $threads
    cmp threads1.h5 threads$threads.h5
done
OMP_THREAD_LIMIT=1 simulate limited.h5 --threads 3
cmp threads1.h5 limited.h5
simulate other.h5 --seed 2
cmp -s threads1.h5 other.h5 && fail "another seed, the same bytes"

(simulate_long whole.h5)
interrupted terminated TERM 75
grep -q 'same command' terminated.err || fail "no word on how to go on"
interrupted interrupted INT 75
interrupted warned USR1 75
interrupted killed KILL 137

# A shard that was damaged on disk is computed again.
(simulate_long damaged.h5) &
run=$!
until ls damaged.h5.shards/*.h5 >/dev/null 2>&1; do
    sleep 0.01
done
kill -KILL "$run"
wait "$run" || true
shard=$(ls damaged.h5.shards/*.h5 | head -n 1)
printf 'x' | dd of="$shard" bs=1 seek=3000 conv=notrunc 2>/dev/null
(simulate_long damaged.h5)
cmp whole.h5 damaged.h5

# A seed left to chance stays the same when a run goes on.
sed '/^seed/d' "$queue" >unseeded.yaml
"$program" run unseeded.yaml --set horizon=100000 --threads 2 -o drawn.h5 2>first.err &
run=$!
until ls drawn.h5.shards/*.h5 >/dev/null 2>&1; do
    sleep 0.01
done
kill -TERM "$run"
wait "$run" && fail "a stopped run left with 0"
"$program" run unseeded.yaml --set horizon=100000 --threads 2 -o drawn.h5 2>second.err
[ "$(grep seed first.err)" = "$(grep seed second.err)" ] || fail "another seed was drawn to go on"
