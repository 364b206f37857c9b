// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid request: a request to begin with, in the form that is read, to be edited and checked. */
#include <stdlib.h>

#include "explain.h"
#include "json_out.h"
#include "near.h"
#include "options.h"
#include "print.h"

#define SEPT_VE_DISABLE (1ULL << 28)

/* A request that is being made. */
struct draft {
	const struct target *host;
	struct tdxcpuid_request r;
	struct kvm_cpuid_entry2 entry[TDXCPUID_MAX_ENTRIES];
	u32 subleaf[TDXCPUID_MAX_ENTRIES]; /* NO_SUBLEAF: the leaf has none */
	struct buffer idle;		   /* -BIT of what a TD may have all the same, by NUL */
};

/* False if it is no family. */
static bool several_bits(const char *what)
{
	struct explanation *e = xcalloc(1, sizeof(*e));
	char name[TDXCPUID_NAME_MAX];
	struct buffer names = { 0 };
	bool several = group_family(e, what);

	for (u32 n = 0; n < e->nr_bits; n++) {
		tdxcpuid_bit_name(&e->bits[n], name);
		buffer_add(&names, " ", 1);
		buffer_add(&names, name, strlen(name));
	}
	if (several)
		message("tdxcpuid request: '%.80s' is several bits, name those that are meant:%.*s",
			what, (int)names.used, names.data);
	free(names.data);
	free(e);
	return several;
}

static int no_such_bit(const char *what)
{
	char text[NEAR_TEXT_MAX];
	struct near near;

	if (several_bits(what))
		return -1;
	near_begin(&near, what);
	near_try_bits(&near);
	near_text(&near, text);
	message("tdxcpuid request: no CPUID bit, attribute or XFAM component is called '%.80s'%s",
		what, *text ? text : "; try a spelling like 0x7.0.ecx.5");
	return -1;
}

/* The entry that @bit belongs to; a new one where the host has no slot for it. */
static struct kvm_cpuid_entry2 *entry_of(struct draft *d, const struct tdxcpuid_bit *bit)
{
	u32 index = bit->subleaf == NO_SUBLEAF ? 0 : bit->subleaf, n;

	for (n = 0; n < d->r.nent; n++) {
		if (d->entry[n].function == bit->leaf && d->entry[n].index == index)
			return &d->entry[n];
	}
	if (n == TDXCPUID_MAX_ENTRIES)
		return NULL;
	d->r.nent++;
	d->subleaf[n] = bit->subleaf;
	d->entry[n] = (struct kvm_cpuid_entry2){
		.function = bit->leaf,
		.index = index,
		.flags = tdxcpuid_leaf_indexed(bit->leaf) ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
	};
	return &d->entry[n];
}

static u32 *register_of(struct kvm_cpuid_entry2 *e, int reg)
{
	u32 *const regs[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };

	return regs[reg];
}

/* The fields first, as features go by them. */
static int change_fields(struct draft *d, const struct options *o)
{
	for (int i = 0; i < o->nr_args; i++) {
		const char *word = o->args[i];
		enum tdxcpuid_field field;
		struct tdxcpuid_bit bit;
		u64 mask, *value;

		if (*word != '+' && *word != '-') {
			message("tdxcpuid request: unexpected argument '%.80s'; expected +BIT or -BIT",
				word);
			return -1;
		}
		if (tdxcpuid_bit_find(word + 1, &bit))
			continue;
		if (!tdxcpuid_field_find(word + 1, &field, &mask))
			return no_such_bit(word + 1);
		value = field == TDXCPUID_FIELD_XFAM ? &d->r.xfam : &d->r.attributes;
		*value = *word == '+' ? *value | mask : *value & ~mask;
	}
	return 0;
}

/* A bit that was not set before -BIT: a TD may have it nevertheless, whoever decides that. */
static void note_idle(struct draft *d, const struct tdxcpuid_bit *bit, const char *word)
{
	char text[TDXCPUID_TEXT_MAX], line[TDXCPUID_TEXT_MAX + 128];
	struct tdxcpuid_bit_fate fate;

	tdxcpuid_bit_fate(d->host->kvm, bit, &fate);
	if (fate.fate == TDXCPUID_FATE_NEVER || fate.fate == TDXCPUID_FATE_CHOICE ||
	    fate.fate == TDXCPUID_FATE_CHOICE_NATIVE || (fate.xfam & ~d->r.xfam) ||
	    (fate.attributes & ~d->r.attributes))
		return;
	tdxcpuid_fate_text(&fate, text);
	snprintf(line, sizeof(line), "note: %.80s changes nothing: %s", word, text);
	buffer_add(&d->idle, line, strlen(line) + 1);
}

static int change_bits(struct draft *d, const struct options *o)
{
	const u32 nr_slots = d->r.nent;
	u32 left = nr_slots;

	for (int i = 0; i < o->nr_args; i++) {
		const char *word = o->args[i];
		struct kvm_cpuid_entry2 *e;
		struct tdxcpuid_bit bit;
		u32 *value;

		if (!tdxcpuid_bit_find(word + 1, &bit))
			continue;
		e = entry_of(d, &bit);
		if (!e) {
			message("tdxcpuid request: %s: more than the %u entries that KVM takes",
				word, TDXCPUID_MAX_ENTRIES);
			return -1;
		}
		value = register_of(e, bit.reg);
		if (*word == '-' && !(*value >> bit.bit & 1))
			note_idle(d, &bit, word);
		*value = *word == '+' ? *value | 1U << bit.bit : *value & ~(1U << bit.bit);
	}
	/* An entry that only -BIT has asked for is none. */
	for (u32 n = nr_slots; n < d->r.nent; n++) {
		const struct kvm_cpuid_entry2 *e = &d->entry[n];

		if (!(e->eax | e->ebx | e->ecx | e->edx))
			continue;
		d->subleaf[left] = d->subleaf[n];
		d->entry[left++] = *e;
	}
	d->r.nent = left;
	return 0;
}

