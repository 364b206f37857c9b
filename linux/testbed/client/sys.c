// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

bool read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t length = 0;
	size_t used = 0;

	buffer[0] = 0;
	if (fd < 0)
		return false;
	while (used < size - 1 && (length = read(fd, buffer + used, size - 1 - used)) > 0)
		used += length;
	close(fd);
	buffer[used] = 0;
	return length >= 0;
}

bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t length;

	if (fd < 0)
		return false;
	length = write(fd, text, strlen(text));
	close(fd);
	return length == (ssize_t)strlen(text);
}

long long read_number(const char *path)
{
	char text[32];

	return read_file(path, text, sizeof(text)) ? strtoll(text, NULL, 0) : -1;
}

/* Those that a CPU has put aside for itself included. */
static long long free_pages(void)
{
	static char text[32768];
	long long pages = 0;
	char *at;

	write_file("/proc/sys/vm/drop_caches", "3");
	if (!read_file("/proc/zoneinfo", text, sizeof(text)))
		return -1;
	for (at = text; (at = strstr(at, "pages free ")); at++)
		pages += strtoll(at + strlen("pages free "), NULL, 10);
	for (at = text; (at = strstr(at, " count:")); at++)
		pages += strtoll(at + strlen(" count:"), NULL, 10);
	return pages;
}

long long settled_pages(void)
{
	long long last, now = free_pages();
	int same = 0;

	for (int i = 0; i < 100 && same < 5; i++) {
		last = now;
		usleep(20000);
		now = free_pages();
		same = now > last ? 0 : same + 1;
	}
	return now;
}

FILE *program_start(char *const argv[], pid_t *pid)
{
	int output[2];

	if (pipe(output))
		return NULL;
	*pid = fork();
	if (!*pid) {
		dup2(output[1], STDOUT_FILENO);
		dup2(output[1], STDERR_FILENO);
		close(output[0]);
		close(output[1]);
		execv(argv[0], argv);
		_exit(127);
	}
	close(output[1]);
	if (*pid < 0) {
		close(output[0]);
		return NULL;
	}
	return fdopen(output[0], "r");
}

int program_end(FILE *output, pid_t pid)
{
	int status = -1;

	fclose(output);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool cmdline_value(const char *name, char *buffer, size_t size)
{
	char text[2048], *word, *rest = text;
	size_t length = strlen(name);

	if (!read_file("/proc/cmdline", text, sizeof(text)))
		return false;
	while ((word = strsep(&rest, " \n"))) {
		if (strncmp(word, name, length) || word[length] != '=')
			continue;
		snprintf(buffer, size, "%s", word + length + 1);
		return true;
	}
	return false;
}

long long module_pages(void)
{
	return read_number("/sys/module/tdx_sw/parameters/pages");
}

void module_fault(const char *faults)
{
	char text[256];

	/* sysfs ignores a write of nothing. */
	snprintf(text, sizeof(text), "%s\n", faults);
	if (!write_file("/sys/module/tdx_sw/parameters/fault", text))
		case_fail("cannot set the fault '%s'", faults);
}
