/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * libtdxcpuid: which CPUID bits KVM lets a VMM configure for an Intel TDX guest,
 * whether KVM_TDX_INIT_VM accepts a request, and why not.
 *
 * The rules are those of the kernel's allowlist (policy/, the same code) and of
 * the TDX module's published source (module/).  docs/library.md shows the way of
 * a VMM through this header.
 *
 * Conventions, for all functions:
 * - An int that is returned is 0, or a negative errno.  -ENOMEM is possible
 *   wherever something is made; it is not repeated below.
 * - The library prints nothing, keeps no global state and calls back nobody.
 *   Hosts, modules and CPUs do not change once they are made: any number of
 *   threads may use one.  An answer belongs to one thread at a time.
 * - Structures that the caller fills begin with their size; what is beyond it
 *   is taken as 0.  Structures that the library hands out end in reserved room.
 * - -EINVAL is also the answer to a list that is NULL with a count, to a
 *   structure whose size is 0 or no version's, and to a number that is none of
 *   its enumeration; it is repeated only where there is more to it.  Functions
 *   that return no errno treat such a thing like one that does not exist.
 * - Strings are UTF-8 (in fact ASCII), without line breaks, never NULL unless said.
 * - NULL is a valid argument of every _free().
 */
#ifndef TDXCPUID_H
#define TDXCPUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/kvm.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of this header, major << 16 | minor << 8 | patch. */
#define TDXCPUID_VERSION 0x000100U
/**
 * That of the library that is there, in the same form: what a header of a later
 * version declares, it may lack.
 */
uint32_t tdxcpuid_version(void);

/** Subleaf of a leaf that has none. */
#define TDXCPUID_NO_SUBLEAF 0xffffffffU
/** No entry, slot or register. */
#define TDXCPUID_NOWHERE (-1)
/** Slots (CPUID_CONFIG entries) that a TDX module has at most. */
#define TDXCPUID_MAX_SLOTS 48
/** Entries that KVM takes at most (KVM_MAX_CPUID_ENTRIES). */
#define TDXCPUID_MAX_ENTRIES 256
/** The module where none is named: the newest of the line that its vendor supports. */
#define TDXCPUID_DEFAULT_MODULE "1.5.34"
/** The CPU where none is named. */
#define TDXCPUID_DEFAULT_CPU "spr"
/** Entries of a TDX module's look-up at most. */
#define TDXCPUID_MAX_LOOKUP 128

/** A register of a CPUID leaf. */
enum tdxcpuid_reg { TDXCPUID_EAX, TDXCPUID_EBX, TDXCPUID_ECX, TDXCPUID_EDX };

/** Which KVM judges. */
enum tdxcpuid_policy {
	TDXCPUID_ALLOWLIST, /**< the allowlist, as proposed for Linux */
	TDXCPUID_LINUX_7_3, /**< Linux 7.3's denylist, defects included */
	TDXCPUID_NONE,	    /**< 7.3 without its denylist */
};

/** Who refuses. */
enum tdxcpuid_layer {
	TDXCPUID_LAYER_REQUEST, /**< nobody needs to look at the bits: the list is malformed */
	TDXCPUID_LAYER_KVM,
	TDXCPUID_LAYER_MODULE,
	TDXCPUID_LAYER_PSP, /**< firmware of SEV-SNP */
};

/** Why a request or a vCPU's CPUID is refused. */
enum tdxcpuid_reason {
	TDXCPUID_MALFORMED,	   /**< too many entries, or one that fills several slots */
	TDXCPUID_ATTRIBUTES,	   /**< attributes outside of what KVM or the module supports */
	TDXCPUID_XFAM,		   /**< the same of XFAM, or components that go together */
	TDXCPUID_GPAW,		   /**< 0x80000008.EAX[23:16] is not 48, or 52 with 5-level EPT */
	TDXCPUID_GPAW_MISSING,	   /**< no entry for 0x80000008 */
	TDXCPUID_TSC,		   /**< TSC frequency out of the module's range */
	TDXCPUID_DUPLICATE,	   /**< a second entry for a slot */
	TDXCPUID_NO_SLOT,	   /**< an entry for what the module does not let configure */
	TDXCPUID_PV_LEAF,	   /**< the same, of a hypervisor's leaf 0x4.. */
	TDXCPUID_DENIED,	   /**< bits that KVM has not opted in to */
	TDXCPUID_NOT_CONFIGURABLE, /**< bits that the module does not let a VMM set */
	TDXCPUID_VALUE,		   /**< a number that breaks a rule of the module */
	TDXCPUID_INCONSISTENT,	   /**< KVM_SET_CPUID2 says otherwise than the TD */
	TDXCPUID_MISSING,	   /**< KVM_SET_CPUID2 lacks an entry that INIT_VM had */
	TDXCPUID_HIDDEN,	   /**< as INCONSISTENT, of a bit that KVM does not report */
	TDXCPUID_FIRMWARE,	   /**< a CPUID page that SEV-SNP firmware refuses */
};

/** What became of bits, and why. */
enum tdxcpuid_why {
	TDXCPUID_NOT_NATIVE,	/**< 0: this CPU does not have it */
	TDXCPUID_NO_XFAM,	/**< 0: its XFAM component is not requested */
	TDXCPUID_NO_ATTRIBUTE,	/**< 0: its attribute is not requested */
	TDXCPUID_FIXED0,	/**< 0: the module keeps it so, or sets the value itself */
	TDXCPUID_FIXED1,	/**< 1: the module keeps it so */
	TDXCPUID_NATIVE,	/**< 1: the module passes on what the CPU has */
	TDXCPUID_NOT_REQUESTED, /**< 0: configurable, but not in the request */
	TDXCPUID_WHY_DENIED,	/**< KVM has not opted in to it */
	TDXCPUID_LABEL,		/**< 0: Linux 7.3 takes another entry for the slot */
};

/** How a TDX module treats a bit. */
enum tdxcpuid_class {
	TDXCPUID_CLASS_ABSENT, /**< the module does not know the leaf: 0 */
	TDXCPUID_CLASS_NATIVE, /**< as the CPU has it */
	TDXCPUID_CLASS_FIXED0,
	TDXCPUID_CLASS_FIXED1,
	TDXCPUID_CLASS_CONFIG, /**< configurable, taken as given */
	TDXCPUID_CLASS_ALLOW,  /**< configurable, ANDed with native */
};

/* ---- names ---------------------------------------------------------------- */

/** One bit of CPUID. */
struct tdxcpuid_bit {
	uint32_t leaf;
	uint32_t subleaf; /**< TDXCPUID_NO_SUBLEAF if the leaf has none */
	int32_t reg;	  /**< enum tdxcpuid_reg */
	int32_t bit;	  /**< 0 to 31 */
};

