#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Break the model one place at a time, and see whether a test notices.

All of policy/ and psp/, of kvm/ and module/ a seeded sample.  What survives and is not in
tests/mutants.txt, with the reason why it may, is printed; so is a line there that no mutant
bears out.  Verdicts are kept in build/mutants.json: it goes on where it stopped, and tries again
only what survived without a reason.

Usage: mutants.py [--seconds N] [--seed N] [--sample N] [FILE...]; all of FILE, if there is one
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "build/mutants.json"
SAMPLED = ("kvm", "module")
# What could notice; which first is learnt on the way.
LIB = "lib-judge lib-caps lib-request lib-refusal lib-label lib-properties golden.sh".split()
POLICY = "bounds completeness differences kvm noise properties exhaustive".split()
TESTS = {
    "policy": POLICY + LIB,
    "psp": ["psp-page", "psp-leaves", "psp-document", "psp-vcpu", "snp.py", "golden.sh"],
    "kvm": POLICY[2:] + LIB + ["kvm-runtime", "lib-supported", "lib-fate", "psp-reference", "psp-vcpu", "snp.py"],
    # exhaustive, noise: their reference asks the same module.
    "module": ["module-rules", "module-data", "module-releases", "lib-expectations", "lib-hardware", "lib-fate",
               "differences", "kvm", "properties"] + LIB,
}
SWAPS = [(r"(?<![<>=!-])<(?![<=])", "<="), (r"(?<![<>=-])>(?![>=])", ">="), (r"<=(?!=)", "<"),
         (r"(?<!-)>=", ">"), (r"==", "!="), (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"),
         (r"(?<![&])&(?![&=])(?= )", "|"), (r"(?<![|])\|(?![|=])", "&"), (r"!(?=[a-z(])", ""),
         (r" \^ ", " | "), (r"~(?=[a-z(])", ""), (r"\+\+(?=\])", "")]
NUMBER = re.compile(r"(?<![\w.\"])(0x[0-9a-fA-F]+|\d+)(?=[UL]*\b)")
VERSION = re.compile(r"TDX_MODULE_VERSION\((\d+, \d+, \d+)\)")
RULES = ["1, 5, 1", "1, 5, 5", "1, 5, 6", "2, 0, 8"]
DECLARED = re.compile(r"\t+(?:(?:static|const|struct \w+|u8|u32|u64|int|char) )+[^=;()]*\[$")
WORDS = [("ALLOW", "DENY"), ("DENY", "ALLOW"), ("INSN", "TRAP"), ("XSTATE", "INSN"), ("TRAP", "INERT"),
         ("CLOBBER", "ENABLE"), ("KVM)", "REVIEW)"), ("MODULE)", "KVM)"), ("SNP_STRICT,", "SNP_BITMASK,"),
         ("SNP_BITMASK,", "SNP_STRICT,"), ("SNP_UNCHECKED,", "SNP_BITMASK,"), ("SNP_EAX,", "SNP_EBX,"),
         (".zeroed = 1, ", ""), (", .observed = 1", ""), (", .model = MILAN", "")]


def numbers(code):
    # The model's rules change with four versions; what is between two of them is the same.
    for m in VERSION.finditer(code):
        if m[1] in RULES:
            n = RULES.index(m[1])
            for other in RULES[max(n - 1, 0):n] + RULES[n + 1:n + 2]:
                yield code[:m.start(1)] + other + code[m.end(1):]
    for m in NUMBER.finditer(code):
        # How much room a variable has: too little is ASan's to see, in make check-heavy.
        before = code[:m.start()]
        if DECLARED.match(before) or before.rpartition("(")[0].endswith("TDX_MODULE_VERSION"):
            continue
        n = int(m[1], 0)
        for other in dict.fromkeys((n + 1, n - 1 if n else 2, n ^ 1 << n.bit_length() // 2)):
            yield code[:m.start()] + (hex(other) if m[1].startswith("0x") else str(other)) + code[m.end():]


def rows(line):
    """Mutants of a row of a table."""
    for old, new in WORDS:
        if old in line:
            yield line.replace(old, new, 1)
    if line.startswith("TDX_CPUID_"):
        yield re.sub(r"(, \s*)(\d+)(,)", lambda m: m[1] + str(int(m[2]) ^ 1) + m[3], line, count=1)
        yield "/* " + line.split("/*")[0] + " */"
    else:
        yield from numbers(line)


def statements(line):
    """Mutants of a line of a function."""
    code = re.sub(r"/\*.*", "", line)
    for pattern, new in SWAPS:
        for m in re.finditer(pattern, code):
            yield code[:m.start()] + new + code[m.end():]
    yield from numbers(code)
    if re.fullmatch(r"\t+(?!return|break|continue|goto|struct|const|static|u32|u64|int|bool|uint)\S.*[=(].*;\s*",
                    code):
        yield re.match(r"\t+", code)[0] + ";"
    m = re.fullmatch(r"(\t+)return (.+);\s*", code)
    if m:
        for value in ("0", "1"):
            if m[2] != value:
                yield f"{m[1]}return {value};"


def mutants(name):
    """(name, line number, new line) of a file."""
    body = table = False
    for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
        found = ()
        # The module's tables are compared with the published source's, every word: tests/module/tables.c.
        if line.startswith("TDX_CPUID_") or table and line.startswith("\t{ ") or table and line.startswith("\t0x"):
            found = rows(line)
        if line == "{":
            body = True
        elif line.startswith("}"):
            body = table = False
        elif line.endswith("] = {"):
            table = name.startswith("psp/")
        elif body and line.startswith("\t") and not line.lstrip().startswith(("/*", "*")):
            found = statements(line)
        yield from ((name, number, new) for new in dict.fromkeys(found) if new != line)


def key(job):
    name, number, new = job
    return hashlib.sha256((ROOT / name).read_bytes() + f"{number}:{new}".encode()).hexdigest()


class History:
    """Which test to run first, of a file: what kills most for its CPU time, building included."""

    def __init__(self):
        self.seconds, self.spent, self.kills = {}, collections.Counter(), collections.Counter()

    def order(self, name, tests):
        return sorted(tests, key=lambda test: (self.spent[name, test] or self.seconds[test]) /
                      (self.kills[name, test] + 1))


class Bench:
    """A copy of the tree with a build of its own; static, so that a mutant is one object and a link."""

    def __init__(self, folder, history):
        self.root, self.history = pathlib.Path(folder), history
        self.build = self.root / "build"
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(".git", "build*"))
        self.run(["meson", "setup", "build", "-Dbuildtype=plain", "-Dc_args=-O2", "-Ddefault_library=static"])
        tests = json.loads(subprocess.check_output(["meson", "introspect", "--tests", self.build]))
        self.tests = {test["name"]: test for test in tests}
        self.make(*sum(TESTS.values(), []))
        self.right = {str(file): file.read_bytes() for file in self.build.glob("lib*.a.p/*.o")}

    def measure(self):
        """How long each test takes of a tree that is right."""
        for name in dict.fromkeys(sum(TESTS.values(), [])):
            failed, self.history.seconds[name] = self.fails(name, 600)
            if failed:
                sys.exit(f"mutants.py: {name} fails before anything is changed")

    def run(self, command, out=subprocess.DEVNULL, env=None, folder=None):
        """Status, and CPU seconds."""
        process = subprocess.Popen(command, cwd=folder or self.root, stdout=out, stderr=subprocess.DEVNULL,
                                   env={**os.environ, **(env or {})})
        _, process.returncode, usage = os.wait4(process.pid, 0)
        return process.returncode, usage.ru_utime + usage.ru_stime

    def make(self, *names):
        wanted = {os.path.relpath(self.build / word, self.build) for name in names for word in self.tests[name]["cmd"]}
        return self.run(["ninja", "-C", "build", *sorted(word for word in wanted if not word.startswith(".."))])

    def fails(self, name, seconds):
        # A mutant may loop, eat memory or write without end.  Of CPU time: a busy machine is no fault.
        limits = ["prlimit", f"--cpu={seconds}", "--fsize=50000000", "--as=4000000000", "--core=0", "timeout", "600"]
        with tempfile.TemporaryFile() as out:
            status, spent = self.run([*limits, *self.tests[name]["cmd"]], out, self.tests[name]["env"], self.build)
            if status == 124:
                raise TimeoutError
            out.seek(0)
            return status != 0 or re.search(rb"^not ok", out.read(), re.M) is not None, spent

    def same(self, name):
        """Is the object of source file @name what it was?"""
        room, stem = name.rsplit(".", 1)[0].split("/")
        file = self.build / f"lib{room}.a.p/{room}_{stem}.c.o"
        return name.endswith(".c") and file.read_bytes() == self.right[str(file)]

    def judge(self, job):
        """'killed by ...', 'does not build', 'same code' or 'survived'."""
        name, number, new = job
        file, room = self.root / name, name.split("/")[0]
        old = file.read_text()
        lines = old.splitlines()
        lines[number - 1] = new
        file.write_text("\n".join(lines) + "\n")
        try:
            for n, test in enumerate(self.history.order(name, TESTS[room])):
                status, building = self.make(test)
                if status:
                    return "does not build"
                if n == 0 and self.same(name):
                    return "same code"
                failed, running = self.fails(test, 2 + int(3 * self.history.seconds[test]))
                self.history.spent[name, test] += building + running
                self.history.kills[name, test] += failed
                if failed:
                    return f"killed by {test}"
            return "survived"
        except TimeoutError:
            return None
        finally:
            file.write_text(old)


def sample(args):
    jobs = []
    for room in TESTS:
        files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / room).glob("*.[ch]"))
        found = [job for name in files for job in mutants(name) if not args.files or name in args.files]
        if room in SAMPLED and not args.files:
            # Drawn by what it is, so that a change elsewhere leaves it in or out of the sample.
            found.sort(key=lambda job: hashlib.sha256(f"{args.seed} {lines(job)}".encode()).digest())
            found = found[:args.sample]
        jobs += found
    return jobs


