// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid check: the answer of KVM_TDX_INIT_VM to a request, what the TD gets,
 * and whether the vCPUs agree.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "options.h"
#include "print.h"

int read_request(const char *file, struct text *text, struct request *r)
{
	struct trouble t;

	if (text_read(text, file, &t) || request_parse(r, text->data, text->size, &t))
		return complain(file, &t);
	if (!r->header) {
		trouble(&t, 1, 1,
			"a list of CPUID entries for a vCPU, not a request: it lacks attributes "
			"and xfam");
		t.hint = request_formats;
		return complain(file, &t);
	}
	return 0;
}

/* Read the request, and find out who is to judge it. */
static int open_request(const char *file, const struct target *preset, struct text *text,
			struct request *r, const struct target **host)
{
	struct trouble t;

	if (read_request(file, text, r))
		return EXIT_BAD;
	*host = target_of_request(r, preset, &t);
	return *host ? 0 : complain(file, &t);
}

static int judge(const struct options *o, const struct target *host, const struct request *request,
		 struct vcpu *vcpus)
{
	struct answer a = { .lists = o->lists };
	int status;

	no_memory_if(find_answer(&a, host, request));
	status = a.kvm->error ? 1 : 0;
	status |= check_vcpus(&a, vcpus, o->nr_vcpus, o->mode);
	if (o->strict && !status && a.kvm->verdict == TDXCPUID_UNDECIDED)
		status = EXIT_UNDECIDED;
	if (o->json) {
		struct out j = { .break_depth = 2 };

		answer_to_json(&j, NULL, &a, vcpus, o->nr_vcpus);
		out_flush(&j);
		out_free(&j);
	} else {
		answer_to_text(o->args[0], &a, vcpus, o->nr_vcpus);
		if (a.kvm->effective && !o->lists)
			print("--all lists what is left off and fixed, and the CPUID of the TD\n");
	}
	tdxcpuid_answer_free(a.kvm);
	return status;
}

static int check_one(const struct options *o, const struct target *preset, struct vcpu *vcpus)
{
	struct request *request = xcalloc(1, sizeof(*request));
	struct text text = { 0 };
	const struct target *host;
	int status;

	status = open_request(o->args[0], preset, &text, request, &host);
	for (int i = 0; i < o->nr_vcpus && !status; i++)
		status = vcpu_open(&vcpus[i], o->vcpus[i]);
	if (!status)
		status = judge(o, host, request, vcpus);
	request_free(request);
	text_free(&text);
	free(request);
	return status;
}

/* Text and JSON, whoever writes them. */
static void discard_output(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		dup2(fd, STDOUT_FILENO);
		close(fd);
	}
}

int cmd_check(const struct options *o)
{
	const struct target *preset = o->snp_page ? NULL : target_of_options(o);
	struct vcpu *vcpus;
	int status;

	if (!preset && !o->snp_page)
		return EXIT_BAD;
	if (o->quiet)
		discard_output();
	if (o->batch)
		return check_batch(o, preset);

	vcpus = xcalloc(o->nr_vcpus + 1, sizeof(*vcpus));
	if (o->supported)
		status = check_supported(o, vcpus);
	else
		status = o->snp_page ? check_snp(o, vcpus) : check_one(o, preset, vcpus);
	for (int i = 0; i < o->nr_vcpus; i++) {
		tdxcpuid_answer_free(vcpus[i].answer);
		request_free(&vcpus[i].request);
		text_free(&vcpus[i].text);
	}
	free(vcpus);
	return status;
}
