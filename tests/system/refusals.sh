#!/bin/sh
# Exit codes and messages of the program: sh refusals.sh PROGRAM SOURCE_DIR
set -eu
program=$1
queue=$2/scenarios/queue/mm1.yaml
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
short="--set horizon=1100 --set observe=100 --replicas 3 --quiet"

# refused CODE PATTERN COMMAND...: leaves with the code and says so once, on stderr.
refused() {
    code=$1
    pattern=$2
    shift 2
    got=0
    "$@" >stdout 2>stderr || got=$?
    if [ "$got" -ne "$code" ] || ! grep -q -e "$pattern" stderr; then
        echo "exit $got, must be $code with '$pattern': $*"
        cat stderr
        exit 1
    fi
}

# accepted COMMAND...
accepted() {
    "$@" >stdout 2>stderr || {
        echo "exit $?, must be 0: $*"
        cat stderr
        exit 1
    }
}

# ---- the command line ----
accepted "$program" --help
for code in 0 1 64 65 66 69 70 71 73 74 75 76; do
    grep -q "^  $code  *[a-z]" stdout || { echo "--help does not say what exit code $code is"; exit 1; }
done
refused 64 'missing COMMAND' "$program"
refused 64 "did you mean 'validate'" "$program" valdate
refused 64 "unknown command 'xyzzy'" "$program" xyzzy
refused 64 'must be a whole number from 0 to 9223372036854775807' "$program" run "$queue" --seed 9223372036854775808
refused 64 "did you mean '--threads'" "$program" run "$queue" --thread 2
refused 64 "did you mean '--replicas'" "$program" run "$queue" --rep=2
refused 64 "did you mean '--quiet'" "$program" run "$queue" --queit
refused 64 "unknown option '-x'" "$program" run "$queue" -x
refused 64 "unknown option '-x'" "$program" run "$queue" --quiet -xh
refused 64 'needs a value' "$program" run "$queue" --seed
refused 64 'needs a value' "$program" run "$queue" -o
refused 64 "'--output' is empty" "$program" run "$queue" -o ''
refused 64 "'--quiet' takes no value" "$program" run "$queue" --quiet=1
refused 64 'missing SCENARIO' "$program" run
refused 64 'an argument is empty' "$program" info ''
refused 64 'one argument too many' "$program" run "$queue" "$queue"
for value in 0 -1 1.5 abc '' ' 3' 3x 0x10 1e3 5000 99999999999999999999999; do
    refused 64 "'--threads' is '$value'" "$program" run "$queue" --threads "$value"
done
refused 64 "'--replicas' is '0'" "$program" run "$queue" --replicas 0
refused 64 "'--seed' is '-1'" "$program" run "$queue" --seed -1
refused 64 'did you mean' "$program" policies exponental_cubic
refused 64 "did you mean 'queue'" "$program" metrics --model queu
refused 64 "'--until' is" "$program" trace "$queue" --until never
refused 64 "'--until' is" "$program" trace "$queue" --until 1e9
for help in help --help -h 'help run' 'run --help' --version version policies metrics schema; do
    accepted "$program" $help
    [ -s stdout ] || { echo "'$help' says nothing"; exit 1; }
done
"$program" help run >one
for help in 'run --help' '--help run' '-h run'; do
    "$program" $help >other
    cmp one other
done
refused 64 'one argument too many' "$program" --version run
refused 64 "did you mean 'fee_split'" "$program" policies fee-split
refused 64 "did you mean 'mint'" "$program" policies MINT

