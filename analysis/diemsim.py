"""The program diemsim in Python: simulate a scenario, or open a result, as an xarray.Dataset.

    import diemsim
    data = diemsim.run("scenarios/quickstart.yaml", replicas=50)
    data["apr_staked"].median("replica").plot.line(x="time")

A result is a netCDF-4 file, so that xarray alone opens it, group by group; what this file adds is
the program, and all groups side by side. It needs xarray with netCDF4 or h5netcdf.
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import warnings

import xarray

__all__ = ["DiemsimError", "open", "run"]

GROUPS = ("metrics", "outcomes", "summary", "design", "provenance")


class DiemsimError(RuntimeError):
    """The program refused or failed. The message is the program's own, `code` its exit code: 64 for
    options, 65 for what is wrong with a scenario, 66 for a file that cannot be read (see
    `diemsim help`); 127 where there is no program."""

    def __init__(self, message: str, code: int):
        super().__init__(message)
        self.code = code


def _program(name: str) -> str:
    """The program: as named, on the PATH, or where this repository builds it."""
    built = pathlib.Path(__file__).resolve().parent.parent / "build" / "diemsim"
    found = shutil.which(name)
    if not found and name == "diemsim" and built.is_file():
        found = str(built)
    if not found:
        raise DiemsimError(f"there is no program '{name}': build it, or name it by program=", 127)
    return found


def _plain(value):
    """What JSON does not know: dates, paths, numbers of numpy."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a scenario cannot hold {value!r}")


def _word(value) -> str:
    """A value as --set has it: what is no text is JSON, which is YAML."""
    return value if isinstance(value, str) else json.dumps(value, default=_plain).strip('"')


def _sets(changes) -> list[str]:
    if changes is None:
        return []
    pairs = changes.items() if hasattr(changes, "items") else None
    texts = changes if pairs is None else [f"{key}={_word(value)}" for key, value in pairs]
    return [word for text in texts for word in ("--set", text)]


def _scenario_file(scenario, folder: pathlib.Path) -> str:
    """The path of a scenario; one that is given as text or as a dict is written into the folder."""
    if isinstance(scenario, os.PathLike):
        return os.fspath(scenario)
    if isinstance(scenario, str) and "\n" not in scenario and ": " not in scenario:
        return scenario
    text = scenario if isinstance(scenario, str) else json.dumps(scenario, default=_plain)
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(scenario, *, set=None, replicas=None, seed=None, threads=None, program="diemsim",
        result=None) -> xarray.Dataset:
    """Simulates a scenario and returns its result, as `open` does.

    scenario  the path of a scenario, or the scenario itself: its YAML, or a dict of the same keys
              ({"include": "quickstart", "horizon": "30 d"}). What it includes is one of the shipped
              scenarios by name, or a full path.
    set       changes as a dict {"demand.scale": 1.3, "horizon": "90 d"}, or a list of
              "KEY.PATH=VALUE".
    replicas, seed, threads
              as the program's options; the result is the same bits whatever the threads.
    program   the program's name or path.
    result    a path to keep the result file at; replaced if it exists. By default it is read into
              memory and deleted.

    Raises DiemsimError with the program's words where it refuses the scenario or fails; what it
    warns of, as of replicas that failed, is a warning of Python's."""
    with tempfile.TemporaryDirectory(prefix="diemsim_") as name:
        folder = pathlib.Path(name)
        output = pathlib.Path(result) if result is not None else folder / "result.h5"
        command = [_program(program), "run", _scenario_file(scenario, folder), "-o", str(output),
                   "--quiet", "--force", *_sets(set)]
        for option, value in (("replicas", replicas), ("seed", seed), ("threads", threads)):
            if value is not None:
                command += [f"--{option}", str(value)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8",
                              errors="replace", check=False)
        if done.returncode != 0:
            words = done.stderr.strip() or f"diemsim ended with {done.returncode}"
            raise DiemsimError(words.replace(str(folder / "scenario.yaml"), "scenario"),
                               done.returncode)
        for line in done.stderr.splitlines():
            if line.startswith("warning: "):
                warnings.warn(line[len("warning: "):], stacklevel=2)
        return open(output)


def _group(path: pathlib.Path, group: str) -> xarray.Dataset:
    inside = None if group == "metrics" else group
    with xarray.open_dataset(path, group=inside) as data:
        return data.load()


def _design(path: pathlib.Path) -> dict[str, xarray.DataArray]:
    """What varies from point to point; nothing where there is one point, and no such group."""
    try:
        return dict(_group(path, "design").items())
    except OSError:
        return {}


def _together(path: pathlib.Path) -> xarray.Dataset:
    data = _group(path, "metrics").rename({"point_label": "label"}).set_coords("label")
    summary, provenance = _group(path, "summary"), _group(path, "provenance")
    spread = {name: f"{name}_quantile" for name, values in summary.items()
              if "quantile" in values.dims}
    data = data.merge(summary.rename(spread))
    for name, values in _group(path, "outcomes").items():
        data[name if name not in data else f"{name}_outcome"] = values
    data["replica_state"] = provenance["replica_state"]
    data = data.assign_coords({f"{name}_varied" if name in data.variables else name: values
                               for name, values in _design(path).items()})
    data.attrs.update(provenance.attrs)
    for name in ("scenario", "resolved"):
        data.attrs[name] = str(provenance[name].values)
    return data


def open(result, group=None) -> xarray.Dataset:
    """A result file in memory. Every variable has `units` and `long_name`.

    group  None: everything side by side. For a result of P points (variants, or settings of a
           sweep), R replicas and T times these are
             metrics   NAME (point, replica, time), in NAME's units; states at every time, averages
                       and flows of the interval that ends there, so NaN at time[0]. None where the
                       result keeps summaries only.
             summary   NAME_mean, NAME_se (point, time): mean over replicas and its standard error;
                       NAME_quantile (point, quantile, time) at 5, 25, 50, 75 and 95 %.
             outcomes  NAME (point, replica): one number a replica; NAME_outcome where a metric has
                       the same name.
             replica_state (point, replica): 1 done, 2 failed.
             coordinates: time (dates, or plain numbers for a model without), label (point), and
             what varies from point to point, by its path in the scenario (`variant`, too).
             attrs: title, version, seed, ...; scenario (as written), resolved (JSON).
           "metrics", "summary", "outcomes", "design" or "provenance": that group as it is stored.

    Raises DiemsimError where it is no result."""
    path = pathlib.Path(result)
    if group is not None and group not in GROUPS:
        raise ValueError(f"group is '{group}', must be None or one of {', '.join(GROUPS)}")
    if not path.is_file():
        raise DiemsimError(f"cannot read '{path}': there is no such file", 66)
    try:
        return _together(path) if group is None else _group(path, group)
    except (OSError, KeyError, ValueError) as error:
        raise DiemsimError(f"'{path}' is no result of diemsim", 65) from error