/** Room that any name of a bit fits in, with its NUL. */
#define TDXCPUID_NAME_MAX 32
/** Room that the longest text of this library fits in, with its NUL. */
#define TDXCPUID_TEXT_MAX 1024

/**
 * The name of @bit, written to @name: Linux's (X86_FEATURE_*, in lower case), or
 * its spelling, "7.0.ecx.9" or "1.ecx.10" (leaf and subleaf in hex, bit in
 * decimal), if Linux has none.  Returns @name.
 */
const char *tdxcpuid_bit_name(const struct tdxcpuid_bit *bit, char name[TDXCPUID_NAME_MAX]);

/**
 * Alias number @n, from 0, of @bit: what QEMU or /proc/cpuinfo call it.  NULL
 * behind the last one.  The string is the library's and lasts.
 */
const char *tdxcpuid_bit_alias(const struct tdxcpuid_bit *bit, uint32_t n);

/**
 * Find a bit by name, alias or spelling and store it in *@bit.  Upper and lower
 * case, '-' and '_' make no difference.  So are found what Linux ("X86_FEATURE_PKS"),
 * QEMU ("CPUID[eax=07h,ecx=01h].EDX.avx10 [bit 19]") and Intel's manual
 * ("CPUID.(EAX=07H,ECX=0):ECX[5]") write, where name and place do not contradict
 * each other.  False, and *@bit is undefined, if there is no such bit.
 */
bool tdxcpuid_bit_find(const char *name, struct tdxcpuid_bit *bit);

/** Bit @n, from 0, of the named ones, in the order of leaves; false behind the last. */
bool tdxcpuid_bit_nth(uint32_t n, struct tdxcpuid_bit *bit);

/** The allowlist's verdict on a bit, and its words. */
struct tdxcpuid_bit_verdict {
	bool listed;  /**< the bit has a row in policy/tdx_cpuid_bits.h */
	bool value;   /**< it belongs to a number, which the TDX module judges */
	bool allowed; /**< KVM has opted in, or value */
	uint8_t reserved[5];
	const char *reason; /**< why, without full stop */
	const char *source; /**< on what that rests */
};

/**
 * The allowlist's verdict on @bit.  A bit without row is denied; that holds for
 * any leaf and subleaf, register and number.  The source of the rule is policy/tdx_cpuid_bits.h.
 */
void tdxcpuid_bit_verdict(const struct tdxcpuid_bit *bit, struct tdxcpuid_bit_verdict *verdict);

/**
 * The bits of a register that make up numbers rather than features: all of
 * 0x1.EAX, 0x1.EBX, 0x4, 0x18, 0x1f (value registers of the policy) and of
 * 0x7.0.EAX and 0x80000008.EAX.
 */
uint32_t tdxcpuid_value_mask(uint32_t leaf, uint32_t subleaf, int32_t reg);

/** Whether the index of an entry of this leaf is significant, by KVM's own list. */
bool tdxcpuid_leaf_indexed(uint32_t leaf);

/** Fields of TD_PARAMS whose bits have names. */
enum tdxcpuid_field {
	TDXCPUID_FIELD_ATTRIBUTES,
	TDXCPUID_FIELD_XFAM,
};

/** "attributes" or "xfam". */
const char *tdxcpuid_field_name(enum tdxcpuid_field field);
/** What bit @bit of @field is called, such as "PERFMON" or "XTILEDATA"; NULL if it has no name. */
const char *tdxcpuid_field_bit_name(enum tdxcpuid_field field, uint32_t bit);
/** What bit @bit of @field is for: "a PMU in the guest"; NULL if there is nothing to say. */
const char *tdxcpuid_field_use(enum tdxcpuid_field field, uint32_t bit);
/**
 * Find a bit of ATTRIBUTES or XFAM: by its name, with the field in front or not
 * ("perfmon", "attributes.perfmon"), by its number ("xfam.17"), or all bits of XFAM that
 * go together ("amx").  False if there is no such thing.
 */
bool tdxcpuid_field_find(const char *name, enum tdxcpuid_field *field, uint64_t *mask);
/** The bits of @mask by name and number: "AVX512 (bits 5, 6, 7), PKRU (bit 9)"; "none" of 0. */
void tdxcpuid_field_text(enum tdxcpuid_field field, uint64_t mask, char text[TDXCPUID_TEXT_MAX]);

/** "eax" to "edx". */
const char *tdxcpuid_reg_name(int32_t reg);
/** "request", "kvm", "module" or "psp". */
const char *tdxcpuid_layer_name(enum tdxcpuid_layer layer);
/** "denied", "no-slot" and so on: the reasons of `tdxcpuid check --json`. */
const char *tdxcpuid_reason_name(enum tdxcpuid_reason reason);
/** "not-native", "fixed1" and so on. */
const char *tdxcpuid_why_name(enum tdxcpuid_why why);
/** "absent", "native", "fixed0", "fixed1", "config" or "allow". */
const char *tdxcpuid_class_name(enum tdxcpuid_class bit_class);
/** "allowlist", "linux-7.3" or "none". */
const char *tdxcpuid_policy_name(enum tdxcpuid_policy policy);
/** Find a policy by that name and store it in *@policy; false if there is none. */
bool tdxcpuid_policy_find(const char *name, enum tdxcpuid_policy *policy);

/**
 * One line on the completion status of a SEAMCALL, such as the hw_error of
 * KVM_TDX_INIT_VM: its name and meaning, cut at TDXCPUID_TEXT_MAX.  @rcx, where
 * known, names the leaf at fault; KVM does not pass it on.  The names are those
 * of the TDX module's published interface.
 */
void tdxcpuid_status_text(uint64_t status, bool has_rcx, uint64_t rcx,
			  char text[TDXCPUID_TEXT_MAX]);

/** tdxcpuid_status.known */
enum { TDXCPUID_KNOWN_RCX = 1, TDXCPUID_KNOWN_RDX = 2 };

/** A status, and what came with it. */
struct tdxcpuid_status {
	uint32_t size;	 /**< sizeof(struct tdxcpuid_status) */
	uint32_t known;	 /**< which registers are: TDXCPUID_KNOWN_RCX, TDXCPUID_KNOWN_RDX */
	uint64_t status; /**< RAX of the SEAMCALL, or the hw_error of an ioctl */
	uint64_t rcx;
	uint64_t rdx;
	int32_t error; /**< the negative errno of the ioctl; 0: not known */
	uint32_t pad;
};

