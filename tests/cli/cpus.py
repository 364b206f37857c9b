#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""A CPU in each format that --cpu reads: what is read is what another reader of the format reads,
all formats and the profile that dump makes of them answer alike, and what is damaged is refused.

Usage: cpus.py TDXCPUID; output in TAP.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
CPUS = DATA / "cpus"
QEMU = "captures/qemu-11.1.3-cpu-host/init_vm.txt"
SYSCALL = 1 << 11
NAMES = ("eax", "ebx", "ecx", "edx")


def read_cpuid(text):
    first = re.split(r"^CPU 1:$", text, flags=re.M)[0]
    row = re.compile(r"^ +0x(\w+) 0x(\w+): eax=0x(\w+) ebx=0x(\w+) ecx=0x(\w+) edx=0x(\w+)$", re.M)
    return {(int(m[1], 16), int(m[2], 16)): [int(m[i], 16) for i in range(3, 7)] for m in row.finditer(first)}


def read_kcpuid(text):
    leaves, parent = {}, None
    for line in text.splitlines():
        numbers = [int(n, 16) for n in re.findall(r"=0x(\w+)", line)]
        if line.endswith("subleafs:"):
            parent = int(line.split(":")[0], 16)
        elif line.startswith(" "):
            leaves[parent, int(line.split(":")[0])] = numbers
        elif numbers:
            leaves[int(line.split(":")[0], 16), 0] = numbers
    return leaves


def read_instlatx64(text):
    leaves = {}
    for line in text.split("Logical CPU #1")[0].splitlines():
        if line.startswith("CPUID 0") or line.startswith("CPUID 8"):
            subleaf = re.search(r"\[SL (\w+)\]", line)
            leaves[int(line[6:14], 16), int(subleaf[1], 16) if subleaf else 0] = [
                int(n, 16) for n in line[16:51].split("-")]
    leaves[0x80000001, 0][3] |= SYSCALL
    return leaves


def read_cpudata(text):
    return {(int(e.get("eax_in"), 16), int(e.get("ecx_in"), 16)): [int(e.get(r), 16) for r in NAMES]
            for e in xml.etree.ElementTree.fromstring(text).iter("cpuid")}


# The file, another reader of it, what it has of IA32_ARCH_CAPABILITIES.
FORMATS = {
    "cpuid-r.txt": (read_cpuid, 0),
    "kcpuid-r.txt": (read_kcpuid, 0),
    "instlatx64.txt": (read_instlatx64, 0x28fdeb),
    "cpudata.xml": (read_cpudata, 0x28fdeb),
}


class Tool:
    def __init__(self, tool, tmp):
        self.tool, self.tmp = tool, tmp

    def __call__(self, *args):
        return subprocess.run([self.tool, *args], cwd=DATA, capture_output=True, text=True, check=False)

    def of_text(self, text, *args):
        """The same with a file of that text behind the arguments."""
        path = self.tmp / "cpu.txt"
        path.write_text(text)
        return self(*args, str(path))

    def answers(self, cpu):
        """What caps and check say, but for where it comes from."""
        found = [self("caps", "--json", "--cpu", cpu), self("check", "--json", "--cpu", cpu, QEMU),
                 self("check", "--json", "--module", "2.0.08", "--cpu", cpu, "lost.txt")]
        if any(one.returncode == 2 for one in found):
            return found[0].stderr
        return [{k: v for k, v in json.loads(one.stdout).items() if k not in ("cpu", "notes")} for one in found]

    def notes(self, text):
        return json.loads(self.of_text(text, "caps", "--json", "--cpu").stdout)["notes"]


