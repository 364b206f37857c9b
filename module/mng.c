/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * TDH.MNG.INIT, as far as it decides about CPUID, and what TDH.MNG.RD tells of
 * the result.  Order matters throughout: the VMM learns of the first fault only.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "rules.h"
#include "tdx_module.h"

/* A TDH.MNG.INIT under way. */
struct init {
	struct tdx_td *td;
	const struct tdx_platform *p;
	const struct tdx_module *m;
	const struct tdx_td_params *params;
	struct tdx_fault_report *report;
	u64 status;
	u64 rcx;
};

/* True if TDH.MNG.INIT ends here.  Every check below returns the same. */
static bool fault(struct init *in, const struct tdx_fault *f)
{
	if (!in->status) {
		in->status = f->status;
		in->rcx = f->rcx;
	}
	if (!in->report)
		return true;
	in->report->report(in->report, f);
	return false;
}

static bool operand_fault(struct init *in, enum tdx_rule rule, u32 operand, u64 mask)
{
	struct tdx_fault f = {
		.status = TDXM_OPERAND_INVALID | operand,
		.rule = rule,
		.subleaf = TDX_NO_SUBLEAF,
		.slot = -1,
		.reg = -1,
		.mask = mask,
	};

	return fault(in, &f);
}

static bool cpuid_fault(struct init *in, enum tdx_rule rule, u64 status, bool set_rcx,
			const struct tdx_module_entry *e, enum tdx_reg reg, u32 mask)
{
	struct tdx_fault f = {
		.status = status,
		.rcx = set_rcx ? tdx_leaf_subleaf(e->leaf, e->subleaf) : 0,
		.rule = rule,
		.leaf = e->leaf,
		.subleaf = e->subleaf,
		.slot = e->slot,
		.reg = reg,
		.mask = mask,
	};

	return fault(in, &f);
}

static bool config_fault(struct init *in, enum tdx_rule rule, bool set_rcx,
			 const struct tdx_module_entry *e, enum tdx_reg reg, u32 mask)
{
	return cpuid_fault(in, rule, TDXM_OPERAND_INVALID | TDXM_OPERAND_CPUID_CONFIG, set_rcx, e,
			   reg, mask);
}

/* The bits of @v at fault, if it has some of @set but not all. */
static u64 partial(u64 v, u64 set)
{
	return (v & set) && (v & set) != set ? set : 0;
}

static bool check_attributes(struct init *in)
{
	u64 attr = in->params->attributes;
	u64 bad = (attr & ~in->p->attributes_fixed0) | (in->m->attributes_fixed1 & ~attr);

	if ((attr & TDXM_ATTR_MIGRATABLE) && (attr & (TDXM_ATTR_DEBUG | TDXM_ATTR_PERFMON)))
		bad |= attr & (TDXM_ATTR_MIGRATABLE | TDXM_ATTR_DEBUG | TDXM_ATTR_PERFMON);
	if ((attr & TDXM_ATTR_ICSSD) && (attr & TDXM_ATTR_PERFMON))
		bad |= TDXM_ATTR_ICSSD | TDXM_ATTR_PERFMON;

	return bad && operand_fault(in, TDX_RULE_ATTRIBUTES, TDXM_OPERAND_ATTRIBUTES, bad);
}

static bool check_xfam(struct init *in)
{
	u64 xfam = in->params->xfam;
	u64 bad = (xfam & ~in->p->xfam_fixed0) | (in->m->xfam_fixed1 & ~xfam);

	bad |= partial(xfam, TDXM_XFAM_AVX512) | partial(xfam, TDXM_XFAM_CET) |
	       partial(xfam, TDXM_XFAM_AMX);
	if ((xfam & TDXM_XFAM_AVX512) && !(xfam & TDXM_XFAM_AVX))
		bad |= TDXM_XFAM_AVX | (xfam & TDXM_XFAM_AVX512);

	return bad && operand_fault(in, TDX_RULE_XFAM, TDXM_OPERAND_XFAM, bad);
}

static bool check_max_vcpus(struct init *in)
{
	u32 n = in->params->max_vcpus;
	u32 max = in->m->rules < TDX_MODULE_VERSION(1, 5, 5) ? ~0U : TDXM_MAX_VCPUS;

	return (!n || n > max) &&
	       operand_fault(in, TDX_RULE_MAX_VCPUS, TDXM_OPERAND_MAX_VCPUS, n);
}

