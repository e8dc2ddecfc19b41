#!/bin/sh
# Optimising and calibrating a queue whose answers are known, and what is refused:
# sh search.sh PROGRAM SOURCE_DIR
# A build that is SLOWER times slower is long enough under way with that much less, and right answers, which take many
# replicas, are left to others.
set -eu
program=$1
search=$2/scenarios/search
slower=${SLOWER:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "$@"
    cat said wrong
    exit 1
}

# refused CODE PATTERN COMMAND...
refused() {
    code=$1
    pattern=$2
    shift 2
    got=0
    "$program" "$@" >said 2>wrong || got=$?
    [ "$got" -eq "$code" ] && grep -q -e "$pattern" wrong || fail "exit $got, must be $code with '$pattern': $*"
}

# between LOW VALUE HIGH
between() {
    awk -v low="$1" -v x="$2" -v high="$3" 'BEGIN { exit !(x != "" && x >= low && x <= high) }' ||
        fail "'$2' must lie from $1 to $3"
}

# field TABLE LINE COLUMN: of CSV with several tables.
field() {
    awk -F, -v table="# $1" -v line="$2" -v column="$3" '{ sub(/\r$/, "") }
        $0 == table { at = 1; next } /^#/ { at = 0 }
        at { if (at++ == line + 1) print $column }' said
}

# ---- optimise: in M/M/1 the mean wait is 4 at a load of 0.8 ----
"$program" optimise "$search/queue-load.yaml" --evaluations 40 --quiet --csv -o best.h5 >said 2>wrong || fail "no optimum"
between 0.77 "$(field parameters 1 3)" 0.83
[ "$(field objective 1 13)" = better ] || fail "the proposal is not better"
case $(field thresholds 1 11) in
met | undecided) ;;
*) fail "the threshold is broken" ;;
esac
"$program" verify best.h5 --quiet --replicas 4 >said 2>wrong || fail "the result does not verify"
"$program" compare best.h5 >said 2>wrong || fail "the result cannot be compared"
grep -q 'better' said || fail "compare does not judge the objective"
for threads in 1 2; do
    "$program" optimise "$search/queue-load.yaml" --evaluations 10 --replicas 20 --quiet \
        --threads $threads >said.$threads 2>wrong
done
cmp said.1 said.2
"$program" optimise "$search/queue-load.yaml" --evaluations 12 --replicas 20 --quiet \
    --set 'objective={wait: {minimise: wait_mean}}' --set 'thresholds={wait: {of: wait_mean, at_most: 100}}' \
    >said 2>wrong || fail "no front"
grep -q 'front 1' said || fail "two goals make no front"

# What a search keeps has a name of its own, whatever the output is called.
mkdir dotted.folder
for output in plain ./plain2 dotted.folder/plain search.s; do
    "$program" optimise "$search/queue-load.yaml" --evaluations 2 --replicas 4 --set optimise.check=4 --quiet \
        -o $output >said 2>wrong || [ $? -eq 65 ] || fail "optimise -o $output"
    [ -s $output ] && "$program" info $output >said 2>wrong || fail "no result $output"
done
[ ! -e .s ] && [ ! -e dotted.s ] || fail "a search left a file"

# ---- stopped by whatever, and gone on with: the same words in the end ----
# goes_on WORDS_OF_JOURNAL COMMAND...
goes_on() {
    words=$1
    shift
    "$program" "$@" >whole 2>wrong || fail "not undisturbed: $*"
    test ! -e "out/$words" || fail "a journal is left"
    kept=0
    for signal in INT KILL TERM KILL; do
        "$program" "$@" >said 2>wrong &
        until [ "$({ wc -l <"out/$words"; } 2>/dev/null || echo 0)" -gt $((kept + 1)) ] || ! kill -0 $! 2>/dev/null; do
            sleep 0.05
        done
        kill -$signal $! 2>/dev/null || fail "it ended before it was stopped: $*"
        got=0
        wait $! || got=$?
        [ $signal = KILL ] || [ $got -eq 75 ] || fail "exit $got after $signal, must be 75"
        [ $signal = KILL ] || grep -q "go on with what is in out/$words" wrong || fail "no word of how to go on"
        kept=$(wc -l <"out/$words")
    done
    "$program" "$@" >said 2>wrong || fail "it does not go on: $*"
    grep -q 'candidates are from before' wrong || fail "nothing is from before"
    cmp said whole || fail "other words than undisturbed: $*"
    test ! -e "out/$words" || fail "a journal is left"
}
goes_on queue-load.optimise.s optimise "$search/queue-load.yaml" --evaluations 30 --replicas $((200 / slower)) --threads 1
goes_on queue-rate.calibrate.s calibrate "$search/queue-rate.yaml" --set calibrate.particles=100 \
    --set calibrate.simulations=$((12000 / slower)) --threads 1
goes_on queue-rate.calibrate.s calibrate "$search/queue-rate.yaml" --method moments --replicas $((200 / slower)) \
    --set calibrate.evaluations=60 --threads 1
