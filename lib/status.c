// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The completion status of a SEAMCALL in words.  Bits 63:32 are the class; what
 * bits 31:0 mean depends on it.
 */
#include <errno.h>
#include <string.h>

#include "status.h"
#include "text.h"

/* What bits 31:0 of a class are. */
enum detail { PLAIN, OPERAND, EXIT, MSR, TDMR, SMRR, FILTER, VMCS, OP_STATE };

static const struct class
{
	u32 number;
	const char *name;
	enum detail detail;
} classes[] = {
#define TDX_STATUS(class, name, detail)	     { class, #name, detail },
#define TDX_STATUS_ALSO(class, name, detail) { class, #name, detail },
#include "../module/tdx_status.h"
};

static const struct {
	u32 class;
	const char *words;
} hints[] = {
	/* clang-format off */
	{ TDX_CLASS_TDX_INTERRUPTED_RESUMABLE, "call again" },
	{ TDX_CLASS_TDX_INTERRUPTED_RESTARTABLE, "call again" },
	{ TDX_CLASS_TDX_NON_RECOVERABLE_VCPU, "the vCPU cannot run any more" },
	{ TDX_CLASS_TDX_NON_RECOVERABLE_TD, "the TD cannot run any more" },
	{ TDX_CLASS_TDX_NON_RECOVERABLE_TD_NON_ACCESSIBLE, "the TD is lost, and its memory cannot be read" },
	{ TDX_CLASS_TDX_NON_RECOVERABLE_TD_WRONG_APIC_MODE, "the host CPU is in xAPIC mode: TDX needs x2APIC" },
	{ TDX_CLASS_TDX_NON_RECOVERABLE_TD_CORRUPTED_MD, "the TD is lost: its metadata in memory is corrupted" },
	{ TDX_CLASS_TDX_INVALID_RESUMPTION, "the call that was interrupted is another one" },
	{ TDX_CLASS_TDX_OPERAND_ADDR_RANGE_ERROR, "an address that is in no TDMR" },
	{ TDX_CLASS_TDX_OPERAND_BUSY, "the TDX module or the TD is in use: try again" },
	{ TDX_CLASS_TDX_OPERAND_BUSY_HOST_PRIORITY, "in use by the TD, which lets the host go first: try again" },
	{ TDX_CLASS_TDX_INTERRUPTED_BUSY, "in use: try again" },
	{ TDX_CLASS_TDX_PREVIOUS_TLB_EPOCH_BUSY, "a vCPU has not left since the last TDH.MEM.TRACK: kick it and try again" },
	{ TDX_CLASS_TDX_SYS_BUSY, "try again" },
	{ TDX_CLASS_TDX_RND_NO_ENTROPY, "no random numbers at hand: try again" },
	{ TDX_CLASS_TDX_PAGE_METADATA_INCORRECT, "the page is of another type or state than the call needs" },
	{ TDX_CLASS_TDX_PAGE_NOT_OWNED_BY_TD, "the page belongs to another TD" },
	{ TDX_CLASS_TDX_PAGE_NOT_FREE, "the page is in use already" },
	{ TDX_CLASS_TDX_TD_ASSOCIATED_PAGES_EXIST, "reclaim the pages of the TD first" },
	{ TDX_CLASS_TDX_SYS_SHUTDOWN, "the TDX module is shut down, after an error or for an update" },
	{ TDX_CLASS_TDX_SYS_NOT_READY, "the TDX module is not initialized yet" },
	{ TDX_CLASS_TDX_UPDATE_COMPATIBILITY_SENSITIVE, "an update at this moment would break what is under way: try again later" },
	{ TDX_CLASS_TDX_TDCS_NOT_ALLOCATED, "pages of TDCS are missing (TDH.MNG.ADDCX)" },
	{ TDX_CLASS_TDX_OP_STATE_INCORRECT, "not allowed in the TD's present state" },
	{ TDX_CLASS_TDX_LIFECYCLE_STATE_INCORRECT, "not allowed at this point of the TD's life" },
	{ TDX_CLASS_TDX_VCPU_ASSOCIATED, "the vCPU is still on another CPU: flush it there" },
	{ TDX_CLASS_TDX_VCPU_NOT_ASSOCIATED, "the vCPU is on no CPU: nothing to flush" },
	{ TDX_CLASS_TDX_MAX_VCPUS_EXCEEDED, "more vCPUs than MAX_VCPUS in TD_PARAMS" },
	{ TDX_CLASS_TDX_KEY_GENERATION_FAILED, "no entropy for a key: try again" },
	{ TDX_CLASS_TDX_HKID_NOT_FREE, "the key id is in use" },
	{ TDX_CLASS_TDX_WBCACHE_NOT_COMPLETE, "write back the caches first" },
	{ TDX_CLASS_TDX_FLUSHVP_NOT_DONE, "flush all vCPUs first" },
	{ TDX_CLASS_TDX_INCORRECT_CPUID_VALUE, "this CPU lacks what the TDX module needs" },
	{ TDX_CLASS_TDX_CPUID_LEAF_1F_FORMAT_UNRECOGNIZED, "the topology levels of leaf 0x1f are malformed" },
	{ TDX_CLASS_TDX_SMRR_NOT_LOCKED, "firmware has not locked the SMRR" },
	{ TDX_CLASS_TDX_INCONSISTENT_MSR, "the MSR differs between CPUs" },
	{ TDX_CLASS_TDX_INCORRECT_MSR_VALUE, "the MSR is not as the TDX module needs it" },
	{ TDX_CLASS_TDX_TDMR_OUTSIDE_CMRS, "part of it is no convertible memory" },
	{ TDX_CLASS_TDX_EPT_WALK_FAILED, "an upper level of the secure EPT is missing" },
	{ TDX_CLASS_TDX_EPT_ENTRY_NOT_FREE, "the guest address has a page already" },
	{ TDX_CLASS_TDX_EPT_ENTRY_STATE_INCORRECT, "not allowed in the entry's present state" },
	{ TDX_CLASS_TDX_TLB_TRACKING_NOT_DONE, "TDH.MEM.TRACK and a kick of all vCPUs come first" },
	{ TDX_CLASS_TDX_METADATA_FIELD_ID_INCORRECT, "there is no such field" },
	{ TDX_CLASS_TDX_METADATA_FIELD_NOT_READABLE, "the field may not be read so" },
	{ TDX_CLASS_TDX_METADATA_FIELD_NOT_WRITABLE, "the field may not be written so" },
	{ TDX_CLASS_TDX_METADATA_FIELD_VALUE_NOT_VALID, "the value is not allowed for the field" },
	{ TDX_CLASS_TDX_TD_FATAL, "the TD had a fatal error" },
	/* clang-format on */
};

