// kvm_mmu_get_tdp_level() that calls cpuid_query_maxguestphyaddr()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier vcpu;
expression bits;
@@
 kvm_mmu_get_tdp_level(struct kvm_vcpu *vcpu)
 {
 <+...
+/* The shared bit is the most significant bit of a TD's GPAs. */
-bits = cpuid_query_maxguestphyaddr(vcpu);
+bits = fls64(gfn_to_gpa(kvm_gfn_direct_bits(vcpu->kvm)));
 ...+>
 }