/**
 * The same with all that is known beside it, for someone who has nothing but the numbers of a
 * log: says also what 0 beside an errno means, and of what half a status is the half.
 * -EINVAL: @status is NULL, has no such size, or a positive errno; then @text is empty.
 */
int tdxcpuid_status_words(const struct tdxcpuid_status *status, char text[TDXCPUID_TEXT_MAX]);

/** "TDX_OPERAND_INVALID": what the headers of the TDX module or Linux call @status, or NULL. */
const char *tdxcpuid_status_name(uint64_t status);

/**
 * The errno that KVM_TDX_INIT_VM makes of a status of TDH.MNG.INIT: 0 of success;
 * -EINVAL is the VMM's fault and comes with the status in hw_error; -EIO is KVM's
 * own: hw_error is 0, KVM WARNs on the host and the VM is dead.
 */
int tdxcpuid_status_error(enum tdxcpuid_policy policy, uint64_t status);

/* ---- TDX modules ---------------------------------------------------------- */

/** A version of the TDX module.  Built-in ones last; see tdxcpuid_module_new(). */
struct tdxcpuid_module;

/** One entry of a module's CPUID look-up; masks are indexed by enum tdxcpuid_reg. */
struct tdxcpuid_module_entry {
	uint32_t leaf;
	uint32_t subleaf;	   /**< TDXCPUID_NO_SUBLEAF if the leaf has none */
	uint32_t fixed0[4];	   /**< 0 in the TD, or set by the module itself */
	uint32_t fixed1[4];	   /**< 1 in the TD */
	uint32_t config_direct[4]; /**< configurable, taken as given */
	uint32_t allow_direct[4];  /**< configurable, ANDed with native */
	uint32_t verify_mask[4];   /**< the module wants (native & mask) == value */
	uint32_t verify_value[4];
	int32_t slot;	   /**< out: index in CPUID_CONFIG, or TDXCPUID_NOWHERE */
	uint32_t faulting; /**< 1: CPUID of this leaf is #VE or #GP in the TD */
};

/** CPUID bits that a TD loses when it lacks any of the components in @xfam. */
struct tdxcpuid_xfam_mask {
	uint32_t leaf;
	uint32_t subleaf;
	uint32_t xfam;
	uint32_t clear[4];
};

/** A module in figures.  Out of tdxcpuid_module_describe(), in to tdxcpuid_module_new(). */
struct tdxcpuid_module_desc {
	uint32_t size; /**< sizeof(struct tdxcpuid_module_desc) */
	uint32_t nr_slots;
	const char *version;		 /**< "1.5.34" */
	const char *source;		 /**< out: where the figures come from */
	uint64_t features0;		 /**< TDX_FEATURES0 */
	uint64_t attributes_fixed0;	 /**< the attributes that a TD may have */
	uint64_t attributes_conditional; /**< those of them that depend on the CPU */
	uint64_t attributes_fixed1;	 /**< the attributes that a TD must have */
	uint64_t xfam_fixed0;
	uint64_t xfam_fixed1;
	uint64_t config_flags_fixed0;
	uint32_t rules;		/**< out: the version modelled, major << 16 | minor << 8 | update */
	uint32_t executed;	/**< out: 1: checked against the vendor's code, run */
	uint32_t preproduction; /**< out: 1: carries pre-production interfaces */
	/**
	 * The CPUID_CONFIG entries in order, at most TDXCPUID_MAX_SLOTS: leaf,
	 * subleaf, config_direct and allow_direct are used.  In: NULL for the
	 * base's.  Out: NULL, see tdxcpuid_module_entry().
	 */
	const struct tdxcpuid_module_entry *slots;
	/**
	 * The look-up, at most TDXCPUID_MAX_LOOKUP, and the XFAM masks.  In: NULL
	 * for the base's.  Out: NULL.
	 */
	const struct tdxcpuid_module_entry *lookup;
	const struct tdxcpuid_xfam_mask *xfam_mask;
	uint32_t nr_lookup;
	uint32_t nr_xfam_mask;
	/**
	 * out: "1.5.16" of a version without published source: the nearest one below it,
	 * whose figures stand in.  Say so in what is made of it.  NULL: they are its own.
	 */
	const char *judged_as;
};

/** A release of the TDX module. */
struct tdxcpuid_release {
	const char *version;   /**< "1.5.20"; lasts, as the next */
	const char *judged_as; /**< as in struct tdxcpuid_module_desc */
	uint32_t build_num;    /**< what dmesg calls build_num; 0: not known, as the next */
	uint32_t build_date;   /**< 20250531 */
	uint64_t reserved[4];
};

/** Built-in module @n, from 0, oldest first within a line; NULL behind the last. */
const struct tdxcpuid_module *tdxcpuid_module_nth(uint32_t n);
/** A built-in module by its version, or NULL. */
const struct tdxcpuid_module *tdxcpuid_module_find(const char *version);
/** Whether @text has the form of a version, "1.5.34", built in or not. */
bool tdxcpuid_module_is_version(const char *text);

/**
 * Release @n, from 0, oldest first within a line, with published source or without; false
 * behind the last.  The source is the vendor's release notes.
 */
bool tdxcpuid_release_nth(uint32_t n, struct tdxcpuid_release *release);

/**
 * The module that a host names: a version ("1.5.05", "1.5.05.46.698"), the vendor's tag
 * ("TDX_1.5.06"), or a line of a log that has a version, or a build_num that
 * tdxcpuid_release_nth() knows.  One without published source is judged as the nearest below
 * it in its line, 1.5 or 2.0: tdxcpuid_module_desc.judged_as says so.  *@module is the
 * caller's, to be freed after the hosts that are made of it.
 *
 * -ENOENT: @text names no module; -ERANGE: there is no version of its line that is not above
 * it, or it is no version; -ENXIO: the build is of no known release, or not of that version.
 */
int tdxcpuid_module_parse(const char *text, struct tdxcpuid_module **module);

/** The module's version, "1.5.34"; the string lasts as long as @module. */
const char *tdxcpuid_module_version(const struct tdxcpuid_module *module);

/** Fill @desc, whose size the caller sets; strings last as long as @module. */
void tdxcpuid_module_describe(const struct tdxcpuid_module *module,
			      struct tdxcpuid_module_desc *desc);

/** Entry @i, from 0, of the module's look-up; false behind the last. */
bool tdxcpuid_module_entry(const struct tdxcpuid_module *module, uint32_t i,
			   struct tdxcpuid_module_entry *entry);
/** The entry of CPUID_CONFIG slot @k, from 0; false behind the last. */
bool tdxcpuid_module_slot(const struct tdxcpuid_module *module, uint32_t k,
			  struct tdxcpuid_module_entry *entry);

