#!/usr/bin/python3
"""mutation.py on a project of one function whose mutants are known: what is killed, what survives, what is no change."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = {
    "CMakeLists.txt": """cmake_minimum_required(VERSION 3.25)
project(toy LANGUAGES C)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
enable_testing()
include_directories(${CMAKE_SOURCE_DIR})
add_library(toy STATIC sim/toy.c)
add_executable(test_toy tests/test_toy.c)
target_link_libraries(test_toy toy)
set_target_properties(test_toy PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_test(NAME test_toy COMMAND test_toy)
""",
    "sim/toy.h": "int fee(int amount);\nstatic inline int twice(int n)\n{\n    return n + n;\n}\n",
    "sim/toy.c": """#include "sim/toy.h"

int fee(int amount)
{
    const int whole = amount * 1;
    if (whole < 10)
        return 1;
    return twice(whole);
}
""",
    "tests/test_toy.c": """#include "sim/toy.h"

int main(void)
{
    return !(fee(3) == 1 && fee(20) == 40 && fee(-20) == 1);
}
""",
    "tests/mutation/targets.txt": "sim/toy.*\n",
    "tests/mutation/equivalent.txt": "",
}

EXPECTED = {
    ("sim/toy.c", "* -> /"): "same object",
    ("sim/toy.c", "1 + 1"): None,  # of two places, with two fates
    ("sim/toy.c", "guard dropped"): "killed",
    ("sim/toy.c", "< -> >="): "killed",
    ("sim/toy.c", "< -> <="): "survived",  # nobody asks for fee(10)
    ("sim/toy.c", "10 + 1"): "survived",
    ("sim/toy.c", "10 - 1"): "survived",
    ("sim/toy.h", "+ -> -"): "killed",
}


def mutation(root, *more):
    here = Path(__file__).parent / "mutation.py"
    return subprocess.run([sys.executable, str(here), "--root", str(root), "--jobs", "1", *more], capture_output=True,
                          text=True)  # fmt: skip


def names(root):
    """Name -> (file, what) of the toy's mutants."""
    listed = mutation(root, "--list").stdout
    return {m[1]: (m[2], m[3]) for m in re.finditer(r"^([0-9a-f]{10}) (\S+):\d+ \w+: (.*)$", listed, re.M)}


def check(holds, what, said):
    if not holds:
        sys.exit(f"{what}:\n{said}")


def main():
    with tempfile.TemporaryDirectory(prefix="diemsim_mutation_") as folder:
        root = Path(folder)
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        mutants = names(root)
        for known in EXPECTED:
            check(known in mutants.values(), f"no mutant {known}", mutants)
        done = mutation(root)
        said = done.stdout + done.stderr
        check(done.returncode == 1, "3 survivors of 11, and it is content", said)
        rows = [json.loads(line) for line in (root / "build/mutation/results.jsonl").read_text().splitlines()]
        check(sorted(r["id"] for r in rows) == sorted(mutants), "not each mutant once", said)
        for row in rows:
            expected = EXPECTED.get(mutants[row["id"]])
            check(expected in (None, row["verdict"]), f"{mutants[row['id']]} is {row['verdict']}", said)
        # Judged by hand they are no survivors; and nothing is tried twice.
        survivors = [r["id"] for r in rows if r["verdict"] == "survived"]
        judged = "".join(f"{name} nobody pays 10\n" for name in survivors)
        (root / "tests/mutation/equivalent.txt").write_text(judged)
        done = mutation(root)
        check(done.returncode == 0 and "100.0 % killed" in done.stdout, "judged survivors count", done.stdout + done.stderr)
        again = (root / "build/mutation/results.jsonl").read_text().splitlines()
        check(len(again) == len(rows), "mutants were tried twice", done.stdout)


if __name__ == "__main__":
    main()
