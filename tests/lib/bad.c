/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What libtdxcpuid is given and cannot use: lists that are NULL, structures of
 * odd sizes, numbers that are none of their enumeration, modules that no KVM
 * could work with.  Each is refused, and nothing is made.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static struct kvm_cpuid_entry2 gpaw48 = { .function = 0x80000008, .eax = 48 << 16 };
static struct tdxcpuid_host *host;
static struct tdxcpuid_answer *answer;

static int new_module(const struct tdxcpuid_module_desc *desc, uint32_t *bad)
{
	struct tdxcpuid_module *module = (struct tdxcpuid_module *)-1;
	int error = tdxcpuid_module_new(NULL, desc, &module, bad);

	if (error && module)
		return 1;
	tdxcpuid_module_free(module);
	return error;
}

static int new_caps(const struct tdxcpuid_caps *caps)
{
	struct tdxcpuid_host *made = (struct tdxcpuid_host *)-1;
	int error = tdxcpuid_host_new_caps(caps, &made);

	if (error && made)
		return 1;
	tdxcpuid_host_free(made);
	return error;
}

static int new_model(enum tdxcpuid_policy policy)
{
	struct tdxcpuid_host *made = (struct tdxcpuid_host *)-1;
	int error = tdxcpuid_host_new_model(NULL, NULL, policy, &made);

	if (error && made)
		return 1;
	tdxcpuid_host_free(made);
	return error;
}

static int new_cpu(const char *name, const struct tdxcpuid_leaf *leaves, uint32_t nr)
{
	struct tdxcpuid_cpu *cpu = (struct tdxcpuid_cpu *)-1;
	int error = tdxcpuid_cpu_new(name, leaves, nr, 0, &cpu);

	if (error && cpu)
		return 1;
	tdxcpuid_cpu_free(cpu);
	return error;
}

/* A module's own look-up: each entry as it is given. */
static int new_lookup(const struct tdxcpuid_module_entry *lookup, uint32_t nr, uint32_t *bad)
{
	const struct tdxcpuid_module_entry slot = { .leaf = 0x80000008,
						    .subleaf = TDXCPUID_NO_SUBLEAF };
	const struct tdxcpuid_module_desc desc = {
		.size = sizeof(desc),
		.version = "1.5.35",
		.slots = &slot,
		.nr_slots = 1,
		.lookup = lookup,
		.nr_lookup = nr,
	};

	return new_module(&desc, bad);
}

static void test_lookups(void)
{
	struct tdxcpuid_module_entry e[] = {
		{ .leaf = 0, .subleaf = TDXCPUID_NO_SUBLEAF },
		{ .leaf = 0x80000000, .subleaf = TDXCPUID_NO_SUBLEAF },
		{ .leaf = 1, .subleaf = TDXCPUID_NO_SUBLEAF },
	};
	uint32_t bad;

	tap(!new_lookup(e, 3, &bad), "leaves 0 and 0x80000000 are all that a look-up needs");
	tap(new_lookup(e + 1, 2, &bad) == -ENODATA && bad == 0, "no leaf 0");
	tap(new_lookup(e, 1, &bad) == -ENODATA && bad == 0x80000000, "no leaf 0x80000000");
	tap(new_lookup(e, 0, &bad) == -ENODATA && bad == 0, "an empty look-up");
	e[0].faulting = 1;
	tap(new_lookup(e, 3, &bad) == -ENODATA && bad == 0, "leaf 0 is faulting");
	e[0].faulting = 0;
	e[1].faulting = 1;
	tap(new_lookup(e, 3, &bad) == -ENODATA && bad == 0x80000000, "so is leaf 0x80000000");
	e[1].faulting = 0;
	e[0].subleaf = 0;
	tap(new_lookup(e, 3, &bad) == -ENODATA && bad == 0, "leaf 0 with a subleaf");
	e[0].subleaf = TDXCPUID_NO_SUBLEAF;
	e[2].leaf = 0;
	tap(new_lookup(e, 3, &bad) == -ENOTUNIQ && bad == 2, "leaf 0 twice");
}

