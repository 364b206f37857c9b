#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""tdxcpuid run, with a small static VMM on it.  TAP.

Usage: run.py TDXCPUID CLIENT [--long]
"""
import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path += [tests, os.path.join(tests, "cli")]
import schema
import tap
from tap import Skip, case

tool, client = (os.path.abspath(p) for p in sys.argv[1:3])
long = "--long" in sys.argv
work = tempfile.mkdtemp(prefix="tdxcpuid-run.")

def run(*args, options=(), expect=0, **more):
    p = subprocess.run([tool, "run", *options, "--", *args], text=True, timeout=600,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    assert p.returncode == expect, f"exit {p.returncode}, expected {expect}\n{p.stdout}\n{p.stderr[-3000:]}"
    return p


def report(*args, options=(), expect=0, **more):
    """Run, and return the JSON report."""
    file = os.path.join(work, "report.json")
    run(*args, options=("--report", file, *options), expect=expect, **more)
    with open(file) as f:
        result = json.load(f)
    problems = list(schema.faults(result, schema.SCHEMAS["run"]))
    assert not problems, problems[:5]
    return result


def td(result):
    """The one TD of a report."""
    vms = [vm for vm in result["vms"] if vm["tdx"]]
    assert len(vms) == 1, vms
    return vms[0]


def calls(vm, name):
    return [c for c in vm["calls"] if c["call"] == name]


def scenario(name, *args):
    def function():
        # What a careless caller leaves open: the machine's own device, if it has one.
        inherit = {}
        if name == "contained" and os.access("/dev/kvm", os.R_OK):
            fd = os.open("/dev/kvm", os.O_RDONLY)
            os.dup2(fd, 9)
            inherit["pass_fds"] = [9]
        result = report(client, name, *args, **inherit)
        assert result["counts"]["objects_left"] == 0, result["counts"]
        assert result["counts"]["undone"] == 0 or name in ("death", "random"), result["counts"]
    function.__doc__ = f"client {name} {' '.join(args)}".strip()
    case(function)


for name in ("life", "order", "memory", "keys", "contained", "files", "kick", "stop", "threads",
             "family", "death", "wild"):
    scenario(name)
scenario("signals", "2000" if long else "100")
scenario("race", "20000" if long else "1000")
scenario("random", "1000000" if long else "20000", "1")
scenario("random", "1000000" if long else "20000", "20261121")


@case
def cpuid():
    """CPUID is the machine's before /dev/kvm is open, and the profile's from then on"""
    if "no disassembler" in run("/bin/true").stderr:
        raise Skip("this CPU does not trap CPUID, and the build has no disassembler")
    result = report(client, "cpuid")
    assert result["counts"]["cpuid"] > 0, result["counts"]


SUPPORTED = """
import fcntl, struct
kvm = open("/dev/kvm", "rb", buffering=0)
entries = bytearray(struct.pack("<II", 256, 0) + bytes(40 * 256))
fcntl.ioctl(kvm, 0xc008ae05, entries)
for i in range(struct.unpack_from("<I", entries)[0]):
    print(*("%x" % value for value in struct.unpack_from("<7I", entries, 8 + 40 * i)))
