// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid_host_request(): on every module, CPU and policy, and with every XFAM, the request
 * is accepted, loses nothing and puts nothing at stake; and it is what QEMU made.
 */
#include <errno.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../generate.h"
#include "../tap.h"

#define MAX TDXCPUID_MAX_SLOTS

static struct {
	uint32_t requests, refused, lost, features, caps, none;
} sum;

static struct tdxcpuid_answer *answer;

static struct tdxcpuid_host_info info_of(const struct tdxcpuid_host *host)
{
	struct tdxcpuid_host_info info = { .size = sizeof(info) };

	tdxcpuid_host_info(host, &info);
	return info;
}

/* What a guest with @xfam can use of slot @k: said in another way than the library has it. */
static void expected(const struct tdxcpuid_host *host, const struct tdxcpuid_cpu *cpu, uint32_t k,
		     uint64_t xfam, uint32_t mask[4])
{
	struct tdxcpuid_slot slot;
	uint32_t native[4];

	tdxcpuid_host_slot(host, k, &slot);
	tdxcpuid_cpu_cpuid(cpu, slot.leaf, slot.subleaf == TDXCPUID_NO_SUBLEAF ? 0 : slot.subleaf,
			   native);
	for (int reg = 0; reg < 4; reg++) {
		mask[reg] = native[reg] & slot.reported[reg] &
			    ~tdxcpuid_value_mask(slot.leaf, slot.subleaf, reg);
		for (int n = 0; n < 32; n++) {
			const struct tdxcpuid_bit bit = { slot.leaf, slot.subleaf, reg, n };
			struct tdxcpuid_bit_verdict verdict;
			struct tdxcpuid_bit_fate fate;

			if (!(mask[reg] >> n & 1))
				continue;
			tdxcpuid_bit_verdict(&bit, &verdict);
			tdxcpuid_bit_fate(host, &bit, &fate);
			if (!verdict.allowed || strncmp(verdict.source, "KVM virtualizes", 15) ||
			    (fate.xfam & ~xfam) || fate.attributes)
				mask[reg] &= ~(1U << n);
		}
	}
}

static void try(const struct tdxcpuid_host *host, const struct tdxcpuid_cpu *cpu, uint64_t xfam)
{
	struct tdxcpuid_request request = { .size = sizeof(request), .xfam = xfam };
	struct tdxcpuid_host_info info = info_of(host);
	struct kvm_cpuid_entry2 entries[MAX];

	request.attributes = info.attributes;
	if (tdxcpuid_host_request(host, &request, entries, MAX) ||
	    tdxcpuid_check(host, &request, &answer)) {
		sum.refused++;
		return;
	}
	sum.requests++;
	sum.refused += answer->verdict != TDXCPUID_ACCEPTED || request.nent != info.nr_slots;
	sum.lost += answer->lost.nr || answer->at_stake.nr;
	for (uint32_t k = 0; k < request.nent; k++) {
		const struct kvm_cpuid_entry2 *e = &entries[k];
		const uint32_t reg[] = { e->eax, e->ebx, e->ecx, e->edx };
		struct tdxcpuid_slot slot;
		uint32_t mask[4];

		tdxcpuid_host_slot(host, k, &slot);
		expected(host, cpu, k, xfam, mask);
		for (int r = 0; r < 4; r++)
			sum.features += (reg[r] & ~tdxcpuid_value_mask(slot.leaf, slot.subleaf,
								       r)) != mask[r];
	}
}

/* With all components of XFAM, without each, and without any that can be left out. */
static void try_all(const struct tdxcpuid_host *host, const struct tdxcpuid_cpu *cpu)
{
	static const uint64_t groups[] = { 0x4, 0xe0, 0x18, 0x200, 0x1800, 0x60000 };
	uint64_t all = info_of(host).xfam;

	for (int n = 0; n < 8; n++) {
		uint64_t xfam = all;

		for (int g = 0; g < 6; g++)
			xfam &= g == n || n == 7 ? ~groups[g] : ~0ULL;
		/* AVX-512 does not go without AVX. */
		if (!(xfam & 4))
			xfam &= ~0xe0ULL;
		try(host, cpu, xfam);
	}
}

