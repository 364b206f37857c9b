#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""tdxcpuid baseline against a slow reference, in parts through xargs and GNU parallel, as a host
for check and caps, and with bad input.

Usage: baseline.py TDXCPUID; output in TAP.
"""
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
REQUEST = "captures/qemu-11.1.3-cpu-host/init_vm.txt"
REGISTERS = ("eax", "ebx", "ecx", "edx")
NAMES = 8


def ask(*args, text="", **more):
    return subprocess.run([sys.argv[1], *args], cwd=DATA, input=text, capture_output=True, text=True,
                          check=False, **more)


def bits_of(dump):
    """Every (place, bit) that a host has."""
    caps = dump["capabilities"]
    words = [(name, int(caps[name], 16)) for name in ("attributes", "xfam")]
    words += [((int(e["function"], 16), int(e["index"], 16), reg), int(e[reg], 16))
              for e in caps["cpuid"] for reg in REGISTERS]
    return {(where, 1 << bit) for where, mask in words for bit in range(64) if mask >> bit & 1}


def place(item):
    if "function" not in item:
        return item["register"]
    return int(item["function"], 16), int(item["index"], 16), item["register"]


def some_bits(found):
    """Each bit that some have, with what is said of it."""
    return [(place(item), 1 << bit, item) for item in found["baseline"]["some"]
            for bit in range(64) if int(item["mask"], 16) >> bit & 1]


def reference(dumps, found):
    """What is wrong with the answer."""
    tdx = [d for d in dumps if d["capabilities"]]
    has = {d["name"]: bits_of(d) for d in tdx}
    everywhere = set.intersection(*has.values())
    partly = set.union(*has.values()) - everywhere
    if bits_of(found) != everywhere:
        yield "the bits that all have"
    said = [(where, bit) for where, bit, _ in some_bits(found)]
    if set(said) != partly or len(said) != len(partly):
        yield "the bits that some have"
    for where, bit, item in some_bits(found):
        lack = sorted(name for name, bits in has.items() if (where, bit) not in bits)
        if item["have"] != len(has) - len(lack) or item["lack"] != lack[:NAMES]:
            yield f"{item}: lacked by {lack}"
    slots = [{(e["function"], e["index"]) for e in d["capabilities"]["cpuid"]} for d in tdx]
    if {(e["function"], e["index"]) for e in found["capabilities"]["cpuid"]} != set.intersection(*slots):
        yield "the slots"
    counts = {}
    for dump in tdx:
        counts[dump["module"]] = counts.get(dump["module"], 0) + 1
    if {v["version"]: v["dumps"] for v in found["baseline"]["modules"]["versions"]} != counts:
        yield "the modules"
    snp = {d["name"]: d["snp"]["firmware"] for d in dumps if d.get("snp", {}).get("vm_type")}
    firmwares = {v["version"]: v["dumps"] for v in found["baseline"]["firmwares"]["versions"]}
    if firmwares != {v: 1 for v in snp.values() if v} or found["baseline"]["firmwares"]["unknown"] != 1 or \
            found["baseline"]["snp_names"] != sorted(snp)[:NAMES] or found["baseline"]["snp"] != len(snp) or "snp" in found:
        yield "SEV-SNP"
    if [found["baseline"][key] for key in ("dumps", "unread", "tdx")] != [len(dumps), 0, len(tdx)]:
        yield "the counts"


def hosts():
    dumps = []
    for module in ("1.5.05", "1.5.34", "2.0.08"):
        for cpu in ("spr", "emr", "gnr"):
            for copy in range(2):
                dump = json.loads(ask("dump", "--module", module, "--cpu", cpu).stdout)
                dumps.append(dict(dump, name=f"{cpu}-{module}-{copy}"))
    dumps.append(dict(dumps[0], name="no-tdx", capabilities=None, module=None))
    amd = json.loads((DATA / "host-genoa.json").read_text())
    for name, snp in (("a", {}), ("b", {"firmware": "1.55.9"}), ("c", {"firmware": None}), ("d", {"vm_type": False})):
        dumps.append(dict(amd, name=f"amd-{name}", snp=dict(amd["snp"], **snp)))
    return dumps


def lines(items):
    return "".join(json.dumps(item) + "\n" for item in items)


def engines(dumps, whole):
    """The same bytes, whoever splits the work."""
    tool = sys.argv[1]
    parallel = "parallel -q --pipe -N4 \"$0\" baseline --json - | \"$0\" baseline --json -"
    if shutil.which("parallel"):
        done = subprocess.run(["sh", "-c", parallel, tool], input=lines(dumps), capture_output=True, text=True, check=False)
        tap.result(done.stdout == whole, "GNU parallel, in parts", done.stderr.splitlines())
    else:
        tap.skip("GNU parallel, in parts", "it is not installed")
    with tempfile.TemporaryDirectory() as tmp:
        for dump in dumps:
            (pathlib.Path(tmp) / f"{dump['name']}.json").write_text(json.dumps(dump, indent=1))
        xargs = "ls | xargs -n5 \"$0\" baseline --json | \"$0\" baseline --json -"
        done = subprocess.run(["sh", "-c", xargs, tool], cwd=tmp, capture_output=True, text=True, check=False)
        tap.result(done.stdout == whole, "xargs, in parts", done.stderr.splitlines())


def layouts(dumps, many, whole):
    """Hosts in lines, as dump writes them, and many in a file."""
    limit = 32 << 20
    for what, how in (("as dump", {"indent": 1}), ("as jq", {"indent": 2}), ("lines", {})):
        text = "".join(json.dumps(dump, **how) + "\n" for dump in dumps)
        done = ask("baseline", "--json", "-", text=text)
        tap.result(done.stdout == whole, f"a stream: {what}", done.stderr.splitlines())
        done = ask("baseline", "--json", "/dev/stdin", text=text)
        tap.result(done.stdout == whole, f"a file: {what}", done.stderr.splitlines())
    bad = "".join(json.dumps(dump, indent=0) + "\n" for dump in dumps)
    done = ask("baseline", "-", text=bad + lines(dumps[:1]) + bad)
    tap.result(done.returncode == 2 and "2 of the dumps could not be read" in done.stderr and len(done.stderr.splitlines()) == 4,
               "other layouts are told, and counted, once a run", done.stderr.splitlines())
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(many * 4)
        file.flush()
        done = ask("baseline", "--json", file.name, preexec_fn=None if os.environ.get("UNBOUNDED") else
                   lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        tap.result(file.tell() > limit and done.stdout and json.loads(done.stdout)["baseline"]["dumps"] == 8000,
                   "a file is not read into memory", done.stderr.splitlines())


def unread(dumps):
    """Through however many parts nothing that is left out passes for nothing."""
    tool = sys.argv[1]
    whole = ask("baseline", "--json", "-", text=lines(dumps) + "{}\n{\n")
    parts = [ask("baseline", "--json", "-", text=text).stdout for text in ("{\n", lines(dumps[:5]), "[]\n", lines(dumps[5:]))]
    done = ask("baseline", "--json", "-", text="".join(parts))
    tap.result(done.returncode == whole.returncode == 2 and done.stdout == whole.stdout and
               "2 of the dumps could not be read" in done.stderr, "parts with bad lines end as the whole does")
    text = ask("baseline", "-", text="".join(parts))
    tap.result(text.returncode == 2 and text.stdout.startswith("not all hosts: 2 more dumps could not be read\n"),
               "in words, too")
    done = ask("baseline", "-", text=parts[0])
    tap.result(done.returncode == 2 and not done.stdout, "and nothing is said of no host")
    with tempfile.TemporaryDirectory() as tmp:
        file = pathlib.Path(tmp) / "host.json"
        for host, status, told in ((whole.stdout, 0, "2 dumps of the baseline could not be read"),
                                   (parts[0], 2, "a baseline of no host")):
            file.write_text(host)
            done = subprocess.run([tool, "caps", "--host", str(file)], capture_output=True, text=True, check=False)
            tap.result(done.returncode == status and told in done.stdout + done.stderr, f"caps --host: {told}")


def bad_input(dumps):
    good = json.dumps(dumps[0])
    baseline = json.loads(ask("baseline", "--json", "-", text=lines(dumps)).stdout)
    part = baseline["baseline"]

    def with_part(**change):
        return json.dumps(dict(baseline, baseline=dict(part, **change)))

    other = json.loads(json.dumps(dumps[0]))
    for entry in other["capabilities"]["cpuid"]:
        if entry["flags"] == "0x0":
            entry["index"] = "0xffffffff"
    same = [ask("baseline", "--json", "-", text=lines([dumps[0], copy])).stdout for copy in (dumps[0], other)]
    tap.result(same[0] == same[1] != "", "no subleaf is spelt in more than one way", same)
    for what, policies, policy in (("one", ("linux-7.3",) * 3, "linux-7.3"), ("two", ("allowlist", "none", "allowlist"), None),
                                   ("not known", (None, "none", "none"), None)):
        three = [dict(dumps[0], policy=p) if p else {k: v for k, v in dumps[0].items() if k != "policy"} for p in policies]
        left, right = ((ask("baseline", "--json", "-", text=lines(of)).stdout for of in split) for split in (
            (three[:2], three[2:]), (three[:1], three[1:])))
        said = [ask("baseline", "--json", "-", text="".join(parts)).stdout for parts in (left, right)]
        tap.result(said[0] == said[1] and json.loads(said[0]).get("policy") == policy, f"a fleet's policy: {what}", said)
    some = part["some"][0]
    for what, line, told in (
            ("another schema", json.dumps(dict(dumps[0], schema=2)), "another schema"),
            ("no schema", "{}", "'schema' is missing"),
            ("no capabilities", '{"schema":1}', "'capabilities' is missing"),
            ("a truncated line", good[:200], ""),
            ("an empty line", "", "empty"),
            ("no object", "[1]", "expected an object"),
            ("SEV-SNP that is none", json.dumps(dict(dumps[-1], snp={"vm_type": 1})), "'vm_type' must be"),
            ("more of SEV-SNP than dumps", with_part(snp=1 << 47), "not as tdxcpuid baseline"),
            ("a name that is none", json.dumps(dict(dumps[0], name=3)), "'name' must be"),
            ("a CPU that is none", json.dumps(dict(dumps[0], native={"cpuid": {"1": [1]}})), "eax, ebx"),
            ("a slot twice", json.dumps(dict(dumps[0], capabilities=dict(
                dumps[0]["capabilities"], cpuid=dumps[0]["capabilities"]["cpuid"][:1] * 2))), "one slot"),
            ("nothing, and no fault", with_part(dumps=0, tdx=0, snp=0, unread=0), "not as tdxcpuid baseline"),
            ("more hosts than dumps", with_part(dumps=1), "not as tdxcpuid baseline"),
            ("no dumps", with_part(dumps=0, tdx=0), "not as tdxcpuid baseline"),
            ("more dumps than counted", with_part(dumps=1 << 60), "not as tdxcpuid baseline"),
            ("versions that do not add up", with_part(modules=dict(part["modules"], unknown=1)), "not as"),
            ("versions that were left out for no reason", with_part(modules=dict(part["modules"], others=1, versions=[
                dict(part["modules"]["versions"][0], dumps=part["modules"]["versions"][0]["dumps"] - 1),
                *part["modules"]["versions"][1:]])), "not as"),
            ("a version of firmware that is none", with_part(firmwares=dict(part["firmwares"], versions=[
                dict(v, version="1.55.21.0.0.0.0.0") for v in part["firmwares"]["versions"]])), "not as"),
            ("a baseline of no kernel", json.dumps(dict(baseline, kernel=5)), "'kernel' must be"),
            ("a baseline of no SEV-SNP", json.dumps(dict(baseline, snp=5)), "'snp' must be"),
            ("a CPU that is none, without TDX", json.dumps(dict(dumps[-1], native={"cpuid": {"z": [0] * 4}})), "a leaf is named"),
            ("a bit twice", with_part(some=part["some"] + [some]), "not as"),
            ("a bit that all have", with_part(some=[dict(some, have=part["tdx"])]), "not as"),
            ("no bit", with_part(some=[dict(some, mask="0x0")]), "not as"),
            ("a register that is none", with_part(some=[dict(some, register="rax")]), "not as"),
            ("names that are none", with_part(some=[dict(some, lack=[1])]), "not as")):
        done = ask("baseline", "--json", "-", text=good + "\n" + line + "\n" + good + "\n{\n")
        found = json.loads(done.stdout)["baseline"]
        said = [json.loads(line)["error"] for line in done.stderr.splitlines()]
        tap.result(done.returncode == 2 and [error.get("line") for error in said] == [2, 4, None] and
                   told in said[0]["text"] and "2 of the dumps could not be read" in said[2]["text"] and
                   (found["dumps"], found["unread"], found["some"]) == (2, 2, []), f"{what}: told, and the rest goes on",
                   done.stderr.splitlines())
    unread(dumps)
    done = ask("baseline", "-")
    tap.result(done.returncode == 2 and not done.stdout and "there is no host" in done.stderr, "no host at all")
    done = ask("baseline", "/nowhere")
    tap.result(done.returncode == 2 and "/nowhere: cannot be opened" in done.stderr, "no such file")


def main():
    dumps = hosts()
    whole = ask("baseline", "--json", "-", text=lines(dumps)).stdout
    found = json.loads(whole)
    problems = list(reference(dumps, found))
    tap.result(not problems, "the slow reference says the same", problems[:5])
    tap.result(ask("baseline", "--json", "-", text=whole).stdout == whole, "a baseline of itself")
    engines(dumps, whole)

    one = json.loads(ask("baseline", "--json", "-", text=lines(dumps[:2])).stdout)
    with tempfile.TemporaryDirectory() as tmp:
        file = pathlib.Path(tmp) / "host.json"
        for name, host, verdict in (("of like hosts", one, "accepted"), ("of all", found, "undecided")):
            file.write_text(json.dumps(host))
            caps = json.loads(ask("caps", "--json", "--host", str(file)).stdout)
            tap.result(caps["xfam"] == host["capabilities"]["xfam"], f"caps takes the baseline {name}")
            answer = json.loads(ask("check", "--json", "--host", str(file), REQUEST).stdout)
            tap.result(answer["verdict"] == verdict, f"check takes the baseline {name}: {verdict}")
        file.write_text(json.dumps(dumps[0]))
        alone = json.loads(ask("check", "--json", "--host", str(file), REQUEST).stdout)
        file.write_text(json.dumps(one))
        both = json.loads(ask("check", "--json", "--host", str(file), REQUEST).stdout)
        tap.result(both["effective"] == alone["effective"], "and what the TD gets of like hosts")

        file.write_text(ask("baseline", "--json", "-", text=lines(dumps[-4:-1])).stdout)
        amd = json.loads(file.read_text())
        tap.result(amd["snp"] == {"vm_type": True, "sev_snp": None, "firmware": None} and amd["capabilities"] is None,
                   "hosts that have nothing but SEV-SNP in common")
        done = ask("caps", "--host", str(file))
        tap.result(done.returncode == 0 and "SEV-SNP" in done.stdout, "which caps takes", done.stderr.splitlines())
        done = ask("check", "--host", str(file), REQUEST)
        tap.result(done.returncode == 1 and "no TDX" in done.stdout, "and check rejects", done.stderr.splitlines())

    long = [dict(dump, name=f"{n:0255}") for n, dump in enumerate(dumps)]
    done = ask("baseline", "--json", "-", text=lines(long))
    tap.result(done.returncode == 0 and ask("baseline", "--json", "-", text=done.stdout).stdout == done.stdout,
               f"with names of 255 bytes it can be read again: {len(done.stdout)} bytes")
    many = lines(dict(dumps[n % len(dumps)], name=f"host{n * 7919 % 2000}", kernel=f"Linux {n}") for n in range(2000))
    limit = 64 << 20
    done = ask("baseline", "--json", "-", text=many, preexec_fn=None if os.environ.get("UNBOUNDED") else
               lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    tap.result(done.returncode == 0 and len(done.stdout) < 64 << 10, "2000 hosts: 64 MiB do, and 64 kB come out",
               [str(len(done.stdout)), done.stderr])
    layouts(dumps, many, whole)
    text = ask("baseline", "-", text=many).stdout
    tap.result("drop" not in text, "whom to drop is not said where not all are known")
    tap.result("drop gnr-1.5.34-0, gnr-1.5.34-1 to gain amx_fp16" in ask("baseline", "-", text=lines(dumps[10:12] + dumps[16:18])).stdout,
               "whom to drop")
    told = ask("baseline", "-", text=lines([dict(dumps[n], name=f"h{n}") for n in (0, 1, 6, 7)]),
               env=dict(os.environ, COLUMNS="400")).stdout
    rows = [line.split() for line in told[told.index("HAVE IT"):].splitlines() if " of 4 " in line]
    tap.result(len(rows) == len({tuple(row[-2:]) for row in rows}) + 1 and
               any("0x4.0 to 0x4.2.edx 0x4, 0x18.0 to 0x18.8.edx 0x3ffc000" in line for line in told.splitlines()),
               "a row for all bits that the same hosts lack, subleaves together", told.splitlines())
    tap.result("1 in every TD with module 1.5.05, where no VMM can set them: mce mtrr mca core_capabilities\n" in told and
               not any("mce" in line for line in told.splitlines() if line.startswith("drop")),
               "nobody is dropped for what its TDs have anyway", told.splitlines())
    bad_input(dumps)
    tap.end()


main()