static bool check_num_l2_vms(struct init *in)
{
	u32 n = in->params->num_l2_vms;

	return n > TDXM_MAX_L2_VMS &&
	       operand_fault(in, TDX_RULE_NUM_L2_VMS, TDXM_OPERAND_NUM_L2_VMS, n);
}

static bool check_config_flags(struct init *in)
{
	u64 flags = in->params->config_flags;
	u64 bad = flags & ~in->m->config_flags_fixed0;

	if ((flags & TDXM_FLAG_MAXPA_VIRT) && (flags & TDXM_FLAG_MAXGPA_VIRT))
		bad |= TDXM_FLAG_MAXPA_VIRT | TDXM_FLAG_MAXGPA_VIRT;

	return bad && operand_fault(in, TDX_RULE_CONFIG_FLAGS, TDXM_OPERAND_EXEC_CONTROLS, bad);
}

/* Physical address bits of the CPU. */
static u32 native_maxpa(const struct tdx_platform *p)
{
	int i = tdx_lookup(p, 0x80000008, TDX_NO_SUBLEAF);

	return i < 0 ? 0 : p->raw[i][TDX_EAX] & 0xff;
}

static bool check_eptp_controls(struct init *in)
{
	u64 eptp = in->params->eptp_controls;
	u32 levels = (eptp >> 3 & 7) + 1;
	u64 bad = eptp & ~0x3fULL;

	if ((eptp & 7) != 6)		/* write-back */
		bad |= 7;
	if (levels != 4 && levels != 5)
		bad |= 7 << 3;
	if (levels == 4 && (in->params->config_flags & TDXM_FLAG_GPAW))
		bad |= 7 << 3;
	if (levels == 5 && native_maxpa(in->p) < 49 && in->m->rules < TDX_MODULE_VERSION(2, 0, 8))
		bad |= 7 << 3;

	return bad && operand_fault(in, TDX_RULE_EPTP_CONTROLS, TDXM_OPERAND_EPTP_CONTROLS, bad);
}

static bool check_tsc_frequency(struct init *in)
{
	u32 f = in->params->tsc_frequency;

	return (f < TDXM_TSC_MIN || f > TDXM_TSC_MAX) &&
	       operand_fault(in, TDX_RULE_TSC_FREQUENCY, TDXM_OPERAND_TSC_FREQUENCY, f);
}

static bool check_msr_config_ctls(struct init *in)
{
	u64 bad = in->params->msr_config_ctls & ~BIT_ULL(0);

	return bad && operand_fault(in, TDX_RULE_RESERVED, TDXM_OPERAND_RDX, bad);
}

static bool check_arch_capabilities(struct init *in)
{
	u64 allowed = in->params->msr_config_ctls & BIT_ULL(0) ? TDXM_ARCH_CAPABILITIES_MASK : 0;
	u64 bad = in->params->ia32_arch_capabilities_config & ~allowed;

	/* Granite Rapids A0 lacks what this configures; 2.0.08 knows. */
	if (in->p->fms == 0xa06d0 && in->m->rules >= TDX_MODULE_VERSION(2, 0, 8))
		return false;
	return bad && operand_fault(in, TDX_RULE_ARCH_CAPABILITIES, TDXM_OPERAND_IA32_ARCH_CAPABILITIES_CONFIG,
				    bad);
}

/* What the TD has so far: 0 where the entry is yet to come. */
static u32 virt(const struct init *in, u32 leaf, u32 subleaf, enum tdx_reg reg)
{
	int i = tdx_lookup(in->p, leaf, subleaf);

	return i < 0 ? 0 : in->td->cpuid[i][reg];
}

void tdx_xfam_masked(const struct tdx_platform *p, u32 i, u64 xfam, u32 masked[4])
{
	const struct tdx_module_entry *e = tdx_module_entry(p->module, i);
	const struct tdx_xfam_mask *x;
	u32 k, r;

	memset(masked, 0, sizeof(u32) * 4);
	for (k = 0; p->masked[i] && k < p->module->nr_xfam_mask; k++) {
		x = &p->module->xfam_mask[k];
		if (x->leaf != e->leaf || x->subleaf != e->subleaf)
			continue;
		if (!(~xfam & x->xfam))
			continue;
		for (r = 0; r < 4; r++)
			masked[r] |= x->clear[r];
	}
}

