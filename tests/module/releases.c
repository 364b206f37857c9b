// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The releases: which have tables, what stands in for the others, how many tables differ. */
#include <linux/kernel.h>
#include <stdio.h>
#include <string.h>

#include "../tap.h"
#include "tdx_module.h"

#define V TDX_MODULE_VERSION

static bool same_slots(const struct tdx_module *a, const struct tdx_module *b)
{
	if (a->nr_config != b->nr_config)
		return false;
	for (u32 k = 0; k < a->nr_config; k++) {
		const struct tdx_module_entry *x = tdx_module_entry(a, a->lookup_of_slot[k]);
		const struct tdx_module_entry *y = tdx_module_entry(b, b->lookup_of_slot[k]);

		if (x->leaf != y->leaf || x->subleaf != y->subleaf ||
		    memcmp(x->config_direct, y->config_direct, sizeof(x->config_direct)) ||
		    memcmp(x->allow_direct, y->allow_direct, sizeof(x->allow_direct)))
			return false;
	}
	return true;
}

static void check_tables(void)
{
	const struct tdx_module *m, *other;
	u32 n, i, differ = 0;

	for (n = 0; (m = tdx_module_nth(n)); n++) {
		for (i = 0; (other = tdx_module_nth(i)) != m && !same_slots(m, other); i++)
			;
		differ += other == m;
	}
	tap(n == 16 && differ == 8, "%u versions, %u lists of slots (docs/modules.md has them)", n,
	    differ);
}

static void check_releases(void)
{
	const struct tdx_release *r, *other;
	const struct tdx_module *m;
	u32 n, i, with_source = 0;
	bool order = true, once = true, found;

	for (n = 0; (r = tdx_release_nth(n)); n++) {
		if (n && tdx_module_version(tdx_release_nth(n - 1)->version) >=
				 tdx_module_version(r->version))
			order = false;
		for (i = 0; i < n; i++) {
			other = tdx_release_nth(i);
			once &= !r->build_num || r->build_num != other->build_num;
		}
		with_source += tdx_module_find(r->version) != NULL;
	}
	tap(n == 20 && order, "%u releases in order", n);
	tap(once, "a build is that of one release");
	tap(with_source == 16, "%u of them have tables", with_source);

	for (n = 0, found = true; (m = tdx_module_nth(n)); n++) {
		for (i = 0; (r = tdx_release_nth(i)) && strcmp(r->version, m->version); i++)
			;
		found &= r && r->build_num;
	}
	tap(found, "every table is a release, with a build");
}

static void check_nearest(void)
{
	static const struct {
		u32 version;
		const char *nearest;
	} cases[] = {
		{ V(1, 5, 0), NULL },	   { V(1, 5, 1), "1.5.01" },   { V(1, 5, 4), "1.5.01" },
		{ V(1, 5, 20), "1.5.16" }, { V(1, 5, 24), "1.5.16" },  { V(1, 5, 25), "1.5.16" },
		{ V(1, 5, 28), "1.5.28" }, { V(1, 5, 255), "1.5.34" }, { V(2, 0, 0), NULL },
		{ V(2, 0, 1), NULL },	   { V(2, 0, 5), "2.0.04" },   { V(2, 0, 99), "2.0.18" },
		{ V(1, 0, 3), NULL },	   { V(1, 6, 0), NULL },       { V(2, 1, 0), NULL },
		{ V(3, 0, 1), NULL },
	};

	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct tdx_module *m = tdx_module_nearest(cases[i].version);

		tap(cases[i].nearest ? m && !strcmp(m->version, cases[i].nearest) : !m,
		    "nearest to 0x%x: %s", cases[i].version, m ? m->version : "none");
	}
}

int main(void)
{
	check_tables();
	check_releases();
	check_nearest();
	return tap_end();
}