"""


def supported(*options):
    """KVM_GET_SUPPORTED_CPUID of the host: {(function, index): [flags, eax, ebx, ecx, edx]}"""
    said = run(sys.executable, "-c", SUPPORTED, options=options).stdout
    rows = [[int(word, 16) for word in line.split()] for line in said.splitlines()]
    return {(row[0], row[1]): row[2:] for row in rows if len(row) == 7}


@case
def avx10():
    """leaf 0x24 of KVM_GET_SUPPORTED_CPUID: version and widths, for who has AVX10, as in Linux 7.3"""
    assert supported("--cpu", "gnr")[0x24, 0] == [1, 0, 0x70001, 0, 0]
    assert supported("--cpu", "gnr")[7, 1][4] & 1 << 19
    assert (0x24, 0) not in supported("--cpu", "spr")

    with open(os.path.join(tests, "data/cpus/gnr-658x.json")) as f:
        cpu = json.load(f)
    file = os.path.join(work, "cpu.json")

    def altered(leaf, *regs):
        cpu["cpuid"][leaf] = list(regs)
        with open(file, "w") as f:
            json.dump(cpu, f)
        return supported("--cpu", file)

    # KVM knows version 2, subleaf 1 and its AVX10_VNNI_INT, and nothing else that may come.
    altered("24.1", 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)
    more = altered("24.0", 2, 0xffffff03, 1, 1)
    assert more[0x24, 0] == [1, 1, 0x70002, 0, 0], more[0x24, 0]
    assert more[0x24, 1] == [1, 0, 0, 4, 0], more[0x24, 1]
    assert altered("7.1", 0, 0, 0, 0)[0x24, 0] == [1, 0, 0, 0, 0]


@case
def notes_without_verdict():
    """a host that lets no VMM come to a verdict is told: TDs need 48 bits of physical address"""
    cpu = os.path.join(tests, "data/cpus/emr-8570.json")
    said = run(client, "life", options=("--cpu", cpu), expect=1).stderr
    assert "note: CPU emr-8570 reports 46 bits of physical address and a TD needs 48" in said, said
    assert "a TD needs 48" not in run(client, "life").stderr
    assert "a TD needs 48" not in run("/bin/true", options=("--cpu", cpu)).stderr  # it asks KVM for nothing


@case
def int80():
    """client int80: 32-bit system calls are absent"""
    alone = subprocess.run([client, "int80"], stdout=subprocess.DEVNULL).returncode
    if alone < 0:
        raise Skip(f"this kernel has no 32-bit system calls: int $0x80 is {signal.Signals(-alone).name}")
    report(client, "int80")


@case
def verdict():
    """the report: calls, verdict, vCPUs; check on the record says the same"""
    record = os.path.join(work, "record")
    result = report(client, "life", options=("--record", record))
    vm = td(result)
    names = [c["call"] for c in vm["calls"]]
    assert names == ["CREATE_VM", "TDX_INIT_VM", "CREATE_VCPU", "TDX_GET_CPUID", "SET_CPUID2",
                     "TDX_INIT_VCPU", "CREATE_GUEST_MEMFD", "SET_MEMORY_ATTRIBUTES",
                     "TDX_INIT_MEM_REGION", "TDX_FINALIZE_VM", "RUN", "RUN", "RUN"], names
    assert vm["run_reported_shutdown"] and not vm["guest_run"]
    assert vm["check"]["verdict"] == "accepted"
    assert [v["verdict"] for v in vm["check"]["vcpus"]] == ["consistent"]
    p = subprocess.run([tool, "check", "--json", "--vcpu", record + "/vm1-vcpu0-set_cpuid2.txt",
                        record + "/vm1-init_vm.txt"], capture_output=True, text=True)
    assert p.returncode == 0, p.stderr
    assert json.loads(p.stdout) == vm["check"]


@case
def rejected():
    """a request that is rejected: who refused, and every violation"""
    result = report(client, "order")
    vm = [v for v in result["vms"] if calls(v, "TDX_INIT_VM")][0]
    module = [c for c in calls(vm, "TDX_INIT_VM") if c["hw_error"] == "0xc000010000000045"]
    assert len(module) == 1 and module[0]["errno_name"] == "EINVAL", module
    assert result["refused"]


@case
def faults():
    """--fail: an errno, a status of the module, the n-th call"""
    vm = td(report(client, "life", options=("--fail", "INIT_VM=module:0xc000010000000045,rcx=7"), expect=1))
    (init,) = calls(vm, "TDX_INIT_VM")
    assert init["injected"] and init["result"] == -22 and init["hw_error"] == "0xc000010000000045", init
    vm = td(report(client, "life", options=("--fail", "TDX_FINALIZE_VM=EBUSY"), expect=1))
    assert calls(vm, "TDX_FINALIZE_VM")[0]["errno_name"] == "EBUSY"
    result = report(client, "life", options=("--fail", "CREATE_VM=ENOTSUP"), expect=1)
    assert result["vms"][0]["calls"][0]["errno_name"] == "EOPNOTSUPP", result["vms"][0]
    result = report(client, "signals", "1", options=("--fail", "CREATE_VCPU=ENOMEM,call=3"), expect=1)
    injected = [[c["times"] for c in calls(vm, "CREATE_VCPU") if c["injected"]] for vm in result["vms"]]
    assert injected == [[1], []], injected
    vm = td(report(client, "life", options=("--fail", "CAPABILITIES=E2BIG", "--fail", "RUN=EFAULT"), expect=1))
    assert all(c["result"] == -14 for c in calls(vm, "RUN")), calls(vm, "RUN")


@case
def statuses():
    """--fail with a status: errno, hw_error and the VM's end as KVM has them under each policy"""
    invalid, levels, msr, busy, state = (0xc000010000000045, 0xc000090400000000, 0xc00009210000010a,
                                         0x8000020000000000, 0xc000050000000000)
    for policy in ("allowlist", "linux-7.3", "none"):
        # What TD_PARAMS can cause is the VMM's fault; 7.3 knows one such class.
        vmms = (invalid, levels) if policy == "allowlist" else (invalid,)
        for status in (invalid, levels, msr, busy, state, 1):
            for call, error, hw_error in (
                    ("INIT_VM", -22 if status in vmms else -5, status if status in vmms else 0),
                    ("FINALIZE_VM", -16 if status == busy else -5, status)):
                vm = td(report(client, "failing", call, str(error), hex(hw_error), options=(
                    "--policy", policy, "--fail", f"{call}=module:{status:#x},call=1")))
                (got,) = calls(vm, "TDX_" + call)
                assert (got["result"], got["hw_error"]) == (error, hex(hw_error)), (policy, got)
    p = run(client, "life", options=("--policy", "linux-7.3", "--fail", f"INIT_VM=module:{levels:#x}"),
            expect=1)
    assert re.search("TDX_INIT_VM +-EIO +asked for TDX_CPUID_LEAF_1F_FORMAT_UNRECOGNIZED", p.stderr), p.stderr


