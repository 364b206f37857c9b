#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What KVM makes of CPUID bits for TDX guests, by libtdxcpuid in a script (cffi).

Usage: explain.py BIT...                       such as waitpkg or 7.1.eax.18
       explain.py ERRNO HW_ERROR FILE          why did KVM_TDX_INIT_VM fail with the list in FILE?

TDXCPUID_H is the header, if it is not where packages put it.
"""
import os
import re
import sys

import cffi

KVM = """struct kvm_cpuid_entry2 {
    uint32_t function, index, flags, eax, ebx, ecx, edx, padding[3];
};"""


def load():
    """The header is plain C but for its directives, of which only numbers matter here."""
    with open(os.environ.get("TDXCPUID_H", "/usr/include/tdxcpuid.h"), encoding="ascii") as file:
        header = re.sub(r"^#ifdef __cplusplus.*?^#endif", "", file.read(), flags=re.M | re.S)
    ffi = cffi.FFI()
    ffi.cdef(KVM + re.sub(r"^#(?!define \w+ \w+$).*$", "", header, flags=re.M))
    return ffi, ffi.dlopen("libtdxcpuid.so.0")


ffi, lib = load()


def sized(struct):
    """A structure that begins with its size."""
    made = ffi.new(f"struct {struct} *")
    made.size = ffi.sizeof(made[0])
    return made


def text(string):
    return ffi.string(string).decode()


def modules(bit):
    """The modules in which a VMM may configure the bit."""
    n = 0
    while module := lib.tdxcpuid_module_nth(n):
        if lib.tdxcpuid_module_class(module, bit) in (lib.TDXCPUID_CLASS_CONFIG, lib.TDXCPUID_CLASS_ALLOW):
            yield text(lib.tdxcpuid_module_version(module))
        n += 1


def explain_bit(name):
    bit, verdict = ffi.new("struct tdxcpuid_bit *"), ffi.new("struct tdxcpuid_bit_verdict *")
    if not lib.tdxcpuid_bit_find(name.encode(), bit):
        sys.exit(f"explain.py: no such bit: {name}")
    lib.tdxcpuid_bit_verdict(bit, verdict)
    print(f"{name}: {'allowed' if verdict.allowed else 'denied'}: {text(verdict.reason)} ({text(verdict.source)})")
    print("  configurable in " + (", ".join(modules(bit)) or "no module that is known"))


def read_request(file):
    """The text format of tdxcpuid-formats(5); what it points to has to be kept."""
    request, entries = sized("tdxcpuid_request"), []
    with open(file, encoding="ascii") as lines:
        for line in lines:
            for key, value in re.findall(r"\b(attributes|xfam)=(\w+)", line):
                setattr(request, key, int(value, 16))
            if re.match(r"(0x)?[0-9a-f]+ ", line):
                entries.append([int(word, 16) for word in line.split()[:7]])
    request.entries = kept = ffi.new("struct kvm_cpuid_entry2[]", entries)
    request.nent = len(entries)
    return request, kept


def explain_failure(error, hw_error, file):
    request, kept = read_request(file)
    host, answer = ffi.new("struct tdxcpuid_host **"), ffi.new("struct tdxcpuid_answer **")
    if lib.tdxcpuid_host_new_model(ffi.NULL, ffi.NULL, lib.TDXCPUID_ALLOWLIST, host):
        raise MemoryError
    if failed := lib.tdxcpuid_explain(host[0], request, error, hw_error, answer):
        sys.exit(f"explain.py: {file}: {os.strerror(-failed)}")
    print(f"{file}, {len(kept)} entries: {text(answer[0].text)}")
    for i in range(answer[0].nr_violations):
        violation = answer[0].violations[i]
        print(f"  {text(violation.text)}: {text(violation.fix)}")
    lib.tdxcpuid_answer_free(answer[0])
    lib.tdxcpuid_host_free(host[0])


if len(sys.argv) == 4 and re.fullmatch("-[0-9]+", sys.argv[1]):
    explain_failure(int(sys.argv[1]), int(sys.argv[2], 0), sys.argv[3])
elif len(sys.argv) > 1:
    for word in sys.argv[1:]:
        explain_bit(word)
else:
    sys.exit(__doc__)
