#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""tdxcpuid check --batch as a service: an answer to each line at once, always,
in memory that does not grow.  Usage: batch.py TDXCPUID; output in TAP.
"""
import json
import os
import pathlib
import resource
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

ENTRY = {"function": "0x80000008", "eax": "0x300000", "ebx": 0, "ecx": 0, "edx": 0}
GOOD = {"attributes": "0x10000000", "xfam": "0x61ae7", "cpuid": [ENTRY]}
DENIED = dict(GOOD, cpuid=[ENTRY, {"function": 7, "eax": 0, "ebx": 0, "ecx": 32, "edx": 0}])


def batch(tool, text, *args):
    """Exit status and answers; 64 MiB of address space have to do."""
    limit = 64 << 20
    done = subprocess.run(
        [tool, "check", "--batch", *args, "-"], input=text, capture_output=True, check=False,
        preexec_fn=None if os.environ.get("UNBOUNDED") else
        lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def line(request):
    return json.dumps(request).encode() + b"\n"


def main():
    tool = sys.argv[1]

    with subprocess.Popen([tool, "check", "--batch", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as service:
        for n, request in enumerate((GOOD, DENIED, "nonsense", GOOD)):
            service.stdin.write(line(dict(request, id=n) if isinstance(request, dict) else request))
            service.stdin.flush()
            answer = json.loads(service.stdout.readline())
            tap.result(answer["id"] == (None if n == 2 else n), f"line {n + 1} is answered at once")
        service.stdin.close()
        tap.result(service.wait() == 2, "exit status 2 with a bad line")

    status, answers, _ = batch(tool, line(GOOD) * 3)
    tap.result(status == 0 and len(answers) == 3, "exit status 0 when all are accepted")
    status, answers, _ = batch(tool, line(GOOD) + line(DENIED).rstrip())
    tap.result(status == 1 and len(answers) == 2, "exit status 1 when one is rejected; no last newline")
    status, answers, _ = batch(tool, b"")
    tap.result(status == 0 and not answers, "nothing in, nothing out")
    status, answers, _ = batch(tool, b"\n\n")
    tap.result(status == 2 and [a["error"]["line"] for a in answers] == [1, 2], "empty lines are bad")

    edge = (1 << 20) - len(line(GOOD).rstrip())
    status, answers, _ = batch(tool, line(GOOD).rstrip() + b" " * edge + b"\n" + line(GOOD))
    tap.result(status == 0 and len(answers) == 2, "a line of 1 MiB")
    status, answers, _ = batch(tool, line(GOOD).rstrip() + b" " * (edge + 1) + b"\n" + line(GOOD))
    tap.result(status == 2 and answers[0]["error"]["column"] == (1 << 20) + 1 and
        answers[1]["verdict"] == "accepted", "a line of 1 MiB and a byte")
    for end in (b"\n" + line(GOOD), b""):
        status, answers, _ = batch(tool, line(GOOD) + b"x" * 100_000_000 + end)
        tap.result(status == 2 and answers[1]["error"]["line"] == 2 and
            len(answers) == (3 if end else 2), "a line of 100 MB")
    status, answers, _ = batch(tool, b'{"a":"\0"}\n\xff\xfe\n' + b"[" * 5000 + b"\n")
    tap.result(status == 2 and len(answers) == 3 and all("error" in a for a in answers), "hostile lines")

    several = b"".join(line(dict(GOOD, module=m, cpu=c, policy=p, id=f"{m}{c}{p}"))
                       for m in ("1.5.05", "1.5.34") for c in ("spr", "gnr")
                       for p in ("allowlist", "none"))
    status, answers, _ = batch(tool, several * 300, "--module", "1.5.16")
    tap.result(status == 0 and len(answers) == 2400 and
        all(a["id"] == a["module"] + a["cpu"] + a["policy"] for a in answers),
        "each request names its own host")
    status, answers, _ = batch(tool, line(GOOD) * 5000)
    tap.result(status == 0 and len(answers) == 5000, "5,000 requests")

    done = subprocess.run([tool, "check", "--batch", "/nowhere"], capture_output=True, check=False)
    tap.result(done.returncode == 2 and not done.stdout and done.stderr.startswith(b"tdxcpuid: /nowhere: cannot be opened"),
        "no such file")
    done = subprocess.run([tool, "check", "--batch", "/tmp"], capture_output=True, check=False)
    tap.result(done.returncode == 2 and not done.stdout and done.stderr.startswith(b"/tmp:1:1: "),
        "a directory")
    tap.end()


main()
