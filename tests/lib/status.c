// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Every status and operand of a listing, made of the headers of the TDX module and
 * of Linux, has its name; every other class has none.
 * lib-status LISTING
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>
#include "../tap.h"

#define MAX 512

static struct {
	uint64_t status;
	char name[64];
} listed[MAX];
static unsigned int nr_listed, nr_operands, failures;

static void wrong(const char *what, const char *text)
{
	tap_note("%s: %s", what, text);
	failures++;
}

static void check_status(uint64_t status, const char *name)
{
	const char *found = tdxcpuid_status_name(status);
	char text[TDXCPUID_TEXT_MAX];

	if (!found || strcmp(found, name))
		wrong(name, found ? found : "no name");
	tdxcpuid_status_text(status, false, 0, text);
	if (strncmp(text, name, strlen(name)) || strstr(text, "unknown"))
		wrong(name, text);
	listed[nr_listed].status = status;
	snprintf(listed[nr_listed++].name, sizeof(listed[0].name), "%s", name);
}

static void check_operand(unsigned int id, const char *name)
{
	static const uint64_t classes[] = { 0xc000010000000000, 0x8000020000000000,
					    0xc000030000000000, 0xc000030200000000,
					    0xc000030300000000, 0xc0000b0000000000,
					    0xc0000b0d00000000 };
	char text[TDXCPUID_TEXT_MAX], words[96];

	snprintf(words, sizeof(words), "operand %u: %s", id, name);
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (!id && i > 1)
			break;
		tdxcpuid_status_text(classes[i] | id, false, 0, text);
		if (!strstr(text, words))
			wrong(words, text);
	}
	nr_operands++;
}

static void read_listing(const char *file)
{
	char line[128], name[64];
	FILE *f = fopen(file, "r");
	unsigned int id;
	uint64_t status;

	while (f && nr_listed < MAX && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "operand %u %63s", &id, name) == 2)
			check_operand(id, name);
		else if (sscanf(line, "0x%" SCNx64 " %63s", &status, name) == 2)
			check_status(status, name);
		else if (*line != '#')
			wrong(file, line);
	}
	if (f)
		fclose(f);
}

static bool is_listed(uint64_t class)
{
	for (unsigned int i = 0; i < nr_listed; i++) {
		if (listed[i].status >> 32 == class)
			return true;
	}
	return false;
}

/* Each severity with each class and number: what is not listed has no name. */
static void check_others(void)
{
	unsigned int named = 0;

	for (uint32_t severity = 0; severity < 16; severity++) {
		for (uint32_t number = 0; number < 0x2000; number++) {
			uint64_t class = severity << 28 | number;
			bool has_name = tdxcpuid_status_name(class << 32);

			named += has_name;
			if (has_name != is_listed(class))
				failures++;
		}
	}
	tap(!failures && named > 280, "%u classes of 131072 have a name, those of the listing",
	    named);
}

/* TDX_METADATA_FIELD_NOT_READABLE, of a field of a vCPU: as TDH.VP.RD answers. */
#define FIELD_OF_RCX(id)                                                                  \
	{                                                                                 \
		.status = 0xc0000c0200000000ULL, .known = TDXCPUID_KNOWN_RCX, .rcx = (id) \
	}

static const struct {
	struct tdxcpuid_status status;
	const char *words;
} cases[] = {
	{ { .status = 0 }, "beside an errno 0 means that KVM refused before it asked" },
	{ { .status = 0, .error = -EINVAL }, "0 beside -EINVAL: KVM refused before it asked" },
	{ { .status = 0xc0000100 }, "did you mean 0xc000010000000000?" },
	{ { .status = 69 }, "as the lower half operand 69: CPUID_CONFIG" },
	{ { .status = 0x30 }, "VM exit reason 48" },
	{ { .status = 0xc0000921000000bcULL }, "MSR 0xbc, IA32_MISC_PACKAGE_CTLS" },
	{ { .status = 0xc00009200000003bULL }, "MSR 0x3b, IA32_TSC_ADJUST" },
	{ { .status = 0xc000092100000001ULL }, "MSR 0x1" },
	{ { .status = 0xc0000c0000000000ULL,
	    .known = TDXCPUID_KNOWN_RDX,
	    .rdx = 0x9900000300000403ULL },
	  "RDX 0x9900000300000403: field CPUID_CONFIG_LEAVES[3]" },
	{ { .status = 0xc0000c0200000000ULL,
	    .known = TDXCPUID_KNOWN_RCX,
	    .rcx = 0x9410000300000e03ULL },
	  "CPUID_VALUES: leaf 0x7, subleaf 0x1, ECX and EDX" },
	{ { .status = 0xc0000c0200000000ULL,
	    .known = TDXCPUID_KNOWN_RCX,
	    .rcx = 0x9410000300011100ULL },
	  "CPUID_VALUES: leaf 0x80000008, EAX and EBX" },
	{ FIELD_OF_RCX(0xa020000000000044ULL), "field VM_LAUNCHED[0]" },
	{ FIELD_OF_RCX(0xa020000000000047ULL), "field VM_LAUNCHED[3]" },
	{ FIELD_OF_RCX(0x9120000300000100ULL), "field VCPU_STATE_DETAILS" },
	{ FIELD_OF_RCX(0x002000030000201aULL), "field 0x201a of the vCPU's VMCS" },
	{ FIELD_OF_RCX(0x3420000200004012ULL), "field 0x4012 of the vCPU's VMCS for L2 VM 3" },
	{ FIELD_OF_RCX(0x13200003000000e1ULL), "field MSR 0xe1 (IA32_UMWAIT_CONTROL) of the vCPU" },
	{ FIELD_OF_RCX(0x1320000300002082ULL), "field MSR 0xc0000082" },
	{ FIELD_OF_RCX(0x1120000300000004ULL),
	  "RCX 0x1120000300000004: field that no public header of the module names" },
	{ { .status = 0x1110000300000001ULL }, "metadata field it is XFAM" },
	{ { .status = 0xc0000b0d00000092ULL, .known = TDXCPUID_KNOWN_RDX, .rdx = 0x401 },
	  "level 1 of the secure EPT, entry in state 4" },
	{ { .status = 0xc000060800000002ULL }, "it is RUNNABLE" },
	{ { .status = 0xc0000a0200000001ULL }, "TDMR 1" },
	{ { .status = 0xc0000b7f00000000ULL }, "unknown error 0xc0000b7f (about the TD's memory)" },
	{ { .status = 0x8000ff0000000003ULL }, "an exception, vector 3" },
};

static void check_words(void)
{
	char text[TDXCPUID_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tdxcpuid_status s = cases[i].status;

		s.size = sizeof(s);
		tap(!tdxcpuid_status_words(&s, text) && strstr(text, cases[i].words), "%s", text);
	}
	tap(tdxcpuid_status_words(NULL, text) == -EINVAL && !*text, "no status");
	tap(tdxcpuid_status_words(
		    &(struct tdxcpuid_status){ .size = sizeof(cases[0].status), .error = EINVAL },
		    text) == -EINVAL,
	    "an errno is negative");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	read_listing(argv[1]);
	tap(!failures && nr_listed > 290 && nr_operands == 63, "%u statuses, %u operands",
	    nr_listed, nr_operands);
	check_others();
	check_words();
	return tap_end();
}
