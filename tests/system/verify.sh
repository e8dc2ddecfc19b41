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
