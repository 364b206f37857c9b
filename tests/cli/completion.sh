#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What bash offers for words that are begun, in a folder with files.
# Usage: completion.sh TDXCPUID
set -u

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

if ! command -v bash >/dev/null; then
	skip "completion" "there is no bash"
	plan
	exit
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$1" completion bash >"$tmp/completion"
mkdir "$tmp/folder"
cd "$tmp/folder" || exit 1
touch my-module.json spr-of-mine.json request.txt

offers() { # EXPECTED WORD...: the last word is being typed
	expected=$1
	shift
	# shellcheck disable=SC2016 # for bash
	offered=$(bash -c '. ../completion; COMP_WORDS=(tdxcpuid "$@") COMP_CWORD=$#; _tdxcpuid
		echo "${COMPREPLY[*]}"' bash "$@")
	[ "$offered" = "$expected" ]
	result $? "$*: $expected"
	[ "$offered" = "$expected" ] || echo "# $offered"
}

offers "explain" expl
offers "explain" help expl
offers "1.5.34" caps --module 1.5.34
offers "1.5.34" caps --module = 1.5.34
offers "1.5.34" diff 1.5.34
offers "my-module.json" caps --module my
offers "my-module.json" diff 1.5.34 my
offers "spr" check --cpu sp
offers "spr-of-mine.json" check --cpu spr-
offers "request.txt" check re
offers "--policy" check --po
offers "linux-7.3" check --policy = l
offers "waitpkg" explain WAI
offers "prometheus" export p
# A program's own words are not ours.
mkdir "$tmp/bin"
printf '#!/bin/sh\n' >"$tmp/bin/qemu-of-mine"
chmod +x "$tmp/bin/qemu-of-mine"
PATH=$tmp/bin:$PATH
offers "qemu-of-mine" run -- qemu-of
offers "qemu-of-mine" run --module 1.5.34 -x -- qemu-of
offers "request.txt" run -- qemu-of-mine req
offers "my-module.json" run -- qemu-of-mine -m my
offers "--report" run --rep
for helper in _command_offset _comp_command_offset; do
	# shellcheck disable=SC2016 # for bash
	from=$(bash -c '. ../completion; eval "$1() { echo \$1; }"
		COMP_WORDS=(tdxcpuid run -x -- qemu -m 2) COMP_CWORD=6; _tdxcpuid' bash $helper)
	[ "$from" = 4 ]
	result $? "run: the program's own completion, by $helper of bash-completion"
done
# Nothing typed: names only, all of them.
for kind in "caps --module" "diff" "caps --cpu"; do
	# shellcheck disable=SC2086,SC2016 # words; for bash
	files=$(bash -c '. ../completion; COMP_WORDS=(tdxcpuid "$@" "") COMP_CWORD=$(($# + 1)); _tdxcpuid
		printf "%s\n" "${COMPREPLY[@]}"' bash $kind | grep -e json -e txt -e '^$')
	[ -z "$files" ]
	result $? "$kind: no files among the names"
done
plan
