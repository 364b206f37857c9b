// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Modules as hosts name them, and what stands in for those without published source. */
#include <errno.h>
#include <string.h>

#include <tdxcpuid.h>
#include "../tap.h"

static const struct {
	const char *text;
	int error;
	const char *version;
	const char *judged_as;
} cases[] = {
	{ "1.5.05", 0, "1.5.05", NULL },
	{ "1.5.5", 0, "1.5.05", NULL },
	{ "1.5.05.46.698", 0, "1.5.05", NULL },
	{ "1.5.08.04.0784", 0, "1.5.08", NULL },
	{ "1.5.06.00", 0, "1.5.06", NULL },
	{ "TDX_1.5.06", 0, "1.5.06", NULL },
	{ "TDX_MODULE_2.0.14", 0, "2.0.14", NULL },
	{ "v1.5.34", 0, "1.5.34", NULL },
	{ "  1.5.34\n", 0, "1.5.34", NULL },
	{ "784", 0, "1.5.08", NULL },
	{ "build_num 994", 0, "2.0.16", NULL },
	{ "build_num 0x310", 0, "1.5.08", NULL },
	{ "TDX_MODULE_BUILD_NUM=1024", 0, "1.5.34", NULL },
	{ "TDX module version: 1.5.24", 0, "1.5.24", "1.5.16" },
	{ "[    4.123456] virt/tdx: module version: 2.0.16.", 0, "2.0.16", NULL },
	{ "virt/tdx: TDX module: attributes 0x0, vendor_id 0x8086, major_version 1, minor_version "
	  "5, build_date 20240725, build_num 784",
	  0, "1.5.08", NULL },
	{ "virt/tdx: TDX module: attributes 0x0, vendor_id 0x8086, major_version 1, minor_version "
	  "5, build_date 20250531, build_num 920",
	  0, "1.5.20", "1.5.16" },
	{ "1.5.04", 0, "1.5.04", "1.5.01" },
	{ "1.5.25", 0, "1.5.25", "1.5.16" },
	{ "2.0.05", 0, "2.0.05", "2.0.04" },
	{ "2.0.05.00.871", 0, "2.0.05", "2.0.04" },
	{ "1.5.99", 0, "1.5.99", "1.5.34" },
	{ "2.0.19.00.1111", 0, "2.0.19", "2.0.18" },
	/* No version, or of no line. */
	{ "1.5", -ERANGE, NULL, NULL },
	{ "1..5", -ERANGE, NULL, NULL },
	{ "1.5.05.", -ERANGE, NULL, NULL },
	{ "1.5.256", -ERANGE, NULL, NULL },
	{ "1.5.05.46.698.1", -ERANGE, NULL, NULL },
	{ "1.5.00", -ERANGE, NULL, NULL },
	{ "1.0.03", -ERANGE, NULL, NULL },
	{ "2.1.00", -ERANGE, NULL, NULL },
	{ "major_version 1, minor_version 5", -ERANGE, NULL, NULL },
	/* A build that is not known, or not that version's. */
	{ "785", -ENXIO, NULL, NULL },
	{ "0", -ENXIO, NULL, NULL },
	{ "1.5.05.46.784", -ENXIO, NULL, NULL },
	{ "1.5.05.46.699", -ENXIO, NULL, NULL },
	{ "1.5.30.00.920", -ENXIO, NULL, NULL },
	{ "major_version 2, minor_version 0, build_date 20240725, build_num 784", -ENXIO, NULL,
	  NULL },
	{ "build_num 99999999999999999999", -ENXIO, NULL, NULL },
	/* Something else. */
	{ "", -ENOENT, NULL, NULL },
	{ "spr", -ENOENT, NULL, NULL },
	{ "next-1.5.40.json", -ENOENT, NULL, NULL },
	{ "TDX_1.5.06.json", -ENOENT, NULL, NULL },
	{ "./1.5.34", -ENOENT, NULL, NULL },
	{ "virt/tdx: 1050644 KB allocated for PAMT", -ENOENT, NULL, NULL },
};

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void check_parse(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tdxcpuid_module_desc d = { .size = sizeof(d) };
		struct tdxcpuid_module *m;
		int error = tdxcpuid_module_parse(cases[i].text, &m);

		if (!error)
			tdxcpuid_module_describe(m, &d);
		tap(error == cases[i].error && same(d.version, cases[i].version) &&
			    same(d.judged_as, cases[i].judged_as) && !m == !!error,
		    "'%.60s'", strchr(cases[i].text, '\n') ? "with blanks" : cases[i].text);
		if (error != cases[i].error)
			tap_note("returned %d", error);
		tdxcpuid_module_free(m);
	}
}

/* What stands in is all of it: slots, look-up, masks, figures. */
static void check_equal(const char *version, const char *judged_as)
{
	const struct tdxcpuid_module *base = tdxcpuid_module_find(judged_as);
	struct tdxcpuid_module_desc a = { .size = sizeof(a) }, b = { .size = sizeof(b) };
	struct tdxcpuid_module_entry x, y;
	struct tdxcpuid_module *m;
	bool good;
	uint32_t i;

	if (tdxcpuid_module_parse(version, &m)) {
		tap(false, "%s", version);
		return;
	}
	tdxcpuid_module_describe(m, &a);
	tdxcpuid_module_describe(base, &b);
	good = a.nr_slots == b.nr_slots && a.attributes_fixed0 == b.attributes_fixed0 &&
	       a.xfam_fixed0 == b.xfam_fixed0 && a.features0 == b.features0 && a.rules == b.rules &&
	       a.config_flags_fixed0 == b.config_flags_fixed0 && !a.executed;
	for (i = 0; tdxcpuid_module_entry(base, i, &y); i++)
		good &= tdxcpuid_module_entry(m, i, &x) && !memcmp(&x, &y, sizeof(x));
	good &= !tdxcpuid_module_entry(m, i, &x);
	for (i = 0; tdxcpuid_module_slot(base, i, &y); i++)
		good &= tdxcpuid_module_slot(m, i, &x) && !memcmp(&x, &y, sizeof(x));
	tap(good && same(a.judged_as, judged_as), "%s has the figures of %s", version, judged_as);
	tdxcpuid_module_free(m);
}

int main(void)
{
	struct tdxcpuid_release r;
	uint32_t n, judged = 0;

	check_parse();
	for (n = 0; tdxcpuid_release_nth(n, &r); n++) {
		tap(!r.judged_as == !!tdxcpuid_module_find(r.version),
		    "%s: judged as another where it has no table", r.version);
		if (r.judged_as)
			check_equal(r.version, r.judged_as);
		judged += !!r.judged_as;
	}
	tap(judged == 4, "%u of %u releases have no source", judged, n);
	return tap_end();
}
