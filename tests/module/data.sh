#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Unpack tests/data and check module/ against it.
# Usage: data.sh MODULE_VECTORS MODULE_TABLES DATA
set -eu
vectors=$1
tables=$2
data=$3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0
for f in "$data"/vectors/*.xz "$data"/modules/*.xz; do
	xz -dc "$f" > "$tmp/$(basename "$f" .xz)"
done
for f in "$tmp"/tdx-*.jsonl; do
	printf '%s: ' "$(basename "$f")"
	"$vectors" "$f" || status=1
done
"$tables" "$tmp/modules.jsonl" "$tmp/cpus.json" "$data/cpus" || status=1
exit $status