# What a shell script wants of its own tools, this program does not.
accepted env POSIXLY_CORRECT=1 "$program" run "$queue" --set horizon=1100 --replicas 1 -o posix.h5
grep -q '^1 replica,' stderr || { echo "one replica is told as many"; cat stderr; exit 1; }
# Control characters in the name of a file, or a title, command no terminal.
escape=$(printf '\033')
red="red$escape[31m"
commands_nothing() {
    accepted "$@"
    ! grep -q -e "$escape" -e '^lines' -e "$(printf '\342\200\256')" stdout stderr || {
        echo "prints what commands a terminal: $*"
        exit 1
    }
}
printf 'include: queue/mm1\ntitle: "Two\\nlines, \\u202eturned"\nhorizon: 1100\nreplicas: 2\n' >"$red.yaml"
cp "$2/scenarios/policies/cubic.lua" "$red.lua"
commands_nothing "$program" validate "$red.yaml"
commands_nothing "$program" run "$red.yaml" -o "$red.whole"
commands_nothing "$program" run "$red.yaml" --shard 1/1 -o "$red.part"
commands_nothing "$program" merge "$red.part" -o "$red.h5"
commands_nothing "$program" info "$red.h5"
commands_nothing "$program" verify "$red.h5"
commands_nothing "$program" policies "$red.lua"
commands_nothing "$program" compare posix.h5 "$red.h5"
commands_nothing "$program" compare posix.h5 "$red.h5" --csv

# ---- inputs ----
refused 66 missing.yaml "$program" run missing.yaml -o x.h5
refused 66 "did you mean 'queue/mm1', which ships" "$program" validate queue/mm1x
refused 65 'unlikely_key' "$program" run "$queue" --set unlikely_key=1 -o x.h5
# A folder of its name hides no scenario, neither one that ships nor one beside the text that names it.
mkdir -p queue/mm1 mine
accepted "$program" validate queue/mm1
printf 'include: [queue/mm1, mine]\n' >named.yaml
printf 'servers: 2\n' >mine.yaml
accepted "$program" validate named.yaml
rm mine.yaml
# What an include or a key names has its place in the scenario, whatever is wrong with it.
refused 66 "^named.yaml:1:22: .*mine' is a directory" "$program" validate named.yaml
rmdir queue/mm1 queue mine
printf 'include: queue/mm1x\n' >named.yaml
refused 65 "^named.yaml:1:10: there is no file.*did you mean 'queue/mm1'?" "$program" validate named.yaml
mkdir prices.csv
printf 'markets: {price: {path: {file: prices.csv}}}\n' >named.yaml
refused 66 "^named.yaml:1:32: .*is a directory" "$program" validate named.yaml
echo 'horizn: 3' >wrong.yaml
refused 65 '1 of 3 scenarios is wrong' "$program" validate "$queue" wrong.yaml "$queue"
[ "$(grep -c '^model ' stdout)" -eq 2 ] || { echo "the good scenarios were not looked at"; exit 1; }
printf 'model: queue\nservers:\n' >bare.yaml
refused 65 'bare.yaml:2:9' "$program" validate bare.yaml
# Too many events for a replica, and for all of them.
refused 65 'events a replica' "$program" validate "$queue" --set horizon=2e11 --set observe=1e9 --replicas 1
refused 65 'events a replica' "$program" validate "$queue" --set horizon=1e10 --replicas 10000
printf 'model: queue\nvariants: {"": {servers: 2}}\n' >nameless.yaml
refused 65 'nameless.yaml:2:13' "$program" validate nameless.yaml
refused 65 "'mean' is 1, must be at least 'min'" \
    "$program" validate "$queue" --set 'service={distribution: uniform, mean: 1, min: 2}'
refused 66 missing.h5 "$program" verify missing.h5
refused 65 "$queue" "$program" info "$queue"

# ---- outputs ----
refused 73 'no/such' "$program" run "$queue" $short -o no/such/x.h5
refused 73 "'/dev/null' exists" "$program" run "$queue" $short -o /dev/null
refused 64 'must be a file' "$program" run "$queue" $short -o -
cp "$queue" own.yaml
refused 73 'the scenario itself' "$program" run own.yaml $short --force -o ./own.yaml
cmp "$queue" own.yaml
printf 'date,usd\n2026-09-19,5\n2026-09-20,6\n' >usd.csv
printf 'include: quickstart\nmarkets: {price: {path: {file: usd.csv}}}\n' >follows.yaml
for place in usd.csv ./usd.csv "$work/usd.csv"; do
    refused 73 'is read by the scenario' "$program" run follows.yaml --set horizon=3 --replicas 1 --force -o "$place"
