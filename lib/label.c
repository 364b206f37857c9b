// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Linux 7.3's look-up by label: what an entry without its flag does to the slots of its leaf. */
#include <string.h>

#include "answer.h"
#include "text.h"

static struct tdxcpuid_unflagged *add_entry(struct answer *m, const struct kvm_cpuid_entry2 *e,
					    u32 entry)
{
	struct tdxcpuid_unflagged *u = m->unflagged;

	for (; u < m->unflagged + m->a.nr_unflagged; u++) {
		if (u->entry == entry)
			return u;
	}
	m->a.nr_unflagged++;
	*u = (struct tdxcpuid_unflagged){ .entry = entry,
					  .leaf = e->function,
					  .subleaf = e->index };
	return u;
}

void find_unflagged(struct answer *m, const struct kvm_tdx_host *host,
		    const struct tdxcpuid_request *request)
{
	if (host->policy != TDXCPUID_LINUX_7_3 || request->nent > TDXCPUID_MAX_ENTRIES ||
	    (host->disabled & TDXCPUID_NO_MODULE))
		return;

	for (u32 k = 0; k < host->slots.nr; k++) {
		const struct kvm_cpuid_entry2 *e = kvm_tdx_entry_of_slot(host, request, k);

		if (e && !tdx_cpuid_belongs(&host->slots.slot[k], e))
			add_entry(m, e, e - request->entries)->slots |= 1ULL << k;
	}
	m->a.unflagged = m->unflagged;
}

static const struct tdxcpuid_unflagged *filled_by(const struct answer *m, int slot)
{
	for (u32 i = 0; slot >= 0 && i < m->a.nr_unflagged; i++) {
		if (m->unflagged[i].slots >> slot & 1)
			return &m->unflagged[i];
	}

	return NULL;
}

const struct kvm_cpuid_entry2 *meant_for_slot(const struct answer *m,
					      const struct kvm_tdx_host *host,
					      const struct tdxcpuid_request *request, u32 k)
{
	for (u32 i = 0; filled_by(m, k) && i < request->nent; i++) {
		if (tdx_cpuid_belongs(&host->slots.slot[k], &request->entries[i]))
			return &request->entries[i];
	}

	return NULL;
}

void label_words(const struct answer *m, const struct kvm_tdx_host *host,
		 const struct tdxcpuid_violation *v, char text[TDXCPUID_TEXT_MAX],
		 char fix[TDXCPUID_TEXT_MAX])
{
	const struct tdxcpuid_unflagged *u = filled_by(m, v->slot);
	char rest[TDXCPUID_TEXT_MAX];
	struct text t = { text, TDXCPUID_TEXT_MAX };
	struct text f = { fix, TDXCPUID_TEXT_MAX };
	u64 left = u ? u->slots : 0;
	const char *before = "";

	if (!u)
		return;

	strcpy(rest, text);
	add(&t, "the entry for 0x%x.%x is not flagged significant, so that Linux 7.3 takes it for ",
	    u->leaf, u->subleaf);
	for (; left; left &= left - 1) {
		const struct tdx_cpuid_slot *slot = &host->slots.slot[__builtin_ctzll(left)];
		bool last_but_one = __builtin_popcountll(left) == 2;

		add(&t, "%s0x%x.%x", before, slot->leaf, slot->subleaf);
		before = last_but_one ? " and " : ", ";
	}
	add(&t, " too: %s", rest);
	add(&f, "set KVM_CPUID_FLAG_SIGNIFCANT_INDEX in the entry for 0x%x.%x", u->leaf,
	    u->subleaf);
}
