// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* printk's limit for a record of /dev/kmsg is near 1000. */
#define LINE_SIZE	900

static int log_fd = -1;
static int nr_results;
static int nr_failed;

static char case_name[200];
static bool case_ok;
static bool case_warns;
static long long case_warnings;

void tap_open(void)
{
	log_fd = open("/dev/kmsg", O_WRONLY);
	if (log_fd < 0)
		log_fd = STDOUT_FILENO;
}

static void line(const char *start, const char *format, va_list arguments)
{
	char text[LINE_SIZE];
	int length;

	length = snprintf(text, sizeof(text), "%s", start);
	length += vsnprintf(text + length, sizeof(text) - length - 1, format, arguments);
	if (length > LINE_SIZE - 2)
		length = LINE_SIZE - 2;
	text[length++] = '\n';
	if (write(log_fd, text, length) < 0)
		nr_failed++;
}

void tap_diag(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line("# ", format, arguments);
	va_end(arguments);
}

void tap_result(bool ok, const char *format, ...)
{
	va_list arguments;
	char start[32];

	nr_results++;
	nr_failed += !ok;
	snprintf(start, sizeof(start), "%s %d - ", ok ? "ok" : "not ok", nr_results);
	va_start(arguments, format);
	line(start, format, arguments);
	va_end(arguments);
}

void tap_skip(const char *name, const char *why)
{
	tap_result(true, "%s # SKIP %s", name, why);
}

int tap_end(void)
{
	char plan[32];

	snprintf(plan, sizeof(plan), "1..%d\n", nr_results);
	if (write(log_fd, plan, strlen(plan)) < 0)
		nr_failed++;
	return nr_failed;
}

void case_begin(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(case_name, sizeof(case_name), format, arguments);
	va_end(arguments);
	case_ok = true;
	case_warns = false;
	/* Otherwise a WARN_ON_ONCE() counts only once per boot. */
	write_file("/sys/kernel/debug/clear_warn_once", "1");
	case_warnings = read_number("/sys/kernel/warn_count");
}

void case_fail(const char *format, ...)
{
	char start[sizeof(case_name) + 4];
	va_list arguments;

	snprintf(start, sizeof(start), "# %s: ", case_name);
	va_start(arguments, format);
	line(start, format, arguments);
	va_end(arguments);
	case_ok = false;
}

bool check(const char *what, long long answer, long long expected)
{
	if (answer == expected)
		return true;
	case_fail("%s: answer %lld (0x%llx), expected %lld (0x%llx)", what, answer,
		  (unsigned long long)answer, expected, (unsigned long long)expected);
	return false;
}

void case_expect_warning(void)
{
	case_warns = true;
}

void case_end(void)
{
	long long warnings = read_number("/sys/kernel/warn_count") - case_warnings;

	if (case_warns)
		check("the kernel warns", warnings > 0, 1);
	else
		check("warnings of the kernel", warnings, 0);
	tap_result(case_ok, "%s", case_name);
}
