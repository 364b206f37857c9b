#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The n-th allocation of each verb fails, alone and with all that follow: the full answer,
byte for byte, or exit status 2, a message and nothing on standard output; of a batch, whole
lines, of which only those that say so differ.

Usage: no-memory.py TDXCPUID FAILMALLOC FAKE_KVM CLIENT [many]; output in TAP.  Of a verb with many
allocations only some are tried.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
REQUEST = "captures/qemu-11.1.3-cpu-host/init_vm.txt"
VCPU = "captures/qemu-11.1.3-cpu-host/set_cpuid2.txt"
CLIENT = os.path.abspath(sys.argv[4])
TRIES = 300 if "many" in sys.argv[5:] else 60  # of a verb: atlas makes thousands and takes 0.2 s

COMMANDS = {
    "help": ["--help"],
    "version": ["--version"],
    "help of check": ["check", "--help"],
    "caps": ["caps"],
    "caps --json of a module file": ["caps", "--json", "--module", "next-module.json"],
    "caps --kvm": ["caps", "--kvm"],
    "check": ["check", REQUEST],
    "check --json --vcpu": ["check", "--json", "--vcpu", VCPU, REQUEST],
    "check of everything wrong": ["check", "everything-wrong.json"],
    "check --vcpu of strace": ["check", "--vcpu", "vcpus/strace.txt", REQUEST],
    "check --vcpu of a trace": ["check", "--vcpu", "vcpus/trace.txt", REQUEST],
    "check --host": ["check", "--host", "host-1.5.05.json", REQUEST],
    "check --snp-page": ["check", "--snp-page", "snp-page.bin", "--vcpu", VCPU],
    "check --snp-page --cpu": ["check", "--snp-page", "snp-refused.bin", "--cpu", "milan", "--vcpu", "snp-vcpu-other.txt"],
    "check --supported": ["check", "--supported", "supported-genoa.txt", "--vcpu", "supported-claims.txt"],
    "check --supported --json": ["check", "--json", "--supported", "supported-spr.txt", "--vcpu", VCPU],
    "check of an input that cannot be read": ["check", "."],
    "check --batch": ["check", "--batch", "batch.jsonl"],
    "explain": ["explain", "waitpkg", "amx", "user_shstk", "tsx"],
    "request": ["request", "+waitpkg", "-amx"],
    "request --json": ["request", "--json"],
    "list": ["list"],
    "list --json": ["list", "--json"],
    "explain --json": ["explain", "--json", "waitpkg", "perfmon", "bmi"],
    "diff": ["diff", "1.5.08", "1.5.09"],
    "diff --json": ["diff", "--json", "1.5.08", "1.5.09"],
    "decode": ["decode", "0xc000010000000045", "7"],
    "decode --json": ["decode", "--json", "0xc000010000000045", "7"],
    "dump": ["dump"],
    "export prometheus --kvm": ["export", "prometheus"],
    "export prometheus --host": ["export", "prometheus", "--host", "host-1.5.05.json"],
    "dump --module": ["dump", "--module", "1.5.34", "--cpu", "cpus/cpuid-r.txt"],
    "dump --cpu of kcpuid -r": ["dump", "--cpu", "cpus/kcpuid-r.txt"],
    "dump --cpu of InstLatx64": ["dump", "--cpu", "cpus/instlatx64.txt"],
    "dump --cpu of cpudata": ["dump", "--cpu", "cpus/cpudata.xml"],
    "atlas": ["atlas", "--module", "next-module.json", "--host", "host-1.5.05.json"],
    "completion": ["completion", "bash"],
    # A static program: what is preloaded is the tool's alone.
    "run": ["run", "--", CLIENT, "life"],
}


class Runner:
    def __init__(self, tool, preload):
        self.tool, self.preload = tool, preload

    def __call__(self, args, n, later):
        """Exit status, output, messages and the number of allocations."""
        env = dict(os.environ, LD_PRELOAD=self.preload, FAKE_KVM="tdx", FAIL_N=str(n))
        if later:
            env["FAIL_ALL"] = "1"
        reader, writer = os.pipe()
        env["FAIL_COUNT"] = str(writer)
        done = subprocess.run([self.tool, *args], cwd=DATA, env=env, pass_fds=[writer],
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        os.close(writer)
        counted = os.read(reader, 64)
        os.close(reader)
        return done.returncode, done.stdout, done.stderr, int(counted or 0)


def whole_lines(out, full):
    """Whether each line is that of the full answer or says that there was no memory."""
    lines, answers = out.splitlines(True), full.splitlines(True)
    if len(lines) > len(answers):
        return False
    for line, answer in zip(lines, answers):
        if line != answer and b"out of memory" not in line:
            return False
        if not line.endswith(b"\n"):
            return False
        json.loads(line)
    return True


def is_fine(args, full, got):
    status, out, err, _ = got
    # The report of run is a message, beside what the program prints.
    if status == full[0] and out == full[1] and ("run" not in args or err == full[2]):
        return True
    if status != 2:
        return False
    if "--batch" in args:
        return whole_lines(out, full[1]) and (b"out of memory" in err or b"out of memory" in out)
    if "run" in args:
        # What the program says as its calls go unanswered, right before its end, is its own.
        return b"out of memory" in err
    return not out and bool(err.strip())


def main():
    tool, failmalloc, fake_kvm = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as tmp:
        # The names in LD_PRELOAD end at a blank.
        libraries = [shutil.copy(lib, f"{tmp}/{n}.so") for n, lib in enumerate((failmalloc, fake_kvm))]
        run = Runner(tool, " ".join(libraries))
        for name, args in COMMANDS.items():
            full = run(args, 0, False)
            total, wrong = full[3], []
            if name == "run" and full[0] in (2, 126):
                tap.skip(name, full[2].decode().splitlines()[-1])
                continue
            stride = max(1, total // TRIES)
            # The first ones are before main() has done much: all of them.
            for n in sorted({*range(1, min(total, 20) + 1), *range(20, total + 1, stride)}):
                for later in (False, True):
                    got = run(args, n, later)
                    if not is_fine(args, full, got):
                        wrong.append(f"{n}{' and later' if later else ''}: status {got[0]}, "
                                     f"{len(got[1])} of {len(full[1])} bytes, {got[2][-80:]}")
            if full[0] > 2 or not total:
                wrong.append("no answer")
            tap.result(not wrong, f"{name} ({total} allocations)", wrong[:5])
    tap.end()


main()
