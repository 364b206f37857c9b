#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""tdxcpuid fits says of each host what check --host does, with another module what the model
does, takes hosts in lines and as dump writes them, and goes on after a bad one.

Usage: fits.py TDXCPUID; output in TAP.
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
REQUESTS = ("captures/qemu-11.1.3-cpu-host/init_vm.txt", "lost.txt", "label-trick.txt", "xfam-half.txt", "46-bits.txt")


def ask(*args, text="", **more):
    return subprocess.run([sys.argv[1], *args], cwd=DATA, input=text, capture_output=True, text=True,
                          check=False, **more)


def lines(items):
    return "".join(json.dumps(item) + "\n" for item in items)


def pretty(host, **how):
    return json.dumps(host, **({"indent": 1} | how)) + "\n"


def layouts(hosts, file):
    """A stream, and a file of several, have hosts as dump and jq write them, or a line each."""
    wanted = ask("fits", REQUESTS[0], "-", text=lines(hosts)).stdout
    for what, text in (("lines", lines(hosts)), ("as dump", "".join(pretty(h) for h in hosts)),
                       ("as jq", "".join(pretty(h, indent=2) for h in hosts)),
                       ("by tabs", "".join(pretty(h, indent="\t") for h in hosts)),
                       ("with blanks behind", "".join(pretty(h).replace("\n", " \t\r\n") for h in hosts)),
                       ("of both kinds", "".join((lines([h]), pretty(h))[n % 2] for n, h in enumerate(hosts))),
                       ("without the last newline", "".join(pretty(h) for h in hosts)[:-1])):
        file.write_text(text)
        for name, done in (("a stream", ask("fits", REQUESTS[0], "-", text=text)),
                           ("a file", ask("fits", REQUESTS[0], file)),
                           ("a pipe by name", ask("fits", REQUESTS[0], "/dev/stdin", text=text))):
            tap.result(done.stdout == wanted and not done.returncode and not done.stderr, f"{name}: {what}", done.stderr.splitlines())

    nameless = {"schema": 1, "capabilities": None}
    for what, text in (("layout of its own", pretty(nameless, indent=0)), ("mark", "\ufeff" + pretty(nameless))):
        file.write_text(text)
        done = ask("fits", REQUESTS[0], file)
        tap.result(done.stdout.startswith(f"{file}: rejected"), f"a file of one with a {what}", done.stdout.splitlines())
    text = pretty(nameless) + lines([nameless]) + pretty(nameless)
    file.write_text(text)
    for name, arg in (("line ", "-"), (f"{file}:", file)):
        done = ask("fits", REQUESTS[0], arg, text=text)
        tap.result([line.split(": rejected")[0] for line in done.stdout.splitlines()[:3]] == [f"{name}{n}" for n in (1, 5, 6)],
                   f"hosts without a name in {arg}", done.stdout.splitlines())


def broken(host, file):
    """Each is told once, where it is, and the rest is answered."""
    whole, line = pretty(host), lines([host])
    cut = "\n".join(whole.splitlines()[:5]) + "\n"
    at = whole.splitlines().index(' "policy": "allowlist",') + 1
    wrong = whole.replace('"allowlist"', "7")
    rows = len(whole.splitlines())
    long = "{\n" + ' "a": 1,\n' * 150000 + "}\n"
    for what, text, good, places in (
            ("cut before a {", cut + whole, 1, [(5, 0)]),
            ("cut before a line", cut + line, 1, [(5, 0)]),
            ("cut by the end", whole + cut, 1, [(rows + 5, 0)]),
            ("cut thrice", whole + cut * 3, 1, [(rows + 5, 0), (rows + 10, 0), (rows + 15, 0)]),
            ("lines that are cut", '{"schema": 1,\n' * 3 + line, 1, [(1, 0), (2, 0), (3, 0)]),
            ("a wrong member", whole + wrong + whole, 2, [(rows + at, 12)]),
            ("no JSON within", whole + whole.replace('"allowlist"', "?") + line, 2, [(rows + at, 12)]),
            ("without indentation", pretty(host, indent=0) * 3 + line, 1, [(12, 0)]),
            ("an array", whole + pretty([host] * 3) + whole, 2, [(rows + 1, 1)]),
            ("two runs", (pretty([host]) + line) * 2, 2, [(1, 1), (rows + 4, 1)]),
            ("words", "a\nb\n\n  c\n" + line, 1, [(1, 0), (2, 0), (3, 0)]),
            ("more than 1 MiB", long + whole, 1, [(0, 1)]),
            ("a line of more than 1 MiB", cut + " " * (2 << 20) + "\n" + whole, 1, [(5, 0), (6, (1 << 20) + 1)])):
        file.write_text(text)
        for arg in ("-", file):
            done = ask("fits", "--json", REQUESTS[0], arg, text=text)
            said = [json.loads(error)["error"] for error in done.stderr.splitlines()]
            right = len(said) == len(places) and all(e["line"] == (row or e["line"]) and e["column"] == (column or e["column"])
                                                     for e, (row, column) in zip(said, places))
            tap.result(right and done.returncode == 2 and len(done.stdout.splitlines()) == good and
                       ["hint" in e for e in said] == [True] + [False] * (len(said) - 1), f"{what}: {arg}",
                       done.stdout.splitlines() + done.stderr.splitlines())
    file.write_text(pretty(host, indent=0).replace('"allowlist"', "?"))
    done = ask("fits", REQUESTS[0], file)
    tap.result(f"{file}:{at}:" in done.stderr, "a file of one in a layout of its own", done.stderr.splitlines())


