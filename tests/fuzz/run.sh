#!/bin/sh
# sh tests/fuzz/run.sh TARGET...|all HOURS: fuzzes each target for so many hours of CPU, in turns of ten minutes.
# Builds into build/fuzz, where everything stays: corpus/TARGET grows from run to run, found/ has what broke a
# target, account.tsv a line a turn: target, CPU seconds, executions. Its sums are printed. 1: something was found.
# sh tests/fuzz/run.sh keep TARGET...|all: takes what reaches further than tests/fuzz/corpus into it.
set -eu
cd "$(dirname "$0")/../.."
work=$PWD/build/fuzz
every="cli csv lua numbers result scenario"

usage() {
    sed -n '2,6s/^# //p' tests/fuzz/run.sh >&2
    exit 64
}

options_of() {
    case $1 in
    result) echo -max_len=100000 ;;
    scenario) echo -max_len=8192 ;;
    cli) echo -max_len=2048 ;;
    *) echo -max_len=4096 ;;
    esac
    [ ! -f "tests/fuzz/dictionary/$1.dict" ] || echo "-dict=tests/fuzz/dictionary/$1.dict"
}

build() {
    command -v clang >/dev/null || { echo "libFuzzer needs clang" >&2; exit 69; }
    [ -f "$work/build.ninja" ] || cmake -S . -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_C_COMPILER=clang "-DCMAKE_C_FLAGS=-fsanitize=fuzzer-no-link -DDS_POOL_BLOCK=0" -DDIEMSIM_SANITIZE=ON \
        -DDIEMSIM_OPENMP=OFF -DDIEMSIM_MPI=OFF >"$work.log" || { cat "$work.log" >&2; exit 1; }
    for target in $targets; do
        ninja -C "$work" "fuzz_$target" >"$work.log" || { cat "$work.log" >&2; exit 1; }
    done
}

# CPU seconds that children have taken so far.
cpu() {
    times >"$work/times"
    awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); s += 60 * t[1] + t[2] } printf "%.2f", s }' \
        "$work/times"
}

spent() {
    awk -v target="$1" '$1 == target { s += $2 } END { printf "%.0f", s }' "$work/account.tsv"
}

turn() {
    target=$1
    mkdir -p "$work/corpus/$target"
    before=$(cat "$work/cpu")
    # shellcheck disable=SC2046
    "$work/tests/fuzz_$target" -max_total_time="$2" -print_final_stats=1 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$work/found/$target-" $(options_of "$target") "$work/corpus/$target" \
        "tests/fuzz/corpus/$target" >"$work/$target.log" 2>&1 || { tail -n 40 "$work/$target.log"; bad=1; }
    cpu >"$work/cpu"
    awk -v target="$target" -v cpu="$(cat "$work/cpu") $before" '/executed_units/ { n = $2 } END {
        split(cpu, t); printf "%s\t%.1f\t%d\n", target, t[1] - t[2], n }' "$work/$target.log" >>"$work/account.tsv"
}

fuzz() {
    mkdir -p "$work/found"
    touch "$work/account.tsv"
    cpu >"$work/cpu"
    seconds=$(awk -v hours="$hours" 'BEGIN { printf "%.0f", 3600 * hours }')
    for target in $targets; do
        eval "goal_$target=$(($(spent "$target") + seconds))"
    done
    again=1
    while [ $again = 1 ]; do
        again=0
        for target in $targets; do
            eval "left=\$((goal_$target - $(spent "$target")))"
            [ "$left" -gt 0 ] || continue
            again=1
            turn "$target" $((left < 570 ? left + 30 : 600))
        done
    done
    echo "target      CPU hours    executions"
    awk '{ s[$1] += $2; n[$1] += $3 } END { for (t in s) printf "%-10s %10.2f %13d\n", t, s[t] / 3600, n[t] }' \
        "$work/account.tsv" | sort
}

keep() {
    for target in $targets; do
        # shellcheck disable=SC2046
        "$work/tests/fuzz_$target" -set_cover_merge=1 -use_counters=0 $(options_of "$target") "tests/fuzz/corpus/$target" "$work/corpus/$target" \
            >"$work/$target.log" 2>&1 || { tail -n 40 "$work/$target.log"; bad=1; }
    done
}

bad=0 mode=fuzz hours=0
[ $# -ge 2 ] || usage
if [ "$1" = keep ]; then
    mode=keep
    shift
    targets=$*
else
    targets=
    while [ $# -gt 1 ]; do
        targets="$targets $1"
        shift
    done
    hours=$1
fi
[ "$(echo $targets)" != all ] || targets=$every
for target in $targets; do
    [ -f "tests/fuzz/fuzz_$target.c" ] || usage
done
mkdir -p build
build
$mode
exit $bad