/* Could a TD with this 1.EAX run here, coming from the platforms that this module knows? */
static bool fms_is_allowed(const struct tdx_platform *p, u32 fms)
{
	u32 i, known;

	if (!((fms ^ p->fms) & ~0xfU) && (fms & 0xf) > (p->fms & 0xf))
		return false;
	for (i = 0; (known = tdx_allowed_fms(p, i)); i++)
		if (!((fms ^ known) & ~0xfU))
			return (fms & 0xf) <= (known & 0xf);
	return false;
}

static bool check_fms(struct init *in, const struct tdx_module_entry *e, u32 v[4])
{
	bool migratable = in->params->attributes & TDXM_ATTR_MIGRATABLE;
	bool native = !v[TDX_EAX];
	bool good;

	if (native)
		v[TDX_EAX] = in->p->fms;
	if (native && (!migratable || in->m->rules >= TDX_MODULE_VERSION(2, 0, 8)))
		return false;
	good = migratable ? fms_is_allowed(in->p, v[TDX_EAX]) : v[TDX_EAX] == in->p->fms;
	/* A CPU without family and model is at fault with all of the register. */
	return !good && config_fault(in, TDX_RULE_FMS, true, e, TDX_EAX,
				     v[TDX_EAX] ? v[TDX_EAX] : ~0U);
}

#define HLE	BIT(4)
#define RTM	BIT(11)

static bool check_tsx(struct init *in, const struct tdx_module_entry *e, u32 ebx)
{
	bool set_rcx = in->m->rules >= TDX_MODULE_VERSION(1, 5, 5);

	if (!(ebx & HLE) != !(ebx & RTM))
		return config_fault(in, TDX_RULE_TSX_PAIR, set_rcx, e, TDX_EBX, HLE | RTM);
	if ((ebx & HLE) && !(in->p->cpu->arch_capabilities & TDXM_ARCH_CAPABILITIES_TSX_CTRL))
		return cpuid_fault(in, TDX_RULE_TSX_CTRL,
				   TDXM_INCORRECT_MSR_VALUE | TDXM_MSR_ARCH_CAPABILITIES, false, e,
				   TDX_EBX, HLE | RTM);
	return false;
}

/* Size of an XSAVE area with the user components of @xfam. */
static u32 xsave_size(const struct tdx_platform *p, u64 xfam)
{
	u32 n, end, size = 512 + 64;
	u32 reg[4];

	for (n = 2; n < 32; n++) {
		if (!(xfam & BIT_ULL(n)))
			continue;
		tdx_native_cpuid(p->cpu, 0xd, n, reg);
		if (reg[TDX_ECX] & BIT(0))	/* supervisor state, not in XCR0 */
			continue;
		end = reg[TDX_EAX] + reg[TDX_EBX];
		if (end > size)
			size = end;
	}
	return size;
}

static bool xfam_has_xfd(const struct tdx_platform *p, u64 xfam)
{
	u32 reg[4];
	u32 n;

	for (n = 2; n < 32; n++) {
		if (!(xfam & BIT_ULL(n)))
			continue;
		tdx_native_cpuid(p->cpu, 0xd, n, reg);
		if (reg[TDX_ECX] & BIT(2))
			return true;
	}
	return false;
}

static bool check_maxpa(struct init *in, const struct tdx_module_entry *e, u32 v[4])
{
	u64 flags = in->params->config_flags;
	u32 native = native_maxpa(in->p);
	u32 limit = flags & TDXM_FLAG_GPAW ? 52 : 48;
	u32 wanted = v[TDX_EAX] & 0xff;
	u32 pa = native, gpa = 0;
	bool la57 = virt(in, 7, 0, TDX_ECX) & BIT(16);
	bool stop = false;

	if (native < limit)
		limit = native;
	v[TDX_EAX] = (v[TDX_EAX] & ~0xff00U) | (la57 ? 57 : 48) << 8;

	if (!(in->m->config_flags_fixed0 & TDXM_FLAG_MAXPA_VIRT))
		return false;
	if (flags & TDXM_FLAG_MAXPA_VIRT) {
		pa = wanted ? wanted : limit;
		if (wanted && (wanted < TDXM_MIN_VIRT_MAXPA || wanted > limit))
			stop = config_fault(in, TDX_RULE_MAXPA, false, e, TDX_EAX, wanted);
	}
	v[TDX_EAX] = (v[TDX_EAX] & ~0xffU) | pa;

	if (in->m->config_flags_fixed0 & TDXM_FLAG_MAXGPA_VIRT) {
		if (flags & TDXM_FLAG_MAXGPA_VIRT)
			gpa = limit;
		v[TDX_EAX] = (v[TDX_EAX] & ~0xff0000U) | gpa << 16;
	}
	return stop;
}