def lines(job):
    """As tests/mutants.txt has it: (file, the line, the line as changed)."""
    name, number, new = job
    return name, (ROOT / name).read_text().splitlines()[number - 1].strip(), new.strip()


def reviewed():
    """Those that may survive; the reason is for people."""
    text = (ROOT / "tests/mutants.txt").read_text()
    return {tuple(line.split("\t")[:3]) for line in text.splitlines() if line and not line.startswith("#")}


def work(bench, todo, deadline, done):
    while todo and time.monotonic() < deadline:
        job = todo.pop(0)
        verdict = bench.judge(job)
        if not verdict:
            print(f"{job[0]}:{job[1]} the machine is too busy to tell", file=sys.stderr, flush=True)
            continue
        done[key(job)] = verdict
        kept = json.dumps(dict(done))
        file = KEPT.with_suffix(f".{bench.root.name}")
        file.write_text(kept)
        file.replace(KEPT)
        print(f"{len(todo)} to go: {job[0]}:{job[1]} {verdict}", file=sys.stderr, flush=True)


def report(jobs, done, known, seconds):
    failed = passed = left = 0
    for room in TESTS:
        all_of = [job for job in jobs if job[0].startswith(room + "/")]
        tried = [job for job in all_of if key(job) in done]
        count = collections.Counter(done[key(job)].split(" by ")[0] for job in tried)
        bad = [job for job in tried if done[key(job)] == "survived" and lines(job) not in known]
        for name, number, new in bad:
            print(f"not ok - {name}:{number}: nobody notices '{new.strip()}'")
        built = len(tried) - count["does not build"] - count["same code"]
        print(f"# {room}: {count['killed']} of {built} killed, {count['survived'] - len(bad)} survive for a reason, "
              f"{len(bad)} for none; {count['same code']} are the same code, {count['does not build']} do not build, "
              f"{len(all_of) - len(tried)} not tried")
        failed, passed, left = failed + len(bad), passed + built - len(bad), left + len(all_of) - len(tried)
    # A line may stand in a file twice: one of them has to survive.
    borne = {lines(job) for job in jobs if done.get(key(job), "survived") in ("survived", "same code")}
    for job in jobs:
        if lines(job) in known - borne:
            print(f"not ok - tests/mutants.txt: {job[0]}:{job[1]}: {done[key(job)]} where it is '{job[2].strip()}'")
            failed += 1
    print(f"# {seconds:.0f} s of CPU\n{passed} passed, {failed} failed, {left} not tried")
    return bool(failed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=150, help="of each of kvm/ and module/")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()

    deadline = time.monotonic() + args.seconds
    jobs, known = sample(args), reviewed()
    KEPT.parent.mkdir(exist_ok=True)
    done = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    todo = [job for job in jobs if key(job) not in done]
    todo += [job for job in jobs if done.get(key(job)) == "survived" and lines(job) not in known]
    # File by file, so that the next mutant is all that there is to build anew.
    order = list(TESTS)
    todo.sort(key=lambda job: (order.index(job[0].split("/")[0]), job[0]))
    with tempfile.TemporaryDirectory() as folder:
        cores, history = min(len(todo), os.cpu_count() or 1), History()
        with concurrent.futures.ThreadPoolExecutor(cores or 1) as pool:
            benches = list(pool.map(lambda n: Bench(f"{folder}/{n}", history), range(cores)))
            list(pool.map(Bench.measure, benches[:1]))
            list(pool.map(lambda bench: work(bench, todo, deadline, done), benches))
    times = os.times()
    return report(jobs, done, known, times.children_user + times.children_system)


if __name__ == "__main__":
    sys.exit(main())
