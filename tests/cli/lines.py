#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What counts as a line, whatever ends it: the place that is told, the line that is shown
and the caret under it agree, and no answer is longer than its input allows.

Usage: lines.py TDXCPUID; output in TAP.
"""
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

ENDS = ("\n", "\r\n", "\r", "\n\r", "\0", "", "\t \r\r")
HEADER = "attributes=0 xfam=3"
GPAW = "0x80000008 0 0 300000 0 0 0"
FAULT = "7 0 1 0 0 0020 0"
BIG = 9876543210987654321  # 19 digits, and more than Jansson's integers hold


class Tool:
    def __init__(self, tool, tmp):
        self.tool, self.tmp = tool, pathlib.Path(tmp)

    def __call__(self, args, text):
        """Exit status, output and messages; an answer without end is cut."""
        (self.tmp / "in").write_bytes(text.encode())
        with subprocess.Popen([self.tool, "check", *args, self.tmp / "in"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            limit = 100 * len(text) + 100_000
            out = child.stdout.read(limit + 1)
            if len(out) > limit:
                child.kill()
                return None, "", ""
            err = child.stderr.read()
        return child.returncode, out.decode(), err.decode()


def wrong_excerpts(text, out, name, at_fault):
    """What is wrong with the excerpts in an answer: why, or None."""
    lines = text.split("\n")
    said = out.split("\n")
    found = 0
    for i, line in enumerate(said):
        place = re.match(r"(.*):(\d+): error: \[\w+\] (\S*): ", line)
        if not place or place[3] != "0x7.0.ecx" or place[1] != str(name):
            continue
        excerpt = re.match(r" *(\d+) \| (.*)", said[i + 1])
        caret = re.match(r"      \| ( *)(\^~*)$", said[i + 2])
        if not excerpt or not caret or excerpt[1] != place[2]:
            return "no excerpt"
        if excerpt[2] != re.sub(r"[\r\t]", " ", lines[int(place[2]) - 1]).rstrip():
            return "another line"
        if excerpt[2][len(caret[1]):][:len(caret[2])] != at_fault:
            return "the caret is elsewhere"
        found += 1
    return None if found == 1 else f"told {found} times"


def text_requests(tool):
    wrong, judged = [], 0
    for ends in itertools.product(ENDS, repeat=3):
        text = HEADER + ends[0] + GPAW + ends[1] + FAULT + ends[2]
        status, out, err = tool([], text)
        where = re.match(r".*/in:(\d+):\d+: error: ", err)
        if status == 2:
            fine = not out and where and int(where[1]) <= text.count("\n") + 1
            if not fine:
                wrong.append(f"{ends!r}: no place: {err!r}")
        elif status == 1:
            judged += 1
            why = wrong_excerpts(text, out, tool.tmp / "in", "0020")
            if why:
                wrong.append(f"{ends!r}: {why}")
        else:
            wrong.append(f"{ends!r}: status {status}")
    tap.result(not wrong, "text: every end of a line", wrong[:3])
    tap.result(judged > 50, f"text: most are judged ({judged})")


def vcpu_lists(tool):
    (tool.tmp / "request").write_text(f"{HEADER}\n{GPAW}\n")
    wrong, judged = [], 0
    for ends in itertools.product(ENDS, repeat=3):
        text = "# a list" + ends[0] + "\n" + ends[1] + FAULT + ends[2]
        (tool.tmp / "vcpu").write_bytes(text.encode())
        status, out, err = tool(["--policy", "none", "--vcpu", tool.tmp / "vcpu"],
                                f"{HEADER}\n{GPAW}\n")
        if status == 1:
            judged += 1
            why = wrong_excerpts(text, out, tool.tmp / "vcpu", "0020")
            if why:
                wrong.append(f"{ends!r}: {why}")
        elif status != 2 or out or not err:
            wrong.append(f"{ends!r}: status {status}")
    tap.result(not wrong, "vCPU lists: every end of a line", wrong[:3])
    tap.result(judged > 50, f"vCPU lists: most are judged ({judged})")


def json_requests(tool):
    wrong, batch, judged = [], b"", 0
    gpaw = '{"function":"0x80000008","eax":"0x300000","ebx":0,"ecx":0,"edx":0}'
    for a, b, c in itertools.product(ENDS, repeat=3):
        fault = '{"function":7,"index":0,"flags":1,"eax":0,"ebx":0,%s"ecx":%s32%s,"edx":0}' % (a, b, c)
        # Broken once, as no line of more than 120 bytes is shown.
        text = '{"attributes":0,"xfam":3,"cpuid":[%s,\n%s%s%s]}%s' % (gpaw, c, fault, a, b)
        status, out, err = tool([], text)
        if "\0" in text:
            if status != 2 or out or not re.match(r".*:\d+:\d+: error: ", err):
                wrong.append(f"{a!r} {b!r} {c!r}: status {status} with a NUL")
        else:
            judged += 1
            why = wrong_excerpts(text, out, tool.tmp / "in", "32") if status == 1 else status
            if why:
                wrong.append(f"{a!r} {b!r} {c!r}: {why}")
            batch += text.replace("\n", "\r").encode() + b"\n"
    tap.result(not wrong, "JSON: every end of a line", wrong[:3])
    tap.result(judged > 50, f"JSON: most are judged ({judged})")

    status, out, _ = tool(["--batch"], batch.decode())
    lines = out.splitlines()
    tap.result(status == 1 and len(lines) == judged and
               all(json.loads(line)["verdict"] == "rejected" for line in lines),
               f"batch: an answer a line, status {status}")


def many_faults(tool):
    """The worst that an input can ask for: every entry at fault, in every form."""
    wrong = []
    for end in ("\r\n", "\n", "\t\r\n"):
        entries = end.join(f"{leaf:x} 0 0 1 1 1 1" for leaf in range(256))
        for args in ([], ["--json"]):
            status, out, _ = tool(args, HEADER + end + entries)
            if status != 1 or not out:
                wrong.append(f"{end!r} {args}: status {status}")
    line = json.dumps({"attributes": 0, "xfam": 3, "cpuid": [
        {"function": n, "eax": 1, "ebx": 1, "ecx": 1, "edx": 1} for n in range(256)]})
    status, out, _ = tool(["--batch"], (line + "\n") * 20)
    if status != 1 or len(out.splitlines()) != 20:
        wrong.append(f"batch: status {status}")
    tap.result(not wrong, "256 entries at fault: an answer of bounded length", wrong[:3])


def columns_behind_numbers(tool):
    """A decimal that does not fit into 63 bits moves no column behind it."""
    wrong = []
    for number, gap in itertools.product((3, BIG, 18446744073709551615), (" ", "\n", "\r", "")):
        for more in ("", f'"tsc_khz":1,{gap}"id":{BIG},{gap}'):
            text = f'{{"attributes":{number},{gap}"xfam":{number},{gap}{more}"cpuid":[}}'
            _, _, err = tool([], text)
            line = text.count("\n") + 1
            column = len(text.split("\n")[-1])
            if f"in:{line}:{column}: error: " not in err:
                wrong.append(f"{text!r}: {err!r}")
    tap.result(not wrong, "JSON: the column behind numbers of 19 and 20 digits", wrong[:3])


def main():
    with tempfile.TemporaryDirectory() as tmp:
        tool = Tool(sys.argv[1], tmp)
        text_requests(tool)
        vcpu_lists(tool)
        json_requests(tool)
        many_faults(tool)
        columns_behind_numbers(tool)
    tap.end()


main()
