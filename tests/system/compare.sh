#!/bin/sh
# Variants compared, as tables and as CSV: sh compare.sh PROGRAM SOURCE_DIR
set -eu
program=$1
queue=$2/scenarios/queue/mm1.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# refused CODE PATTERN COMMAND...: leaves with the code, says so once, on stderr, and prints nothing.
refused() {
    code=$1
    pattern=$2
    shift 2
    got=0
    "$@" >stdout 2>stderr || got=$?
    if [ "$got" -ne "$code" ] || ! grep -q -e "$pattern" stderr || [ -s stdout ]; then
        echo "exit $got, must be $code with '$pattern': $*"
        cat stdout stderr
        exit 1
    fi
}

# shows PATTERN COMMAND...: succeeds, and prints such a line.
shows() {
    pattern=$1
    shift
    "$@" >stdout 2>stderr || { echo "exit $?, must be 0: $*"; cat stderr; exit 1; }
    grep -q -e "$pattern" stdout || { echo "no '$pattern': $*"; cat stdout; exit 1; }
}

cat >three.yaml <<YAML
include: $queue
title: "Loads <b>compared</b>"
horizon: 1500
warmup: 100
observe: 200
replicas: 40
objective:
  calm: {minimise: wait_mean}
  busy: {maximise: utilization, over: time}
variants:
  slow: {arrivals: {rate: 0.7}}
  fast: {arrivals: {rate: 0.75}}
  "odd, <i>\"name\"</i>": {}
YAML
"$program" run three.yaml --quiet -o three.h5
"$program" run "$queue" --set horizon=1500 --set warmup=100 --set observe=200 --replicas 30 --quiet -o a.h5
"$program" run "$queue" --set horizon=1500 --set warmup=100 --set observe=200 --replicas 40 --quiet \
    --set arrivals.rate=0.9 -o b.h5
"$program" run "$queue" --set horizon=1500 --set warmup=100 --set observe=200 --replicas 40 --quiet \
    --set arrivals.rate=0.9 --seed 9 --set output.paths=false -o c.h5
"$program" run "$2/scenarios/quickstart.yaml" --set 'horizon=2 d' --replicas 2 --quiet -o diem.h5
cat >chance.yaml <<YAML
include: $2/scenarios/quickstart.yaml
horizon: 26 h
observe: 8 h
replicas: 6
objective:
  full: {maximise: demand, over: time}
  dear: {maximise: vvv_price, statistic: probability, above: 26 USD}
  low: {maximise: vvv_price, statistic: quantile 25 %}
variants: {calm: {}, busy: {demand: {scale: 1.3}}}
YAML
"$program" run chance.yaml --quiet -o chance.h5

# ---- tables ----
shows '^fast against slow$' "$program" compare three.h5
grep -q '^calm .*minimise mean of wait_mean .*worse  *raises by [0-9.]* ' stdout
grep -q '^busy .*maximise mean of utilization, mean over time .*better  *raises by ' stdout
grep -q '^odd, <i>"name"</i> against slow$' stdout
grep -q '^- paired: replica by replica on common random numbers (seed 1)' stdout
shows '^slow against fast$' "$program" compare three.h5 --baseline fast --variants 'sl*'
shows '^- 2 questions are asked, .* 90 % ' \
    "$program" compare a.h5 b.h5 --metrics wait_mean,utilization --adjust none --confidence '90 %'
grep -q "^- 'b' has 40 replicas and the baseline 30" stdout
grep -q '; 30 to 40 replicas each' stdout
shows '^- 1 of [0-9]* answers is the same in every replica: it shows' "$program" compare a.h5 b.h5
shows '^- not paired' "$program" compare a.h5 c.h5
grep -q '^- only summaries of metrics are kept' stdout
shows 'needs [0-9]* more replicas' \
    "$program" compare a.h5 b.h5 --metrics events --objective 'maximise lost_share' \
    --objective 'minimise quantile 90 % wait_mean' --matters '20 %' --confidence 99.99%
shows 'the same in every replica' "$program" compare a.h5 a.h5

# ---- CSV ----
"$program" compare three.h5 --csv >three.csv
"$program" compare three.h5 --csv --metrics wait_mean --objective 'maximise median customers' >one.csv
"$program" compare a.h5 b.h5 --csv >two.csv
# A share has no unit, whatever its threshold is in.
"$program" compare chance.h5 --csv --metrics vvv_price >chance.csv
"$program" info three.h5 --csv >info.csv
"$program" info three.h5 --csv --point 1 >info1.csv
"$program" metrics --model queue --csv >metrics.csv
[ "$(head -n 1 metrics.csv)" = "$(printf 'model,metric,unit,kind,meaning\r')" ] ||
    { echo "columns of metrics: $(head -n 1 metrics.csv)"; exit 1; }
[ "$(wc -l <metrics.csv)" -eq 15 ] || { echo "not 14 metrics and outcomes"; exit 1; }
/usr/bin/python3 - <<'END'
import csv, math

import numpy
import xarray


def tables(path):
    """Tables by name; '' where there is one and no name."""
    found, name = {}, ""
    for line in open(path, newline="").read().split("\r\n"):
        if line.startswith("# "):
            name = line[2:]
        elif line:
            found.setdefault(name, []).append(line)
    return {name: list(csv.DictReader(lines)) for name, lines in found.items()}


