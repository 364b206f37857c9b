// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What others expect CPUID to answer inside a TD, and run there: 362 figures of
 * intel/lkvs. All that the model can know must agree with them; what does not is
 * in a reviewed file, each with its reason, and so is how much rests on what.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <tdxcpuid.h>

#include "../tap.h"

#define MAX_LISTED 64
#define KEY_MAX	   80

static const struct {
	const char *module;
	const char *cpu;
	const char *line; /* what the figures call it */
} runs[] = {
	{ "1.5.34", "emr", "VER1_5" },
	{ "2.0.18", "gnr", "VER2_0" },
};

/* On what an answer of the TD's CPUID rests. */
enum basis { FIXED, NATIVE, REQUEST, NO_ENTRY, NR_BASES };

struct expectation {
	uint32_t leaf;
	uint32_t subleaf;
	int32_t reg;
	uint32_t mask;
	uint32_t value;
	const char *versions;
};

static struct {
	char key[KEY_MAX];
	bool seen;
} listed[MAX_LISTED];
static uint32_t nr_listed;

static void __attribute__((noreturn)) die(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(1);
}

static uint32_t number(json_t *object, const char *key)
{
	json_t *j = json_object_get(object, key);

	if (json_is_string(j))
		return strtoul(json_string_value(j), NULL, 0);
	if (!json_is_integer(j))
		die("a figure is missing");
	return json_integer_value(j);
}

static struct expectation read_expectation(json_t *j)
{
	const char *reg = json_string_value(json_object_get(j, "register"));
	struct expectation e = {
		.leaf = number(j, "leaf"),
		.subleaf = number(j, "subleaf"),
		.mask = number(j, "mask"),
		.value = number(j, "value"),
		.versions = json_string_value(json_object_get(j, "versions")),
	};

	while (e.reg < 4 && reg && strcmp(reg, tdxcpuid_reg_name(e.reg)))
		e.reg++;
	if (!reg || e.reg == 4 || !e.versions)
		die("a figure without register or version");
	return e;
}

/* QEMU's recorded request, without the model of the CPU that it was recorded on. */
static void read_request(const char *file, struct tdxcpuid_request *request)
{
	static struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	unsigned long long attributes, xfam;
	FILE *f = fopen(file, "r");
	char line[256];

	if (!f)
		die("the recorded request cannot be opened");
	*request = (struct tdxcpuid_request){ .size = sizeof(*request), .entries = entries };
	while (fgets(line, sizeof(line), f)) {
		struct kvm_cpuid_entry2 e = { 0 };

		if (sscanf(line, "KVM_TDX_INIT_VM attributes=%llx xfam=%llx tsc_khz=%u",
			   &attributes, &xfam, &request->tsc_khz) == 3) {
			request->attributes = attributes;
			request->xfam = xfam;
		} else if (request->nent < TDXCPUID_MAX_ENTRIES &&
			   sscanf(line, "%x %x %x %x %x %x %x", &e.function, &e.index, &e.flags,
				  &e.eax, &e.ebx, &e.ecx, &e.edx) == 7) {
			if (e.function == 1)
				e.eax = 0;
			entries[request->nent++] = e;
		}
	}
	fclose(f);
}

static const struct kvm_cpuid_entry2 *find_entry(const struct tdxcpuid_answer *a,
						 const struct expectation *e)
{
	for (uint32_t i = 0; i < a->nr_effective; i++) {
		if (a->effective[i].function == e->leaf && a->effective[i].index == e->subleaf)
			return &a->effective[i];
	}
	return NULL;
}

static uint32_t reg_of(const struct kvm_cpuid_entry2 *e, int32_t reg)
{
	const uint32_t regs[] = { e->eax, e->ebx, e->ecx, e->edx };

	return regs[reg];
}

/* The weakest of what the bits of @e rest on. */
static enum basis basis_of(const struct tdxcpuid_module *m, const struct expectation *e)
{
	enum basis basis = FIXED;

	for (int bit = 0; bit < 32; bit++) {
		struct tdxcpuid_bit b = { e->leaf, e->subleaf, e->reg, bit };
		enum tdxcpuid_class class;
		enum basis of_bit = FIXED;

		if (!(e->mask >> bit & 1))
			continue;
		class = tdxcpuid_module_class(m, &b);
		if (class == TDXCPUID_CLASS_ABSENT) {
			b.subleaf = TDXCPUID_NO_SUBLEAF;
			class = tdxcpuid_module_class(m, &b);
		}
		if (class == TDXCPUID_CLASS_ABSENT)
			of_bit = NO_ENTRY;
		else if (class == TDXCPUID_CLASS_CONFIG || class == TDXCPUID_CLASS_ALLOW)
			of_bit = REQUEST;
		else if (class == TDXCPUID_CLASS_NATIVE)
			of_bit = NATIVE;
		if (of_bit > basis)
			basis = of_bit;
	}
	return basis;
}

