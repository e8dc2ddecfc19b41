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
cp bare.h5 same.h5
"$seals" --add same.h5
is 0 '8 of 8 replicas' "$program" verify same.h5 --quiet
forged "differs in 1 of 8 replicas, .*replica 3: outcome 'customers' is .* in the file, now" \
    'f["outcomes/customers"][0, 3] += 1'
forged "differs in 2 of 8 replicas, .*replica 2: outcome" \
    'f["outcomes/customers"][0, 5] += 1; f["outcomes/customers"][0, 2] += 1'
forged 'replica 4: stored as state 1 after .* events, now state 1 after' 'f["provenance/events"][0, 4] += 1'
forged "replica 1: 'wait_mean' at time .* is .* in the file, now" \
    'def change(v): v[0, 1, 1] *= 2
put("wait_mean", change)'
forged "the summary of 'utilization' at time .* is not that of the replicas" \
    'def change(v): v[0, 1] *= 2
put("summary/utilization_mean", change)'
forged "the summary of 'utilization' at time .* is not that of the replicas" \
    'def change(v): v[0, 2, 1] *= 2
put("summary/utilization", change)'
forged 'time 1 is 1101 in the file, and 1100 by its scenario' 'f["time"][1] = 1101'
forged "point 0 is called 'another' in the file" 'f["point_label"][0] = "another"'
forged 'its own scenario asks for 1, 9, ' \
    'text = f["provenance/resolved"][()].decode(); f["provenance/resolved"][()] = text.replace("replicas\":8", "replicas\":9")'
forged 'made by version 0.9, this is' 'a = f["provenance"].attrs; a.modify("version", numpy.array(b"0.9", a.get_id("version").dtype))'
# What is said of the numbers is what the scenario says of them, too.
# said PATTERN OBJECT NAME TEXT: the text in place of that of an attribute.
said() {
    forged "$1" "a = f['$2'].attrs; a.modify('$3', numpy.array(b'$4', a.get_id('$3').dtype))"
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
