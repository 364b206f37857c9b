/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * One host, many threads, each with its own answer: all of them must get what one
 * thread alone gets.  For ThreadSanitizer above all; see tests/heavy.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define THREADS 8
#define ROUNDS	200

static const struct kvm_cpuid_entry2 requests[3][2] = {
	{ { .function = 0x80000008, .eax = 48 << 16 }, { .function = 1, .ecx = 1 << 3 } },
	{ { .function = 0x80000008, .eax = 52 << 16 }, { .function = 7, .ecx = 1 << 5 } },
	{ { .function = 0x40000000 }, { .function = 7, .ebx = 0x810 } },
};

static struct tdxcpuid_host *hosts[3];
static char expected[3][3][4096];

/* All that an answer says, in a text. */
static void tell(const struct tdxcpuid_host *host, const struct kvm_cpuid_entry2 *entries,
		 struct tdxcpuid_answer **answer, char text[4096])
{
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = 2,
		.entries = entries,
		.xfam = 3,
	};
	const struct tdxcpuid_answer *a;
	int n;

	if (tdxcpuid_check(host, &request, answer))
		abort();
	a = *answer;
	n = snprintf(text, 4096, "%d %d %x %u %s", a->verdict, a->error, a->unknown,
		     a->nr_effective, a->text);
	for (uint32_t i = 0; i < a->nr_violations; i++)
		n += snprintf(text + n, 4096 - n, "|%s|%s", a->violations[i].text,
			      a->violations[i].fix);
}

static void *run(void *unused)
{
	struct tdxcpuid_answer *answer = NULL;
	size_t wrong = 0;
	char text[4096];

	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		int h = i % 3, r = i / 3 % 3;
		struct tdxcpuid_host *own;

		tell(hosts[h], requests[r], &answer, text);
		wrong += strcmp(text, expected[h][r]) != 0;
		/* And one that nobody shares. */
		if (tdxcpuid_host_new_model(NULL, NULL, TDXCPUID_ALLOWLIST, &own))
			abort();
		tell(own, requests[r], &answer, text);
		wrong += strcmp(text, expected[0][r]) != 0;
		tdxcpuid_host_free(own);
	}
	tdxcpuid_answer_free(answer);
	return (void *)wrong;
}

int main(void)
{
	struct tdxcpuid_host_info info = { .size = sizeof(info) };
	struct tdxcpuid_caps caps = { .size = sizeof(caps) };
	struct tdxcpuid_answer *answer = NULL;
	pthread_t thread[THREADS];
	size_t wrong = 0;

	if (tdxcpuid_host_new_model(NULL, NULL, TDXCPUID_ALLOWLIST, &hosts[0]) ||
	    tdxcpuid_host_new_model(tdxcpuid_module_find("1.5.05"), tdxcpuid_cpu_find("gnr"),
				    TDXCPUID_LINUX_7_3, &hosts[1]))
		return 1;
	tdxcpuid_host_info(hosts[0], &info);
	caps.attributes = info.attributes;
	caps.xfam = info.xfam;
	caps.nent = info.nr_slots;
	caps.cpuid = info.cpuid;
	if (tdxcpuid_host_new_caps(&caps, &hosts[2]))
		return 1;

	for (int h = 0; h < 3; h++) {
		for (int r = 0; r < 3; r++)
			tell(hosts[h], requests[r], &answer, expected[h][r]);
	}
	for (int i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, run, NULL))
			return 1;
	}
	for (int i = 0; i < THREADS; i++) {
		void *result;

		pthread_join(thread[i], &result);
		wrong += (size_t)result;
	}
	tap(!wrong, "%d threads get what one gets: %zu answers differ", THREADS, wrong);

	tdxcpuid_answer_free(answer);
	for (int h = 0; h < 3; h++)
		tdxcpuid_host_free(hosts[h]);
	return tap_end();
}