/* What is found must be in the reviewed list, word by word. */
static void __attribute__((format(printf, 1, 2))) found(const char *format, ...)
{
	char key[KEY_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(key, sizeof(key), format, ap);
	va_end(ap);
	for (uint32_t i = 0; i < nr_listed; i++) {
		if (!strcmp(listed[i].key, key)) {
			listed[i].seen = true;
			return;
		}
	}
	tap(false, "not in the reviewed list: %s", key);
}

static void except(const char *module, const struct expectation *e, const char *got)
{
	found("%s %x.%x.%s 0x%x, 0x%x, %s", module, e->leaf, e->subleaf, tdxcpuid_reg_name(e->reg),
	      e->mask, e->value, got);
}

/* "KEY: REASON" a line. */
static void read_list(const char *file)
{
	FILE *f = fopen(file, "r");
	char line[512];

	if (!f)
		die("the list of exceptions cannot be opened");
	while (fgets(line, sizeof(line), f)) {
		char *reason = strstr(line, ": ");

		if (*line == '#' || *line == '\n')
			continue;
		if (!reason || strlen(reason) < 10 || reason - line >= KEY_MAX ||
		    nr_listed == MAX_LISTED)
			die("a line of the list is not 'KEY: REASON'");
		snprintf(listed[nr_listed++].key, sizeof(listed[0].key), "%.*s",
			 (int)(reason - line), line);
	}
	fclose(f);
}

static void run(size_t n, json_t *list, const struct tdxcpuid_request *request)
{
	const struct tdxcpuid_module *m = tdxcpuid_module_find(runs[n].module);
	uint32_t total = 0, agree = 0, on[NR_BASES] = { 0 };
	struct tdxcpuid_answer *a = NULL;
	struct tdxcpuid_host *host;
	char got[16];
	json_t *j;
	size_t i;

	if (tdxcpuid_host_new_model(m, tdxcpuid_cpu_find(runs[n].cpu), TDXCPUID_ALLOWLIST, &host) ||
	    tdxcpuid_check(host, request, &a) || a->verdict != TDXCPUID_ACCEPTED)
		die("QEMU's request is not accepted");
	json_array_foreach (list, i, j) {
		struct expectation e = read_expectation(j);
		const struct kvm_cpuid_entry2 *entry = find_entry(a, &e);
		enum basis basis = basis_of(m, &e);

		if (!strstr(e.versions, runs[n].line))
			continue;
		total++;
		on[basis]++;
		snprintf(got, sizeof(got), "none");
		if (entry)
			snprintf(got, sizeof(got), "0x%x", reg_of(entry, e.reg) & e.mask);
		if (entry && (reg_of(entry, e.reg) & e.mask) == e.value)
			agree++;
		else
			except(runs[n].module, &e, got);
	}
	found("%s, %u of %u agree", runs[n].module, agree, total);
	found("%s, %u fixed, %u native, %u by the request, %u without entry", runs[n].module,
	      on[FIXED], on[NATIVE], on[REQUEST], on[NO_ENTRY]);
	tap(true, "module %s on %s: %u of %u figures agree", runs[n].module, runs[n].cpu, agree,
	    total);
	tdxcpuid_answer_free(a);
	tdxcpuid_host_free(host);
}

int main(int argc, char **argv)
{
	struct tdxcpuid_request request;
	json_t *root, *list, *j;
	size_t i;

	if (argc != 4 || !(root = json_load_file(argv[1], 0, NULL)))
		die("usage: expectations EXPECTATIONS.json EXCEPTIONS REQUEST");
	list = json_object_get(root, "expectations");
	read_list(argv[2]);
	read_request(argv[3], &request);
	tap(json_array_size(list) == 362, "362 figures");

	for (i = 0; i < sizeof(runs) / sizeof(*runs); i++)
		run(i, list, &request);
	json_array_foreach (list, i, j) {
		struct expectation e = read_expectation(j);

		if (!strcmp(e.versions, "VER1_0"))
			except("1.0", &e, "none");
	}
	for (i = 0; i < nr_listed; i++) {
		if (!listed[i].seen)
			tap(false, "listed, but it is not so any more: %s", listed[i].key);
	}
	tap(nr_listed > 0, "the reviewed list has %u lines", nr_listed);
	json_decref(root);
	return tap_end();
}
