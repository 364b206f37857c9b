#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""No room uses what it may not: the table of docs/architecture.md against the includes.

The library has the only copy of the model: what its archives define is in no program.
Usage: rooms.py SOURCE_ROOT PROGRAM... MODEL_ARCHIVE...; output in TAP.
"""
import pathlib
import re
import subprocess
import sys

import tap

ROW = re.compile(r"^\| `(\w+)/` \|.*\| ([^|]*) \|$", re.M)
FILES = re.compile(r"^\| ((?:`[\w*]+` ?)+)\|", re.M)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def rooms_of(page):
    """The rooms, each with those that it may use; None: all."""
    return {room: None if uses == "all" else set(re.findall(r"`(\w+)/`", uses))
            for room, uses in ROW.findall(page)}


def room_of(root, file, bracket, name, headers):
    """The room that an include takes a header from; None if it is nobody's."""
    path = (file.parent / name).resolve()
    if bracket == '"' and path.is_file():
        return path.relative_to(root).parts[0]
    # Found by an include path: only the name is known.
    return headers.get(pathlib.PurePath(name).name)


def symbols(file, *options):
    """What the file defines."""
    out = subprocess.run(["nm", "--defined-only", *options, file], capture_output=True, text=True,
                         check=True).stdout
    return {line.split()[2] for line in out.splitlines() if len(line.split()) == 3}


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    page = (root / "docs/architecture.md").read_text()
    rooms = rooms_of(page)
    sources = [path for path in root.rglob("*.[ch]")
               if not path.relative_to(root).parts[0].startswith(("build", ".", "obj-"))]

    homeless = {path.relative_to(root).parts[0] for path in sources} - rooms.keys()
    tap.result(not homeless, "the page knows every room", sorted(homeless))
    tap.result(len(rooms) > 8, "the table is found in docs/architecture.md")

    # Stand-ins have the names of Linux's headers; it is the build that tells them apart.
    headers = {path.name: path.relative_to(root).parts[0] for path in sources
               if path.suffix == ".h" and "standin" not in path.parts}
    for room, may in rooms.items():
        wrong = []
        for file in sorted((root / room).rglob("*.[ch]")):
            for bracket, name in INCLUDE.findall(file.read_text(errors="replace")):
                other = room_of(root, file, bracket, name, headers)
                if other and other != room and may is not None and other not in may:
                    wrong.append(f"{file.relative_to(root)} includes {name} of {other}/")
        tap.result(not wrong, f"{room} uses {'all' if may is None else ', '.join(sorted(may)) or 'nothing'}",
                   wrong)
    others = [str(file.relative_to(root)) for file in (root / "cli").glob("*.c")
              if not file.name.startswith("run") and re.search(r'"\.\./(host|front)/', file.read_text())]
    tap.result(not others, "of cli only run uses host and front", others)

    verbs = set(re.findall(r"\bcmd_(\w+)", (root / "cli/options.c").read_text() +
                           (root / "cli/main.c").read_text()))
    known = [re.escape(name).replace(r"\*", r"\w*") for row in FILES.findall(page)
             for name in re.findall(r"`([\w*]+)`", row) if name != "VERB"]
    known += [rf"{verb}(_\w+)?" for verb in sorted(verbs)]
    names = [file.stem for file in sorted((root / "cli").glob("*.c"))]
    lost = [name for name in names if not any(re.fullmatch(k, name) for k in known)]
    tap.result(len(verbs) > 10 and not lost, "the page knows every file of cli", lost)
    gone = [k for k in known if not any(re.fullmatch(k, name) for name in names)]
    tap.result(not [k for k in gone if not k.endswith(")?")], "and none that is not there", gone)

    model = set().union(*(symbols(archive, "--extern-only") for archive in sys.argv[2:] if archive.endswith(".a")))
    tap.result("tdx_cpuid_allowed" in model and "tdx_mng_init" in model,
               "the archives are the model's")
    for program in sys.argv[2:]:
        if not program.endswith(".a"):
            copied = sorted(symbols(program) & model)
            tap.result(not copied, f"{pathlib.Path(program).name} has no copy of the model", copied)
    tap.end()


main()
