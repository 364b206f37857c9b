#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""tdxcpuid export: both formats against tdxcpuid caps, read by rules of our own, and its files.

Usage: export.py TDXCPUID FAKE_KVM_LIBRARY; TAP.
"""
import datetime
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS))
import tap

tool, fake = sys.argv[1:3]
preload = os.path.join("$ORIGIN", os.path.relpath(fake, os.path.dirname(tool)))
work = tempfile.mkdtemp(prefix="tdxcpuid-export.")
NAMESPACE = "tdxcpuid.feature.node.kubernetes.io/"
MODULES = ["1.5.05", "1.5.06", "1.5.08", "1.5.09", "1.5.13", "1.5.34", "2.0.02", "2.0.08", "2.0.18"]


def run(*args, kind=None, **more):
    env = {**os.environ, "LC_ALL": "C"}
    if kind:
        env |= {"LD_PRELOAD": preload, "FAKE_KVM": kind}
    done = subprocess.run([tool, *args], env=env, capture_output=True, text=True, check=False, **more)
    return done.returncode, done.stdout, done.stderr


def answer(*args, **more):
    status, out, err = run(*args, **more)
    assert status == 0, f"{args}: exit {status}: {err}"
    return out


def write(name, text):
    path = os.path.join(work, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text if isinstance(text, str) else json.dumps(text))
    return path


def nfd(text):
    """As node-feature-discovery reads it: features, labels, the times of expiry."""
    features, labels, expiries, feature, label = {}, {}, [], True, True
    assert len(text) <= 65536 and text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# +expiry-time="):
            expiries.append(datetime.datetime.fromisoformat(line[15:].replace("Z", "+00:00")))
        elif line == "# +no-label":
            label = False
        else:
            assert line and not line.startswith("#"), line
            key, _, value = line.partition("=")
            assert key not in features, f"{key} twice"
            features[key] = value or "true"
            if label:
                labels[key] = value or "true"
            label = True
    return features, labels, expiries


def prometheus(text):
    """The samples by metric, as ({label: value}, value)."""
    samples, typed = {}, set()
    for line in text.splitlines():
        if line.startswith("# "):
            typed |= {line.split()[2]} if line.startswith("# TYPE ") else set()
            continue
        name, labels, value = re.fullmatch(r'([a-z_]+)(?:\{(.*)\})? ([01])', line).groups()
        assert name in typed, f"{name} has no type before it"
        found = re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"(?:,|$)', labels or "")
        assert ",".join(f'{k}="{v}"' for k, v in found) == (labels or ""), line
        samples.setdefault(name, []).append((dict(found), int(value)))
    return samples


def features_of(*host):
    """What tdxcpuid caps tells in words: {(register, bit name)}."""
    found, register = set(), None
    lines = answer("caps", *host).split("\nFeatures\n")[1].split("\n\n")[0].splitlines()[1:]
    for line in lines:
        words = line.split()
        if not line.startswith("    ") and len(words) > 2 and words[1].startswith("0x"):
            register, words = words[0].removeprefix("0x"), words[2:]
        found |= {(register, name.removeprefix("0x")) for name in words}
    return found


def fnv(caps, module):
    """The hash by the definition of FNV-1a, of the bytes of what caps --json has."""
    # Linux 7.3 does not flag an index as significant.
    indexed = {e["function"] for e in json.loads(answer("caps", "--json", "--module", module))["cpuid"]
               if int(e["flags"], 16) & 1}
    value = 0xcbf29ce484222325
    data = int(caps["attributes"], 16).to_bytes(8, "little") + int(caps["xfam"], 16).to_bytes(8, "little")
    for entry in caps["cpuid"]:
        index = int(entry["index"], 16) if entry["function"] in indexed else 0xffffffff
        for number in (int(entry["function"], 16), index, *(int(entry[r], 16) for r in ("eax", "ebx", "ecx", "edx"))):
            data += number.to_bytes(4, "little")
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return f"{value % 2**48:012x}"


def register_of(labels):
    leaf, subleaf = labels["leaf"].removeprefix("0x"), labels["subleaf"].removeprefix("0x")
    return f"{leaf}.{subleaf}.{labels['register']}" if subleaf else f"{leaf}.{labels['register']}"


def every_host(module, policy, seen):
    """Both formats tell what caps tells"""
    host = ("--module", module, "--policy", policy)
    bits = features_of(*host)
    features, labels, expiries = nfd(answer("export", "nfd", *host))
    assert len(bits) > 30 and len(expiries) == 1
    assert labels == {NAMESPACE + "tdx": "1", NAMESPACE + "module": module,
                      NAMESPACE + "caps": fnv(json.loads(answer("caps", "--json", *host)), module)}, labels
    assert set(features) - set(labels) == {"tdxcpuid." + name for _, name in bits}
    samples = prometheus(answer("export", "prometheus", *host))
    assert samples["tdxcpuid_tdx"] == [({}, 1)]
    assert samples["tdxcpuid_info"] == [({"module": module, "kernel": "", "microcode": "", "firmware": ""}, 1)]
    assert samples["tdxcpuid_snp"] == [({}, 0)]
    series = samples["tdxcpuid_bit_configurable"]
    assert {(register_of(l), l["bit"]) for l, value in series if value} == bits
    names = [tuple(l.values()) for l, _ in series]
    assert len(set(names)) == len(names)
    # The policy lists them all, so every host has the same series.
    assert seen.setdefault("series", sorted(names)) == sorted(names)


def no_tdx(out):
    features, labels, expiries = nfd(out)
    return features == labels and labels[NAMESPACE + "tdx"] == "0" and len(expiries) == 1 and NAMESPACE + "caps" not in labels


seen = {}
for module in MODULES:
    for policy in ("allowlist", "linux-7.3", "none"):
        try:
            every_host(module, policy, seen)
            tap.result(True, f"{module}, {policy}: what caps says")
        except Exception as error:
            tap.result(False, f"{module}, {policy}: what caps says", [repr(error)])

# time() may be a tick behind.
before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(seconds=1)
expiry = nfd(answer("export", "nfd", "--module", "1.5.34"))[2][0]
tap.result(datetime.timedelta(days=1) <= expiry - before <= datetime.timedelta(days=1, minutes=10),
           f"it expires in a day: {expiry}")

# A module that offers a bit without row: nobody has its series, and it is told all the same.
dump = json.loads(answer("dump", "--module", "1.5.34"))
entry = next(e for e in dump["capabilities"]["cpuid"] if e["function"] == "0x7" and e["index"] == "0x1")
entry["ebx"] = "0x80000000"
path = write("newer.json", dump)
more = [l for l, value in prometheus(answer("export", "prometheus", "--host", path))["tdxcpuid_bit_configurable"]
        if tuple(l.values()) not in seen["series"] and value]
tap.result([(l["bit"], register_of(l)) for l in more] == [("7.1.ebx.31", "7.1.ebx")]
           and "tdxcpuid.7.1.ebx.31" in nfd(answer("export", "nfd", "--host", path))[0], "a bit that has no row")

# Versions as they come.
dump = json.loads(answer("dump", "--module", "1.5.34"))
dump |= {"kernel": "Linux 6.16.0-rc1+deb13~\u00fc-" + "x" * 80, "microcode": 'a"b\\c\nd'}
path = write("odd.json", dump)
label = nfd(answer("export", "nfd", "--host", path))[1][NAMESPACE + "kernel"]
tap.result(re.fullmatch(r"6\.16\.0-rc1_deb13_+-x+", label) and len(label) == 63, f"a label: {label}")
info = prometheus(answer("export", "prometheus", "--host", path))["tdxcpuid_info"][0][0]
tap.result(info["kernel"].startswith("6.16.0-rc1+deb13~\u00fc-xxx") and info["microcode"] == r'a\"b\\c?d',
           f"escaped: {info['microcode']}")
path = write("odd.json", dump | {"kernel": "-.6.16+-"})
tap.result(nfd(answer("export", "nfd", "--host", path))[1][NAMESPACE + "kernel"] == "6.16", "a label's ends")
path = write("odd.json", dump | {"kernel": "+++", "module": "-"})
tap.result(set(nfd(answer("export", "nfd", "--host", path))[1]) == {NAMESPACE + "tdx", NAMESPACE + "caps"},
           "nothing is left of a version: no label")

# The file, and what happens to the one that is there.
target = os.path.join(work, "out.prom")
full = answer("export", "prometheus", "--module", "1.5.34")
write("out.prom", "old")
with open(target, encoding="ascii") as old:
    status, out, err = run("export", "prometheus", "--module", "1.5.34", "--output", target, umask=0o027)
    tap.result((status, out, err) == (0, "", "") and pathlib.Path(target).read_text(encoding="ascii") == full
               and old.read() == "old", "--output: a reader of the old file has it to its end")
tap.result(os.stat(target).st_mode & 0o777 == 0o640, "--output: permissions are those of the umask")
status, out, err = run("export", "nfd", "--module", "1.5.34", "-o", "here", cwd=work)
tap.result(status == 0 and nfd(pathlib.Path(work, "here").read_text(encoding="ascii"))[0], "--output: a name alone")
status, out, err = run("export", "prometheus", "--module", "1.5.34", "-o", "-", cwd=work)
tap.result((status, out, err) == (0, full, "") and "-" not in os.listdir(work), "--output: - is standard output")


def small_files():
    """No file may be larger than 1 KiB: writing fails as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))


