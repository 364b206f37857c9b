#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""check --snp-page: whatever is wrong with the file gets the words that a person needs.

Usage: snp.py TDXCPUID; output in TAP.
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
PAGE = (DATA / "snp-page.bin").read_bytes()
REFUSED = (DATA / "snp-refused.bin").read_bytes()
VCPU = str(DATA / "snp-vcpu.txt")


def entries(page):
    count, = struct.unpack_from("<I", page)
    return [page[16 + 48 * i:64 + 48 * i] for i in range(count)]


def page_of(rows, count=None):
    head = struct.pack("<IIQ", len(rows) if count is None else count, 0, 0)
    return (head + b"".join(rows)).ljust(4096, b"\0")


def exchanged(rows):
    """ECX and EDX, as a VMM got them wrong that copied a structure by hand."""
    return [row[:32] + row[36:40] + row[32:36] + row[40:] for row in rows]


def run(tool, page, *args):
    """Exit status, standard output and error; the page is a file of its own."""
    with tempfile.TemporaryDirectory() as tmp:
        file = pathlib.Path(tmp) / "page"
        file.write_bytes(page)
        got = subprocess.run([tool, "check", "--snp-page", "page", *args], cwd=tmp,
                             capture_output=True, text=True, check=False)
    return got.returncode, got.stdout, got.stderr


