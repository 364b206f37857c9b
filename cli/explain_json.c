// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What explain says, as JSON. */
#include <stdlib.h>

#include "atlas.h"
#include "explain.h"
#include "json_out.h"
#include "print.h"

static void modules_to_json(struct out *j, const struct explanation *e)
{
	out_open(j, "modules", '[');
	for (u32 n = 0; n < e->nr_modules; n++) {
		out_open(j, NULL, '{');
		out_string(j, "module", e->module[n].version);
		if (e->kind == EXPLAIN_BIT)
			out_string(j, "class", tdxcpuid_class_name(e->module[n].class));
		out_string(j, "text", e->module[n].text);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void bit_to_json(struct out *j, const struct explanation *e)
{
	char anchor[ANCHOR_MAX];
	const char *alias;

	out_string(j, "bit", e->name);
	out_open(j, "aliases", '[');
	for (u32 n = 0; (alias = tdxcpuid_bit_alias(&e->bit, n)); n++)
		out_string(j, NULL, alias);
	out_close(j, ']');
	out_hex(j, "leaf", e->bit.leaf);
	out_subleaf(j, "subleaf", e->bit.subleaf);
	out_string(j, "register", tdxcpuid_reg_name(e->bit.reg));
	out_hex(j, "mask", 1ULL << e->bit.bit);
	out_host(j, e->host);
	out_string(j, "td", tdxcpuid_fate_name(e->fate.fate));
	out_string(j, "text", e->headline);
	out_hex(j, "xfam", e->fate.xfam);
	out_hex(j, "attributes", e->fate.attributes);
	out_string(j, "verdict", verdict_text(&e->verdict));
	out_bool(j, "listed", e->verdict.listed);
	out_string(j, "reason", e->verdict.reason);
	out_string(j, "source", e->verdict.source);
	out_string(j, "atlas", atlas_anchor(&e->bit, anchor));
	modules_to_json(j, e);
	out_open(j, "cpus", '[');
	for (u32 n = 0; n < e->nr_cpus; n++)
		out_string(j, NULL, e->cpu[n]);
	out_close(j, ']');
}

static void field_to_json(struct out *j, const struct explanation *e)
{
	out_string(j, "field", tdxcpuid_field_name(e->field));
	out_string(j, "name", e->name);
	out_hex(j, "mask", e->mask);
	out_host(j, e->host);
	out_string(j, "text", e->headline);
	modules_to_json(j, e);
	out_open(j, "needed_by", '[');
	for (u32 n = 0; n < e->nr_needed; n++) {
		out_open(j, NULL, '{');
		out_bits(j, &e->needed[n]);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void group_to_json(struct out *j, const struct explanation *e)
{
	struct explanation *one = xcalloc(1, sizeof(*one));

	for (u32 n = 0; n < e->nr_bits; n++) {
		memset(one, 0, sizeof(*one));
		explain_bit(one, e->host, &e->bits[n]);
		explanation_to_json(j, one);
	}
	free(one);
}

void explanation_to_json(struct out *j, const struct explanation *e)
{
	if (e->kind == EXPLAIN_GROUP) {
		group_to_json(j, e);
		return;
	}
	out_open(j, NULL, '{');
	out_int(j, "schema", 1);
	switch (e->kind) {
	case EXPLAIN_BIT:
		bit_to_json(j, e);
		break;
	case EXPLAIN_FIELD:
		field_to_json(j, e);
		break;
	case EXPLAIN_FLAG:
		out_string(j, "flag", e->name);
		out_string(j, "text", e->flag->text);
		out_string(j, "behind", e->flag->behind);
		break;
	case EXPLAIN_GROUP:
		break;
	}
	out_close(j, '}');
}
