#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Compare the output of each verb with tests/golden/NAME.  BLESS=1 accepts the
# output of today: read the difference before it is committed.
# Usage: golden.sh TDXCPUID; output in TAP.
set -u
# It would decide where lines are broken.
unset COLUMNS
tool=$(realpath "$1")
cd "$(dirname "$0")/../data" || exit 1
tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp" "$tmp.diff"' EXIT
# shellcheck source=tests/tap.sh
. ../tap.sh

while read -r name status args; do
	case $name in '' | '#'*) continue ;; esac
	input=/dev/null
	case $args in *'<'*) input=${args#*< } args=${args%% <*} ;; esac
	# shellcheck disable=SC2086 # the arguments hold no blanks
	"$tool" $args <"$input" >"$tmp" 2>&1
	got=$?
	# The one thing that time has a part in.
	sed -i 's/^# +expiry-time=[-:0-9T]*Z$/# +expiry-time=IN-A-DAY/' "$tmp"
	[ -z "${BLESS:-}" ] || cp "$tmp" "../golden/$name"
	diff -u "../golden/$name" "$tmp" >"$tmp.diff" && [ $got -eq "$status" ]
	result $? "$name, status $got; BLESS=1 accepts what differs" "$tmp.diff"
done <../golden.list
plan