/** How the module treats @bit. */
enum tdxcpuid_class tdxcpuid_module_class(const struct tdxcpuid_module *module,
					  const struct tdxcpuid_bit *bit);

/**
 * Make a module that is not built in: the figures of @desc, and whatever it
 * leaves NULL from @base (NULL: TDXCPUID_DEFAULT_MODULE).  Within a slot
 * configurable bits win over fixed ones; a slot that the look-up lacks has no
 * fixed bits.  All of @desc is copied.  *@module is the caller's, to be freed
 * after the hosts that are made of it.
 *
 * -EINVAL: @desc has no version, or another number of slots than @base and no
 * list of them; -ENOTUNIQ: lookup[*@bad] repeats a leaf and
 * subleaf; -EEXIST: slots[*@bad] does; -EBADSLT: slots[*@bad] has a subleaf and
 * another slot of the leaf has none, or the other way round; -ENOSPC:
 * slots[*@bad] is one too many; -E2BIG: one of the lists is too long; -ENODATA:
 * the look-up lacks leaf *@bad, 0 or 0x80000000, without subleaf, or marks it
 * faulting, so that KVM_TDX_GET_CPUID would fail for every TD.
 */
int tdxcpuid_module_new(const struct tdxcpuid_module *base, const struct tdxcpuid_module_desc *desc,
			struct tdxcpuid_module **module, uint32_t *bad);
/** Free a module that tdxcpuid_module_new() made. */
void tdxcpuid_module_free(struct tdxcpuid_module *module);

/* ---- CPUs ----------------------------------------------------------------- */

/** The native CPUID of a CPU.  Built-in profiles last; see tdxcpuid_cpu_new(). */
struct tdxcpuid_cpu;

/** Where a CPU's figures come from.  Out of tdxcpuid_cpu_describe(). */
struct tdxcpuid_cpu_desc {
	uint32_t size; /**< sizeof(struct tdxcpuid_cpu_desc) */
	uint32_t
		synthetic; /**< 1: invented, built in or written down; no machine answers like it */
	const char *description; /**< NULL: not built in */
	const char *source;	 /**< the dump of a built-in machine, or NULL */
	/**
	 * The line of TDX modules that is shipped for this model of CPU, "1.5" or
	 * "2.0"; NULL: no document is known that names one (docs/cpus.md).
	 */
	const char *module_line;
};

/** One answer of the CPUID instruction. */
struct tdxcpuid_leaf {
	uint32_t leaf;
	uint32_t subleaf; /**< TDXCPUID_NO_SUBLEAF: the answer for every ECX */
	uint32_t reg[4];  /**< by enum tdxcpuid_reg */
};

/** Built-in profile @n, from 0; NULL behind the last. */
const struct tdxcpuid_cpu *tdxcpuid_cpu_nth(uint32_t n);
/**
 * A built-in profile by name, or NULL.  "spr", "emr" and "gnr" are machines; the
 * synthetic ones are called "synthetic-NAME", or NAME where no machine is.
 */
const struct tdxcpuid_cpu *tdxcpuid_cpu_find(const char *name);
/** The name of a CPU; the string lasts as long as @cpu. */
const char *tdxcpuid_cpu_name(const struct tdxcpuid_cpu *cpu);
/** Fill @desc, whose size the caller sets; strings last as long as @cpu. */
void tdxcpuid_cpu_describe(const struct tdxcpuid_cpu *cpu, struct tdxcpuid_cpu_desc *desc);
/**
 * What the CPU answers to CPUID; zeros for what the profile does not have, but
 * behind the last level of 0xb and 0x1f the level and the x2APIC id.
 */
void tdxcpuid_cpu_cpuid(const struct tdxcpuid_cpu *cpu, uint32_t leaf, uint32_t subleaf,
			uint32_t reg[4]);
/** Answer @n, from 0, that the CPU is made of, stored in *@leaf; false behind the last. */
bool tdxcpuid_cpu_leaf(const struct tdxcpuid_cpu *cpu, uint32_t n, struct tdxcpuid_leaf *leaf);
/** The CPU's IA32_ARCH_CAPABILITIES, 0 if unknown. */
uint64_t tdxcpuid_cpu_arch_capabilities(const struct tdxcpuid_cpu *cpu);

/**
 * Make a CPU of @nr answers of CPUID, and of its IA32_ARCH_CAPABILITIES, which
 * decides about TSX only (0 if unknown).  @name and @leaves are copied.  *@cpu is
 * the caller's, to be freed after the hosts that are made of it.
 * -EINVAL: no @name, or no @leaves though @nr is not 0.
 */
int tdxcpuid_cpu_new(const char *name, const struct tdxcpuid_leaf *leaves, uint32_t nr,
		     uint64_t arch_capabilities, struct tdxcpuid_cpu **cpu);
/** Free a CPU that tdxcpuid_cpu_new() made. */
void tdxcpuid_cpu_free(struct tdxcpuid_cpu *cpu);

/**
 * This machine's CPUID as the calling thread's CPU answers it, up to @room
 * leaves; what differs from CPU to CPU and over time (APIC IDs, OSXSAVE, XSAVE
 * sizes) is 0.  Returns how many leaves there are, which may be more than @room;
 * with @leaves NULL only that.
 */
uint32_t tdxcpuid_native(struct tdxcpuid_leaf *leaves, uint32_t room);

/* ---- hosts ---------------------------------------------------------------- */

/** A KVM that judges: modelled, or known by its KVM_TDX_CAPABILITIES. */
struct tdxcpuid_host;

enum tdxcpuid_known { TDXCPUID_UNKNOWN, TDXCPUID_NO, TDXCPUID_YES };

/**
 * Boot KVM with @policy and the TDX module @module on @cpu, in the model.  NULL:
 * 1.5.34 and "spr".  Both must outlive *@host, which is the caller's.
 */
int tdxcpuid_host_new_model(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu,
			    enum tdxcpuid_policy policy, struct tdxcpuid_host **host);

/** What is known of a real host.  The more there is, the more is decided. */
struct tdxcpuid_caps {
	uint32_t size; /**< sizeof(struct tdxcpuid_caps) */
	uint32_t nent; /**< entries of @cpuid, at most TDXCPUID_MAX_SLOTS */
	/** KVM_TDX_CAPABILITIES: supported_attrs, supported_xfam, cpuid.entries */
	uint64_t attributes;
	uint64_t xfam;
	const struct kvm_cpuid_entry2 *cpuid;
	const struct tdxcpuid_module *module; /**< or NULL: unknown */
	const struct tdxcpuid_cpu *cpu;	      /**< or NULL: unknown */
	enum tdxcpuid_known gpaw52;	      /**< whether the host has 5-level EPT */
	uint32_t tsc_khz;		      /**< of the host, or 0: unknown */
	uint32_t no_tdx; /**< 1: its KVM has no TDX; all but @cpu is not looked at */
	/**
	 * How its KVM judges; 0: by slot, like the allowlist.  KVM with the allowlist flags the
	 * entries of @cpuid that have a subleaf, Linux 7.3 does not.
	 */
	enum tdxcpuid_policy policy;
};

