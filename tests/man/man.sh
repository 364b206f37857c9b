#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Each verb has a page, each option is in it and can be completed, and mandoc has
# nothing to say.
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

for verb in $("$tool" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	page=$src/man/tdxcpuid-$verb.1.scd
	if [ "$verb" = completion ]; then page=$src/man/tdxcpuid.1.scd; fi
	grep -q "^\*$verb\*" "$src/man/tdxcpuid.1.scd" && [ -f "$page" ]
	result $? "$verb has a page"
	for option in $("$tool" "$verb" --help | grep -o -- '^  .*--[a-z-]*' | grep -o -- '--[a-z-]*'); do
		grep -q -- "\*$option\*" "$page" &&
			echo "$bash" | grep -q -- "^.*$verb) options=.* ${option}[ \"]" &&
			echo "$zsh" | sed -n "/^	$verb)/,/;;/p" | grep -q -- "$option"
		result $? "$verb $option"
	done
done

for page in "$MANDIR"/*.[135]; do
	[ -f "$page" ] || continue
	if ! command -v mandoc >/dev/null; then
		skip "$(basename "$page")" "there is no mandoc"
		continue
	fi
	mandoc -T lint -W warning "$page"
	result $? "$(basename "$page")"
done
plan
