// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is wrong with the CPUID page of an SEV-SNP guest, and with a vCPU beside it. */
#include <string.h>

#include "words.h"

static const char *const names[] = { "eax", "ebx", "ecx", "edx" };

/* Which rule of the firmware the bits break. */
static const struct snp_rule *rule_of(const struct tdxcpuid_violation *v)
{
	const struct snp_rule *rule;

	for (u32 n = 0; (rule = snp_rule_nth(n)); n++) {
		if (rule->leaf == v->leaf && rule->reg == v->reg &&
		    (rule->subleaf == SNP_ANY || rule->subleaf == v->subleaf) &&
		    (rule->mask & v->mask) == v->mask)
			break;
	}
	return rule;
}

static void value_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	const struct snp_rule *rule = rule_of(v);

	add(t, rule->rule == SNP_STRICT ? "the firmware wants " :
					  "the firmware takes no bit that the CPU does not have: ");
	if (rule->rule == SNP_STRICT)
		add(t, "0x%x here, as the CPU has it: ", (u32)v->effective & rule->mask);
	add_bits(t, v);
	add(t, "; 0x%x comes back as 0x%x (docs/psp.md, %s%s)", (u32)v->requested,
	    (u32)v->effective, rule->source, rule->observed || rule->zeroed ? ", observed" : "");
	add(f, "clear 0x%x in ", (u32)v->mask);
	add_place(f, v->leaf, v->subleaf, v->reg);
	add(f, " of the page; the vCPU may keep it");
}

static void page_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	switch ((enum kvm_snp_rule)v->rule) {
	case KVM_SNP_COUNT:
		add(t, "count %u: the firmware takes at most %u entries, and corrects nothing",
		    (u32)v->requested, SNP_CPUID_MAX);
		add(f, "leave out leaves that are all zeros, and paravirtual ones");
		break;
	case KVM_SNP_RESERVED:
		add(t, "reserved words behind count are not 0: the firmware refuses the page, and "
		       "corrects nothing");
		add(f, "set bytes 4 to 15 to 0");
		break;
	case KVM_SNP_NO_RULE:
		if (v->reg < 0)
			add(t, "no public document tells what the firmware does with the reserved "
			       "word of an entry");
		else
			add(t, "no public document tells what the firmware does with 0x%x",
			    (u32)v->requested);
		break;
	case KVM_SNP_NO_ENTRIES:
		add(t, "the page is empty: count is 0, and the guest reads zeros from every leaf");
		break;
	case KVM_SNP_PADDING:
		add(t,
		    "%u entries from entry %d on are all zeros: for the firmware and the guest they are "
		    "no padding but more entries for leaf 0; count should be %u",
		    (u32)v->requested, v->entry, (u32)v->effective);
		break;
	case KVM_SNP_SECOND:
		add(t, "entry %d is a second one for ", v->entry);
		add_place(t, v->leaf, v->subleaf, -1);
		add(t, ": the guest uses the first");
		break;
	default:
		add(t,
		    "leaf 0 spells a vendor only with %s and %s exchanged: the entries have them "
		    "in the wrong order",
		    names[v->requested], names[v->effective]);
		break;
	}
}

static void more_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	add(t, "the page shows ");
	add_bits(t, v);
	add(t, " (0x%x), which KVM would not be told%s", (u32)v->mask,
	    v->entry < 0 ? ": there is no entry" : "");
	add(f, "clear 0x%x in ", (u32)v->mask);
	add_place(f, v->leaf, v->subleaf, v->reg);
	add(f, " of the page, or tell KVM");
}

static void different_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	const char *what = v->leaf == 0x0	 ? "the vendor" :
			   v->leaf == 0x1	 ? "family, model and stepping" :
			   v->leaf == 0x80000008 ? "the width of physical addresses" :
						   "the C-bit";

	add(t, "%s: the page has 0x%x, KVM would be told 0x%x%s", what, (u32)v->effective,
	    (u32)v->requested, v->entry < 0 ? " (there is no entry)" : "");
	add(f, "make them equal");
}

static void vcpu_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	switch ((enum kvm_snp_rule)v->rule) {
	case KVM_SNP_NOT_IN_PAGE:
		add(t, "the page has no entry for ");
		add_place(t, v->leaf, v->subleaf, -1);
		add(t, ": the guest reads 0 from it");
		if (v->reg >= 0) {
			add(t, ", KVM would be told ");
			add_bits(t, v);
		}
		add(f, "add it to the page");
		break;
	case KVM_SNP_NOT_IN_VCPU:
		add(t, "no entry for ");
		add_place(t, v->leaf, v->subleaf, -1);
		add(t, ", which the page has");
		add(f, "add the entry as the page has it");
		break;
	case KVM_SNP_EMPTY:
		add(t,
		    "the page is empty: count is 0, so that the guest reads zeros from every leaf");
		add(f, "fill the page before SNP_LAUNCH_UPDATE; afterwards it is encrypted");
		break;
	case KVM_SNP_EXCHANGED:
		add(t, "%s and %s of every entry of the page are exchanged", names[v->requested],
		    names[v->effective]);
		add(f, "the order is eax, ebx, ecx, edx, as in struct kvm_cpuid_entry2");
		break;
	case KVM_SNP_NOT_COMPARED:
		add(t, "the page has 0x%x, KVM would be told 0x%x; %s: not compared",
		    (u32)v->effective, (u32)v->requested, kvm_snp_kind_of_leaf(v->leaf));
		break;
	case KVM_SNP_ABSENT:
		add(t, "the page has no entry for ");
		add_place(t, v->leaf, v->subleaf, -1);
		add(t, ": the guest reads 0 from it");
		break;
	default:
		add(t, "KVM would not be told of ");
		add_place(t, v->leaf, v->subleaf, -1);
		add(t, ", which the page has");
		break;
	}
}

void snp_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	if (v->rule == KVM_SNP_VALUE)
		value_words(v, t, f);
	else if (v->rule < KVM_SNP_MORE)
		page_words(v, t, f);
	else if (v->rule == KVM_SNP_MORE)
		more_words(v, t, f);
	else if (v->rule == KVM_SNP_DIFFERENT)
		different_words(v, t, f);
	else
		vcpu_words(v, t, f);
}