static void test_slots(void)
{
	struct tdxcpuid_module_entry slot[40] = { { .leaf = 7 }, { .leaf = 7, .subleaf = 1 } };
	struct tdxcpuid_module_desc desc = { .size = sizeof(desc), .version = "1.5.35" };
	uint32_t bad;

	desc.slots = slot;
	desc.nr_slots = 2;
	tap(!new_module(&desc, &bad), "two subleaves");
	slot[1].subleaf = 0;
	tap(new_module(&desc, &bad) == -EEXIST && bad == 1, "a slot twice");
	slot[1].subleaf = TDXCPUID_NO_SUBLEAF;
	tap(new_module(&desc, &bad) == -EBADSLT && bad == 1, "a leaf with subleaf, then without");
	slot[0].subleaf = TDXCPUID_NO_SUBLEAF;
	slot[1].subleaf = 2;
	tap(new_module(&desc, &bad) == -EBADSLT && bad == 1, "a leaf without subleaf, then with");
	desc.nr_slots = 49;
	tap(new_module(&desc, &bad) == -E2BIG, "49 slots");
}

static bool same_entries(const struct tdxcpuid_module *a, const struct tdxcpuid_module *b)
{
	struct tdxcpuid_module_entry x, y;
	uint32_t i;

	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	for (i = 0; tdxcpuid_module_entry(a, i, &x); i++) {
		if (!tdxcpuid_module_entry(b, i, &y) || memcmp(&x, &y, sizeof(x)))
			return false;
	}
	return !tdxcpuid_module_entry(b, i, &y);
}

/* "Out of describe, in to new". */
static void test_described(void)
{
	const struct tdxcpuid_module *base;
	uint32_t bad, n = 0, same = 0;

	for (; (base = tdxcpuid_module_nth(n)); n++) {
		struct tdxcpuid_module_desc desc = { .size = sizeof(desc) };
		struct tdxcpuid_module *module;

		tdxcpuid_module_describe(base, &desc);
		if (tdxcpuid_module_new(base, &desc, &module, &bad))
			continue;
		same += same_entries(base, module);
		tdxcpuid_module_free(module);
	}
	tap(n > 10 && same == n, "a module that is described makes a module: %u of %u", same, n);
}

static void test_null_lists(void)
{
	struct tdxcpuid_module_desc desc = { .size = sizeof(desc), .version = "1.5.35" };
	struct tdxcpuid_caps caps = { .size = sizeof(caps) };
	struct tdxcpuid_request r = { .size = sizeof(r) };
	struct tdxcpuid_request good = { .size = sizeof(good), .nent = 1, .entries = &gpaw48 };
	struct tdxcpuid_vcpu v = { .size = sizeof(v) };
	uint64_t attributes, xfam;
	uint32_t one = 1, bad;
	char page[4096] = "";

	tap(!new_module(&desc, &bad), "no lists: all is the base's");
	desc.nr_slots = 3;
	tap(new_module(&desc, &bad) == -EINVAL, "slots");
	desc.nr_slots = 0;
	desc.nr_lookup = 1;
	tap(new_module(&desc, &bad) == -EINVAL, "look-up");
	desc.nr_lookup = 0;
	desc.nr_xfam_mask = 1;
	tap(new_module(&desc, &bad) == -EINVAL, "XFAM masks");
	desc.nr_xfam_mask = 0;
	desc.version = NULL;
	tap(new_module(&desc, &bad) == -EINVAL, "version");
	tap(new_module(NULL, &bad) == -EINVAL, "description of a module");

	tap(new_cpu("x", NULL, 1) == -EINVAL, "leaves");
	tap(!new_cpu("x", NULL, 0), "a CPU without leaves");
	tap(new_cpu(NULL, NULL, 0) == -EINVAL, "name of a CPU");
	tap(tdxcpuid_native(NULL, 1000) == tdxcpuid_native(NULL, 0), "native leaves");

	caps.nent = 1;
	tap(new_caps(&caps) == -EINVAL, "capabilities");
	caps.nent = 0;
	caps.policy = 3;
	tap(new_caps(&caps) == -EINVAL, "policy of a host");
	tap(new_caps(NULL) == -EINVAL, "what is known of a host");

	for (r.nent = 1; r.nent <= TDXCPUID_MAX_ENTRIES; r.nent *= 2) {
		tap(tdxcpuid_check(host, &r, &answer) == -EINVAL &&
			    tdxcpuid_explain(host, &r, -EINVAL, 0, &answer) == -EINVAL &&
			    tdxcpuid_check_vcpu(host, &r, &v, &answer) == -EINVAL,
		    "%u entries of a request", r.nent);
	}
	v.effective = &gpaw48;
	v.nr_effective = 1;
	tap(tdxcpuid_check_vcpu(host, &r, &v, &answer) == -EINVAL, "too many of them");
	v.effective = NULL;
	tap(tdxcpuid_check_vcpu(host, &good, &v, &answer) == -EINVAL, "effective entries");
	v.nr_effective = 0;
	tap(!tdxcpuid_check_vcpu(host, &good, &v, &answer), "a vCPU without entries");
	v.nent = 1;
	tap(tdxcpuid_check_vcpu(host, &good, &v, &answer) == -EINVAL &&
		    tdxcpuid_check_snp(page, sizeof(page), &v, &answer) == -EINVAL,
	    "entries of a vCPU");
	v.nent = 0;
	tap(tdxcpuid_check(host, NULL, &answer) == -EINVAL &&
		    tdxcpuid_explain(host, NULL, -EIO, 0, &answer) == -EINVAL &&
		    tdxcpuid_check_vcpu(host, NULL, &v, &answer) == -EINVAL &&
		    tdxcpuid_check_vcpu(host, &good, NULL, &answer) == -EINVAL &&
		    tdxcpuid_check_snp(page, sizeof(page), NULL, &answer) == -EINVAL,
	    "requests and vCPUs");
	tap(tdxcpuid_check_snp(NULL, 0, &v, &answer) == -EINVAL &&
		    tdxcpuid_check_snp(NULL, 4096, &v, &answer) == -EINVAL &&
		    !tdxcpuid_check_snp(page, sizeof(page), &v, &answer),
	    "a CPUID page");
	tap(tdxcpuid_check_snp_page(NULL, 4096, NULL, NULL, &answer) == -EINVAL &&
		    tdxcpuid_check_snp_page(page, 15, NULL, NULL, &answer) == -EINVAL &&
		    !tdxcpuid_check_snp_page(page, 16, NULL, NULL, &answer) &&
		    answer->verdict == TDXCPUID_UNDECIDED,
	    "one for the firmware");
	tap(tdxcpuid_filter(host, NULL, &one, &answer) == -EINVAL && one == 1, "a list to filter");
	tap(tdxcpuid_kvm_capabilities(-1, &attributes, &xfam, NULL, &one) == -EINVAL &&
		    tdxcpuid_kvm_get_cpuid(-1, NULL, &one) == -EINVAL,
	    "room for what KVM says");
}

