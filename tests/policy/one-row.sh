#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# CONTRIBUTING's "To opt in to a CPUID bit", done in a copy: its row alone must
# turn the policy's tests red, and they must name the bit and what to do; the
# row and one BLESS=1 must do.
# Usage: one-row.sh SOURCE_ROOT CC...; output in TAP.
set -u
root=$1
shift
# The caller may be blessing the tree itself.
unset BLESS
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
# shellcheck source=tests/tap.sh
. "$root/tests/tap.sh"

for room in include policy module psp kvm fuzz tests; do
	cp -r "$root/$room" "$tmp/" || exit 1
done
cd "$tmp" || exit 1
tests='completeness differences exhaustive noise properties'
mkdir obj log

# compile CC...: all that has the table in it, and what has not once.
compile()
{
	flags='-D_GNU_SOURCE -std=gnu11 -O1 -w -Iinclude/standin -Iinclude'
	for file in policy/*.c kvm/*.c module/*.c psp/*.c tests/reference.c tests/generate.c fuzz/policy.c; do
		object=obj/$(echo "$file" | tr / -).o
		case $file in
		module/* | psp/* | tests/generate.c | fuzz/*) [ ! -e "$object" ] || continue ;;
		esac
		# shellcheck disable=SC2086 # flags without blanks
		"$@" $flags -c -o "$object" "$file" || return 1
	done
	for test in $tests; do
		# shellcheck disable=SC2046,SC2086 # flags and names without blanks
		"$@" $flags -o "obj/$test" "tests/policy/$test.c" \
			$(find obj -name '*.o' ! -name '*fuzz*') \
			$([ "$test" != noise ] || echo obj/fuzz-policy.c.o) || return 1
	done
}

bless()
{
	BLESS=1 obj/completeness tests/golden
	BLESS=1 obj/differences tests/golden/differences.txt
	compile "$@"
}

run_one()
{
	case $1 in
	completeness) obj/completeness tests/golden ;;
	differences) obj/differences tests/golden/differences.txt ;;
	properties) obj/properties 1 20 ;;
	noise) obj/noise 10000 ;;
	*) "obj/$1" ;;
	esac
}

# run: the names of the tests that fail; what they say is in log/.
run()
{
	for test in $tests; do
		run_one "$test" >"log/$test" 2>&1 || echo "$test"
	done
}

# Has it a line like that?
says() # TEST PATTERN
{
	grep -q "$2" "log/$1"
	result $? "before BLESS=1, $1 says $2" "log/$1"
}

row=$(sed -n 's/^ *\(TDX_CPUID_BIT(0x7, 1, EAX, 18,.*\)$/\1/p' "$root/CONTRIBUTING.md")
[ -n "$row" ]
result $? "CONTRIBUTING has the row of its example"

bits=policy/tdx_cpuid_bits.h
if grep -qF "$row" "$bits"; then
	# Somebody has done as CONTRIBUTING says: undo it here.
	grep -vF "$row" "$root/$bits" >"$bits"
	compile "$@" >log/build 2>&1 && bless "$@" >log/build 2>&1
	result $? "without the row it builds" log/build
fi

sed -i "/(0x7, 1, EAX, 19,/i $row" "$bits"
compile "$@" >log/build 2>&1
result $? "with the row it builds" log/build

red=$(run)
# Whether a short run of the properties comes across the bit is the compiler's choice.
[ "$(echo $red)" = "completeness differences exhaustive noise" ] ||
	[ "$(echo $red)" = "completeness differences exhaustive noise properties" ]
result $? "before BLESS=1, red: $(echo $red)"
says completeness '^# now: .*0x7, 1, EAX, 18: LKGS'
says completeness '^not ok.*BLESS=1 ./test'
says differences '^not ok.*BLESS=1 ./test'
says exhaustive '7\.1 .*mask 40000'
says noise '^0x7\.0x1: reports 048c1c9e .*expected 04881c9e'

bless "$@" >log/build 2>&1
result $? "after BLESS=1 it builds" log/build
red=$(run)
[ -z "$red" ]
result $? "after BLESS=1, every test passes; red: $(echo $red)"
plan