before = sorted(os.listdir(work))
for name, file, words, more in (
        ("no folder", work + "/none/file", "No such file", {}),
        ("in a file", target + "/file", "Not a directory", {}),
        ("a folder", work, "no regular file", {}),
        ("a device", "/dev/null", "no regular file", {}),
        ("an unwritable folder", "/proc/file", "", {}),
        ("too long a name", work + "/" + "x" * 250, "name too long", {}),
        ("no name", "", "No such file", {}),
        ("a full disk", target, "File too large", {"preexec_fn": small_files})):
    status, out, err = run("export", "prometheus", "--module", "1.5.34", "--output", file, **more)
    tap.result(status == 2 and not out and f"{file}: cannot be written: " in err and words in err,
               f"--output: {name}: {err.strip()}")
tap.result(sorted(os.listdir(work)) == before and pathlib.Path(target).read_text(encoding="ascii") == full,
           "what was there is whole, and nothing is beside it")
with open("/dev/full", "w", encoding="ascii") as file:
    done = subprocess.run([tool, "export", "nfd", "--module", "1.5.34"], stdout=file, stderr=subprocess.PIPE,
                          text=True, check=False)
tap.result(done.returncode == 2 and "standard output: No space left" in done.stderr, "standard output is full")
# A real full disk, where one can be had.
done = subprocess.run(["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=4k none "$1" && cd "$1" && echo old >f && '
                       '"$2" export prometheus --module 1.5.34 --output f; echo "$?"; ls -A; cat f', "sh", work, tool],
                      capture_output=True, text=True, check=False)
