#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The C is formatted as .clang-format says, but for what goes into Linux and tables that are
# aligned by hand.  Another release of clang-format has another opinion.
# Usage: format.sh SOURCE_ROOT; output in TAP.
set -u
cd "$1" || exit 1
# shellcheck source=tests/tap.sh
. tests/tap.sh

tool=$(command -v clang-format-14 || command -v clang-format)
case $("${tool:-false}" --version 2>/dev/null) in
*"version 14."*) ;;
*)
	echo "1..0 # SKIP there is no clang-format 14"
	exit
	;;
esac

out=$(mktemp)
trap 'rm -f "$out"' EXIT
for room in policy kvm lib include host front cli tests bench fuzz examples; do
	[ -d "$room" ] || continue
	find "$room" -name '*.[ch]' ! -name tdx_cpuid_bits.h -exec "$tool" --dry-run -Werror {} + >"$out" 2>&1
	result $? "$room" "$out"
done
plan
