"""What mutants are compiled, linked and run with, asked of a Ninja build: objects, their headers, programs of tests."""

import functools
import json
import os
import resource
import shlex
import shutil
import subprocess
from pathlib import Path

GENEROUS = 300  # seconds for a test that nobody has measured yet
MEMORY = 4 << 30


class Build:
    """A build folder; `root` holds the sources, `over` may hold another version of some."""

    def __init__(self, folder, root):
        self.folder, self.root = Path(folder).resolve(), Path(root).resolve()
        commands = json.loads((self.folder / "compile_commands.json").read_text())
        self.compile, self.source = {}, {}
        for entry in commands:
            words = shlex.split(entry["command"])
            output = words[words.index("-o") + 1]
            self.compile[output] = words
            self.source[output] = os.path.relpath(entry["file"], self.root)
        self.headers = self.dependencies()
        self.links = {}

    def ninja(self, *args):
        return subprocess.run(["ninja", "-C", str(self.folder), "-t", *args], capture_output=True, text=True,
                              check=True).stdout  # fmt: skip

    def dependencies(self):
        """Object -> the project's files it is made of."""
        found, output = {}, None
        for line in self.ninja("deps").splitlines():
            if line and not line.startswith((" ", "ninja")):
                output = line.split(":")[0]
                found[output] = set()
            elif line.startswith("    ") and output:
                path = os.path.relpath(os.path.join(self.folder, line.strip()), self.root)
                found[output].add(path)
        return found

    def tests(self):
        """Names of ctest's programs that are built here; no scripts."""
        listed = subprocess.run(["ctest", "--test-dir", str(self.folder), "--show-only=json-v1"], capture_output=True,
                                text=True, check=True).stdout  # fmt: skip
        targets = {Path(output).parts[-3].removesuffix(".dir") for output in self.compile if "/test_" in output}
        return sorted(t["name"] for t in json.loads(listed)["tests"] if t["name"] in targets)

    def link(self, name):
        """What links a test."""
        if name not in self.links:
            command = self.ninja("commands", "-s", f"tests/{name}").strip()
            self.links[name] = shlex.split(command.removeprefix(": && ").removesuffix(" && :"))
        return self.links[name]


@functools.cache
def build_of(folder, root):
    """Read once a process."""
    return Build(folder, root)


def copied(root, to):
    """The project's sources, in a folder where one may be changed."""
    shutil.rmtree(to, ignore_errors=True)
    for room in ("sim", "models", "analysis", "tests"):
        for source in [*(root / room).rglob("*.c"), *(root / room).rglob("*.h")]:
            target = Path(to) / source.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def compiled(build, output, copy, to, flags=()):
    """The object of a source as it is in a copy of the tree; None where the compiler refuses it."""
    words = [w for w in build.compile[output] if w != "-Werror"]
    for i, word in enumerate(words):
        if word == f"-I{build.root}" or word == str(build.root / build.source[output]):
            words[i] = word.replace(str(build.root), str(copy))
    words[words.index("-o") + 1] = str(to)
    words += ["-w", f"-ffile-prefix-map={copy}/=", *flags]
    done = subprocess.run(words, cwd=build.folder, capture_output=True)
    return to if done.returncode == 0 else None


def members(build, link, scratch):
    """The objects that a test is made of, as the build names them."""
    words = list(link)
    words[words.index("-o") + 1] = str(scratch)
    said = subprocess.run([*words, "-Wl,-t,-t"], cwd=build.folder, capture_output=True, text=True, check=True).stdout
    by_archive = {}
    for output in build.compile:
        room = output.split("/")[1].removesuffix(".dir") if output.startswith("CMakeFiles/") else ""
        by_archive[f"lib{room}.a", os.path.basename(output)] = output
    found = set()
    for line in said.split():
        if line.endswith(".o") and line in build.compile:
            found.add(line)
        elif line.startswith("(") and ")" in line:
            archive, member = line[1:].split(")")
            found.add(by_archive.get((os.path.basename(archive), member), member))
    return found & set(build.compile)


def linked(build, link, objects, program):
    """Links a test where `objects`, build's name -> file, stand in for those of the build."""
    words, more = [], []
    for word in link:
        words.append(str(objects[word]) if word in objects else word)
    more = [str(to) for name, to in objects.items() if name not in link]
    at = words.index("-o")
    words[at + 1] = str(program)
    words[at + 2 : at + 2] = more
    return subprocess.run(words, cwd=build.folder, capture_output=True).returncode == 0


def limits(cpu):
    def set_them():
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))

    return set_them


def run(program, folder, cpu=GENEROUS, more_environment=None):
    """(what ended it, seconds of CPU): '' where the test passed."""
    environment = {**os.environ, "CK_FORK": "no", "CK_VERBOSITY": "silent", "LC_ALL": "C.UTF-8"}
    environment.update(more_environment or {})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([str(program)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=limits(cpu),
                               start_new_session=True)  # fmt: skip
    try:
        code = process.wait(timeout=60 + 30 * cpu)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
        code = -24
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if code == 0:
        return "", seconds
    if code in (-24, -9):
        return "time", seconds
    return (f"signal {-code}" if code < 0 else "failed"), seconds


# ---- who reaches a line ----


class Lines:
    """A build with --coverage whose counts are read test by test, in a folder of its own."""

    def __init__(self, build, folder):
        self.build, self.folder = build, Path(folder)
        shutil.rmtree(folder, ignore_errors=True)
        for note in Path(build.folder).rglob("*.gcno"):
            to = self.folder / str(note).lstrip("/")
            to.parent.mkdir(parents=True, exist_ok=True)
            to.symlink_to(note)

    def reached(self, program, wanted):
        """File -> the lines that a run of the program reaches, for the files wanted."""
        for data in self.folder.rglob("*.gcda"):
            data.unlink()
        run(program, self.folder, more_environment={"GCOV_PREFIX": str(self.folder)})
        useful = {o for o in self.build.source if self.build.source[o] in wanted or program.name in o}
        data = [d for d in self.folder.rglob("*.gcda") if self.name(d) in useful]
        if not data:
            return {}
        done = subprocess.run(["gcov", "--json-format", "--stdout", *map(str, data)], cwd=self.folder,
                              capture_output=True, text=True)  # fmt: skip
        if "mismatch" in done.stderr:
            raise RuntimeError(done.stderr)
        said = done.stdout
        lines = {}
        for report in said.splitlines():
            for file in json.loads(report)["files"]:
                path = os.path.relpath(os.path.join(self.build.folder, file["file"]), self.build.root)
                if path in wanted:
                    lines.setdefault(path, set()).update(x["line_number"] for x in file["lines"] if x["count"])
        return {path: sorted(found) for path, found in lines.items()}

    def name(self, data):
        below = self.folder / str(self.build.folder).lstrip("/")
        return str(data.relative_to(below)).removesuffix(".gcda") + ".o"