done
grep -q 2026-09-20,6 usd.csv
# Nor does it replace what is included, by a short name or from a folder, nor the suite of a stress test.
mkdir -p parts
echo 'include: parts/one' >main.yaml
echo 'include: two' >parts/one.yaml
echo 'include: queue/mm1' >parts/two.yaml
for place in parts/one.yaml parts/two.yaml; do
    refused 73 'is read by the scenario' "$program" run main.yaml $short --force -o $place
done
grep -q '^include: two' parts/one.yaml && grep -q mm1 parts/two.yaml
printf 'presets: {a: {shocks: {c: {kind: price, at: 1 d, depth: 0.5, duration: 1 d}}}}\n' >suite.yaml
mkdir suites
echo 'shocks: {c: {kind: price, at: 1 d, depth: 0.5, duration: 1 d}}' >suites/a.yaml
refused 73 'of the suite' "$program" stress quickstart --set horizon=3 --replicas 1 --suite suite.yaml -o suite.yaml --force
refused 73 'of the suite' "$program" stress quickstart --set horizon=3 --replicas 1 --suite suites -o suites/a.yaml --force
grep -q '^presets' suite.yaml && grep -q '^shocks' suites/a.yaml
# Rows that are all before the run, or behind it, are told; those that overlap are not.
accepted "$program" validate follows.yaml
! grep -q 'rows from' stderr || { cat stderr; exit 1; }
for years in '2020 2021' '2090 2091'; do
    printf 'date,usd\n%s-01-01,5\n%s-01-01,6\n' $years >usd.csv
    accepted "$program" validate follows.yaml
    grep -q "'path' has rows from ${years% *}-01-01 to ${years#* }-01-01, none of them" stderr || { cat stderr; exit 1; }
done
accepted "$program" run "$queue" $short -o result.html
cp result.html before.html
refused 73 'one of the results' "$program" report result.html --force -o result.html
cmp before.html result.html
echo 'date,quantity,value' >seen.md
refused 73 'what was observed' "$program" report result.html --observed seen.md --force -o ./seen.md
grep -q quantity seen.md
refused 65 'wrong.yaml:1:1' "$program" run wrong.yaml
[ ! -e out ] || { echo "a refused run made a folder"; exit 1; }
mkdir folder
refused 73 "'folder' exists" "$program" run "$queue" $short -o folder
mkdir sealed
chmod 555 sealed
if [ "$(id -u)" -ne 0 ]; then
    refused 73 'cannot be written' "$program" run "$queue" $short -o sealed/x.h5
fi
refused 73 'x.h5' "$program" run "$queue" $short -o /proc/x.h5
long=$(printf '%0300d' 0)
refused 73 'too long' "$program" run "$queue" $short -o "$long.h5"
accepted "$program" run "$queue" $short -o x.h5
cp x.h5 before.h5
refused 73 '--force' "$program" run "$queue" $short -o x.h5
refused 73 '--force' "$program" run "$queue" $short --seed 5 -o x.h5
cmp before.h5 x.h5
accepted "$program" run "$queue" $short --seed 5 --force -o x.h5
cmp -s before.h5 x.h5 && { echo "--force did not replace"; exit 1; }
[ ! -e x.h5.shards ] || { echo "shards are left over"; exit 1; }
accepted "$program" run "$queue" $short
[ -s out/mm1.h5 ] || { echo "no result under its usual name"; exit 1; }

