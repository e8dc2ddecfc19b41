#!/usr/bin/python3
"""Breaks sim/core and the ledger in one place after the other, and counts how often a test notices. See README.md."""

import argparse
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from builds import Build, Lines, build_of, compiled, copied, linked, members, run  # noqa: E402
from mutants import mutants_of  # noqa: E402

FLAGS = {"asserts": "-O1 -Wno-maybe-uninitialized", "counts": "-O0 --coverage"}
KILLED, SURVIVED, SAME, REFUSED = "killed", "survived", "same object", "refused"
JUDGED = "judged"


# ---- what there is ----


class Project:
    """A tree whose tests/mutation says which files are mutated (targets.txt) and which mutants somebody has shown to
    change nothing (equivalent.txt)."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.sources = {}

    def lines(self, name):
        lines = (self.root / "tests" / "mutation" / name).read_text().splitlines()
        return [line for line in lines if line and not line.startswith("#")]

    def targets(self):
        paths = set()
        for line in self.lines("targets.txt"):
            pattern = line.split()[0]
            found = {os.path.relpath(p, self.root) for p in self.root.glob(pattern.removeprefix("!"))}
            paths = paths - found if pattern.startswith("!") else paths | found
        return sorted(paths)

    def owners(self):
        """Of a file whose test is called otherwise, that test."""
        return {path: test for path, *tests in map(str.split, self.lines("targets.txt")) for test in tests}

    def judged(self):
        return {line.split()[0] for line in self.lines("equivalent.txt")}

    def source(self, path):
        if path not in self.sources:
            self.sources[path] = (self.root / path).read_text()
        return self.sources[path]

    def mutants(self, paths):
        return [m for path in paths for m in mutants_of(path, self.source(path))]


def chosen(mutants, sample, seed):
    """All, or a sample that hangs on the seed and the mutants' names alone."""
    rank = {m.id: hashlib.sha1(f"{seed}|{m.id}".encode()).digest() for m in mutants}
    ordered = sorted(mutants, key=lambda m: rank[m.id])
    return ordered[:sample] if sample else ordered


# ---- the map of tests ----


def configure(project, work, jobs, pattern):
    """Two builds; of the tests only those of the pattern."""
    for name, flags in FLAGS.items():
        folder = work / name
        if not (folder / "build.ninja").exists():
            quiet(["cmake", "-G", "Ninja", "-S", str(project.root), "-B", str(folder), "-DCMAKE_BUILD_TYPE=Debug",
                   f"-DCMAKE_C_FLAGS_DEBUG={flags}", "-DDIEMSIM_MPI=OFF", "-DDIEMSIM_OPENMP=OFF", "-DCMAKE_C_COMPILER_LAUNCHER="])  # fmt: skip
        quiet(["cmake", "--build", str(folder), "-j", str(jobs), "--target", *tests_like(folder, project, pattern)])


# It compares with what was printed before, and would notice every mutant without saying what is right.
NOT_ASKED = {"test_numbers"}


def tests_like(folder, project, pattern):
    return [name for name in Build(folder, project.root).tests() if re.search(pattern, name) and name not in NOT_ASKED]


