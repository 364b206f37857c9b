#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What is said of hosts that are known by their capabilities: nothing that rests on a module they need
not have; why a bit is refused that the allowlist allows; which bits leave a request undecided; and of
a baseline, who of the hosts behind it lacks them.

Usage: known.py TDXCPUID; output in TAP.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

REQUEST = {"attributes": "0x10000000", "xfam": "0x61ae7"}
ZEROS = dict.fromkeys(("index", "flags", "eax", "ebx", "ecx", "edx"), "0x0")
GPAW = {"function": "0x80000008", "eax": "0x300000"}
AMX_FP16 = {"function": "0x7", "index": "0x1", "flags": "0x1", "eax": "0x200000"}
MCE = {"function": "0x1", "edx": "0x80"}
HOSTS = {"old-1": ("1.5.08", "spr"), "old-2": ("1.5.08", "spr"), "new": ("1.5.34", "emr"), "gnr": ("2.0.18", "gnr")}
NOT_ALLOWED = "this host's KVM does not report it, though the allowlist allows it"
DIFFERS = "the version of the TDX module differs from host to host"


class Known:
    def __init__(self, tool, folder):
        self.tool = tool
        self.folder = pathlib.Path(folder)
        self.dumps = {name: json.loads(self.ask("dump", "--module", module, "--cpu", cpu, "--name", name))
                      for name, (module, cpu) in HOSTS.items()}
        self.fleet = self.file("fleet", json.loads(self.ask(
            "baseline", "--json", *(self.file(name, dump) for name, dump in self.dumps.items()))))
        self.nameless = self.file("nameless", dict(self.dumps["old-1"], module=None))

    def ask(self, *args):
        done = subprocess.run([self.tool, *args], capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1) and not done.stderr, done.stderr
        return done.stdout

    def file(self, name, value):
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(value))
        return str(path)

    def request(self, *entries, **more):
        return self.file("request", {**REQUEST, **more, "cpuid": [{**ZEROS, **e} for e in (GPAW, *entries)]})

    def td(self, bit, host):
        return json.loads(self.ask("explain", bit, "--json", "--host", host))["td"]

    def check(self, host, *entries):
        """As text and as JSON."""
        args = ("check", "--host", host, self.request(*entries))
        return self.ask(*args), json.loads(self.ask(*args, "--json"))

    def fits(self, host, *entries):
        return self.ask("fits", self.request(*entries), host)

    def unreported(self):
        """A host whose KVM does not report what its module offers and the allowlist allows."""
        dump = json.loads(json.dumps(self.dumps["gnr"]))
        for entry in dump["capabilities"]["cpuid"]:
            if (entry["function"], entry["index"]) == ("0x7", "0x1"):
                entry["eax"] = hex(int(entry["eax"], 16) & ~0x200000)
        return self.file("unreported", dump)


@tap.case
def explain_unknown():
    """explain: what depends on a module that is not known is not known, as text and as JSON"""
    for host in (known.fleet, known.nameless):
        for bit in ("mce", "amx_fp16"):
            text = known.ask("explain", bit, "--host", host)
            assert "not known: it depends on the version of the TDX module" in text, text
            assert "never" not in text.splitlines()[1] and "KVM of this host does not report it\n" in text, text
            assert known.td(bit, host) == "unknown"
    assert "; if at all, only with XFAM.17 and .18 (AMX)" in text, text


@tap.case
def explain_known():
    """explain: what all modules agree on, and what KVM reports, is known"""
    for host in (known.fleet, known.nameless):
        found = {bit: known.td(bit, host) for bit in ("pcid", "rtm_always_abort", "f16c", "acpi", "aes")}
        assert found == {"pcid": "always", "rtm_always_abort": "never", "f16c": "choice-native", "acpi": "choice-native",
                         "aes": found["aes"]}, found


@tap.case
def explain_words():
    """explain: of what is never there a leaf that not all modules know is no bit kept at 0"""
    text = known.ask("explain", "0x1a.ebx.0", "--host", known.nameless)
    assert "never: the TDX module keeps it at 0, or does not answer the leaf\n" in text, text