@case
def crowd():
    """many VMs: the work is linear in their number"""
    few, many = (report(client, "crowd", str(n))["counts"]["asked_if_open"] for n in (100, 400))
    assert many <= 5 * few, (few, many)


@case
def bad_usage():
    """bad usage: exit status 2, a message, nothing run"""
    for options in (("--fail", "x"), ("--fail", "NO_CALL=EINVAL"), ("--fail", "RUN=EWHAT"),
                    ("--fail", "RUN=module:0x1"), ("--fail", "RUN=EINVAL,call=0"),
                    ("--report", "-"), ("--report", "/nonexistent/x"), ("--report", "/dev/full/x"),
                    ("--record", "/nonexistent/x"), ("--record", "/dev/null"),
                    ("--module", "9.9"), ("--policy", "x")):
        p = run("/bin/echo", "ran", options=options, expect=2)
        assert p.stderr and not p.stdout, (options, p.stdout, p.stderr)
    file = os.path.join(work, "no-folder")
    with open(file, "w"):
        pass
    for options, said in ((("--record", file), f"--record {file}: Not a directory"),
                          (("--record", ""), "--record '': No such file"),
                          (("--report", ""), "--report '': No such file"),
                          (("--json",), "'--json'; --report FILE writes the report as JSON")):
        p = run("/bin/echo", "ran", options=options, expect=2)
        assert said in p.stderr and not p.stdout, (said, p.stdout, p.stderr)
    p = subprocess.run([tool, "run"], capture_output=True, text=True)
    assert p.returncode == 2 and p.stderr and not p.stdout


@case
def report_file():
    """--report: the whole file, also over a longer one; what is there stays if nothing was run

    A program's own failure is told before that of the file.
    """
    file = os.path.join(work, "file.json")
    with open(file, "w") as f:
        f.write("x" * 100000)
    run("/nonexistent/vmm", options=("--report", file), expect=127)
    assert os.path.getsize(file) == 100000
    run("/bin/true", options=("--report", file))
    with open(file) as f:
        assert json.load(f)["exit"] == 0
    p = run("/bin/true", options=("--report", "/dev/full"), expect=2)
    assert "/dev/full: No space" in p.stderr, p.stderr
    p = run("/bin/sh", "-c", "exit 7", options=("--report", "/dev/full"), expect=7)
    assert "/dev/full: No space" in p.stderr, p.stderr
    assert '"schema"' in run("/bin/true", options=("--report", "/dev/stderr")).stderr


