/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What SEV-SNP firmware does with the CPUID page of a guest (SNP_LAUNCH_UPDATE,
 * PAGE_TYPE_CPUID), as far as public documents tell: docs/psp.md.
 *
 * Each rule names where it stands.  What no document tells is SNP_UNKNOWN, is
 * taken as it is, and is reported, so that nobody takes it for accepted.
 */
#ifndef SNP_CPUID_H
#define SNP_CPUID_H

#include <linux/types.h>

#define SNP_CPUID_MAX	  64	      /* entries that firmware takes */
#define SNP_ANY		  0xffffffffU /* a subleaf: the function does not depend on ECX */
#define SNP_SUCCESS	  0U
#define SNP_INVALID_PARAM 0x16U

enum snp_reg { SNP_EAX, SNP_EBX, SNP_ECX, SNP_EDX };

struct snp_cpuid_fn {
	u32 eax_in;
	u32 ecx_in;
	u64 xcr0_in;
	u64 xss_in;
	u32 reg[4];
	u64 reserved;
};

struct snp_cpuid_page {
	u32 count;
	u32 reserved1;
	u64 reserved2;
	struct snp_cpuid_fn fn[SNP_CPUID_MAX];
	u8 rest[1008];
};

/* How a register is checked against the platform's. */
enum snp_class {
	SNP_UNKNOWN,
	SNP_UNCHECKED,
	SNP_STRICT,  /* equal */
	SNP_BITMASK, /* no bit that the platform does not have */
	SNP_AT_MOST, /* no larger number */
};

struct snp_rule {
	u32 leaf;
	u32 subleaf;	    /* SNP_ANY: every one */
	u8 reg;		    /* enum snp_reg */
	u8 rule;	    /* enum snp_class */
	u8 observed;	    /* seen in a public report, stands in no document */
	u8 zeroed;	    /* observed: all of the register comes back as 0 */
	u32 mask;	    /* the bits that it is about */
	u32 model;	    /* 1.EAX without stepping of the only CPU it is told of, or 0 */
	const char *source; /* an anchor of docs/psp.md */
};

/* The machine. */
struct snp_platform {
	void (*cpuid)(const struct snp_platform *self, u32 leaf, u32 subleaf, u32 reg[4]);
};

enum snp_finding_kind {
	SNP_BAD_COUNT,	  /* refused, and nothing is corrected */
	SNP_BAD_RESERVED, /* likewise */
	SNP_BAD_VALUE,	  /* refused and corrected */
	SNP_NO_RULE,	  /* no document tells what firmware does with it */
};

struct snp_finding {
	enum snp_finding_kind kind;
	u32 entry;
	int reg; /* enum snp_reg; -1: the entry's reserved word */
	u32 mask;
	u32 provided;		     /* the register */
	u32 expected;		     /* what firmware makes of it */
	const struct snp_rule *rule; /* of SNP_BAD_VALUE */
};

struct snp_findings {
	void (*found)(struct snp_findings *self, const struct snp_finding *finding);
};

/*
 * SNP_LAUNCH_UPDATE of a CPUID page: SNP_SUCCESS, or SNP_INVALID_PARAM with @page
 * corrected as far as firmware does.  @platform NULL: nothing is known of the
 * machine, and all that depends on it is SNP_NO_RULE.  @findings may be NULL.
 */
u32 snp_check_cpuid_page(struct snp_cpuid_page *page, const struct snp_platform *platform,
			 struct snp_findings *findings);

/* Rule @n, from 0, of single registers; NULL behind the last. */
const struct snp_rule *snp_rule_nth(u32 n);
/* What firmware makes of the rule's bits of @value; the same if it takes them. */
u32 snp_rule_expected(const struct snp_rule *rule, u32 value, u32 host);
/* Leaves that firmware checks: outside it takes everything. */
bool snp_leaf_checked(u32 leaf);
/* Whether the leaf is known to be in firmware's table; one that is not must be 0. */
bool snp_leaf_listed(u32 leaf);
/* Whether the function depends on ECX. */
bool snp_leaf_indexed(u32 leaf);

#endif
