#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Inputs of every kind, damaged in their bytes or in their structure, for the verbs that read them:
exit status 0, 1 or 2; with 2 a message and nothing on standard output; an answer whose size its
input's bounds, JSON that can be read, text without control characters.  Sanitizers, where the
program was built with them, end it with another status.

Usage: mutants.py TDXCPUID [ROUNDS [SEED]]; output in TAP.  A round is one run of each command.  What
fails is kept in a folder that is printed.
"""
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tap  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
CORPUS = DATA.parents[1] / "fuzz" / "corpus"
QEMU = DATA / "captures" / "qemu-11.1.3-cpu-host"
REQUEST, VCPU = str(QEMU / "init_vm.txt"), str(QEMU / "set_cpuid2.txt")
SECONDS = 60  # a run that takes that long hangs
KINDS = {
    "request": [REQUEST, *DATA.glob("*.txt"), DATA / "everything-wrong.json",
                *CORPUS.glob("request/*")],
    "vcpu": [VCPU, DATA / "vcpu-waitpkg.txt", DATA / "supported-claims.txt", *DATA.glob("vcpus/*.txt")],
    "module": [*DATA.glob("next-*.json"), *CORPUS.glob("module/*")],
    "cpu": list(CORPUS.glob("cpu/*")),
    "dump": [DATA / "cpus" / name for name in ("cpuid-r.txt", "kcpuid-r.txt", "instlatx64.txt", "cpudata.xml")],
    "host": list(DATA.glob("host-*.json")),
    "supported": [*DATA.glob("supported-*.txt"), DATA / "vcpus/strace-supported.txt"],
    "page": [DATA / "snp-page.bin", DATA / "snp-refused.bin"],
    "batch": [DATA / "batch.jsonl"],
}
# @ is the damaged file.
COMMANDS = [
    ("request", "check", "@"),
    ("request", "check", "--json", "@"),
    ("request", "check", "--policy", "linux-7.3", "--module", "2.0.08", "--cpu", "gnr", "@"),
    ("request", "check", "--host", str(DATA / "host-unknown.json"), "@"),
    ("vcpu", "check", "--vcpu", "@", REQUEST),
    ("vcpu", "check", "--json", "--mode", "superset", "--vcpu", "@", REQUEST),
    ("vcpu", "check", "--snp-page", str(DATA / "snp-page.bin"), "--vcpu", "@"),
    ("vcpu", "check", "--supported", str(DATA / "supported-spr.txt"), "--vcpu", "@"),
    ("supported", "check", "--supported", "@", "--vcpu", VCPU),
    ("supported", "check", "--json", "--supported", "@", "--vcpu", str(DATA / "supported-claims.txt")),
    ("module", "check", "--module", "@", REQUEST, "--vcpu", VCPU),
    ("module", "check", "--json", "--module", "@", str(DATA / "everything-wrong.json")),
    ("module", "check", "--policy", "linux-7.3", "--module", "@", REQUEST),
    ("module", "caps", "--module", "@"),
    ("module", "caps", "--json", "--policy", "none", "--module", "@"),
    ("module", "diff", "1.5.34", "@"),
    ("module", "diff", "--json", "@", "2.0.08"),
    ("cpu", "check", "--cpu", "@", REQUEST),
    ("cpu", "caps", "--json", "--cpu", "@"),
    ("dump", "dump", "--cpu", "@"),
    ("dump", "check", "--cpu", "@", REQUEST),
    ("host", "check", "--host", "@", REQUEST, "--vcpu", VCPU),
    ("host", "check", "--json", "--host", "@", str(DATA / "label-trick.txt")),
    ("host", "caps", "--host", "@"),
    ("page", "check", "--snp-page", "@", "--vcpu", VCPU),
    ("page", "check", "--json", "--snp-page", "@", "--vcpu", VCPU),
    ("page", "check", "--cpu", "milan", "--snp-page", "@"),
    ("batch", "check", "--batch", "@"),
]
NUMBERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 100, 1024, 0x7FFFFFFF, 0x80000000, 0x80000008, 0xFFFFFFFF, 1 << 32,
           (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 1 << 64, -1, 10**25]
BYTES = [b"\0", b"\n", b"\r", b"\r\n", b"\t", b"\x1b[2J", b"\x7f", b"\xc2\x9b", b"\xff", b"\xed\xa0\x80",
         b"\xef\xbb\xbf", b"#", b'"', b"\\", b"\\u0000", b"{", b"[", b"]", b"}", b",", b":", b"0x", b"-", b"e9",
         b" " * 500, b"9" * 300, b"[" * 3000]


def spoil_bytes(rng, data):
    """Some edits anywhere."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 1, 4, 30, 400)))
        what = rng.randrange(7)
        if what == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            data[at:at] = rng.choice(BYTES)
        elif what == 2:
            del data[at:end]
        elif what == 3:
            data[at:at] = data[at:end] * rng.choice((1, 2, 50))
        elif what == 4:
            data[at:end] = rng.choice(BYTES)
        elif what == 5:
            data[at:end] = rng.choice(("%d", "%#x", "%x")) .__mod__(rng.choice(NUMBERS)).encode()
        elif rng.randrange(4) == 0:
            del data[at:]
    return bytes(data)


