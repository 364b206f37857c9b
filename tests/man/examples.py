#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The manual's examples are true: the programs of section 3 compile without a warning and print
what their page says, and so do the commands that section 1 shows with their output.

Usage: examples.py SOURCE_DIR TDXCPUID LIBRARY CC...; output in TAP.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import shown
import tap

SOURCE, TOOL, LIBRARY = (pathlib.Path(arg) for arg in sys.argv[1:4])
CC = sys.argv[4:]


def examples(page):
    text = page.read_text(encoding="ascii")
    section = re.search(r"^# EXAMPLES\n(.*?)(?=^# )", text, re.M | re.S)
    return section.group(1) if section else ""


def program(page, folder):
    blocks = shown.blocks(examples(page))
    (folder / "example.c").write_text(blocks[0] + "\n", encoding="ascii")
    done = subprocess.run([*CC, "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror",
                           f"-I{SOURCE}/include", "-o", folder / "example", folder / "example.c",
                           LIBRARY, f"-Wl,-rpath,{LIBRARY.parent}"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        return [done.stderr]
    if len(blocks) == 1:
        return []
    status, printed = shown.run("./example", folder)
    return [] if not status and printed == blocks[1] else [f"status {status}", printed]


def main():
    for page in sorted((SOURCE / "man").glob("*.3.scd.in")):
        with tempfile.TemporaryDirectory() as folder:
            details = program(page, pathlib.Path(folder))
        tap.result(not details, page.name, details)
    environment = {**os.environ, "PATH": f"{TOOL.parent}:{os.environ['PATH']}"}
    for page in sorted((SOURCE / "man").glob("*.1.scd")):
        for block in shown.blocks(examples(page)):
            for command, output in shown.commands(block):
                if output is None:
                    continue
                printed = shown.run(command, SOURCE, environment)[1]
                tap.result(shown.same(output, printed), f"{page.name}: {command}", [printed])
    tap.end()


main()
