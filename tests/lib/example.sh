#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# examples/vmm.c, on tests/lib/fake-kvm.c: what its user gets to see.
# Usage: example.sh SOURCE_DIR EXAMPLE FAKE_KVM_LIBRARY
set -u

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

said() { # PATTERN WHAT
	echo "$out" | grep -q "$1"
	result $? "$2"
}

# A list that blanks and colons separate, so no full path; both lie in one folder.
# shellcheck disable=SC2016 # for ld.so
out=$(FAKE_KVM=tdx LD_PRELOAD='$ORIGIN'/$(basename "$3") "$2" 2>&1)
echo "$out" | sed 's/^/# /'
said '^left out: something had to be dropped$' "what is left out"
said 'kvm: KVM does not support waitpkg' "bit by bit"
said '^before: nothing that is known here speaks against' "what is known before"
said '^KVM_TDX_INIT_VM: Invalid argument, hw_error 0xc000010000000045$' "what KVM says"
said '^why: .*look at 0x1\.eax' "what the library makes of it"
while read -r kind words; do
	# shellcheck disable=SC2016
	out=$(FAKE_KVM=$kind LD_PRELOAD='$ORIGIN'/$(basename "$3") "$2" 2>&1) && out="exit status 0"
	said "^no TDX guest: $words$" "$kind: why there is no guest"
done <<EOF
absent No such file or directory
denied Permission denied
notdx this KVM has no TDX
other Inappropriate ioctl for device
EOF
out=$(wc -l <"$1/examples/vmm.c")
[ "$out" -lt 100 ] || out=
said . "the example is shorter than 100 lines"
plan
