#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""No verb prints a line that is wider than COLUMNS, the terminal, or 80; and --color.

A word is never broken: a line may be longer if one word alone makes it so.
Usage: width.py TDXCPUID; output in TAP.
"""
import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
REQUEST = "captures/qemu-11.1.3-cpu-host/init_vm.txt"
VCPU = "captures/qemu-11.1.3-cpu-host/set_cpuid2.txt"
VERBS = ["caps", "check", "request", "explain", "diff", "decode", "run", "dump", "list",
         "baseline", "fits", "atlas", "export", "completion"]
CASES = ["", "--help", *(f"{verb} --help" for verb in VERBS),
         "caps", "caps --module 2.0.18 --cpu gnr", "caps --module 1.5.05 --cpu cpus/emr-8570.json",
         f"check {REQUEST}", f"check --all {REQUEST}", "check --all --module 2.0.18 lost.txt",
         "check --cpu gnr everything-wrong.json", "check --policy none topology-malformed.txt",
         "check --policy linux-7.3 unflagged-refused.txt",
         f"check --module 1.5.09 --vcpu {VCPU} {REQUEST}",
         f"check --host host-unknown.json {REQUEST}",
         "check --snp-page snp-page.bin --cpu milan --vcpu snp-vcpu.txt",
         "check --snp-page snp-refused.bin --cpu genoa",
         f"check --supported supported-spr.txt --vcpu {VCPU}",
         "check --supported supported-spr.txt --vcpu supported-claims.txt",
         "request", "request --module 2.0.18 --cpu gnr -- -avx512f",
         "explain waitpkg pcid avx512f perfmon xfam.17 amx_tile 0x18.0.eax.3 lbr constant_tsc 0x7.0.ecx tsx",
         "explain --module 1.5.99 --policy linux-7.3 fred 0x80000008.eax.16",
         "diff 1.5.01 2.0.18", "diff 1.5.08 1.5.09", "diff 1.5.34 1.5.99", "diff 2.0.18 1.5.34",
         "decode 0xc000010000000045", "decode 0xc0000b0a00000045 0x123", "list",
         f"fits {REQUEST} host-unknown.json host-1.5.05.json host-no-tdx.json",
         "baseline host-unknown.json host-1.5.05.json host-no-tdx.json",
         "run -- true", "run --fail INIT_VM=module:0xc000010000000045 -- true"]
# What request writes is a file.
ENTRY = re.compile(r"0x[0-9a-f]{8}  |# function  index|KVM_TDX_INIT_VM ")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def environment(columns=None):
    names = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    return names | ({"COLUMNS": str(columns)} if columns else {})


def printed(tool, case, columns, *options):
    verb = case.split(" ", 1)
    words = [verb[0], *options, *verb[1:]] if options else [case]
    run = subprocess.run([tool, *" ".join(words).split()], cwd=DATA, text=True, check=False,
                         env=environment(columns), stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode in ((2,) if not case else (0, 1)), (case, run.stdout)
    return run.stdout


def too_wide(text, width):
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if len(line) > width and not ENTRY.match(line):
            if all(indent + len(word) <= width for word in line.split()):
                yield line


def on_terminal(tool, case, width):
    """What a terminal of that width gets to see."""
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(DATA)
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 25, width, 0, 0))
        os.execve(tool, [tool, *case.split()], environment() | {"TERM": "xterm"})
    text = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        if not more:
            break
        text += more
    os.waitpid(pid, 0)
    os.close(terminal)
    return text.decode().replace("\r\n", "\n")


def words(text):
    return sorted(COLOUR.sub("", text).split())


def main():
    tool = sys.argv[1]
    for case in CASES:
        pages = {width: printed(tool, case, width) for width in (None, 60, 80, 200)}
        wide = [(width, line) for width, text in pages.items()
                for line in too_wide(text, width or 80)]
        tap.result(not wide, f"'{case}' at 60, 80 and 200 columns", wide[:5])
        # The line of the input is shown as far as there is room, and comments have a # each.
        if not re.search(r"^(      \| |# 0x)", pages[60], re.M):
            tap.result(words(pages[60]) == words(pages[200]), f"'{case}': the same words")
        tap.result(pages[None] == pages[80], f"'{case}': 80 where there is no terminal")
    wide = printed(tool, "caps", 200)
    tap.result(max(map(len, wide.splitlines())) > 100, "what is wide is used")
    for bad in ("x", "-5", "0", "99999"):
        tap.result(printed(tool, "caps", bad) == printed(tool, "caps", 80),
                   f"COLUMNS={bad} is nothing to go by")

    for width in (50, 132):
        text = on_terminal(tool, "caps", width)
        plain = COLOUR.sub("", text)
        tap.result(not list(too_wide(plain, width)) and plain == printed(tool, "caps", width),
                   f"a terminal of {width} columns, with colours that take none",
                   list(too_wide(plain, width)))
        tap.result(text != plain, "a terminal has colours")
    tap.result("\x1b" not in on_terminal(tool, "caps --color never", 80), "--color never")

    for case in CASES:
        if case.split(" ")[0] in ("caps", "check", "explain", "diff", "list") and "--help" not in case:
            plain = printed(tool, case, 80, "--color", "never")
            bright = printed(tool, case, 80, "--color", "always")
            tap.result("\x1b" not in plain and COLOUR.search(bright) and
                       COLOUR.sub("", bright) == plain, f"{case}: --color")
    tap.end()


if __name__ == "__main__":
    main()