/* Does the TD lack, by XFAM or ATTRIBUTES, what the whole entry is about? */
static bool entry_needs_xfam(const struct init *in, const struct tdx_module_entry *e)
{
	return tdx_entry_xfam(e) & ~in->params->xfam;
}

static bool entry_needs_attribute(const struct init *in, const struct tdx_module_entry *e)
{
	u64 attr = in->params->attributes;

	return (tdx_entry_attributes(in->m, e) & ~attr) ||
	       (e->leaf == 0x1a && (attr & TDXM_ATTR_MIGRATABLE));
}

static bool entry_needs_cpuid(const struct init *in, const struct tdx_module_entry *e)
{
	switch (e->leaf) {
	case 0x5:
		return !(virt(in, 1, TDX_NO_SUBLEAF, TDX_ECX) & BIT(3));
	case 0x23:
		if (in->m->rules < TDX_MODULE_VERSION(1, 5, 5))
			return false;
		if (!(virt(in, 7, 1, TDX_EAX) & BIT(8)))
			return true;
		return in->m->rules >= TDX_MODULE_VERSION(2, 0, 8) && e->subleaf >= 1 &&
		       e->subleaf < 32 && !(virt(in, 0x23, 0, TDX_EAX) & BIT(e->subleaf));
	}
	return false;
}

static void set_bit_if(u32 *v, u32 bit, bool on)
{
	*v = on ? *v | bit : *v & ~bit;
}

static bool special_case(struct init *in, u32 i, u32 v[4])
{
	const struct tdx_module_entry *e = tdx_module_entry(in->m, i);
	u64 attr = in->params->attributes;
	bool stop = false;
	u32 masked[4], r;

	if (e->leaf == 1)
		stop = check_fms(in, e, v);

	tdx_xfam_masked(in->p, i, in->params->xfam, masked);
	for (r = 0; r < 4; r++)
		v[r] &= ~masked[r];

	if (e->leaf == 7 && e->subleaf == 0) {
		stop = check_tsx(in, e, v[TDX_EBX]);
		set_bit_if(&v[TDX_ECX], BIT(31), attr & TDXM_ATTR_PKS);
		v[TDX_ECX] &= ~BIT(23);		/* Key Locker */
	} else if (e->leaf == 7 && e->subleaf == 1) {
		if (in->m->rules >= TDX_MODULE_VERSION(1, 5, 5))
			set_bit_if(&v[TDX_EAX], BIT(6), attr & TDXM_ATTR_LASS);
	} else if (e->leaf == 0xd && e->subleaf == 0) {
		v[TDX_ECX] = xsave_size(in->p, in->params->xfam);
	} else if (e->leaf == 0xd && e->subleaf == 1) {
		if (!xfam_has_xfd(in->p, in->params->xfam))
			v[TDX_EAX] &= ~BIT(4);
	} else if (e->leaf == 0x15) {
		v[TDX_EBX] = in->params->tsc_frequency;
	} else if (e->leaf == 0x80000008) {
		stop = check_maxpa(in, e, v);
	}

	if (e->leaf == 0x19 || entry_needs_xfam(in, e) || entry_needs_attribute(in, e) ||
	    entry_needs_cpuid(in, e))
		memset(v, 0, 4 * sizeof(*v));
	return stop;
}

/* One entry of cpuid_lookup[]. */
static bool set_cpuid(struct init *in, u32 i)
{
	const struct tdx_module_entry *e = tdx_module_entry(in->m, i);
	u32 *v = in->td->cpuid[i];
	const u32 *c;
	u32 bad, r;

	memcpy(v, in->p->native[i], 4 * sizeof(*v));
	if (e->slot >= 0) {
		c = in->params->cpuid_values[e->slot];
		for (r = 0; r < 4; r++) {
			bad = c[r] & ~(e->config_direct[r] | e->allow_direct[r]);
			if (bad && config_fault(in, TDX_RULE_NOT_CONFIGURABLE, true, e, r, bad))
				return true;
			v[r] = (v[r] & ~e->config_direct[r]) | (c[r] & e->config_direct[r]);
			v[r] &= c[r] | ~e->allow_direct[r];
		}
	}
	return special_case(in, i, v);
}

enum { LEVEL_INVALID, LEVEL_SMT, LEVEL_CORE, LEVEL_END = 6 };