@case
def no_list():
    """why there is no list to judge, and no file named that is not written"""
    never = "KVM_TDX_INIT_VM was not called"
    for options, sentence in ((("--fail", "INIT_VM=EPERM"), "KVM_TDX_INIT_VM was made to fail before"),
                              (("--fail", "TDX_CAPABILITIES=EPERM"), None),
                              (("--fail", "ENABLE_CAP=EPERM"), never)):
        p = run(client, "life", options=options, expect=1 if sentence else 0)
        assert (sentence or "VM 1: accepted") in p.stderr and (sentence == never or never not in p.stderr), p.stderr
        assert "vm1-" not in p.stderr, p.stderr


@case
def stop():
    """--stop ends the program at the first refusal"""
    result = report(client, "order", options=("--stop",), expect=1)
    assert result["stopped"] and result["refused"]
    assert result["exit"] is None


@case
def exit_status():
    """the program's own exit status, its output, its arguments"""
    assert run("/bin/sh", "-c", "echo out; echo err >&2; exit 7", expect=7).stdout == "out\n"
    run("/bin/sh", "-c", "kill -TERM $$", expect=143)
    assert run("/bin/echo", "--json", "-h", "--").stdout == "--json -h --\n"
    p = run("/nonexistent/vmm", expect=127)
    assert "No such file" in p.stderr, p.stderr
    p = run("/etc/passwd", expect=126)
    assert "Permission denied" in p.stderr or "Exec format" in p.stderr, p.stderr


@case
def no_calls():
    """a program that is no VMM is told so"""
    assert "made no TDX call" in run("/bin/true").stderr


@case
def old_qemu():
    """a QEMU that failed and is older than 10.1: it is told that it has no TDX; no other program is asked"""
    for name, version, status, told in (("qemu-system-x86_64", "7.2.22 (Debian 1:7.2)", 1, True),
                                        ("kvm", "10.0", 1, True), ("qemu-kvm", "10.1.0", 1, False),
                                        ("qemu-system-x86_64", "11.0.50", 1, False),
                                        ("qemu-system-x86_64", "7.2.22", 0, False), ("vmm", "7.2.22", 1, False)):
        file = os.path.join(work, name)
        with open(file, "w") as f:
            f.write(f"#!/bin/sh\n[ \"$1\" != --version ] || {{ echo 'QEMU emulator version {version}'; exit; }}\n"
                    f"echo \"$0: -object tdx-guest,id=tdx0: Parameter 'qom-type' does not accept value 'tdx-guest'\" >&2\n"
                    f"exit {status}\n")
        os.chmod(file, 0o755)
        p = run(file, "-object", "tdx-guest,id=tdx0", expect=status)
        sentence = f"QEMU {version.split()[0]} has no TDX: 10.1 is the first that has."
        assert (sentence in p.stderr) == told and ("no TDX:" in p.stderr) == told, p.stderr
        assert "emulator version" not in p.stdout + p.stderr and "made no TDX call" in p.stderr, p
        os.unlink(file)


@case
def disabled():
    """a module that Linux 7.3 refuses: no TDX in KVM_CAP_VM_TYPES"""
    result = run(client, "life", options=("--module", "1.5.01"), expect=1)
    assert "VM: got -22" in result.stdout, result.stdout
    assert "leaves TDX off" in result.stderr, result.stderr


@case
def policies():
    """linux-7.3, none and allowlist, on every module"""
    for policy in ("allowlist", "linux-7.3", "none"):
        for module in ("1.5.05", "1.5.34", "2.0.18"):
            result = report(client, "life", options=("--module", module, "--policy", policy))
            assert td(result)["check"]["policy"] == policy


