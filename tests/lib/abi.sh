#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The header in all the languages it is for; what is exported is what is announced
# in lib/libtdxcpuid.map, declared, and has a man page.
# Usage: lib-abi.sh SOURCE_DIR LIBRARY
set -u

src=$1 lib=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

compiles() { # COMPILER LANGUAGE OPTIONS...
	compiler=$1 language=$2
	shift 2
	if ! command -v "$compiler" >/dev/null; then
		skip "$compiler $*" "there is no $compiler"
		return
	fi
	printf '#include <tdxcpuid.h>\n#include <tdxcpuid-kvm.h>\n%s\n' \
		'int main(void) { return TDXCPUID_ALLOWLIST; }' >"$tmp/t.$language"
	"$compiler" "$@" -Wall -Wextra -Werror -I"$src/include" -c -o "$tmp/t.o" "$tmp/t.$language"
	result $? "$compiler $*"
}

# One list per line, sorted.
exported() { nm -D --defined-only "$lib" | sed -n 's/.* [TDBR] \(tdxcpuid_[a-z0-9_]*\).*/\1/p' | sort; }
announced() { sed -n 's/^\t\(tdxcpuid_[a-z0-9_]*\);$/\1/p' "$src/lib/libtdxcpuid.map" | sort; }
declared() {
	tr '\n' ' ' <"$src/include/tdxcpuid.h" | sed 's,/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/,,g' |
		grep -o 'tdxcpuid_[a-z0-9_]*(' | tr -d '(' | sort -u
}
# The names that a page of section 3 is about.
described() {
	for page in "$src"/man/*_*.3.scd.in; do
		sed -n '/^# NAME/,/^# SYNOPSIS/p' "$page" | grep -o 'tdxcpuid_[a-z0-9_]*'
	done | sort -u
}

compiles cc c -std=c99 -pedantic
compiles cc c -std=c11 -pedantic
compiles clang c -std=c99 -pedantic
compiles g++ cc -std=c++11 -pedantic
compiles clang++ cc -std=c++20 -pedantic

exported >"$tmp/exported"
[ -s "$tmp/exported" ]
result $? "there are exported symbols"
for list in announced declared described; do
	$list >"$tmp/$list"
	diff "$tmp/$list" "$tmp/exported" >"$tmp/diff"
	result $? "what is exported is $list"
	sed 's/^/# /' "$tmp/diff"
done
version=$(sed -n "s/^ *version: '\(.*\)',/\1/p" "$src/meson.build" | tr . ' ')
# shellcheck disable=SC2086 # three words
grep -q "^#define TDXCPUID_VERSION $(printf '0x%02x%02x%02xU' $version)$" "$src/include/tdxcpuid.h"
result $? "the header's version is the project's"
nm -D --defined-only "$lib" | grep ' T ' | grep -v ' tdxcpuid_[a-z0-9_]*@@TDXCPUID_0.1$' >"$tmp/others"
[ ! -s "$tmp/others" ]
result $? "nothing else is exported, and all has a version"
readelf -d "$lib" | grep NEEDED | grep -v 'libc\.so\|libasan\|libtsan\|libubsan' >"$tmp/needed"
[ ! -s "$tmp/needed" ]
result $? "libc is all that it needs"
nm "$lib" | grep -E ' [dDbB] ' | grep -vE ' (_.*|completed\.[0-9]+)$' | cut -d' ' -f3 |
	while read -r name; do
		# Tables of pointers are relocated, then read-only.
		readelf -sW "$lib" | awk -v name="$name" '$8 == name { print $7 }' | sort -u |
			while read -r section; do
				readelf -SW "$lib" | grep -E "^ *\[ *$section\]" |
					grep -q 'data.rel.ro' || echo "$name"
			done
	done >"$tmp/writable"
[ ! -s "$tmp/writable" ]
result $? "there is no writable data"
sed 's/^/# /' "$tmp/others" "$tmp/needed" "$tmp/writable"
plan
