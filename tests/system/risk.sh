#!/bin/sh
# Risks and sensitivities as a user asks for them: sh risk.sh PROGRAM SOURCE_DIR
set -eu
program=$1
scenarios=$2/scenarios
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# refused CODE PATTERN COMMAND...: leaves with the code and says so, prints nothing.
refused() {
    code=$1
    pattern=$2
    shift 2
    got=0
    "$@" >stdout 2>stderr || got=$?
    if [ "$got" -ne "$code" ] || ! grep -q -e "$pattern" stderr || [ -s stdout ]; then
        echo "exit $got, must be $code with '$pattern' and nothing on stdout: $*"
        cat stderr
        exit 1
    fi
}

says() {
    for text; do
        grep -q -e "$text" stdout || {
            echo "does not say: $text"
            cat stdout
            exit 1
        }
    done
}

run="--quiet --threads 1"
"$program" run "$scenarios/stress/demand-collapse.yaml" --set 'horizon=100 d' --replicas 24 \
    --set holders.scale=0.05 --set consumers.scale=0.1 $run -o slump.h5
"$program" run "$scenarios/queue/mm1.yaml" --set horizon=1100 --set observe=10 --set warmup=0 \
    --replicas 40 $run -o queue.h5
"$program" run "$scenarios/queue/mm1.yaml" --set horizon=200 --set observe=10 --set warmup=0 \
    --replicas 1 --set output.paths=false $run -o one.h5

sweep() { # FILE DESIGN MORE: two axes of a queue
    printf 'include: %s\nsweep: {design: %s, %s}\n' "$scenarios/queue/mm1.yaml" "$2" "$3" >"$1.yaml"
    "$program" run "$1.yaml" --set horizon=60 --set observe=20 --set warmup=0 --replicas 3 $run \
        -o "$1.h5"
}
axes='arrivals.rate: {from: 0.3, to: 0.7}, service.mean: {from: 0.5, to: 1.2}'
sweep saltelli saltelli "samples: 8, second_order: true, $axes"
sweep morris morris "trajectories: 6, $axes"
sweep lhs lhs "samples: 24, $axes"
sweep grid grid "arrivals.rate: [0.3, 0.5, 0.7], service.mean: [0.5, 1]"
sweep zip zip "arrivals.rate: [0.3, 0.5], service.mean: [0.5, 1]"

# ---- risk ----
"$program" risk slump.h5 --beyond diem_drawdown='30 %' >stdout
says 'calm   ruin ' 'slump  ruin ' 'diem_drawdown=30 %' 'yield_decoupled' 'leaves its band first' \
    'the tail is too thin' 'the worst 10 of 24 replicas of slump' 'in common'
"$program" risk slump.h5 --point 1 --csv >table.csv
# Of metrics that were not stored no way to fail is explained.
"$program" run "$scenarios/quickstart.yaml" --set 'horizon=2 d' --set 'output.metrics=[gini_staked]' \
    --replicas 4 $run -o scant.h5
"$program" risk scant.h5 >stdout
says 'vvv_halved: ' && ! grep -q 'idle_capacity' stdout || { cat stdout; exit 1; }
"$program" risk slump.h5 --level '55 %' --confidence '80 %' --worst treasury --point 0 >stdout
says 'intervals hold with 80 %' "'treasury' at most" '55 %'
"$program" risk slump.h5 --worst utilization:high --baseline slump >stdout
says 'calm   .*2026'
"$program" risk slump.h5 --baseline none >stdout
says 'There is no baseline'
"$program" risk queue.h5 >stdout
says 'wait_mean' 'number_in_system' 'against a variant without'
"$program" risk one.h5 >stdout
says 'summaries only'

/usr/bin/python3 - <<'END'
import csv

tables, name = {}, None
for line in open("table.csv", newline=""):
    if line.startswith("# "):
        name = line[2:].strip()
        tables[name] = []
    else:
        tables[name].append(line)
assert list(tables) == ["probabilities", "tails", "signatures", "signals", "worst"], list(tables)
for name, lines in tables.items():
    rows = list(csv.DictReader(lines))
    assert rows and all(None not in row and None not in row.values() for row in rows), name
    assert {row["label"] for row in rows} == {"slump"}, name
for row in csv.DictReader(tables["tails"]):  # a number is in the unit beside it
    assert row["unit"] == "1" or row["form"] != "growth", row
    assert row["unit"] != "%" and row["figure"] != "vvv_drawdown" or 0 < float(row["median"]) < 1, row
