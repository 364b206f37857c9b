// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What TDH.SYS.INIT wants of a CPU's CPUID, and what a CPU lacks of it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define MAXPA_LEAF 0x80000008U
#define MAXPA_MASK 0xffU

/* Text that grows at the end of a buffer, and stops where that is full. */
static void __attribute__((format(printf, 3, 4)))
add(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + used, size - used, format, ap);
	va_end(ap);
}

static bool is_named(u32 leaf, u32 subleaf, int reg, int bit)
{
	char name[TDXCPUID_NAME_MAX];

	/* What has no name is spelt by its place. */
	tdxcpuid_bit_name(&(struct tdxcpuid_bit){ leaf, subleaf, reg, bit }, name);
	return !strchr(name, '.');
}

/* Of @differs, features by their bits, and numbers by the fields of @verify they are in. */
static u32 at_fault(const struct tdx_module_entry *e, int reg, u32 differs)
{
	u32 verify = e->verify_mask[reg], mask = 0, field = 0;
	bool named = false;

	for (int bit = 0; bit <= 32; bit++) {
		if (bit < 32 && verify >> bit & 1) {
			field |= 1U << bit;
			named |= is_named(e->leaf, e->subleaf, reg, bit);
			continue;
		}
		if (field & differs)
			mask |= named ? field & differs : field;
		field = 0;
		named = false;
	}
	return mask;
}

/* "eax[7:0] 0x2e" of a field, "ecx & 0x201" of bits that do not hang together. */
static void add_field(char *text, size_t size, int reg, u32 mask)
{
	int low = mask ? __builtin_ctz(mask) : 0, high = mask ? 31 - __builtin_clz(mask) : 0;

	add(text, size, "%s", tdxcpuid_reg_name(reg));
	if (mask == 0xffffffff)
		return;
	if (low == high)
		add(text, size, "[%d]", low);
	else if (mask >> low == (1U << (high - low + 1)) - 1)
		add(text, size, "[%d:%d]", high, low);
	else
		add(text, size, " & 0x%x", mask);
}

static u32 field_value(u32 mask, u32 value)
{
	int low = mask ? __builtin_ctz(mask) : 0, high = mask ? 31 - __builtin_clz(mask) : 0;
	bool whole = mask && (u64)mask >> low == (1ULL << (high - low + 1)) - 1;

	return whole ? (value & mask) >> low : value & mask;
}

static void add_names(char *text, size_t size, const struct tdxcpuid_refusal *r)
{
	char name[TDXCPUID_NAME_MAX];
	const char *before = " (";

	for (int bit = 0; bit < 32; bit++) {
		if (!(r->mask >> bit & 1) || !is_named(r->leaf, r->subleaf, r->reg, bit))
			continue;
		tdxcpuid_bit_name(&(struct tdxcpuid_bit){ r->leaf, r->subleaf, r->reg, bit }, name);
		add(text, size, "%s%s", before, name);
		before = ", ";
	}
	if (*before == ',')
		add(text, size, ")");
}

static void refusal_words(const struct tdx_module *m, const struct tdxcpuid_refusal *r,
			  char text[TDXCPUID_TEXT_MAX])
{
	const size_t size = TDXCPUID_TEXT_MAX;

	snprintf(text, size, "0x%x.", r->leaf);
	if (r->subleaf != TDX_NO_SUBLEAF)
		add(text, size, "%x.", r->subleaf);
	add_field(text, size, r->reg, r->mask);
	add_names(text, size, r);
	add(text, size, ": the CPU has 0x%x, ", field_value(r->mask, r->found));
	add(text, size, *m->version ? "module %s" : "this TDX module", m->version);
	add(text, size, " wants 0x%x", field_value(r->mask, r->wanted));
	if (r->leaf == MAXPA_LEAF && r->reg == TDX_EAX && r->mask == MAXPA_MASK) {
		add(text, size, ", %u bits of physical address and not %u; ", r->wanted, r->found);
		narrow_words(text, size, r->found);
	}
}