def quiet(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def digest(path):
    return hashlib.sha1(Path(path).read_bytes()).hexdigest()


def measured(task):
    """A test's time, the objects it is made of, and the lines it reaches; None where it fails as it is."""
    name, root, work, wanted, slowest = task
    plain, counts = build_of(work / "asserts", root), build_of(work / "counts", root)
    folder = work / "measure" / name
    folder.mkdir(parents=True, exist_ok=True)
    program = plain.folder / "tests" / name
    ended, seconds = run(program, folder, cpu=slowest)
    if ended:
        return name, {"digest": digest(program), "ended": ended, "cpu": slowest}
    lines = Lines(counts, folder / "counts").reached(counts.folder / "tests" / name, wanted)
    found = {
        "digest": digest(program), "ended": "", "seconds": seconds, "lines": lines,
        "members": sorted(members(plain, plain.link(name), folder / "scratch")),
    }  # fmt: skip
    shutil.rmtree(folder)
    return name, found


def map_of_tests(project, work, jobs, slowest, pattern):
    """Kept in map.json; only what has been built anew is run again."""
    kept = work / "map.json"
    old = json.loads(kept.read_text()) if kept.exists() else {}
    plain = build_of(work / "asserts", project.root)
    names = tests_like(work / "asserts", project, pattern)
    new = {name: digest(plain.folder / "tests" / name) for name in names}
    due = [name for name in new if name not in old or old[name]["digest"] != new[name]
           or old[name]["ended"] == "time" and old[name]["cpu"] < slowest]  # fmt: skip
    wanted = set(project.targets())
    with multiprocessing.Pool(jobs) as pool:
        tasks = [(name, project.root, work, wanted, slowest) for name in due]
        for i, (name, found) in enumerate(pool.imap_unordered(measured, tasks)):
            old[name] = found
            print(f"  {i + 1} of {len(due)} tests: {name} {found['ended'] or format(found['seconds'], '.2f')}", flush=True)
            kept.write_text(json.dumps(old))
    return {name: old[name] for name in names if old[name]["ended"] == ""}


def reaching(mutant, tests, headers):
    """Tests that reach the mutant's statement, or where it lies in no function, those made of what is made of its
    file. A table within a function has no code of its own: those that reach what follows it."""
    first, last = mutant.lines
    for after in (0, 3, 12, 50):
        reach = [name for name, test in tests.items()
                 if any(first <= line <= last + after for line in test["lines"].get(mutant.path, []))
                 or not mutant.function and any(mutant.path in headers[o] for o in test["members"])]  # fmt: skip
        if reach:
            return reach
    return []


def tests_for(mutant, tests, headers, own, budget):
    """The file's own test first, then the fastest; as many as the budget has seconds for."""
    reach = reaching(mutant, tests, headers)
    reach.sort(key=lambda name: (name != own or tests[name]["seconds"] > budget, tests[name]["seconds"]))
    picked, total = [], 0.0
    for name in reach:
        total += tests[name]["seconds"]
        if total <= budget or not picked:
            picked.append(name)
    return picked


# ---- one mutant ----


class Bench:
    """A worker's copy of the tree and what it compiles there."""

    def __init__(self, project, work):
        self.project, self.owners = project, project.owners()
        self.build = build_of(work / "asserts", project.root)
        self.folder = work / f"worker{os.getpid()}"
        self.copy = self.folder / "tree"
        self.folder.mkdir(parents=True, exist_ok=True)
        copied(project.root, self.copy)
        self.originals = {}

    def original(self, output, flags):
        if (output, flags) not in self.originals:
            made = compiled(self.build, output, self.copy, self.folder / "original.o", flags)
            self.originals[output, flags] = made.read_bytes()
        return self.originals[output, flags]

    def object(self, output, mutant, flags=()):
        """None where it does not compile, '' where it is what it was, else the new object."""
        source = self.project.source(mutant.path)
        before = self.original(output, flags)
        to = self.folder / (output.replace("/", "_"))
        try:
            (self.copy / mutant.path).write_text(mutant.apply(source))
            made = compiled(self.build, output, self.copy, to, flags)
        finally:
            (self.copy / mutant.path).write_text(source)
        if not made:
            return None
        return "" if made.read_bytes() == before else made

    def try_test(self, name, test, mutant, objects):
        """What ended the test, '' where it passed; None where nothing in it is other than it was."""
        mine = {}
        for output in test["members"]:
            if mutant.path not in self.build.headers.get(output, ()):
                continue
            if output not in objects:
                objects[output] = self.object(output, mutant)
            if objects[output] is None:
                raise SyntaxError(output)
            if objects[output]:
                mine[output] = objects[output]
        if not mine:
            return None
        program = self.folder / "program"
        if not linked(self.build, self.build.link(name), mine, program):
            return "does not link"
        ended, _ = run(program, self.folder, cpu=int(1.5 + 5 * test["seconds"]))
        return ended

    def judge(self, mutant, tests, budget):
        own = self.owners.get(mutant.path, "test_" + Path(mutant.path).stem)
        picked = tests_for(mutant, tests, self.build.headers, own, budget)
        objects, ran = {}, 0
        try:
            if mutant.path.endswith(".c"):
                self.alone(mutant, objects)
            for name in picked:
                ended = self.try_test(name, tests[name], mutant, objects)
                ran += ended is not None
                if ended:
                    return {"verdict": KILLED, "by": name, "how": ended}
        except SyntaxError:
            return {"verdict": REFUSED}
        changed = [output for output, made in objects.items() if made]
        if objects and all(self.object(output, mutant, ("-O3",)) == "" for output in changed):
            return {"verdict": SAME}
        return {"verdict": SURVIVED, "tests": ran, "budget": budget}

    def alone(self, mutant, objects):
        for output, source in self.build.source.items():
            if source == mutant.path:
                objects[output] = self.object(output, mutant)
                if objects[output] is None:
                    raise SyntaxError(output)


def worker(project, work, tests, budget, tasks, results):
    bench = Bench(project, work)
    for mutant in iter(tasks.get, None):
        results.put((mutant, bench.judge(mutant, tests, budget)))
    shutil.rmtree(bench.folder)
    results.put(None)


# ---- all of them ----


class Record:
    """One line a mutant in results.jsonl, so that a run that was stopped goes on. A survivor is tried again when tests
    have changed or more of them are allowed; one that is killed stays so until its statement changes, and its name with that."""

    def __init__(self, path, tests, budget):
        self.path, self.budget = path, budget
        self.tests = hashlib.sha1("".join(sorted(t["digest"] for t in tests.values())).encode()).hexdigest()
        self.known = {}
        for line in path.read_text().splitlines() if path.exists() else []:
            row = json.loads(line)
            self.known[row["id"]] = row

    def has(self, mutant):
        row = self.known.get(mutant.id)
        if row is None or row["verdict"] != SURVIVED:
            return row is not None
        return row["of"] == self.tests and row.get("budget", 0) >= self.budget

    def add(self, mutant, verdict):
        row = {"id": mutant.id, "path": mutant.path, "of": self.tests, **verdict}
        self.known[mutant.id] = row
        with self.path.open("a") as out:
            out.write(json.dumps(row) + "\n")


def try_all(project, mutants, tests, record, args):
    due = [m for m in mutants if not record.has(m)]
    tasks, results = multiprocessing.Queue(), multiprocessing.Queue()
    for mutant in due:
        tasks.put(mutant)
    crew = []
    for _ in range(args.jobs):
        tasks.put(None)
        these = project, args.work, tests, args.budget, tasks, results
        crew.append(multiprocessing.Process(target=worker, args=these))
        crew[-1].start()
    left, done = len(crew), 0
    while left:
        result = results.get()
        if result is None:
            left -= 1
            continue
        record.add(*result)
        done += 1
        if done % 20 == 0:
            print(f"  {done} of {len(due)}", flush=True)
    for process in crew:
        process.join()


# ---- the report ----


def difference(project, mutant):
    source = project.source(mutant.path)
    old, new = source.splitlines(), mutant.apply(source).splitlines()
    pairs = [(a, b) for a, b in zip(old, new) if a != b]
    return "\n".join([f"    - {a.strip()}" for a, _ in pairs] + [f"    + {b.strip()}" for _, b in pairs if b.strip()])


def verdicts(project, mutants, record):
    judged, found = project.judged(), {}
    for m in mutants:
        row = record.known.get(m.id)
        if row:
            found[m.id] = JUDGED if row["verdict"] == SURVIVED and m.id in judged else row["verdict"]
    return found


def share(n):
    tried = n[KILLED] + n[SURVIVED]
    return 100 * n[KILLED] / tried if tried else 100.0


def table(mutants, verdict):
    lines = [f"{'':24}{'killed':>8}{'survived':>10}{'killed of':>11}{SAME:>13}{JUDGED:>8}{'refused':>9}"]
    for path in [*sorted({m.path for m in mutants}), ""]:
        n = Counter(verdict.get(m.id) for m in mutants if path in ("", m.path))
        of = f"{share(n):.1f} %"
        lines.append(f"{path or 'all':24}{n[KILLED]:8}{n[SURVIVED]:10}{of:>11}{n[SAME]:13}{n[JUDGED]:8}{n[REFUSED]:9}")
    return lines


def report(project, mutants, record, out):
    verdict = verdicts(project, mutants, record)
    lines = table(mutants, verdict)
    print("\n".join(lines))
    survivors = [m for m in mutants if verdict.get(m.id) == SURVIVED]
    for m in sorted(survivors, key=lambda m: (m.path, m.line, m.what)):
        tests = record.known[m.id]["tests"]
        lines += ["", f"{m.id} {m.path}:{m.line} {m.function}: {m.what}; {tests} tests", difference(project, m)]
    gone = project.judged() - {m.id for m in project.mutants(project.targets())}
    lines += [f"equivalent.txt names {name}, which is no mutant any more" for name in sorted(gone)]
    out.write_text("\n".join(lines) + "\n")
    return share(Counter(verdict.values()))


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("files", nargs="*", help="of these alone, as sim/core/rng.c")
    p.add_argument("--sample", type=int, default=0, metavar="N", help="N mutants, chosen by the seed; all without it")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--id", action="append", help="this mutant alone")
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--budget", type=float, default=20, metavar="S", help="seconds of tests a mutant (20)")
    p.add_argument("--tests", default="", metavar="PATTERN", help="with these tests alone")
    p.add_argument("--nice", type=int, default=19, metavar="N", help="priority, as nice has it (19)")
    p.add_argument("--fresh", action="store_true", help="forget what is known of these mutants")
    p.add_argument("--list", action="store_true", help="only list the mutants")
    p.add_argument("--least", type=float, default=90, metavar="PERCENT", help="fail below (90)")
    p.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help=argparse.SUPPRESS)
    p.add_argument("--work", type=Path, help="folder for builds and results (build/mutation)")
    args = p.parse_args()
    args.work = (args.work or args.root / "build" / "mutation").resolve()
    return args


def main():
    args = arguments()
    project = Project(args.root)
    mutants = chosen(project.mutants(args.files or project.targets()), args.sample, args.seed)
    if args.id:
        mutants = [m for m in mutants if m.id in args.id]
    if args.list:
        for m in mutants:
            print(f"{m.id} {m.path}:{m.line} {m.function}: {m.what}\n{difference(project, m)}")
        return 0
    os.nice(max(0, args.nice - os.nice(0)))
    args.work.mkdir(parents=True, exist_ok=True)
    print("builds and the map of tests", flush=True)
    configure(project, args.work, args.jobs, args.tests)
    tests = map_of_tests(project, args.work, args.jobs, int(args.budget) + 1, args.tests)
    record = Record(args.work / "results.jsonl", tests, args.budget)
    if args.fresh:
        for m in mutants:
            record.known.pop(m.id, None)
    print(f"{len(mutants)} mutants, {len(tests)} tests", flush=True)
    try_all(project, mutants, tests, record, args)
    percent = report(project, mutants, record, args.work / "report.txt")
    print(f"{percent:.1f} % killed; survivors are in {args.work / 'report.txt'}")
    return 0 if percent >= args.least else 1


if __name__ == "__main__":
    sys.exit(main())