/* The structures as each size below their own makes them, filled with what would crash. */
static void test_sizes(void)
{
	uint32_t odd = 0, wrong = 0, bad;

	for (uint32_t size = 0; size < 200; size++) {
		union {
			uint32_t size;
			struct tdxcpuid_module_desc desc;
			struct tdxcpuid_caps caps;
			struct tdxcpuid_request request;
			struct tdxcpuid_vcpu vcpu;
			struct tdxcpuid_host_info info;
			unsigned char byte[256];
		} u;
		struct tdxcpuid_request good = {
			.size = sizeof(good),
			.nent = 1,
			.entries = &gpaw48,
		};
		char page[4096] = "";
		int error[6];

		memset(&u, 0, sizeof(u));
		u.size = size;
		error[0] = new_module(&u.desc, &bad);
		error[1] = new_caps(&u.caps);
		error[2] = tdxcpuid_check(host, &u.request, &answer);
		error[3] = tdxcpuid_explain(host, &u.request, 0, 0, &answer);
		error[4] = tdxcpuid_check_vcpu(host, &good, &u.vcpu, &answer);
		error[5] = tdxcpuid_check_snp(page, sizeof(page), &u.vcpu, &answer);
		odd += !size || size % sizeof(void *);
		for (size_t i = 0; i < ARRAY_SIZE(error); i++)
			wrong += !error[i] == (!size || size % sizeof(void *) || !i);

		/* Only what the caller has room for is written. */
		memset(&u, 0xa5, sizeof(u));
		u.size = size;
		if (size % 2)
			tdxcpuid_host_info(host, &u.info);
		else
			tdxcpuid_module_describe(tdxcpuid_module_nth(0), &u.desc);
		for (size_t i = size > 4 ? size : 4; i < sizeof(u); i++)
			wrong += u.byte[i] != 0xa5;

		/* What is beyond the size does not count. */
		memset(&u, 0xa5, sizeof(u));
		u.size = size;
		if (size < 16) {
			u.request.nent = u.vcpu.nent = 2;
			wrong += !tdxcpuid_check(host, &u.request, &answer);
			wrong += !new_caps(&u.caps);
			wrong += !new_module(&u.desc, &bad);
			wrong += !tdxcpuid_check_snp(page, sizeof(page), &u.vcpu, &answer);
		}
	}
	tap(odd > 100 && !wrong, "sizes of structures: %u are wrong", wrong);
}