if "\nold" in done.stdout:
    tap.result(done.stdout == "2\nf\nold\n" and "f: cannot be written: No space left" in done.stderr,
               f"a full file system: {done.stderr.strip()}")
else:
    tap.skip("a full file system", "no file system of its own here")

# What KVM answers here.
for kind, module in (("tdx", None), ("notdx", None), ("absent", None)):
    status, out, err = run("export", "nfd", kind=kind)
    if kind == "tdx":
        features, labels, _ = nfd(out)
        model = nfd(answer("export", "nfd", "--module", "1.5.05"))[0]
        tap.result(status == 0 and not err and {f for f in features if "/" not in f} == {f for f in model if "/" not in f}
                   and labels[NAMESPACE + "kernel"] == os.uname().release[:63].replace("+", "_").rstrip("_"), "this KVM")
    else:
        samples = prometheus(answer("export", "prometheus", "--kvm", kind=kind))
        tap.result(status == 0 and no_tdx(out) and err.startswith("tdxcpuid: /dev/kvm: ")
                   and samples.pop("tdxcpuid_tdx") == samples.pop("tdxcpuid_snp") == [({}, 0)] and set(samples) == {"tdxcpuid_info"},
                   f"{kind} is an answer: {err.strip()}")
        write("f", "old")
        status, out, err = run("export", "nfd", "--output", work + "/f", kind=kind)
        tap.result(status == 0 and no_tdx(pathlib.Path(work, "f").read_text(encoding="ascii")), f"{kind} replaces a file")
for kind, snp in (("snp", 1), ("nosnp", 0)):
    labels = nfd(answer("export", "nfd", kind=kind))[1]
    samples = prometheus(answer("export", "prometheus", kind=kind))
    firmware = "1.55.21" if snp else ""
    tap.result(labels[NAMESPACE + "tdx"] == "0" and labels[NAMESPACE + "snp"] == str(snp)
               and labels.get(NAMESPACE + "snp-firmware", "") == samples["tdxcpuid_info"][0][0]["firmware"] == firmware
               and samples["tdxcpuid_snp"] == [({}, snp)] and samples["tdxcpuid_tdx"] == [({}, 0)], f"a host of AMD's: {kind}")
for kind in ("denied", "other"):
    status, out, err = run("export", "nfd", kind=kind)
    tap.result(status == 2 and not out and err.startswith("tdxcpuid: /dev/kvm: "), f"{kind} is none: {err.strip()}")
path = write("plain.json", answer("dump", kind="notdx"))
tap.result(no_tdx(answer("export", "nfd", "--host", path)), "a dump of a host without TDX")
tap.result(no_tdx(answer("export", "nfd", "--module", "1.5.01")), "a module that Linux does not enable")

