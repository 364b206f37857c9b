/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the library share; nobody else includes it. */
#ifndef LIB_INTERNAL_H
#define LIB_INTERNAL_H

/* All that the public header declares is exported, and nothing else. */
#pragma GCC visibility push(default)
#include <tdxcpuid.h>
#pragma GCC visibility pop

#include "../include/linux-names.h"
#include "../kvm/kvm_tdx.h"

/* A built-in module or CPU is that of module/; these begin with one. */
struct made_module {
	struct tdx_module m;
	struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	struct tdx_xfam_mask *xfam_mask;
	char *version;
};

static inline const struct tdx_module *module_of(const struct tdxcpuid_module *module)
{
	return (const struct tdx_module *)module;
}

static inline const struct tdx_native *native_of(const struct tdxcpuid_cpu *cpu)
{
	return (const struct tdx_native *)cpu;
}

/* What is configurable is not fixed: makes up its mind about slot @k. */
void module_unfix_slot(struct made_module *module, u32 k);
/* The entry of exactly this leaf and subleaf, or NULL. */
const struct tdx_module_entry *find_entry(const struct tdx_module *m, u32 leaf, u32 subleaf);
/*
 * The bits that a TD has at 1.  Verified bits are native, but the module does not
 * start on a CPU that has them otherwise.
 */
u32 fixed1_mask(const struct tdx_module_entry *e, int reg);

struct tdxcpuid_host {
	struct kvm_tdx_host kvm;
	bool model;
	/* Known by capabilities: which of the following stand for something unknown. */
	const struct tdxcpuid_module *module;
	const struct tdxcpuid_cpu *cpu;
	enum tdxcpuid_known gpaw52;
	u32 tsc_khz;
	u32 allowed[TDXCPUID_MAX_SLOTS][4];   /* by the allowlist */
	u32 numbers[TDXCPUID_MAX_SLOTS][4];   /* tdxcpuid_value_mask() */
	u32 fixed1[TDXCPUID_MAX_SLOTS][4];    /* bits of TDXCPUID_CLASS_FIXED1 */
	u32 droppable[TDXCPUID_MAX_SLOTS][4]; /* a module that is not known may drop these */
	struct kvm_cpuid_entry2 caps[TDXCPUID_MAX_SLOTS];
	struct made_module made; /* the module of a host known by capabilities */
};

/* Fill in what does not change from one request to the next. */
void describe_slots(struct tdxcpuid_host *host);

/*
 * What is wrong and why, in @text, and what to do, in @fix.  For
 * TDXCPUID_INCONSISTENT, TDXCPUID_HIDDEN and TDXCPUID_MISSING, @host may be
 * NULL, @request always.
 */
void violation_words(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		     const struct tdxcpuid_violation *v, char text[TDXCPUID_TEXT_MAX],
		     char fix[TDXCPUID_TEXT_MAX]);

/* Names of bits: upper and lower case, '-' and '_' make no difference. */
bool same_name(const char *a, const char *b);
/* Whether @name begins with @start, but for upper and lower case. */
bool same_start(const char *name, const char *start);

bool find_name(const char *name, struct tdxcpuid_bit *bit);
/* notation.c: as Linux, QEMU and Intel's manual write it. */
bool parse_notation(const char *text, struct tdxcpuid_bit *bit);
/* A number at *@text, in hex with or without 0x, or in decimal; a register. */
bool parse_number(const char **text, u32 base, u32 *number);
bool parse_register(const char **text, int *reg);

/* The XFAM bits that a TD has all or none of, with @bit among them, and their name or NULL. */
u64 xfam_group(u32 bit, const char **name);
/* Appends why a CPU has only @bits of physical address, and what to do. */
void narrow_words(char *text, size_t size, u32 bits);
/* The bits of physical address that a CPU reports. */
u32 cpu_width(const struct tdx_native *cpu);
/* Appends what the modules want of a leaf at TDH.SYS.INIT, if anything. */
void wanted_words(char *text, size_t size, u32 leaf, u32 subleaf);

/* Those of a field, added. */
struct text;
void field_words(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		 const struct tdxcpuid_violation *v, struct text *t, struct text *f);

/* Whether KVM has opted in to the bit, and has it in ordinary VMs as well. */
bool is_ordinary(const struct tdxcpuid_bit *bit);

/* False for what is no bit of any register. */
static inline bool is_bit(const struct tdxcpuid_bit *bit)
{
	return bit->reg >= 0 && bit->reg < 4 && bit->bit >= 0 && bit->bit < 32;
}

/*
 * Structures that carry their size: copy what caller and library both know.
 * False if there is none, or if its size is none.
 */
bool copy_in(void *to, size_t room, const void *from);
void copy_out(void *to, const void *from, size_t size);

#endif