static int make_request(struct draft *d, const struct options *o)
{
	const struct tdxcpuid_host_info *info = &d->host->info;
	struct tdxcpuid_slot slot;

	d->r = (struct tdxcpuid_request){
		.size = sizeof(d->r),
		.attributes =
			o->has_attributes ? o->attributes : info->attributes & SEPT_VE_DISABLE,
		.xfam = o->has_xfam ? o->xfam : info->xfam,
	};
	if (change_fields(d, o))
		return -1;
	if (info->disabled & TDXCPUID_NO_MODULE) {
		if (!info->model)
			message("tdxcpuid request: no request would do: this host has no TDX");
		else
			message("tdxcpuid request: no request would do: module %s does not "
				"initialize on CPU %s; tdxcpuid caps says why",
				d->host->module, d->host->cpu);
		return -1;
	}
	if (tdxcpuid_host_request(d->host->kvm, &d->r, d->entry, TDXCPUID_MAX_ENTRIES)) {
		message("tdxcpuid request: the CPU of this host is not known ('native' in what "
			"tdxcpuid dump writes)");
		return -1;
	}
	for (u32 k = 0; tdxcpuid_host_slot(d->host->kvm, k, &slot); k++)
		d->subleaf[k] = slot.subleaf;
	return change_bits(d, o);
}

static void comment(char *text)
{
	struct buffer lines = { 0 };
	char *line, *end;

	/* What is behind the first line is a comment, too. */
	fold(&lines, text, clean(text, strlen(text)), print_width() - 2, 0);
	for (line = lines.data; lines.used; line = end + 1) {
		end = memchr(line, '\n', lines.used);
		lines.used -= end + 1 - line;
		print_page("# %.*s\n", (int)(end - line), line);
	}
	free(lines.data);
}

/* What an entry says, in front of it. */
static void entry_comment(const struct draft *d, u32 n)
{
	struct kvm_cpuid_entry2 e = d->entry[n];
	char place[PLACE_MAX], names[NAMES_MAX], text[4 * NAMES_MAX];
	u32 used;

	used = snprintf(text, sizeof(text), "%s:", leaf_text(e.function, d->subleaf[n], place));
	for (int reg = 0; reg < 4; reg++) {
		struct tdxcpuid_bits b = { e.function, d->subleaf[n], reg, *register_of(&e, reg) };

		b.mask &= ~tdxcpuid_value_mask(b.leaf, b.subleaf, reg);
		if (b.mask)
			used += snprintf(text + used, sizeof(text) - used, " %s",
					 names_text(&b, names));
	}
	if (text[used - 1] != ':')
		comment(text);
}

static void request_to_text(const struct draft *d)
{
	char name[HOST_MAX], bits[TDXCPUID_TEXT_MAX], text[TDXCPUID_TEXT_MAX + 128];

	snprintf(text, sizeof(text), "As \"-cpu host\" would have it with one vCPU: %s",
		 host_text(d->host, name));
	comment(text);
	for (u32 i = 0; i < d->host->notes.nr; i++) {
		snprintf(text, sizeof(text), "note: %s", d->host->notes.text[i]);
		comment(text);
	}
	for (size_t at = 0; at < d->idle.used; at += strlen(d->idle.data + at) + 1) {
		snprintf(text, sizeof(text), "%s", d->idle.data + at);
		comment(text);
	}
	tdxcpuid_field_text(TDXCPUID_FIELD_ATTRIBUTES, d->r.attributes, bits);
	snprintf(text, sizeof(text), "attributes: %s", bits);
	comment(text);
	tdxcpuid_field_text(TDXCPUID_FIELD_XFAM, d->r.xfam, bits);
	snprintf(text, sizeof(text), "xfam: %s", bits);
	comment(text);

	print("KVM_TDX_INIT_VM attributes=0x%llx xfam=0x%llx", (unsigned long long)d->r.attributes,
	      (unsigned long long)d->r.xfam);
	if (d->r.tsc_khz)
		print(" tsc_khz=%u", d->r.tsc_khz);
	print_page("\n# function  index flags  eax      ebx      ecx      edx\n");
	for (u32 n = 0; n < d->r.nent; n++) {
		const struct kvm_cpuid_entry2 *e = &d->entry[n];

		entry_comment(d, n);
		print_page("0x%08x   0x%02x  0x%x   %08x %08x %08x %08x\n", e->function, e->index,
			   e->flags, e->eax, e->ebx, e->ecx, e->edx);
	}
}

static void request_to_json(const struct draft *d)
{
	struct out j = { .break_depth = 2 };

	out_open(&j, NULL, '{');
	out_hex(&j, "attributes", d->r.attributes);
	out_hex(&j, "xfam", d->r.xfam);
	if (d->r.tsc_khz)
		out_int(&j, "tsc_khz", d->r.tsc_khz);
	out_open(&j, "cpuid", '[');
	for (u32 n = 0; n < d->r.nent; n++)
		out_entry(&j, &d->entry[n]);
	out_close(&j, ']');
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

int cmd_request(const struct options *o)
{
	const struct target *host = target_of_options(o);
	struct draft *d;
	int error;

	if (!host)
		return EXIT_BAD;
	d = xcalloc(1, sizeof(*d));
	d->host = host;
	error = make_request(d, o);
	if (!error && o->json)
		request_to_json(d);
	else if (!error)
		request_to_text(d);
	free(d->idle.data);
	free(d);
	return error ? EXIT_BAD : 0;
}
