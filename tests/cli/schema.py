#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Validate tdxcpuid's JSON against docs/schema: the golden files, and live answers.

tests/host/run.py does so with the reports of tdxcpuid run.

Knows the few keywords that the schemas use and refuses any other, so that no
package is needed and no keyword is ignored.  Usage: schema.py TDXCPUID; TAP.
"""
import json
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
import tap

TESTS = pathlib.Path(__file__).resolve().parent.parent
SCHEMAS = {path.stem: json.loads(path.read_text())
           for path in (TESTS / "../docs/schema").glob("*.json")}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
         "null": type(None)}
IGNORED = {"$schema", "$comment", "title"}


def faults(value, schema, where="$"):
    """Yield what is wrong with value."""
    for keyword, rule in schema.items():
        if keyword in IGNORED:
            continue
        if keyword == "type":
            if type(value) is not TYPES[rule]:
                yield f"{where}: no {rule}"
                return
        elif keyword == "$ref":
            yield from faults(value, SCHEMAS[rule.removesuffix(".json")], where)
        elif keyword == "enum":
            if value not in rule:
                yield f"{where}: {value!r} is none of {rule}"
        elif keyword == "anyOf":
            if all(list(faults(value, option, where)) for option in rule):
                yield f"{where}: {value!r} fits none of {rule}"
        elif keyword == "required":
            yield from (f"{where}: {key} is missing" for key in rule if key not in value)
        elif keyword == "properties":
            for key, item in value.items():
                if key in rule:
                    yield from faults(item, rule[key], f"{where}.{key}")
        elif keyword == "additionalProperties":
            assert rule is False
            yield from (f"{where}: {key} is unknown" for key in value
                        if key not in schema["properties"])
        elif keyword == "items":
            for i, item in enumerate(value):
                yield from faults(item, rule, f"{where}[{i}]")
        elif keyword == "pattern":
            if not re.search(rule, value):
                yield f"{where}: {value!r} does not match {rule}"
        elif keyword == "minLength":
            if len(value) < rule:
                yield f"{where}: too short"
        elif keyword == "minimum":
            if value < rule:
                yield f"{where}: {value} is below {rule}"
        elif keyword == "maximum":
            if value > rule:
                yield f"{where}: {value} is above {rule}"
        else:
            raise ValueError(f"{where}: unknown keyword {keyword}")


def strict(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def main():
    tool = sys.argv[1]

    def check(name, text):
        problems = []
        lines = text.splitlines() if name.endswith("jsonl") else [text]
        answers = [json.loads(line, object_pairs_hook=strict) for line in lines]
        for answer in answers[0] if isinstance(answers[0], list) else answers:
            kind = ("error" if set(answer) == {"schema", "error"} else
                    "batch-error" if "error" in answer else
                    "check-brief" if set(answer) == {"id", "verdict", "reason", "text"} else
                    "request" if "schema" not in answer and "attributes" in answer else
                    "list" if "policies" in answer else
                    "baseline" if "baseline" in answer else
                    "fits" if set(answer) == {"schema", "name", "module", "verdict", "reason", "text", "lost"} else
                    "dump" if "capabilities" in answer else "cpu" if "cpuid" in answer and "hidden" not in answer else
                    "check-supported" if "supported" in answer else
                    "check-snp" if "snp_page" in answer else
                    "decode-snp" if "refused" in answer else "caps" if "hidden" in answer else
                    "check" if "violations" in answer else "explain" if {"bit", "flag", "field"} & set(answer) else
                    "diff" if "changes" in answer else "decode")
            problems += faults(answer, SCHEMAS[kind])
        tap.result(not problems, name, problems[:5])

    # A validator that accepts everything would pass all of the below.
    good = json.loads((TESTS / "golden/label-trick-allow.json").read_text())
    for what, bad in (("a key too many", dict(good, more=1)),
                      ("a key too few", {k: v for k, v in good.items() if k != "rcx"}),
                      ("a number for a string", dict(good, status=0)),
                      ("upper case", dict(good, status="0xC0")),
                      ("an unknown verdict", dict(good, verdict="maybe")),
                      ("a wrong item", dict(good, lost=[{}]))):
        tap.result(list(faults(bad, SCHEMAS["check"])), f"finds {what}")

    for path in sorted((TESTS / "data").glob("host-*.json")):
        check(path.name, path.read_text())
    for path in sorted((TESTS / "golden").glob("*.json*")):
        check(path.name, path.read_text())

    def run(*args):
        return subprocess.run([tool, *args], cwd=TESTS / "data", capture_output=True, text=True,
                              check=False).stdout

    def refuse(name, *args, text=None):
        """No answer but an object on standard error; text: something that it says."""
        done = subprocess.run([tool, *args], cwd=TESTS / "data", capture_output=True, text=True,
                              check=False, input="{")
        tap.result(done.returncode == 2 and not done.stdout and (text or "") in done.stderr,
                   f"{name}: status 2, nothing on standard output", [done.stderr])
        check(f"{name}: error.jsonl", done.stderr or "none")

    refuse("a file that is missing", "check", "--json", "nosuch.txt", text="cannot be opened")
    refuse("a place in a file", "check", "-j", "-", text='"line":1')
    refuse("a module's place and hint", "caps", "--json", "--module", "label-trick.txt", text='"file"')
    refuse("an unknown option", "caps", "--json", "--nosuch")
    refuse("an unknown bit", "explain", "nosuch", "--json")
    refuse("quotes and what is no text", "explain", "--json", 'a"b\\c\x01\xe4', text='a\\"b\\\\c')
    refuse("a long word", "explain", "--json", "\\" * 20000)
    refuse("a long name of a file", "check", "--json", "x" * 3000 + '"' * 3000)
    modules = [row["module"] for row in json.loads(run("explain", "--json", "mce"))["modules"]]
    cpus = json.loads(run("explain", "--json", "fpu"))["cpus"]
    check("dump --cpu", run("dump", "--cpu", "cpus/instlatx64.txt"))
    check("check of several vCPUs", run("check", "--json", "--vcpu", "vcpus/trace.txt",
                                        "captures/qemu-11.1.3-cpu-host/init_vm.txt"))
    check("explain of an unknown module", run("explain", "--json", "mce", "--host", "host-unknown.json"))
    check("dump --module", run("dump", "--module", "1.5.34"))
    request = "captures/qemu-11.1.3-cpu-host/init_vm.txt"
    for module in modules:
        check(f"diff {module} {modules[0]}", run("diff", "--json", module, modules[0]))
        for cpu in cpus:
            for policy in ("allowlist", "linux-7.3", "none"):
                where = ("--json", "--module", module, "--cpu", cpu, "--policy", policy)
                check(" ".join(("caps",) + where[1:]), run("caps", *where))
                check(" ".join(("check",) + where[1:]), run("check", *where, request))
    tap.end()


if __name__ == "__main__":
    main()