/**
 * A host of which KVM_TDX_CAPABILITIES is known.  A bit that is not among them
 * cannot be set: it is "denied" where the allowlist denies it, else
 * "not-configurable"; a few the module would drop rather than refuse, where the
 * CPU lacks them.  The rules of the TDX module on numbers and the CPUID that
 * the TD gets need @caps->module and @caps->cpu; without, answers say so in
 * tdxcpuid_answer.unknown.  Where KVM has no TDX nothing can be set and every
 * request is rejected.  The list is copied; module and cpu must outlive *@host,
 * which is the caller's.
 *
 * -EINVAL: two entries for one slot, or no @caps->cpuid though @caps->nent is not
 * 0; -E2BIG: more than TDXCPUID_MAX_SLOTS.
 */
int tdxcpuid_host_new_caps(const struct tdxcpuid_caps *caps, struct tdxcpuid_host **host);
/** Free a host. */
void tdxcpuid_host_free(struct tdxcpuid_host *host);

/** Why Linux does not enable TDX on a host; bit mask. */
enum tdxcpuid_disabled {
	TDXCPUID_NO_RBP_MOD = 1,       /**< the module lacks TDX_FEATURES0 bit 18 */
	TDXCPUID_NO_TOPOLOGY_ENUM = 2, /**< the module lacks TDX_FEATURES0 bit 20 */
	TDXCPUID_NO_ATTRS = 4,	       /**< no attribute that KVM supports, or not the fixed ones */
	TDXCPUID_NO_XFAMS = 8,	       /**< the same of XFAM */
	TDXCPUID_NO_MODULE = 16,       /**< TDH.SYS.INIT fails on this CPU; or caps.no_tdx */
};

struct tdxcpuid_host_info {
	uint32_t size;	/**< sizeof(struct tdxcpuid_host_info), set by the caller */
	uint32_t model; /**< 1: modelled, 0: known by its capabilities */
	enum tdxcpuid_policy policy;
	uint32_t nr_slots;
	uint64_t attributes;		      /**< supported_attrs of KVM_TDX_CAPABILITIES */
	uint64_t xfam;			      /**< supported_xfam */
	const struct kvm_cpuid_entry2 *cpuid; /**< KVM_TDX_CAPABILITIES, nr_slots, the host's */
	const struct tdxcpuid_module *module; /**< NULL: unknown */
	const struct tdxcpuid_cpu *cpu;	      /**< NULL: unknown */
	enum tdxcpuid_known gpaw52;
	uint32_t tsc_khz;  /**< 0: unknown */
	uint32_t disabled; /**< enum tdxcpuid_disabled; 0: Linux enables TDX */
	uint32_t pad;
	uint64_t init_status; /**< of TDH.SYS.INIT, 0: success */
	uint64_t init_rcx;
};

/** Fill @info, whose size the caller sets; what it points to lasts as long as @host. */
void tdxcpuid_host_info(const struct tdxcpuid_host *host, struct tdxcpuid_host_info *info);

/** One slot as the host has it; masks are indexed by enum tdxcpuid_reg. */
struct tdxcpuid_slot {
	uint32_t leaf;
	uint32_t subleaf;	  /**< TDXCPUID_NO_SUBLEAF if the leaf has none */
	uint32_t configurable[4]; /**< by the module; of a host known by caps: as KVM reports */
	uint32_t reported[4];	  /**< by KVM_TDX_CAPABILITIES */
	uint32_t allowed[4];	  /**< by the allowlist, offered or not */
};

/** Slot @k, from 0 to nr_slots - 1; false behind the last. */
bool tdxcpuid_host_slot(const struct tdxcpuid_host *host, uint32_t k, struct tdxcpuid_slot *slot);

/** What TDs have of a bit. */
enum tdxcpuid_fate {
	TDXCPUID_FATE_NEVER,	     /**< 0 */
	TDXCPUID_FATE_ALWAYS,	     /**< 1; nobody configures it */
	TDXCPUID_FATE_NATIVE,	     /**< as the CPU has it; nobody configures it */
	TDXCPUID_FATE_CHOICE,	     /**< as the VMM requests */
	TDXCPUID_FATE_CHOICE_NATIVE, /**< as the VMM requests, and 0 where the CPU has 0 */
	TDXCPUID_FATE_RUN_TIME,	     /**< changes as the guest runs, from vCPU to vCPU, or by VMM */
	TDXCPUID_FATE_NUMBER,	     /**< belongs to a number that the TDX module works out */
	TDXCPUID_FATE_UNKNOWN,	     /**< modules differ in it, and the host's is not known */
};

/** What TDs on a host have of a bit, and what it takes. */
struct tdxcpuid_bit_fate {
	struct tdxcpuid_bit bit;
	enum tdxcpuid_fate fate;
	enum tdxcpuid_fate module; /**< what the TDX module alone would make of it */
	uint64_t xfam;		   /**< components without any one of which it is 0 */
	uint64_t attributes;	   /**< the same of ATTRIBUTES */
	uint64_t unsupported_xfam; /**< those of them that KVM or the module does not support */
	uint64_t unsupported_attributes;
	uint32_t absent;	/**< 1: the module does not know the leaf, or CPUID of it faults */
	uint32_t denied;	/**< 1: the module lets a VMM set it, and KVM does not */
	uint32_t mwait;		/**< 1: it is 0 without mwait, CPUID.0x1.ECX[3] */
	uint32_t perfmon_ext;	/**< 1: it is 0 without arch_perfmon_ext, CPUID.0x7.1.EAX[8] */
	uint32_t may_be_absent; /**< 1: not known whether it is absent, as the module is not */
	uint32_t reserved[3];
};

/**
 * What TDs on @host have of @bit, whatever the request: tdxcpuid_check() says the
 * same of each request.  What the CPU has is not looked at.  Where the TDX module
 * of @host is not known, what KVM reports is the VMM's choice, and of another bit
 * TDXCPUID_FATE_UNKNOWN is said unless all built-in modules make the same of it.
 */
void tdxcpuid_bit_fate(const struct tdxcpuid_host *host, const struct tdxcpuid_bit *bit,
		       struct tdxcpuid_bit_fate *fate);
