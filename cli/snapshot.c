// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A host that tdxcpuid dump has written down (--host). */
#include <errno.h>
#include <stdlib.h>

#include "json_in.h"
#include "request.h"
#include "snapshot.h"

#define DUMP_HINT "a host is what tdxcpuid dump writes; see tdxcpuid-formats(5)"
#define MANY_HINT                                                                      \
	"--host takes the file of one; what all of them have in common is written by " \
	"tdxcpuid baseline --json"

const struct target *host_of_snapshot(struct snapshot *s, const struct tdxcpuid_cpu *cpu,
				      struct trouble *t)
{
	struct target *host;
	struct tdxcpuid_host *kvm;

	s->caps.size = sizeof(s->caps);
	s->caps.cpu = cpu;
	s->caps.no_tdx = !s->has_tdx;
	if (*s->module)
		s->caps.module = known_module(s->module);

	switch (tdxcpuid_host_new_caps(&s->caps, &kvm)) {
	case 0:
		host = keep_target(
			kvm, s->caps.module ? tdxcpuid_module_version(s->caps.module) : s->module,
			s->baseline);
		note_snp(&s->snp, &host->notes);
		if (s->unread)
			add_note(
				&host->notes,
				"%llu dumps of the baseline could not be read: not all hosts have this",
				(unsigned long long)s->unread);
		return host;
	case -EINVAL:
		trouble(t, 1, 1, "two entries of 'cpuid' are for one slot");
		return NULL;
	case -E2BIG:
		trouble(t, 1, 1, "more than %u slots", TDXCPUID_MAX_SLOTS);
		return NULL;
	default:
		out_of_memory();
	}
}

int snapshot_schema(const struct reader *in)
{
	const json_t *schema = json_object_get(in->json, "schema");

	if (!schema)
		return trouble(in->t, 1, 1,
			       "'schema' is missing: this is no host, as tdxcpuid dump writes it");
	if (json_is_integer(schema) && json_integer_value(schema) == 1)
		return 0;
	return member_trouble(in, "schema", "a dump of another schema than 1, the one known here");
}

int snapshot_text(const struct reader *in, const char *key, const char **text)
{
	const json_t *value = json_object_get(in->json, key);
	size_t length = json_string_length(value);

	*text = json_string_value(value);
	/* "" is no name. */
	if (!value || json_is_null(value) || (*text && length && length < SHORT_TEXT))
		return 0;
	return json_trouble(in->t, in->data, in->size, in->root,
			    &(struct json_path){ 1, { { .key = key } } }, false,
			    "'%s' must be null or a string of 1 to %u bytes", key, SHORT_TEXT - 1);
}

int snapshot_policy(const struct reader *in, enum tdxcpuid_policy *policy, bool *known)
{
	const json_t *value = json_object_get(in->json, "policy");
	const char *name = json_string_value(value);

	*policy = TDXCPUID_ALLOWLIST;
	*known = name && tdxcpuid_policy_find(name, policy);
	return *known || !value || json_is_null(value) ?
		       0 :
		       member_trouble(in, "policy",
				      "'policy' must be null or one that tdxcpuid list names");
}

int snapshot_gpaw52(const struct reader *in, enum tdxcpuid_known *gpaw52)
{
	const json_t *value = json_object_get(in->json, "gpaw52");

	*gpaw52 = TDXCPUID_UNKNOWN;
	if (!value || json_is_null(value))
		return 0;
	*gpaw52 = json_is_true(value) ? TDXCPUID_YES : TDXCPUID_NO;
	return json_is_boolean(value) ?
		       0 :
		       member_trouble(in, "gpaw52", "'gpaw52' must be true, false or null");
}

/* The CPU, if there is one; -1: @in->t says why it cannot be used. */
static int read_native(const struct reader *in, const char *file, const struct tdxcpuid_cpu **cpu)
{
	struct reader part;

	*cpu = NULL;
	if (!json_object_get(in->json, "native"))
		return 0;
	if (!reader_part(&part, in, "native"))
		*cpu = read_cpu(&part, file);
	reader_close(&part);
	return *cpu ? 0 : -1;
}