static void test_numbers(void)
{
	static const int numbers[] = { -1, 3, 14, 32, 99, 0x7fffffff, -0x7fffffff - 1 };
	struct tdxcpuid_request good = { .size = sizeof(good), .nent = 1, .entries = &gpaw48 };
	uint32_t wrong = 0, unnamed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const int n = numbers[i];
		const struct tdxcpuid_bit bits[] = { { 7, 0, n, 5 }, { 7, 0, TDXCPUID_ECX, n } };
		struct tdxcpuid_caps caps = { .size = sizeof(caps),
					      .gpaw52 = (enum tdxcpuid_known)n };
		struct tdxcpuid_bit_verdict verdict;
		struct tdxcpuid_slot slot;
		struct tdxcpuid_module_entry entry;
		char name[TDXCPUID_NAME_MAX];

		wrong += new_model((enum tdxcpuid_policy)n) != -EINVAL;
		wrong += new_caps(&caps) != -EINVAL;
		/* Three is a register, and fourteen a bit. */
		for (size_t k = 0; k < ARRAY_SIZE(bits); k++) {
			bool none = n < 0 || n > (k ? 31 : 3);

			tdxcpuid_bit_name(&bits[k], name);
			wrong += none && tdxcpuid_bit_alias(&bits[k], 0);
			tdxcpuid_bit_verdict(&bits[k], &verdict);
			wrong += none && (verdict.allowed || verdict.listed || verdict.value);
			wrong += none && tdxcpuid_module_class(tdxcpuid_module_nth(0), &bits[k]) !=
						 TDXCPUID_CLASS_ABSENT;
		}
		wrong += (n < 0 || n > 3) && tdxcpuid_value_mask(1, TDXCPUID_NO_SUBLEAF, n);
		unnamed += n != 3 && !strcmp(tdxcpuid_reg_name(n), "?");
		unnamed += n != 3 && !strcmp(tdxcpuid_layer_name((enum tdxcpuid_layer)n), "?");
		unnamed += n != 3 && n != 14 &&
			   !strcmp(tdxcpuid_reason_name((enum tdxcpuid_reason)n), "?");
		unnamed += n != 3 && !strcmp(tdxcpuid_why_name((enum tdxcpuid_why)n), "?");
		unnamed += n != 3 && !strcmp(tdxcpuid_class_name((enum tdxcpuid_class)n), "?");
		unnamed += !strcmp(tdxcpuid_policy_name((enum tdxcpuid_policy)n), "?");

		if (n == 3 || n == 14)
			continue;
		wrong += tdxcpuid_host_slot(host, (uint32_t)n, &slot);
		wrong += tdxcpuid_module_slot(tdxcpuid_module_nth(0), (uint32_t)n, &entry);
		wrong += n != 32 && n != 99 &&
			 tdxcpuid_module_entry(tdxcpuid_module_nth(0), (uint32_t)n, &entry);
		wrong += n != 32 && n != 99 &&
			 tdxcpuid_bit_nth((uint32_t)n, &(struct tdxcpuid_bit){ 0 });
		wrong += tdxcpuid_module_nth((uint32_t)n) || tdxcpuid_cpu_nth((uint32_t)n);
	}
	tap(!wrong, "numbers that are none: %u are wrong", wrong);
	tap(unnamed == 6 * ARRAY_SIZE(numbers) - 6, "numbers without a name");

	tap(tdxcpuid_explain(host, &good, EINVAL, 0, &answer) == -EINVAL &&
		    tdxcpuid_explain(host, &good, -4096, 0, &answer) == -EINVAL &&
		    tdxcpuid_explain(host, &good, -0x7fffffff - 1, 0, &answer) == -EINVAL &&
		    !tdxcpuid_explain(host, &good, -4095, 0, &answer) &&
		    !tdxcpuid_explain(host, &good, 0, 0, &answer),
	    "what KVM has said is 0 or a negative errno");
}

int main(void)
{
	if (tdxcpuid_host_new_model(NULL, NULL, TDXCPUID_ALLOWLIST, &host))
		exit(1);
	test_lookups();
	test_slots();
	test_described();
	test_null_lists();
	test_sizes();
	test_numbers();
	tdxcpuid_answer_free(answer);
	tdxcpuid_host_free(host);
	return tap_end();
}
