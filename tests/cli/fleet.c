// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Merging is commutative and associative: random hosts, split into random trees in random order,
 * each part written and read again or not, come to the same bytes.
 */
#include <stdlib.h>

#include "../../cli/fleet.h"
#include "../tap.h"

#define HOSTS  12
#define FLEETS 12
#define TREES  200 /* of each fleet */

static u64 seed = 1;
static struct fleet_reader reader;

static u32 below_n(u32 n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % n;
}

/* A host out of few slots, bits and versions, so that much is common and much is not. */
static char *random_host(u32 kind)
{
	struct out j = { 0 };
	char text[64];

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	snprintf(text, sizeof(text), "host%u", below_n(30));
	if (below_n(8))
		out_string(&j, "name", text);
	snprintf(text, sizeof(text), "1.5.%02u", below_n(kind ? 90 : 1));
	out_string(&j, "module", below_n(9) ? text : NULL);
	if (below_n(9))
		out_string(&j, "policy",
			   tdxcpuid_policy_name(kind ? (enum tdxcpuid_policy)below_n(kind) : 0));
	out_string(&j, "kernel", text);
	out_string(&j, "microcode", NULL);
	if (below_n(3))
		out_bool(&j, "gpaw52", below_n(20));
	else
		out_null(&j, "gpaw52");
	if (!below_n(6)) {
		out_null(&j, "capabilities");
	} else {
		out_open(&j, "capabilities", '{');
		out_hex(&j, "attributes", 0x10000000 | (u64)below_n(2) << 63);
		out_hex(&j, "xfam", 3 | below_n(4) << 17);
		out_int(&j, "tsc_khz", below_n(kind + 1));
		out_open(&j, "cpuid", '[');
		for (u32 leaf = 0; leaf < 12; leaf++) {
			const struct kvm_cpuid_entry2 e = { 7 + leaf / 3 * 0x10, leaf % 3,
							    below_n(2),		 1U << below_n(32),
							    ~0U >> below_n(3),	 0,
							    below_n(4) };

			if (leaf < 2 || below_n(9))
				out_entry(&j, &e);
		}
		out_close(&j, ']');
		out_close(&j, '}');
		out_open(&j, "native", '{');
		out_open(&j, "cpuid", '{');
		/* The same CPU, written in two ways. */
		for (u32 i = 0, first = below_n(2); i < 2; i++) {
			out_open(&j, first ^ i ? "1" : "7.0", '[');
			for (u32 reg = 0; reg < 4; reg++)
				out_hex(&j, NULL, first ^ i ? 1 : kind == 2 ? below_n(2) : 3);
			out_close(&j, ']');
		}
		out_close(&j, '}');
		out_close(&j, '}');
	}
	out_close(&j, '}');
	buffer_add(&j.text, "", 1);
	return j.text.data;
}

static void parse(struct fleet *f, const char *text)
{
	struct trouble t;

	*f = (struct fleet){ 0 };
	if (fleet_parse(&reader, f, text, strlen(text), &t)) {
		printf("# %s: %s\n", text, t.text);
		exit(1);
	}
}

static char *written(const struct fleet *f)
{
	struct out j = { 0 };

	fleet_out(&j, f);
	buffer_add(&j.text, "", 1);
	return j.text.data;
}

/* Merge @nr of @hosts, by a random tree, into @f, which is empty. */
static void grow(struct fleet *f, char **hosts, u32 nr)
{
	struct fleet part = { 0 };
	u32 split = nr > 1 ? 1 + below_n(nr - 1) : 0;
	struct trouble t;
	char *text;

	if (nr == 1) {
		parse(f, *hosts);
		return;
	}
	grow(f, hosts, split);
	grow(&part, hosts + split, nr - split);
	if (fleet_merge(f, &part, &t)) {
		printf("# %s\n", t.text);
		exit(1);
	}
	fleet_free(&part);
	if (!below_n(3)) {
		text = written(f);
		fleet_free(f);
		parse(f, text);
		free(text);
	}
}

static bool trees_agree(char **hosts)
{
	struct fleet f = { 0 };
	char *first, *other;
	bool same = true;

	grow(&f, hosts, HOSTS);
	first = written(&f);
	fleet_free(&f);
	for (u32 n = 0; n < TREES && same; n++) {
		for (u32 i = HOSTS - 1; i; i--) {
			u32 k = below_n(i + 1);
			char *host = hosts[i];

			hosts[i] = hosts[k];
			hosts[k] = host;
		}
		grow(&f, hosts, HOSTS);
		other = written(&f);
		fleet_free(&f);
		same = !strcmp(first, other);
		if (!same)
			printf("# %s\n# %s\n", first, other);
		free(other);
	}
	free(first);
	return same;
}

int main(void)
{
	for (u32 n = 0; n < FLEETS; n++) {
		char *hosts[HOSTS];

		for (u32 i = 0; i < HOSTS; i++)
			hosts[i] = random_host(n % 3);
		tap(trees_agree(hosts), "fleet %u: %u trees, the same bytes", n, TREES);
		for (u32 i = 0; i < HOSTS; i++)
			free(hosts[i]);
	}
	fleet_reader_free(&reader);
	return tap_end();
}
