# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Results in the Test Anything Protocol, for the tests that are Python."""
import re
import sys

count = failed = 0


def result(good, name, details=()):
    """One case, and its reason where it failed.  Returns good."""
    global count, failed
    count += 1
    failed += not good
    name = re.sub(r"[#\n]", " ", str(name))
    print(f"{'' if good else 'not '}ok {count} - {name}", flush=True)
    if not good:
        note(*details)
    return good


def skip(name, reason):
    """A case that this machine cannot run."""
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {reason}", flush=True)


def note(*lines):
    """Remarks."""
    for line in "\n".join(map(str, lines)).splitlines():
        print("# " + line, flush=True)


def end():
    """The plan, and the exit status."""
    print(f"1..{count}")
    sys.exit(failed != 0)