def places(value):
    """Each (container, key) in a JSON value."""
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = range(len(value))
    else:
        return
    for key in keys:
        yield value, key
        yield from places(value[key])


def other_value(rng, value, known):
    """Something else in the place of @value."""
    number = rng.choice(NUMBERS)
    return rng.choice((
        number, f"{number:#x}", number, f"{number:#x}", f"{rng.getrandbits(32):#x}", None, True, "", 1.5, [], {},
        [value], {"a": value}, "\x1b[31m\x7f\u009b\r\n", "\ud800", "x" * 5000, rng.choice(known)))


def spoil_structure(rng, text):
    """Some edits of the values."""
    root = [json.loads(text)]
    for _ in range(rng.choice((1, 1, 1, 2, 4, 10))):
        found = list(places(root))
        if not found:
            break
        container, key = rng.choice(found)
        known = [c[k] for c, k in rng.sample(found, min(9, len(found)))]
        what = rng.randrange(6)
        if what == 0 and container is not root:
            del container[key]
        elif what == 1 and isinstance(container, list) and container is not root:
            container[key:key] = [container[key]] * rng.choice((1, 1, 3, 300))
        elif what == 2 and isinstance(container, dict):
            container[rng.choice((key + "x", "", "cpuid", "subleaf", "\0"))] = container.pop(key)
        elif what == 3 and isinstance(container, list) and container is not root:
            rng.shuffle(container)
        else:
            # Of its own: what was drawn must not contain itself.
            container[key] = json.loads(json.dumps(other_value(rng, container[key], known)))
    return json.dumps(root[0], ensure_ascii=rng.random() < 0.5).encode(errors="surrogatepass")


def spoil_numbers(rng, data):
    """Other numbers in the place of some, so that most can still be read."""
    found = list(re.finditer(rb"0x[0-9a-f]+|\b[0-9a-f]{1,8}\b", data))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 2, 8)))), reverse=True,
                        key=lambda m: m.start()):
        old = match[0].decode()
        digits = old.removeprefix("0x")
        number = rng.choice((int(digits, 16) ^ 1 << rng.randrange(32), rng.getrandbits(32), rng.randrange(0x40),
                             0, 0x80000000 + rng.randrange(9), (1 << 32) - 1))
        new = "0x" * old.startswith("0x") + f"{number:x}"
        data = data[:match.start()] + new.encode() + data[match.end():]
    return data


def mutant(rng, data):
    """@data, damaged."""
    if rng.random() < 0.5:
        return spoil_numbers(rng, data)
    if data[:1] == b"{" and rng.random() < 0.6:
        lines = data.splitlines() if data.count(b"\n{") else [data]
        k = rng.randrange(len(lines))
        try:
            lines[k] = spoil_structure(rng, lines[k])
        except ValueError:
            return spoil_bytes(rng, data)
        return b"\n".join(lines) + b"\n"
    return spoil_bytes(rng, data)


def judge(args, size, done):
    """What is wrong with a run, or None."""
    out, err = done.stdout, done.stderr
    if done.returncode not in (0, 1, 2) or b"runtime error" in err:
        return f"status {done.returncode}"
    if len(out) + len(err) > 500000 + 100 * size:
        return f"{len(out) + len(err)} bytes for {size}"
    try:
        text = (out + err).decode()
    except UnicodeDecodeError:
        return "not UTF-8"
    if any((c < " " and c not in "\n\t") or "\x7f" <= c < "\xa0" for c in text):
        return "a control character"
    if "--batch" in args:
        for line in out.splitlines():
            json.loads(line)
        return None
    if done.returncode == 2:
        return None if not out and err.strip() else "status 2 with output or without message"
    if not out:
        return "no answer"
    if "--json" in args or args[0] == "dump":
        json.loads(out)
    return None


def main():
    tool = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    kept = pathlib.Path(tempfile.mkdtemp(prefix="mutants-"))
    seeds = {kind: [pathlib.Path(p).read_bytes() for p in sorted(map(str, paths))]
             for kind, paths in KINDS.items()}
    for k, (kind, *args) in enumerate(COMMANDS):
        rng = random.Random(f"{seed} {k}")
        wrong, statuses = [], [0, 0, 0]
        for n in range(rounds):
            data = mutant(rng, rng.choice(seeds[kind]))
            path = kept / "in"
            path.write_bytes(data)
            argv = [str(path) if a == "@" else a for a in args]
            try:
                done = subprocess.run([tool, *argv], stdin=subprocess.DEVNULL, capture_output=True,
                                      timeout=SECONDS, check=False)
                reason = judge(args, len(data), done)
                if not reason:
                    statuses[done.returncode] += 1
            except subprocess.TimeoutExpired:
                reason = "hangs"
            except ValueError as error:
                reason = f"unreadable JSON: {error}"
            if reason:
                name = kept / f"{k}-{n}"
                path.rename(name)
                wrong.append(f"{name}: {reason}")
        tap.result(not wrong, f"{' '.join(pathlib.PurePath(a).name for a in args)} "
                   f"({rounds} of seed {seed}: {'/'.join(map(str, statuses))})", wrong[:10])
    (kept / "in").unlink(missing_ok=True)
    if not any(kept.iterdir()):
        kept.rmdir()
    tap.end()


main()
