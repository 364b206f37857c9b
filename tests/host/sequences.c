// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Generated sequences of TDX calls, and every answer to them in one line each:
 * the same program prints the same on any host that answers the same.
 */
#include "client.h"

static __u64 state;

static unsigned int dice(unsigned int sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % sides;
}

/* A good request, with something wrong every now and then. */
static void vary(struct request *request)
{
	/* Neither 52 nor components beyond SSE: not every CPU has them. */
	static const __u32 gpaw[] = { 48, 48, 48, 51, 0 };
	__u32 *reg;

	make_request(request);
	request->init.xfam = 3;
	request->entries[1].eax = gpaw[dice(5)] << 16;
	switch (dice(12)) {
	case 0:
		request->init.attributes ^= 1ULL << dice(64);
		break;
	case 1:
		request->init.xfam ^= 1ULL << dice(2);
		break;
	case 2:
		request->init.cpuid.nent = dice(4);
		break;
	case 3:
		request->init.reserved[dice(12)] = dice(2);
		break;
	case 4:
		request->entries[0].eax ^= 1U << dice(32);
		break;
	case 5:
		request->entries[2] = request->entries[dice(2)];
		request->init.cpuid.nent = 3;
		break;
	case 6:
	case 7:
	case 8:
		request->entries[2] = (struct kvm_cpuid_entry2){
			.function = dice(2) ? 7 : dice(0x24), .index = dice(3), .flags = dice(2)
		};
		reg = &request->entries[2].eax + dice(4);
		*reg = 1U << dice(32);
		request->init.cpuid.nent = 3;
		break;
	}
}

static __u32 hash(const void *data, size_t size)
{
	const unsigned char *byte = data;
	__u32 sum = 2166136261U;

	while (size--)
		sum = (sum ^ *byte++) * 16777619U;
	return sum;
}

static long one_call(struct td *td, unsigned int which, __u64 *hw_error, __u32 *sum)
{
	static struct {
		struct kvm_tdx_capabilities fixed;
		struct kvm_cpuid_entry2 entries[64];
	} caps;
	static struct list list;
	struct request request;
	long result;

	switch (which) {
	case 0:
		memset(&caps, 0, sizeof(caps));
		caps.fixed.cpuid.nent = dice(2) ? 64 : dice(40);
		result = tdx_call(td->vm, KVM_TDX_CAPABILITIES, !dice(8), &caps, hw_error);
		caps.fixed.supported_xfam &= 3;
		*sum = hash(&caps, sizeof(caps));
		return result;
	case 1:
		return td_step(td, IRQCHIP);
	case 2:
	case 3:
		vary(&request);
		return tdx_call(td->vm, KVM_TDX_INIT_VM, !dice(16), &request, hw_error);
	case 4:
		/* A second one only if the host has a second CPU. */
		return td->vcpu < 0 ? td_step(td, VCPU) : 0;
	case 5:
		memset(&list, 0, sizeof(list));
		list.header.nent = dice(2) ? 256 : dice(100);
		result = tdx_call(td->vcpu, KVM_TDX_GET_CPUID, !dice(8), &list, hw_error);
		*sum = hash(&list, sizeof(list));
		return result;
	case 6:
		return td->vcpu < 0 ? -EBADF : call(td->vcpu, KVM_SET_CPUID2, &list);
	case 7:
		return tdx_call(td->vcpu, KVM_TDX_INIT_VCPU, !dice(8), NULL, hw_error);
	case 8:
		return tdx_call(td->vm, KVM_TDX_FINALIZE_VM, !dice(8), NULL, hw_error);
	case 9:
		return tdx_call(dice(2) ? td->vm : td->vcpu, dice(8), dice(2), NULL, hw_error);
	}
	return 0;
}

/* sequences COUNT [SEED [brief]]: brief is a sum of each sequence's answers. */
int scenario_sequences(int argc, char **argv)
{
	unsigned long count = argc > 0 ? strtoul(argv[0], NULL, 0) : 100;

	bool brief = argc > 2;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	for (unsigned long i = 0; i < count; i++) {
		__u32 sums = 0;
		unsigned int length;
		struct td td;

		state = (argc > 1 ? strtoull(argv[1], NULL, 0) : 1) * 0x9e3779b97f4a7c15ULL + i + 1;
		for (int k = 0; k < 16; k++)
			dice(2);
		length = 4 + dice(10);
		td_start(&td, VM);
		/* It shows in CPUID, and hosts differ in it. */
		expect("TSC", call(td.vm, KVM_SET_TSC_KHZ, (void *)2000000), 0);
		if (!brief)
			printf("sequence %lu\n", i);
		for (unsigned int k = 0; k < length; k++) {
			/* Half of the time the next step of a start, so that some get far. */
			unsigned int which = dice(2) && k < 9 ?
						     (unsigned char)"\0\1\2\4\5\6\7\10\11"[k] :
						     dice(10);
			__u64 hw_error = 0;
			__u32 sum = 0;
			long result = one_call(&td, which, &hw_error, &sum);

			if (result > 0) /* a descriptor */
				result = 1;
			if (!brief)
				printf("%u %ld 0x%llx %08x\n", which, result,
				       (unsigned long long)hw_error, sum);
			sums = sums * 31 + hash(&result, sizeof(result)) +
			       hash(&hw_error, sizeof(hw_error)) + sum;
		}
		if (brief)
			printf("sequence %lu %08x\n", i, sums);
		td_end(&td);
	}
	return 0;
}
