# SPDX-License-Identifier: GPL-2.0-only OR MIT
# scdoc puts .P (since 1.11.3: .PP) around every block: keep those that begin a paragraph.
/^\.PP?$/ { pending = 1; next }
/^\.TH/ { $2 = toupper($2) }
/^\.RE/ { pending = 0 }
/^\.(SH|SS)/ { pending = 0; print; heading = 1; next }
{
	if (pending && !heading)
		print ".P"
	pending = heading = 0
	print
}
/^\.TH/ { heading = 1 }