# ---- what a run warns of, with --quiet too ----
# warned PATTERN: of that, or with '!' before it, of all but that.
warned() {
    if [ "$1" = ! ]; then ! grep -q "^warning: .*$2" stderr; else grep -q "^warning: .*$1" stderr; fi || {
        echo "must warn of '$*':"
        cat stderr
        exit 1
    }
}
# Of two points, at the second of which nothing ever comes.
until='metric: number_in_system, max_replicas: 8, half_width'
points='sweep={arrivals.rate: [0.8, 1e-9]}'
accepted "$program" run "$queue" $short --set "$points" --set "until={$until: 1e-6}" -o narrow.h5
warned 'narrower interval'
warned 'so skewed'
accepted "$program" run "$queue" $short --set "$points" --set "until={$until: 1e6}" -o wide.h5
warned ! 'narrower interval'
# The first of the points needs hundreds, though the last one needs no more.
accepted "$program" run "$queue" $short --set "$points" \
    --set 'until={metric: number_in_system, half_width: 0.5, max_replicas: 5000}' -o first.h5
warned ! 'narrower interval'
[ "$("$program" info first.h5 --csv | sed -n 's/^0,.*,number_in_system,.*,\([0-9]*\).$/\1/p')" -gt 100 ] ||
    { echo "the last of the points decides"; "$program" info first.h5; exit 1; }
accepted "$program" run "$queue" $short --set 'sweep={arrivals.rate: [1e-9, 0.8]}' --set "until={$until: 1e6}" -o last.h5
warned 'has the same value in all replicas of some point'
printf 'include: queue/mm1-overflow\nsweep: {arrivals.rate: [1e-9, 1]}\n' >rare.yaml
accepted "$program" run rare.yaml --replicas 2 --set splitting.target=3 --set splitting.effort=10 --quiet -o rare.h5
warned 'no trial reached'

# ---- a trace ----
"$program" trace "$queue" --until 10 >one
! grep -vE '^\{"time":[0-9.e-]+,"event":"[a-z_]+","subject":[0-9]+\}$' one || { echo "no trace"; exit 1; }
grep -qE '"time":[0-9]\.[0-9]{14}' one || { echo "times of a trace lack digits"; exit 1; }
"$program" trace "$queue" --until 10 --replica 1 >other
! cmp -s one other || { echo "another replica, the same trace"; exit 1; }
# Traders have no number, whoever acted before them, and owners' jobs none of a consumer. Failures of slots that are
# down, and arrivals that bursts left out, say that they are none.
small='--set demand.jobs_per_day=200 --set holders.scale=0.01 --set consumers.scale=0.02 --set providers.mttf=20'
"$program" run quickstart --replicas 1 --set 'horizon=3 d' --set 'observe=unlimited' $small --quiet -o traced.h5
"$program" info traced.h5 --csv >told
"$program" trace quickstart --until '3 d' $small >one
of() { grep -c "\"event\":\"$1\",$2" one; }
[ "$(of '\(arbitrage\|noise_trade\)' '.*null}$')" = "$(of '\(arbitrage\|noise_trade\)' '')" ] || { echo "traders with a number"; exit 1; }
! grep 4294967295 one || { echo "a number that nobody has"; exit 1; }
[ "$(of job_arrives '"subject":null}$')" -gt 0 ] && [ "$(of job_arrives '"subject":[0-9]*}$')" -gt 0 ]
[ "$(of slot_fails '"subject":[0-9]*,"thinned":true}$')" -gt 0 ] && [ "$(of slot_fails '"subject":[0-9]*}$')" -gt 0 ]
awk -F, -v jobs="$(grep -c '"event":"job_arrives".*[l0-9]}$' one)" \
    '$3 == "jobs" {told = $7 * 3} END {exit told - jobs > 0.01 || jobs - told > 0.01}' told || { echo "another number of jobs"; exit 1; }
[ "$(grep -c . one)" = "$(awk -F, '$2 == "base" && $3 == "events" {print $5}' told)" ] || { echo "another number of events"; exit 1; }

