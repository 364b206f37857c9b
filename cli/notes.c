// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What must be said of an accepted TD: figures that are not what was asked for, or make no sense.
 */
#include "check.h"
#include "print.h"

/* What the TD answers; NULL: KVM_TDX_GET_CPUID does not have it. */
static const struct kvm_cpuid_entry2 *find(const struct answer *a, u32 leaf, u32 subleaf)
{
	for (u32 i = 0; i < a->kvm->nr_effective; i++) {
		const struct kvm_cpuid_entry2 *e = &a->kvm->effective[i];

		if (e->function == leaf && e->index == subleaf)
			return e;
	}
	return NULL;
}

static void note_tsc(struct notes *notes, const struct answer *a)
{
	u32 wanted = a->request->tsc_khz ? a->request->tsc_khz : a->host->info.tsc_khz;
	const struct kvm_cpuid_entry2 *e = find(a, 0x15, 0);
	/* The TDX module makes leaf 0x15 of what KVM passes on in units of 25 MHz. */
	u64 got = e ? e->ebx * 25000ULL : 0;

	if (wanted && e && got != wanted)
		add_note(notes,
			 "the TD's TSC has %llu kHz, not %u: KVM passes on 16 bits of "
			 "multiples of 25 MHz",
			 (unsigned long long)got, wanted);
}

#define CACHES 4 /* subleaves of leaf 4 that a VMM configures */

static bool is_cache(const struct kvm_cpuid_entry2 *e)
{
	return e && e->eax & 0x1f;
}

/* Leaf 2 has descriptors of its own, or one that says: look at leaf 4. */
static bool sends_to_4(const struct kvm_cpuid_entry2 *two)
{
	const u32 reg[] = { two ? two->eax : 0, two ? two->ebx : 0, two ? two->ecx : 0,
			    two ? two->edx : 0 };

	for (int i = 0; i < 16; i++) {
		if ((reg[i / 4] >> i % 4 * 8 & 0xff) == 0xff)
			return true;
	}
	return false;
}

/* Who enumerates caches stops at the first that is none. */
static void note_caches(struct notes *notes, const struct answer *a)
{
	u32 nr = 0, last = 0;
	const struct kvm_cpuid_entry2 *e;

	while (nr < CACHES && is_cache(find(a, 4, nr)))
		nr++;
	for (u32 i = 0; i < CACHES; i++)
		last = is_cache(find(a, 4, i)) ? i : last;
	e = find(a, 4, nr);
	if (!e)
		return;
	if (!nr && !last)
		add_note(
			notes,
			"the TD has no cache sizes: 0x4.0 is 0x%x 0x%x 0x%x 0x%x%s; glibc and others "
			"stumble: set leaf 4 as the CPU has it",
			e->eax, e->ebx, e->ecx, e->edx,
			sends_to_4(find(a, 2, 0)) ? ", and leaf 2 sends there" : "");
	else if (nr < last)
		add_note(
			notes,
			"the TD does not find cache 0x4.%x: 0x4.%x is 0x%x 0x%x 0x%x 0x%x, no cache, and "
			"ends the list",
			last, nr, e->eax, e->ebx, e->ecx, e->edx);
}

/* Processors of a package, by the last level of leaf 0x1f; 0: it has none. */
static u32 count_1f(const struct answer *a, u32 *room)
{
	const struct kvm_cpuid_entry2 *e;
	u32 nr = 0;

	for (u32 i = 0; (e = find(a, 0x1f, i)) && e->ecx & 0xff00; i++) {
		nr = e->ebx & 0xffff;
		*room = 1U << (e->eax & 0x1f);
	}
	return nr;
}

/* Leaf 4 counts processors, too: those that share a cache, and the cores of a package. */
static void note_topology(struct notes *notes, const struct answer *a)
{
	const struct kvm_cpuid_entry2 *smt = find(a, 0x1f, 0), *cache;
	u32 room = 0, nr = count_1f(a, &room), threads, cores;

	if (!nr)
		return;
	threads = (smt->ecx >> 8 & 0xff) == 1 && smt->ebx & 0xffff ? smt->ebx & 0xffff : 1;
	for (u32 i = 0; i < CACHES && is_cache(cache = find(a, 4, i)); i++) {
		u32 sharing = (cache->eax >> 14 & 0xfff) + 1;

		if (sharing > room) {
			add_note(
				notes,
				"leaf 4 and leaf 0x1f of the TD contradict each other: cache 0x4.%x "
				"(eax 0x%x) is shared by up to %u processors, and a package has room "
				"for %u",
				i, cache->eax, sharing, room);
			return;
		}
		cores = (cache->eax >> 26) + 1;
		/* 64 is as much as fits: more, too. */
		if (cores < 64 && cores * threads < nr) {
			add_note(
				notes,
				"leaf 4 and leaf 0x1f of the TD contradict each other: by 0x4.%x (eax "
				"0x%x) a package has up to %u cores, by 0x1f %u processors, %u a core",
				i, cache->eax, cores, nr, threads);
			return;
		}
	}
}

/* Add to @text the names of the bits of @list that lack @xfam. */
static void add_costs(const struct answer *a, const struct tdxcpuid_bits_list *list, u64 xfam,
		      char *text, size_t size)
{
	for (u32 i = 0; i < list->nr; i++) {
		const struct tdxcpuid_bits *b = &list->bits[i];

		for (int bit = 0; bit < 32; bit++) {
			const struct tdxcpuid_bit at = { b->leaf, b->subleaf, b->reg, bit };
			size_t used = strlen(text);
			char name[PLACE_MAX];

			if (b->why == TDXCPUID_NO_XFAM && missing_xfam(a, b, 1U << bit) == xfam)
				snprintf(text + used, size - used, "%s%s", used ? ", " : "",
					 bit_text(&at, name));
		}
	}
}