for row in csv.DictReader(tables["probabilities"]):
    p, low, high = float(row["probability"]), float(row["low"]), float(row["high"])
    assert 0 <= low <= p <= high <= 1 and row["replicas"] == "24", row
first = list(csv.DictReader(tables["signals"]))[0]
assert float(first["median"]) >= 59, "nothing warns before the shock: %s" % first
END

refused 64 "must be 50 % to" "$program" risk slump.h5 --level 95
refused 64 "'--confidence' is 'much'" "$program" risk slump.h5 --confidence much
refused 64 "did you mean 'vvv_drawdown'" "$program" risk slump.h5 --beyond vv_drawdown=0.5
refused 64 'an outcome and a value' "$program" risk slump.h5 --beyond vvv_drawdown
refused 64 "'--beyond' is 'vvv_drawdown=deep'" "$program" risk slump.h5 --beyond vvv_drawdown=deep
refused 64 "did you mean 'vvv_price'" "$program" risk slump.h5 --worst vv_price
refused 64 'which end' "$program" risk slump.h5 --worst utilization
refused 64 'which end' "$program" risk slump.h5 --worst utilization:up
refused 64 "did you mean 'calm'" "$program" risk slump.h5 --baseline clam
refused 64 'has no variants' "$program" risk queue.h5 --baseline calm
refused 64 "'--point' is 2" "$program" risk slump.h5 --point 2
refused 66 missing.h5 "$program" risk missing.h5
refused 64 'missing RESULT' "$program" risk
# A level that is asked for is not widened.
"$program" risk slump.h5 --level '95 %' >stdout
! grep -q 'in common' stdout || { cat stdout; exit 1; }
got=0
"$program" risk slump.h5 --level '95 %' --worst treasury >stdout 2>stderr || got=$?
[ "$got" -eq 65 ] && grep -q 'needs 200 replicas' stderr || { cat stderr; exit 1; }
# Fewer replicas than the worst would be.
for replicas in 4 12; do
    "$program" run "$scenarios/queue/mm1.yaml" --set horizon=20 --set warmup=0 --set observe=10 \
        --replicas $replicas $run -o few.h5 --force
    got=0
    "$program" risk few.h5 --worst wait_mean >stdout 2>stderr || got=$?
    [ "$got" -eq 65 ] && grep -q "of $replicas replicas.*needs 20 replicas" stderr || { echo "exit $got"; cat stderr; exit 1; }
    "$program" risk few.h5 >stdout
    ! grep -q 'in common' stdout || { cat stdout; exit 1; }
done
# Of those that have the figure: not in every replica anybody left.
"$program" run "$scenarios/queue/mm1.yaml" --set horizon=3 --set warmup=0 --set observe=unlimited \
    --replicas 30 --seed 1 $run -o few.h5 --force
"$program" risk few.h5 --worst wait_mean >stdout
has=$("$program" info few.h5 --csv | tr -d '\r' | sed -n 's/^.*,wait_mean,1,.*,//p')
[ "$has" -eq 24 ] && grep -q "the worst 10 of 24 replicas" stdout || { echo "$has"; cat stdout; exit 1; }

# ---- sensitivity ----
"$program" sensitivity saltelli.h5 --of wait_mean >stdout
says 'wait_mean  *arrivals.rate' 'wait_mean  *service.mean' 'second order' 'large samples'
"$program" sensitivity morris.h5 >stdout
says 'mu\*' 'sigma' 'lost_share: it is the same at every point'
"$program" sensitivity lhs.h5 --confidence '90 %' >stdout
says 'Rank regression' 'R2' 'hold with 90 %'
"$program" sensitivity grid.h5 >stdout
says 'points of the grid'
for design in saltelli morris lhs grid; do
    "$program" sensitivity $design.h5 --csv >table.csv
    head -n 1 table.csv | grep -q '^# sensitivity' || { cat table.csv; exit 1; }
    sed -n 2p table.csv | grep -q '^group,figure,axis,unit,from,to,' || { cat table.csv; exit 1; }
done

# A report has the same figures, and a chart a figure whose words say them.
for design in saltelli morris lhs grid; do
    "$program" report $design.h5 -o $design.md 2>stderr
    "$program" sensitivity $design.h5 --of wait_mean >stdout
    row=$(sed -n 's/^wait_mean  *\([a-z.]*\)  *\([-0-9.]*\) .*/\1 | \2 |/p' stdout | head -n 1)
    [ -n "$row" ] && grep -q "^| wait_mean | $row" $design.md || { echo "$design.md has no row '$row'"; exit 1; }
    grep -q '^!\[wait_mean: service.mean [0-9.]*.*; arrivals.rate' $design.md || {
        echo "$design.md has no chart of wait_mean"
        exit 1
    }
    ! grep -q '– to –' $design.md || { echo "$design.md: an interval of nothing"; exit 1; }
    grep -q '^lost_share: it is the same at every point' $design.md || { echo "$design.md: lost_share"; exit 1; }
