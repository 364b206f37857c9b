// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What leaves the program: whole, and without control characters of somebody else's.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

u32 utf8_length(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	u32 length = *p < 0x80 ? 1 :
		     *p < 0xc2 ? 0 :
		     *p < 0xe0 ? 2 :
		     *p < 0xf0 ? 3 :
		     *p < 0xf5 ? 4 :
				 0;

	for (u32 i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Overlong forms, surrogates and what is beyond Unicode. */
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return length;
}

bool is_control(const char *text)
{
	unsigned char c = *text;

	/* C1 is U+0080 to U+009F. */
	return c < ' ' || c == 0x7f || (c == 0xc2 && (unsigned char)text[1] < 0xa0);
}

size_t clean(char *text, size_t length)
{
	size_t to = 0;

	for (size_t i = 0, n; i < length; i += n) {
		n = utf8_length(text + i);
		if (!n || is_control(text + i)) {
			text[to++] = '?';
			n += !n;
		} else {
			memmove(text + to, text + i, n);
			to += n;
		}
	}
	text[to] = '\0';
	return to;
}

int write_all(int fd, const char *data, size_t size)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction pipe, size_limit;
	int error = 0;

	/* Not for good: a program that is started would inherit it. */
	sigaction(SIGPIPE, &ignore, &pipe);
	sigaction(SIGXFSZ, &ignore, &size_limit);
	while (size && !error) {
		ssize_t n = write(fd, data, size);

		if (n >= 0) {
			data += n;
			size -= n;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, -1);
		} else if (errno != EINTR) {
			error = -errno;
		}
	}
	sigaction(SIGXFSZ, &size_limit, NULL);
	sigaction(SIGPIPE, &pipe, NULL);
	return error;
}

void write_answer(int fd, const char *data, size_t size)
{
	int error = write_all(fd, data, size);

	if (!error)
		return;
	message("tdxcpuid: standard %s: %s", fd == STDOUT_FILENO ? "output" : "error",
		strerror(-error));
	exit(EXIT_BAD);
}
