// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A host that tdxcpuid dump has written down (--host). */
#include <errno.h>
#include <stdlib.h>

#include "json_in.h"
#include "request.h"
#include "snapshot.h"

const struct host *host_of_snapshot(struct snapshot *s, const struct tdxcpuid_cpu *cpu,
				    struct trouble *t)
{
	struct tdxcpuid_host *kvm;

	s->caps.cpu = cpu;
	if (*s->module)
		s->caps.module = known_module(s->module);

	switch (tdxcpuid_host_new_caps(&s->caps, &kvm)) {
	case 0:
		return keep_host(kvm, s->module);
	case -EINVAL:
		trouble(t, 1, 1, "two entries of 'cpuid' are for one slot");
		return NULL;
	case -E2BIG:
		trouble(t, 1, 1, "more than %u slots", TDXCPUID_MAX_SLOTS);
		return NULL;
	default:
		trouble(t, 1, 1, "out of memory");
		return NULL;
	}
}

/* The object at @key as a text of its own; NULL and a complaint if there is none. */
static char *part_of(const json_t *json, const char *key, struct trouble *t)
{
	const json_t *part = json_object_get(json, key);
	char *text = json_is_object(part) ? json_dumps(part, JSON_COMPACT) : NULL;

	if (!text)
		trouble(t, 1, 1, "'%s' must be an object, as tdxcpuid dump writes it", key);
	return text;
}

/* Say in which part it is, as the place in there is none in the file. */
static void trouble_in_part(struct trouble *t, const char *part)
{
	struct trouble in = *t;

	trouble(t, 1, 1, "in '%s': %.200s", part, in.text);
}

static const struct tdxcpuid_cpu *parse_native(const json_t *json, const char *file,
					       struct trouble *t)
{
	const struct tdxcpuid_cpu *cpu;
	char *text;

	if (!json_object_get(json, "native"))
		return NULL;
	text = part_of(json, "native", t);
	if (!text)
		return NULL;
	cpu = parse_cpu(text, strlen(text), file, t);
	if (!cpu)
		trouble_in_part(t, "native");
	free(text);
	return cpu;
}

static int parse_caps(struct snapshot *s, const json_t *json, struct trouble *t)
{
	char *text = part_of(json, "capabilities", t);
	struct request *r = xcalloc(1, sizeof(*r));
	int error = -1;

	if (text) {
		error = request_parse(r, text, strlen(text), t);
		if (error)
			trouble_in_part(t, "capabilities");
		else
			s->caps.size = sizeof(s->caps);
		s->caps.attributes = r->attributes;
		s->caps.xfam = r->xfam;
		s->caps.tsc_khz = r->tsc_khz;
		s->caps.nent = r->nent;
		s->caps.cpuid = s->entries;
		memcpy(s->entries, r->entries, sizeof(s->entries));
		request_free(r);
	}
	free(text);
	free(r);
	return error;
}

static const struct host *parse_snapshot(struct snapshot *s, const struct text *text,
					 const char *file, struct trouble *t)
{
	json_t *json = json_parse(text->data, text->size, t);
	const struct tdxcpuid_cpu *cpu = NULL;
	const struct host *host = NULL;
	const char *module;

	if (!json)
		return NULL;
	if (!json_is_object(json))
		trouble(t, 1, 1, "a snapshot must be an object, as tdxcpuid dump writes it");
	else if (!parse_caps(s, json, t))
		cpu = parse_native(json, file, t);
	if (s->caps.size && (cpu || !json_object_get(json, "native"))) {
		module = json_string_value(json_object_get(json, "module"));
		snprintf(s->module, sizeof(s->module), "%s", module ? module : "");
		if (json_is_boolean(json_object_get(json, "gpaw52")))
			s->caps.gpaw52 = json_is_true(json_object_get(json, "gpaw52")) ?
						 TDXCPUID_YES :
						 TDXCPUID_NO;
		host = host_of_snapshot(s, cpu, t);
	}
	json_decref(json);
	return host;
}

const struct host *snapshot_host(const char *file)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	const struct host *host = NULL;
	struct trouble t;
	struct text text;

	if (!text_read(&text, file, &t)) {
		host = parse_snapshot(s, &text, file, &t);
		text_free(&text);
	}
	if (!host)
		complain(file, &t);
	free(s);
	return host;
}
