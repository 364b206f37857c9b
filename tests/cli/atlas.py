#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The columns that --host gives tdxcpuid atlas: what their letters say.  tests/page/run looks at
the page in a browser.  Usage: atlas.py TDXCPUID; output in TAP.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap
from tap import case

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
LETTERS = {"allow": "A", "config": "C"}


def ask(*args):
    return subprocess.run([sys.argv[1], *map(str, args)], cwd=DATA, capture_output=True, text=True, check=True).stdout


def dump(file, *options, **more):
    """A modelled host, or one that is there, changed."""
    host = json.loads(ask("dump", *options)) if options else json.loads((DATA / file).read_text())
    host = {k: v for k, v in (host | more).items() if v != "drop"}
    path = pathlib.Path(folder) / file
    path.write_text(json.dumps(host))
    return path


def atlas(*hosts, modules=()):
    args = [word for host in hosts for word in ("--host", host)]
    return ask("atlas", *args, *(word for m in modules for word in ("--module", m)))


def cells(page):
    """The row's bits, and the texts and classes of its cells; numbers are left out."""
    rows = {}
    for row, rest in re.findall(r"^<tr id=([0-9a-f.]+\.e[a-d]x\.\d+)>(.*)$", page, re.M):
        found = re.findall(r'<td(?: class="?([^">]*)"?)?>([^<]*)', rest)
        if found[-2][1] != "value":
            rows[row] = [(text.rstrip("*"), style) for style, text in found]
    return rows


def legend(page):
    return dict(re.findall(r"<dt class=\w+>(.*?)<dd>(.*?)</div>", page))


@case
def letters():
    """A or C is what the host's module makes of a bit; H is what KVM hides, L what the CPU lacks"""
    seen = set()
    for module, cpu in (("1.5.08", "spr"), ("1.5.34", "emr"), ("2.0.18", "gnr")):
        path = dump(f"{cpu}.json", "--module", module, "--cpu", cpu, "--policy", "linux-7.3", name=cpu + "-host")
        rows = cells(atlas(path))
        said = json.loads(ask("explain", "--json", "--host", path, *rows))
        has = {c for s in said for c in s["cpus"]} - {"spr", "emr", "gnr", "milan", "genoa", "turin"}
        assert len(has) <= 1, has
        own = has.pop() if has else cpu
        for (bit, row), s in zip(rows.items(), said):
            letter, style = row[8]
            made = {m["module"]: m["class"] for m in s["modules"]}[module]
            if s["td"].startswith("choice"):
                assert letter == LETTERS[made], (cpu, bit, letter, made, s["td"])
            # Else KVM may lack the component or the attribute that the bit takes.
            if letter in "HL" or s["xfam"] == s["attributes"] == "0x0":
                assert (letter in "HL") == (made in LETTERS and s["td"] == "never"), (cpu, bit, letter, made, s["td"])
            if letter in "HL":
                assert (letter == "H") == (own in s["cpus"]), (cpu, bit, letter, s["cpus"])
                assert style == {"H": "h", "L": "x"}[letter], (letter, style)
            seen.add(letter)
    assert set("AHL") <= seen, seen


@case
def cpu_unknown():
    """of a host whose CPU is not known nothing is said to lack, and the legend has no L"""
    page = atlas(dump("n.json", "--module", "1.5.34", native="drop"))
    found = {row[8][0] for row in cells(page).values()}
    assert "H" in found and "L" not in found and "L" not in legend(page), (found, legend(page))
    assert "L" in legend(atlas(dump("n.json", "--module", "1.5.34")))


@case
def no_tdx():
    """a host without TDX says so, and one whose module is not known says that"""
    page = atlas(DATA / "host-genoa.json")
    rows = re.findall(r"^<tr id=[0-9a-f.]+\.e[a-d]x\.\d+>(.*)$", page, re.M)
    assert {re.findall(r'<td(?: class="?[^">]*"?)?>([^<]*)', r)[8] for r in rows} == {"\u2013"}
    assert "<dd>all the way down: this host has no TDX<" in page and "?" not in legend(page)
    assert "H" not in legend(page) and "L" not in legend(page)
    page = atlas(DATA / "host-unknown.json")
    assert legend(page)["?"] == "not known, as the version of the host's TDX module is not", legend(page)
    assert "all the way down" not in page
    assert not {"H", "L", "?"} & set(legend(atlas())), legend(atlas())


with tempfile.TemporaryDirectory() as folder:
    tap.run()
tap.end()
