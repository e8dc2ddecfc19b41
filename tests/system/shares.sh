#!/bin/sh
# Shares of a plan as array jobs take them, and their merge, without a cluster:
# sh shares.sh PROGRAM SOURCE_DIR
set -eu
program=$1
queue=$2/scenarios/queue/mm1.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset $(env | sed -n 's/^\(\(SLURM\|OMP\)_[A-Z0-9_]*\)=.*/\1/p')
few="--set horizon=400000 --replicas 64 --quiet" # four batches
tiny="--set horizon=1100 --set observe=100 --replicas 3 --quiet"

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

# task 'ID=3 COUNT=8 ...' COMMAND...: in the task of an array that Slurm describes so.
task() {
    array=$(printf ' SLURM_ARRAY_TASK_%s' $1)
    shift
    env $array "$@"
}

# ---- what is no share ----
for share in 3 /8 3/ 3/0 -1/8 +3/8 3/8x ' 3/8' 3/8/9 0x1/8 1/100001 99999999999999999999/8 slurm/ \
    slurmx Slurm; do
    is 64 '--shard\|SLURM_ARRAY_TASK_ID' "$program" run "$queue" $tiny -o x.h5 --shard "$share"
done
is 64 'is empty' "$program" run "$queue" $tiny -o x.h5 --shard ''
is 64 'no share 9 of 8' "$program" run "$queue" $tiny -o x.h5 --shard 9/8
for array in 'ID=3 COUNT=3 MIN=1 MAX=7 STEP=1' 'ID=3 COUNT=1 MIN=3 MAX=3 STEP=1' \
    'ID=4 COUNT=4 MIN=0 MAX=6 STEP=2' 'ID=12 COUNT=4 MIN=10 MAX=13 STEP=1'; do
    is 64 'begins with 0 or 1 and has no gaps' task "$array" \
        "$program" run "$queue" $tiny -o x.h5 --shard slurm
done
is 64 'no share 8 of 4' task 'ID=8 COUNT=4 MIN=0 MAX=3' "$program" run "$queue" $tiny -o x.h5 --shard slurm
is 64 "ID is 'x'" task 'ID=x COUNT=4' "$program" run "$queue" $tiny -o x.h5 --shard slurm
is 64 "COUNT is ''" task 'ID=1 COUNT=' "$program" run "$queue" $tiny -o x.h5 --shard slurm
is 64 'needs SLURM_ARRAY_TASK_COUNT' task ID=1 "$program" run "$queue" $tiny -o x.h5 --shard slurm
is 64 'needs SLURM_ARRAY_TASK_ID' "$program" run "$queue" $tiny -o x.h5 --shard slurm
is 64 'needs SLURM_ARRAY_TASK_ID' "$program" run "$queue" $tiny -o x.h5 --shard slurm/4
sed '/^seed/d' "$queue" >unseeded.yaml
is 64 'needs a seed' "$program" run unseeded.yaml $tiny -o x.h5 --shard 1/2
[ "$(wc -l <said)" -eq 1 ] || { echo "more than one line"; cat said; exit 1; }
is 64 "'until' looks at" "$program" run "$queue" $tiny -o x.h5 --shard 1/2 \
    --set 'until={metric: wait_mean, half_width: 1, max_replicas: 9}'
[ ! -e x.h5 ] && [ ! -e x.h5.shards ] || { echo "a refused share left something"; exit 1; }

# ---- the same share by all its names ----
"$program" run "$queue" $few -o one.h5
"$program" run "$queue" $few -o 1.h5 --shard 1/3
"$program" run "$queue" $few -o 2.h5 --shard 2/3
"$program" run "$queue" $few -o 3.h5 --shard 3/3
task 'ID=1 COUNT=3 MIN=0 MAX=2 STEP=1' "$program" run "$queue" $few -o a.h5 --shard slurm
cmp 1.h5 a.h5
task 'ID=3 COUNT=3 MIN=1 MAX=3 STEP=1' "$program" run "$queue" $few -o b.h5 --shard slurm
cmp 3.h5 b.h5
task 'ID=2 COUNT=2 MIN=2 MAX=9 STEP=1' "$program" run "$queue" $few -o c.h5 --shard slurm/3
cmp 2.h5 c.h5
"$program" run "$queue" $few -o d.h5 --shard 0/3
cmp 3.h5 d.h5
for parts in '1.h5 2.h5 3.h5' 'd.h5 c.h5 b.h5 a.h5 1.h5'; do
    "$program" merge $parts -o merged.h5 --force --quiet
    cmp one.h5 merged.h5
done
"$program" run "$queue" $tiny --shard 2/3
[ -s out/mm1.2-3.h5 ] || { echo "no part under its usual name"; exit 1; }
is 0 'nothing falls to share 2 of 3' "$program" run "$queue" --set horizon=1100 --replicas 3 \
    -o idle.h5 --shard 2/3

# ---- what stands where the result is put together ----
mkdir again.h5.shards
: >again.h5.shards/00000001.shard
is 73 'unfinished run: --force' "$program" merge 1.h5 2.h5 3.h5 -o again.h5
: >again.h5.shards/merging # as a merge that was killed leaves it
"$program" merge 1.h5 2.h5 3.h5 -o again.h5
cmp one.h5 again.h5
[ ! -e again.h5.shards ] || { echo "copies were left behind"; exit 1; }

