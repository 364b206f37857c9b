// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Many hosts as one: what all have, and who takes what away. */
#include <stdlib.h>

#include "fleet.h"

void names_add(struct names *names, const char *name)
{
	u32 at = names->nr;

	while (at && strcmp(names->name[at - 1], name) > 0)
		at--;
	if (at == FLEET_NAMES)
		return;
	if (names->nr == FLEET_NAMES)
		free(names->name[--names->nr]);
	memmove(&names->name[at + 1], &names->name[at], (names->nr - at) * sizeof(names->name[0]));
	names->name[at] = xstrdup(name);
	names->nr++;
}

static void names_merge(struct names *names, const struct names *more)
{
	for (u32 i = 0; i < more->nr; i++)
		names_add(names, more->name[i]);
}

static void names_free(struct names *names)
{
	for (u32 i = 0; i < names->nr; i++)
		free(names->name[i]);
}

void versions_add(struct versions *v, const char *text, u64 dumps)
{
	u32 at = v->nr;
	int order = 1;

	if (!text) {
		v->unknown += dumps;
		return;
	}
	while (at && (order = strcmp(v->version[at - 1].text, text)) > 0)
		at--;
	if (at && !order) {
		v->version[at - 1].dumps += dumps;
		return;
	}
	memmove(&v->version[at + 1], &v->version[at], (v->nr - at) * sizeof(v->version[0]));
	v->version[at] = (struct version){ xstrdup(text), dumps };
	if (v->nr < FLEET_VERSIONS) {
		v->nr++;
		return;
	}
	v->others += v->version[v->nr].dumps;
	free(v->version[v->nr].text);
}

static void versions_merge(struct versions *v, const struct versions *more)
{
	for (u32 i = 0; i < more->nr; i++)
		versions_add(v, more->version[i].text, more->version[i].dumps);
	v->unknown += more->unknown;
	v->others += more->others;
}

const char *versions_same(const struct versions *v, u64 dumps)
{
	return v->nr == 1 && v->version[0].dumps == dumps ? v->version[0].text : NULL;
}

static void versions_free(struct versions *v)
{
	for (u32 i = 0; i < v->nr; i++)
		free(v->version[i].text);
}

struct fleet_slot *fleet_slot(struct fleet *f, u32 leaf, u32 index)
{
	u32 at = f->nr_slots;

	for (; at; at--) {
		struct fleet_slot *slot = &f->slot[at - 1];

		if (slot->leaf == leaf && slot->index == index)
			return slot;
		if (slot->leaf < leaf || (slot->leaf == leaf && slot->index < index))
			break;
	}
	if (f->nr_slots == FLEET_SLOTS)
		return NULL;
	/* Room is made by powers of two. */
	if (!(f->nr_slots & (f->nr_slots - 1)))
		f->slot = xrealloc(f->slot, (f->nr_slots ? f->nr_slots * 2 : 1) * sizeof(*f->slot));
	memmove(&f->slot[at + 1], &f->slot[at], (f->nr_slots - at) * sizeof(*f->slot));
	f->slot[at] = (struct fleet_slot){ .leaf = leaf, .index = index };
	f->nr_slots++;
	return &f->slot[at];
}

struct lack *word_lack(struct word *w, u32 bit)
{
	if (!w->lack)
		w->lack = xcalloc(64, sizeof(*w->lack));
	w->lacked |= 1ULL << bit;
	return &w->lack[bit];
}

bool lack_same(const struct lack *a, const struct lack *b)
{
	bool same = a->dumps == b->dumps && a->names.nr == b->names.nr;

	for (u32 i = 0; same && i < a->names.nr; i++)
		same = !strcmp(a->names.name[i], b->names.name[i]);
	return same;
}

u64 word_lacked_by(const struct word *w, const struct lack *lack)
{
	u64 mask = 0;

	for (u64 bits = w->lacked; bits; bits &= bits - 1) {
		if (lack_same(&w->lack[__builtin_ctzll(bits)], lack))
			mask |= bits & -bits;
	}
	return mask;
}

/* Those of @f that lack bit @bit of @w: all of them, if none has it. */
static void lack_add(struct lack *to, const struct fleet *f, const struct word *w, u32 bit)
{
	if (!(w->some >> bit & 1)) {
		to->dumps += f->tdx;
		names_merge(&to->names, &f->names);
	} else if (w->lacked >> bit & 1) {
		to->dumps += w->lack[bit].dumps;
		names_merge(&to->names, &w->lack[bit].names);
	}
}

