#!/bin/sh
# Runs that are killed at random moments, and stopped as often as they like, end in the same bytes; and
# whatever bears a final name in the meantime is whole:
# sh kills.sh PROGRAM SOURCE_DIR [SEED [KILLS]]
# 200 kills of a run under way by default; 'sh tests/system/kills.sh build/diemsim . 1 1000' is the long one.
set -eu
program=$1
seals=$(dirname "$1")/tests/seals
seed=${3:-$(date +%s)}
kills=${4:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "$1 (seed $seed)"
    cat said broken 2>/dev/null || true
    exit 1
}

# ---- runs of many small shards ----
queue='model: queue
warmup: 0
seed: 3'
rounds='half_width: 1e-9, max_replicas'
cat >paths.yaml <<END
$queue
horizon: 66000
observe: 1
replicas: 40
arrivals: {process: poisson, rate: 0.01}
output: {metrics: [number_in_system]}
sweep: {servers: [1, 2]}
END
cat >reduced.yaml <<END
$queue
horizon: 10000
observe: 500
replicas: 64
output: {paths: false}
until: {metric: number_in_system, $rounds: 480}
sweep: {servers: [1, 2, 3]}
END
cat >rule.yaml <<END
$queue
horizon: 40000
observe: 500
replicas: 64
until: {metric: number_in_system, $rounds: 400}
END
cat >branch.yaml <<END
include: quickstart
horizon: 8 d
replicas: 64
until: {metric: utilization, $rounds: 130}
branch:
  at: 4 d
  variants: {as_is: {}, dear: {policies.mint.target: 30000 DIEM}}
END
cat >large.yaml <<END
$queue
horizon: 100000
observe: 10000
replicas: 100
END

now() {
    date +%s.%N
}

compute() {
    awk "BEGIN {print ($1)}"
}

# Three of four are SIGKILL.
signal_of() {
    awk -v choice="$1" 'BEGIN {
        split("KILL KILL KILL TERM KILL KILL KILL INT KILL KILL KILL USR1", signal, " ")
        print signal[1 + int(choice * 997) % 12]
    }'
}

# simulate SCENARIO OUTPUT
simulate() {
    exec "$program" run "$1.yaml" -o "$2" --threads $threads --quiet
}

# What is under a final name is whole; there is no result unless the run said so.
check_files() {
    set -- out.h5.shards/*.shard
    [ ! -e "$1" ] || "$seals" "$@" 2>broken || fail "$scenario: a shard is broken"
    [ ! -e out.h5 ] || "$seals" out.h5 2>broken || fail "$scenario: the result is broken"
}

# The run came to its end: it is begun anew.
check_end() {
    [ -e out.h5 ] || fail "$scenario: no result although the run is over"
    cmp whole-$scenario.h5 out.h5 || fail "$scenario: other bytes after kills"
    rm -rf out.h5 out.h5.shards
    ends=$((ends + 1))
}

# hit SIGNAL DELAY: begins or goes on, and is hit after so long.
hit() {
    (simulate $scenario out.h5) >said 2>&1 &
    run=$!
    sleep "$2"
    under_way=0
    [ ! -e out.h5.shards/lock ] || under_way=1
    kill -s "$1" $run 2>/dev/null || under_way=0
    code=0
    wait $run 2>/dev/null || code=$?
    check_files
}

# Counts a hit only where the program itself did not come first.
hit_and_count() {
    hit "$1" "$2"
    case $1-$code in
    *-0)
        check_end
        return ;;
    KILL-137)
        killed=$((killed + 1))
        busy=$((busy + under_way)) ;;
    TERM-75 | INT-75 | USR1-75)
        stopped=$((stopped + 1))
        grep -q 'run the same command' said || fail "$scenario: no word on how to go on" ;;
    TERM-143 | INT-130 | USR1-138) ;; # before the program listens
    *) fail "$scenario: exit $code of SIG$1" ;;
    esac
    # Killed between the result's name and the end of its shards.
    [ ! -e out.h5 ] || check_end
}

awk -v seed="$seed" -v count=$((kills * 25)) \
    'BEGIN {srand(seed); for (i = 0; i < count; i++) print rand(), rand()}' >numbers
exec 3<numbers
killed=0 busy=0 stopped=0 ends=0
set -- paths reduced rule branch large
share=$((kills / $#))
begun=$(now)
for scenario in "$@"; do
    threads=2
    before=$(now)
    (simulate $scenario whole-$scenario.h5) 2>said || fail "$scenario: exit $?"
    window=$(awk -v t=$(compute "($(now) - $before) / 4") 'BEGIN {print (t < 0.05 ? 0.05 : t > 0.3 ? 0.3 : t)}')
    wanted=$((busy + share))
    while [ "$busy" -lt "$wanted" ]; do
        read -r moment choice <&3 || fail "$scenario: too few hits"
        threads=$(compute "1 + ($choice < 0.5)")
        signal=$(signal_of "$choice")
        hit_and_count "$signal" "$(compute "$moment * $window")"
    done
    code=0
    (simulate $scenario out.h5) 2>said || code=$?
    [ "$code" -eq 0 ] || fail "$scenario: exit $code at last"
    [ ! -e out.h5.shards ] || fail "$scenario: shards are left over"
    check_end
done
echo "seed $seed: $killed kills, $busy of them in a run under way, $stopped stops, $ends results," \
    "$(compute "int($(now) - $begun)") s"