# ---- what is told to be saved is on the disk: the seed, a batch, the result, and their names in their folders ----
failing=$(dirname "$program")/tests/fail.so
k=0
for name in f.h5.shards/seed.part f.h5.shards f.h5.shards/00000000.shard.part f.h5.shards f.h5.part .; do
    [ -e "$failing" ] || break
    k=$((k + 1))
    rm -rf f.h5*
    refused 74 "cannot sync '$name'" env FAIL=fsync:$k:once LD_PRELOAD="$failing" "$program" run "$queue" $short -o f.h5
    [ ! -e f.h5 ] || { echo "a result that need not be on the disk"; exit 1; }
done

# ---- two runs on one output, and the shards of another ----
"$program" run "$queue" --set horizon=1e6 --quiet -o busy.h5 2>/dev/null &
run=$!
until [ -e busy.h5.shards/lock ] && ls busy.h5.shards/*.shard >/dev/null 2>&1; do
    sleep 0.01
done
refused 73 'another run' "$program" run "$queue" $short -o busy.h5
kill -TERM "$run"
wait "$run" || true
refused 65 'another experiment' "$program" run "$queue" $short -o busy.h5
[ -e busy.h5.shards ] || { echo "a refused run removed shards"; exit 1; }
accepted "$program" run "$queue" $short --force -o busy.h5
cmp before.h5 busy.h5

# ---- the world around ----
refused 74 'standard output' sh -c '"$1" version >/dev/full' sh "$program"
refused 74 'standard output' sh -c '"$1" version >&-' sh "$program"
refused 74 'standard output' sh -c '"$1" trace "$2" >/dev/full' sh "$program" "$queue"
accepted sh -c '"$1" run "$2" '"$short"' -o closed.h5 >&- 2>&- <&-' sh "$program" "$queue"
cmp before.h5 closed.h5
"$program" trace "$queue" 2>stderr | head -n 2 >stdout
[ "$(wc -l <stdout)" -eq 2 ] && [ ! -s stderr ] || { echo "trace into head: $(cat stderr)"; exit 1; }
(ulimit -f 4; refused 74 '' "$program" run "$queue" $short --set observe=1 --replicas 40 -o large.h5)
[ ! -e large.h5 ] || { echo "a result in spite of a full disk"; exit 1; }
# Sanitizers need more address space than that for themselves.
if (ulimit -v 400000 && "$program" version) >/dev/null 2>&1; then
    (ulimit -v 400000; refused 71 'memory' "$program" run "$queue" $short --set observe=1e-4 -o x2.h5)
fi
if (ulimit -d 400000 && "$program" version) >/dev/null 2>&1; then
    (ulimit -d 400000; refused 71 'the limit of data leaves' "$program" run "$queue" $short --set observe=1e-4 -o x3.h5)
fi
(ulimit -s 128; refused 71 'stack' "$program" validate "$queue")
# Locales with a decimal comma are made here: one that is not installed is as none. What glibc's newlocale takes to
# read LOCPATH it never gives back, so leaks are not looked for.
if command -v localedef >/dev/null && [ -e /usr/share/i18n/locales/de_DE ]; then
    mkdir locales
    for name in de_DE fr_FR; do
        localedef -i $name -f UTF-8 "locales/$name.UTF-8" 2>stderr || true # which warns
        locale="env LOCPATH=$work/locales LC_ALL=$name.UTF-8 ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
        [ "$($locale printf %.1f 1,5)" = 1,5 ] || { echo "no decimal comma in the locale $name"; exit 1; }
        accepted $locale "$program" run "$queue" $short --force -o locale.h5
        cmp before.h5 locale.h5
        for command in 'info locale.h5' 'info locale.h5 --csv' "validate $queue --replicas 1"; do
            accepted $locale "$program" $command
            sed '/^time \|^memory /d' stdout >one
            accepted "$program" $command
            sed '/^time \|^memory /d' stdout | cmp one -
        done
    done
else
    echo "no locale with a decimal comma can be made here: none is tried"
fi
rm before.h5
