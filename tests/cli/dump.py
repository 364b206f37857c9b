#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""A modelled host that dump has written down answers as the model does.

Usage: dump.py TDXCPUID; output in TAP.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
REQUESTS = ("captures/qemu-11.1.3-cpu-host/init_vm.txt", "lost.txt", "tsc-cut.txt", "label-trick.txt")
HOSTS = [("--module", module, "--cpu", str(DATA / "cpus/cpudata.xml")) for module in ("1.5.05", "1.5.34", "2.0.08")]
HOSTS += [("--module", "1.5.09"), ("--policy", "linux-7.3"), ("--policy", "none"), ("--module", "1.5.16", "--policy", "none")]


def main():
    def ask(*args):
        return subprocess.run([sys.argv[1], *args], cwd=DATA, capture_output=True, text=True, check=False)

    def answer(*args):
        done = ask("check", "--json", *args)
        if done.returncode == 2:
            return done.stderr
        found = json.loads(done.stdout)
        return {key: found[key] for key in ("verdict", "errno", "effective")}

    with tempfile.TemporaryDirectory() as tmp:
        for host in HOSTS:
            dump = pathlib.Path(tmp) / "host.json"
            dump.write_text(ask("dump", *host).stdout)
            caps = [json.loads(ask("caps", "--json", *which).stdout or "{}") for which in (host, ("--host", str(dump)))]
            tap.result(all(caps[0].get(key) == caps[1].get(key) is not None
                           for key in ("module", "attributes", "xfam", "cpuid")), f"{' '.join(host)}: the capabilities")
            for request in REQUESTS:
                model, written = answer(*host, request), answer("--host", str(dump), request)
                tap.result(model == written, f"{' '.join(host)}: {request}",
                           [] if model == written else [str(model)[:200], str(written)[:200]])
    for module, words in (("1.5.01", "Linux 7.3 does not enable TDX with module 1.5.01"), ("1.5.05", "")):
        done = ask("dump", "--module", module)
        tap.result(done.returncode == 0 and done.stdout and words in done.stderr and bool(words) == bool(done.stderr),
                   f"{module}: whether Linux enables TDX with it", done.stderr.splitlines())
    name = json.loads(ask("dump", "--module", "1.5.34", "--name", "r\u00e4ck").stdout)["name"]
    tap.result(name == "r\u00e4ck", "a modelled host with a name")
    tap.result("name" not in json.loads(ask("dump", "--module", "1.5.34").stdout), "and without")
    for what, args in (("of a profile", ("--cpu", "spr", "--name", "a")), ("that is empty", ("--name", "")),
                       ("that is too long", ("--name", "a" * 256)),
                       ("that is no UTF-8", ("--name", os.fsencode("b\udcff")))):
        done = ask("dump", *args)
        tap.result(done.returncode == 2 and not done.stdout and "--name" in done.stderr, f"a name {what}")
    tap.end()


main()