/* What the TD goes without for lack of a component that the host would give it. */
static void note_xfam(struct notes *notes, const struct answer *a)
{
	const struct tdxcpuid_bits_list *const lists[] = { &a->kvm->lost, &a->kvm->left_off };
	char names[400], bits[TDXCPUID_TEXT_MAX];
	u64 told[NOTES_MAX];
	u32 nr = 0;

	for (u32 i = 0; i < lists[0]->nr + lists[1]->nr; i++) {
		const struct tdxcpuid_bits *b =
			i < lists[0]->nr ? &lists[0]->bits[i] : &lists[1]->bits[i - lists[0]->nr];

		for (int bit = 0; b->why == TDXCPUID_NO_XFAM && bit < 32; bit++) {
			u64 missing = missing_xfam(a, b, 1U << bit);
			u32 n;

			for (n = 0; n < nr && told[n] != missing; n++)
				;
			if (!missing || n < nr || nr == NOTES_MAX)
				continue;
			told[nr++] = missing;
			*names = '\0';
			add_costs(a, lists[0], missing, names, sizeof(names));
			add_costs(a, lists[1], missing, names, sizeof(names));
			tdxcpuid_field_text(TDXCPUID_FIELD_XFAM, missing, bits);
			add_note(notes, "xfam lacks 0x%llx, %.80s, so the TD goes without %s",
				 (unsigned long long)missing, bits, names);
		}
	}
}

/* By line, as that is where the flag is missing. */
static void note_unflagged(struct notes *notes, const struct answer *a)
{
	for (u32 i = 0; i < a->kvm->nr_unflagged; i++) {
		const struct tdxcpuid_unflagged *u = &a->kvm->unflagged[i];
		struct tdxcpuid_slot slot;
		char slots[256] = "";
		struct place place;

		for (u32 k = 0; tdxcpuid_host_slot(a->host->kvm, k, &slot); k++) {
			size_t used = strlen(slots);

			if (u->slots >> k & 1)
				snprintf(slots + used, sizeof(slots) - used, "%s0x%x.%x",
					 used ? ", " : "", slot.leaf, slot.subleaf);
		}
		request_place(a->request, u->entry, TDXCPUID_NOWHERE, NULL, &place);
		add_note(
			notes,
			"line %zu: the entry for 0x%x.%x has no KVM_CPUID_FLAG_SIGNIFCANT_INDEX, so "
			"Linux 7.3 takes it for %s, too, in place of what the request has there; "
			"set the flag",
			place.line, u->leaf, u->subleaf, slots);
	}
}

/* Features by name, numbers by their mask. */
static void bits_words(const struct tdxcpuid_violation *v, u64 mask, char text[NAMES_MAX])
{
	const struct tdxcpuid_bits b = {
		.leaf = v->slot_leaf, .subleaf = v->slot_subleaf, .reg = v->reg, .mask = mask
	};
	char where[PLACE_MAX];

	if (v->reg < 0)
		tdxcpuid_field_text(v->reason == TDXCPUID_XFAM ? TDXCPUID_FIELD_XFAM :
								 TDXCPUID_FIELD_ATTRIBUTES,
				    mask, text);
	else if (mask & tdxcpuid_value_mask(b.leaf, b.subleaf, b.reg))
		snprintf(text, NAMES_MAX, "%s 0x%x", register_text(b.leaf, b.subleaf, b.reg, where),
			 b.mask);
	else
		names_text(&b, text);
}

/* Who of the hosts behind a baseline lacks what the request sets. */
static bool note_lack(struct notes *notes, const struct hosts *hosts,
		      const struct tdxcpuid_violation *v)
{
	struct bits_at at = { tdxcpuid_reg_name(v->reg), v->slot_leaf, v->slot_subleaf, v->mask };
	char who[WHO_MAX], bits[NAMES_MAX];
	bool any = false;
	u64 mask;

	if (v->reason == TDXCPUID_ATTRIBUTES || v->reason == TDXCPUID_XFAM)
		at = (struct bits_at){ v->reason == TDXCPUID_XFAM ? "xfam" : "attributes", 0, 0,
				       v->mask };
	else if (v->reason != TDXCPUID_DENIED && v->reason != TDXCPUID_NOT_CONFIGURABLE)
		return false;
	for (; (mask = hosts_lack(hosts, &at, who)); at.mask &= ~mask) {
		bits_words(v, mask, bits);
		add_note(notes, "%.160s: %s", bits, who);
		any = true;
	}
	return any;
}

static void note_baseline(struct notes *notes, const struct answer *a)
{
	const struct hosts *hosts = &a->host->hosts;
	bool any = false;

	for (u32 i = 0; i < a->kvm->nr_violations; i++)
		any |= note_lack(notes, hosts, &a->kvm->violations[i]);
	for (u32 i = 0; i < a->kvm->nr_notes; i++)
		any |= note_lack(notes, hosts, &a->kvm->notes[i]);
	if (any)
		add_note(notes, "this is about all hosts of a baseline together: tdxcpuid fits "
				"asks them one by one");
}

struct notes notes_of_answer(const struct answer *a)
{
	struct notes notes = a->host->notes;

	note_unflagged(&notes, a);
	note_baseline(&notes, a);
	if (!a->kvm->effective)
		return notes;
	note_tsc(&notes, a);
	note_caches(&notes, a);
	note_topology(&notes, a);
	note_xfam(&notes, a);
	return notes;
}
