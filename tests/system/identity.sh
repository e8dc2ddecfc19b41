#!/bin/sh
# Equal bytes whatever the threads, and after any stop: sh identity.sh PROGRAM SOURCE_DIR
# A build that is SLOWER times slower is long enough under way with that much less.
set -eu
program=$1
queue=$2/scenarios/queue/mm1.yaml
long=horizon=$((1000000 / ${SLOWER:-1}))
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

# simulate_long OUTPUT THREADS: long enough to be hit under way.
simulate_long() {
    exec "$program" run "$queue" --set "$long" --replicas 128 --quiet --threads "$2" -o "$1"
}

shards() {
    ls stopped.h5.shards/*.shard 2>/dev/null | wc -l
}

# What ignores SIGHUP, as nohup does and some that run tests do, leaves that to its children.
simulate_hearing() {
    exec env --default-signal=HUP "$program" run "$queue" --set "$long" --replicas 128 --quiet --threads 1 -o "$1"
}

# stop SIGNAL CODE: begins or goes on, and is stopped once it has saved something more.
stop() {
    before=$(shards)
    (simulate_hearing stopped.h5) 2>stopped.err &
    run=$!
    while [ "$(shards)" -le "$before" ] && kill -0 "$run" 2>/dev/null; do
        sleep 0.01
    done
    kill -"$1" "$run" 2>/dev/null || fail "over before SIG$1 could stop it"
    code=0
    wait "$run" || code=$?
    [ "$code" -eq "$2" ] || fail "SIG$1: exit $code, must be $2: $(cat stopped.err)"
    [ ! -e stopped.h5 ] || fail "SIG$1: a result although the run was stopped"
}

for threads in 1 2 3 7; do
    simulate threads$threads.h5 --threads $threads
    cmp threads1.h5 threads$threads.h5
done
OMP_THREAD_LIMIT=1 simulate limited.h5 --threads 3
cmp threads1.h5 limited.h5
simulate other.h5 --seed 2
cmp -s threads1.h5 other.h5 && fail "another seed, the same bytes"

(simulate_long whole.h5 2)
stop HUP 75
stop XCPU 75
rm -r stopped.h5.shards
stop TERM 75
grep -q 'same command' stopped.err || fail "no word on how to go on"
stop KILL 137
stop INT 75
stop USR1 75
# A shard that was damaged on disk is computed again.
shard=$(ls stopped.h5.shards/*.shard | head -n 1)
printf 'x' | dd of="$shard" bs=1 seek=3000 conv=notrunc 2>/dev/null
(simulate_long stopped.h5 2)
cmp whole.h5 stopped.h5
[ ! -e stopped.h5.shards ] || fail "shards are left over"

# A second signal, once the first has been heard, stops at once: a replica of seconds is not waited for. Of a limit of
# processor time one comes every second, and all of them are one wish.
# twice SIGNAL CODE: to a run whose replicas take seconds; it leaves with the code.
twice() {
    rm -rf twice.h5*
    (exec env --default-signal=HUP "$program" run "$queue" --set "horizon=$((100000000 / ${SLOWER:-1}))" --set warmup=0 \
        --replicas 4 --quiet --threads 1 -o twice.h5) 2>twice.err &
    run=$!
    until [ -e twice.h5.shards/lock ]; do sleep 0.01; done
    sleep 0.3
    kill -"$1" "$run"
    sleep 0.3
    kill -"$1" "$run" || fail "SIG$1: over before a second one"
    code=0
    wait "$run" || code=$?
    [ "$code" -eq "$2" ] || fail "SIG$1 twice: exit $code, must be $2: $(cat twice.err)"
    [ ! -e twice.h5 ] || fail "SIG$1 twice: a result although the run was stopped"
}
twice INT 130
twice TERM 143
twice XCPU 75

# nohup is obeyed.
(trap '' HUP && simulate_long deaf.h5 1) &
run=$!
until ls deaf.h5.shards/*.shard >/dev/null 2>&1 || ! kill -0 "$run" 2>/dev/null; do
    sleep 0.01
done
kill -HUP "$run"
wait "$run" || fail "SIGHUP stopped a run that ignores it"
cmp whole.h5 deaf.h5

# A seed left to chance stays the same when a run goes on.
sed '/^seed/d' "$queue" >unseeded.yaml
"$program" run unseeded.yaml --set "$long" --threads 2 -o drawn.h5 2>first.err &
run=$!
until ls drawn.h5.shards/*.shard >/dev/null 2>&1 || ! kill -0 "$run" 2>/dev/null; do
    sleep 0.01
done
kill -TERM "$run"
wait "$run" && fail "a stopped run left with 0"
"$program" run unseeded.yaml --set "$long" --threads 2 -o drawn.h5 2>second.err
[ "$(grep seed first.err)" = "$(grep seed second.err)" ] || fail "another seed was drawn to go on"
grep -q '^[0-9]* replicas ([1-9][0-9]* from before)' second.err || fail "no word of what was saved before"
