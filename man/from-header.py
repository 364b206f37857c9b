#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Complete a page of section 3 from the comments in the header.

A line "@FUNCTIONS@" becomes the prototype and the comment of each function that
the page's NAME lists; "@STRUCT name@" and "@ENUM name@" become the definition.
Usage: from-header.py HEADER PAGE     the page, for scdoc
       from-header.py --names PAGE    what the page is about
"""
import re
import sys


def names_of(page):
    """The functions in front of the dash of NAME."""
    name = re.search(r"^# NAME\n\n(.*?)\n\n", page, re.M | re.S).group(1)
    return [word.strip() for word in name.split(" - ")[0].replace("\n", " ").split(",")]


def escape(text):
    text = text.replace("\\", "\\\\")
    text = re.sub(r"([_*\[\]])", r"\\\1", text)
    # Not a list.
    text = re.sub(r"^-", r"\\-", text, flags=re.M)
    # Arguments, as the kernel marks them.
    return re.sub(r"@((?:\\_|\w|->)+)", r"_\1_", text)


def paragraphs(comment):
    """A comment without its stars, as paragraphs and lists."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.strip().split("\n")]
    return escape("\n".join(line.rstrip() for line in lines).strip())


def functions(header):
    """Prototype and comment of each function, in order; one may share a comment with the next."""
    found, comment = {}, ""
    pattern = re.compile(r"/\*\*(.*?)\*/|^((?:const |enum |struct )?\w+[ *]+(tdxcpuid_\w+)\([^;]*\);)",
                         re.M | re.S)
    for match in pattern.finditer(header):
        if match.group(1) is not None:
            comment = paragraphs(match.group(1))
        else:
            found[match.group(3)] = (re.sub(r"\n\s+", "\n        ", match.group(2)), comment)
            comment = ""
    return found


def definition(header, kind, name):
    match = re.search(rf"^{kind} {name} \{{.*?^\}};", header, re.M | re.S)
    if not match:
        sys.exit(f"{kind} {name} is not in the header")
    return "```\n" + re.sub(r"/\*\*<?", "/*", match.group(0)).expandtabs(8) + "\n```"


def main():
    if sys.argv[1] == "--names":
        with open(sys.argv[2], encoding="ascii") as file:
            print("\n".join(names_of(file.read())))
        return
    with open(sys.argv[1], encoding="ascii") as file:
        header = file.read()
    with open(sys.argv[2], encoding="ascii") as file:
        page = file.read()

    known = functions(header)
    text = []
    for name in names_of(page):
        if name in known:
            prototype, comment = known[name]
            if not comment:
                sys.exit(f"{name} has no comment in the header")
            text.append("## " + name.replace("_", "\\_") + "()\n\n```\n" + prototype + "\n```\n\n" +
                        comment)
    page = page.replace("@FUNCTIONS@", "\n\n".join(text))
    page = re.sub(r"@(STRUCT|ENUM) (\w+)@",
                  lambda m: definition(header, m.group(1).lower(), m.group(2)), page)
    print(page, end="")


main()