static const struct {
	u32 id;
	const char *name;
} operands[] = {
#define TDX_OPERAND(id, name) { id, #name },
#include "../module/tdx_status.h"
};

/* What more there is to say of an operand. */
static const struct {
	u32 id;
	const char *words;
} operand_hints[] = {
	{ TDXM_OPERAND_EXEC_CONTROLS, ", that is CONFIG_FLAGS" },
	{ TDXM_OPERAND_CPUID_CONFIG,
	  ": a bit that is not configurable, or a value that breaks a rule" },
};

/* Bits 47:40: what a class is about. */
static const char *const groups[] = {
	"",
	"an operand",
	"something in use",
	"a page",
	"what depends on it",
	"the TDX module's state",
	"the TD's state",
	"the vCPU's state",
	"keys",
	"the platform",
	"physical memory",
	"the TD's memory",
	"metadata fields",
	"service TDs",
	"migration",
	"devices (TDX Connect)",
	"attestation",
	"L2 VMs",
};

static const struct class *find_class(u32 number)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (classes[i].number == number)
			return &classes[i];
	}
	return NULL;
}

static const char *operand_name(u32 id)
{
	for (size_t i = 0; i < ARRAY_SIZE(operands); i++) {
		if (operands[i].id == id)
			return operands[i].name;
	}
	return NULL;
}

static bool is_software(u64 status)
{
	return (status & 0xffffffff00000000ULL) == TDX_SW_ERROR;
}

const char *tdxcpuid_status_name(uint64_t status)
{
	const struct class *class = find_class(status >> 32);

	if (is_software(status))
		return (u32)status == TDX_SW_VMFAILINVALID ? "TDX_SEAMCALL_VMFAILINVALID" :
		       (u32)status == 13		   ? "TDX_SEAMCALL_GP" :
		       (u32)status == 6			   ? "TDX_SEAMCALL_UD" :
							     NULL;
	return class ? class->name : NULL;
}

static void software_words(struct text *w, u32 detail)
{
	if (detail == TDX_SW_VMFAILINVALID)
		add(w, "TDX_SEAMCALL_VMFAILINVALID: Linux's own, SEAMCALL failed with "
		       "VMfailInvalid: the TDX module is not loaded");
	else if (detail == 13)
		add(w, "TDX_SEAMCALL_GP: Linux's own, SEAMCALL ended in #GP: TDX is off");
	else if (detail == 6)
		add(w, "TDX_SEAMCALL_UD: Linux's own, SEAMCALL ended in #UD: the CPU is not in VMX "
		       "operation");
	else
		add(w, "Linux's own: SEAMCALL ended in an exception, vector %u", detail);
}

