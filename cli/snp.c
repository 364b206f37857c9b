// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid check --snp-page: vCPUs against what the PSP enforces for an SEV-SNP guest. */
#include <errno.h>

#include "check.h"

/* The vCPUs that are opened, against the page; 1 if one is inconsistent. */
static int compare_snp(const struct options *o, const struct text *page, struct vcpu *vcpus)
{
	int status = 0;

	for (int i = 0; i < o->nr_vcpus; i++) {
		const struct tdxcpuid_vcpu vcpu = kvm_vcpu(&vcpus[i], o->mode);
		int error = tdxcpuid_check_snp(page->data, page->size, &vcpu, &vcpus[i].answer);
		struct trouble t;

		if (error == -EINVAL) {
			trouble(&t, 1, 1, "not the CPUID page of an SEV-SNP guest");
			return complain(o->snp_page, &t);
		}
		no_memory_if(error);
		status |= vcpus[i].answer->nr_violations ? 1 : 0;
	}
	return status;
}

/* vCPUs against what the PSP enforces for an SEV-SNP guest. */
int check_snp(const struct options *o, struct vcpu *vcpus)
{
	struct out j = { .break_depth = 2 };
	struct text page;
	struct trouble t;
	int status = 0;

	if (text_read(&page, o->snp_page, &t))
		return complain(o->snp_page, &t);
	for (int i = 0; i < o->nr_vcpus && status != EXIT_BAD; i++)
		status = vcpu_open(&vcpus[i], o->vcpus[i]);
	if (status != EXIT_BAD)
		status = compare_snp(o, &page, vcpus);
	text_free(&page);
	if (status == EXIT_BAD)
		return status;

	if (!o->json) {
		print_vcpus(vcpus, o->nr_vcpus);
		return status;
	}

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_string(&j, "snp_page", o->snp_page);
	out_string(&j, "verdict", status ? "inconsistent" : "consistent");
	vcpus_to_json(&j, vcpus, o->nr_vcpus);
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
	return status;
}
