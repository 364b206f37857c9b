#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What is said of hosts that are known by their capabilities: nothing that rests on a module they need
not have; why a bit is refused that the allowlist allows; which bits leave a request undecided.

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
def refused_in_part():
    """check: bits of one register that are refused, and those of which that is not known, are told apart"""
    _, answer = known.check(known.nameless, dict(MCE, edx="0x81"))
    assert [(v["mask"], v["bits"]) for v in answer["violations"]] == [("0x1", ["fpu"])], answer
    assert any("does not report mce (0x1.edx 0x80)" in note for note in answer["notes"]), answer


with tempfile.TemporaryDirectory() as tmp:
    known = Known(sys.argv[1], tmp)
    tap.run()
tap.end()
