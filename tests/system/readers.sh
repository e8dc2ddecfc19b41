#!/bin/sh
# A result opens in the usual readers with names, units and dates: sh readers.sh PROGRAM SOURCE_DIR
set -eu
program=$1
scenario=$2/scenarios/quickstart.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$program" run "$scenario" --replicas 3 --set 'horizon=5 d' --quiet -o r.h5

ncdump -h r.h5 >header
for text in 'point = 1 ;' 'replica = 3 ;' 'time = 6 ;' 'double time(time) ;' \
    'time:units = "days since 2026-09-19 00:00:00" ;' 'time:calendar = "standard" ;' \
    'utilization(point, replica, time) ;' 'diem_supply:units = "DIEM" ;' \
    'utilization:kind = "average" ;' 'group: summary {' 'group: outcomes {' 'group: provenance {' \
    'Conventions = "CF-1.8" ;'; do
    grep -qF "$text" header || {
        echo "ncdump does not show: $text"
        cat header
        exit 1
    }
done

/usr/bin/python3 - <<'END'
import h5py, numpy, xarray

for engine in ("netcdf4", "h5netcdf"):
    data = xarray.open_dataset("r.h5", engine=engine)
    assert dict(data.sizes) == {"point": 1, "replica": 3, "time": 6}, data.sizes
    supply, use, jobs = data["diem_supply"], data["utilization"], data["jobs"]
    assert supply.dims == use.dims == ("point", "replica", "time")
    assert (supply.attrs["units"], use.attrs["units"]) == ("DIEM", "1")
    assert supply.attrs["long_name"] and supply.attrs["kind"] == "state"
    assert jobs.attrs["kind"] == "flow"
    assert supply.dtype == numpy.float64 and use.dtype == numpy.float32
    assert str(data.time.values[0])[:10] == "2026-09-19"
    assert str(data.sel(time="2026-09-24").time.values.ravel()[0])[:10] == "2026-09-24"
    assert not numpy.isnan(supply).any(), "a state has its value at time[0]"
    for flow in (use, jobs):
        assert numpy.isnan(flow[:, :, 0]).all() and not numpy.isnan(flow[:, :, 1:]).any()
    summary = xarray.open_dataset("r.h5", engine=engine, group="summary")
    mean = [name for name in summary if name.startswith("diem_supply") and "mean" in name]
    assert numpy.allclose(summary[mean[0]].values, supply.mean("replica").values, rtol=1e-12)
    assert any("quantile" in variable.dims for variable in summary.values())
    outcomes = xarray.open_dataset("r.h5", engine=engine, group="outcomes")
    assert outcomes["vvv_drawdown"].shape == (1, 3)

with h5py.File("r.h5", "r") as file:
    use = file["utilization"]
    assert [dim[0].name for dim in use.dims] == ["/point", "/replica", "/time"]
    assert use.shape == (1, 3, 6) and numpy.isnan(use[0, 0, 0])
    assert {"summary", "outcomes", "provenance"} <= set(file)
    assert file["provenance"].attrs["reproducible"] == 1
    assert '"model"' in str(file["provenance"]["resolved"][()])
END

# What varied, by the names and in the units of the scenario.
cat >sweep.yaml <<'YAML'
include: quickstart
horizon: 3 d
replicas: 2
variants: {base: {}, dear: {demand: {scale: 0.5}}}
sweep:
  design: lhs
  samples: 3
  policies.mint.target: {from: 36000 DIEM, to: 45000 DIEM}
  policies.mint.use: [table, exponential_cubic, exponential_cubic]
YAML
"$program" run sweep.yaml --quiet -o s.h5
ncdump -h s.h5 >header
for text in 'group: design {' 'double policies.mint.target(point) ;' \
    'policies.mint.target:units = "DIEM" ;' ':design = "lhs" ;'; do
    grep -qF "$text" header || {
        echo "ncdump does not show: $text"
        cat header
        exit 1
    }
done

/usr/bin/python3 - <<'END'
import xarray

for engine in ("netcdf4", "h5netcdf"):
    design = xarray.open_dataset("s.h5", engine=engine, group="design")
    target = design["policies.mint.target"]
    assert target.dims == ("point",) and target.shape == (6,), target
    assert sorted((target.values[:3] - 36000) // 3000) == [0, 1, 2]
    assert (target.values[:3] == target.values[3:]).all()
    assert list(design["variant"].values) == 3 * ["base"] + 3 * ["dear"]
    assert sorted(design["policies.mint.use"].values[:3]) == 2 * ["exponential_cubic"] + ["table"]
    data = xarray.open_dataset("s.h5", engine=engine)["vvv_supply"]
    together = data.assign_coords({"target": target.variable})
    assert together.coords["target"].dims == ("point",)
END
