# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
# TAP for the tests that are shell scripts; they end with plan.
# Ranges like a-z mean other letters in other languages.
export LC_ALL=C
n=0
failed=0

# result STATUS WHAT [FILE]: a case; the file says why where it failed.
result()
{
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		[ -z "${3:-}" ] || sed 's/^/# /' "$3"
		failed=1
	fi
}

# skip WHAT REASON
skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# The number of cases, and the exit status.
plan()
{
	echo "1..$n"
	exit "$failed"
}
