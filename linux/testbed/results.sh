# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
#
# How a boot of either test bed ends, and what comes of it. Whoever reads this has set
# what is in small letters.
# shellcheck disable=SC2154

# cpu_seconds PID: the CPU time that a process has used so far, in all of its threads.
cpu_seconds()
{
	read -r stat 2>/dev/null <"/proc/$1/stat" || stat=
	# Behind its name: utime and stime, of which x86 has 100 a second.
	# shellcheck disable=SC2086
	set -- ${stat##*) }
	echo $(((${12:-0} + ${13:-0}) / 100))
}

# await_end PID FOLDER LOG: until the emulator ends; the guest's console is FOLDER/serial,
# the emulator's own words FOLDER/LOG. It exits: 0 if the guest powered off, else 1.
await_end()
{
	pid=$1
	trap 'kill $pid 2>/dev/null || :' EXIT
	trap 'exit 1' INT TERM

	# A guest that says nothing for long, or that has said its last word, is ended.
	# With KASAN and lockdep it takes minutes to say anything. The time is the
	# emulator's own, as others may want the CPUs, too; where all of it sleeps, the clock's.
	limit=${TDXCPUID_DEBUG:+600}
	limit=${limit:-60}
	size=
	why=
	while kill -0 "$pid" 2>/dev/null; do
		now=$(stat -c %s "$2/serial" 2>/dev/null || echo 0)
		used=$(cpu_seconds "$pid")
		if [ "$now" != "$size" ]; then
			size=$now
			since=$used
			ticks=0
		fi
		ticks=$((ticks + 1))
		if grep -aq 'end Kernel panic' "$2/serial" 2>/dev/null; then
			why='kernel panic'
		elif [ $((used - since)) -gt $limit ]; then
			why="silent for ${limit}s of CPU time"
		elif [ $ticks -gt $((limit * 40)) ]; then
			why="silent for $((limit * 10))s"
		else
			sleep 0.25
			continue
		fi
		kill "$pid"
		break
	done
	wait "$pid" 2>/dev/null || :
	trap - EXIT
	rm -f "$2/iso.img"
	grep -aq 'reboot: Power down' "$2/serial" && exit 0
	say "boot: ${why:-the emulator ended: $(tail -n 1 "$2/$3")}"
	exit 1
}

# A job has set $folder, $name, $begin, and $finished: whether the guest came to its end.

# collect: what the guest said of the tests, FOLDER/tap.
collect()
{
	# The console may put a carriage return before the newline. A warning takes it
	# away from what is being printed, and Linux prints that line again, after one
	# that says so: what there was of it before does not count.
	tr -d '\r' <"$folder/serial" 2>/dev/null | awk '
		/^\*\* replaying/ { again = 1; next }
		NR > 1 && !(again && index($0, last) == 1) { print last }
		{ last = $0; again = 0 }
		END { print last }' >"$folder/log"
	grep -aE '^(ok|not ok|1\.\.|# )' "$folder/log" >"$folder/tap" || :
	grep -q '^1\.\.' "$folder/tap" || finished=false
	$finished || echo "not ok - $name: the guest did not finish" >>"$folder/tap"
}

# sum_up: FOLDER/result, and a report.
sum_up()
{
	# What the sanitizers and lockdep say does not count as a warning in the guest.
	if grep -aE '^(BUG:|UBSAN:|Oops|WARNING: (possible|inconsistent|suspicious|bad|held))' \
		"$folder/log" >"$folder/complaints"; then
		echo "not ok - $name: the kernel complains" >>"$folder/tap"
	fi

	awk '
		/^ok .*# SKIP/		{ skipped++; next }
		/^ok /			{ passed++ }
		/^not ok /		{ failed++ }
		/^# requests: /		{ compared += $3; disagree += $5 }
		/^1\.\./		{ split($0, plan, "\\.\\."); planned = plan[2] }
		END {
			if (planned != passed + failed + skipped && !failed)
				failed++
			print passed + 0, failed + 0, skipped + 0, compared + 0, disagree + 0
		}' "$folder/tap" >"$folder/result"

	# All of a boot's report at once: another one reports at the same time.
	read -r passed failed skipped compared disagree <"$folder/result"
	{
		if [ "$failed" != 0 ]; then
			grep -v '^ok ' "$folder/tap"
			cat "$folder/complaints"
			$finished || tail -n 15 "$folder/log"
		fi
		requests=
		[ "$compared" = 0 ] || requests=", $compared requests compared, $disagree disagree"
		say "$name: $passed passed, $failed failed, $skipped skipped$requests" \
			"($(($(date +%s) - begin))s)"
	} >"$folder/report" 2>&1
	cat "$folder/report"
}

# run_plan: the boots of $results/plan, a job's arguments a line, and the line of counts.
run_plan()
{
	say "$(wc -l <"$results/plan") boots, $(nproc) at a time"
	xargs -P "$(nproc)" -L 1 "$here/job" <"$results/plan" || :

	# A boot that left no result is a failure of its own.
	while read -r folder _; do
		cat "$folder/result" 2>/dev/null || echo 0 1 0 0 0
	done <"$results/plan" | awk '
		{ passed += $1; failed += $2; skipped += $3; compared += $4; disagree += $5 }
		END {
			printf "%d requests compared with the tool'\''s answers, %d disagree\n", compared, disagree
			printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
			exit failed || !passed
		}'
}
