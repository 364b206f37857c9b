#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Complete a page of section 3 from the header, which says each thing once.

@PROTOTYPES@, @FUNCTIONS@, @RETURNS@ and @ERRORS@ become what the header has of the
functions that the page's NAME lists, "@STRUCT name@" and "@ENUM name@" a type (an enum
without name goes by its first constant), @CONSTANTS@ all macros.  What is not in the
header, or has no comment there, is an error.

Usage: from-header.py HEADER PAGE           the page, for scdoc
       from-header.py --names PAGE          what the page is about
       from-header.py --check HEADER PAGE...   what of the header is on none of the pages
"""
import re
import sys
import textwrap

# In 80 columns man has 12 in front of code.
CODE_WIDTH = 68

DECLARATION = re.compile(
    r"^/\*\*(?!<)(?P<doc>.*?)\*/"
    r"|^#define (?P<macro>TDXCPUID_\w+) (?P<value>.+?)$"
    r"|^(?P<kind>struct|enum) ?(?P<type>tdxcpuid_\w+)?(?: ?\{(?P<body>.*?)\})?;"
    r"|^(?P<returns>(?:const )?(?:struct |enum )?\w+[ *]+)(?P<function>tdxcpuid_\w+)"
    r"\((?P<args>[^;]*)\);", re.M | re.S)
MEMBER = re.compile(r"/\*\*<? ?(?P<doc>.*?)\*/|(?P<code>[^;,/]+[;,]?)", re.S)
ERROR = re.compile(r"(-E[A-Z0-9]+(?:, -E[A-Z0-9]+)*(?: and so on)?):\s+")


def plain(comment):
    """A comment without its stars."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.strip().split("\n")]
    return "\n".join(line.rstrip() for line in lines).strip()


def escape(text):
    text = text.replace("\\", "\\\\")
    text = re.sub(r"([_*\[\]])", r"\\\1", text)
    # Not a list.
    text = re.sub(r"^-", r"\\-", text, flags=re.M)
    # Arguments, as the kernel marks them.  Behind a bracket scdoc takes _ for itself.
    text = re.sub(r"(?<=\[\\\*)@((?:\\_|\w|->)+)", r"\1", text)
    return re.sub(r"@((?:\\_|\w|->)+)", r"_\1_", text)


def one_line(text):
    return " ".join(text.split())


class Header:
    """Macros, types and functions by name, each with its comment."""

    def __init__(self, path):
        with open(path, encoding="ascii") as file:
            self.text = file.read()
        self.macros, self.types, self.functions = {}, {}, {}
        doc = ""
        for match in DECLARATION.finditer(self.text):
            if match["doc"] is not None:
                doc = plain(match["doc"])
                continue
            if match["macro"]:
                self.macros[match["macro"]] = (match["value"], doc)
            elif match["function"]:
                self.functions[match["function"]] = (one_line(match["returns"]),
                                                     one_line(match["args"]), doc)
            else:
                members = self.members(match["body"] or "")
                name = match["type"] or re.match(r"\w+", members[0][0]).group(0)
                self.types[match["kind"], name] = (match["type"], members, doc)
            doc = ""

    @staticmethod
    def members(body):
        """(declaration, comment) of each; a comment stands above it or behind it."""
        found, above = [], ""
        for match in MEMBER.finditer(body):
            if match["code"] is not None:
                if match["code"].strip():
                    found.append((one_line(match["code"]).rstrip(","), one_line(above)))
                    above = ""
            elif match[0].startswith("/**<"):
                found[-1] = (found[-1][0], one_line(plain(match["doc"])))
            else:
                above = plain(match["doc"])
        return found

    def names(self):
        """All that a program can name, found in another way than the above."""
        code = re.sub(r"/\*.*?\*/", "", self.text, flags=re.S)
        return (set(re.findall(r"\b(?:tdxcpuid|TDXCPUID)_\w+", code)) -
                {"TDXCPUID_H"})


def names_of(page):
    """The functions in front of the dash of NAME."""
    name = re.search(r"^# NAME\n\n(.*?)\n\n", page, re.M | re.S).group(1)
    return [word.strip() for word in name.split(" - ")[0].replace("\n", " ").split(",")]


def code(text):
    return "```\n" + text + "\n```"


def prototype(name, returns, args):
    head = returns + (" " if re.search(r"\w$", returns) else "") + name + "("
    first = args.split(",")[0]
    if len(head + first) >= CODE_WIDTH:
        return returns + "\n" + prototype(name, "", args)
    # Break between arguments only.
    args = args.replace(" ", "\0").replace(",\0", ", ")
    wrapped = textwrap.wrap(head.replace(" ", "\0") + args + ");", CODE_WIDTH, break_long_words=False,
                            subsequent_indent=" " * 8, break_on_hyphens=False)
    return "\n".join(wrapped).replace("\0", " ")


def split_errors(doc):
    """What a comment says before its errors, and a list of (errors, when)."""
    parts = ERROR.split(doc)
    errors = [(parts[i], one_line(parts[i + 1]).rstrip(";.") + ".")
              for i in range(1, len(parts), 2)]
    return parts[0].rstrip(), errors


