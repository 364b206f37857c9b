// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The object that an answer is: its memory, and the words that go into it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"

/* Texts are appended to blocks, so that they stay where they are. */
struct block {
	struct block *next;
	size_t used;
	char data[16 * TDXCPUID_TEXT_MAX];
};

static void collect(struct tdx_reporter *reporter, const struct tdxcpuid_violation *v)
{
	struct answer *m = (struct answer *)((char *)reporter - offsetof(struct answer, reporter));

	if (m->nr_found == m->room) {
		u32 room = 2 * m->room + 16;
		void *list = realloc(m->found, room * sizeof(*m->found));

		if (!list) {
			m->no_memory = true;
			return;
		}
		m->found = list;
		m->room = room;
	}
	m->found[m->nr_found++] = *v;
}

struct answer *answer_start(struct tdxcpuid_answer **answer)
{
	struct answer *m = (struct answer *)*answer;

	if (!m) {
		m = calloc(1, sizeof(*m));
		if (!m)
			return NULL;
		*answer = &m->a;
	}

	memset(&m->a, 0, sizeof(m->a));
	m->reporter.report = collect;
	m->request = NULL;
	m->nr_found = 0;
	m->no_memory = false;
	m->block = m->blocks;
	if (m->block)
		m->block->used = 0;
	m->text[0] = '\0';
	m->a.text = m->text;
	m->a.lost.bits = m->lost;
	m->a.forced.bits = m->forced;
	m->a.left_off.bits = m->left_off;
	m->a.at_stake.bits = m->at_stake;
	return m;
}

void tdxcpuid_answer_free(struct tdxcpuid_answer *answer)
{
	struct answer *m = (struct answer *)answer;

	if (!m)
		return;

	while (m->blocks) {
		struct block *next = m->blocks->next;

		free(m->blocks);
		m->blocks = next;
	}
	free(m->found);
	free(m->exempt);
	free(m);
}

const char *answer_keep(struct answer *m, const char *text)
{
	size_t size = strlen(text) + 1;
	struct block *b = m->block;

	if (!b || b->used + size > sizeof(b->data)) {
		struct block **link = b ? &b->next : &m->blocks;

		if (!*link)
			*link = calloc(1, sizeof(**link));
		b = *link;
		if (!b) {
			m->no_memory = true;
			return "";
		}
		m->block = b;
		b->used = 0;
	}

	b->used += size;
	return memcpy(b->data + b->used - size, text, size);
}

/* The bits of @v that are features; of others, naming bits says nothing. */
static u32 feature_bits(const struct tdxcpuid_violation *v)
{
	if (v->reg < 0)
		return 0;
	if (v->reason == TDXCPUID_VALUE || v->reason == TDXCPUID_GPAW)
		return v->mask & ~tdxcpuid_value_mask(v->slot_leaf, v->slot_subleaf, v->reg);

	return v->mask;
}

/* Notes go behind the violations, each in their order. */
static void split_notes(struct answer *m)
{
	u32 nr = 0;

	for (u32 i = 0; i < m->nr_found; i++) {
		struct tdxcpuid_violation v = m->found[i];

		if (v.flags & NOTE)
			continue;
		memmove(&m->found[nr + 1], &m->found[nr], (i - nr) * sizeof(v));
		m->found[nr++] = v;
	}
	for (u32 i = nr; i < m->nr_found; i++)
		m->found[i].flags &= ~NOTE;

	m->a.violations = m->found;
	m->a.nr_violations = nr;
	m->a.notes = nr < m->nr_found ? m->found + nr : NULL;
	m->a.nr_notes = m->nr_found - nr;
}

int answer_finish(struct answer *m, const struct kvm_tdx_host *host)
{
	char text[TDXCPUID_TEXT_MAX], fix[TDXCPUID_TEXT_MAX];

	runs_fold(m);
	for (u32 i = 0; i < m->nr_found; i++) {
		struct tdxcpuid_violation *v = &m->found[i];

		violation_words(host, m->request, v, text, fix);
		if (host)
			label_words(m, host, v, text, fix);
		run_words(m->request, v, text, fix);
		v->text = answer_keep(m, text);
		v->fix = answer_keep(m, fix);
		v->bits = feature_bits(v);
	}

	m->request = NULL;
	split_notes(m);
	return m->no_memory ? -ENOMEM : 0;
}

void answer_say(struct answer *m, const char *format, ...)
{
	size_t used = strlen(m->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(m->text + used, sizeof(m->text) - used, format, ap);
	va_end(ap);
}

void answer_say_first(struct answer *m)
{
	const u32 nr = m->a.nr_violations;
	char more[32] = "";
	int room;

	if (!nr)
		return;
	if (nr > 1)
		snprintf(more, sizeof(more), " (and %u more)", nr - 1);
	/* It is the sentence that is cut where all of it is too long, not the count. */
	room = (int)sizeof(m->text) - (int)(strlen(m->text) + strlen(more) + sizeof(": "));
	if (room > 0)
		answer_say(m, ": %.*s%s", room, m->a.violations[0].text, more);
}
