# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
#
# What the scripts of the test bed share: where things are, how to say what is
# going on, and how to make sure that a program is there.

# Everything that is expensive lives here, outside the tree.
cache=${TDXCPUID_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tdx-cpuid}

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

# need PACKAGE=PROBE...: install each PACKAGE whose PROBE (a program, or an
# absolute path) is missing. When all is there nothing is asked of anyone.
need()
{
	missing=
	for pair; do
		probe=${pair#*=}
		case $probe in
		/*)	test -e "$probe" ;;
		*)	command -v "$probe" >/dev/null 2>&1 ;;
		esac || missing="$missing ${pair%%=*}"
	done
	[ -z "$missing" ] && return 0

	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		die "missing packages; run: apt-get install -y$missing"
	fi
	say "installing$missing"
	# The lists may be old or absent: refresh them once when that is why it fails.
	# shellcheck disable=SC2086 # a list of words
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends $missing >/dev/null 2>&1 || {
		apt-get update -qq &&
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
			--no-install-recommends $missing >/dev/null
	} || die "could not install$missing"
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