static int read_caps(struct snapshot *s, const struct reader *in)
{
	struct request *r = xcalloc(1, sizeof(*r));
	struct reader part;
	int error = -1;

	if (!reader_part(&part, in, "capabilities"))
		error = request_read(r, &part);
	s->caps.attributes = r->attributes;
	s->caps.xfam = r->xfam;
	s->caps.tsc_khz = r->tsc_khz;
	s->caps.nent = r->nent;
	s->caps.cpuid = s->entries;
	memcpy(s->entries, r->entries, sizeof(s->entries));
	request_free(r);
	reader_close(&part);
	free(r);
	return error;
}

static int read_texts(struct snapshot *s, const struct reader *in)
{
	const struct {
		const char *key;
		char *to;
		size_t size;
	} texts[] = {
		{ "name", s->name, sizeof(s->name) },
		{ "module", s->module, sizeof(s->module) },
		{ "kernel", s->kernel, sizeof(s->kernel) },
		{ "microcode", s->microcode, sizeof(s->microcode) },
	};
	const char *text;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (snapshot_text(in, texts[i].key, &text))
			return -1;
		snprintf(texts[i].to, texts[i].size, "%s", text ? text : "");
	}
	return 0;
}

/* A baseline may be of nothing but dumps that could not be read. */
static int read_baseline(struct snapshot *s, const struct reader *in)
{
	const json_t *baseline = json_object_get(in->json, "baseline");
	u64 dumps;

	s->baseline = baseline;
	json_number(json_object_get(baseline, "unread"), ~0ULL, &s->unread);
	if (!baseline || (json_number(json_object_get(baseline, "dumps"), ~0ULL, &dumps) && dumps))
		return 0;
	return member_trouble(in, "baseline",
			      "a baseline of no host: none of its dumps could be read");
}

const struct target *read_snapshot(struct snapshot *s, const struct reader *in, const char *file)
{
	const struct json_path cpuid = { 1, { { .key = "cpuid" } } };
	const struct tdxcpuid_cpu *cpu;
	const struct target *host;
	struct trouble t;

	/* Of one host alone the form may go unsaid, but not be another. */
	if (json_object_get(in->json, "schema") && snapshot_schema(in))
		return NULL;
	if (snp_from_json(&s->snp, in) || read_texts(s, in) ||
	    snapshot_policy(in, &s->caps.policy, &s->has_policy) ||
	    snapshot_gpaw52(in, &s->caps.gpaw52) || read_baseline(s, in))
		return NULL;
	s->has_tdx = !json_is_null(json_object_get(in->json, "capabilities"));
	if ((s->has_tdx && read_caps(s, in)) || read_native(in, file, &cpu))
		return NULL;
	host = host_of_snapshot(s, cpu, &t);
	s->baseline = NULL;
	if (!host)
		json_trouble(in->t, in->data, in->size, "capabilities", &cpuid, false, "%s",
			     t.text);
	return host;
}

/* Why @text is no host; @t has the reason unless there are several. */
static void explain_snapshot(const struct text *text, struct trouble *t)
{
	size_t first, second, line, column;

	if (!text->data)
		return;
	t->hint = DUMP_HINT;
	first = skip_space(text->data, text->size, 0);
	second = skip_space(text->data, text->size, skip_value(text->data, text->size, first));
	if (text->data[first] != '{' || text->data[second] != '{')
		return;
	line_and_column(text->data, second, &line, &column);
	trouble(t, line, column, "another host: this file has several");
	t->hint = MANY_HINT;
}

int load_snapshot(struct snapshot *s, const char *file, const struct target **host)
{
	struct reader whole;
	struct trouble t;
	struct text text;
	int error;

	*host = NULL;
	error = text_read(&text, file, &t);
	if (!error) {
		whole = (struct reader){ text.data, text.size, NULL,
					 json_parse(text.data, text.size, &t), &t };
		if (json_is_object(whole.json))
			*host = read_snapshot(s, &whole, file);
		else if (whole.json)
			trouble(&t, 1, 1,
				"a snapshot must be an object, as tdxcpuid dump writes it");
		error = *host ? 0 : -1;
		reader_close(&whole);
	}
	if (error) {
		explain_snapshot(&text, &t);
		complain(file, &t);
	}
	text_free(&text);
	return error;
}

const struct target *snapshot_target(const char *file)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	const struct target *host;

	load_snapshot(s, file, &host);
	free(s);
	return host;
}