static bool is_zero(const u32 v[4])
{
	return !(v[0] | v[1] | v[2] | v[3]);
}

static void set_0xb(struct init *in, u32 subleaf, u32 eax, u32 ebx, u32 ecx, u32 edx)
{
	int i = tdx_lookup(in->p, 0xb, subleaf);

	if (i < 0)
		return;
	in->td->cpuid[i][TDX_EAX] = eax;
	in->td->cpuid[i][TDX_EBX] = ebx;
	in->td->cpuid[i][TDX_ECX] = ecx;
	in->td->cpuid[i][TDX_EDX] = edx;
}

/* The bits of 0x1F.@subleaf.ECX that make it a level where none may be; 0 if it is right. */
static u32 bad_level(const struct init *in, u32 ecx, u32 subleaf, u32 previous, bool core)
{
	u32 type = ecx >> 8 & 0xff;

	if (type == LEVEL_INVALID)
		return !subleaf || !core ? 0xff00 : 0;
	if (type <= previous || type >= LEVEL_END)
		return 0xff00;
	if (in->m->rules < TDX_MODULE_VERSION(1, 5, 6))
		return 0;
	if ((ecx & 0xff) != subleaf)
		return 0xff;
	return type == LEVEL_SMT && subleaf ? 0xff00 : 0;
}

/*
 * The levels that the VMM configured in 0x1F, or the CPU's if it configured
 * none, and 0xB made from them.
 */
static bool set_topology(struct init *in)
{
	bool from_last = in->m->rules >= TDX_MODULE_VERSION(1, 5, 6);
	u32 subleaf, previous = LEVEL_INVALID, level = 0, bad;
	bool native = false, core = false;
	const u32 *last = NULL;
	u32 *v = NULL;
	int i;

	if (in->m->rules < TDX_MODULE_VERSION(1, 5, 5))
		return false;

	for (subleaf = 0; subleaf < TDXM_NR_TOPOLOGY; subleaf++) {
		i = tdx_lookup(in->p, 0x1f, subleaf);
		if (i < 0)
			return false;
		v = in->td->cpuid[i];
		if (!subleaf)
			native = is_zero(v);
		bad = native && !is_zero(v) ? 0xff00 : 0;
		if (native && !bad)
			memcpy(v, in->p->native[i], 4 * sizeof(*v));
		if (!bad)
			bad = bad_level(in, v[TDX_ECX], subleaf, previous, core);
		if (bad)
			return cpuid_fault(in, TDX_RULE_TOPOLOGY, TDXM_LEAF_1F_UNRECOGNIZED, false,
					   tdx_module_entry(in->m, i), TDX_ECX, bad);

		previous = v[TDX_ECX] >> 8 & 0xff;
		if (previous == LEVEL_SMT) {
			set_0xb(in, 0, v[TDX_EAX], v[TDX_EBX], v[TDX_ECX], v[TDX_EDX]);
			level = 1;
		}
		if (previous == LEVEL_CORE)
			core = true;
		if (previous != LEVEL_INVALID)
			last = v;
	}

	if (!from_last) {
		set_0xb(in, 1, v[TDX_EAX], v[TDX_EBX],
			(v[TDX_ECX] & ~0xff00U) | LEVEL_CORE << 8, v[TDX_EDX]);
		return false;
	}
	set_0xb(in, level, last[TDX_EAX], last[TDX_EBX], LEVEL_CORE << 8 | level, last[TDX_EDX]);
	while (++level <= 2) {
		if (in->m->rules >= TDX_MODULE_VERSION(2, 0, 8))
			set_0xb(in, level, 0, 0, level, last[TDX_EDX]);
		else
			set_0xb(in, level, 0, 0, 0, 0);
	}
	return false;
}

static bool check_params(struct init *in)
{
	return check_attributes(in) || check_xfam(in) || check_max_vcpus(in) ||
	       check_num_l2_vms(in) || check_config_flags(in) || check_eptp_controls(in) ||
	       check_tsc_frequency(in) || check_msr_config_ctls(in);
}

static bool set_all_cpuid(struct init *in)
{
	u32 i;

	for (i = 0; i < in->m->nr_lookup; i++)
		if (set_cpuid(in, i))
			return true;
	return set_topology(in);
}

static bool check_tail(struct init *in)
{
	return in->params->reserved_nonzero &&
	       operand_fault(in, TDX_RULE_RESERVED, TDXM_OPERAND_RDX, 0);
}

