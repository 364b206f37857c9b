#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What check says of requests that are wrong or odd as a whole: runs of like entries are told once, bits
that nobody configures as that, and figures of the TD that make no sense in a note.

Usage: told.py TDXCPUID; output in TAP.
"""
import json
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

FIELDS = ("function", "index", "flags", "eax", "ebx", "ecx", "edx")
MODULES = ("1.5.05", "1.5.34", "2.0.08")
GPAW = (0x80000008, 0, 0, 48 << 16, 0, 0, 0)
CACHES = [(4, 0, 1, 0x121, 0x1c00000, 0x3f, 1), (4, 1, 1, 0x122, 0x1c00000, 0x3f, 1),
          (4, 2, 1, 0x143, 0x3c00000, 0xfff, 1), (4, 3, 1, 0x163, 0x3c00000, 0x3fff, 2)]


class Tool:
    def __init__(self, tool):
        self.tool = tool

    def run(self, *args, text=None):
        return subprocess.run([self.tool, *args], input=text, capture_output=True, text=True, check=False)

    def batch(self, requests):
        """The answers to lists of entries, each with what else is in the request."""
        lines = [json.dumps({"attributes": "0x10000000", "xfam": "0x61ae7", **more,
                             "cpuid": [dict(zip(FIELDS, entry)) for entry in entries]})
                 for entries, more in requests]
        out = self.run("check", "--batch", text="\n".join(lines) + "\n").stdout
        return [json.loads(line) for line in out.splitlines()]

    def faults(self, *entries):
        return [(one["reason"], one["entry"], one.get("count", 1), one["text"], one["fix"])
                for one in self.batch([(entries, {})])[0]["violations"]]

    def notes(self, *entries, **more):
        return " | ".join(self.batch([(entries, more)])[0]["notes"])


def check_runs(tool):
    found = tool.faults(*([GPAW] + [(0,) * 7] * 255))
    tap.result(len(found) == 1 and found[0][:3] == ("no-slot", 1, 255) and "255 entries in a row of zeros" in found[0][3]
               and "nent is 256, and must be 1" in found[0][4], "a list that is padded to 256", found)
    found = tool.faults(GPAW, (0,) * 7)
    tap.result(len(found) == 1 and "1 entry of zeros" in found[0][3] and "must be 1" in found[0][4],
               "one entry too many", found)
    found = tool.faults(GPAW, (0,) * 7, (7, 0, 1, 0, 0, 0, 0))
    tap.result(len(found) == 1 and "zeros" not in found[0][3], "zeros in the midst are an entry for leaf 0", found)
    found = tool.faults(*[GPAW] * 200)
    tap.result([one[:3] for one in found] == [("duplicate", 1, 199)] and "198 entries behind it" in found[0][3],
               "the same entry again and again", found)
    denied = (7, 0, 1, 0, 0, 0x20, 0)
    found = [one[:3] for one in tool.faults(GPAW, *[denied] * 9)]
    tap.result(("denied", 1, 9) in found and ("duplicate", 2, 8) in found or
               ("duplicate", 2, 8) in found and ("denied", 1, 1) in found, "several faults of an entry", found)
    found = tool.faults(GPAW, (2, 0, 0, 0, 0, 0, 0), (5, 0, 0, 0, 0, 0, 0), (5, 0, 0, 0, 0, 0, 0), (2, 0, 0, 0, 0, 0, 0))
    tap.result([one[:3] for one in found] == [("no-slot", 1, 1), ("no-slot", 2, 2), ("no-slot", 4, 1)],
               "what is not alike is told one by one", found)
    text = "attributes=0 xfam=3\n" + (" ".join(f"{n:x}" for n in GPAW) + "\n") * 256
    out = tool.run("check", "-", text=text).stdout
    tap.result(out.count("error:") == 1 and "(lines 3 to 257)" in out, "as text, too, with the lines", [out])


def check_fixed(tool):
    """Each bit of the slots with features, alone, against what explain says of it."""
    requests, bits = [], []
    for leaf, subleaf in ((1, None), (7, 0), (7, 1), (0x80000008, None)):
        for reg, name in enumerate(("eax", "ebx", "ecx", "edx")):
            for bit in range(32):
                if leaf == 0x80000008 and name == "eax":
                    continue
                place = f"{leaf:x}.{name}.{bit}" if subleaf is None else f"{leaf:x}.{subleaf:x}.{name}.{bit}"
                row = json.loads(tool.run("explain", "--json", place).stdout)
                classes = {one["module"]: one["class"] for one in row["modules"]}
                entry = [leaf, subleaf or 0, int(subleaf is not None), 0, 0, 0, 0]
                entry[3 + reg] = 1 << bit
                if leaf == 0x80000008:
                    entry[3] |= 48 << 16
                for module in MODULES:
                    requests.append(([entry] if leaf == 0x80000008 else [entry, GPAW], {"module": module}))
                    bits.append((place, module, classes[module]))
    wrong, seen = [], {}
    for (place, module, bit_class), answer in zip(bits, tool.batch(requests), strict=True):
        said = {"fixed1" if "1 in every TD of module" in one["text"] else
                "native" if "passes on what the CPU has" in one["text"] else None
                for one in answer["violations"] if one["reason"] in ("denied", "not-configurable")}
        # The bit of another class may be accepted, or refused for what it is.
        expected = bit_class if bit_class in ("fixed1", "native") else None
        if said and said != {expected}:
            wrong.append(f"{place} {module}: {bit_class}, {answer['violations']}")
        if not said and expected:
            wrong.append(f"{place} {module}: {bit_class}, and accepted")
        seen[expected] = seen.get(expected, 0) + 1
    tap.result(not wrong and all(n > 30 for n in seen.values()) and len(seen) == 3,
               f"{len(bits)} bits: {seen}", wrong[:10])


def check_notes(tool):
    empty = tool.notes(GPAW)
    tap.result("no cache sizes: 0x4.0 is 0x0 0x3f 0x0 0x0, and leaf 2 sends there" in empty, "no cache at all", [empty])
    fine = tool.notes(GPAW, *CACHES, (0x1f, 0, 1, 0, 1, 0x100, 0), (0x1f, 1, 1, 0, 1, 0x201, 0))
    tap.result("cache" not in fine and "contradict" not in fine, "caches and topology that agree", [fine])
    hole = tool.notes(GPAW, *CACHES[:2], CACHES[3])
    tap.result("does not find cache 0x4.3: 0x4.2 is 0x0 0x3f 0x0 0x0" in hole, "a hole in the list", [hole])
    native = tool.notes(GPAW, *CACHES)
    tap.result("up to 1 cores, by 0x1f 40 processors, 2 a core" in native, "one core, and the CPU's own topology", [native])
    four = [(0x1f, 0, 1, 0, 1, 0x100, 0), (0x1f, 1, 1, 2, 4, 0x201, 0)]
    cores = [(leaf, n, flags, eax | 3 << 26, *rest) for leaf, n, flags, eax, *rest in CACHES]
    tap.result("contradict" not in tool.notes(GPAW, *cores, *four), "four cores of four")
    shared = [(leaf, n, flags, eax | 7 << 14 if n == 3 else eax, *rest) for leaf, n, flags, eax, *rest in cores]
    found = tool.notes(GPAW, *shared, *four)
    tap.result("cache 0x4.3 (eax 0xc01c163) is shared by up to 8 processors, and a package has room for 4" in found,
               "more share a cache than there are", [found])
    found = tool.notes(GPAW, tsc_khz=1010000)
    tap.result("has 1000000 kHz, not 1010000" in found, "a frequency that is rounded", [found])
    tap.result("TSC" not in tool.notes(GPAW, tsc_khz=1025000), "a frequency that is none")
    text = tool.batch([([GPAW], {"tsc_khz": 90001})])[0]["violations"][0]["text"]
    tap.result("90001 kHz" in text, "a frequency that is refused is told as it was asked for", [text])


def main():
    tool = Tool(sys.argv[1])
    check_runs(tool)
    check_fixed(tool)
    check_notes(tool)
    tap.end()


main()
