#!/bin/sh
# A result is computed again from itself alone: sh verify.sh PROGRAM SOURCE_DIR
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

cp "$2/scenarios/queue/mm1.yaml" "$2/scenarios/queue/mmc.yaml" .
"$program" run mmc.yaml --set horizon=1100 --set observe=50 --set 'sweep={servers: [9, 10, 11]}' \
    --replicas 20 --quiet -o good.h5
rm mm1.yaml mmc.yaml
is 0 '60 of 60 replicas' "$program" verify good.h5 --quiet
is 0 '60 of 60 replicas' "$program" verify good.h5 --quiet --threads 3
is 0 '6 of 60 replicas' "$program" verify good.h5 --quiet --replicas 2

is 0 'selftest .*, as it must be' "$program" version --selftest

size=$(wc -c <good.h5)
for place in 9 $((size / 3)) $((size / 2)) $((size - 100)) $((size - 10)); do
    cp good.h5 bad.h5
    byte=$(dd if=good.h5 bs=1 skip="$place" count=1 2>/dev/null | od -An -tu1)
    printf "\\$(printf %03o $((byte ^ 4)))" | dd of=bad.h5 bs=1 seek="$place" conv=notrunc 2>/dev/null
    is 65 'bad.h5' "$program" verify bad.h5 --quiet
done
for length in 0 1 100 $((size / 2)) $((size - 1)); do
    head -c "$length" good.h5 >short.h5
    is 65 'short.h5' "$program" verify short.h5 --quiet
done

# Files with a seal that is right, whose numbers are not those of their scenario: the first that differs is told.
seals=$(dirname "$program")/tests/seals
"$program" run "$2/scenarios/queue/mm1.yaml" --set horizon=1100 --set observe=100 --replicas 8 --quiet -o good2.h5
head -c $(($(wc -c <good2.h5) - 64)) good2.h5 >bare.h5

# forged PATTERN CHANGE: of `f`, an h5py.File; `put` changes a dataset.
forged() {
    cp bare.h5 forged.h5
    /usr/bin/python3 - "$2" <<'PYTHON'
import sys
import h5py
import numpy


def put(name, change):
    values = f[name][...]
    change(values)
    f[name][...] = values


with h5py.File("forged.h5", "r+") as f:
    exec(sys.argv[1])
PYTHON
    "$seals" --add forged.h5
    is 65 "$1" "$program" verify forged.h5 --quiet
}
# changed PATTERN DATASET INDEX: one of its numbers is twice as much.
changed() {
    forged "$1" "def change(v): v[$3] *= 2
put('$2', change)"
}
cp bare.h5 same.h5
"$seals" --add same.h5
is 0 '8 of 8 replicas' "$program" verify same.h5 --quiet
forged "differs in 1 of 8 replicas, .*replica 3: outcome 'customers' is .* in the file, now" \
    'f["outcomes/customers"][0, 3] += 1'
forged "differs in 2 of 8 replicas, .*replica 2: outcome" \
    'f["outcomes/customers"][0, 5] += 1; f["outcomes/customers"][0, 2] += 1'
forged 'replica 4: stored as state 1 after .* events, now state 1 after' 'f["provenance/events"][0, 4] += 1'
forged 'replica 6: stored as state 0 after .* events, now state 1 after' \
    'f["provenance/replica_state"][0, 6] = 0'
forged "replica 1: 'wait_mean' at time .* is .* in the file, now" \
    'def change(v): v[0, 1, 1] *= 2
put("wait_mean", change)'
changed "point 0 (base): 'summary/utilization_mean' at time 1100 is .* in the file, now" summary/utilization_mean '0, 1'
changed "'summary/utilization_se' at time 1100 is .* in the file, now" summary/utilization_se '0, 1'
changed "'summary/utilization' at quantile 0.5 and at time 1100 is .* in the file, now" summary/utilization '0, 2, 1'
is 65 "'summary/utilization' at quantile 0.5" "$program" verify forged.h5 --quiet --replicas 2
forged 'time 1 is 1101 in the file, and 1100 by its scenario' 'f["time"][1] = 1101'
forged "point 0 is called 'another' in the file" 'f["point_label"][0] = "another"'
forged 'its own scenario asks for 1, 9, ' \
    'text = f["provenance/resolved"][()].decode(); f["provenance/resolved"][()] = text.replace("replicas\":8", "replicas\":9")'
forged 'made by version 0.9, this is' 'a = f["provenance"].attrs; a.modify("version", numpy.array(b"0.9", a.get_id("version").dtype))'
# What is said of the numbers is what the scenario says of them, too.
# said PATTERN OBJECT NAME TEXT: the text in place of that of an attribute.
said() {
    forged "$1" "a = f['$2'].attrs.get_id('$3'); a.write(numpy.array(b'$4', a.dtype), mtype=a.get_type())"
}
forged 'quantile\[1\] is 0.3, must be 0.25' 'f["summary/quantile"][1] = 0.3'
forged 'replica\[2\] is 3, must be 2' 'f["replica"][2] = 3'
forged "'reproducible' is 0 in the result, but there is no reason" \
    'f["provenance"].attrs.modify("reproducible", numpy.array([0], "u1"))'