def main():
    kinds = [(module, cpu) for module in ("1.5.05", "1.5.34", "2.0.08") for cpu in ("spr", "gnr")]
    hosts = [dict(json.loads(ask("dump", "--module", m, "--cpu", c).stdout), name=f"{m}-{c}") for m, c in kinds]
    hosts += [{k: v for k, v in hosts[2].items() if k != "native"} | {"name": "no-cpu"}]
    hosts += [json.loads((DATA / "host-unknown.json").read_text()) | {"name": "no-module"}]
    with tempfile.TemporaryDirectory() as tmp:
        files = []
        for host in hosts:
            files.append(str(pathlib.Path(tmp) / host["name"]))
            pathlib.Path(files[-1]).write_text(json.dumps(host))
        for request in REQUESTS:
            done = ask("fits", "--json", request, "-", text=lines(hosts))
            found = [json.loads(line) for line in done.stdout.splitlines()]
            wanted = [json.loads(ask("check", "--json", "--host", file, request).stdout) for file in files]
            same = [(f["name"], f["verdict"]) for f in found] == \
                [(h["name"], w["verdict"]) for h, w in zip(hosts, wanted)]
            lost = [w["effective"] and sum(bin(int(b["mask"], 16)).count("1") for b in w["lost"]) for w in wanted]
            texts = all(f["text"] == w["violations"][0]["text"] for f, w in zip(found, wanted)
                        if w["verdict"] == "rejected")
            tap.result(same and texts and lost == [f["lost"] for f in found] and len(found) == len(hosts), f"{request}: as check --host", done.stderr.splitlines())
            tap.result(done.returncode == (0 if any(w["verdict"] == "accepted" for w in wanted) else 1),
                       f"{request}: the exit status")
            for policy in ("allowlist", "linux-7.3"):
                done = ask("fits", "--json", "--module", "1.5.34", "--policy", policy, request, *files[:6])
                found = [json.loads(line) for line in done.stdout.splitlines()]
                for (_, cpu), verdict in zip(kinds, found):
                    model = json.loads(ask("check", "--json", "-m", "1.5.34", "-c", cpu, "-p", policy, request).stdout)
                    tap.result(verdict["verdict"] == model["verdict"] and verdict["module"] == "1.5.34",
                               f"{request}: {verdict['name']} with 1.5.34 under {policy}")
        for policy in ("allowlist", "linux-7.3", "none"):
            file = pathlib.Path(tmp) / policy
            file.write_text(ask("dump", "-m", "1.5.34", "-p", policy).stdout)
            for request in REQUESTS:
                model, host = (json.loads(ask("check", "--json", *of, request).stdout)
                               for of in (("-p", policy), ("--host", file)))
                same = [model[key] == host[key] for key in ("verdict", "errno", "violations", "effective", "lost")]
                found = [json.loads(ask("fits", "--json", *module, request, file).stdout)["verdict"]
                         for module in ((), ("-m", "1.5.34"))]
                tap.result(all(same) and found == 2 * [model["verdict"]], f"{request}: a dump keeps the policy {policy}",
                           [model["verdict"], host["verdict"], *found])
        stock = pathlib.Path(tmp) / "linux-7.3"
        done = [ask("fits", *how, "unflagged-lost.txt", stock).stdout for how in ((), ("--json",))]
        tap.result(done[0].startswith(f"{stock}: accepted; lost 5\n") and json.loads(done[1])["lost"] == 5,
                   "how many bits the TD would lose", done)
        done = ask("fits", "--module", "1.5.34", REQUESTS[0], *files[6:])
        tap.result(done.returncode == 1 and done.stdout.count(": undecided: the CPU is not known") == 2,
                   "another module without a CPU is undecided", done.stdout.splitlines())
        pair = json.loads(ask("dump", "-m", "1.5.08", "-c", "synthetic-gnr_pa50").stdout) | {"module": "1.5.05"}
        done = ask("fits", "--json", "--module", "1.5.13", REQUESTS[0], "-", text=lines([pair]))
        tap.result(json.loads(done.stdout)["verdict"] != "undecided", "a CPU that the old module is not known to start on",
                   done.stdout.splitlines())
        done = ask("fits", "--json", "--module", "1.5.01", REQUESTS[0], *files[1:2], *files[6:7])
        tap.result([json.loads(line)["module"] for line in done.stdout.splitlines()] == ["1.5.01"] * 2,
                   "the module that was asked about, also where that ends it", done.stdout.splitlines())
        done = ask("fits", "--module", "2.0.18", REQUESTS[1], files[2], files[3])
        tap.result([" (no vendor is known to ship module 2.0.18 for such CPUs: they get the 1.5 line)" in line
                    for line in done.stdout.splitlines()] == [True, False, False], "a module of another line is told",
                   done.stdout.splitlines())
        done = ask("fits", REQUESTS[0], files[2], "/nowhere", "/nowhere")
        tap.result(done.returncode == 2 and "1 host: 1 accepted, 0 rejected, 0 undecided; 2 more unreadable\n" in done.stdout,
                   "files that cannot be read are counted", done.stdout.splitlines())
        layouts(hosts, pathlib.Path(tmp) / "several")
        broken(hosts[2], pathlib.Path(tmp) / "several")
        done = ask("fits", "--module", "1.5.01", REQUESTS[0], files[0])
        tap.result(done.returncode == 1 and "rejected: Linux does not enable TDX" in done.stdout, "a module without TDX")

    amd = {"schema": 1, "capabilities": None}
    done = ask("fits", REQUESTS[0], "-", text=lines([amd]))
    tap.result((done.returncode, done.stdout.splitlines()[0]) == (1, "line 1: rejected: this host has no TDX"),
               "a host without TDX, and without a name")
    for what, bad in (("a truncated line", '{"schema":1,'), ("another schema", '{"schema":2}'), ("an empty line", "")):
        done = ask("fits", REQUESTS[0], "-", text=lines(hosts[:1]) + bad + "\n" + lines(hosts[:1]))
        tap.result(done.returncode == 2 and done.stdout.count(": accepted\n") == 2 and
                   done.stderr.startswith("<stdin>:2:"), f"{what}: told, and the rest answered", done.stderr.splitlines())
    for what, args in (("no host", (REQUESTS[0], "-")), ("no request", ("/nowhere", "-")),
                       ("no file", (REQUESTS[0], "/nowhere")), ("no module", ("-m", "9.9", REQUESTS[0], "-")),
                       ("a policy and no module", ("-p", "none", REQUESTS[0], "-")),
                       ("a vCPU's list", ("captures/qemu-11.1.3-cpu-host/set_cpuid2.txt", "-"))):
        done = ask("fits", *args)
        tap.result(done.returncode == 2 and not done.stdout and done.stderr, what, done.stderr.splitlines())

    limit = 64 << 20
    done = ask("fits", REQUESTS[0], "-", text=lines(hosts * 300), preexec_fn=None if os.environ.get("UNBOUNDED") else
               lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    tap.result(done.returncode == 0 and "2400 hosts: " in done.stdout, "2400 hosts in 64 MiB", done.stderr.splitlines())
    tap.end()


main()
