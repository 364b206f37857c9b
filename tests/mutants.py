#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Break the model one place at a time, and see whether a test notices.

All of policy/ and psp/, of kvm/ and module/ a seeded sample. What survives and is not in
tests/mutants.txt, with the reason why it may, is printed; so is a line there that no mutant
bears out. What was tried before is in build/mutants.json and is not tried again.

Usage: mutants.py [--seconds N] [--seed N] [--sample N] [FILE...]
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = {"policy": None, "psp": None, "kvm": 0.5, "module": 0.5}
# What could notice, the fastest first.
TESTS = {
    "policy": ["completeness", "exhaustive", "kvm", "noise", "differences", "properties"],
    "kvm": ["exhaustive", "kvm", "lib-judge", "noise", "lib-supported", "differences", "properties",
            "golden.sh"],
    "module": ["module-rules", "module-data", "kvm", "lib-hardware", "lib-expectations", "differences",
               "properties", "golden.sh"],
    "psp": [],  # by name, below: tests/psp
}
SWAPS = [(r"(?<![<>=!-])<(?![<=])", "<="), (r"(?<![<>=-])>(?![>=])", ">="), (r"<=(?!=)", "<"),
         (r"(?<!-)>=", ">"), (r"==", "!="), (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"),
         (r"(?<![&])&(?![&=])(?= )", "|"), (r"(?<![|])\|(?![|=])", "&"), (r"!(?=[a-z(])", ""),
         (r" \^ ", " | "), (r"~(?=[a-z(])", ""), (r"\+\+(?=\])", "")]
NUMBER = re.compile(r"(?<![\w.\"])(0x[0-9a-fA-F]+|\d+)(?=[UL]*\b)")


def rows(line):
    """Mutants of a row of the table."""
    for old, new in (("ALLOW", "DENY"), ("DENY", "ALLOW"), ("INSN", "TRAP"), ("XSTATE", "INSN"),
                     ("TRAP", "INERT"), ("CLOBBER", "ENABLE")):
        if re.search(rf" {old},", line):
            yield re.sub(rf" {old},", f" {new},", line)
    yield re.sub(r"(, \s*)(\d+)(,)", lambda m: m[1] + str(int(m[2]) ^ 1) + m[3], line, count=1)


def statements(line):
    """Mutants of a line of a function."""
    code = re.sub(r"/\*.*", "", line)
    for pattern, new in SWAPS:
        for m in re.finditer(pattern, code):
            yield code[:m.start()] + new + code[m.end():]
    for m in NUMBER.finditer(code):
        n = int(m[1], 0)
        for other in {n + 1, n - 1 if n else 2, n ^ 1 << n.bit_length() // 2}:
            yield code[:m.start()] + (hex(other) if m[1].startswith("0x") else str(other)) + code[m.end():]
    if re.fullmatch(r"\t+(?!return|break|continue|goto|struct|const|static|u32|u64|int|bool|uint)\S.*[=(].*;\s*",
                    code):
        yield re.match(r"\t+", code)[0] + ";"
    m = re.fullmatch(r"(\t+)return (.+);\s*", code)
    if m:
        for value in ("0", "1"):
            if m[2] != value:
                yield f"{m[1]}return {value};"


def mutants(path):
    """(line number, new line) of a file."""
    body = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("TDX_CPUID_"):
            yield from ((number, new) for new in rows(line) if new != line)
        if line == "{":
            body = True
        elif line.startswith("}"):
            body = False
        elif body and line.startswith("\t") and not line.lstrip().startswith(("/*", "*")):
            yield from ((number, new) for new in dict.fromkeys(statements(line)) if new != line)


class Bench:
    """A copy of the tree with a build of its own."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(".git", "build*"))
        self.run(["meson", "setup", "build", "-Dbuildtype=plain", "-Dc_args=-O1"], 300)
        tests = json.loads(self.run(["meson", "introspect", "--tests", "build"], 60).stdout)
        self.tests = {test["name"]: test for test in tests}
        self.psp = [test["name"] for test in tests if any(s.endswith("psp") for s in test["suite"])]
        self.run(["ninja", "-C", "build"], 900)

    def run(self, command, seconds, env=None, folder="."):
        return subprocess.run(command, cwd=self.root / folder, capture_output=True, text=True, timeout=seconds,
                              env={**os.environ, **(env or {})})

    def names(self, room):
        return [name for name in TESTS[room] or self.psp if name in self.tests]

    def judge(self, path, number, new):
        """'killed by ...', 'does not build' or 'survived'."""
        file = self.root / path
        old = file.read_text()
        lines = old.splitlines()
        lines[number - 1] = new
        file.write_text("\n".join(lines) + "\n")
        try:
            names = self.names(path.split("/")[0])
            build = self.root / "build"
            wanted = {os.path.relpath(build / word, build) for name in names
                      for word in self.tests[name]["cmd"] if (build / word).is_file()}
            wanted = {path for path in wanted if not path.startswith("..")}
            if self.run(["ninja", "-C", "build", *sorted(wanted)], 300).returncode:
                return "does not build"
            for name in names:
                test = self.tests[name]
                try:
                    result = self.run(["timeout", "60", *test["cmd"]], 90, test.get("env"), "build")
                except subprocess.TimeoutExpired:
                    return f"killed by {name} (time)"
                if result.returncode or re.search(r"^not ok", result.stdout, re.M):
                    return f"killed by {name}"
            return "survived"
        finally:
            file.write_text(old)


def work(bench, jobs, deadline, done):
    while jobs and time.monotonic() < deadline:
        path, number, new = jobs.pop()
        key = hashlib.sha256(f"{path}:{(ROOT / path).read_text().splitlines()[number - 1]}:{number}:{new}".encode())
        if key.hexdigest() in done:
            continue
        done[key.hexdigest()] = [path, number, new.strip(), bench.judge(path, number, new)]
        print(f"{len(done)} tried, {len(jobs)} to go", end="\r", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="of all, instead of all of policy/ and psp/")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()

    dice, jobs = random.Random(args.seed), []
    for room, share in ROOMS.items():
        for path in sorted((ROOT / room).glob("*.[ch]")):
            name = str(path.relative_to(ROOT))
            if args.files and name not in args.files:
                continue
            found = [(name, number, new) for number, new in mutants(path)]
            jobs += found if not share or args.files else dice.sample(found, int(len(found) * share))
    dice.shuffle(jobs)
    if args.sample:
        jobs = jobs[:args.sample]

    kept = ROOT / "build/mutants.json"
    done = json.loads(kept.read_text()) if kept.exists() else {}
    before = set(done)
    deadline = time.monotonic() + args.seconds
    with tempfile.TemporaryDirectory() as folder:
        cores = os.cpu_count() or 1
        with concurrent.futures.ThreadPoolExecutor(cores) as pool:
            benches = list(pool.map(lambda n: Bench(f"{folder}/{n}"), range(cores)))
            list(pool.map(lambda bench: work(bench, jobs, deadline, done), benches))
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(done))

    known = {}
    for line in (ROOT / "tests/mutants.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            path, code, why = (part.strip() for part in line.split(" | "))
            known[path, code] = why
    judged = [done[key] for key in done]
    built = [j for j in judged if j[3] != "does not build"]
    survivors = [j for j in built if j[3] == "survived"]
    bad = [j for j in survivors if (j[0], j[2]) not in known]
    for path, number, new, _ in bad:
        print(f"not ok - {path}:{number}: nobody notices '{new}'")
    print(f"# {len(done) - len(before)} tried now, {len(jobs)} left; {len(judged) - len(built)} did not build, "
          f"{len(survivors) - len(bad)} survive for a reason")
    killed = len(built) - len(survivors)
    print(f"{killed} passed, {len(bad)} failed")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
