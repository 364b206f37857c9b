# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A text file as a string of C: awk -v name=NAME -f embed.awk FILE
BEGIN { printf "extern const char %s[];\nconst char %s[] =\n", name, name }
{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); printf "\t\"%s\\n\"\n", $0 }
END { print "\t;" }
