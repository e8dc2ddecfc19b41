#!/bin/sh
# A job of several processes makes the same bytes as one, fails as one and goes on as one:
# sh mpi.sh PROGRAM SOURCE_DIR
# Skipped (77) where the program is built without MPI.
set -eu
program=$1
queue=$2/scenarios/queue/mm1.yaml
quickstart=$2/scenarios/quickstart.yaml
"$program" version | grep -q ', MPI$' || { echo "skipped: the program is built without MPI"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
unset DISPLAY
export ASAN_OPTIONS=detect_leaks=0 # of a sanitized program: what Open MPI leaves is not ours

fail() {
    echo "$1"
    cat said
    exit 1
}

# start PROCESSES SCENARIO OPTION...
start() {
    processes=$1
    shift
    exec mpirun --oversubscribe -n "$processes" "$program" run "$@" --threads 1 >said 2>&1 </dev/null
}

# job CODE PROCESSES SCENARIO OPTION...
job() {
    wanted=$1
    shift
    got=0
    (start "$@") || got=$?
    [ "$got" -eq "$wanted" ] || fail "exit $got, must be $wanted: $*"
}

# once WORDS: said by one process for all.
once() {
    [ "$(grep -c -e "$1" said)" -eq 1 ] || fail "'$1' is not said once"
}

# same FILE FILE
same() {
    cmp "$1" "$2" || fail "not the same bytes"
}

# ---- any number of processes: a few batches, more processes than batches or than replicas ----
few="--set horizon=400000 --replicas 80" # five batches
"$program" run "$queue" $few --quiet -o one.h5
for processes in 1 2 3 4 8; do
    job 0 $processes "$queue" $few --quiet -o many$processes.h5
    same one.h5 many$processes.h5
done
"$program" run "$queue" --set horizon=2000 --replicas 2 --quiet -o two.h5
job 0 4 "$queue" --set horizon=2000 --replicas 2 --quiet -o fewer.h5
same two.h5 fewer.h5

# ---- the economy, in rounds until it is known well enough ----
rounds="--set horizon=10 --replicas 32 --seed 3 --quiet"
until='until={metric: diem_supply, half_width: 100 DIEM, max_replicas: 100}'
"$program" run "$quickstart" $rounds --set "$until" -o whole.h5
job 0 3 "$quickstart" $rounds --set "$until" -o rounds.h5
same whole.h5 rounds.h5

# ---- shares, each by several processes ----
job 0 2 "$queue" $few --shard 1/2 --quiet -o a.h5
job 0 3 "$queue" $few --shard 2/2 --quiet -o b.h5
"$program" merge b.h5 a.h5 -o ab.h5 --quiet
same one.h5 ab.h5

# ---- refusals: one code, said once, nothing written ----
job 73 3 "$queue" $few -o many3.h5
once 'many3.h5'
job 65 2 "$queue" --set horizn=2000 -o none.h5
once "did you mean 'horizon'"
job 73 2 "$queue" -o no/such/folder.h5
once 'no/such'
job 64 3 "$queue" -o none.h5 --seed -1
once "'--seed' is '-1'"
job 64 3 "$queue" -o none.h5 --shard 5/4
once 'no share 5 of 4'
[ ! -e none.h5 ] || fail "a refused job made a result"

# ---- a seed left to chance is that of all ----
sed '/^seed/d' "$queue" >unseeded.yaml
job 0 3 unseeded.yaml --set horizon=2000 --replicas 60 -o drawn.h5
seed=$(sed -n 's/^seed \([0-9]*\),.*/\1/p' said)
"$program" run "$queue" --set horizon=2000 --replicas 60 --seed "$seed" --quiet -o seeded.h5
"$program" verify drawn.h5 --quiet >said

# ---- replicas that fail are no failure of the job ----
cat >picky.lua <<'END'
return {
  doc = "Does not like some replicas",
  emission = function(p, now)
    if now.time > 5 and now.vvv_price > 32 then error("too dear") end
    return 1e6
  end,
}
END
echo 'include: quickstart
policies: {emission: {use: lua, file: picky.lua}}' >picky.yaml
job 0 3 picky.yaml --set horizon=10 --replicas 20 --quiet -o picky.h5
once 'of 20 replicas failed, the first: .*too dear'
"$program" run picky.yaml --set horizon=10 --replicas 20 --quiet -o alone.h5 2>/dev/null
same alone.h5 picky.h5

# ---- one process cannot write: all end soon, what is saved is saved ----
long="--set horizon=400000 --replicas 320" # twenty batches
# saved RESULT: shards on disk.
saved() {
    ls "$1.shards"/*.shard 2>/dev/null | wc -l
}
mkdir -p blocked.h5.shards/00000003.shard.part
job 73 3 "$queue" $long -o blocked.h5
once '00000003.shard.part'
[ "$(saved blocked.h5)" -lt 15 ] || fail "the others went on although one had failed"

# hit WHAT CODES: a job of two is hit by what is done to it once it has saved something more.
hit() {
    before=$(saved hit.h5)
    (start 2 "$queue" $long --quiet -o hit.h5) &
    run=$!
    until [ "$(saved hit.h5)" -gt "$before" ]; do
        kill -0 "$run" 2>/dev/null || fail "over before it could be hit: $1"
        sleep 0.02
    done
    $1
    got=0
    wait "$run" || got=$?
    case $got in
    $2) ;;
    *) fail "exit $got, must be $2: $1" ;;
    esac
    [ ! -e hit.h5 ] || fail "a result although the job was hit: $1"
}

# signal NAME COUNT: that many processes of the job.
signal() {
    kill -"$1" $(pgrep -P "$run" diemsim | tail -n "$2")
}

ask_all() {
    signal USR1 2
}

ask_one() {
    signal TERM 1
}

kill_one() {
    signal KILL 1
}

# At once: into a folder that is being emptied somebody may still write.
remove_folder() {
    mv hit.h5.shards gone
}

hit kill_one 137
known=$(saved hit.h5)
job 0 2 "$queue" $long -o hit.h5
# The one that was left may have had time to save a batch that it had begun.
resumed=$(sed -n 's/^320 replicas (\([0-9]*\) from before).*/\1/p' said)
[ "$resumed" -gt $((known * 16 - 16)) ] && [ "$resumed" -le $((known * 16)) ] ||
    fail "$resumed replicas of $known batches are known after a kill"
"$program" run "$queue" $long --quiet -o whole20.h5
same whole20.h5 hit.h5
rm hit.h5
hit ask_all 75
once 'same command'
hit ask_one 75
once 'same command'
hit remove_folder '7[34]'
job 0 2 "$queue" $long -o hit.h5
same whole20.h5 hit.h5
