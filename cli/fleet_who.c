// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A host that is a baseline: what it tells of the hosts behind it. */
#include "json_in.h"
#include "print.h"
#include "target.h"

/* What is no number, or more than @max, is taken as 0: who reads a host only does not check it. */
static u64 number(const json_t *object, const char *key, u64 max)
{
	u64 n;

	return json_number(json_object_get(object, key), max, &n) ? n : 0;
}

void hosts_of_baseline(struct hosts *h, const json_t *baseline)
{
	const json_t *modules = json_object_get(baseline, "modules");

	h->nr = number(baseline, "tdx", ~0ULL);
	h->modules_differ = json_array_size(json_object_get(modules, "versions")) > 1 ||
			    number(modules, "others", ~0ULL);
	h->some = json_incref(json_object_get(baseline, "some"));
}

void hosts_free(struct hosts *h)
{
	json_decref(h->some);
}

/* The bits of that place which @item of "some" is about. */
static u64 item_mask(const json_t *item, const struct bits_at *at)
{
	const char *reg = json_string_value(json_object_get(item, "register"));
	u32 index = at->subleaf == NO_SUBLEAF ? 0 : at->subleaf;

	if (!reg || strcmp(reg, at->reg) || number(item, "function", ~0U) != at->leaf ||
	    number(item, "index", ~0U) != index)
		return 0;
	return number(item, "mask", ~0ULL) & at->mask;
}

static bool same_hosts(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "have"), json_object_get(b, "have")) &&
	       json_equal(json_object_get(a, "lack"), json_object_get(b, "lack"));
}

/* "lacked by 33 of 44 hosts: emr-01, emr-02 and 31 more" */
static void who_text(const struct hosts *h, const json_t *item, char text[WHO_MAX])
{
	const json_t *lack = json_object_get(item, "lack");
	u64 nr = h->nr - number(item, "have", h->nr), told = 0;
	size_t used;

	used = snprintf(text, WHO_MAX, "lacked by %llu of %llu hosts", (unsigned long long)nr,
			(unsigned long long)h->nr);
	for (; told < json_array_size(lack); told++) {
		const char *name = json_string_value(json_array_get(lack, told));

		if (!name || used + strlen(name) + sizeof(", ") > WHO_MAX - 32)
			break;
		used += snprintf(text + used, WHO_MAX - used, "%s%s", told ? ", " : ": ", name);
	}
	if (told && told < nr)
		snprintf(text + used, WHO_MAX - used, " and %llu more",
			 (unsigned long long)(nr - told));
}

u64 hosts_lack(const struct hosts *h, const struct bits_at *at, char text[WHO_MAX])
{
	const json_t *first = NULL;
	u64 mask = 0;

	for (size_t i = 0; i < json_array_size(h->some); i++) {
		const json_t *item = json_array_get(h->some, i);
		u64 here = item_mask(item, at);

		if (!here || (first && !same_hosts(first, item)))
			continue;
		first = first ? first : item;
		mask |= here;
	}
	if (first)
		who_text(h, first, text);
	return mask;
}
