#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""A module or a CPU read from a JSON file answers as the built-in one does.

Usage: files.py TDXCPUID; output in TAP.
"""
import json
import lzma
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
REQUESTS = ("captures/qemu-11.1.3-cpu-host/init_vm.txt", "lost.txt", "label-trick.txt",
            "topology-malformed.txt", "next-features.json")


def main():
    tool = sys.argv[1]

    def answer(*args):
        done = subprocess.run([tool, *args, "--json"], cwd=DATA, capture_output=True, text=True,
                              check=False)
        if done.returncode > 1:
            return done.stderr
        found = json.loads(done.stdout)
        # These say where the figures come from.
        del found["notes"]
        return found

    def compare(name, built_in, from_file):
        same = all(answer(*verb, *built_in) == answer(*verb, *from_file) for verb in
                   [("caps",)] + [("check", request) for request in REQUESTS])
        tap.result(same, name)

    with tempfile.TemporaryDirectory() as tmp:
        tmp = pathlib.Path(tmp)
        for line in lzma.open(DATA / "modules/modules.jsonl.xz", "rt"):
            version = json.loads(line)["version"]
            (tmp / "module.json").write_text(line)
            for cpu in ("spr", "gnr"):
                compare(f"module {version} on {cpu}", ("-m", version, "-c", cpu),
                        ("-m", str(tmp / "module.json"), "-c", cpu))
        for cpu, dump in (("spr", "spr-w7-2475x"), ("emr", "emr-8570-pa52"), ("gnr", "gnr-658x")):
            (tmp / f"{cpu}.json").write_text((DATA / f"cpus/{dump}.json").read_text())
            compare(f"cpu {cpu}", ("-c", cpu), ("-c", str(tmp / f"{cpu}.json")))
        profiles = json.load(lzma.open(DATA / "modules/cpus.json.xz", "rt"))["profiles"]
        for name, profile in profiles.items():
            name = f"synthetic-{name}"
            (tmp / f"{name}.json").write_text(json.dumps(profile))
            for policy in ("allowlist", "linux-7.3", "none"):
                compare(f"cpu {name}, {policy}", ("-c", name, "-p", policy),
                        ("-c", str(tmp / f"{name}.json"), "-p", policy))
    tap.end()


main()