def main():
    tool = sys.argv[1]
    rows = entries(PAGE)

    for name, page, args, status, words in (
            ("good", PAGE, ["--vcpu", VCPU], 0, "snp-vcpu.txt: consistent"),
            ("no vCPU", PAGE, [], 0, "page: undecided"),
            ("empty", bytes(4096), ["--vcpu", VCPU], 1, "the page is empty: count is 0"),
            ("empty, alone", bytes(4096), [], 0, "the page is empty: count is 0"),
            ("65 entries", page_of(rows + rows[:25]), ["--vcpu", VCPU], 1,
             "count 65: the firmware takes at most 64 entries"),
            ("65 entries on a CPU", page_of(rows + rows[:25]), ["--cpu", "turin"], 1,
             "fw_error 0x16"),
            ("64 entries", page_of(rows + rows[:24]), ["--vcpu", VCPU], 0,
             "the guest uses the first"),
            ("padded with zeros", page_of(rows, 64), ["--vcpu", VCPU], 0,
             "24 entries from entry 40 on are all zeros"),
            ("padded, the count", page_of(rows, 64), [], 0, "count should be 40"),
            ("reserved words", PAGE[:4] + b"\1" + PAGE[5:], [], 1, "set bytes 4 to 15 to 0"),
            ("two pages", PAGE * 2, ["--vcpu", VCPU], 0, "the file has 8192 bytes"),
            ("cut behind the table", PAGE[:16 + 48 * 40], ["--vcpu", VCPU], 0, "consistent"),
            ("ecx and edx exchanged", page_of(exchanged(rows)), ["--vcpu", VCPU], 1,
             "ecx and edx of every entry of the page are exchanged"),
            ("exchanged, alone", page_of(exchanged(rows)), [], 0,
             "leaf 0 spells a vendor only with ecx and edx exchanged"),
            ("an Intel CPU", PAGE, ["--cpu", "spr"], 1, "spr is no CPU of AMD"),
            ("a CPU from a file", PAGE, ["--cpu", str(DATA / "cpus/emr-8570.json")], 1,
             "cpu emr-8570"),
            ("nothing to write", PAGE, ["--cpu", "milan", "--corrected", "new"], 0,
             "new is not written: the firmware corrects nothing"),
    ):
        got, out, err = run(tool, page, *args)
        tap.result(got == status and words in out and not err, name, [got, out, err])
        got, out, err = run(tool, page, "--json", *args)
        answer = json.loads(out)
        tap.result(got == status and not err and
                   (status == 1) == (answer["verdict"] == "rejected" or
                                     any(v["verdict"] == "inconsistent" for v in answer["vcpus"])),
                   f"{name}, as JSON", [got, out, err])

    for name, page, words in (
            ("nothing", b"", "0 bytes, it has 4096"),
            ("text", b"nent=1\n0x0 0x0 0x0 0x1 0x2 0x3 0x4\n", "text; wanted are the 4096 bytes"),
            ("cut in the table", PAGE[:16 + 48 * 40 - 1], "1935 bytes are less than the 40 entries"),
            ("encrypted", bytes(range(128, 256)) * 32, "once it is launched the page is encrypted"),
            ("a header alone", PAGE[:15], "15 bytes, it has 4096")):
        for more in ([], ["--json"], ["--cpu", "milan"]):
            got, out, err = run(tool, page, *more)
            begin = '{"schema":1,"error":{"file":"page","line":1,"column":1,' if "--json" in more else "page:1:1: error: "
            tap.result(got == 2 and not out and
                       begin in err and "not the CPUID page of an SEV-SNP guest: " in err and words in err and
                       "a count, and entries of 48 bytes; see tdxcpuid-formats(5)" in err,
                       " ".join([f"no page: {name}", *more]), [got, out, err])

    with tempfile.TemporaryDirectory() as tmp:
        file = os.path.join(tmp, "corrected")
        got, out, err = run(tool, REFUSED, "--cpu", "milan", "--corrected", file, "--json")
        back = pathlib.Path(file).read_bytes()
        told = json.loads(out)
    tap.result(got == 1 and len(back) == 4096, "--corrected writes a page", [got, err])
    registers = [struct.unpack_from("<IIQQ4I", row) for row in entries(back)]
    tap.result([[int(e[k], 16) for k in ("function", "index", "xcr0_in", "xss_in", "eax", "ebx",
                                         "ecx", "edx")] for e in told["corrected"]] ==
               [list(row) for row in registers], "and JSON has the same")
    changed = [(a, b) for a, b in zip(entries(REFUSED), entries(back)) if a != b]
    tap.result(len(changed) == 4, "in which four leaves differ", changed)
    got, out, err = run(tool, back, "--cpu", "milan", "--vcpu", VCPU)
    tap.result(got == 1 and "[psp]" not in out and "0x80000021.ecx" in out,
               "the firmware has nothing against it, and what it does not know it left", [out])

    # As QEMU prints it, in one line or, older, in three.
    for comma in (", ", ".\n"):
        line = (f"qemu: SEV-SNP: CPUID validation failed for function 0x80000008, index: 0x0{comma}"
                f"provided: eax:0x00003030, ebx: 0x02000000, ecx: 0x0, edx: 0x0{comma}"
                "expected: eax:0x00003030, ebx: 0x00000000, ecx: 0x0, edx: 0x0\nqemu: failed")
        got = subprocess.run([tool, "decode", line], capture_output=True, text=True, check=False)
        tap.result(got.returncode == 0 and got.stdout ==
                   "SEV-SNP firmware refuses 0x80000008.ebx = 0x2000000 and hands back 0x0; "
                   "too much is virt_ssbd\n", f"decode {line[:60]!r}", [got])
        for cut in range(line.index("function"), line.index("edx: 0x0\nqemu")):
            bad = subprocess.run([tool, "decode", line[:cut]], capture_output=True, text=True,
                                 check=False)
            if bad.returncode != 2 or bad.stdout:
                tap.result(False, f"decode, cut at {cut}", [bad])
    # The index of a leaf that Linux does not count among those with subleaves is told, too.
    line = ("SEV-SNP: CPUID validation failed for function 0x80000026, index: 0x1, "
            "provided: eax:0x1, ebx: 0x0, ecx: 0x0, edx: 0x0, "
            "expected: eax:0x0, ebx: 0x0, ecx: 0x0, edx: 0x0")
    out = subprocess.run([tool, "decode", line], capture_output=True, text=True, check=False).stdout
    tap.result("refuses 0x80000026.1.eax = 0x1 " in out, "decode: a subleaf of 0x80000026", [out])
    tap.end()


if __name__ == "__main__":
    main()