@case
def sequences():
    """generated sequences of TDX calls: as recorded, and the same each time"""
    first, second = (run(client, "sequences", "500", "7").stdout for _ in range(2))
    assert first == second and first.count("sequence") == 500
    lines = [line.split() for line in first.splitlines() if not line.startswith("sequence")]
    # Each call succeeds at least once and fails in more than one way.
    for call in "0245789":
        results = {line[1] for line in lines if line[0] == call}
        assert results & {"0", "1"} and len(results) > 1, (call, results)


def processes(path):
    """Processes that run this file."""
    found = []
    for exe in glob.glob("/proc/[0-9]*/exe"):
        try:
            if os.readlink(exe) == path:
                found.append(int(exe.split("/")[2]))
        except OSError:
            pass
    return found


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def own_client():
    """A copy, so that its processes are told from all others."""
    copy = os.path.join(work, f"client-{time.monotonic_ns()}")
    shutil.copy(client, copy)
    return copy


@case
def supervisor_killed():
    """the supervisor is killed: nothing of the program is left"""
    for sig in (signal.SIGKILL, signal.SIGSEGV):
        for ready in range(0, 3):
            copy = own_client()
            p = subprocess.Popen([tool, "run", "--", copy, "hang"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for _ in range(ready):
                assert "ready" in p.stdout.readline()
            p.send_signal(sig)
            p.wait()
            p.stdout.close()
            wait_for(lambda: not processes(copy), f"left behind after {sig}")


@case
def program_killed():
    """the program is killed or told to end: the supervisor says so and leaves nothing"""
    for sig in (signal.SIGTERM, signal.SIGKILL):
        copy = own_client()
        p = subprocess.Popen([tool, "run", "--", copy, "hang"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        pids = [int(p.stdout.readline().split()[1]) for _ in range(2)]
        if sig == signal.SIGTERM:
            p.send_signal(sig)  # handed on to the program
            wait_for(lambda: len(processes(copy)) == 1, "SIGTERM is not handed on")
            os.kill(processes(copy)[0], signal.SIGKILL)
        else:
            for pid in pids:
                os.kill(pid, sig)
        assert p.wait(timeout=10) == 128 + sig, p.returncode
        p.stdout.close()
        assert not processes(copy)


@contextlib.contextmanager
def supervised(*args):
    p = subprocess.Popen([tool, "run", "--", *args], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield p
    finally:
        p.kill()
        p.wait()
        p.stdout.close()


ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


def daemonised(copy):
    """A program whose first process has gone: its number, once it has been reaped."""
    def start(p):
        first = int(p.stdout.readline())
        for _ in range(2):
            assert "ready" in p.stdout.readline()
        wait_for(lambda: not os.path.exists(f"/proc/{first}"), "the first process stays")
        return first
    return ["/bin/sh", "-c", f"echo $$; setsid '{copy}' hang & exit 0"], start


@case
def first_alive():
    """a signal to the supervisor alone reaches the first process"""
    for sig in ENDING:
        with supervised("/bin/sh", "-c", f"trap 'exit 5' {sig.name[3:]}; echo ready; "
                        "while :; do sleep 0.02; done") as p:
            assert p.stdout.readline() == "ready\n"
            p.send_signal(sig)
            assert p.wait(timeout=60) == 5, (sig, p.returncode)


@case
def first_gone():
    """a signal to the supervisor of a daemon ends the daemon and the supervisor"""
    for sig in ENDING:
        copy = own_client()
        args, start = daemonised(copy)
        with supervised(*args) as p:
            start(p)
            p.send_signal(sig)
            assert p.wait(timeout=60) == 128 + sig, (sig, p.returncode)
            assert not processes(copy)


@case
def number_again():
    """a process that has got the number of the first one is left alone"""
    last = "/proc/sys/kernel/ns_last_pid"
    try:
        # Everybody may open it; to write takes a capability.
        with open(last, "r+", encoding="ascii") as f:
            f.write(f.read())
    except OSError as error:
        raise Skip(f"the number of a new process cannot be chosen: {error}") from error
    args, start = daemonised(own_client())
    with supervised(*args) as p:
        first = start(p)
        for _ in range(100):  # others make processes, too
            with open(last, "w") as f:
                f.write(str(first - 1))
            stranger = subprocess.Popen(["/bin/sleep", "600"])
            if stranger.pid == first:
                break
            stranger.kill()
            stranger.wait()
        else:
            raise Skip("somebody else has the number")
        p.send_signal(signal.SIGTERM)
        try:
            assert p.wait(timeout=60) == 128 + signal.SIGTERM, p.returncode
            assert stranger.poll() is None, "the stranger was signalled"
        finally:
            stranger.kill()
            stranger.wait()


@case
def many():
    """many starts in a row and several at once: no process is left"""
    copy = own_client()
    starts = 200 if long else 20
    for _ in range(starts):
        run(copy, "life")
    jobs = [subprocess.Popen([tool, "run", "--", copy, "threads"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(8)]
    for job in jobs:
        assert job.wait(timeout=60) == 0
    assert not processes(copy)


@case
def unprivileged():
    """as an ordinary user, without a /dev/kvm that it may open"""
    if os.getuid() != 0:
        raise Skip("not root: all of this runs as an ordinary user")
    place = tempfile.mkdtemp(prefix="tdxcpuid-nobody.")
    try:
        os.chmod(place, 0o755)
        copy = shutil.copy(client, place)
        mine = shutil.copy(tool, place)
        shutil.copy(tool + "-run", place)
        shutil.copytree(os.path.dirname(tool) + "/lib", place + "/lib",
                        ignore=lambda _, names: [n for n in names if not n.startswith("libtdxcpuid.so.0")
                                                 or n.endswith(".p") or n.endswith("symbols")])
        # Whatever umask there is, and whichever they were built with.
        subprocess.run(["chmod", "-R", "a+rX", place], check=True)
        for name in ("life", "contained", "signals"):
            p = subprocess.run([mine, "run", "--", copy, name], user=65534, group=65534,
                               extra_groups=[], capture_output=True, text=True, cwd="/",
                               stdin=subprocess.DEVNULL)
            assert p.returncode == 0, (name, p.returncode, p.stdout, p.stderr)
        p = subprocess.run([mine, "run", "--", "/bin/sh", "-c",
                            "test -c /dev/kvm && test -r /dev/kvm && test -w /dev/kvm && ls -lL /dev/kvm"],
                           user=65534, group=65534, extra_groups=[], capture_output=True, text=True, cwd="/")
        assert p.returncode == 0, (p.returncode, p.stdout, p.stderr)
    finally:
        shutil.rmtree(place)


@case
def alone():
    """without the program that it becomes: exit status 2, and where it looked"""
    with tempfile.TemporaryDirectory(prefix="tdxcpuid-alone.") as place:
        mine = shutil.copy(tool, place)
        p = subprocess.run([mine, "run", "--", "/bin/true"], capture_output=True, text=True,
                           env={**os.environ, "LD_LIBRARY_PATH": os.path.dirname(tool) + "/lib"})
    if p.returncode == 0:
        raise Skip("tdxcpuid is installed on this machine")
    assert p.returncode == 2 and "looked beside tdxcpuid and in" in p.stderr, (p.returncode, p.stderr)


@case
def another_listener():
    """under another seccomp listener: it says why it cannot run"""
    p = run(tool, "run", "--", "/bin/true", expect=126, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    assert "ptrace" in p.stderr or "listener" in p.stderr, p.stderr


def machine():
    """Why nothing can be run on this machine, or None: `run` says so in these words only."""
    p = subprocess.run([tool, "run", "--", "/bin/true"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    for reason in ("no seccomp user notification", "Linux 5.19 or later", "ptrace is not allowed here",
                   "refuses the seccomp filter"):
        if p.returncode in (2, 126) and reason in p.stderr:
            return p.stderr.splitlines()[-1]
    return None


def main():
    # Who started this may ignore some, as nohup does, and so would all that is started here.
    for sig in ENDING:
        signal.signal(sig, signal.SIG_DFL)
    if reason := machine():
        print(f"1..0 # SKIP {reason}")
        return
    tap.run()
    shutil.rmtree(work)
    tap.end()


main()
