// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid baseline: what all hosts of a fleet can give a TD, and who takes what away. */
#include "fleet.h"
#include "options.h"
#include "print.h"
#include "stream.h"

struct baseline {
	struct fleet fleet;
	struct fleet_reader reader;
};

static int add(struct baseline *b, const char *data, size_t size, struct trouble *t)
{
	struct fleet part = { 0 };
	int error = fleet_parse(&b->reader, &part, data, size, t);

	if (!error)
		error = fleet_merge(&b->fleet, &part, t);
	fleet_free(&part);
	return error;
}

static void bad_line(void *context, size_t number, const struct trouble *t)
{
	struct baseline *b = context;

	stream_complain(number, t);
	b->fleet.unread++;
}

static void add_line(void *context, size_t number, const char *data, size_t size)
{
	struct trouble t;

	if (add(context, data, size, &t))
		bad_line(context, number, &t);
}

static void add_file(struct baseline *b, const char *file)
{
	struct trouble t;
	struct text text;

	if (text_read(&text, file, &t) || add(b, text.data, text.size, &t)) {
		t.hint = "a host is what tdxcpuid dump or baseline --json writes; many of them, "
			 "one a line, go to standard input, as -";
		complain(file, &t);
		b->fleet.unread++;
	}
	text_free(&text);
}

/* The exit status: what is not of all hosts must not pass for it, through however many parts. */
static int conclude(const struct fleet *f)
{
	if (f->unread)
		message("tdxcpuid baseline: %llu of the dumps could not be read: this is not what all "
			"hosts have",
			(unsigned long long)f->unread);
	else if (!f->dumps)
		message("tdxcpuid baseline: there is no host in the input");
	return f->unread || !f->dumps ? EXIT_BAD : 0;
}

/* What was read before is no answer to what was meant. */
static bool is_stdin_twice(const struct options *o)
{
	int times = 0;

	for (int i = 0; i < o->nr_args; i++)
		times += !strcmp(o->args[i], "-");
	if (times > 1)
		message("tdxcpuid baseline: - stands for standard input once");
	return times > 1;
}

int cmd_baseline(const struct options *o)
{
	struct baseline b = { 0 };
	int status;
	struct out j = { 0 };
	const struct stream stream = { add_line, bad_line, &b };

	if (is_stdin_twice(o))
		return EXIT_BAD;
	for (int i = 0; i < o->nr_args; i++) {
		if (strcmp(o->args[i], "-"))
			add_file(&b, o->args[i]);
		else if (stream_read(&stream, "-"))
			b.fleet.unread++;
	}
	status = conclude(&b.fleet);
	/* Who merges parts is to know of what none of them has read. */
	if (o->json && (b.fleet.dumps || b.fleet.unread)) {
		fleet_out(&j, &b.fleet);
		out_flush(&j);
		out_free(&j);
	}
	if (!o->json && b.fleet.dumps)
		fleet_to_text(&b.fleet);
	fleet_free(&b.fleet);
	fleet_reader_free(&b.reader);
	print_flush();
	return status;
}