three = tables("three.csv")
assert set(three) == {"verdicts", "comparison"}, set(three)
assert [(row["objective"], row["variant"]) for row in three["verdicts"]] == [
    ("calm", "fast"), ("calm", 'odd, <i>"name"</i>'), ("busy", "fast"),
    ("busy", 'odd, <i>"name"</i>')]
for row in three["verdicts"]:
    assert float(row["p_better_low"]) <= float(row["p_better"]) <= float(row["p_better_high"]), row
rows = {(row["variant"], row["metric"], row["statistic"]): row for row in three["comparison"]}
row = rows["fast", "wait_mean", "mean at the end"]
wait = xarray.open_dataset("three.h5")["wait_mean"].isel(time=-1).astype(float).values
off = wait[1] - wait[0]
assert math.isclose(float(row["difference"]), off.mean(), rel_tol=1e-9)
assert math.isclose(float(row["baseline_value"]), wait[0].mean(), rel_tol=1e-9)
assert float(row["low"]) < float(row["alone_low"]) < float(row["difference"])
t = 2.0226909  # of 39 degrees of freedom
half = t * off.std(ddof=1) / 40**0.5
assert math.isclose(float(row["alone_high"]), off.mean() + half, rel_tol=1e-6)
assert math.isclose(float(row["p_higher"]), (off > 0).mean(), rel_tol=1e-9)
assert row["paired"] == "yes" and row["replicas"] == "40" and row["verdict"] == "higher"
assert ("fast", "utilization", "mean of the mean over time") in rows
assert float(row["p_adjusted"]) >= float(row["p"])

unit = {row["statistic"].split()[0]: row["unit"] for row in tables("chance.csv")["comparison"]
        if row["metric"] == "vvv_price"}
assert unit == {"mean": "USD", "probability": "1", "quantile": "USD"}, unit
# The mean of three intervals of 8 h and one of 2 h is that of the 26 h.
row = [r for r in tables("chance.csv")["comparison"] if r["metric"] == "demand"][0]
data = xarray.open_dataset("chance.h5")
demand, hours = data["demand"].astype(float).values[1, :, 1:], [8, 8, 8, 2]
assert math.isclose(float(row["value"]), (demand * hours).sum(axis=1).mean() / 26, rel_tol=1e-6), row

one = tables("one.csv")
assert len(one["comparison"]) == 2 * 3, one  # wait_mean, utilization over time, median customers
assert any(row["statistic"] == "quantile 50 %" for row in one["comparison"])
assert set(tables("two.csv")) == {""}

info = tables("info.csv")
assert set(info) == {"metrics", "outcomes"}
assert {row["label"] for row in info["outcomes"]} == {"slow", "fast", 'odd, <i>"name"</i>'}
mean = [row for row in info["metrics"] if row["label"] == "fast" and row["metric"] == "wait_mean"]
assert math.isclose(float(mean[0]["mean"]), wait[1].mean(), rel_tol=1e-6)
assert math.isclose(float(mean[0]["half_width"]), t * wait[1].std(ddof=1) / 40**0.5, rel_tol=1e-6)
for name, level in ("q05", 0.05), ("q25", 0.25), ("q50", 0.5), ("q75", 0.75), ("q95", 0.95):
    assert math.isclose(float(mean[0][name]), numpy.quantile(wait[1], level), rel_tol=1e-6), name
assert mean[0]["replicas"] == "40"
assert {row["point"] for row in tables("info1.csv")["metrics"]} == {"1"}
END
"$program" info a.h5 --csv | tail -1 | grep -q '^0,base,customers,1,'

# ---- what is refused ----
refused 64 'missing RESULT.h5' "$program" compare
refused 64 'one argument too many' "$program" compare a.h5 b.h5 c.h5
refused 64 'one variant: name a second' "$program" compare a.h5
refused 66 'nonesuch.h5' "$program" compare a.h5 nonesuch.h5
refused 65 'not an HDF5 file' "$program" compare "$queue" a.h5
refused 65 'of the model queue and .* of diem' "$program" compare a.h5 diem.h5
refused 64 "did you mean 'wait_mean'" "$program" compare a.h5 b.h5 --metrics wait_maen
refused 64 "did you mean 'fast'" "$program" compare three.h5 --baseline fats
refused 64 'no variant is called so' "$program" compare three.h5 --variants 'x*'
refused 64 'leaves the baseline alone' "$program" compare three.h5 --variants slow
refused 64 "'--over' is 'mean', must be end or time" "$program" compare three.h5 --over mean
refused 64 "'--adjust' is 'hom', must be holm, bh or none" "$program" compare three.h5 --adjust hom
refused 64 "'--confidence' is '95', must be 50 %" "$program" compare three.h5 --confidence 95
refused 64 "'--matters' is '-1 %'" "$program" compare three.h5 --matters '-1 %'
refused 64 "must be as 'maximise" "$program" compare three.h5 --objective wait_mean
refused 64 "did you mean 'wait_mean'" "$program" compare three.h5 --objective 'minimise wait_meen'
head -c 3000 a.h5 >cut.h5
refused 65 'cut.h5' "$program" compare cut.h5 a.h5
if [ -w /dev/full ]; then
    got=0
    "$program" compare a.h5 b.h5 >/dev/full 2>stderr || got=$?
    [ "$got" -eq 74 ] || { echo "a full disk is exit $got"; exit 1; }
fi