void narrow_words(char *text, size_t size, u32 bits)
{
	add(text, size,
	    "firmware limits the CPU to %u bits (an option of the BIOS, such as a limit of the "
	    "physical address width, or bits taken for memory encryption keys): lift that limit",
	    bits);
}

u32 cpu_width(const struct tdx_native *cpu)
{
	u32 reg[4];

	tdx_native_cpuid(cpu, MAXPA_LEAF, 0, reg);
	return reg[TDX_EAX] & MAXPA_MASK;
}

bool tdxcpuid_host_refusal(const struct tdxcpuid_host *host, uint32_t n,
			   struct tdxcpuid_refusal *refusal, char text[TDXCPUID_TEXT_MAX])
{
	const struct tdx_platform *p = &host->kvm.platform;

	if (!host->kvm.init_status)
		return false;
	for (u32 i = 0; i < p->module->nr_lookup; i++) {
		const struct tdx_module_entry *e = tdx_module_entry(p->module, i);

		for (int reg = 0; reg < 4; reg++) {
			u32 differs = (p->raw[i][reg] ^ e->verify_value[reg]) & e->verify_mask[reg];
			u32 mask = at_fault(e, reg, differs);

			if (!differs || n--)
				continue;
			*refusal = (struct tdxcpuid_refusal){
				.leaf = e->leaf,
				.subleaf = e->subleaf,
				.reg = reg,
				.mask = mask,
				.found = p->raw[i][reg] & mask,
				.wanted = e->verify_value[reg] & mask,
			};
			refusal_words(p->module, refusal, text);
			return true;
		}
	}
	return false;
}

/* Whether @m wants just this of the register. */
static bool wants(const struct tdx_module *m, u32 leaf, u32 subleaf, int reg, u32 mask, u32 value)
{
	int i = tdx_module_index(m, leaf, subleaf);

	return i >= 0 && tdx_module_entry(m, i)->verify_mask[reg] == mask &&
	       tdx_module_entry(m, i)->verify_value[reg] == value;
}

/* Says once what the first module @n to want it wants of a register, and who else does. */
static bool add_wanted(char *text, size_t size, u32 n, u32 leaf, u32 subleaf, int reg, bool first)
{
	const struct tdx_module *m = tdx_module_nth(n), *other;
	int index = tdx_module_index(m, leaf, subleaf);
	u32 mask, value, same = 0, all = 0;

	if (index < 0)
		return false;
	mask = tdx_module_entry(m, index)->verify_mask[reg];
	value = tdx_module_entry(m, index)->verify_value[reg];
	if (!mask)
		return false;
	for (; (other = tdx_module_nth(all)); all++) {
		bool does = wants(other, leaf, subleaf, reg, mask, value);

		if (does && all < n)
			return false;
		same += does;
	}

	add(text, size, first ? "; the module wants " : ", ");
	add_field(text, size, reg, mask);
	add(text, size, " = 0x%x", field_value(mask, value));
	if (leaf == MAXPA_LEAF && reg == TDX_EAX && mask == MAXPA_MASK)
		add(text, size, ", that is %u bits of physical address", value);
	if (same == all)
		return true;
	add(text, size, " (");
	for (u32 k = n, said = 0; (other = tdx_module_nth(k)); k++) {
		if (wants(other, leaf, subleaf, reg, mask, value))
			add(text, size, "%s%s", said++ ? " " : "", other->version);
	}
	add(text, size, ")");
	return true;
}

void wanted_words(char *text, size_t size, u32 leaf, u32 subleaf)
{
	bool first = true;

	for (int reg = 0; reg < 4; reg++) {
		for (u32 n = 0; tdx_module_nth(n); n++)
			first &= !add_wanted(text, size, n, leaf, subleaf, reg, first);
	}
}
