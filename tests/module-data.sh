#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Unpack tests/data and run the checks of module/ on it: module-data.sh BUILD_DIR
set -eu
build=$1
data=$(dirname "$0")/data
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0
for f in "$data"/vectors/*.xz "$data"/modules/*.xz; do
	xz -dc "$f" > "$tmp/$(basename "$f" .xz)"
done
for f in "$tmp"/tdx-*.jsonl; do
	printf '%s: ' "$(basename "$f")"
	"$build/module-vectors" "$f" || status=1
done
"$build/module-tables" "$tmp/modules.jsonl" "$tmp/cpus.json" || status=1
exit $status
