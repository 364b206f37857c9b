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

static int add(void *context, const char *data, size_t size, const char *called, struct trouble *t)
{
	struct baseline *b = context;
	struct fleet part = { 0 };
	int error = fleet_parse(&b->reader, &part, data, size, t);

	(void)called;
	if (!error)
		error = fleet_merge(&b->fleet, &part, t);
	fleet_free(&part);
	return error;
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
	struct host_stream hosts = { add, &b, 0 };

	if (is_stdin_twice(o))
		return EXIT_BAD;
	for (int i = 0; i < o->nr_args; i++)
		hosts_read(&hosts, o->args[i]);
	b.fleet.unread += hosts.bad;
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
