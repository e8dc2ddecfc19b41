"""What validate says a run will take, against what it takes, for every scenario that ships:
estimates.py PROGRAM SOURCE_DIR [--time] [SCENARIO...]

Events, memory and the size of the result must come within a factor of 1.5; with --time also the
time of the processor, which wants an idle machine. Replicas are few, what is estimated is the same
few.
"""

import csv
import os
import re
import subprocess
import sys
import tempfile

FACTOR = 1.5
LEAST_MB = 0.5  # of a result: below, what is written once weighs most
LEAST_SECONDS = 0.3


def run(arguments):
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = process.stdout.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(arguments)}\n{text}")
    return text, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6


def number(pattern, text):
    found = re.search(pattern, text, re.M)
    return float(found.group(1)) if found else sys.exit(f"no '{pattern}' in\n{text}")


def megabytes(what, text):
    size, unit = re.search(rf"^{what} +about ([\d.]+) (\w+)", text, re.M).groups()
    return float(size) * {"B": 1e-6, "kB": 1e-3, "MB": 1, "GB": 1e3, "TB": 1e6}[unit]


def seconds(text):
    found = re.search(r"^time +about ([\d.]+) (s|min|h)$", text, re.M)
    return float(found.group(1)) * {"s": 1, "min": 60, "h": 3600}[found.group(2)] if found else 0.1


def replicas_of(path):
    """Few, but enough that what a replica takes is more than what a run takes once."""
    if "rare-" in path:
        return 1
    return 2 if f"{os.sep}sweeps" in path else 100 if f"{os.sep}queue" in path else 4


def events_of(table):
    """The outcome of that name: its mean at each point, times the replicas."""
    rows = csv.reader(table.split("# outcomes")[1].splitlines())
    return sum(float(row[4]) * float(row[-1]) for row in rows if len(row) > 2 and row[2] == "events")


def scenarios(source):
    for folder, folders, files in os.walk(os.path.join(source, "scenarios")):
        folders[:] = sorted(name for name in folders if name != "cluster")  # jobs and recipes
        yield from (os.path.join(folder, f) for f in sorted(files) if f.endswith(".yaml"))


def compare(program, path, result):
    few = ["--replicas", str(replicas_of(path)), "--threads", "1"]
    text, _, _ = run([program, "validate", path, *few])
    _, spent, memory = run([program, "run", path, "-o", result, "--force", "--quiet", *few])
    events = events_of(run([program, "info", result, "--csv"])[0])
    estimates = {
        "events": (number(r"^events +about ([\d.e+]+)", text), events),
        "memory": (megabytes("memory", text), memory),
        "result": (megabytes("result", text), os.path.getsize(result) / 1e6),
        "time": (seconds(text), spent),
    }
    return few[1], estimates


def main():
    program, source, *rest = sys.argv[1:]
    timed = "--time" in rest
    chosen = [name for name in rest if name != "--time"] or list(scenarios(source))
    missed = 0
    with tempfile.TemporaryDirectory() as room:
        for path in chosen:
            replicas, estimates = compare(program, path, os.path.join(room, "r.h5"))
            words = []
            for name, (expected, actual) in estimates.items():
                small = {"result": LEAST_MB, "time": LEAST_SECONDS}.get(name, 0)
                judged = (timed or name != "time") and max(expected, actual) >= small
                fine = actual / FACTOR <= expected <= actual * FACTOR
                missed += judged and not fine
                mark = " !" if judged and not fine else ""
                words.append(f"{name} {expected:.4g} / {actual:.4g}{mark}")
            print(f"{os.path.relpath(path, source)} ({replicas} replicas): {', '.join(words)}", flush=True)
    sys.exit(f"{missed} estimates are off by more than {FACTOR}" if missed else 0)


main()
