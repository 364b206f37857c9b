#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What README and tutorial show is what the tool prints, and their links lead somewhere; the
examples of --help work.

Each command behind "$" is run, in the order of its document and in one folder, which has build/,
tests/ and docs/ like the tree.  With BLESS=1 what differs is written into the document.

Usage: documents.py SOURCE_DIR TDXCPUID; output in TAP.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent))
import shown
import tap

SOURCE, TOOL = (pathlib.Path(arg) for arg in sys.argv[1:3])
RUN = ["README.md", "docs/tutorial.md"]


def folder_like_the_tree(name):
    folder = pathlib.Path(name)
    (folder / "build").mkdir()
    (folder / "build" / "tdxcpuid").symlink_to(TOOL)
    for room in ("tests", "docs", "examples"):
        (folder / room).symlink_to(SOURCE / room)
    return folder


def commands(document):
    text = (SOURCE / document).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = folder_like_the_tree(name)
        for block in shown.blocks(text):
            for command, output in shown.commands(block):
                status, printed = shown.run(command, folder)
                if output is None:
                    good = status not in (2, 126, 127)
                else:
                    good = shown.same(output, printed)
                if not good and output is not None and os.environ.get("BLESS"):
                    text = text.replace(f"$ {command}\n{output}\n", f"$ {command}\n{printed}\n", 1)
                    good = True
                tap.result(good, f"{document}: {command}", [f"status {status}", printed])
    if os.environ.get("BLESS"):
        (SOURCE / document).write_text(text, encoding="utf-8")


def links(document):
    text = document.read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    dead = [link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
            if not (document.parent / link).exists()]
    tap.result(not dead, f"{document.relative_to(SOURCE)}: its links lead somewhere", dead)


def verbs():
    page = subprocess.run([TOOL, "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  ([a-z]+) ", page.split("\nExample:")[0], re.M)


def help_examples():
    """One verb's example may need what another's has made."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        path = {**os.environ, "PATH": f"{TOOL.parent}:{os.environ['PATH']}"}
        for verb in ["", *verbs()]:
            page = shown.run(f"'{TOOL}' {verb} --help", folder)[1]
            example = re.search(r"^Example:\n((?:  .*\n?)+)", page, re.M)
            commands = example.group(1).split("\n") if example else []
            # No QEMU is needed here, and no bash.
            bad = [(command, done) for command in commands if verb not in ("run", "completion")
                   for done in [shown.run(command.strip(), folder, path)] if done[0] not in (0, 1)]
            tap.result(example and not bad, f"the example of 'tdxcpuid {verb}{' ' if verb else ''}--help'", bad)


def json_verbs():
    """README says which verbs have no --json."""
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    said = re.search(r"^All verbs but (.*?) have `--json`", text, re.M | re.S)
    said = set(re.findall(r"`([a-z]+)`", said.group(1))) if said else None
    without = set()
    for verb in verbs():
        options = subprocess.run([TOOL, verb, "--help"], capture_output=True, text=True, check=True)
        if "--json" not in options.stdout:
            without.add(verb)
    tap.result(said == without, "README names the verbs that have no --json", [said, without])


def main():
    for document in RUN:
        commands(document)
    for document in sorted([SOURCE / "README.md", SOURCE / "CONTRIBUTING.md",
                            *(SOURCE / "docs").glob("*.md")]):
        links(document)
    help_examples()
    json_verbs()
    tap.end()


main()
