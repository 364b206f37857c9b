#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""tdxcpuid request: what it writes is read and accepted, and +BIT and -BIT do what they say.

tests/lib/request.c has the same of the library, on more hosts.  Usage: request.py TDXCPUID; TAP.
"""
import json
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS))
import tap

TOOL = sys.argv[1]
REGISTERS = ("eax", "ebx", "ecx", "edx")


def run(*args, **more):
    return subprocess.run([TOOL, *args], capture_output=True, text=True, check=False,
                          cwd=TESTS / "data", **more)


def request(*args):
    return json.loads(run("request", "--json", *args).stdout)


def bits(made):
    """Every bit that is set, as (leaf, index, register, bit)."""
    return {(int(e["function"], 16), int(e["index"], 16), reg, n) for e in made["cpuid"]
            for reg in REGISTERS for n in range(32) if int(e[reg], 16) >> n & 1}


def everywhere(there):
    wrong, made = [], 0
    for module in (m["version"] for m in there["modules"]):
        for cpu in [c["name"] for c in there["cpus"] if not c["synthetic"]] + ["gnr_s0"]:
            host = ("--module", module, "--cpu", cpu)
            texts = [run("request", *host, *form) for form in ((), ("--json",))]
            if "does not initialize" in texts[0].stderr:
                wrong += [host] if texts[1].returncode != 2 or texts[1].stdout else []
                continue
            made += 1
            answers = [json.loads(run("check", "--json", *host, "-", input=t.stdout).stdout)
                       for t in texts]
            if any(a["verdict"] != "accepted" or a["lost"] for a in answers) or \
               answers[0]["effective"] != answers[1]["effective"]:
                wrong.append(host)
    tap.result(made > 50 and not wrong, f"{made} hosts accept what is written, as text and as JSON",
               wrong[:5])


def every_bit(spelt):
    plain = bits(request())
    extra = bits(request(*("+" + b for b in spelt)))
    fewer = bits(request(*("-" + b for b in spelt)))
    named = set()
    for bit in spelt:
        *leaf, reg, n = bit.split(".")
        named.add((int(leaf[0], 16), int(leaf[1], 16) if len(leaf) > 1 else 0, reg, int(n)))
    tap.result(len(named) > 250 and extra == plain | named, f"+BIT sets {len(named)} bits")
    tap.result(fewer == plain - named and plain & named, "-BIT clears them")


def main():
    there = json.loads(run("list", "--json").stdout)
    names = run("completion", "bash").stdout.split("request:*)")[1].split('"')[1].split()
    tap.result(len(names) > 250 and all(n[0] == "+" for n in names), "completion offers +BIT")

    everywhere(there)
    spelt = []
    for name in names:
        bit = json.loads(run("explain", "--json", name[1:]).stdout)
        leaf = bit["leaf"][2:] + ("" if bit["subleaf"] is None else "." + bit["subleaf"][2:])
        spelt.append(f"{leaf}.{bit['register']}.{int(bit['mask'], 16).bit_length() - 1}")
    every_bit(spelt)

    avx512f, waitpkg = (7, 0, "ebx", 16), (7, 0, "ecx", 5)
    tap.result(bits(request("+waitpkg", "-avx512f")) == bits(request()) - {avx512f} | {waitpkg},
               "both, by name")
    tap.result(bits(request("-avx512f", "+avx512f")) == bits(request()), "the last one counts")
    tap.result(request("-xfd", "+40000000.eax.0", "-d.1.eax.4", "+40000001.ebx.0",
                       "-40000000.eax.0")["cpuid"] ==
               request("+40000001.ebx.0")["cpuid"] != request()["cpuid"] and
               request("-xfd") == request(), "-BIT adds no entry")
    tap.result(bits(request("+avx512f", "-m", "1.5.34", "-avx512f")) ==
               bits(request()) - {avx512f}, "among options, too")
    refused = run("check", "--json", "-", input=run("request", "+waitpkg").stdout)
    reasons = [(v["reason"], v["bits"]) for v in json.loads(refused.stdout)["violations"]]
    tap.result(reasons == [("denied", ["waitpkg"])], "what KVM denies is refused", reasons)

    made = request("-avx512")
    tap.result(made["xfam"] == "0x61a07" and avx512f not in bits(made), "-avx512 is of XFAM")
    tap.result(request("--xfam", "0x61a07") == made, "--xfam says the same")
    made = request("+perfmon")
    tap.result(made["attributes"] == "0x8000000010000000", "+perfmon is of ATTRIBUTES")
    tap.result(request("--attributes", "0x8000000010000000") == made, "--attributes says the same")
    made = request("+40000000.eax.0")
    tap.result((0x40000000, 0, "eax", 0) in bits(made), "a leaf without slot gets an entry")
    there = run("dump", "--module", "1.5.34").stdout
    tap.result(json.loads(run("request", "--json", "--host", "-", input=there).stdout) == request(),
               "--host: a host that was written down")
    # It has the attribute that the PKS bit needs.
    there = there.replace('"attributes": "0x10000000"', '"attributes": "0x50000000"')
    told = [run("request", "--host", "-", *words, input=there).stdout.count("changes nothing")
            for words in (("-xfd", "-pks", "+attributes.30"), ("-xfd", "-amx"), ("-pks",),
                          ("-ht", "-mwait", "-waitpkg"))]
    tap.result(told == [2, 0, 0, 0], "-BIT of what a TD may have all the same is told", told)
    tap.result(run("request", "--host", "host-unknown.json").returncode == 2,
               "--host: no CPU, no request")
    tap.end()


if __name__ == "__main__":
    main()
