// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The sentences of a violation that is in a field of the request: ATTRIBUTES, XFAM, the TSC. */
#include "internal.h"
#include "text.h"

static void add_field(struct text *t, enum tdxcpuid_field field, u64 mask)
{
	char bits[TDXCPUID_TEXT_MAX];

	tdxcpuid_field_text(field, mask, bits);
	add(t, "%s", bits);
}

static void attribute_words(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
			    struct text *t, struct text *f)
{
	u64 missing = v->mask & ~v->requested;

	add(t, "attributes 0x%llx: %s %s ", (unsigned long long)v->requested,
	    v->layer == TDXCPUID_LAYER_KVM ? "KVM" : "the TDX module",
	    missing ? "wants" : "does not support");
	add_field(t, TDXCPUID_FIELD_ATTRIBUTES, missing ? missing : v->mask);
	for (u32 bit = 0; !missing && bit < 64; bit++) {
		const char *use = tdxcpuid_field_use(TDXCPUID_FIELD_ATTRIBUTES, bit);

		if (use && (v->mask >> bit & 1))
			add(t, "; %s is for %s",
			    tdxcpuid_field_bit_name(TDXCPUID_FIELD_ATTRIBUTES, bit), use);
	}
	add(f, "keep to supported_attrs of KVM_TDX_CAPABILITIES, 0x%llx: ",
	    (unsigned long long)host->supported_attrs);
	add_field(f, TDXCPUID_FIELD_ATTRIBUTES, host->supported_attrs);
}

#define XFAM_AVX    (1ULL << 2)
#define XFAM_AVX512 (7ULL << 5)

/* What makes the combination invalid for the module, piece by piece, and what would be valid. */
static void combination_words(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
			      struct text *t, struct text *f)
{
	u64 xfam = v->requested, wanted = host->platform.module->xfam_fixed1 & ~xfam;
	u64 refused = xfam & ~host->platform.xfam_fixed0, left = v->mask & ~wanted & ~refused;
	const char *comma = "", *fix_comma = "";

	add(t, "xfam 0x%llx: ", (unsigned long long)xfam);
	if (refused) {
		add(t, "the TDX module or this CPU does not support ");
		add_field(t, TDXCPUID_FIELD_XFAM, refused);
		add(f, "clear 0x%llx", (unsigned long long)refused);
		comma = fix_comma = "; ";
	}
	if (wanted) {
		add(t, "%sthe TDX module wants ", comma);
		add_field(t, TDXCPUID_FIELD_XFAM, wanted);
		add(f, "%sset 0x%llx", fix_comma, (unsigned long long)wanted);
		comma = fix_comma = "; ";
	}
	for (u32 bit = 0; bit < 64; bit++) {
		const char *name;
		u64 group;

		if (!(left >> bit & 1))
			continue;
		group = xfam_group(bit, &name);
		left &= ~group;
		if (!(xfam & group) || (xfam & group) == group)
			continue;
		add(t, "%sit has ", comma);
		add_field(t, TDXCPUID_FIELD_XFAM, xfam & group);
		add(t, " without ");
		add_field(t, TDXCPUID_FIELD_XFAM, group & ~xfam);
		add(f, "%sset %s ", fix_comma,
		    __builtin_popcountll(group) == 2 ? "or clear both of" : "all or none of");
		add_field(f, TDXCPUID_FIELD_XFAM, group);
		comma = fix_comma = "; ";
	}
	if ((xfam & XFAM_AVX512) && !(xfam & XFAM_AVX)) {
		add(t, "%sAVX512 without AVX (bit 2)", comma);
		add(f, "%sset bit 2, or none of bits 5, 6, 7", fix_comma);
	}
}

void field_words(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		 const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	switch (v->reason) {
	case TDXCPUID_ATTRIBUTES:
		attribute_words(host, v, t, f);
		break;
	case TDXCPUID_XFAM:
		if (v->layer != TDXCPUID_LAYER_KVM) {
			combination_words(host, v, t, f);
			break;
		}
		add(t, "xfam 0x%llx: KVM or this CPU does not support ",
		    (unsigned long long)v->requested);
		add_field(t, TDXCPUID_FIELD_XFAM, v->mask);
		add(f, "keep to supported_xfam of KVM_TDX_CAPABILITIES, 0x%llx: clear 0x%llx",
		    (unsigned long long)host->supported_xfam, (unsigned long long)v->mask);
		break;
	case TDXCPUID_TSC:
		add(t,
		    "a TSC frequency of %llu kHz is outside the 100 MHz to 10 GHz of the TDX module",
		    request && request->tsc_khz ? request->tsc_khz :
						  (unsigned long long)v->requested * 25000);
		add(f, "set another frequency with KVM_SET_TSC_KHZ on the VM");
		break;
	default:
		break;
	}
}
