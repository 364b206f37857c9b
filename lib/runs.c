// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Like entries in a row, a list that is padded above all: told once, with how many they are. */
#include <stdio.h>
#include <string.h>

#include "answer.h"

/* Whether @v is what @run is, of the entry behind it. */
static bool continues(const struct tdxcpuid_violation *run, const struct tdxcpuid_violation *v)
{
	struct tdxcpuid_violation like = *run;

	like.entry = v->entry;
	like.more = v->more;
	return run->entry >= 0 && v->entry == run->entry + (int)run->more + 1 &&
	       !memcmp(&like, v, sizeof(like));
}

/* A list that is padded would be told an entry at a time.  An entry has few faults. */
void runs_fold(struct answer *m)
{
	u32 n = 0;

	for (u32 i = 0; i < m->nr_found; i++) {
		u32 back = 1;

		while (back <= n && back <= 8 && !continues(&m->found[n - back], &m->found[i]))
			back++;
		if (back <= n && back <= 8)
			m->found[n - back].more++;
		else
			m->found[n++] = m->found[i];
	}
	m->nr_found = n;
}

/* An entry without a bit in it. */
static bool is_zeros(const struct kvm_cpuid_entry2 *e)
{
	return !(e->function | e->index | e->flags | e->eax | e->ebx | e->ecx | e->edx);
}

/* How many entries of zeros there are from that of @v on, if that is all that is wrong; or 0. */
static u32 count_padding(const struct tdxcpuid_request *request, const struct tdxcpuid_violation *v)
{
	u32 nr = v->more + 1;

	if (!request || v->entry < 0 || v->reason != TDXCPUID_NO_SLOT)
		return 0;
	for (u32 i = 0; i < nr; i++) {
		if (!is_zeros(&request->entries[v->entry + i]))
			return 0;
	}
	/* One in the midst may be meant. */
	return nr > 1 || v->entry + nr == request->nent ? nr : 0;
}

void run_words(const struct tdxcpuid_request *request, const struct tdxcpuid_violation *v,
	       char text[TDXCPUID_TEXT_MAX], char fix[TDXCPUID_TEXT_MAX])
{
	u32 padding = count_padding(request, v);
	size_t used = strlen(text);

	if (!padding) {
		if (v->more)
			snprintf(text + used, TDXCPUID_TEXT_MAX - used,
				 "; the same of the %u entr%s behind it", v->more,
				 v->more == 1 ? "y" : "ies");
		return;
	}
	snprintf(text, TDXCPUID_TEXT_MAX, "%u entr%s of zeros: the list is padded", padding,
		 padding == 1 ? "y" : "ies in a row");
	used = snprintf(fix, TDXCPUID_TEXT_MAX, "send the entries that are used, and no others");
	if (v->entry + padding == request->nent)
		snprintf(fix + used, TDXCPUID_TEXT_MAX - used, ": nent is %u, and must be %u",
			 request->nent, (u32)v->entry);
}
