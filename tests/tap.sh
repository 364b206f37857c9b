# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
# TAP for the tests that are shell scripts; they end with echo "1..$n".
# Ranges like a-z mean other letters in other languages.
export LC_ALL=C
n=0

result() { # STATUS WHAT
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