# What cannot be told.
every = [dict.fromkeys(("eax", "ebx", "ecx", "edx"), "0xffffffff") | {"function": hex(0x100 + k), "index": 0, "flags": 0}
         for k in range(48)]
path = write("large.json", {"capabilities": {"attributes": 0, "xfam": 3, "cpuid": every}})
status, out, err = run("export", "nfd", "--host", path)
tap.result(status == 2 and not out and "65536 bytes" in err, f"more than NFD reads: {err.strip()}")
tap.result(run("export", "prometheus", "--host", path)[0] == 0, "which Prometheus does read")
for args, words in ((["nfdd"], "did you mean"), (["json"], "known: nfd, prometheus"), ([], "expected FORMAT"),
                    (["nfd", "x"], "unexpected argument"), (["nfd", "--kvm", "--module", "1.5.34"], "exclude each other"),
                    (["nfd", "--host", work + "/none"], "cannot be opened"), (["nfd", "--json"], "unrecognized option")):
    status, out, err = run("export", *args)
    tap.result(status == 2 and not out and words in err, f"export {' '.join(args)[:40]}: {err.splitlines()[0]}")


# examples/node-feature-rule.yaml, by the structure that Kubernetes knows of it.
KINDS = {"object": dict, "array": list, "string": str}


def faults(value, schema, where="$"):
    """Yield what the API server would refuse with strict validation: wrong, missing, unknown."""
    if not isinstance(value, KINDS[schema["type"]]):
        yield f"{where}: no {schema['type']}"
    elif schema["type"] == "object":
        yield from (f"{where}.{key} is missing" for key in schema.get("required", ()) if key not in value)
        for key, item in value.items():
            rule = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            yield from faults(item, rule, f"{where}.{key}") if rule else (f"{where}.{key} is unknown",)
    elif schema["type"] == "array":
        for i, item in enumerate(value):
            yield from faults(item, schema["items"], f"{where}[{i}]")
    elif value not in schema.get("enum", (value,)):
        yield f"{where}: {value} is none of {schema['enum']}"


def matches(rule, features):
    """The operators that the example uses."""
    return all(key in features and (test["op"] == "Exists" or features[key] in test["value"])
               for term in rule["matchFeatures"] for key, test in term["matchExpressions"].items())


try:
    import yaml
except ImportError:
    tap.skip("examples/node-feature-rule.yaml", "there is no python3-yaml")
else:
    schema = json.loads((TESTS / "data/node-feature-rule.schema.json").read_text(encoding="ascii"))
    text = (TESTS.parent / "examples/node-feature-rule.yaml").read_text(encoding="ascii")
    example, pod = yaml.safe_load_all(text)
    found = list(faults(example, schema))
    tap.result(not found and example["apiVersion"] == "nfd.k8s-sigs.io/v1alpha1" and example["kind"] == "NodeFeatureRule",
               "the example is as the CRD wants it", found)
    for old, new in (("op: In", "op: Is"), ("matchFeatures", "matchFeature"), ("spec:", "specs:"), ('"true"', "true"),
                     ("- feature: local.feature", "- features: local.feature"), ("name: td-avx512\n      labels", "labels")):
        broken = next(yaml.safe_load_all(text.replace(old, new)))
        tap.result(text.replace(old, new) != text and list(faults(broken, schema)), f"{old} -> {new} is found")
    rule = example["spec"]["rules"][0]
    tests = {key: test["op"] for term in rule["matchFeatures"] for key, test in term["matchExpressions"].items()}
    tap.result(set(tests.values()) == {"In", "Exists"} and pod["spec"]["nodeSelector"].items() == rule["labels"].items(),
               "the pod selects the label of the rule")
    with_it = [m for m in MODULES if matches(rule, nfd(answer("export", "nfd", "--module", m))[0])]
    no_bits = json.loads(answer("dump", "--module", "1.5.34"))
    for entry in no_bits["capabilities"]["cpuid"]:
        if (entry["function"], entry["index"]) == ("0x7", "0x0"):
            entry["ebx"] = hex(int(entry["ebx"], 16) & ~(1 << 30))
    without = nfd(answer("export", "nfd", "--host", write("no-bw.json", no_bits)))[0]
    tap.result(with_it == MODULES and not matches(rule, without)
               and not matches(rule, nfd(answer("export", "nfd", "--module", "1.5.01"))[0]),
               "a TD is placed where its bits are, and nowhere else")

for name in os.listdir(work):
    os.unlink(os.path.join(work, name))
os.rmdir(work)
tap.end()
