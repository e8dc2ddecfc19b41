#!/bin/sh
# A disk that is full at any write, and folders that change under a run: the run says so, nothing broken
# bears a final name, and with more space the same command goes on to the same bytes:
# sh full_disk.sh PROGRAM SOURCE_DIR
# Needs the right to mount a small disk in memory: else it is skipped (77).
set -eu
program=$1
seals=$(dirname "$1")/tests/seals
work=$(mktemp -d)
mkdir "$work/disk"
trap 'umount "$work/disk" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mount -t tmpfs -o size=64m tmpfs disk 2>said || {
    echo "skipped: no right to mount a disk in memory: $(cat said)"
    exit 77
}
umount disk

fail() {
    echo "$1"
    cat said broken 2>/dev/null || true
    exit 1
}

# ---- a run of many shards, with paths and without, and a share of it ----
cat >paths.yaml <<'END'
model: queue
horizon: 1000
warmup: 0
observe: 20
replicas: 64
seed: 3
until: {metric: number_in_system, half_width: 1e-9, max_replicas: 128}
sweep: {servers: [1, 2]}
END
sed 's/^seed: 3/seed: 3\noutput: {paths: false}/' paths.yaml >reduced.yaml
sed '/^until/d; s/^observe: 20/observe: 0.1/; s/^replicas: 64/replicas: 96/' paths.yaml >share.yaml

# simulate SCENARIO OPTION...: into the disk.
simulate() {
    scenario=$1
    shift
    "$program" run "$scenario.yaml" -o disk/out.h5 --threads 2 --quiet "$@"
}

# attempt CODES SCENARIO OPTION...: leaves with one of the codes.
attempt() {
    codes=$1
    shift
    code=0
    simulate "$@" >said 2>&1 || code=$?
    case " $codes " in
    *" $code "*) ;;
    *) fail "exit $code, must be one of $codes: $* on a disk of $size" ;;
    esac
    set -- disk/out.h5.shards/*.shard
    [ ! -e "$1" ] || "$seals" "$@" 2>broken || fail "a shard is broken on a disk of $size"
}

# filled SCENARIO OPTION...: a disk of $size and $files is full, is enlarged, and the run goes on.
filled() {
    mount -t tmpfs -o "size=$size,nr_inodes=$files" tmpfs disk
    attempt '0 74' "$@"
    if [ "$code" -eq 74 ] && grep -q 'the disk of .* has .* free' said && ! grep -q '^warning' said; then
        foreseen=$((foreseen + 1))
        [ ! -e disk/out.h5.shards ] || fail "something is begun that a disk of $size cannot hold"
        mount -o remount,size=64m,nr_inodes=10000 disk
        attempt 0 "$@"
    elif [ "$code" -eq 74 ]; then
        grep -q 'No space left on device' said || fail "not said why, on a disk of $size"
        [ ! -e disk/out.h5 ] || fail "a result in spite of a full disk of $size"
        [ ! -e disk/out.h5.part ] || fail "half a result is left on a disk of $size"
        case $(cat said) in
        *.shards/lock* | *.shards/seed*) folders=$((folders + 1)) ;;
        *.shards/*) shards=$((shards + 1)) ;;
        *out.h5.shards*) folders=$((folders + 1)) ;;
        *) results=$((results + 1)) ;;
        esac
        mount -o remount,size=64m,nr_inodes=10000 disk
        attempt 0 "$@"
    else
        fitting=$((fitting + 1))
    fi
    cmp disk/out.h5 whole.h5 || fail "other bytes after a full disk of $size"
    [ ! -e disk/out.h5.shards ] || fail "shards are left over"
    umount disk
}

# fill_all SCENARIO OPTION...: disks of any size up to one that is large enough.
fill_all() {
    shards=0 folders=0 results=0 fitting=0 foreseen=0 size=64m files=10000
    mount -t tmpfs -o size=$size tmpfs disk
    attempt 0 "$@"
    cp disk/out.h5 whole.h5
    umount disk
    for pages in 1 2 4 8 16 32 48 64 96 112 128 144 160 192 256 512 1024 2048; do
        size=$((pages * 4))k
        [ "$fitting" -gt 1 ] || filled "$@"
    done
    size=64m
    for files in 2 3 4 5 7 10 14 20; do
        filled "$@"
    done
    echo "$1: the disk was full for the folder $folders times, for shards $shards, for the result" \
        "$results, far too small $foreseen, and large enough $fitting"
    [ "$shards" -gt 0 ] && [ "$results" -gt 0 ] && [ "$foreseen" -gt 0 ] && [ "$fitting" -gt 0 ] ||
        fail "not every kind of write met a full disk"
}
fill_all paths
fill_all reduced
fill_all share --shard 1/2

# ---- files that may not grow so large ----
size=64m
mount -t tmpfs -o size=$size tmpfs disk
attempt 0 paths
mv disk/out.h5 whole.h5
bytes=$(wc -c <whole.h5)
for most in 0 1000 20000 $((bytes / 2)) $((bytes - 100)) $((bytes - 64)) $((bytes - 63)) $((bytes - 1)); do
    code=0
    text=$(prlimit --fsize=$most "$program" run paths.yaml -o disk/out.h5 --threads 2 --quiet 2>&1) ||
        code=$?
    echo "$text" >said
    grep -q 'File too large' said && [ "$code" -eq 74 ] || fail "exit $code, must be 74, with files of at most $most bytes"
    [ ! -e disk/out.h5 ] && [ ! -e disk/out.h5.part ] || fail "something of $most bytes is left"
done
attempt 0 paths
cmp disk/out.h5 whole.h5
rm disk/out.h5

# ---- folders that cannot be written, or change ----
mount -o remount,ro disk
attempt 73 paths
mount -o remount,rw disk

# begin SCENARIO OPTION...: a run in the background that has saved something.
begin() {
    simulate "$@" >said 2>&1 &
    run=$!
    until ls disk/out.h5.shards/*.shard >/dev/null 2>&1; do
        kill -0 $run 2>/dev/null || fail "over before it saved anything"
        sleep 0.01
    done
}

# end CODE PATTERN
end() {
    code=0
    wait $run || code=$?
    [ "$code" -eq "$1" ] && grep -q "$2" said || fail "exit $code, must be $1 with '$2'"
}

long='--set horizon=40000 --set observe=200'
attempt 0 paths $long
mv disk/out.h5 whole.h5
begin paths $long
rm -r disk/out.h5.shards
end 74 'removed'
[ ! -e disk/out.h5 ] && [ ! -e disk/out.h5.shards ] || fail "a folder that was removed is there again"
attempt 0 paths $long
cmp disk/out.h5 whole.h5
rm disk/out.h5

# Another run comes where the lock is gone; the first one leaves it alone.
begin paths $long
rm disk/out.h5.shards/lock
code=0
simulate paths $long >other 2>&1 || code=$?
[ "$code" -eq 0 ] || { cat other; fail "exit $code of the run that came second"; }
end 74 'removed'
cmp disk/out.h5 whole.h5
[ ! -e disk/out.h5.shards ] || fail "shards are left over"
rm disk/out.h5

# A shard that is lost under way is computed again by the next run.
begin paths $long
rm disk/out.h5.shards/00000000.shard
end 74 'same command'
attempt 0 paths $long
cmp disk/out.h5 whole.h5
