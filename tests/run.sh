#!/bin/sh
# Every check of the project: builds by two compilers, the tests (also under sanitizers), equal bytes
# whatever the threads, the shipped scenarios, the linters. Quiet while all is well: what a step printed
# is in build/logs, and shown when it fails. The last line is the sum.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh
unset CC CFLAGS LDFLAGS OMP_NUM_THREADS
export LC_ALL=C.UTF-8
cores=$(nproc)
logs=build/logs
work=build/work
rm -rf "$logs" "$work"
mkdir -p "$logs" "$work"
passed=0
failed=0

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

# step NAME COMMAND...: one check; its output is kept.
step() {
    name=$1
    shift
    begun=$(date +%s)
    if "$@" >"$logs/$name.log" 2>&1; then
        passed=$((passed + 1))
        echo "ok      $name, $(($(date +%s) - begun)) s"
    else
        failed=$((failed + 1))
        echo "FAILED  $name, $(($(date +%s) - begun)) s; the end of $logs/$name.log:"
        tail -n 60 "$logs/$name.log"
        return 1
    fi
}

# Warnings are errors here alone: a compiler of next year, with warnings of its own, must still build the program.
build() {
    cmake --preset "$1" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON && cmake --build --preset "$1"
}

# suite NAME FOLDER [CTEST OPTION...]: all tests of a build, each counted. Root with all packages has no excuse to skip,
# but for what needs the network.
suite() {
    suite=$1
    folder=$2
    shift 2
    log="$logs/tests_$suite.log"
    begun=$(date +%s)
    ctest --test-dir "$folder" -j "$cores" --timeout 900 --no-tests=error --output-on-failure "$@" \
        >"$log" 2>&1 </dev/null
    code=$?
    sum=$(sed -n 's/.*tests passed, \([0-9]*\) tests* failed out of \([0-9]*\).*/\1 \2/p' "$log")
    if [ -z "$sum" ] || { [ "$code" -ne 0 ] && [ "${sum% *}" -eq 0 ]; }; then
        sum="1 1"
    fi
    bad=${sum% *}
    [ "$(id -u)" -ne 0 ] || bad=$((bad + $(grep '\*\*\*Skipped' "$log" | grep -vc system_deb)))
    grep '\*\*\*Skipped' "$log"
    failed=$((failed + bad))
    passed=$((passed + ${sum#* } - bad))
    if [ "$bad" -eq 0 ]; then
        echo "ok      tests_$suite, ${sum#* } of them, $(($(date +%s) - begun)) s"
    else
        echo "FAILED  tests_$suite, $bad of ${sum#* }; from $log:"
        grep -v ' Passed ' "$log" | tail -n 150
    fi
}

# The same scenario by several numbers of threads, and by a build without OpenMP.
equal_bytes() {
    for threads in 1 2 3 7; do
        build/diemsim run scenarios/quickstart.yaml --replicas 20 --set horizon="30 d" --quiet \
            --threads "$threads" -o "$work/threads$threads.h5" || return 1
        cmp "$work/threads1.h5" "$work/threads$threads.h5" || return 1
    done
    build/serial/diemsim run scenarios/quickstart.yaml --replicas 20 --set horizon="30 d" --quiet \
        -o "$work/serial.h5" && cmp "$work/threads1.h5" "$work/serial.h5"
}

# A shipped scenario, briefly where its time is in days.
scenario() {
    result="$work/scenario.h5"
    case $1 in
    scenarios/queue/* | scenarios/search/queue-*) set -- "$1" ;;
    *) set -- "$1" --set "horizon=10 d" ;;
    esac
    build/diemsim validate "$1" &&
        build/diemsim run "$@" --replicas 2 --quiet --force -o "$result" &&
        build/diemsim info "$result" &&
        build/diemsim verify "$result" --replicas 1 &&
        build/diemsim report "$result" -o "$work/scenario.html"
}

scenarios() {
    find scenarios -path scenarios/cluster -prune -o -name '*.yaml' -print | sort | while read -r file; do
        scenario "$file" || { echo "$file failed"; exit 1; }
    done
}

sources() {
    find sim models analysis tests -name '*.[ch]' | sort
}

# One file a process: the analyzer of several takes the names of one file for those of another.
tidy() {
    sources | grep '\.c$' | xargs -P "$cores" -n 1 clang-tidy -p build/clang --quiet
}

format() {
    sources | xargs clang-format --dry-run -Werror
}

step packages install_packages $build_packages $test_packages || finish
step build_gcc build release || finish
suite release build
step build_serial build serial && step equal_bytes equal_bytes
step scenarios scenarios
step build_sanitizers build asan && suite sanitizers build/asan -LE repetitive
step build_races build tsan && suite races build/tsan -L threads
step memcheck sh tests/memcheck.sh
step build_clang build clang
# Half of the eight builds: each pair of compiler, level and processor is among them and the release.
step matrix sh tests/matrix.sh gcc-O0 gcc-O3-native clang-O0-native clang-O3
step tidy tidy
step format format
finish
