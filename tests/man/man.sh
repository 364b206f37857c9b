#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Each verb has a page, each option is in it and can be completed; the library is in section 3,
# all of it; sections and references are there; pages read well in 80 columns.
# Usage: MANDIR=DIR man.sh SOURCE_DIR TDXCPUID
set -u

src=$1 tool=$2
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

bash=$("$tool" completion bash)
zsh=$("$tool" completion zsh)
if command -v bash >/dev/null; then
	echo "$bash" | bash -n
	result $? "bash understands its completion"
fi
if command -v zsh >/dev/null; then
	echo "$zsh" | zsh -n
	result $? "zsh understands its completion"
fi

for verb in $("$tool" --help | sed -n '/^Example/q; s/^  \([a-z]*\) .*/\1/p'); do
	page=$src/man/tdxcpuid-$verb.1.scd
	grep -q "^\*$verb\*" "$src/man/tdxcpuid.1.scd" && [ -f "$page" ]
	result $? "$verb has a page"
	for option in $("$tool" "$verb" --help | sed '/^Example/q' | grep -o -- '^  .*--[a-z-]*' | grep -o -- '--[a-z-]*'); do
		grep -q -- "\*$option\*" "$page" &&
			echo "$bash" | grep -q -- "^.*$verb) options=.* ${option}[ \"]" &&
			echo "$zsh" | sed -n "/^	$verb)/,/;;/p" | grep -q -- "$option"
		result $? "$verb $option"
	done
done

generate() { python3 "$src/man/from-header.py" "$@"; }
generate --check "$src/include/tdxcpuid.h" "$src"/man/*.3.scd.in
result $? "the library is on a page, all of it"
for page in "$src"/man/*.3.scd.in; do
	generate "$src/include/tdxcpuid.h" "$page" >/dev/null
	result $? "$(basename "$page") is made of the header"
done

for page in "$src"/man/*.scd "$src"/man/*.scd.in; do
	case $page in
	*.1.scd) sections='EXIT STATUS,EXAMPLES,SEE ALSO' ;;
	*.3.scd.in) sections='RETURN VALUE,ERRORS,EXAMPLES,SEE ALSO' ;;
	*) sections='SEE ALSO' ;;
	esac
	missing=$(echo "$sections" | tr , '\n' | while read -r section; do
		grep -qx "# $section" "$page" || echo "# no $section"
	done
	# A function is on the page that has it in NAME.
	sed -n '/^# SEE ALSO/,$p' "$page" | grep -o '\*[a-z_-]*\*([135])' | tr -d '*()' |
		sed 's/\([135]\)$/ \1/' | while read -r name section; do
			[ -f "$src/man/$name.$section.scd" ] ||
				sed -n '/^# NAME/,/^# SYN/p' "$src"/man/*."$section".scd.in 2>/dev/null |
				grep -qw -- "$name" || echo "# no page $name($section)"
		done)
	[ -z "$missing" ]
	result $? "$(basename "$page") has all sections, and what it refers to is there"
	if [ -n "$missing" ]; then echo "$missing"; fi
done
for page in "$src"/man/tdxcpuid-*.1.scd; do
	name=$(basename "$page" .1.scd)
	sed -n '/^# SEE ALSO/,$p' "$src/man/tdxcpuid.1.scd" | grep -q -- "\*$name\*(1)"
	result $? "tdxcpuid(1) refers to $name(1)"
done

for page in "$MANDIR"/*.[135]; do
	[ -f "$page" ] || continue
	name=$(basename "$page")
	if command -v groff >/dev/null; then
		# Without escapes and overstrikes, as wide as a terminal.
		wrong=$(groff -t -man -Tascii -P-cbou -rLL=80n "$page" 2>&1 |
			awk 'length > 80 || /[A-Za-z]-$/ || /troff:/ { print "# " $0 }')
		[ -z "$wrong" ]
		result $? "$name is not wider than 80, no name hyphenated"
		if [ -n "$wrong" ]; then echo "$wrong"; fi
	else
		skip "$name in 80 columns" "there is no groff"
	fi
	if ! command -v mandoc >/dev/null; then
		skip "$(basename "$page")" "there is no mandoc"
		continue
	fi
	mandoc -T lint -W warning "$page"
	result $? "$(basename "$page")"
done
plan
