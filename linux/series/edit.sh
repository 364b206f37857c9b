# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=bash
#
# What an "apply" script of patches/ may do to the tree in the current folder.
# Every edit must find what it is meant for: if not, it says what, and ends.
# Sourced by run, with the folders of the repository, of the patch and for scratch:
: "${repo:?}" "${patch=}" "${work:?}"

not_found() {
	echo "run: $(basename "$patch"): the tree does not fit: $*" >&2
	exit 1
}

# rule FILE RULE.cocci: apply one semantic patch, which must change FILE.  Its
# first line says what it looks for.
rule() {
	local file=$1 rule=$patch/$2 log=$work/spatch.log

	[ -f "$file" ] || not_found "no $file"
	cp "$file" "$work/before"
	if ! spatch --very-quiet --no-includes --max-width 100 --in-place --sp-file "$rule" "$file" \
	     > "$log" 2>&1; then
		cat "$log" >&2
		not_found "$file: spatch cannot apply $2"
	fi
	# spatch indents no comment behind its first line, doubles empty lines, puts a
	# condition into one line, and a blank into ?:.
	awk '
		{ sub(/ \? : /, " ?: ") }
		/^\t+\/\*$/ { indent = $0; sub(/\/.*/, "", indent) }
		/^ \*/ { $0 = indent $0 }
		/^[ \t]+$/ && last != "" { print last = ""; stray = 1; next }
		/^[ \t]*$/ && stray { next }
		/^[ \t]+$/ { stray = 1; next }
		{ stray = 0; last = $0 }
		/\*\/$/ { indent = "" }
		length > 100 && /^\t+if \(/ {
			indent = $0
			sub(/if.*/, "    ", indent)
			gsub(/ \|\| /, " ||\n" indent)
			if (!/\n/)
				sub(/ > /, " >\n" indent)
			indent = ""
		}
		{ print }' "$file" > "$work/indent"
	cp "$work/indent" "$file"
	if cmp -s "$work/before" "$file"; then
		not_found "$file: $(sed -n '1s,^// *,,p' "$rule") ($2)"
	fi
}

# line_of FILE REGEX: the number of the one line that matches.
line_of() {
	local file=$1 regex=$2 found

	[ -f "$file" ] || not_found "no $file"
	found=$(grep -nE -- "$regex" "$file" | cut -d: -f1)
	case $found in
	'')	not_found "$file: no line that matches '$regex'" ;;
	*[!0-9]*) not_found "$file: more than one line that matches '$regex'" ;;
	esac
	echo "$found"
}

# after FILE REGEX TEXTFILE, before FILE REGEX TEXTFILE: insert a text there.
after() {
	local n

	n=$(line_of "$1" "$2") || exit 1
	sed -i "${n}r $patch/$3" "$1"
}

before() {
	local n

	n=$(line_of "$1" "$2") || exit 1
	insert_at "$1" "$((n - 1))" "$patch/$3"
}

# Insert behind line $2, which may be 0.
insert_at() {
	if [ "$2" -gt 0 ]; then
		sed -i "$2r $3" "$1"
	else
		cat "$3" "$1" > "$work/insert" && cp "$work/insert" "$1"
	fi
}

# function_at FILE NAME: the number of the line where a function, or its comment,
# starts.
function_at() {
	local n

	n=$(line_of "$1" "^[a-z].*[ *]$2\\([^;]*\$") || exit 1
	awk -v n="$n" '
		NR < n { line[NR] = $0 }
		END {
			if (line[n - 1] ~ /\*\/$/)
				for (n--; line[n] !~ /^\/\*/; n--)
					;
			print n
		}' "$1"
}

# before_function FILE NAME TEXTFILE: insert before a function and its comment.
before_function() {
	local n

	n=$(function_at "$1" "$2") || exit 1
	insert_at "$1" "$((n - 1))" "$patch/$3"
}

# drop FILE REGEX: remove the one line that matches, and one empty line if that
# leaves two in a row.
drop() {
	local n

	n=$(line_of "$1" "$2") || exit 1
	awk -v n="$n" '
		NR == n { next }
		NR == n + 1 && $0 == "" && last == "" { next }
		{ print; last = $0 }' "$1" > "$work/drop"
	cp "$work/drop" "$1"
}

# add SOURCE DEST: a new file.
add() {
	[ ! -e "$2" ] || not_found "$2 is there already"
	mkdir -p "$(dirname "$2")"
	cp "$patch/$1" "$2"
}

# drop_function FILE NAME: remove a function and its comment.
drop_function() {
	local n

	n=$(line_of "$1" "^[a-z].*[ *]$2\\([^;]*\$") || exit 1
	awk -v n="$n" '
		{ line[NR] = $0 }
		END {
			first = n
			if (line[n - 1] ~ /\*\/$/)
				for (first--; line[first] !~ /^\/\*/; first--)
					;
			for (last = n; line[last] != "}"; last++)
				;
			if (line[last + 1] == "" && line[first - 1] == "")
				last++
			for (n = 1; n <= NR; n++)
				if (n < first || n > last)
					print line[n]
		}' "$1" > "$work/drop"
	cp "$work/drop" "$1"
}