def check_reading(tool, name, reader, arch_capabilities):
    done = tool("dump", "--cpu", str(CPUS / name))
    profile = json.loads(done.stdout or "{}")
    read = {}
    for key, registers in profile.get("cpuid", {}).items():
        leaf, _, subleaf = key.partition(".")
        read[int(leaf, 16), int(subleaf or "0", 16)] = [int(r, 16) for r in registers]
    wrong = [f"{k}: {read.get(k)} {v}" for k, v in reader((CPUS / name).read_text()).items() if read.get(k) != v]
    tap.result(not wrong and len(read) > 50 and set(read) == set(reader((CPUS / name).read_text())),
               f"{name}: each leaf, and no other", wrong + done.stderr.splitlines())
    tap.result(profile.get("ia32_arch_capabilities") == hex(arch_capabilities), f"{name}: IA32_ARCH_CAPABILITIES")
    path = tool.tmp / "profile.json"
    path.write_text(done.stdout)
    tap.result(tool.answers(str(path)) == tool.answers(str(CPUS / name)), f"{name}: its profile answers alike")
    lost = [note for note in tool.notes((CPUS / name).read_text()) if "subleaves" in note]
    if name == "kcpuid-r.txt":
        tap.result(lost == ["leaf 0x1d has 2 subleaves, of which only the first is in the file; the rest is "
                            "taken as 0"],
                   f"{name}: what the program left out is told", lost)
    else:
        tap.result(tool.answers(str(CPUS / name)) == tool.answers(str(CPUS / "cpuid-r.txt")) and not lost,
                   f"{name}: answers as cpuid -r does", lost)
    said = any("(syscall)" in note for note in tool.notes((CPUS / name).read_text()))
    tap.result(said == (name == "instlatx64.txt"), f"{name}: SYSCALL is told where it was hidden")


def check_others(tool):
    """The CPUs behind the first."""
    text = (CPUS / "cpuid-r.txt").read_text()
    first, second = text.split("CPU 1:")
    tap.result(tool.notes(text) == tool.notes("CPU:" + first.removeprefix("CPU 0:")),
               "APIC IDs are no difference; cpuid -1 -r")
    tap.result(tool.notes("CPU 0:\nCPU 1:" + first.removeprefix("CPU 0:")) == tool.notes(first),
               "a CPU without leaves is none")
    for name, old, new, place in (
            ("a feature", "ebx=0xf3bfbffb", "ebx=0xf3bfbfeb", "0x7.0.ebx is 0xf3bfbffb there, and 0xf3bfbfeb of CPU 2"),
            ("a stepping", "eax=0x000806f8", "eax=0x000806f6", "0x1.eax is 0x806f8"),
            ("a leaf that the first lacks", "0x00000020 0x00: eax=0x00000000", "0x00000020 0x01: eax=0x00000001",
             "0x20.1.eax is 0x0 there, and 0x1 of CPU 2")):
        notes = tool.notes(text + "CPU 2:" + second.replace(old, new))
        tap.result(sum("not all are alike" in n for n in notes) == 1 and any(place in n for n in notes) and
                   any("3 CPUs" in n for n in notes), f"of another CPU {name} is told", notes)


def check_damage(tool, name):
    """A file that ends within an entry, and one with garbage in an entry."""
    text = (CPUS / name).read_text()
    start = text.index("\n", len(text) // 5) + 1
    registers = min(at for at in (text.find(word, start) for word in ("eax=", "EAX=", ": ")) if at > 0)
    end = text.index("\n", registers)
    if "[" in text[registers:end]:
        end = text.index("[", registers) - 1
    cuts = range(registers + 6, end)
    wrong = []
    for at in cuts:
        done = tool.of_text(text[:at], "caps", "--cpu")
        if done.returncode != 2 or done.stdout or "tdxcpuid-formats(5)" not in done.stderr:
            wrong.append(f"cut at {at}: {done.returncode} {done.stderr}")
        done = tool.of_text(text[:at] + "\0?" + text[at:], "caps", "--cpu")
        if done.returncode != 2 or done.stdout:
            wrong.append(f"garbage at {at}: {done.returncode} {done.stderr}")
    tap.result(not wrong and len(cuts) > 20, f"{name}: {len(cuts)} ways to damage an entry", wrong[:5])
    line = text[text.rindex("\n", 0, registers) + 1:text.index("\n", registers) + 1]
    done = tool.of_text(text[:start] + line + text[start:], "caps", "--cpu")
    tap.result(done.returncode == 2 and "second time" in done.stderr, f"{name}: an entry twice", [done.stderr])


def main():
    with tempfile.TemporaryDirectory() as tmp:
        tool = Tool(sys.argv[1], pathlib.Path(tmp))
        for name, (reader, arch_capabilities) in FORMATS.items():
            check_reading(tool, name, reader, arch_capabilities)
            check_damage(tool, name)
        check_others(tool)

        native = tool("dump", "--cpu", "native").stdout
        (tool.tmp / "native.json").write_text(native)
        tap.result(len(json.loads(native)["cpuid"]) > 3 and
                   tool.answers(str(tool.tmp / "native.json")) == tool.answers("native"),
                   "native: its profile answers alike")
    tap.end()


main()