@tap.case
def atlas():
    """atlas: a question mark where explain does not know, and nowhere else"""
    page = known.ask("atlas", "--host", known.nameless)
    unknown = 0
    for leaf, bit, row in re.findall(r"<tr id=([0-9a-f.]+[a-d]x)\.([0-9]+)>(<th scope=row>.*)", page):
        is_open = "<td class=x>?" in row
        unknown += is_open
        # All that are open, and some of the others.
        if is_open or int(bit) % 8 == 4:
            assert is_open == (known.td(f"0x{leaf}.{bit}", known.nameless) == "unknown"), (leaf, bit)
    assert unknown > 10, unknown
    assert "?" in re.search("<tr id=1.edx.7>.*", page)[0] and "?" not in re.search("<tr id=1.edx.18>.*", page)[0]


@tap.case
def component():
    """explain: what keeps a component from TDs may be a module that is not known"""
    text = known.ask("explain", "xfam.19", "--host", known.nameless)
    assert "never: the TDX module, KVM or the CPU does not support it" in text, text


@tap.case
def refusal():
    """check, caps, explain: that the allowlist allows a bit is no reason to refuse it"""
    host = known.unreported()
    text, answer = known.check(host, AMX_FP16)
    assert [v["text"] for v in answer["violations"]] == [
        f"KVM does not support amx_fp16 (0x7.1.eax 0x200000) for TDs: {NOT_ALLOWED}"], answer["violations"]
    assert NOT_ALLOWED in text, text
    hidden = json.loads(known.ask("caps", "--json", "--host", host))["hidden"]
    assert [h["text"] for h in hidden if "amx_fp16" in h["bits"]] == [NOT_ALLOWED], hidden
    text = known.ask("explain", "amx_fp16", "--host", host)
    assert "KVM of this host does not report it, though the allowlist allows it\n" in text, text
    assert "IA32_UMWAIT_CONTROL" in known.check(host, dict(AMX_FP16, index="0x0", eax="0x0", ecx="0x20"))[0]


@tap.case
def undecided():
    """check, fits: the bits that leave a request undecided are named with leaf and register"""
    for host in (known.fleet, known.nameless):
        text, answer = known.check(host, MCE, AMX_FP16)
        assert (answer["verdict"], answer["violations"]) == ("undecided", []), answer
        for bit, where in (("mce", "0x1.edx 0x80"), ("amx_fp16", "0x7.1.eax 0x200000")):
            said = f"this host's KVM does not report {bit} ({where}): whether the TDX module refuses or drops it " \
                   "depends on its version"
            assert said in answer["notes"] and f"note: [module] {where.split()[0]}: {said}" in text, (said, text)
        assert "does not report mce (0x1.edx 0x80)" in known.fits(host, MCE), known.fits(host, MCE)


@tap.case
def all_of_them():
    """check: as JSON all are told that the text tells, however many lack them"""
    fleet = json.loads(pathlib.Path(known.fleet).read_text())
    fleet["baseline"].update(dumps=1000, tdx=1000)
    for number, item in enumerate(fleet["baseline"]["some"]):
        item["have"] = 1 + number
    text, answer = known.check(known.file("all", fleet), MCE, AMX_FP16, {"function": "0x7", "index": "0x2", "flags": "0x1",
                               "edx": "0x28"}, {"function": "0x4", "flags": "0x1", "edx": "0x3ffc"})
    told = re.findall(r"note: \[module\] \S+: (.*)", text)
    assert len(told) == 3 and not [note for note in told if note not in answer["notes"]], (told, answer["notes"])


@tap.case
def refused_in_part():
    """check: bits of one register that are refused, and those of which that is not known, are told apart"""
    _, answer = known.check(known.nameless, dict(MCE, edx="0x81"))
    assert [(v["mask"], v["bits"]) for v in answer["violations"]] == [("0x1", ["fpu"])], answer
    assert any("does not report mce (0x1.edx 0x80)" in note for note in answer["notes"]), answer


