"""What the tests reach of our own code, by gcov: coverage.py BUILD SOURCE runs them and prints a table,
leaving with 1 where a test fails or a goal is missed. With --table as well it only prints what was
counted before; with --missing PART, the lines of files whose path holds PART that were not reached."""

import collections
import json
import os
import subprocess
import sys

ROOMS = ("sim/", "models/", "analysis/")
LINES, BRANCHES = 95.0, 85.0
# Random numbers, the calendar of events, clocks, the ledger, sums over time.
WHOLE = ("sim/core/rng", "sim/core/agenda", "sim/core/timers", "sim/core/clock", "models/diem/ledger",
         "sim/core/series")

# What only repeats, and what holds up other programs, files, or a cluster, tells nothing new.
LEFT_OUT = "^(test_arrows|test_directions|test_limits|test_queue|system_(bits|include_graph|readers|slurm))$"
# Repetitive, but alone in their corners.
ADDED = "^(test_history|system_(faults|full_disk|install|mpi|report|ways))$"


class Source:
    """Of one file: how often each line was run, and each way out of its branches."""

    def __init__(self):
        self.lines = collections.Counter()
        self.ways = {}

    def add(self, line):
        number, ways = line["line_number"], [way["count"] for way in line["branches"]]
        self.lines[number] += line["count"]
        known = self.ways.setdefault(number, [])
        # An inline function is in several objects, and its line in a macro's hands may be of several kinds.
        known.extend([0] * (len(ways) - len(known)))
        for at, count in enumerate(ways):
            known[at] += count

    def sums(self):
        ways = [count for counts in self.ways.values() for count in counts]
        return [len(self.lines), sum(map(bool, self.lines.values())), len(ways), sum(map(bool, ways))]


def notes(build):
    for folder, _, names in os.walk(build):
        yield from (os.path.join(folder, name) for name in names if name.endswith(".gcno"))


def read(build, source):
    """All files of the rooms, by their path in the source."""
    found = collections.defaultdict(Source)
    # It leaves with a complaint where counts are of an object as it was before it was built again.
    told = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", *sorted(notes(build))],
                          check=False, cwd=build, capture_output=True, text=True).stdout
    for document in told.splitlines():
        for part in json.loads(document)["files"]:
            path = os.path.relpath(os.path.join(build, part["file"]), source)
            if path.startswith(ROOMS):
                for line in part["lines"]:
                    found[path].add(line)
    return found


def share(some, all_of_them):
    return 100.0 * some / all_of_them if all_of_them else 100.0


def row(name, sums):
    lines, run, ways, taken = sums
    print(f"{name:40} {lines:6} {share(run, lines):6.1f} {ways:6} {share(taken, ways):6.1f}")


def add(all_of_them):
    return [sum(column) for column in zip(*all_of_them)]


def table(found):
    sums = {path: source.sums() for path, source in found.items()}
    print(f"{'file':40} {'lines':>6} {'%':>6} {'ways':>6} {'%':>6}")
    for path in sorted(sums, key=lambda p: (share(sums[p][1], sums[p][0]), share(sums[p][3], sums[p][2]), p)):
        row(path, sums[path])
    print()
    for room in sorted({os.path.dirname(path) for path in sums}):
        row(room + "/", add(s for path, s in sums.items() if os.path.dirname(path) == room))
    row("all", add(sums.values()))
    return sums


def verdict(sums):
    lines, run, ways, taken = add(sums.values())
    bad = []
    if share(run, lines) < LINES:
        bad.append(f"{share(run, lines):.2f} % of lines, wanted {LINES} %")
    if share(taken, ways) < BRANCHES:
        bad.append(f"{share(taken, ways):.2f} % of branches, wanted {BRANCHES} %")
    for stem in WHOLE:
        files = [path for path in sums if os.path.splitext(path)[0] == stem]
        bad += [f"{path}: {sums[path][0] - sums[path][1]} lines never run, wanted none" for path in files
                if sums[path][0] > sums[path][1]]
        if not files:
            bad.append(f"{stem}: no such file")
    print(*(f"MISSED: {what}" for what in bad), sep="\n") if bad else print("all goals hold")
    return not bad


def missing(found, source, part):
    """Lines never run (-), and those with ways never taken (~, how many)."""
    for path in sorted(p for p in found if part in p):
        text = open(os.path.join(source, path), encoding="utf-8").read().splitlines()
        print(f"== {path}")
        for number, count in sorted(found[path].lines.items()):
            ways = found[path].ways[number]
            if count == 0:
                print(f"{number:5} -    {text[number - 1]}")
            elif not all(ways):
                print(f"{number:5} ~{ways.count(0)}/{len(ways)} {text[number - 1]}")


def tests(build):
    """Runs them, counting from zero."""
    for folder, _, names in os.walk(build):
        for name in names:
            if name.endswith(".gcda"):
                os.remove(os.path.join(folder, name))
    ctest = ["ctest", "--test-dir", build, "-j", str(os.cpu_count()), "--timeout", "3600", "--output-on-failure"]
    os.environ["CK_TIMEOUT_MULTIPLIER"] = "20"  # counting is slow
    codes = [subprocess.run(ctest + chosen, check=False).returncode
             for chosen in (["-LE", "repetitive", "-E", LEFT_OUT], ["-R", ADDED])]
    return not any(codes)


def main(build, source, how="--tests", part=""):
    build, source = os.path.realpath(build), os.path.realpath(source)
    ok = how != "--tests" or tests(build)
    found = read(build, source)
    if how == "--missing":
        missing(found, source, part)
        return True
    return verdict(table(found)) and ok


sys.exit(0 if main(*sys.argv[1:]) else 1)