/* The same host, of which a VMM knows what its KVM reports. */
static void try_caps(const struct tdxcpuid_host *model)
{
	struct tdxcpuid_host_info info = info_of(model);
	const struct tdxcpuid_caps caps = {
		.size = sizeof(caps),
		.nent = info.nr_slots,
		.attributes = info.attributes,
		.xfam = info.xfam,
		.cpuid = info.cpuid,
		.module = info.module,
		.cpu = info.cpu,
		.gpaw52 = info.gpaw52,
		.tsc_khz = info.tsc_khz,
	};
	struct tdxcpuid_request a = { .size = sizeof(a) }, b = a;
	struct kvm_cpuid_entry2 of_model[MAX], of_caps[MAX];
	struct tdxcpuid_host *host;

	memset(of_model, 0, sizeof(of_model));
	memset(of_caps, 0, sizeof(of_caps));
	a.attributes = b.attributes = info.attributes;
	a.xfam = b.xfam = info.xfam;
	sum.caps++;
	if (tdxcpuid_host_new_caps(&caps, &host))
		return;
	if (!tdxcpuid_host_request(model, &a, of_model, MAX) &&
	    !tdxcpuid_host_request(host, &b, of_caps, MAX) && !tdxcpuid_check(host, &b, &answer) &&
	    answer->verdict == TDXCPUID_ACCEPTED && a.nent == b.nent &&
	    !memcmp(of_model, of_caps, sizeof(of_model)))
		sum.caps--;
	tdxcpuid_host_free(host);
}

static void every_host(void)
{
	const struct tdxcpuid_module *module;
	const struct tdxcpuid_cpu *cpu;
	struct tdxcpuid_host *host;

	for (uint32_t m = 0; (module = tdxcpuid_module_nth(m)); m++) {
		for (uint32_t c = 0; (cpu = tdxcpuid_cpu_nth(c)); c++) {
			for (int p = TDXCPUID_ALLOWLIST; p <= TDXCPUID_NONE; p++) {
				struct tdxcpuid_request request = { .size = sizeof(request) };

				if (tdxcpuid_host_new_model(module, cpu, p, &host))
					continue;
				if (info_of(host).disabled & TDXCPUID_NO_MODULE) {
					sum.none++;
					sum.refused += tdxcpuid_host_request(host, &request, NULL,
									     0) != -EOPNOTSUPP;
				} else {
					try_all(host, cpu);
					if (p == TDXCPUID_ALLOWLIST)
						try_caps(host);
				}
				tdxcpuid_host_free(host);
			}
		}
	}
	tap_note("%u requests, %u hosts without TDX", sum.requests, sum.none);
	tap(sum.requests > 4000 && sum.none, "there are hosts with TDX and without");
	tap(!sum.refused, "each is accepted, and has an entry a slot");
	tap(!sum.lost, "none loses a bit, or puts one at stake");
	tap(!sum.features, "each has the features that are expected");
	tap(!sum.caps, "what is known of a host's KVM and CPU makes the same request");
}

/* As recorded; caches and the numbers of CPUs are those of the machine there. */
static void like_qemu(void)
{
	const struct tdxcpuid_module *module = tdxcpuid_module_find("1.5.05");
	struct tdxcpuid_request request = { .size = sizeof(request),
					    .attributes = QEMU_ATTRIBUTES,
					    .xfam = QEMU_XFAM };
	struct kvm_cpuid_entry2 entries[MAX];
	struct tdxcpuid_host *host;
	uint32_t same = 0;

	tdxcpuid_host_new_model(module, NULL, TDXCPUID_ALLOWLIST, &host);
	tdxcpuid_host_request(host, &request, entries, MAX);
	for (uint32_t i = 0; i < 12; i++) {
		for (uint32_t k = 0; k < request.nent; k++) {
			const struct kvm_cpuid_entry2 *q = &qemu_entries[i], *e = &entries[k];

			if (e->function != q->function || e->index != q->index)
				continue;
			same += q->function == 0x4 || !memcmp(q, e, sizeof(*q));
		}
	}
	tap(same == 12, "but for caches it is what QEMU 11.1.3 -cpu host made (%u of 12)", same);
	tdxcpuid_host_free(host);
}