@tap.case
def who():
    """check, explain: of a baseline it is told who lacks a bit, and that fits asks host by host"""
    text, answer = known.check(known.fleet, MCE, AMX_FP16)
    for said in ("mce: lacked by 2 of 4 hosts: old-1, old-2", "amx_fp16: lacked by 3 of 4 hosts: new, old-1, old-2"):
        assert said in answer["notes"] and said in text, text
    assert "tdxcpuid fits" in text and "tdxcpuid fits" in answer["notes"][4], answer["notes"]
    text = known.ask("explain", "amx_fp16", "--host", known.fleet)
    assert "hosts:     lacked by 3 of 4 hosts: new, old-1, old-2\n" in text, text
    for said in known.check(known.nameless, MCE)[0], known.ask("explain", "acpi", "--host", known.fleet):
        assert "lacked by" not in said and "tdxcpuid fits" not in said, said


@tap.case
def who_of_many():
    """check: of many hosts the first are told by name, and how many more there are"""
    fleet = json.loads(pathlib.Path(known.fleet).read_text())
    fleet["baseline"].update(dumps=44, tdx=44)
    for item in fleet["baseline"]["some"]:
        item.update(have=11, lack=[f"host-{n}{'x' * 60}" for n in range(8)])
    text, answer = known.check(known.file("many", fleet), AMX_FP16)
    note = next(n for n in answer["notes"] if n.startswith("amx_fp16"))
    assert re.fullmatch("amx_fp16: lacked by 33 of 44 hosts: host-0x+, host-1x+, host-2x+ and 30 more", note), note
    assert note in text, text


@tap.case
def who_of_fields():
    """check: who lacks a component is told like who lacks a bit, and numbers go by their mask"""
    fleet = json.loads(pathlib.Path(known.fleet).read_text())
    fleet["baseline"]["some"] = [
        {"register": "xfam", "mask": "0x4000", "have": 1, "lack": ["a", "b", "c"]},
        {"function": "0x4", "index": "0x0", "register": "edx", "mask": "0x8", "have": 2, "lack": ["a"]}]
    request = known.request({"function": "0x4", "flags": "0x1", "edx": "0x8"}, xfam="0x65ae7")
    notes = json.loads(known.ask("check", "--json", "--host", known.file("fields", fleet), request))["notes"]
    assert any(re.match(r"UINTR \(bit 14\): lacked by 3 of 4 hosts: a, b, c$", note) for note in notes), notes
    assert "0x4.0.edx 0x8: lacked by 2 of 4 hosts: a and 1 more" in notes, notes


@tap.case
def who_bad():
    """check: a baseline whose lists are out of shape is a host all the same"""
    good = {"function": "0x7", "index": "0x1", "register": "eax", "mask": "0x200000", "have": 1, "lack": ["a"]}
    for some in (None, 5, {}, [5], [[]], [{}], *([dict(good, **{key: value})] for key in good
                                                 for value in (None, -1, [], {}, "", "0xffffffffffffffff", [None]))):
        fleet = json.loads(pathlib.Path(known.fleet).read_text())
        fleet["baseline"]["some"] = some
        _, answer = known.check(known.file("bad", fleet), AMX_FP16)
        assert answer["verdict"] == "undecided", answer
    fleet["baseline"] = dict(fleet["baseline"], tdx="many", modules=7)
    known.check(known.file("bad", fleet), AMX_FP16)


@tap.case
def differs():
    """caps, check, explain: versions that differ from host to host are not said to be unknown"""
    for text in (known.ask("caps", "--host", known.fleet), known.check(known.fleet)[0]):
        assert f"note: {DIFFERS}: numbers and what the TD gets stay open" in text, text
        assert "module differs from host to host, cpu unknown" in text and "module unknown" not in text, text
        assert "note: the CPU differs from host to host, or is not known of all" in text, text
    assert "(module differs from host to host)" in known.ask("explain", "mce", "--host", known.fleet)
    assert any(DIFFERS in note for note in known.check(known.fleet)[1]["notes"])
    alike = known.file("alike", json.loads(known.ask("baseline", "--json", *(
        known.file(name, dict(known.dumps[name], module=None)) for name in ("old-1", "old-2")))))
    for host in (known.nameless, alike):
        text = known.check(host)[0]
        assert "the version of the TDX module is not known" in text and "differs" not in text, text


with tempfile.TemporaryDirectory() as tmp:
    known = Known(sys.argv[1], tmp)
    tap.run()
tap.end()
