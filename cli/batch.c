// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid check --batch: one request a line, one answer a line. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"

struct batch {
	const struct target *preset;
	struct answer answer;
	struct request *request;
	struct out out;
	size_t line;
	bool any_bad;
	bool any_rejected;
};

static void batch_bad(struct batch *b, const json_t *id, const struct trouble *t)
{
	out_open(&b->out, NULL, '{');
	out_value(&b->out, "id", id);
	out_open(&b->out, "error", '{');
	out_int(&b->out, "line", b->line + t->line - 1);
	out_int(&b->out, "column", t->column);
	out_string(&b->out, "text", t->text);
	out_close(&b->out, '}');
	out_close(&b->out, '}');
	out_flush(&b->out);
	b->any_bad = true;
}

static void batch_line(struct batch *b, const char *data, size_t size)
{
	const struct target *host = NULL;
	struct request *r = b->request;
	struct trouble t;

	if (!request_parse(r, data, size, &t)) {
		if (r->json && r->header)
			host = target_of_request(r, b->preset, &t);
		else
			trouble(&t, 1, 1, "%s",
				r->json ? "'attributes' and 'xfam' are missing" :
					  "a batch takes JSON only");
	}
	/* The next one may need less. */
	if (host && find_answer(&b->answer, host, r)) {
		trouble(&t, 1, 1, "out of memory");
		host = NULL;
	}
	if (host) {
		answer_to_json(&b->out, NULL, &b->answer, NULL, 0);
		out_flush(&b->out);
		b->any_rejected |= b->answer.kvm->error != 0;
	} else {
		batch_bad(b, r->id, &t);
	}
	request_free(r);
}

static int batch_run(struct batch *b, int fd, const char *file)
{
	const size_t room = INPUT_MAX + 2;
	char *data = xrealloc(NULL, room);
	size_t used = 0;
	bool skip = false; /* the rest of a line that was too long */
	struct trouble t;
	ssize_t n;

	for (;;) {
		char *start = data, *newline;

		n = read(fd, data + used, room - 1 - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += n;

		while ((newline = memchr(start, '\n', data + used - start))) {
			*newline = '\0';
			if (!skip) {
				b->line++;
				batch_line(b, start, newline - start);
			}
			skip = false;
			start = newline + 1;
		}

		used -= start - data;
		memmove(data, start, used);
		if (skip)
			used = 0;
		if (used > INPUT_MAX) {
			b->line++;
			trouble(&t, 1, INPUT_MAX + 1, "the line is longer than 1 MiB");
			batch_bad(b, NULL, &t);
			skip = true;
			used = 0;
		}
	}

	if (n < 0) {
		trouble(&t, b->line + 1, 1, "cannot read: %s", strerror(errno));
		free(data);
		return complain(file, &t);
	}
	if (used && !skip) {
		data[used] = '\0';
		b->line++;
		batch_line(b, data, used);
	}
	free(data);
	return b->any_bad ? EXIT_BAD : b->any_rejected;
}

int check_batch(const struct options *o, const struct target *preset)
{
	struct batch b = { .preset = preset };
	const char *file = o->nr_args ? o->args[0] : "-";
	bool is_stdin = !strcmp(file, "-");
	int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC), status;
	struct trouble t;

	if (fd < 0) {
		trouble(&t, 1, 1, "cannot open: %s", strerror(errno));
		return complain(file, &t);
	}
	b.request = xcalloc(1, sizeof(*b.request));
	status = batch_run(&b, fd, file);
	if (!is_stdin)
		close(fd);
	tdxcpuid_answer_free(b.answer.kvm);
	free(b.request);
	out_free(&b.out);
	return status;
}
