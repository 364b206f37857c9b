// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid check --batch: one request a line, one answer a line. */
#include <stdlib.h>

#include "check.h"
#include "stream.h"

struct batch {
	const struct target *preset;
	struct answer answer;
	struct request *request;
	struct out out;
	bool brief;
	bool any_bad;
	bool any_rejected;
	bool any_undecided;
};

static void batch_bad(struct batch *b, size_t line, const json_t *id, const struct trouble *t)
{
	out_open(&b->out, NULL, '{');
	out_value(&b->out, "id", id);
	out_open(&b->out, "error", '{');
	out_int(&b->out, "line", line + t->line - 1);
	out_int(&b->out, "column", t->column);
	out_string(&b->out, "text", t->text);
	out_close(&b->out, '}');
	out_close(&b->out, '}');
	out_flush(&b->out);
	b->any_bad = true;
}

static void too_long(void *context, size_t line, const struct trouble *t)
{
	batch_bad(context, line, NULL, t);
}

/* What a counter of verdicts needs. */
static void brief_to_json(struct out *j, const struct answer *a)
{
	const char *reason, *text;

	first_reason(a->kvm, &reason, &text);
	out_open(j, NULL, '{');
	out_value(j, "id", a->request->id);
	out_string(j, "verdict", verdict_name(a->kvm->verdict));
	out_string(j, "reason", reason);
	out_string(j, "text", text);
	out_close(j, '}');
}

static void batch_line(void *context, size_t line, const char *data, size_t size)
{
	struct batch *b = context;
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
		if (b->brief)
			brief_to_json(&b->out, &b->answer);
		else
			answer_to_json(&b->out, NULL, &b->answer, NULL, 0);
		out_flush(&b->out);
		b->any_rejected |= b->answer.kvm->error != 0;
		b->any_undecided |= b->answer.kvm->verdict == TDXCPUID_UNDECIDED;
	} else {
		batch_bad(b, line, r->id, &t);
	}
	request_free(r);
}

int check_batch(const struct options *o, const struct target *preset)
{
	struct batch b = {
		.preset = preset,
		.brief = o->brief,
		.request = xcalloc(1, sizeof(*b.request)),
	};
	const struct stream stream = { batch_line, too_long, &b };
	int status = stream_read(&stream, o->nr_args ? o->args[0] : "-");

	if (!status)
		status = b.any_bad ? EXIT_BAD : b.any_rejected;
	if (o->strict && !status && b.any_undecided)
		status = EXIT_UNDECIDED;
	tdxcpuid_answer_free(b.answer.kvm);
	free(b.request);
	out_free(&b.out);
	return status;
}