/** The same in words: "always 1", "as the CPU has it, only with XFAM.17 and .18 (AMX)". */
void tdxcpuid_fate_text(const struct tdxcpuid_bit_fate *fate, char text[TDXCPUID_TEXT_MAX]);
/** "never", "always", "native", "choice", "choice-native", "run-time", "number" or "unknown". */
const char *tdxcpuid_fate_name(enum tdxcpuid_fate fate);

/** What a CPU has in a register, and the host's TDX module does not start with. */
struct tdxcpuid_refusal {
	uint32_t leaf;
	uint32_t subleaf; /**< TDXCPUID_NO_SUBLEAF if there is none */
	int32_t reg;	  /**< enum tdxcpuid_reg */
	uint32_t mask;	  /**< the bits at fault; of a number, its whole field */
	uint32_t found;	  /**< within @mask, as the next */
	uint32_t wanted;
};

/**
 * Of a host whose disabled has TDXCPUID_NO_MODULE: register @n, from 0, that the module's
 * TDH.SYS.INIT does not accept, in its order (the status names the leaf of the
 * first), with a sentence in @text.  False behind the last.
 */
bool tdxcpuid_host_refusal(const struct tdxcpuid_host *host, uint32_t n,
			   struct tdxcpuid_refusal *refusal, char text[TDXCPUID_TEXT_MAX]);

/* ---- judging -------------------------------------------------------------- */

/** What a VMM hands to KVM_TDX_INIT_VM. */
struct tdxcpuid_request {
	uint32_t size; /**< sizeof(struct tdxcpuid_request) */
	uint32_t nent; /**< any number: more than 256 are a violation */
	const struct kvm_cpuid_entry2 *entries;
	uint64_t attributes;
	uint64_t xfam;
	uint32_t tsc_khz; /**< of KVM_SET_TSC_KHZ on the VM; 0: the host's */
	uint32_t pad;
};

/**
 * Make a request to begin with: what a VMM like QEMU makes of "-cpu host" for a guest
 * with one vCPU.  Into @entries, which have room for @room, goes one entry a slot, with
 * the features that KVM reports, the CPU has, and KVM virtualizes for ordinary VMs too;
 * numbers are the CPU's, but for those that count CPUs, and the GPAW is 48.  *@request,
 * whose size, attributes and xfam are the caller's choice, gets entries, nent and
 * tsc_khz.  tdxcpuid_check() accepts it where the attributes and the xfam are
 * tdxcpuid_host_info's, or fewer that the module takes; features that need what is not
 * among them are left off.  A module that is not built in may take no request at all, as one
 * does that has no slot for 0x80000008.
 *
 * -E2BIG: @room is less than nr_slots, TDXCPUID_MAX_SLOTS always do; -ENODATA: the CPU
 * of @host is not known; -EOPNOTSUPP: TDXCPUID_NO_MODULE.
 */
int tdxcpuid_host_request(const struct tdxcpuid_host *host, struct tdxcpuid_request *request,
			  struct kvm_cpuid_entry2 *entries, uint32_t room);

/** tdxcpuid_violation.flags: this is what the failure that KVM reported comes from. */
#define TDXCPUID_CAUSE 1U

/** One thing that is wrong. */
struct tdxcpuid_violation {
	enum tdxcpuid_layer layer;
	enum tdxcpuid_reason reason;
	int32_t entry;	    /**< index in the request's or vCPU's list, or TDXCPUID_NOWHERE */
	int32_t slot;	    /**< index of the slot, or TDXCPUID_NOWHERE */
	uint32_t has_leaf;  /**< 1: leaf and subleaf are set */
	uint32_t leaf;	    /**< as the entry labels itself; the slot's where there is no entry */
	uint32_t subleaf;   /**< TDXCPUID_NO_SUBLEAF if there is none */
	int32_t reg;	    /**< enum tdxcpuid_reg, or TDXCPUID_NOWHERE */
	uint64_t mask;	    /**< the bits at fault, of a register, of attributes or of XFAM */
	uint64_t requested; /**< what the request has there */
	uint64_t effective; /**< TDXCPUID_INCONSISTENT, _HIDDEN: what the TD has there;
			     *   TDXCPUID_FIRMWARE: what firmware makes of it;
			     *   tdxcpuid_check_supported(): what KVM supports there */
	uint32_t slot_leaf; /**< where the bits of @mask are: the slot's leaf, or the label's */
	uint32_t slot_subleaf;
	uint32_t bits;	  /**< those of @mask that are features of that register */
	uint32_t flags;	  /**< TDXCPUID_CAUSE */
	const char *text; /**< what is wrong and why, a sentence */
	const char *fix;  /**< what to do, a sentence; may be empty */
	int32_t rule;	  /**< which rule of the module, where one of this library's numbers
			   *   tells more than reason does; TDXCPUID_NOWHERE */
	uint32_t more;	  /**< entries right behind @entry at fault in the same way, told with it */
	uint64_t reserved[3];
};

/** Bits of one register with one reason. */
struct tdxcpuid_bits {
	uint32_t leaf;
	uint32_t subleaf;
	int32_t reg;
	uint32_t mask;
	enum tdxcpuid_why why;
	uint32_t reserved[3];
};

struct tdxcpuid_bits_list {
	uint32_t nr;
	uint32_t pad;
	const struct tdxcpuid_bits *bits;
};

/** A slot of a TD; indexed by enum tdxcpuid_reg. */
struct tdxcpuid_slot_values {
	uint32_t requested[4]; /**< as KVM sorts the request into TD_PARAMS */
	uint32_t effective[4]; /**< what the TD has; the GPAW is not in here */
};

/**
 * An entry that Linux 7.3, which looks entries up by their label, takes for slots of other
 * subleaves, as it lacks KVM_CPUID_FLAG_SIGNIFCANT_INDEX.
 */
struct tdxcpuid_unflagged {
	uint32_t entry;
	uint32_t leaf;
	uint32_t subleaf; /**< of the entry */
	uint32_t pad;
	uint64_t slots; /**< those that it fills besides its own, 1 << index */
};

enum tdxcpuid_verdict {
	TDXCPUID_ACCEPTED, /**< or consistent, or nothing had to be dropped */
	TDXCPUID_REJECTED,
	TDXCPUID_UNDECIDED, /**< nothing is wrong as far as is known: see unknown */
};

/** tdxcpuid_answer.unknown: what is not known of a host known by its capabilities, or of firmware.
 */
