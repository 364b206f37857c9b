#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""tdxcpuid caps and check --kvm, dump and --host, on tests/lib/fake-kvm.c.
Usage: live.py TDXCPUID FAKE_KVM_LIBRARY"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

tool, fake = sys.argv[1:3]
# A list that blanks and colons separate, so no full path: ld.so puts the program's folder in place.
preload = os.path.join("$ORIGIN", os.path.relpath(fake, os.path.dirname(tool)))
data = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
qemu = os.path.join(data, "captures", "qemu-11.1.3-cpu-host", "init_vm.txt")
def run(*args, kind="tdx"):
    env = dict(os.environ, LD_PRELOAD=preload, FAKE_KVM=kind)
    done = subprocess.run([tool, *args], env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


for kind, words in (("absent", "there is no KVM"), ("denied", "no permission"),
                    ("other", "not KVM"), ("notdx", "no TDX")):
    for args in (["caps", "--kvm"], ["check", "--kvm", qemu], ["dump"]):
        if kind == "notdx" and args == ["dump"]:
            continue
        status, out, err = run(*args, kind=kind)
        tap.result(status == 2 and not out and words in err and err.startswith("tdxcpuid: /dev/kvm: "),
             f"{' '.join(args[:2])}: {kind}: {err.strip()}")

status, out, err = run("dump", kind="notdx")
plain = json.loads(out)
tap.result(status == 0 and "no TDX" in err and plain["capabilities"] is None
           and len(plain["supported"]["cpuid"]) == 4 and plain["native"]["cpuid"]["0"],
           "a dump of a host without TDX has what KVM supports")
for kind, words, snp in (("snp", "it has SEV-SNP and no TDX", (True, True, "1.55.21")),
                         ("nosnp", "no TDX, nor SEV-SNP", (False, False, None))):
    status, out, err = run("dump", kind=kind)
    amd = json.loads(out)
    tap.result(status == 0 and words in err and amd == plain | {"snp": dict(zip(("vm_type", "sev_snp", "firmware"), snp))},
               f"a dump of a host of AMD's: {err.strip()}")
    status, out, err = run("caps", "--kvm", kind=kind)
    tap.result(status == 2 and not out and words in err, f"caps --kvm: {kind}: {err.strip()}")
tap.result("snp" not in plain, "and of no other host")
status, out, err = run("dump")
tap.result(status == 0 and not err, "dump")
snapshot = json.loads(out)
tap.result(snapshot["schema"] == 1 and len(snapshot["capabilities"]["cpuid"]) > 8
     and snapshot["native"]["cpuid"]["0"] and snapshot["kernel"]
     and snapshot["supported"] == plain["supported"], "it holds what it should")
tap.result(snapshot["name"] == os.uname().nodename and json.loads(run("dump", "--name", "rack1")[1])["name"] == "rack1",
           "the name of the machine, or another")
tap.result(run("dump")[1] == out, "a second dump is the same")

stock = json.loads(run("dump", kind="stock")[1])
tap.result((snapshot["policy"], stock["policy"], "policy" in plain) == ("allowlist", "linux-7.3", False),
           "whether KVM has the allowlist")
trick = os.path.join(data, "label-trick.txt")
tap.result([json.loads(run("check", "--json", "--kvm", trick, kind=kind)[1])["verdict"] for kind in ("tdx", "stock")]
           == ["rejected", "undecided"], "and it is judged by that: the label trick passes Linux 7.3")

with tempfile.TemporaryDirectory() as folder:
    def write(name, text):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def replay(name, changed, *args):
        path = write(name, json.dumps(changed))
        return run(*args, "--host", path, kind="absent")

    path = write("host.json", out)
    vcpu = write("vcpu.json", json.dumps(snapshot["supported"]))
    for name, changed in (("with TDX", snapshot), ("without TDX", plain), ("a list", plain["supported"])):
        status, text, _ = run("check", "--supported", write("list.json", json.dumps(changed)), "--vcpu", vcpu)
        tap.result(status == 0 and text.endswith("vcpu.json: consistent\n"), f"check --supported: {name}")
    for name, changed, words in (
            ("a dump without it", {k: v for k, v in snapshot.items() if k != "supported"}, "without 'supported'"),
            ("a request", dict(snapshot["supported"], attributes=0, xfam=3), "a request for KVM_TDX_INIT_VM"),
            ("no object", dict(snapshot, supported=[]), "'supported' must be an object"),
            ("no list", dict(snapshot, supported={}), "'cpuid' is missing")):
        status, text, err = run("check", "--supported", write("bad.json", json.dumps(changed)), "--vcpu", vcpu)
        tap.result(status == 2 and not text and "bad.json:1:" in err and words in err,
                   f"check --supported: {name}: {err.strip().split(': error: ')[-1]}")
    status, caps, _ = run("caps", "--kvm", "--json")
    caps = json.loads(caps)
    model = json.loads(run("caps", "--module", "1.5.05", "--json")[1])
    tap.result(status == 0 and caps["cpuid"] == model["cpuid"] and caps["xfam"] == model["xfam"],
         "caps --kvm is what KVM reports")
    tap.result(caps["module"] == snapshot["module"] and caps["policy"] is None, "nothing is made up")
    status, again, _ = run("caps", "--host", path, "--json", kind="absent")
    tap.result(status == 0 and json.loads(again)["cpuid"] == caps["cpuid"], "and replays elsewhere")
    status, out, _ = run("caps", "--host", path, kind="absent")
    tap.result(status == 0 and "policy as reported" in out, "in words, too")

    status, out, _ = run("check", "--host", path, "--json", qemu, kind="absent")
    out = json.loads(out)
    tap.result(out["verdict"] == "undecided" or out["verdict"] == "rejected",
         "QEMU's request was for another CPU than this")
    unknown = {key: value for key, value in snapshot.items() if key != "native"}
    unknown["module"] = None
    status, out, _ = replay("unknown.json", unknown, "check", qemu, "--json")
    out = json.loads(out)
    tap.result(status == 0 and out["verdict"] == "undecided" and out["unknown"] == ["values", "td"]
         and out["effective"] is None and out["errno"] == 0,
         "without module and CPU: undecided is not rejected")
    status, out, _ = replay("unknown.json", unknown, "check", qemu)
    tap.result("undecided" in out and "unknown: " in out, "in words, too")
    status, out, _ = replay("unknown.json", unknown, "check",
                            os.path.join(data, "label-trick.txt"), "--json")
    tap.result(status == 1 and json.loads(out)["verdict"] == "rejected", "the label trick is rejected")
    unknown["module"] = "9.9.9"
    status, out, _ = replay("unknown.json", unknown, "caps", "--json")
    tap.result(status == 0 and json.loads(out)["module"] == "9.9.9", "a module that is not modelled")

    for name, changed, words in (("without TDX", plain, []), ("with SEV-SNP", amd | {"snp": {"vm_type": True}}, ["SEV-SNP"])):
        status, out, _ = replay("plain.json", changed, "caps", "--json")
        caps = json.loads(out)
        tap.result(status == 0 and (caps["attributes"], caps["xfam"], caps["cpuid"]) == ("0x0", "0x0", [])
                   and "no TDX" in caps["notes"][0] and all(w in caps["notes"][1] for w in words), f"caps of a host {name}")
        status, out, _ = replay("plain.json", changed, "check", "--json", qemu)
        out = json.loads(out)
        tap.result(status == 1 and out["errno_name"] == "EINVAL" and out["unknown"] == out["violations"] == []
                   and "no TDX" in out["notes"][0], f"check on a host {name}")
        status, out, err = replay("plain.json", changed, "request")
        tap.result(status == 2 and not out and "this host has no TDX" in err, f"request of a host {name}: {err.strip()}")

    for name, changed, words in (
            ("no object", [], "must be an object"),
            ("no capabilities", {}, "'capabilities'"),
            ("SEV-SNP no object", dict(plain, snp=1), "'snp' must be an object"),
            ("SEV-SNP without KVM's part", dict(plain, snp={}), "'vm_type' must be"),
            ("SEV-SNP of no parameter", dict(plain, snp={"vm_type": True, "sev_snp": "Y"}), "'sev_snp' must be"),
            ("SEV-SNP of no firmware", dict(plain, snp={"vm_type": True, "firmware": 1}), "'firmware' must be"),
            ("SEV-SNP of endless firmware", dict(plain, snp={"vm_type": True, "firmware": "1" * 16}), "'firmware' must be"),
            ("capabilities no object", {"capabilities": 1}, "'capabilities'"),
            ("a bad entry", {"capabilities": {"attributes": 0, "xfam": 3, "cpuid": [{}]}}, "lacks 'function'"),
            ("a slot twice", {"capabilities": {"attributes": 0, "xfam": 3, "cpuid": 2 *
                              [dict.fromkeys(("function", "index", "flags", "eax", "ebx", "ecx", "edx"), 0)]}},
             "one slot"),
            ("a policy that is none", dict(plain, policy="linux-7.4"), "'policy' must be"),
            ("a policy no name", dict(plain, policy=1), "'policy' must be"),
            ("native no object", dict(unknown, native=[]), "'native'"),
            ("a bad leaf", dict(unknown, native={"cpuid": {"z": [0, 0, 0, 0]}}), "a leaf is named")):
        status, out, err = replay("bad.json", changed, "caps")
        tap.result(status == 2 and not out and words in err and "bad.json:1:" in err,
             f"{name}: {err.strip().split(': error: ')[-1]}")

    # A dump has one entry, or one leaf, a line: a fault is told where it is.
    lines = open(path, encoding="ascii").read().splitlines()
    faults = 0
    for number, line in enumerate(lines, 1):
        entry = re.search(r'"ecx": ("0x[0-9a-f]+")', line)
        leaf = re.search(r'^ +"[0-9a-f.]+": \[("0x[0-9a-f]+")', line)
        for found in filter(None, (entry, leaf)):
            faults += 1
            broken = lines.copy()
            broken[number - 1] = line[:found.start(1)] + '"bad"' + line[found.end(1):]
            file = write("fault.json", "\n".join(broken))
            used = ["caps", "--host", file]
            if ' "supported": {' in lines[:number] and ' "native": {' not in lines[:number]:
                used = ["check", "--supported", file, "--vcpu", vcpu]
            status, out, err = run(*used, kind="absent")
            at = f"fault.json:{number}:{found.start(1) + 1}: error: "
            if status != 2 or out or at not in err:
                tap.result(False, f"a fault in line {number} of a dump is told there", err)
    tap.result(faults > 40, f"each of {faults} faults in a dump is told at its line and column")

    for args in (["--kvm", "--host", path], ["--host", path, "--module", "1.5.05"],
                 ["--kvm", "--policy", "allowlist"], ["--cpu", "spr", "--kvm"]):
        status, out, err = run("caps", *args)
        tap.result(status == 2 and not out and "exclude each other" in err, " ".join(args[:1] + args[-2:]))
    request = json.dumps({"attributes": 0, "xfam": 3, "cpuid": [], "module": "1.5.05"})
    env = dict(os.environ)
    done = subprocess.run([tool, "check", "--batch", "--host", path], input=request + "\n", env=env,
                          capture_output=True, text=True, check=False)
    tap.result(done.returncode == 2 and "error" in json.loads(done.stdout),
         "a request cannot ask for a module where the host is given")

tap.end()