done
"$program" report zip.h5 -o zip.md 2>stderr
! grep -q 'What it depends on' zip.md || { echo "a zip says what it depends on"; exit 1; }

# Customers and waits have no unit here, and are in no percent.
"$program" risk queue.h5 --level '55 %' >stdout
says '^number_in_system  *value  *1  *high  *[0-9.]*  *55 %'
! grep -q '^wait_mean  *value.*[0-9] %  *55 %' stdout || { echo "a wait in percent"; exit 1; }

# ---- what a page says of many cases, of failures, of chance and of what is not kept ----
page() { # FILE MORE: what 'says' looks at is the page
    "$program" report "$1" -o page.md --force 2>stderr
    cp page.md stdout
}
cat >cases.yaml <<END
include: $scenarios/queue/mm1.yaml
horizon: 200
warmup: 0
observe: 20
replicas: 6
objective: {wait: {minimise: wait_mean, statistic: mean, over: time}}
thresholds: {wait: {of: wait_mean, at_most: 0.001, in: 50 %}}
END
{
    cat cases.yaml
    echo 'variants: {base: {}, more: {arrivals: {rate: 0.9}}, less: {arrivals: {rate: 0.5}}}'
} >judged.yaml
{
    cat cases.yaml
    echo 'sweep: {arrivals.rate: {from: 0.5, to: 0.9, steps: 16}}'
} >many.yaml
sed '/^objective/d; /^variants/s/}$/, half: {arrivals: {rate: 0.4}}, last: {arrivals: {rate: 0.3}}}/' judged.yaml >plain.yaml
for cases in judged plain many; do
    "$program" run $cases.yaml $run -o $cases.h5
done
page judged.h5
says '^Against base, metrics at the end:' 'must hold: base (wait); more (wait); less (wait)\.$' \
    '| case | threshold |' 'against first' 'one in 40 passes by chance'
page plain.h5
says '^Against base, at the end:' 'This may be chance in number_in_system' 'for 7 units of time or more' \
    'Columns: .*half by – when it has shown in half' 'Of 5 cases the first ones are looked at here'
page slump.h5
says 'for 7 days or more'
page many.h5
says '^Of 16 cases, [1-9][0-9]* are shown to break what must hold: .*; and [0-9]* more\.' \
    "against what is sought: 'diemsim compare' does" 'The first 12 of 16 cases'
page one.h5
says '^1 replica of the model queue, from 0 to 200. It is one course that events may take. It ran to the end' \
    'quantiles are within 0.8 % of'
"$program" info one.h5 >stdout
says 'summaries only, quantiles of metrics within 0.8 %'

# An estimate of 0 of something rare is no certainty.
printf 'include: %s\nreplicas: 3\nsplitting: {effort: 10, target: 200}\n' \
    "$scenarios/queue/mm1-overflow.yaml" >rare.yaml
"$program" run rare.yaml $run -o rare.h5 2>stderr
page rare.h5
says '^But no trial reached the target: the estimate, 0, bounds nothing'
! grep -q '– ± –' page.md || { echo "a figure without a value"; exit 1; }
"$program" info rare.h5 >stdout
says '^no trial reached the target' ', summaries only$'

# The tile of a variant has the mean of all its own replicas, whichever failed in another.
cat >fail.yaml <<END
include: $scenarios/quickstart.yaml
horizon: 5 d
replicas: 6
policies: {pricing: {use: formula, price: "1 + 0.1 * log(1 - bad * utilization)", bad: 0}}
variants: {good: {}, none: {policies: {pricing: {bad: 5}}}}
END
"$program" run fail.yaml $run -o fail.h5 2>stderr
"$program" report fail.h5 -o fail.html 2>stderr
grep -q 'diem_supply</span>.*<strong>[0-9.]*k</strong> DIEM good<' fail.html || { echo "good has no mean"; exit 1; }

refused 65 "'zip'" "$program" sensitivity zip.h5
refused 65 "'variants'" "$program" sensitivity slump.h5
refused 65 'has one point' "$program" sensitivity queue.h5
refused 64 "did you mean 'wait_mean'" "$program" sensitivity morris.h5 --of wait_meen
refused 64 "'--confidence' is '2'" "$program" sensitivity morris.h5 --confidence 2
