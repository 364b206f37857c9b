/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * One row for every directly configurable CPUID bit that KVM knows, in the order
 * of leaf, subleaf, register and bit:
 *
 *	TDX_CPUID_BIT(leaf, subleaf, register, bit, name, verdict, reason, source)
 *
 * A bit without a row is not supported.  The name is that of X86_FEATURE_*;
 * TDX_CPUID_RAW() takes a bit to deny that Linux has no name for.  To opt in to
 * a bit, add its row together with whatever KVM needs to virtualize it.
 *
 * linux/series makes KVM's table of the rows.  A comment right above a row goes
 * into Linux with it.
 *
 * ALLOW, because nothing of the host is left changed:
 *   INSN     the bit enumerates instructions that touch registers and memory only
 *   XSTATE   the same, and its registers belong to an XFAM component
 *   TRAP     the MSRs and instructions behind it do not reach the hardware, they
 *            end in #VE or #GP in the TD
 *   INERT    the bit tells the TD something, and opens nothing
 *   SWITCHED the TDX module saves and restores the host's value
 *   LATENCY  the TD can delay its CPU, which it can do anyway
 * DENY:
 *   CLOBBER  the TD changes an MSR that nobody restores for the host
 *   ENABLE   of use only with an attribute or XFAM component that KVM lacks
 *
 * The source says on what the verdict rests: KVM (virtualized for other VMs as
 * well), MODULE (source of the TDX module read), REVIEW (decided on the list).
 */
#ifndef TDX_CPUID_RAW
#define TDX_CPUID_RAW(leaf, subleaf, reg, bit, verdict, reason, source)
#endif

/* 0x1.EAX and 0x1.EBX are value registers. */

TDX_CPUID_BIT(0x1, NONE, ECX,  3, MWAIT,               ALLOW, LATENCY,  REVIEW)
TDX_CPUID_BIT(0x1, NONE, ECX,  7, EST,                 ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x1, NONE, ECX,  8, TM2,                 ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x1, NONE, ECX, 10, CID,                 ALLOW, INERT,    MODULE)
TDX_CPUID_BIT(0x1, NONE, ECX, 11, SDBG,                ALLOW, INERT,    MODULE)
TDX_CPUID_BIT(0x1, NONE, ECX, 14, XTPR,                ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x1, NONE, ECX, 18, DCA,                 ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x1, NONE, ECX, 24, TSC_DEADLINE_TIMER,  ALLOW, TRAP,     KVM)
TDX_CPUID_BIT(0x1, NONE, ECX, 28, AVX,                 ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x1, NONE, ECX, 29, F16C,                ALLOW, XSTATE,   KVM)

/* MCE, MTRR and MCA are fixed-1 before TDX modules 1.5.09 and 2.0.04. */
TDX_CPUID_BIT(0x1, NONE, EDX,  7, MCE,                 ALLOW, TRAP,     KVM)
TDX_CPUID_BIT(0x1, NONE, EDX, 12, MTRR,                ALLOW, TRAP,     KVM)
TDX_CPUID_BIT(0x1, NONE, EDX, 14, MCA,                 ALLOW, TRAP,     KVM)
TDX_CPUID_BIT(0x1, NONE, EDX, 18, PN,                  ALLOW, INERT,    MODULE)
TDX_CPUID_BIT(0x1, NONE, EDX, 22, ACPI,                ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x1, NONE, EDX, 27, SELFSNOOP,           ALLOW, INERT,    KVM)
TDX_CPUID_BIT(0x1, NONE, EDX, 28, HT,                  ALLOW, INERT,    MODULE)
TDX_CPUID_BIT(0x1, NONE, EDX, 29, ACC,                 ALLOW, INERT,    MODULE)
TDX_CPUID_BIT(0x1, NONE, EDX, 31, PBE,                 ALLOW, INERT,    MODULE)

/* 0x4 holds values only. */

TDX_CPUID_BIT(0x7, 0, EBX,  3, BMI1,                   ALLOW, INSN,     KVM)
/* HLE, RTM: the TDX module leaves IA32_TSX_CTRL at 0, i.e. TSX enabled. */
TDX_CPUID_BIT(0x7, 0, EBX,  4, HLE,                    DENY,  CLOBBER,  MODULE)
TDX_CPUID_BIT(0x7, 0, EBX,  8, BMI2,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, EBX,  9, ERMS,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 11, RTM,                    DENY,  CLOBBER,  MODULE)
TDX_CPUID_BIT(0x7, 0, EBX, 12, CQM,                    ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x7, 0, EBX, 15, RDT_A,                  ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x7, 0, EBX, 16, AVX512F,                ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 17, AVX512DQ,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 19, ADX,                    ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 21, AVX512IFMA,             ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 26, AVX512PF,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 27, AVX512ER,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 28, AVX512CD,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 30, AVX512BW,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EBX, 31, AVX512VL,               ALLOW, XSTATE,   KVM)

