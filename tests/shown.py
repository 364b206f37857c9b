# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Commands that a document shows, with what they print: "$ command", then its output up to the
next one or the end of the block; a line "..." stands for any lines.
"""
import os
import re
import subprocess


def blocks(text):
    """The code blocks of a page or of Markdown."""
    return [block.split("\n", 1)[1].rstrip("\n") for block in text.split("```")[1::2]]


def commands(block):
    """(command, shown output or None) of each in @block."""
    found = []
    for line in block.split("\n"):
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(lines).rstrip("\n") if lines else None) for command, lines in found]


def run(command, directory, environment=None):
    """(exit status, what it prints, in lines of 80 columns)"""
    environment = {k: v for k, v in (environment or os.environ).items() if k != "COLUMNS"}
    done = subprocess.run(["sh", "-c", command], cwd=directory, env=environment, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.rstrip("\n")


def same(shown, printed):
    """Whether @printed is what is shown."""
    pattern = "".join(".*" if line == "..." else re.escape(line + "\n")
                      for line in shown.split("\n"))
    return re.fullmatch(pattern, printed + "\n", re.S) is not None
