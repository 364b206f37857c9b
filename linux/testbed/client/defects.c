// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What Linux 7.3 gets wrong and the series puts right, each the shortest way. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define SIGNIFICANT	KVM_CPUID_FLAG_SIGNIFCANT_INDEX
#define HLE_RTM		(1u << 4 | 1u << 11)	/* 7.0.EBX */
#define WAITPKG		(1u << 5)		/* 7.0.ECX */

static struct capabilities caps;

/* INIT_VM on a new VM; a VM that KVM gave up must not leak anything either. */
static void init_vm_case(const char *name, struct init_vm *init, int error, uint64_t hw_error)
{
	uint64_t answer = 0;
	int vm, ret;

	case_begin("%s", name);
	if (error == -EIO)
		case_expect_warning();
	vm = td_create();
	ret = td_init_vm(vm, init, 0, &answer);
	if (!check("KVM_TDX_INIT_VM", ret, error) | !check("hw_error", answer, hw_error)) {
		tap_diag("xfam=0x%llx nent=%u", init->head.xfam, init->head.cpuid.nent);
		show_entries(init->entry, init->head.cpuid.nent);
	}
	close(vm);
	check("pages left in the module", module_pages(), 0);
	case_end();
}

static void get_capabilities(void)
{
	int vm = td_create();

	if (vm < 0 || td_capabilities(vm, &caps))
		tap_result(false, "no TD, no capabilities");
	close(vm);
}

/* Leaf 7's other slots, so that an entry without significant index is left with (7,0). */
static void occupy_leaf_7(struct init_vm *init)
{
	for (uint32_t i = 0; i < caps.head.cpuid.nent; i++)
		if (caps.entry[i].function == 7 && caps.entry[i].index)
			add_entry(init, 7, caps.entry[i].index, SIGNIFICANT, 0, 0, 0, 0);
}

static void label_trick(void)
{
	static const struct {
		const char *name;
		uint32_t ebx, ecx;
	} bit[] = { { "HLE and RTM", HLE_RTM, 0 }, { "WAITPKG", 0, WAITPKG } };
	static const struct {
		const char *name;
		uint32_t index, flags;
		bool honest;
	} label[] = {
		{ "labelled 7.0", 0, SIGNIFICANT, true },
		{ "labelled 7.0, index not significant", 0, 0, true },
		{ "labelled 7.5, index not significant", 5, 0, false },
	};
	struct init_vm init;

	for (unsigned int b = 0; b < ARRAY_SIZE(bit); b++) {
		for (unsigned int l = 0; l < ARRAY_SIZE(label); l++) {
			char name[100];

			minimal_init_vm(&init);
			occupy_leaf_7(&init);
			add_entry(&init, 7, label[l].index, label[l].flags, 0, bit[b].ebx,
				  bit[b].ecx, 0);
			strcpy(name, bit[b].name);
			strcat(name, " ");
			strcat(name, label[l].name);
			init_vm_case(name, &init,
				     label[l].honest || expect.label_fix ? -EINVAL : 0, 0);
		}
	}

	/* One entry for all of leaf 7: it fills every slot, and copy_cnt comes out right. */
	minimal_init_vm(&init);
	add_entry(&init, 7, 9, 0, 0, 0, 0, 0);
	if (caps.head.cpuid.nent) {
		uint32_t slots = 0;

		for (uint32_t i = 0; i < caps.head.cpuid.nent; i++)
			slots += caps.entry[i].function == 7;
		for (uint32_t i = 1; i < slots; i++)
			add_entry(&init, 0x40000000 + i, 0, 0, 0, 0, 0, 0);
		init_vm_case("entries of no slot hidden behind one that fills several", &init,
			     expect.allowlist ? -EINVAL : 0, 0);
	}
}

static void malformed_topology(void)
{
	bool has_slot = false;
	struct init_vm init;

	for (uint32_t i = 0; i < caps.head.cpuid.nent; i++)
		has_slot |= caps.entry[i].function == 0x1f && !caps.entry[i].index;
	if (!has_slot) {
		tap_skip("malformed levels in 0x1F", "the module has no slot for 0x1F");
		return;
	}
	minimal_init_vm(&init);
	add_entry(&init, 0x1f, 0, SIGNIFICANT, 1, 0, 0, 0);
	if (expect.status_fix)
		init_vm_case("malformed levels in 0x1F", &init, -EINVAL, 0xc000090400000000);
	else
		init_vm_case("malformed levels in 0x1F", &init, -EIO, 0);
}

/*
 * For a CPU profile with HLE and RTM and without TSX_CTRL. Only a KVM that the
 * label trick works on lets such a request reach the module.
 */
void test_tsx_without_tsx_ctrl(void)
{
	struct init_vm init;

	minimal_init_vm(&init);
	get_capabilities();
	occupy_leaf_7(&init);
	add_entry(&init, 7, 5, 0, 0, HLE_RTM, 0, 0);
	if (expect.label_fix)
		init_vm_case("HLE and RTM without TSX_CTRL: refused by KVM", &init, -EINVAL, 0);
	else
		init_vm_case("HLE and RTM without TSX_CTRL: KVM warns", &init, -EIO, 0);
}

void test_known_defects(void)
{
	get_capabilities();
	label_trick();
	malformed_topology();
}
