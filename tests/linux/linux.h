/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the functions that `cut` takes out of Linux need to compile in userspace,
 * and how equal.c calls them.
 */
#ifndef SERIES_LINUX_H
#define SERIES_LINUX_H

#include <linux/types.h>
#include <asm/kvm.h>

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/errno.h>

#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define __packed	__attribute__((packed))
#define __aligned(n)	__attribute__((aligned(n)))
#define __init
#define __ro_after_init
#define __maybe_unused __attribute__((unused))
#define DECLARE_FLEX_ARRAY(type, name) \
	struct {                       \
		struct {               \
		} empty;               \
		type name[];           \
	}

/* Must be gone by the time that gcc -O2 is done, as in the kernel. */
void build_bug(void) __attribute__((error("BUILD_BUG_ON failed")));
#define BUILD_BUG_ON(x)              \
	do {                         \
		if (x)               \
			build_bug(); \
	} while (0)
#define BUILD_BUG() build_bug()

#define lockdep_assert_irqs_enabled() \
	do {                          \
	} while (0)
#define WARN_ON_ONCE(x)			((void)(x))
#define KVM_CPUID_INDEX_NOT_SIGNIFICANT -1ull
#define cpuid_function_is_indexed(f)	((f) == 0)

#define cpu_has_vmx_ept_5levels() true
#define VMX_EPTP_MT_WB		  0x6ull
#define VMX_EPTP_PWL_4		  0x18ull
#define VMX_EPTP_PWL_5		  0x20ull

/* From an unpatched point of view: slots as the TDX module reports them. */
void linux_begin(u32 nr, const u64 *leaves, const u64 (*values)[2]);
void linux_capability(u32 k, struct kvm_cpuid_entry2 *entry);
/* Returns KVM_TDX_INIT_VM's errno; @gpaw and @values as in TD_PARAMS if that is 0. */
int linux_validate(struct kvm_cpuid2 *cpuid, u32 *gpaw, u32 (*values)[4]);

#endif
