#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# systemd takes the units, and they call the tool as it wants to be called.
# Usage: units.sh TDXCPUID SERVICES_DIR TIMERS_DIR
set -u

tool=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp" "$tmp".*' EXIT
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cp "$2"/tdxcpuid-*.service "$3"/tdxcpuid-*.timer "$tmp"
# The program that a unit starts must be there, by a name without blanks.
ln -s "$tool" "$tmp.tool"
sed -i "s|^ExecStart=[^ ]*|ExecStart=$tmp.tool|" "$tmp"/*.service
for unit in "$tmp"/*; do
	name=$(basename "$unit")
	if ! command -v systemd-analyze >/dev/null; then
		skip "$name" "there is no systemd-analyze"
		continue
	fi
	# Without a systemd that runs here it says so, and goes on.
	systemd-analyze verify --man=no "$unit" >"$tmp.log" 2>&1
	status=$?
	grep "$name\|$tmp" "$tmp.log" >"$tmp.own"
	[ $status = 0 ] && [ ! -s "$tmp.own" ]
	result $? "systemd-analyze verify $name" "$tmp.log"
done
for unit in "$tmp"/*.service; do
	# shellcheck disable=SC2046 # words
	set -- $(sed -n 's/^ExecStart=//p' "$unit")
	file=$5
	"$1" "$2" "$3" "$4" "$tmp/out" --module 1.5.34 && [ -s "$tmp/out" ]
	result $? "$(basename "$unit"): its command answers"
	grep -qx "ReadWritePaths=-$(dirname "$file")" "$unit"
	result $? "$(basename "$unit"): it may write there"
	[ "$(grep -cx 'DeviceAllow=/dev/kvm rw\|DeviceAllow=/dev/sev r' "$unit")" = 2 ]
	result $? "$(basename "$unit"): it may ask KVM, and the firmware of AMD's hosts"
	[ -f "${unit%.service}.timer" ]
	result $? "$(basename "$unit"): it has a timer"
done
plan