static void word_merge(const struct fleet *f, struct word *w, const struct fleet *part,
		       const struct word *more)
{
	u64 changed = (f->tdx ? w->some ^ more->some : 0) | more->lacked;

	for (; changed; changed &= changed - 1) {
		u32 bit = __builtin_ctzll(changed);
		struct lack *lack = word_lack(w, bit);

		/* What @w had of it is there already, unless none had it. */
		if (!(w->some >> bit & 1))
			lack_add(lack, f, w, bit);
		lack_add(lack, part, more, bit);
	}
	w->some |= more->some;
}

static void word_free(struct word *w)
{
	for (u32 bit = 0; w->lack && bit < 64; bit++)
		names_free(&w->lack[bit].names);
	free(w->lack);
}

static void slot_merge(const struct fleet *f, struct fleet_slot *slot, const struct fleet *part,
		       const struct fleet_slot *more)
{
	for (int reg = 0; reg < 4; reg++)
		word_merge(f, &slot->reg[reg], part, &more->reg[reg]);
	slot->flags |= more->flags;
	slot->everywhere = (slot->everywhere || !f->tdx) && more->everywhere;
}

/* One that nobody has anything in is not to be seen. */
static int slots_add(struct fleet *f, const struct fleet *part, struct trouble *t)
{
	for (u32 i = 0; i < part->nr_slots; i++) {
		if (!fleet_slot(f, part->slot[i].leaf, part->slot[i].index))
			return trouble(t, 1, 1, "the hosts have more than %u slots between them",
				       FLEET_SLOTS);
	}
	return 0;
}

static void slots_merge(struct fleet *f, const struct fleet *part)
{
	static const struct fleet_slot none;
	u32 nr = 0;

	/* All of @part are in @f now, and both are in order. */
	for (u32 k = 0; k < f->nr_slots; k++) {
		struct fleet_slot *slot = &f->slot[k];
		const struct fleet_slot *more = nr < part->nr_slots ? &part->slot[nr] : &none;

		if (nr < part->nr_slots && slot->leaf == more->leaf && slot->index == more->index)
			nr++;
		else
			more = &none;
		slot_merge(f, slot, part, more);
	}
}

/* What hosts with TDX have. */
static void tdx_merge(struct fleet *f, const struct fleet *part)
{
	if (!f->tdx) {
		f->gpaw52 = part->gpaw52;
		f->tsc_khz = part->tsc_khz;
		f->has_policy = part->has_policy;
		f->policy = part->policy;
		f->native = json_incref(part->native);
	}
	/* One host without is enough; after that one of which it is not known. */
	if (part->gpaw52 == TDXCPUID_NO || f->gpaw52 == TDXCPUID_NO)
		f->gpaw52 = TDXCPUID_NO;
	else if (part->gpaw52 == TDXCPUID_UNKNOWN)
		f->gpaw52 = TDXCPUID_UNKNOWN;
	if (part->tsc_khz != f->tsc_khz)
		f->tsc_khz = 0;
	if (!part->has_policy || part->policy != f->policy)
		f->has_policy = false;
	if (f->native && !json_equal(f->native, part->native)) {
		json_decref(f->native);
		f->native = NULL;
	}
	versions_merge(&f->modules, &part->modules);
	word_merge(f, &f->attributes, part, &part->attributes);
	word_merge(f, &f->xfam, part, &part->xfam);
	slots_merge(f, part);
	names_merge(&f->names, &part->names);
	f->tdx += part->tdx;
}

int fleet_merge(struct fleet *f, const struct fleet *part, struct trouble *t)
{
	if (f->dumps + part->dumps > FLEET_DUMPS || f->unread + part->unread > FLEET_DUMPS)
		return trouble(t, 1, 1, "these are more dumps than can be counted");
	if (slots_add(f, part, t))
		return -1;
	if (part->tdx)
		tdx_merge(f, part);
	names_merge(&f->without, &part->without);
	names_merge(&f->snp_names, &part->snp_names);
	versions_merge(&f->firmwares, &part->firmwares);
	f->snp += part->snp;
	versions_merge(&f->kernels, &part->kernels);
	versions_merge(&f->microcodes, &part->microcodes);
	f->dumps += part->dumps;
	f->unread += part->unread;
	return 0;
}

void fleet_free(struct fleet *f)
{
	names_free(&f->names);
	names_free(&f->without);
	names_free(&f->snp_names);
	versions_free(&f->firmwares);
	versions_free(&f->modules);
	versions_free(&f->kernels);
	versions_free(&f->microcodes);
	word_free(&f->attributes);
	word_free(&f->xfam);
	for (u32 k = 0; k < f->nr_slots; k++) {
		for (int reg = 0; reg < 4; reg++)
			word_free(&f->slot[k].reg[reg]);
	}
	free(f->slot);
	json_decref(f->native);
	*f = (struct fleet){ 0 };
}