said "'utilization' and its summary differ in unit" utilization units d
said "the unit of 'time' is '.*' in the file, and '1' by" time units d
said "the title of 'result' is '.*' in the file, and '.*' by" provenance title M/M/2
said "the identity of 'result' is '0*' in the file" provenance identity 00
said "the meaning of 'customers' is 'les*' in the file" outcomes/customers long_name less
head -c $(($(wc -c <good.h5) - 64)) good.h5 >bare.h5
forged "'servers' at point 2 is 12 in the file, and 11 by its scenario" 'f["design/servers"][2] = 12'
said "the meaning of 'servers' is 'les*' in the file" design/servers long_name less
said "the design of 'sweep' is 'zip*' in the file" design design zip

# What follows from all replicas, where their series are in the file and where they are not. A batch has 16 replicas or more.
# made OPTIONS...: good.h5, which verifies in one thread and in several, and bare.h5.
made() {
    rm -f good.h5
    "$program" run "$@" --quiet -o good.h5
    is 0 'every bit is the same' "$program" verify good.h5 --quiet --threads 3
    is 0 'every bit is the same' "$program" verify good.h5 --quiet --threads 1
    head -c $(($(wc -c <good.h5) - 64)) good.h5 >bare.h5
}
# resolved OLD NEW: Python that puts one text for another in the scenario of a file that cannot be sure of its identity.
resolved() {
    printf '%s\n' 'g = f["provenance"]; text = g["resolved"][()].decode()' "g['resolved'][()] = text.replace('$1', '$2')" \
        'g.attrs.modify("reproducible", numpy.array([0], "u1")); t = g.attrs.get_id("title").get_type()' \
        'a = h5py.h5a.create(g.id, b"not_reproducible_because", t, h5py.h5s.create(h5py.h5s.SCALAR))' \
        'a.write(numpy.array(b"so", t.dtype))'
}
mm1=$2/scenarios/queue/mm1.yaml
made "$mm1" --set horizon=1100 --set observe=100 --set 'sweep={service.mean: [1, 1.1]}' --replicas 700 --set output.paths=false
grep -q '^compared: summaries of 12 metrics at 2 times, 2 outcomes' said
is 0 'not compared, .*: the summaries of metrics$' "$program" verify good.h5 --quiet --replicas 3
changed "point 1 (service.mean=1.1): 'summary/served_mean' at time 1100 is .* in the file, now" summary/served_mean '1, 1'
changed "point 0 (service.mean=1): 'summary/served_se' at time 1100 is .* in the file, now" summary/served_se ':, 1'
changed "'summary/served' at quantile 0.95 and at time 1100 is" summary/served '1, 4, 1'
forged 'the file keeps summaries of its metrics, its scenario asks for paths' \
    "$(resolved '"paths":false' '"paths":true')"
said "'wait_mean' is stored as float64 in the file, must be 32" summary/wait_mean stored_as float64
said "'wait_mean' is stored as 'float6', must be float32 or float64" summary/wait_mean stored_as float6

made "$mm1" --set horizon=1100 --set observe=100 --replicas 8 --set 'output={metrics: [utilization, served]}'
forged 'the file keeps paths of its metrics, its scenario asks for summaries' \
    "$(resolved '"paths":true' '"paths":false')"
forged "the file has the metric 'served', its scenario does not" "$(resolved '"served"' '"arrivals"')"
forged 'replicas come in groups of 1 in the file, and of 2 by' "$(resolved independent antithetic)"

# A rule that ends the run: it is played again.
rule='{metric: utilization, half_width: 0.03, max_replicas: 5000}'
for paths in true false; do
    made "$mm1" --set horizon=1100 --set observe=100 --replicas 32 --set "until=$rule" --set "output.paths=$paths"
    grep -q "and where 'until' ended the run" said
    is 0 "not compared, .*where 'until' ended the run" "$program" verify good.h5 --quiet --replicas 3
    changed "point 0 (base): 'summary/until' is .* in the file, now" summary/until 0
    changed "point 0 (base): 'summary/until_high' is .* in the file, now" summary/until_high 0
    changed "'summary/utilization_mean' at time 1100 is" summary/utilization_mean '0, 1'
    said "'until' is of the mean of 'served *' in the file, and of the mean of 'utilization' by" summary/until metric served
    forged "'reached' of 'until' is 0 in the file, now 1" \
        'f["summary/until"].attrs.modify("reached", numpy.array([0], "u1"))'
    forged "the file has .* replicas of each point, 'until' of its scenario asks for" \
        "$(resolved '"half_width":0.03' '"half_width":0.003')"
done

# An economy with variants.
cheap='base: {}, dear: {policies: {mint: {target: 30000 DIEM}}}'
for paths in true false; do
    made "$2/scenarios/quickstart.yaml" --set 'horizon=4 d' --replicas 18 --set "variants={$cheap}" \
        --set "output.paths=$paths"
    changed "point 1 (dear): 'summary/diem_price_mean' at time .* is .* in the file, now" summary/diem_price_mean '1, 4'
    changed "point 0 (base): 'summary/diem_price' at quantile 0.05 and at time" summary/diem_price ':, :, 4'
done