def described(name, doc):
    body = split_errors(doc)[0]
    return f"## {escape(name)}()\n\n" + escape(body or "See ERRORS.")


def listing(names):
    bold = [f"*{escape(name)}*()" for name in names]
    return bold[0] if len(bold) == 1 else ", ".join(bold[:-1]) + " and " + bold[-1]


def returned(functions):
    """By type, as the conventions of the header have it."""
    said = {
        "int": "0, or a negative errno",
        "bool": "true, or false where there is no such thing",
        "void": "nothing",
        "pointer": "what is described above; NULL, where that is said, if there is none",
        "value": "what is described above",
    }
    by_type = {kind: [] for kind in said}
    for name, (returns, _, _) in functions.items():
        by_type["pointer" if returns.endswith("*") else
                returns if returns in said else "value"].append(name)
    return "\n\n".join(f"{listing(names)} return{'s' if len(names) == 1 else ''} {said[kind]}."
                       for kind, names in by_type.items() if names)


def errors_of(functions):
    text = []
    for name, (_, _, doc) in functions.items():
        for error, when in split_errors(doc)[1]:
            text.append(f"*{escape(name)}*(): *{error}*\n\t{escape(when)}")
    if any(returns == "int" for returns, _, _ in functions.values()):
        text.append("Besides, as *tdxcpuid*(3) says of all functions, -ENOMEM and -EINVAL.")
    return "\n\n".join(text) or "None of these functions fails."


def definition(header, kind, name):
    if (kind, name) not in header.types:
        sys.exit(f"{kind} {name} is not in the header")
    tag, members, doc = header.types[kind, name]
    head = f"{kind} {tag}" if tag else kind
    end = "," if kind == "enum" else ""
    lines = [" " * 8 + member + end for member, _ in members]
    text = [f"## {escape(head)}"] if tag else []
    text.append(code("\n".join([head + " {", *lines, "};"]) if members else head + ";"))
    if doc:
        text.append(escape(doc))
    for member, comment in members:
        if comment:
            what = re.match(r"\w+", member) if kind == "enum" else \
                re.search(r"\w+(?=(\[\w+\])?;)", member)
            text.append(f"*{escape(what.group(0))}*\n\t{escape(comment)}")
    return "\n\n".join(text)


def constants(header):
    for name, (_, doc) in header.macros.items():
        if not doc:
            sys.exit(f"{name} has no comment in the header")
    return "\n\n".join(f"*{escape(name)}* {escape(value)}\n\t{escape(one_line(doc))}"
                       for name, (value, doc) in header.macros.items())


def complete(header, page):
    functions = {}
    for name in names_of(page):
        if name == "tdxcpuid":
            continue
        if name not in header.functions:
            sys.exit(f"{name} is in NAME and not in the header")
        if not header.functions[name][2]:
            sys.exit(f"{name} has no comment in the header")
        functions[name] = header.functions[name]
    made = {
        "@PROTOTYPES@": lambda: code("\n".join(
            prototype(name, returns, args) for name, (returns, args, _) in functions.items())),
        "@FUNCTIONS@": lambda: "\n\n".join(
            described(name, doc) for name, (_, _, doc) in functions.items()),
        "@RETURNS@": lambda: returned(functions),
        "@ERRORS@": lambda: errors_of(functions),
        "@CONSTANTS@": lambda: constants(header),
    }
    for place, text in made.items():
        if place in page:
            page = page.replace(place, text())
        elif functions and place != "@CONSTANTS@":
            sys.exit(f"the page of {next(iter(functions))} has no {place}")
    return re.sub(r"@(STRUCT|ENUM) (\w+)@",
                  lambda m: definition(header, m.group(1).lower(), m.group(2)), as_code(page))


def as_code(page):
    """Code as C has it: scdoc takes backslashes for its own, and man makes less of tabs."""
    parts = page.split("```")
    return "```".join(part.expandtabs(8).replace("\\", "\\\\") if i % 2 else part
                      for i, part in enumerate(parts))


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def main():
    if sys.argv[1] == "--names":
        print("\n".join(names_of(read(sys.argv[2]))))
    elif sys.argv[1] == "--check":
        header = Header(sys.argv[2])
        pages = "\n".join(read(path) for path in sys.argv[3:])
        on_a_page = {name for path in sys.argv[3:] for name in names_of(read(path))}
        if "@CONSTANTS@" in pages:
            on_a_page |= header.macros.keys()
        for kind, name in re.findall(r"@(STRUCT|ENUM) (\w+)@", pages):
            _, members, _ = header.types[kind.lower(), name]
            on_a_page.add(name)
            if kind == "ENUM":
                on_a_page |= {re.match(r"\w+", member).group(0) for member, _ in members}
        missing = sorted(header.names() - on_a_page)
        if missing:
            sys.exit("on no page: " + " ".join(missing))
    else:
        print(complete(Header(sys.argv[1]), read(sys.argv[2])), end="")


main()
