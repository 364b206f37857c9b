#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# docs/psp.md has the rules as the program has them, and says where each stands.
# Usage: document.sh PSP-PAGE DOCUMENT; output in TAP.
set -u
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$1" --rules >"$work/program"
grep -E '^\| [0-9a-f]+(\.[0-9a-f]+)?\.e[abcd]x \|' "$2" | sed 's/\[\([a-z0-9-]*\)\](#[a-z0-9-]*)/\1/' >"$work/document"
diff "$work/program" "$work/document" >"$work/log"
result $? "the table of rules is the program's" "$work/log"

sed -n 's/.*| \([a-z0-9-]*\) |$/\1/p' "$work/program" | sort -u >"$work/sources"
while read -r source; do
	grep -qx "### $source" "$2"
	result $? "$source is told"
done <"$work/sources"
[ -s "$work/sources" ]
result $? "rules have sources"
plan
