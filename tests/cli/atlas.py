#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The columns that --host and --module give tdxcpuid atlas: what they are called, what their letters
say, and that all fit.  tests/page/run looks at the page in a browser.  Usage: atlas.py TDXCPUID; output in TAP.
"""
import html
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
EVIL = '\u202e<i>"\'\\\u00e9;}*{display:none'
LONG = "node-" + "x" * 200
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


def heads(page):
    """The attributes and the text of the headings in the second line."""
    line = re.search(r"<thead>\n<tr>.*?\n<tr>(.*?)</thead>", page, re.S)[1]
    found = [re.match(r'([^>"]*(?:"[^"]*"[^>"]*)*)>(.*)', part, re.S) for part in line.split("<th scope=col")[1:]]
    return [(html.unescape(m[1]), html.unescape(re.sub(r"<[^>]*>", "", m[2])).strip()) for m in found]


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


def labels(page):
    return re.findall(r'::before\{content:"([^"]*)"\}', page)


@case
def names():
    """a host's column is headed by its name, or its file's without .json, whatever that is"""
    page = atlas(dump("a.json", "--module", "1.5.34", name="spr-01"), dump("host-unknown.json"),
                 dump("e.json", "--module", "1.5.34", name=EVIL), dump("l.json", "--module", "1.5.34", name=LONG))
    told = heads(page)
    assert [text for _, text in told[8:12]] == ["spr-01", "host-unknown", EVIL, LONG], told[8:12]
    assert re.fullmatch(r' class=w title="spr-01: module 1\.5\.34, cpu \S+, policy as reported"', told[8][0]), told[8]
    style, body = page.split("</style>")
    assert '<i>"' not in body and "}*{" not in style and '"\'' not in style, "not escaped"
    listed = html.unescape(re.search(r"<h2>Hosts</h2>\n<ul>\n(.*?)</ul>", page, re.S)[1]).splitlines()
    assert listed[0].startswith("<li><b><bdi>spr-01</bdi></b> (<bdi>a.json</bdi>): module 1.5.34, cpu "), listed
    assert listed[1] == "<li><b><bdi>host-unknown</bdi></b>: module unknown, cpu unknown, policy as reported", listed
    assert EVIL in listed[2] and LONG in listed[3], listed


@case
def card_labels():
    """in a card each cell says whether it is of a module, a host, a CPU or QEMU"""
    said = labels(atlas(dump("a.json", "--module", "1.5.34", name="spr-01"),
                        dump("l.json", "--module", "1.5.34", name="\u00e9" * 100), dump("host-genoa.json")))
    plain = [re.sub(r"\\([0-9a-f]+) ", lambda m: chr(int(m[1], 16)), text) for text in said]
    assert plain[8:] == ["Host spr-01", "Host " + "\u00e9" * 24 + "\u2026", "Host made-genoa, no TDX", "CPU spr", "CPU emr",
                         "CPU gnr", "QEMU asks"], plain


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
    assert heads(page)[8] == (' class=w title="made-genoa: no TDX, cpu host-genoa"', "made-genoa no TDX"), heads(page)[8]
    assert "<dd>all the way down: this host has no TDX<" in page and "?" not in legend(page)
    assert "H" not in legend(page) and "L" not in legend(page)
    page = atlas(DATA / "host-unknown.json")
    assert legend(page)["?"] == "not known, as the version of the host's TDX module is not", legend(page)
    assert "no TDX" not in page
    assert not {"H", "L", "?"} & set(legend(atlas())), legend(atlas())


@case
def same():
    """a module that is in a group already says which; one that is not says nothing"""
    told = heads(atlas(modules=("1.5.24", "2.0.02", "next-module.json")))
    assert told[8:11] == [(' title="the same as 1.5.16\u20131.5.34"', "1.5.24"), (' title="the same as 2.0.02"', "2.0.02"),
                          ("", "1.5.99")], told[8:11]


@case
def fits():
    """four hosts and two modules are a table at 1280 pixels; with many columns it is at most 150 KiB"""
    host = dump("h.json", "--module", "1.5.34", name="spr-01")
    for hosts, modules in (((host,) * 4, ("1.5.24", "2.0.10")), ((host,) * 3 + (DATA / "host-genoa.json",), ("1.5.24", "2.0.10"))):
        assert int(re.search(r"max-width: (\d+)px", atlas(*hosts, modules=modules))[1]) < 1280
    assert len(atlas(*(host,) * 16, modules=("1.5.24", "2.0.10", "next-module.json")).encode()) <= 150 * 1024


with tempfile.TemporaryDirectory() as folder:
    tap.run()
tap.end()
