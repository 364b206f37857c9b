#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""diff of any two modules names nothing twice.  Usage: diff.py TDXCPUID; output in TAP."""
import collections
import json
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

# The list of names in a sentence on an update.
LISTS = (re.compile(r"silently lose (.*?): until"), re.compile(r"as configurable: (.*?)\. A request"))


def main():
    def ask(*args):
        return json.loads(subprocess.run([sys.argv[1], *args], capture_output=True, text=True, check=True).stdout)

    modules = [row["module"] for row in ask("explain", "--json", "mce")["modules"]]
    wrong, lists = [], 0
    for a in modules:
        for b in modules:
            found = ask("diff", "--json", a, b)
            rows = collections.Counter(tuple(change[key] for key in
                                             ("leaf", "subleaf", "register", "from", "to", "verdict"))
                                       for change in found["changes"])
            wrong += [f"{a} {b}: two rows for {row}" for row, times in rows.items() if times > 1]
            for text in found["update"]["text"]:
                for names in (m[1] for m in map(lambda e, t=text: e.search(t), LISTS) if m):
                    lists += 1
                    wrong += [f"{a} {b}: {name} {times} times" for name, times in
                              collections.Counter(names.split()).items() if times > 1]
    tap.result(not wrong, "nothing is named twice", wrong[:10])
    tap.result(lists > 20, f"{lists} lists were looked at")
    tap.end()


main()