static void errors(void)
{
	struct tdxcpuid_request request = { .size = sizeof(request) }, none = { 0 };
	struct tdxcpuid_caps caps = { .size = sizeof(caps) };
	struct kvm_cpuid_entry2 entries[MAX];
	struct tdxcpuid_host *host, *unknown;
	uint32_t nr;

	tdxcpuid_host_new_model(NULL, NULL, TDXCPUID_ALLOWLIST, &host);
	nr = info_of(host).nr_slots;
	tap(tdxcpuid_host_request(host, &request, entries, nr - 1) == -E2BIG &&
		    !tdxcpuid_host_request(host, &request, entries, nr) && request.nent == nr &&
		    request.entries == entries,
	    "room for all slots will do, and no less");
	tap(tdxcpuid_host_request(host, &none, entries, MAX) == -EINVAL &&
		    tdxcpuid_host_request(host, NULL, entries, MAX) == -EINVAL &&
		    tdxcpuid_host_request(host, &request, NULL, MAX) == -EINVAL,
	    "no request, no size, no room");
	tdxcpuid_host_new_caps(&caps, &unknown);
	tap(tdxcpuid_host_request(unknown, &request, entries, MAX) == -ENODATA,
	    "a host whose CPU is not known");
	tdxcpuid_host_free(unknown);
	tdxcpuid_host_free(host);
}

/* A CPU that does not tell its frequency, as under most hypervisors. */
static void no_frequency(void)
{
	const struct tdxcpuid_cpu *spr = tdxcpuid_cpu_find("spr");
	struct tdxcpuid_request request = { .size = sizeof(request) };
	struct kvm_cpuid_entry2 entries[MAX];
	struct tdxcpuid_leaf leaf[512];
	struct tdxcpuid_host *host;
	struct tdxcpuid_cpu *cpu;
	uint32_t nr = 0;

	while (nr < 512 && tdxcpuid_cpu_leaf(spr, nr, &leaf[nr])) {
		if (leaf[nr].leaf == 0x15)
			memset(leaf[nr].reg, 0, sizeof(leaf[nr].reg));
		nr++;
	}
	tdxcpuid_cpu_new("still", leaf, nr, 0, &cpu);
	tdxcpuid_host_new_model(NULL, cpu, TDXCPUID_ALLOWLIST, &host);
	request.xfam = info_of(host).xfam;
	if (info_of(host).disabled & TDXCPUID_NO_MODULE)
		tap(false, "the module wants leaf 0x15");
	else
		tap(!tdxcpuid_host_request(host, &request, entries, MAX) && request.tsc_khz &&
			    !tdxcpuid_check(host, &request, &answer) &&
			    answer->verdict == TDXCPUID_ACCEPTED,
		    "without a frequency of the CPU's there is one that the module takes");
	tdxcpuid_host_free(host);
	tdxcpuid_cpu_free(cpu);
}

/* What a VMM shows that shows nothing but the sentence. */
static void sentence(void)
{
	struct tdxcpuid_request request = { .size = sizeof(request), .xfam = 3 };
	struct kvm_cpuid_entry2 entries[MAX];
	struct tdxcpuid_host *host;

	tdxcpuid_host_new_model(NULL, NULL, TDXCPUID_ALLOWLIST, &host);
	tdxcpuid_host_request(host, &request, entries, MAX);
	for (uint32_t i = 0; i < request.nent; i++) {
		if (entries[i].function == 7 && !entries[i].index)
			entries[i].ecx |= 1 << 5;
	}
	tap(!tdxcpuid_check(host, &request, &answer) &&
		    strstr(answer->text, ": KVM does not support waitpkg"),
	    "what is refused names the bit: %s", answer->text);
	tap(!tdxcpuid_explain(host, &request, -EINVAL, 0, &answer) &&
		    strstr(answer->text, ": KVM does not support waitpkg"),
	    "what has failed, too: %s", answer->text);
	tdxcpuid_host_free(host);
}

int main(void)
{
	every_host();
	like_qemu();
	errors();
	no_frequency();
	sentence();
	tdxcpuid_answer_free(answer);
	return tap_end();
}
