// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Names of what a status points at: MSRs, and metadata fields of the TDX module. */
#include <stdio.h>

#include "status.h"

const char *msr_name(u32 msr)
{
	static const struct {
		u32 number;
		const char *name;
	} msrs[] = {
#define MSR(number, name) { number, #name },
#include "names_msrs.h"
	};

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		if (msrs[i].number == msr)
			return msrs[i].name;
	}
	return NULL;
}

static const struct field {
	u64 id;
	const char *name;
	u32 elements;
} fields[] = {
#define TDX_FIELD(id, name, elements) { id, #name, elements },
#include "../module/tdx_fields.h"
};

/* The leaf and registers of an element of CPUID_VALUES. */
static void cpuid_value_words(u32 code, char *text, size_t size)
{
	u32 leaf = (code >> 9 & 0x7f) | (code >> 16 & 1) << 31;
	const char *registers = code & 1 ? "ECX and EDX" : "EAX and EBX";

	if (code >> 8 & 1)
		snprintf(text, size, "CPUID_VALUES: leaf 0x%x, %s", leaf, registers);
	else
		snprintf(text, size, "CPUID_VALUES: leaf 0x%x, subleaf 0x%x, %s", leaf,
			 code >> 1 & 0x7f, registers);
}

/* A field of a vCPU that is one of the processor's own. */
static bool vcpu_words(u64 id, char *text, size_t size)
{
	u32 code = TDX_MD_CODE(id), msr = code < 0x2000 ? code : 0xc0000000 + code - 0x2000;
	const char *name = msr_name(msr);

	if (TDX_MD_CONTEXT(id) != 2)
		return false;
	if (TDX_MD_CLASS(id) == TDX_MD_VCPU_VMCS) {
		snprintf(text, size, "0x%x of the vCPU's VMCS", code);
		return true;
	}
	if (TDX_MD_CLASS(id) == TDX_MD_VCPU_MSR && code < 0x4000) {
		snprintf(text, size, name ? "MSR 0x%x (%s) of the vCPU" : "MSR 0x%x of the vCPU",
			 msr, name);
		return true;
	}
	for (u32 vm = 1; vm <= 3; vm++) {
		if (TDX_MD_CLASS(id) != TDX_MD_VCPU_L2_VMCS(vm))
			continue;
		snprintf(text, size, "0x%x of the vCPU's VMCS for L2 VM %u", code, vm);
		return true;
	}
	return false;
}

bool metadata_words(u64 id, bool exact, char *text, size_t size)
{
	u32 code = TDX_MD_CODE(id);

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		u32 first = TDX_MD_CODE(f->id);

		if (TDX_MD_CONTEXT(id) != TDX_MD_CONTEXT(f->id) ||
		    TDX_MD_CLASS(id) != TDX_MD_CLASS(f->id) || (exact && id >> 32 != f->id >> 32))
			continue;
		if (f->id == TDX_MD_CPUID_VALUES && code <= TDX_MD_CPUID_VALUES_MASK) {
			cpuid_value_words(code, text, size);
			return true;
		}
		if (code < first || code >= first + f->elements)
			continue;
		if (f->elements > 1)
			snprintf(text, size, "%s[%u]", f->name, code - first);
		else
			snprintf(text, size, "%s", f->name);
		return true;
	}
	return !exact && vcpu_words(id, text, size);
}