TDX_CPUID_BIT(0x7, 0, ECX,  0, PREFETCHWT1,            ALLOW, INSN,     MODULE)
TDX_CPUID_BIT(0x7, 0, ECX,  2, UMIP,                   ALLOW, INSN,     KVM)
/* WAITPKG: the TDX module leaves the TD's value in IA32_UMWAIT_CONTROL. */
TDX_CPUID_BIT(0x7, 0, ECX,  5, WAITPKG,                DENY,  CLOBBER,  MODULE)
TDX_CPUID_BIT(0x7, 0, ECX,  6, AVX512_VBMI2,           ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, ECX,  8, GFNI,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, ECX,  9, VAES,                   ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, ECX, 10, VPCLMULQDQ,             ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, ECX, 11, AVX512_VNNI,            ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, ECX, 12, AVX512_BITALG,          ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, ECX, 13, TME,                    ALLOW, TRAP,     MODULE)
TDX_CPUID_BIT(0x7, 0, ECX, 14, AVX512_VPOPCNTDQ,       ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, ECX, 16, LA57,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, ECX, 22, RDPID,                  ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, ECX, 25, CLDEMOTE,               ALLOW, INSN,     KVM)

TDX_CPUID_BIT(0x7, 0, EDX,  2, AVX512_4VNNIW,          ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EDX,  3, AVX512_4FMAPS,          ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EDX,  4, FSRM,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, EDX,  8, AVX512_VP2INTERSECT,    ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 0, EDX, 14, SERIALIZE,              ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, EDX, 16, TSXLDTRK,               ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 0, EDX, 18, PCONFIG,                ALLOW, TRAP,     MODULE)
/* Fixed-1 before TDX modules 1.5.09 and 2.0.04. */
TDX_CPUID_BIT(0x7, 0, EDX, 30, CORE_CAPABILITIES,      ALLOW, TRAP,     REVIEW)

TDX_CPUID_BIT(0x7, 1, EAX,  0, SHA512,                 ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EAX,  1, SM3,                    ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EAX,  2, SM4,                    ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EAX,  3, RAO_INT,                ALLOW, INSN,     MODULE)
TDX_CPUID_BIT(0x7, 1, EAX,  4, AVX_VNNI,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EAX,  5, AVX512_BF16,            ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EAX,  7, CMPCCXADD,              ALLOW, INSN,     KVM)
/* ARCH_PERFMON_EXT: needs ATTRIBUTES.PERFMON, with which the TDX module clears the PMU's MSRs. */
TDX_CPUID_BIT(0x7, 1, EAX,  8, ARCH_PERFMON_EXT,       DENY,  ENABLE,   MODULE)
TDX_CPUID_BIT(0x7, 1, EAX, 10, FZRM,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 1, EAX, 11, FSRS,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 1, EAX, 12, FSRC,                   ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 1, EAX, 19, WRMSRNS,                ALLOW, INSN,     KVM)
TDX_CPUID_BIT(0x7, 1, EAX, 21, AMX_FP16,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EAX, 23, AVX_IFMA,               ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EAX, 26, LAM,                    ALLOW, SWITCHED, KVM)

TDX_CPUID_BIT(0x7, 1, EDX,  4, AVX_VNNI_INT8,          ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EDX,  5, AVX_NE_CONVERT,         ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EDX, 10, AVX_VNNI_INT16,         ALLOW, XSTATE,   KVM)
TDX_CPUID_BIT(0x7, 1, EDX, 14, PREFETCHITI,            ALLOW, INSN,     KVM)
/* UIRET_UIF: needs XFAM.ULI. */
TDX_CPUID_RAW(0x7, 1, EDX, 17,                         DENY,  ENABLE,   MODULE)

TDX_CPUID_BIT(0x7, 2, EDX,  3, DDPD_U,                 ALLOW, SWITCHED, KVM)
TDX_CPUID_BIT(0x7, 2, EDX,  5, MCDT_NO,                ALLOW, INERT,    KVM)

/* 0x18 holds values only. */

/* CPUID.0x1C (depth of the LBR stack): needs XFAM.LBR, and clobbers IA32_LBR_DEPTH. */
TDX_CPUID_RAW(0x1c, NONE, EAX,  0,                     DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x1c, NONE, EAX,  1,                     DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x1c, NONE, EAX,  2,                     DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x1c, NONE, EAX,  3,                     DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x1c, NONE, EAX,  4,                     DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x1c, NONE, EAX,  5,                     DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x1c, NONE, EAX,  6,                     DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x1c, NONE, EAX,  7,                     DENY,  ENABLE,   MODULE)

/* Of 0x1E no TDX module offers anything yet; the rest of the leaf stays denied. */

TDX_CPUID_BIT(0x1e, 1, EAX,  4, AMX_FP8,               ALLOW, XSTATE,   REVIEW)
TDX_CPUID_BIT(0x1e, 1, EAX,  6, AMX_TF32,              ALLOW, XSTATE,   REVIEW)
TDX_CPUID_BIT(0x1e, 1, EAX,  7, AMX_AVX512,            ALLOW, XSTATE,   REVIEW)
TDX_CPUID_BIT(0x1e, 1, EAX,  8, AMX_MOVRS,             ALLOW, XSTATE,   REVIEW)

/* 0x1F holds values only. */

/* CPUID.0x23: needs ATTRIBUTES.PERFMON. */
TDX_CPUID_RAW(0x23, 0, EAX,  0,                        DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x23, 0, EAX,  1,                        DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x23, 0, EAX,  2,                        DENY,  ENABLE,   MODULE)
TDX_CPUID_RAW(0x23, 0, EAX,  3,                        DENY,  ENABLE,   MODULE)

/* 0x80000008.EAX holds two fields that are allowed, and denied bits. */

TDX_CPUID_BIT(0x80000008, NONE, EBX,  9, WBNOINVD,     ALLOW, INSN,     KVM)

#undef TDX_CPUID_BIT
#undef TDX_CPUID_RAW
