#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What the test beds make of a guest's console.
# Usage: results.sh SOURCE_DIR
set -u

src=$1
# shellcheck source=tests/tap.sh
. "$src/tests/tap.sh"
# shellcheck source=linux/testbed/results.sh
. "$src/linux/testbed/results.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "$*"; }

# counts WHAT EXPECTED: of the console on standard input: passed, failed, skipped,
# requests compared, disagreements.
counts()
{
	# shellcheck disable=SC2034 # results.sh reads them
	folder=$work name=boot begin=$(date +%s) finished=true
	sed 's/$/\r/' > "$folder/serial"
	# tap.sh counts what has failed, too.
	( collect && sum_up ) > "$folder/said"
	[ "$(cat "$folder/result")" = "$2" ]
	result $? "$1: $(cat "$folder/result")" "$folder/said"
}

counts "a guest that comes to its end" "2 0 1 60 0" << END
Linux says something
ok 1 - one
# requests: 60 compared, 0 disagree
ok 2 - two # SKIP for a reason
ok 3 - three
1..3
END
counts "a line that Linux prints again, whole" "2 0 0 60 0" << END
# requests: 60 compared, 0 disagree
** replaying previous printk message **
# requests: 60 compared, 0 disagree
ok 1 - one
** replaying previous printk message **
ok 1 - one
WARNING: arch/x86/kvm/svm/sev.c:1 at somewhere
ok 2 - two
1..2
END
counts "a line that Linux prints again, cut" "2 0 0 60 0" << END
# requests: 6
** replaying previous printk message **
# requests: 60 compared, 0 disagree
ok 1 - one
** replaying previous printk message **
ok 2 - two
1..
** repla
** replaying previous printk message **
1..2
END
counts "a test that is not there" "1 1 0 0 0" << END
ok 1 - one
1..2
END
counts "a guest that ends early" "1 1 0 0 0" << END
ok 1 - one
END
counts "a sanitizer's word" "1 1 0 0 0" << END
ok 1 - one
BUG: KASAN: something
1..1
END

plan
