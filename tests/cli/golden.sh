#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Compare the output of each verb with tests/golden/NAME.  BLESS=1 accepts the
# output of today: read the difference before it is committed.
# Usage: golden.sh TDXCPUID; output in TAP.
set -u
tool=$(realpath "$1")
cd "$(dirname "$0")/../data" || exit 1
tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp"' EXIT
n=0

while read -r name status args; do
	case $name in '' | '#'*) continue ;; esac
	n=$((n + 1))
	input=/dev/null
	case $args in *'<'*) input=${args#*< } args=${args%% <*} ;; esac
	# shellcheck disable=SC2086 # the arguments hold no blanks
	"$tool" $args <"$input" >"$tmp" 2>&1
	got=$?
	[ -z "${BLESS:-}" ] || cp "$tmp" "../golden/$name"
	if [ $got -ne "$status" ]; then
		echo "not ok $n - $name: status $got"
	elif cmp -s "$tmp" "../golden/$name"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name: other output; BLESS=1 $0 $tool accepts it"
		diff -u "../golden/$name" "$tmp" | sed 's/^/# /'
	fi
done <../golden.list
echo "1..$n"