/* A TD with L2 VMs does not migrate. */
static bool check_migratable_l2(struct init *in)
{
	return in->params->num_l2_vms && (in->params->attributes & TDXM_ATTR_MIGRATABLE) &&
	       in->m->rules < TDX_MODULE_VERSION(2, 0, 8) &&
	       operand_fault(in, TDX_RULE_NUM_L2_VMS, TDXM_OPERAND_RDX, in->params->num_l2_vms);
}

u64 tdx_mng_init(struct tdx_td *td, const struct tdx_platform *p,
		 const struct tdx_td_params *params, u64 *rcx, struct tdx_fault_report *report)
{
	struct init in = {
		.td = td,
		.p = p,
		.m = p->module,
		.params = params,
		.report = report,
	};

	memset(td, 0, sizeof(*td));
	td->platform = p;
	td->attributes = params->attributes;
	td->xfam = params->xfam;
	td->config_flags = params->config_flags;

	if (!(check_params(&in) || set_all_cpuid(&in) || check_tail(&in) ||
	      check_arch_capabilities(&in) || check_migratable_l2(&in)))
		td->initialized = !in.status;
	*rcx = in.rcx;
	return in.status;
}

/* An entry without subleaf answers every subleaf; one with a subleaf only its own. */
static int field_index(const struct tdx_platform *p, u32 leaf, u32 subleaf)
{
	int i = tdx_lookup(p, leaf, subleaf);

	return i < 0 && subleaf != TDX_NO_SUBLEAF ? tdx_lookup(p, leaf, TDX_NO_SUBLEAF) : i;
}

u64 tdx_mng_rd(const struct tdx_td *td, u64 field, u64 *value)
{
	const struct tdx_platform *p = td->platform;
	u32 leaf = (field >> 9 & 0x7f) | (field >> 16 & 1) << 31;
	u32 subleaf = field & BIT(8) ? TDX_NO_SUBLEAF : field >> 1 & 0x7f;
	const u32 *v;
	int i;

	*value = 0;
	if (!td->initialized)
		return TDXM_OP_STATE_INCORRECT;
	if ((field & ~TDX_MD_CPUID_VALUES_MASK) != TDX_MD_CPUID_VALUES)
		return TDXM_FIELD_ID_INCORRECT;
	i = field_index(p, leaf, subleaf);
	if (i < 0)
		return TDXM_FIELD_ID_INCORRECT;
	if (tdx_module_entry(p->module, i)->faulting)
		return TDXM_FIELD_NOT_READABLE;

	v = td->cpuid[i] + (field & 1 ? 2 : 0);
	*value = v[0] | (u64)v[1] << 32;
	return 0;
}

void tdx_mng_lost(const struct tdx_td *td, const struct tdx_td_params *params, u32 slot,
		  u32 lost[TDX_NR_LOSS][4])
{
	const struct tdx_platform *p = td->platform;
	u32 i = p->module->lookup_of_slot[slot];
	const struct tdx_module_entry *e = tdx_module_entry(p->module, i);
	const struct init in = { .p = p, .m = p->module, .params = params };
	u32 masked[4], gone, part, r;

	tdx_xfam_masked(p, i, params->xfam, masked);
	if (entry_needs_xfam(&in, e))
		memset(masked, 0xff, sizeof(masked));

	for (r = 0; r < 4; r++) {
		gone = params->cpuid_values[slot][r] & (e->config_direct[r] | e->allow_direct[r]) &
		       ~td->cpuid[i][r];

		part = gone & e->fixed0[r] & ~e->config_direct[r];
		lost[TDX_LOST_FIXED0][r] = part;
		gone &= ~part;

		part = gone & e->allow_direct[r] & ~p->native[i][r];
		lost[TDX_LOST_NOT_NATIVE][r] = part;
		gone &= ~part;

		part = gone & masked[r];
		lost[TDX_LOST_XFAM][r] = part;
		gone &= ~part;

		part = 0;
		if (entry_needs_attribute(&in, e))
			part = gone;
		else if (e->leaf == 7 && e->subleaf == 0 && r == TDX_ECX)
			part = gone & BIT(31);		/* PKS */
		else if (e->leaf == 7 && e->subleaf == 1 && r == TDX_EAX)
			part = gone & BIT(6);		/* LASS */
		lost[TDX_LOST_ATTRIBUTE][r] = part;
		lost[TDX_LOST_FIXED0][r] |= gone & ~part;
	}
}
