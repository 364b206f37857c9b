# SPDX-License-Identifier: GPL-2.0-only OR MIT
# scdoc puts .P (since 1.11.3: .PP) around every block: keep those that begin a paragraph.
# Set version: it stands in the footer.  .TH turns hyphenation on, which breaks names.
/^\.PP?$/ { pending = 1; next }
/^\.TH/ {
	$2 = toupper($2)
	print $0 " \"tdx-cpuid " version "\""
	print ".nh"
	heading = 1
	next
}
/^\.RE/ { pending = 0 }
/^\.(SH|SS)/ { pending = 0; print; heading = 1; next }
# A line may be broken behind -, and not behind \-.
!/^[.']|\\h'/ { gsub(/\\-/, "-"); gsub(/-/, "\\-") }
{
	if (pending && !heading)
		print ".P"
	pending = heading = 0
	print
}
