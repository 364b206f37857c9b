/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What can be written down of a host, and read again. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "target.h"

struct out;
struct reader;

#define FIRMWARE_TEXT 16 /* of its version, with its NUL */

/* What KVM and firmware tell of SEV-SNP, on hosts of AMD's. */
struct snapshot_snp {
	bool is_amd;		      /* KVM is kvm_amd, or has such VMs: the rest is there */
	bool vm_type;		      /* KVM_CAP_VM_TYPES has KVM_X86_SNP_VM */
	enum tdxcpuid_known sev_snp;  /* kvm_amd's parameter of that name */
	char firmware[FIRMWARE_TEXT]; /* API.BUILD of the PSP's; empty: unknown */
};

struct snapshot {
	struct tdxcpuid_caps caps;
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	bool has_tdx;	 /* caps are there */
	bool has_policy; /* caps.policy is known */
	struct snapshot_snp snp;
	u32 nr_supported;
	struct kvm_cpuid_entry2 supported[TDXCPUID_MAX_ENTRIES]; /* KVM_GET_SUPPORTED_CPUID */
	u32 nr_native;
	struct tdxcpuid_leaf native[NATIVE_MAX];
	u64 arch_capabilities;	       /* 0: unknown */
	u64 unread;		       /* of a baseline: dumps that it leaves out */
	const struct json_t *baseline; /* that member, while it is read */
	const char *judged_as;	       /* of a modelled host, as in struct target */
	char name[SHORT_TEXT];	       /* what the host calls itself; empty: it has none */
	char module[32];	       /* version; empty: unknown, as the next ones */
	char kernel[128];
	char microcode[32];
};

/* What a snapshot is taken for: TDX, or at least KVM_GET_SUPPORTED_CPUID; or whatever there is. */
enum snapshot_need { NEED_TDX, NEED_SUPPORTED, NEED_NOTHING };

/* Of this machine; -1: it has complained. */
int take_snapshot(struct snapshot *s, enum snapshot_need need);
/*
 * Of this machine, or of what was written down, and the host it makes, which may be one without
 * TDX; -1: it has complained.
 */
int live_snapshot(struct snapshot *s, enum snapshot_need need, const struct target **host);
int load_snapshot(struct snapshot *s, const char *file, const struct target **host);
/* Of the CPU that this runs on; 0: unknown. */
u64 read_arch_capabilities(void);
/* The start of a file of the kernel's, or "". */
void read_start(const char *file, char *text, size_t size);
/* Whether it says that it is a host, in a form that is known here; -1: @in->t says why not. */
int snapshot_schema(const struct reader *in);
/* A member that is a string, or null, or not there: then NULL. */
int snapshot_text(const struct reader *in, const char *key, const char **text);
int snapshot_policy(const struct reader *in, enum tdxcpuid_policy *policy, bool *known);
int snapshot_gpaw52(const struct reader *in, enum tdxcpuid_known *gpaw52);
/* The host that @file has or is called; @s is empty before.  NULL: @in->t says why not. */
const struct target *read_snapshot(struct snapshot *s, const struct reader *in, const char *file);
/* Kept until load_free(), like all hosts. */
const struct target *host_of_snapshot(struct snapshot *s, const struct tdxcpuid_cpu *cpu,
				      struct trouble *t);

/* ---- live_snp.c, snapshot_snp.c ---- */

/* Of this machine. */
void take_snp(struct snapshot_snp *snp);
/* The member "snp" of a dump, which only AMD's hosts have; -1: @in->t says what is wrong. */
int snp_from_json(struct snapshot_snp *snp, const struct reader *in);
void snp_member(struct out *j, const struct snapshot_snp *snp);
/* What those should know who ask for TDX. */
void note_snp(const struct snapshot_snp *snp, struct notes *notes);

#endif
