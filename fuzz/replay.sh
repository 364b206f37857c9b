#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Run a fuzz target over its seeds.  Usage: replay.sh TARGET CORPUS
exec "$1" "$2"/*