enum {
	TDXCPUID_UNKNOWN_GPAW52 = 1,  /**< GPAW 52 is asked for, but is there 5-level EPT? */
	TDXCPUID_UNKNOWN_VALUES = 2,  /**< the module or CPU that judge a number, or TSX */
	TDXCPUID_UNKNOWN_TD = 4,      /**< what the TD gets */
	TDXCPUID_UNKNOWN_DROPPED = 8, /**< a bit that is not reported: is it refused or dropped? */
	TDXCPUID_UNKNOWN_CPU = 16,    /**< the CPU that SEV-SNP firmware compares with */
	TDXCPUID_UNKNOWN_RULE = 32,   /**< of a register no public document has the rule */
};

/** Bits of an ordinary VM's CPUID that KVM does not support, and leaves to userspace. */
struct tdxcpuid_exempt {
	int32_t entry; /**< index in the vCPU's list */
	uint32_t leaf;
	uint32_t subleaf; /**< TDXCPUID_NO_SUBLEAF if there is none */
	int32_t reg;	  /**< enum tdxcpuid_reg */
	uint32_t mask;
	uint32_t pad;
	const char *text;   /**< why, a clause */
	const char *source; /**< where KVM says so */
	uint64_t reserved[2];
};

/**
 * An answer.  Made by the library and read-only; new members are added at its
 * end, so do not copy it.  All that it points to lasts until it is used again or
 * freed, texts included.
 *
 * What was found stands in one of three lists.  violations has what is refused, or
 * contradicts, and with one the verdict is TDXCPUID_REJECTED; of tdxcpuid_filter() they are
 * what was dropped.
 *
 * notes has, in the same structure, what nobody refuses: of tdxcpuid_check() and
 * tdxcpuid_explain() the bits of TDXCPUID_UNKNOWN_DROPPED, of tdxcpuid_check_vcpu() and
 * tdxcpuid_check_snp() differences that do not count, of tdxcpuid_check_snp_page() oddities,
 * and registers whose rule is not public, which make the verdict TDXCPUID_UNDECIDED.
 *
 * exempt, of tdxcpuid_check_supported() alone, has what KVM documents as the VMM's choice.
 *
 * lost, forced, left_off and at_stake are no faults but what becomes of the bits of an
 * accepted request, by tdxcpuid_check().
 */
struct tdxcpuid_answer {
	enum tdxcpuid_verdict verdict;
	uint32_t unknown;  /**< TDXCPUID_UNKNOWN_* */
	int32_t error;	   /**< of the ioctl: 0 or a negative errno */
	uint32_t asked;	   /**< 1: KVM gets as far as asking the TDX module */
	uint64_t hw_error; /**< in struct kvm_tdx_cmd */
	uint64_t status;   /**< of TDH.MNG.INIT, 0 if not asked */
	uint64_t rcx;	   /**< of TDH.MNG.INIT: often the leaf at fault */
	uint32_t warned;   /**< 1: KVM WARNs on the host and the VM is dead */
	uint32_t gpaw;	   /**< guest physical address width: 48 or 52 */
	const char *text;  /**< the verdict in a sentence, with the first thing that is wrong */
	uint32_t nr_violations;
	uint32_t nr_effective;
	const struct tdxcpuid_violation *violations; /**< request, then by slot, then strays */
	/** What KVM_TDX_GET_CPUID reports of the TD; empty if rejected or unknown. */
	const struct kvm_cpuid_entry2 *effective;
	const struct tdxcpuid_slot_values *slots; /**< every slot of the host; NULL as above */
	struct tdxcpuid_bits_list lost;		  /**< requested, but 0 in the TD */
	struct tdxcpuid_bits_list forced;	  /**< not requested, but 1 in the TD */
	struct tdxcpuid_bits_list left_off;	  /**< 0 in the TD, which could have it */
	struct tdxcpuid_bits_list at_stake;	  /**< accepted, though the allowlist denies it */
	uint32_t nr_exempt;
	uint32_t nr_notes;
	const struct tdxcpuid_exempt *exempt; /**< of tdxcpuid_check_supported(), else NULL */
	/** TDXCPUID_NOT_CONFIGURABLE of a request; TDXCPUID_HIDDEN of a vCPU; of an SEV-SNP page,
	 * TDXCPUID_FIRMWARE of a register of which no public document has the rule, and what is odd
	 * about it. */
	const struct tdxcpuid_violation *notes;
	uint32_t nr_unflagged;
	uint32_t pad;
	/** Of TDXCPUID_LINUX_7_3, accepted or not: what is lost or refused may come of these. */
	const struct tdxcpuid_unflagged *unflagged;
};

/**
 * Would KVM_TDX_INIT_VM accept @request on @host, and what does the TD get?
 *
 * *@answer is NULL, or an earlier answer to be used again, so that a loop needs
 * no new memory.  It is the caller's.  A refused request is no error: see
 * (*@answer)->verdict.  Rules: those of Linux's setup_tdparams() with the
 * allowlist, and of TDH.MNG.INIT.  -EINVAL: @request has no such size, or up to
 * TDXCPUID_MAX_ENTRIES entries without a list of them.
 */
int tdxcpuid_check(const struct tdxcpuid_host *host, const struct tdxcpuid_request *request,
		   struct tdxcpuid_answer **answer);

/**
 * KVM_TDX_INIT_VM has failed with @error (a negative errno) and @hw_error: why?
 * The same as tdxcpuid_check(), but error and hw_error are what KVM said, the
 * violations that explain it are flagged TDXCPUID_CAUSE and come first, and text
 * sums up, also where no rule that is known here explains the failure.
 * -EINVAL: @error is positive, or as above.
 */
int tdxcpuid_explain(const struct tdxcpuid_host *host, const struct tdxcpuid_request *request,
		     int error, uint64_t hw_error, struct tdxcpuid_answer **answer);

/**
 * Make a list for KVM_TDX_INIT_VM out of one for KVM_SET_CPUID2 or from
 * KVM_GET_SUPPORTED_CPUID: drop, in place, the entries that belong to no slot, second entries
 * for a slot, and the bits that are not configurable, and flag the index of the
 * others as significant where the slot has a subleaf.  *@nent can only shrink.
 * The violations of *@answer are what was dropped; their entry is the index
 * before.  Numbers and the GPAW are the caller's: see tdxcpuid_check().
 *
 * -E2BIG: *@nent is more than TDXCPUID_MAX_ENTRIES; -EINVAL: no @entries though
 * *@nent is not 0; -EOPNOTSUPP: @host has no TDX, as its module does not
 * initialize on its CPU (TDXCPUID_NO_MODULE), and no list would do.
 */
int tdxcpuid_filter(const struct tdxcpuid_host *host, struct kvm_cpuid_entry2 *entries,
		    uint32_t *nent, struct tdxcpuid_answer **answer);