"$program" optimise "$search/queue-load.yaml" --replicas 400 --quiet >said 2>wrong &
until [ -s out/queue-load.optimise.s ]; do sleep 0.05; done
refused 73 'another search' optimise "$search/queue-load.yaml" --replicas 400
kill $!
wait $! || true
test -s out/queue-load.optimise.s || fail "nothing is kept"
# What belongs to other numbers is of no use.
"$program" optimise "$search/queue-load.yaml" --evaluations 10 --replicas 20 --threads 1 >said 2>wrong || fail "a search"
! grep -q 'from before' wrong || fail "numbers of another search"
cmp said said.1 || fail "an old journal changes the answer"

refused 73 'exists' optimise "$search/queue-load.yaml" -o best.h5
refused 73 'cannot be used' optimise "$search/queue-load.yaml" -o nowhere/best.h5
test ! -s said || fail "a search before its output is looked at"
refused 65 'meets all thresholds' optimise "$search/queue-load.yaml" --quiet --evaluations 10 \
    --replicas 20 --set thresholds.wait.at_most=0.01
refused 65 "states no 'objective'" optimise "$2/scenarios/queue/mm1.yaml"
refused 65 'does not say what may vary' optimise "$2/scenarios/queue/mm1.yaml" \
    --set 'objective={a: {maximise: utilization}}'
refused 65 "did you mean 'rate'" optimise "$search/queue-load.yaml" \
    --set 'optimise={vary: {arrivals.rat: {from: 0.1, to: 1}}}'
refused 65 'must be below' optimise "$search/queue-load.yaml" \
    --set 'optimise.vary={arrivals.rate: {from: 1, to: 0.1}}'
refused 65 'must be one setting' optimise "$search/queue-load.yaml" --set 'variants={a: {}, b: {}}'
refused 65 "did you mean 'utilization'" optimise "$search/queue-load.yaml" \
    --set 'objective={custom: {maximise: utilisation}}'
refused 64 "'--evaluations' is '0'" optimise "$search/queue-load.yaml" --evaluations 0

# ---- calibrate: what was seen was made at a rate of 0.7 and a mean service of 1 ----
answers() {
    "$program" calibrate "$search/queue-rate.yaml" --quiet --csv --method moments --replicas 100 \
        --set calibrate.evaluations=120 >said 2>wrong || fail "no fit"
    between 0.6 "$(field parameters 1 5)" 0.8
    between 0.85 "$(field parameters 2 5)" 1.15
    "$program" calibrate "$search/queue-rate.yaml" --quiet --csv --set calibrate.simulations=6000 >said 2>wrong ||
        fail "no posterior"
    between 0.6 "$(field parameters 1 5)" 0.85
    between 0.8 "$(field parameters 2 5)" 1.15
}
[ "$slower" -gt 1 ] || answers
for threads in 1 2; do
    "$program" calibrate "$search/queue-rate.yaml" --quiet --threads $threads \
        --set calibrate.particles=100 --set calibrate.simulations=1500 >said.$threads 2>wrong
done
cmp said.1 said.2
# One of two speeds that the load alone does not tell apart.
printf 'time,quantity,value\n3000,utilization,0.7\n2000,utilization,0.7\n' >load.csv
"$program" calibrate "$search/queue-rate.yaml" --quiet --observed load.csv \
    --set calibrate.particles=100 --set calibrate.simulations=2000 >said 2>wrong || fail "no posterior"
grep -q "known together\|do not identify" said || fail "a load cannot tell rate from service"

refused 65 'was observed' calibrate "$search/queue-load.yaml" --set 'calibrate={vary: {arrivals.rate: {from: 0.1, to: 0.9}}}'
refused 65 'does not say what may vary' calibrate "$search/queue-load.yaml"
refused 66 'nothing.csv' calibrate "$search/queue-rate.yaml" --observed nothing.csv
printf 'date,quantity,value\n2026-01-01,utilization,0.7\n' >dated.csv
refused 65 "no column 'time'" calibrate "$search/queue-rate.yaml" --observed dated.csv
printf 'time,quantity,value\n3000,utilisation,0.7\n' >misspelt.csv
refused 65 "did you mean 'utilization'" calibrate "$search/queue-rate.yaml" --observed misspelt.csv
# Nothing is made for what is refused.
mkdir nothing
cd nothing
refused 65 'moments of 1 replica for 2 parameters, must' calibrate "$search/queue-rate.yaml" --method moments --replicas 1
refused 64 'nosuch' report ../best.h5 -o page.md --metrics nosuch
[ "$(ls | tr '\n' ' ')" = 'said wrong ' ] || fail "a refusal made $(ls)"
cd ..
refused 64 "'--method' is 'guess'" calibrate "$search/queue-rate.yaml" --method guess
refused 65 '2 moments of 200 replicas for 3 parameters' calibrate "$search/queue-rate.yaml" --method moments --observed load.csv \
    --set 'calibrate.vary={arrivals.rate: {from: 0.1, to: 0.9}, service.mean: {from: 0.5, to: 2}, servers: {from: 1, to: 3}}'