# ---- parts that do not make a result ----
is 65 'those of --shard 0/3 (2 of 4 batches' "$program" merge 1.h5 2.h5 -o no.h5
is 65 'those of --shard 1/3, 2/3 (2 of 4 batches' "$program" merge 3.h5 -o no.h5
"$program" run "$queue" $few -o seeded.h5 --shard 2/3 --seed 7
is 65 "'seeded.h5' and '1.h5' are parts of different runs: the seed is 7 in the one, 1 in the other" \
    "$program" merge 1.h5 seeded.h5 3.h5 -o no.h5
"$program" run "$queue" $few -o longer.h5 --shard 2/3 --set horizon=400001
is 65 'identity of the scenario is [0-9a-f]* in the one, [0-9a-f]* in the other' \
    "$program" merge 1.h5 longer.h5 3.h5 -o no.h5
"$program" run "$queue" $few -o quarter.h5 --shard 2/4
is 65 'number of shares is 4 in the one, 3 in the other' "$program" merge 1.h5 quarter.h5 3.h5 -o no.h5
is 65 'is no part' "$program" merge 1.h5 one.h5 -o no.h5
is 65 'is not an HDF5 file' "$program" merge 1.h5 "$queue" -o no.h5
is 66 'No such file or directory' "$program" merge 1.h5 'parts/*.h5' -o no.h5
is 64 'missing -o' "$program" merge 1.h5 2.h5 3.h5
is 73 '--force' "$program" merge 1.h5 2.h5 3.h5 -o one.h5
cp 1.h5 kept.h5
is 73 'is one of the parts' "$program" merge 1.h5 2.h5 3.h5 -o ./1.h5 --force
cmp 1.h5 kept.h5
is 73 'no/such' "$program" merge 1.h5 2.h5 3.h5 -o no/such/folder.h5
head -c 5000 2.h5 >short.h5
is 65 "'short.h5'" "$program" merge 1.h5 short.h5 3.h5 -o no.h5
[ ! -e no.h5 ] && [ ! -e no.h5.shards ] || { echo "a refused merge left something"; exit 1; }

# ---- one output for two tasks: the second is told, also when the first is done ----
"$program" run "$queue" --set horizon=4000000 --replicas 64 --quiet -o busy.h5 --shard 1/2 --threads 1 2>/dev/null &
run=$!
until [ -e busy.h5.shards/lock ]; do
    sleep 0.01
done
is 73 'another run' "$program" run "$queue" --set horizon=4000000 --replicas 64 -o busy.h5 --shard 2/2
# Signals that come together are one wish.
sleep 0.5
for signal in STOP USR1 TERM INT CONT; do
    kill -$signal "$run"
done
code=0
wait "$run" || code=$?
[ "$code" -eq 75 ] || { echo "exit $code, must be 75 of three signals at a time"; exit 1; }
is 73 '--force' "$program" run "$queue" $few -o 1.h5 --shard 2/3

# ---- a share where a whole run was stopped takes what is its own, and leaves the rest ----
long="--set horizon=4000000 --replicas 64 --quiet --threads 1"
"$program" run "$queue" $long -o mixed.h5 &
run=$!
until [ -e mixed.h5.shards/00000001.shard ]; do
    kill -0 "$run" || exit 1
    sleep 0.01
done
kill -9 "$run"
wait "$run" || true
"$program" run "$queue" $long -o mixed.h5 --shard 2/2
[ -e mixed.h5.shards/00000001.shard ] && [ ! -e mixed.h5.shards/00000000.shard ] ||
    { echo "a share removed more or less than its own"; exit 1; }
mv mixed.h5 mixed.0
"$program" run "$queue" $long -o mixed.h5 --shard 1/2
[ ! -e mixed.h5.shards ] || { echo "shards are left over"; exit 1; }
"$program" merge mixed.0 mixed.h5 -o mixed.joined --quiet

# ---- replicas that fail in a share are told by its task, not only by the merge ----
cat >fails.lua <<'END'
return {doc = "fails after a day", params = {},
        emission = function(p, now) if now.time > 1 then error("boom") end return 2e6 end}
END
printf 'include: quickstart\nhorizon: 2 d\nreplicas: 4\nseed: 1\nholders: {scale: 0.01}\nconsumers: {scale: 0.01}\n' >fails.yaml
echo 'policies: {emission: {use: lua, file: fails.lua}}' >>fails.yaml
is 0 'warning: 4 of 4 replicas failed, the first: fails.lua:2: boom' \
    "$program" run fails.yaml --shard 1/1 -o fails.1 --quiet
is 76 'all 4 replicas failed' "$program" merge fails.1 -o fails.h5

# ---- threads ----
is 0 ', 3 threads' env SLURM_CPUS_PER_TASK=3 "$program" validate "$queue"
is 0 ', 2 threads' env SLURM_CPUS_PER_TASK=3 OMP_NUM_THREADS=2 "$program" validate "$queue"
