# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
#
# What the scripts of the test bed share: where things are, how to say what is
# going on, and how to make sure that a program is there.

# The repository; $here is set by who reads this.
# shellcheck disable=SC2154
top=$(dirname "$(dirname "$here")")
export top

# Everything that is expensive lives here, outside the tree.
cache=${TDXCPUID_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tdx-cpuid}

# What "make -s test-linux" was told is not meant for the makes in here: Linux's says
# nothing then, and there is no progress to count.
unset MAKEFLAGS MFLAGS

testbed_start=${testbed_start:-$(date +%s)}
export testbed_start

say()
{
	printf '[%4ds] %s\n' $(($(date +%s) - testbed_start)) "$*" >&2
}

die()
{
	say "error: $*"
	exit 1
}

# need PACKAGE...: what the distribution has.
need()
{
	"$top/tools/install" "$@" >&2 || exit 1
}

# quietly LOG COMMAND...: run a long command, its output in LOG; show the end of
# LOG if it fails.
quietly()
{
	log=$1
	shift
	"$@" >"$log" 2>&1 || {
		tail -n 40 "$log" >&2
		die "failed: $* (all of it: $log)"
	}
}

# make_series TREE FOLDER [--rfc]: the patches for a tree. Nobody's sign-off: they go
# no further than this machine.
make_series()
{
	env -u APT_CONFIG GIT_CONFIG_COUNT=2 \
		GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=testbed \
		GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=testbed@localhost \
		"$top/linux/series/run" ${3:+"$3"} "$1" "$2"
}
