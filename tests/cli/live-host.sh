#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# --kvm, dump and the example on the simulated host, which is another road to the
# same model: what comes over the ioctls must be what the model says.
# Usage: live-host.sh TDXCPUID EXAMPLE
set -u

tool=$1 example=$2
qemu=$(dirname "$0")/../data/captures/qemu-11.1.3-cpu-host/init_vm.txt
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# Where packages are built there may be neither ptrace nor seccomp.
if ! "$tool" run -- true >/dev/null 2>&1; then
	echo "1..0 # SKIP there is no simulated host, or it does not run here"
	exit 0
fi

cpuid() { sed -n '/"cpuid": \[/,/\]/p' "$1"; }
for module in 1.5.05 1.5.34; do
	"$tool" caps --module $module --json >"$tmp/model"
	"$tool" run --module $module -- "$tool" caps --kvm --json >"$tmp/live" 2>/dev/null
	cpuid "$tmp/model" >"$tmp/a"
	cpuid "$tmp/live" >"$tmp/b"
	[ -s "$tmp/a" ] && cmp -s "$tmp/a" "$tmp/b"
	result $? "$module: caps --kvm is what the model reports"

	"$tool" run --module $module -- "$tool" dump >"$tmp/dump" 2>/dev/null
	"$tool" run --module $module -- "$tool" dump 2>/dev/null | cmp -s - "$tmp/dump"
	result $? "$module: a second dump is the same"
	"$tool" caps --host "$tmp/dump" --json >"$tmp/replayed"
	cpuid "$tmp/replayed" | cmp -s - "$tmp/a"
	result $? "$module: a dump replays"
	"$tool" check --host "$tmp/dump" "$qemu" >"$tmp/out"
	result $? "$module: and QEMU's request is not refused there"
	sed -n 's/^.*init_vm.txt: /# /p' "$tmp/out"
	# The version of the module is what the host does not tell.
	sed 's/^ "module": null/ "module": "'$module'"/' "$tmp/dump" >"$tmp/told"
	"$tool" check --host "$tmp/told" --json "$qemu" | sed -n '/"effective": \[/,/\]/p' >"$tmp/a"
	"$tool" check --module $module --json "$qemu" | sed -n '/"effective": \[/,/\]/p' >"$tmp/b"
	[ -s "$tmp/a" ] && cmp -s "$tmp/a" "$tmp/b"
	result $? "$module: told the version, it says what the model says"
done

"$tool" run --module 1.5.05 -- "$example" >"$tmp/out" 2>&1
grep -q '^left out: something had to be dropped' "$tmp/out" && ! grep -q '^why: ' "$tmp/out"
result $? "the example starts its guest"
plan
