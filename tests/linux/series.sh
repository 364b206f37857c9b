#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The series fits the newest Linux in the cache, and decides as policy/ does; a row
# that this Linux has no word or feature for is named.
# Usage: series.sh SOURCE_DIR
set -u

src=$1
# shellcheck source=tests/tap.sh
. "$src/tests/tap.sh"

cache=${TDXCPUID_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tdx-cpuid}
linux=$(find "$cache/linux" -mindepth 1 -maxdepth 1 -name 'linux-*' -type d ! -name '*.part' 2> /dev/null | sort -V | tail -n 1)
why=
[ -e "$linux/arch/x86/kvm/vmx/tdx.c" ] || why="no Linux in the cache (linux/testbed/fetch linux)"
command -v spatch > /dev/null || why="no coccinelle"
command -v git > /dev/null || why="no git"
command -v gcc > /dev/null || why="no gcc"
if [ -n "$why" ]; then
	skip "the series and policy/ agree" "$why"
	plan
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
"$src/tests/linux/patched" "$linux" "$tree" > "$work/log" 2>&1
result $? "the series fits $(basename "$linux"), and git am applies it" "$work/log"

"$src/tests/linux/run" "$tree" 20000 > "$work/log" 2>&1
result $? "the series and policy/ agree: $(tail -n 1 "$work/log")" "$work/log"
"$src/tests/linux/mutants" "$tree" 2000 > "$work/log" 2>&1
result $? "what differs is seen" "$work/log"

"$src/linux/series/run" --rfc "$linux" "$work/out-rfc" > "$work/log" 2>&1
result $? "the RFC fits it" "$work/log"
git -C "$tree" -c user.name=tests -c user.email=tests@localhost am -q "$work"/out-rfc/*.patch > "$work/log" 2>&1
result $? "git am applies it on top of the series" "$work/log"
"$src/linux/series/run" --snp "$linux" "$work/out-snp" > "$work/log" 2>&1
result $? "the RFC for SNP fits it" "$work/log"
git -C "$tree" -c user.name=tests -c user.email=tests@localhost am -q "$work"/out-snp/*.patch > "$work/log" 2>&1
result $? "git am applies it on top of both" "$work/log"
"$src/tests/linux/run-snp" "$tree" 20000 > "$work/log" 2>&1
result $? "it and kvm/ agree about pages and vCPUs: $(tail -n 1 "$work/log")" "$work/log"
wc -l "$src"/linux/series/cover-letter "$src"/linux/series/*/cover-letter |
	awk '$2 != "total" && $1 > 60 { print; bad = 1 } END { exit bad }' > "$work/log"
result $? "a cover letter has at most 60 lines" "$work/log"

# lacks WHAT ROW: make the table with one more row.
lacks()
{
	{ cat "$src/policy/tdx_cpuid_bits.h"; echo "$2"; } > "$work/rows"
	( cd "$tree" && "$src/linux/series/table" caps "$work/rows" ) > "$work/out.c" 2> "$work/log"
	[ $? = 1 ] && grep -q "$1" "$work/log"
	result $? "what Linux lacks is named: $1" "$work/log"
}
lacks 'CPUID.0x23.0.EAX\[0\]: .* no word' 'TDX_CPUID_RAW(0x23, 0, EAX, 0, ALLOW, INSN, MODULE)'
lacks 'CPUID.0x1C.0.EAX\[3\]: .* no word' 'TDX_CPUID_RAW(0x1c, NONE, EAX, 3, ALLOW, INSN, MODULE)'
lacks 'CPUID.0x1E.0.EBX\[0\]: .* no word' 'TDX_CPUID_BIT(0x1e, 0, EBX, 0, TMUL, ALLOW, INSN, MODULE)'
lacks 'no X86_FEATURE_UIRET_UIF' 'TDX_CPUID_BIT(0x7, 1, EDX, 17, UIRET_UIF, ALLOW, INSN, MODULE)'
lacks 'X86_FEATURE_GFNI of this Linux is' 'TDX_CPUID_BIT(0x7, 0, ECX, 7, GFNI, ALLOW, INSN, MODULE)'

plan
