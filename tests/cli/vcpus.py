#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""A vCPU list in each format that --vcpu reads gives the answer that our text gives, faults are told
where they stand, and what is damaged is refused.

Usage: vcpus.py TDXCPUID; output in TAP.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
QEMU = "captures/qemu-11.1.3-cpu-host/init_vm.txt"
TEXT = (DATA / "captures/qemu-11.1.3-cpu-host/set_cpuid2.txt").read_text()
STRACE = (DATA / "vcpus/strace.txt").read_text()
TRACE = (DATA / "vcpus/trace.txt").read_text()
FIELDS = ("function", "index", "flags", "eax", "ebx", "ecx", "edx")


class Tool:
    def __init__(self, tool, tmp):
        self.tool, self.file = tool, tmp / "vcpu"

    def __call__(self, text, *args):
        self.file.write_text(text)
        return subprocess.run([self.tool, "check", "--module", "1.5.09", *args, "--vcpu", str(self.file), QEMU],
                              cwd=DATA, capture_output=True, text=True, check=False)

    def answer(self, text, *args):
        """The verdict and the violations, and whether there are more lists."""
        done = self(text, "--json", *args)
        if done.returncode == 2:
            return done.stderr, None
        vcpu = json.loads(done.stdout)["vcpus"][0]
        return (vcpu["verdict"], vcpu["violations"]), vcpu.get("first_of_several", False)

    def refuses(self, text, why):
        done = self(text)
        return done.returncode == 2 and not done.stdout and why in done.stderr and "formats(5)" in done.stderr


def without_entry(violations):
    """Where a trace has another order or lacks an entry, the number of the entry is another."""
    return violations[0], [{k: v for k, v in one.items() if k != "entry"} for one in violations[1]]


def check_strace(tool):
    call = next(line for line in STRACE.splitlines() if "KVM_SET_CPUID2" in line) + "\n"
    expected = tool.answer(TEXT)[0]
    tap.result(expected[0] == "inconsistent" and tool.answer(STRACE) == (expected, True), "strace: the first of two")
    tap.result(tool.answer(call) == (expected, False), "strace: one call")
    superset = tool.answer(TEXT, "--mode", "superset")[0]
    tap.result(tool.answer(STRACE, "--mode", "superset")[0] == superset, "strace, superset")

    entries = call.index("entries=[") + len("entries=[")
    end = call.index("]}")
    wrong = [at for at in range(entries, end + 1, 3) if not tool.refuses(call[:at], "error: ")]
    tap.result(not wrong, f"strace: {(end + 1 - entries) // 3} places to cut the list", wrong[:5])
    tap.result(tool.refuses(call[:entries] + "..." + call[end:], "it needs -v"), "strace without -v")
    tap.result(tool.refuses(call.replace("nent=47", "nent=48"), "as nent= says"), "strace: nent")
    many = call[:entries] + ", ".join(["{function=0x1, index=0, flags=0, eax=0, ebx=0, ecx=0, edx=0}"] * 257) + "]}) = 0"
    tap.result(tool.refuses(many, "more than the 256"), "strace: 257 entries")
    for flags in ("KVM_CPUID_FLAG_SIGNIFCANT_INDEX|0x8", "0x1", "0x9 /* KVM_CPUID_FLAG_??? */"):
        tap.result(tool.answer(call.replace("KVM_CPUID_FLAG_SIGNIFCANT_INDEX", flags))[0] == expected,
                   f"strace: flags={flags}")
    tap.result(tool.refuses(call.replace("KVM_CPUID_FLAG_SIGNIFCANT_INDEX", "FLAG"), "an entry is like"),
               "strace: an unknown flag")


def check_trace(tool):
    expected = tool.answer(TEXT)[0]
    first = "".join(line for line in TRACE.splitlines(True) if "4712" not in line)
    tap.result(tool.answer(TRACE) == (expected, True), "trace: the first of two threads")
    tap.result(tool.answer(first) == (expected, False), "trace: one thread")
    tap.result(tool.answer(first + first) == (expected, False), "trace: what the guest asks twice")
    perf = first.replace(" kvm_cpuid:", " kvm:kvm_cpuid:")
    tap.result(tool.answer(perf) == (expected, False), "trace: of perf script")
    other = "".join(sorted(first.splitlines(True), key=lambda line: line[::-1]))
    tap.result(without_entry(tool.answer(other)[0])[0] == "inconsistent", "trace: in another order")

    line = next(line for line in first.splitlines() if "func 7 idx 0" in line)
    start = line.index("func 7")
    wrong = [at for at in range(start, len(line)) if not tool.refuses(line[:at], "error: ")]
    tap.result(not wrong, f"trace: {len(line) - start} places to cut the event", wrong[:5])
    many = "".join(line.replace("func 7", f"func {n:x}") + "\n" for n in range(0x100, 0x201))
    tap.result(tool.refuses(many, "more than the 256"), "trace: 257 entries")


def check_places(tool):
    """The line of each fault, by an entry that is wrong on its own."""
    texts = {"text": (TEXT, "\n0x00000007 0x00 "), "trace": (TRACE, "func 7 idx 0 ")}
    for name, (text, needle) in texts.items():
        line = text[:text.index(needle) + 1].count("\n") + 1
        out = tool(text).stdout
        tap.result(f"{tool.file}:{line}: error: [kvm] 0x7.0.edx" in out, f"{name}: the line of a fault")
    short = "vmm-1 [003] ..... 1.0: kvm_cpuid: func 7 idx 0 rax 0 rbx 0 rcx 0 rdx 10, cpuid entry found"
    shown = re.findall(r"^ +1 \| (.*)\n +\| ( *)(\^~*)$", tool(short).stdout, re.M)
    tap.result([line[len(left):len(left) + len(mark)] for line, left, mark in shown] == ["0", "0", "10"] and
               len({left for _, left, _ in shown}) == 3, "trace: the value at fault is marked")


def check_case(tool):
    """Words in upper case are as good, in what is read and in what is found again for a place."""
    for name, text in (("strace", STRACE.replace("eax=", "EAX=").replace("edx=", "EDX=")),
                       ("trace", TRACE.replace(" rax ", " RAX ").replace(" rdx ", " RDX "))):
        done = tool(text)
        tap.result(done.returncode == 1 and "error: [kvm] 0x7.0.edx" in done.stdout, f"{name}: in upper case",
                   done.stderr.splitlines())


def main():
    rows = [dict(zip(FIELDS, (f"0x{int(n, 16):x}" for n in line.split())))
            for line in TEXT.splitlines() if line.startswith("0x")]
    with tempfile.TemporaryDirectory() as tmp:
        tool = Tool(sys.argv[1], pathlib.Path(tmp))
        tap.result(tool.answer(json.dumps(rows))[0] == tool.answer(TEXT)[0] and len(rows) == 47, "a JSON array")
        check_strace(tool)
        check_trace(tool)
        check_places(tool)
        check_case(tool)
    tap.end()


main()