static void class_words(struct text *w, const struct class *class, u32 number)
{
	u32 group = number >> 8 & 0xff;

	if (class) {
		add(w, "%s", class->name);
		return;
	}
	add(w, "unknown %s 0x%08x", number >> 31 ? "error" : "status", number);
	if (group && group < ARRAY_SIZE(groups))
		add(w, " (about %s)", groups[group]);
}

static void operand_words(struct text *w, u32 class, u32 id)
{
	const char *name = operand_name(id);
	bool is_page = (class >> 8 & 0xff) == 3 && id == TDXM_OPERAND_RCX;

	add(w, ", operand %u: %s", id, name ? name : "an operand without name");
	if (is_page)
		add(w, " (the page that the call names)");
	if (id == TDXM_OPERAND_RDX && class == TDX_CLASS_TDX_OPERAND_INVALID)
		add(w, ": a reserved field of TD_PARAMS, or its address");
	for (size_t i = 0; i < ARRAY_SIZE(operand_hints); i++) {
		if (operand_hints[i].id == id)
			add(w, "%s", operand_hints[i].words);
	}
}

static void op_state_words(struct text *w, u32 state)
{
	static const char *const states[] = {
		"UNINITIALIZED", "INITIALIZED", "RUNNABLE",	 "LIVE_EXPORT",
		"PAUSED_EXPORT", "POST_EXPORT", "MEMORY_IMPORT", "STATE_IMPORT",
		"POST_IMPORT",	 "LIVE_IMPORT", "FAILED_IMPORT",
	};

	/* Older modules leave it at 0. */
	if (state && state < ARRAY_SIZE(states))
		add(w, ": it is %s", states[state]);
	else if (state)
		add(w, ", detail 0x%x", state);
}

static void msr_words(struct text *w, u32 msr)
{
	const char *name = msr_name(msr);

	add(w, ": MSR 0x%x%s%s", msr, name ? ", " : "", name ? name : "");
}

static void detail_words(struct text *w, const struct class *class, u32 detail)
{
	switch (class ? class->detail : PLAIN) {
	case OPERAND:
		/* Operand 0 is RAX, the number of the call: elsewhere it is 'not said'. */
		if (detail || class->number == TDX_CLASS_TDX_OPERAND_INVALID ||
		    class->number == TDX_CLASS_TDX_OPERAND_BUSY)
			operand_words(w, class->number, detail);
		return;
	case MSR:
		msr_words(w, detail);
		if (detail == 0x10a && class->number == TDX_CLASS_TDX_INCORRECT_MSR_VALUE)
			add(w, ": HLE and RTM need TSX_CTRL");
		return;
	case OP_STATE:
		op_state_words(w, detail);
		return;
	case TDMR:
		add(w, ", TDMR %u", detail & 0xff);
		detail &= ~0xffU;
		break;
	case SMRR:
		add(w, ", SMRR %u", (detail & 0xff) + 1);
		detail &= ~0xffU;
		break;
	case FILTER:
		add(w, ", filter %u", detail);
		return;
	case EXIT:
		if (detail)
			add(w, ", detail 0x%x: VM exit reason %u, if TDH.VP.ENTER returned it",
			    detail, detail & 0xffff);
		return;
	case VMCS:
		add(w, ", VMCS field 0x%x", detail);
		return;
	default:
		break;
	}
	if (detail)
		add(w, ", detail 0x%x", detail);
}

static bool names_leaf(u64 status)
{
	return status == (TDXM_OPERAND_INVALID | TDXM_OPERAND_CPUID_CONFIG) ||
	       TDX_STATUS_CLASS(status) == TDXM_INCORRECT_CPUID_VALUE;
}

/* A register that came back, in classes where it is the id of a metadata field. */
static bool register_is_field(struct text *w, u64 status, const char *name, u64 value)
{
	char field[128];

	if ((status >> 40 & 0xff) != 0xc)
		return false;
	if (!metadata_words(value, false, field, sizeof(field)))
		snprintf(field, sizeof(field), "that no public header of the module names");
	add(w, "; %s 0x%llx: field %s", name, (unsigned long long)value, field);
	return true;
}

