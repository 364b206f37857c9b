// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A vCPU list as Linux's trace event kvm_cpuid shows it: what KVM has answered to the guest, of one
 * thread of the VMM.  What it had no entry for is not the list's.
 */
#include "line.h"
#include "request.h"

static const char event[] = "kvm_cpuid: func ";
static const char *const fields[] = { "func ", "idx ", "rax ", "rbx ", "rcx ", "rdx " };

bool is_trace(const char *data, size_t size)
{
	return memmem(data, size, event, strlen(event));
}

/* The thread, as far as the line names it: what is before [007]. */
static struct line task_of(const struct line *l)
{
	const char *cpu = line_find(l, " [");

	return (struct line){ l->at, cpu ? cpu : l->at };
}

static bool same_task(const struct line *a, const struct line *b)
{
	return a->end - a->at == b->end - b->at && !memcmp(a->at, b->at, a->end - a->at);
}

static bool read_answer(struct line *l, struct kvm_cpuid_entry2 *e)
{
	u32 *const numbers[] = { &e->function, &e->index, &e->eax, &e->ebx, &e->ecx, &e->edx };

	memset(e, 0, sizeof(*e));
	for (size_t f = 0; f < ARRAY_SIZE(fields); f++) {
		if ((f && !line_word(l, " ")) || !line_word(l, fields[f]))
			return false;
		line_word(l, "0x");
		if (!line_bare_hex(l, numbers[f]))
			return false;
	}

	/* ECX, whatever the guest had there. */
	if (tdxcpuid_leaf_indexed(e->function))
		e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	else
		e->index = 0;
	return true;
}

/* The guest asks again and again. */
static bool is_known(const struct request *r, const struct kvm_cpuid_entry2 *e)
{
	for (u32 i = 0; i < r->nent; i++) {
		if (r->entries[i].function == e->function && r->entries[i].index == e->index)
			return true;
	}
	return false;
}

static int take_answer(struct request *r, struct line l, struct trouble *t)
{
	const char *start = line_find(&l, event) + strlen(event) - strlen(fields[0]);
	struct kvm_cpuid_entry2 e;
	size_t line, column;

	l.at = start;
	if (line_find(&l, "cpuid entry not found"))
		return 0;
	if (!read_answer(&l, &e) || !line_word(&l, ", cpuid entry found")) {
		line_and_column(r->data, l.at - r->data, &line, &column);
		return trouble(
			t, line, column,
			"the event is like 'kvm_cpuid: func 7 idx 0 rax 2 rbx 0 rcx 0 rdx 0, "
			"cpuid entry found'");
	}
	if (is_known(r, &e))
		return 0;
	if (r->nent == TDXCPUID_MAX_ENTRIES) {
		line_and_column(r->data, start - r->data, &line, &column);
		return trouble(t, line, column, "more than the %u entries that KVM takes",
			       TDXCPUID_MAX_ENTRIES);
	}
	r->entry_offset[r->nent] = start - r->data;
	r->entries[r->nent++] = e;
	return 0;
}

int request_from_trace(struct request *r, struct trouble *t)
{
	struct line task = { NULL, NULL };

	for (size_t i = 0; i < r->size;) {
		struct line line = line_at(r->data, r->size, i), other;

		i = line.end - r->data + 1;
		if (!line_find(&line, event))
			continue;
		other = task_of(&line);
		if (!task.at)
			task = other;
		if (!same_task(&task, &other))
			r->first_of_several = true;
		else if (take_answer(r, line, t))
			return -1;
	}
	return 0;
}

size_t trace_locate(const struct request *r, int entry, int reg, size_t *width)
{
	struct line l = line_at(r->data, r->size, r->entry_offset[entry]);
	const char *start = l.at;

	if (reg >= 0)
		start = line_find(&l, fields[2 + reg]) + strlen(fields[2 + reg]);
	*width = strcspn(start, reg < 0 ? "," : " ,");
	return start - r->data;
}
