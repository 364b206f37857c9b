# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Results in the Test Anything Protocol, for the tests that are Python.

Either result() for each case and end(); or functions under @case, whose docstring is the
name and whose exception is the reason, and run().
"""
import os
import re
import sys

# Sentences are looked for, which are broken where a line ends.
os.environ["COLUMNS"] = "4000"

count = failed = skipped = 0
cases = []


class Skip(Exception):
    """What this machine cannot do."""


def note(*lines):
    """Remarks."""
    for line in "\n".join(map(str, lines)).splitlines():
        print("# " + line, flush=True)


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
    global count, skipped
    count += 1
    skipped += 1
    print(f"ok {count} - {name} # SKIP {reason}", flush=True)


def end():
    """The plan, and the exit status."""
    print(f"1..{count}", flush=True)
    sys.exit(failed != 0)


def case(function):
    """A function that is a case."""
    cases.append(function)
    return function


def run():
    """All cases; one does not take the others with it."""
    for function in cases:
        try:
            function()
        except Skip as reason:
            skip(function.__doc__, reason)
        except Exception as error:
            result(False, function.__doc__, [f"{type(error).__name__}: {error}"[:2000]])
        else:
            result(True, function.__doc__)
