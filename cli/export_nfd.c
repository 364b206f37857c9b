// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid export nfd: a file for the folder features.d of node-feature-discovery. */
#include <time.h>

#include "export.h"
#include "print.h"

#define NAMESPACE "tdxcpuid.feature.node.kubernetes.io"
#define NFD_MAX	  65536 /* NFD ignores a larger file */
#define LABEL_MAX 63	/* a label's value */
#define VALID_FOR (24 * 60 * 60)

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What Kubernetes takes as a value: others than [-_.A-Za-z0-9] become _, and none is at an end. */
static void print_label(const char *name, const char *value)
{
	char text[LABEL_MAX + 1];
	size_t length;

	while (*value && !is_alphanumeric(*value))
		value++;
	snprintf(text, sizeof(text), "%s", value);
	for (length = strlen(text); length && !is_alphanumeric(text[length - 1]); length--)
		;
	text[length] = '\0';
	for (size_t i = 0; i < length; i++) {
		if (!is_alphanumeric(text[i]) && !strchr("-_.", text[i]))
			text[i] = '_';
	}
	if (length)
		print(NAMESPACE "/%s=%s\n", name, text);
}

/* Should nobody write the file again, the node is not to be believed for ever. */
static void print_expiry(void)
{
	time_t now = time(NULL) + VALID_FOR;
	char text[sizeof("2026-11-26T00:00:00Z")];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	print("# +expiry-time=%s\n", text);
}

static size_t print_bits(const struct tdxcpuid_slot *slot)
{
	char name[TDXCPUID_NAME_MAX];
	size_t size = 0;

	for (int reg = 0; reg < 4; reg++) {
		u32 mask = exported_bits(slot, reg);

		for (int bit = 0; bit < 32; bit++) {
			if (!(mask >> bit & 1))
				continue;
			tdxcpuid_bit_name(
				&(struct tdxcpuid_bit){ slot->leaf, slot->subleaf, reg, bit },
				name);
			/* It holds for one line. */
			print("# +no-label\n");
			print("tdxcpuid.%s\n", name);
			size += sizeof("# +no-label\ntdxcpuid.\n") + strlen(name);
		}
	}
	return size;
}

int export_nfd(const struct export *e)
{
	/* More than all other lines together. */
	size_t size = 1024;
	char hash[PLACE_MAX];

	print_expiry();
	print_label("tdx", e->host ? "1" : "0");
	if (e->snp->is_amd)
		print_label("snp", e->snp->vm_type ? "1" : "0");
	print_label("snp-firmware", e->snp->firmware);
	print_label("module", e->module);
	print_label("kernel", e->kernel);
	if (e->host) {
		snprintf(hash, sizeof(hash), "%012llx",
			 (unsigned long long)(e->hash & 0xffffffffffff));
		print_label("caps", hash);
	}
	for (u32 k = 0; k < e->nr_slots; k++)
		size += print_bits(&e->slots[k]);
	if (size <= NFD_MAX)
		return 0;
	message("tdxcpuid export nfd: so many bits are configurable that node-feature-discovery "
		"would not read the file: it takes %d bytes",
		NFD_MAX);
	return -1;
}