static void rcx_words(struct text *w, u64 status, u64 rcx)
{
	u32 leaf = rcx, subleaf = rcx >> 32;

	if (names_leaf(status) && !rcx && TDX_STATUS_CLASS(status) == TDXM_OPERAND_INVALID)
		add(w, "; RCX 0 names no leaf: a rule on HLE and RTM, or on the width in "
		       "0x80000008.eax");
	else if (names_leaf(status) && subleaf == TDX_NO_SUBLEAF)
		add(w, "; RCX: leaf 0x%x without subleaf (register and bit are not told)", leaf);
	else if (names_leaf(status))
		add(w, "; RCX: leaf 0x%x, subleaf 0x%x (register and bit are not told)", leaf,
		    subleaf);
	else if (rcx && (status >> 40 & 0xff) == 0xb)
		add(w, "; RCX 0x%llx: the secure EPT's entry", (unsigned long long)rcx);
	else if (rcx && !register_is_field(w, status, "RCX", rcx))
		add(w, "; RCX 0x%llx", (unsigned long long)rcx);
}

static void rdx_words(struct text *w, u64 status, u64 rdx)
{
	if ((status >> 40 & 0xff) == 0xb)
		add(w, "; RDX 0x%llx: level %u of the secure EPT, entry in state %u",
		    (unsigned long long)rdx, (u32)(rdx & 7), (u32)(rdx >> 8 & 0xff));
	else if (rdx && !register_is_field(w, status, "RDX", rdx))
		add(w, "; RDX 0x%llx", (unsigned long long)rdx);
}

static void hint_words(struct text *w, u32 number, bool has_detail)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++) {
		if (hints[i].class == number)
			add(w, "%s %s", has_detail ? ";" : ":", hints[i].words);
	}
}

static void status_words(struct text *w, u64 status)
{
	const struct class *class = find_class(status >> 32);
	char field[128];
	char *before;

	if (is_software(status)) {
		software_words(w, status);
		return;
	}
	class_words(w, class, status >> 32);
	if (status == ~0ULL) {
		add(w, ": what a call begins with; none should return it");
		return;
	}
	before = w->at;
	detail_words(w, class, status);
	hint_words(w, status >> 32, w->at > before);
	if (!class && metadata_words(status, true, field, sizeof(field)))
		add(w, "; as the id of a metadata field it is %s", field);
}

/* A number of 32 bits: what it would be as either half of a status. */
static void half_words(struct text *w, u32 half)
{
	const struct class *class = find_class(half);
	const char *operand = operand_name(half);

	add(w, "0x%x is half of a status at most", half);
	if (class)
		add(w, "; as the upper half it is %s: did you mean 0x%08x00000000?", class->name,
		    half);
	if (operand)
		add(w, "; as the lower half operand %u: %s", half, operand);
	if (half >> 16 == 0)
		add(w, "; as all of it TDX_SUCCESS, VM exit reason %u if TDH.VP.ENTER returned it",
		    half);
}

void tdxcpuid_status_text(u64 status, bool has_rcx, u64 rcx, char text[TDXCPUID_TEXT_MAX])
{
	struct text w = { text, TDXCPUID_TEXT_MAX };

	*text = '\0';
	status_words(&w, status);
	if (status && has_rcx)
		rcx_words(&w, status, rcx);
	if (has_rcx && TDX_STATUS_CLASS(status) == TDXM_INCORRECT_CPUID_VALUE)
		wanted_words(text, TDXCPUID_TEXT_MAX, rcx, rcx >> 32);
}

int tdxcpuid_status_words(const struct tdxcpuid_status *given, char text[TDXCPUID_TEXT_MAX])
{
	struct text w = { text, TDXCPUID_TEXT_MAX };
	struct tdxcpuid_status s;

	*text = '\0';
	if (!copy_in(&s, sizeof(s), given) || s.error > 0)
		return -EINVAL;

	if (!s.status && s.error)
		add(&w, "0 beside -%s: KVM refused before it asked the TDX module",
		    strerrorname_np(-s.error) ? strerrorname_np(-s.error) : "errno");
	else if (!s.status)
		add(&w, "TDX_SUCCESS; beside an errno 0 means that KVM refused before it asked the "
			"TDX module");
	else if (!(s.status >> 32))
		half_words(&w, s.status);
	else
		status_words(&w, s.status);

	if (s.status && (s.known & TDXCPUID_KNOWN_RCX))
		rcx_words(&w, s.status, s.rcx);
	if (s.status && (s.known & TDXCPUID_KNOWN_RDX))
		rdx_words(&w, s.status, s.rdx);
	if ((s.known & TDXCPUID_KNOWN_RCX) &&
	    TDX_STATUS_CLASS(s.status) == TDXM_INCORRECT_CPUID_VALUE)
		wanted_words(text, TDXCPUID_TEXT_MAX, s.rcx, s.rcx >> 32);
	return 0;
}

int tdxcpuid_status_error(enum tdxcpuid_policy policy, u64 status)
{
	return kvm_tdx_error_of_status(policy, status);
}
