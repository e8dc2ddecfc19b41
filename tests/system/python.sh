#!/bin/sh
# analysis/diemsim.py, and the Python of analysis/README.md as it stands: sh python.sh PROGRAM SOURCE_DIR
set -eu
program=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir bin out
ln -s "$program" bin/diemsim
ln -s "$source/scenarios" "$source/analysis" .
PATH=$work/bin:$PATH PYTHONDONTWRITEBYTECODE=1
export PATH PYTHONDONTWRITEBYTECODE

for scenario in quickstart compare/mint-target; do
    diemsim run "scenarios/$scenario.yaml" --replicas 4 --set 'horizon=30 d' --quiet \
        -o "out/${scenario##*/}.h5"
done
diemsim run scenarios/queue/mm1.yaml --replicas 3 --set horizon=1300 --set observe=100 \
    --set output.paths=false --set 'sweep={arrivals.rate: [0.5, 0.6]}' --quiet -o out/summed.h5

# ---- the README ----
/usr/bin/python3 - <<'END'
import re

blocks = re.findall(r"^```python\n(.*?)^```$", open("analysis/README.md").read(), re.M | re.S)
assert len(blocks) >= 4, "the README has lost its snippets"
names = {}
for block in blocks:
    exec(compile(block, block.split("\n")[0], "exec"), names)
assert names["band"].dims == ("quantile", "time")
assert names["more"].dims == ("replica",) and names["more"].size == 4
assert len(names["replicas"]) == 3 * 4
assert {"variant", "metric", "difference", "low", "high"} <= set(names["differences"].columns)
END

# ---- the module ----
/usr/bin/python3 - <<'END'
import datetime, pathlib, subprocess, sys

import numpy

sys.path.append("analysis")
import diemsim

# A scenario as a path, as text, and as a dict of it are one; threads do not matter.
changes = {"horizon": "3 d", "demand.scale": 1.25, "start": datetime.date(2026, 10, 1)}
path = diemsim.run(pathlib.Path("scenarios/quickstart.yaml"), set=changes, replicas=2, seed=5)
text = diemsim.run("include: quickstart\n", set=["horizon=3 d", "demand.scale=1.25",
                   "start=2026-10-01"], replicas=2, seed=5, threads=1)
dict_ = diemsim.run({"include": "quickstart", "horizon": "3 d", "start": datetime.date(2026, 10, 1),
                     "demand": {"scale": numpy.float64(1.25)}, "replicas": numpy.int64(2)},
                    seed=numpy.int64(5), result="out/kept.h5")
assert path.identical(path) and path.sizes["replica"] == 2 and path.sizes["time"] == 4
assert str(path.time.values[0])[:10] == "2026-10-01"
for other in (text, dict_, diemsim.open("out/kept.h5")):
    assert (other["vvv_price"] == path["vvv_price"]).all()
    assert (other["vvv_drawdown"] == path["vvv_drawdown"]).all()

# What is where, with its unit.
assert path["vvv_price"].dims == ("point", "replica", "time")
assert path["vvv_price"].attrs["units"] == "USD" and path["vvv_price"].attrs["long_name"]
assert path["vvv_price_mean"].dims == ("point", "time")
assert path["vvv_price_quantile"].dims == ("point", "quantile", "time")
assert path["vvv_drawdown"].dims == ("point", "replica")
assert (path["replica_state"] == 1).all() and path.attrs["seed"] == 5
assert numpy.allclose(path["vvv_price_mean"], path["vvv_price"].mean("replica"), rtol=1e-6)
assert path.attrs["scenario"].startswith("#") and '"model"' in path.attrs["resolved"]
assert list(diemsim.open("out/mint-target.h5").label.values)[0] == "target-40000"

# Summaries only, a sweep, no dates.
summed = diemsim.open("out/summed.h5")
assert "wait_mean_mean" in summed and "wait_mean" not in summed
assert list(summed["arrivals.rate"].values) == [0.5, 0.6] and summed.time.dtype == float
assert set(diemsim.open("out/summed.h5", group="outcomes")) == {"events", "customers"}


# Refusals say what the program says.
def refused(code, words, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except diemsim.DiemsimError as error:
        assert error.code == code and words in str(error), (error.code, str(error))
    else:
        raise AssertionError(f"not refused: {arguments} {options}")


queue = "scenarios/queue/mm1.yaml"
refused(65, "did you mean 'rate'?", diemsim.run, queue, set={"arrivals.rat": 1})
refused(65, "scenario:2:10: 'horizon' is -3", diemsim.run, "model: queue\nhorizon: -3\n")
refused(66, "cannot read 'nonesuch.yaml'", diemsim.run, "nonesuch.yaml")
refused(64, "'--replicas' is '0'", diemsim.run, queue, replicas=0)
refused(127, "no program 'diemsin'", diemsim.run, queue, program="diemsin")
refused(73, "", diemsim.run, queue, replicas=1, result="nowhere/r.h5")
refused(66, "cannot read 'nonesuch.h5'", diemsim.open, "nonesuch.h5")
refused(65, "no result", diemsim.open, queue)
try:
    diemsim.open("out/kept.h5", group="metric")
except ValueError as error:
    assert "outcomes" in str(error)
else:
    raise AssertionError("an unknown group is taken")
try:
    diemsim.run({"model": object()})
except TypeError as error:
    assert "cannot hold" in str(error)

# What it warns of is no less told for a run that went well.
import warnings

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    diemsim.run({"model": "queue", "horizon": 20, "replicas": 4, "seed": 1, "splitting":
                 {"metric": "number_in_system", "target": 600, "stop": 0, "effort": 10}})
assert any("bounds nothing" in str(one.message) for one in told), told
END