/** What KVM_SET_CPUID2 is given. */
struct tdxcpuid_vcpu {
	uint32_t size; /**< sizeof(struct tdxcpuid_vcpu) */
	uint32_t nent;
	const struct kvm_cpuid_entry2 *entries;
	/** The answer of KVM_TDX_GET_CPUID for the TD; NULL: the host's model knows. */
	const struct kvm_cpuid_entry2 *effective;
	uint32_t nr_effective;
	uint32_t superset; /**< 1: every entry of the request must be repeated */
	uint32_t strict;   /**< 1: what TDXCPUID_HIDDEN says is a violation, not a note */
	uint32_t pad;
};

/**
 * Does KVM_SET_CPUID2 agree with the CPUID of the TD that @request made?  Every
 * feature bit that KVM_TDX_CAPABILITIES reports must be told as the TD has it.  A
 * bit that the module lets configure and KVM does not report (waitpkg, in a list
 * from KVM_GET_SUPPORTED_CPUID) is a note.  Rules: policy/compare.c.
 *
 * What the TD has is what @vcpu->effective says.  Then @request is not judged, and its
 * values do not count; superset alone looks at which leaves it has.  A leaf that
 * @vcpu->effective lacks is not compared.  Without it, the model makes the TD of @request.
 *
 * -ENODATA: it is not known what the TD has: @vcpu->effective is NULL, and
 * @request is refused or the host is not modelled.  -EINVAL: @request or @vcpu is
 * not as it must be, see tdxcpuid_check().
 */
int tdxcpuid_check_vcpu(const struct tdxcpuid_host *host, const struct tdxcpuid_request *request,
			const struct tdxcpuid_vcpu *vcpu, struct tdxcpuid_answer **answer);

/**
 * Would SEV-SNP firmware take the CPUID page of a guest (SNP_LAUNCH_UPDATE), @page of @size
 * bytes, on @cpu?  NULL: the CPU is not known, and only the page's structure is judged.
 * @corrected, NULL or 4096 bytes, gets the page as firmware hands it back: unchanged, if it
 * is not refused or nothing is corrected (violations without an entry).
 *
 * The rules are those of public documents, docs/psp.md.  Few of AMD's are public: most real
 * pages are TDXCPUID_UNDECIDED, and notes says why.  -EINVAL: @page is no such table; one
 * that is too long for firmware is.
 */
int tdxcpuid_check_snp_page(const void *page, size_t size, const struct tdxcpuid_cpu *cpu,
			    void *corrected, struct tdxcpuid_answer **answer);

/**
 * Does KVM_SET_CPUID2 agree with the CPUID page of an SEV-SNP guest?  @vcpu->effective is not
 * used.  The page may show less than the vCPU has, never more: features, XCR0 and XSS, but
 * for what changes at run time, and SVM.  Where the page has the leaf, the vendor, family,
 * model and stepping, physical bits and the C-bit are equal.  Leaves 0, 1, 7 and 0x80000001
 * that the vCPU has must be in the page.  Other differences are notes, and paravirtual leaves
 * are not compared.
 *
 * -EINVAL: @page, of @size bytes, is no such table or has more entries than firmware takes,
 * or @vcpu is not as it must be.
 */
int tdxcpuid_check_snp(const void *page, size_t size, const struct tdxcpuid_vcpu *vcpu,
		       struct tdxcpuid_answer **answer);

/**
 * An ordinary VM, on VMX or SVM: does KVM support what @vcpu tells it by
 * KVM_SET_CPUID2?  @supported is the answer of KVM_GET_SUPPORTED_CPUID.  KVM takes
 * any list, so nothing but this says that a guest is promised what it does not get.
 *
 * TDXCPUID_DENIED: features that are set and not supported, XCR0 and IA32_XSS among
 * them; TDXCPUID_VALUE: a number above the supported one: widths of addresses, the
 * version of AVX10.  The text says what KVM does with it.  What KVM documents as
 * userspace's choice is in exempt instead; other numbers are nobody's claim.
 * @vcpu->effective and superset are not used.  The rules are Linux 7.3's,
 * kvm/supported_bits.c.
 *
 * -E2BIG: a list is longer than TDXCPUID_MAX_ENTRIES; -EINVAL: @vcpu is not as it
 * must be, or no @supported though @nr_supported is not 0.
 */
int tdxcpuid_check_supported(const struct kvm_cpuid_entry2 *supported, uint32_t nr_supported,
			     const struct tdxcpuid_vcpu *vcpu, struct tdxcpuid_answer **answer);

/** Free an answer, and all that it points to. */
void tdxcpuid_answer_free(struct tdxcpuid_answer *answer);

/* ---- a live KVM ----------------------------------------------------------- */

/**
 * Open @device (NULL: "/dev/kvm") and create a TDX VM in it, only to ask for its
 * capabilities.  *@vm_fd is the caller's to close().
 *
 * -ENOENT, -EACCES and so on: the device cannot be opened; -ENOTTY: it is not
 * KVM; -EOPNOTSUPP: this KVM has no TDX (module not loaded, or kvm_intel.tdx=0).
 */
int tdxcpuid_kvm_open(const char *device, int *vm_fd);

/**
 * KVM_GET_SUPPORTED_CPUID of @kvm_fd, an open /dev/kvm, with TDX or without: up to
 * *@nent entries into @entries, *@nent is set to their number.  AMX is among them
 * only if the process has asked for it in guests (ARCH_REQ_XCOMP_GUEST_PERM).
 * -E2BIG: there are more; TDXCPUID_MAX_ENTRIES always do.  Else the errno of the
 * ioctl.
 */
int tdxcpuid_kvm_supported(int kvm_fd, struct kvm_cpuid_entry2 *entries, uint32_t *nent);

/**
 * KVM_TDX_CAPABILITIES of a TDX VM: up to *@nent entries into @entries, *@nent is
 * set to their number.  -E2BIG: there are more; TDXCPUID_MAX_ENTRIES always do.
 * Else the errno of the ioctl.
 */
int tdxcpuid_kvm_capabilities(int vm_fd, uint64_t *attributes, uint64_t *xfam,
			      struct kvm_cpuid_entry2 *entries, uint32_t *nent);

/** KVM_TDX_GET_CPUID of a vCPU after KVM_TDX_INIT_VM; arguments and errors as above. */
int tdxcpuid_kvm_get_cpuid(int vcpu_fd, struct kvm_cpuid_entry2 *entries, uint32_t *nent);

#ifdef __cplusplus
}
#endif

#endif /* TDXCPUID_H */
