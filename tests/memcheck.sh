#!/bin/sh
# The fast tests and a run from end to end under valgrind: sh tests/memcheck.sh [BUILD [TEST]]
# Of a build without sanitizers, by default build; TEST alone, if one is named, as stats. Logs are in
# BUILD/memcheck, one a process, since results are written in a child; one that is not empty is a fault,
# whatever the process left with.
set -u
cd "$(dirname "$0")/.." || exit 1
source_dir=$PWD
build=$PWD/${1:-build}
logs=$build/memcheck
mkdir -p "$logs"
cd "$logs" || exit 1
export CK_FORK=no OMP_NUM_THREADS=2

# What takes valgrind less than half a minute each, of the economy's a third; the others are the same code, more often.
fast="arena arrivals bootstrap chart clock compare_words csvpath engine exact factorial fee_policies files ledger
  mint_policies mutations objective observations path perpetual plugin policies pool proposal
  regression rule script search series shares shuffle stopping store survival table target units"

# watched NAME COMMAND...: of leaks, those that are sure. What OpenMP's threads hold is "possibly lost", as they
# wait for work to the end.
watched() {
    name=$1
    shift
    valgrind --quiet --leak-check=full --show-leak-kinds=definite --log-file="$logs/$name.%p.log" \
        "$@" >"$logs/$name.out" 2>&1 </dev/null
}

said() {
    find "$logs" -name "$1.*.log" -size +0
}

# clean NAME COMMAND...
clean() {
    watched "$@" || { echo "$1: exit $?"; tail -n 20 "$logs/$1.out"; return 1; }
    [ -z "$(said "$1")" ] || { echo "$1:"; cat $(said "$1"); return 1; }
}

# refused NAME COMMAND...: leaves with another code, and as clean.
refused() {
    ! watched "$@" || { echo "$1: not refused"; return 1; }
    [ -z "$(said "$1")" ] || { echo "$1:"; cat $(said "$1"); return 1; }
}

# A silent tool that sees nothing proves nothing.
planted() {
    for fault in leak overrun stale unset child; do
        watched "planted_$fault" "$build/tests/planted" "$fault" planted.h5
        [ -n "$(said "planted_$fault")" ] || { echo "not seen: $fault"; return 1; }
    done
}

program() {
    queue=$source_dir/scenarios/queue/mm1.yaml
    clean run "$build/diemsim" run "$source_dir/scenarios/quickstart.yaml" --set 'horizon=2 d' --set holders.scale=0.05 \
        --set consumers.scale=0.1 --replicas 3 --threads 2 --quiet --force -o economy.h5 &&
        clean sweep "$build/diemsim" run "$queue" --set horizon=1100 --set 'sweep={servers: [1, 2]}' --replicas 4 \
            --threads 2 --quiet --force -o queue.h5 &&
        clean verify "$build/diemsim" verify queue.h5 --quiet &&
        clean info "$build/diemsim" info economy.h5 &&
        clean report "$build/diemsim" report economy.h5 -o economy.html &&
        clean compare "$build/diemsim" compare queue.h5 &&
        clean validate "$build/diemsim" validate "$queue" &&
        clean schema "$build/diemsim" schema || return 1
    for command in validate trace run optimise calibrate 'stress --map price' 'stress --break price'; do
        refused "missing_${command%% *}" "$build/diemsim" ${command%% *} nowhere.yaml ${command#${command%% *}} || return 1
        refused "wrong_${command%% *}" "$build/diemsim" ${command%% *} "$queue" --set horizn=1 ${command#${command%% *}} ||
            return 1
    done
    for command in info compare risk sensitivity verify 'report -o x.html' 'merge -o x.h5'; do
        refused "file_${command%% *}" "$build/diemsim" ${command%% *} "$queue" ${command#${command%% *}} || return 1
    done
}

if [ $# -gt 1 ]; then
    rm -f "$logs/$2".*
    clean "$2" "$build/tests/test_$2"
    exit
fi
rm -f "$logs"/*
planted && program || exit 1
printf '%s\n' $fast | xargs -P "$(nproc)" -n 1 sh "$source_dir/tests/memcheck.sh" "${1:-build}"
