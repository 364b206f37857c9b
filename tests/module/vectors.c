// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Does the software TDX module answer what the real module's code answered?
 * Reads records of the format in tests/data/vectors/README.md, one a line.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tdx_module.h"

#define MAX_FILE (256UL << 20)

struct run {
	const char *file;
	unsigned long line;
	const char *id;
	json_t *bases; /* id -> cpuid_values */
	unsigned long passed;
	unsigned long failed;
	bool failing; /* this record */
};

static const char reg_name[4][4] = { "eax", "ebx", "ecx", "edx" };

static void bad_input(const struct run *run, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
static void bad_input(const struct run *run, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%lu: ", run->file, run->line);
	if (run->id)
		fprintf(stderr, "%s: ", run->id);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

static void differs(struct run *run, uint64_t expected, uint64_t got, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static void differs(struct run *run, uint64_t expected, uint64_t got, const char *fmt, ...)
{
	va_list ap;

	if (expected == got)
		return;
	run->failing = true;
	printf("FAIL %s: ", run->id);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf(": expected 0x%" PRIx64 ", got 0x%" PRIx64 "\n", expected, got);
}

static uint64_t number(const struct run *run, const json_t *j, const char *what, uint64_t max)
{
	uint64_t n;
	const char *s;
	char *end;

	if (json_is_integer(j) && json_integer_value(j) >= 0) {
		n = json_integer_value(j);
	} else if (json_is_string(j)) {
		s = json_string_value(j);
		errno = 0;
		n = strtoull(s, &end, strncmp(s, "0x", 2) ? 10 : 16);
		if (*s < '0' || *s > '9' || *end || errno)
			bad_input(run, "%s: not a number: \"%s\"", what, s);
	} else {
		bad_input(run, "%s: a number or hex string is missing", what);
	}
	if (n > max)
		bad_input(run, "%s: 0x%" PRIx64 " is out of range", what, n);
	return n;
}

static uint64_t member(const struct run *run, json_t *record, const char *key, uint64_t max)
{
	return number(run, json_object_get(record, key), key, max);
}

static uint64_t member_or(const struct run *run, json_t *record, const char *key, uint64_t max,
			  uint64_t absent)
{
	return json_object_get(record, key) ? member(run, record, key, max) : absent;
}

static const char *string(const struct run *run, json_t *record, const char *key)
{
	json_t *j = json_object_get(record, key);

	if (!json_is_string(j))
		bad_input(run, "%s: a string is missing", key);
	return json_string_value(j);
}

static void registers(const struct run *run, json_t *j, const char *what, u32 reg[4])
{
	size_t r;

	if (!json_is_array(j) || json_array_size(j) != 4)
		bad_input(run, "%s: four registers are missing", what);
	for (r = 0; r < 4; r++)
		reg[r] = number(run, json_array_get(j, r), what, UINT32_MAX);
}

/* "7.1" or "1c", in hex. */
static void parse_key(const struct run *run, const char *key, u32 *leaf, u32 *subleaf)
{
	unsigned long l, s = TDX_NO_SUBLEAF;
	char *end;

	l = strtoul(key, &end, 16);
	if (end != key && *end == '.')
		s = strtoul(end + 1, &end, 16);
	if (end == key || *end || l > UINT32_MAX || s > UINT32_MAX)
		bad_input(run, "\"%s\" is not LEAF or LEAF.SUBLEAF", key);
	*leaf = l;
	*subleaf = s;
}

static void start(struct run *run, json_t *record, struct tdx_platform *p)
{
	const char *module = string(run, record, "module");
	const char *native = string(run, record, "native");
	const struct tdx_module *m = tdx_module_find(module);
	const struct tdx_native *cpu = tdx_native_of_vectors(native);
	u64 status, rcx;

	if (!m)
		bad_input(run, "no module \"%s\"", module);
	if (!cpu)
		bad_input(run, "no native CPU \"%s\"", native);
	status = tdx_sys_init(p, m, cpu, &rcx);
	differs(run, 0, status, "TDH.SYS.INIT status (rcx 0x%" PRIx64 ")", (uint64_t)rcx);
}

/* The reported bits of every CPUID value that the module knows. */
static void check_values(struct run *run, const struct tdx_module *m, json_t *expected,
			 const char *what, const u32 (*got)[4])
{
	const char *key;
	json_t *value;
	u32 leaf, subleaf, reg[4], r;
	int i;

	json_object_foreach (expected, key, value) {
		parse_key(run, key, &leaf, &subleaf);
		registers(run, value, key, reg);
		i = tdx_module_index(m, leaf, subleaf);
		if (i < 0) {
			run->failing = true;
			printf("FAIL %s: %s %s: the module has no such entry\n", run->id, what,
			       key);
			continue;
		}
		for (r = 0; r < 4; r++)
			differs(run, reg[r], got[i][r], "%s %s.%s", what, key, reg_name[r]);
	}
	differs(run, json_object_size(expected), m->nr_lookup, "%s: number of entries", what);
}

static void read_params(struct run *run, json_t *record, const struct tdx_module *m,
			struct tdx_td_params *t)
{
	json_t *config = json_object_get(record, "cpuid_config");
	size_t k;
	u32 reg[4];

	memset(t, 0, sizeof(*t));
	t->attributes = member(run, record, "attributes", UINT64_MAX);
	t->xfam = member(run, record, "xfam", UINT64_MAX);
	t->config_flags = member(run, record, "config_flags", UINT64_MAX);
	if (member_or(run, record, "gpaw", 1, t->config_flags & 1) != (t->config_flags & 1))
		bad_input(run, "gpaw and config_flags bit 0 differ");
	t->max_vcpus = member_or(run, record, "max_vcpus", UINT16_MAX, 1);
	t->num_l2_vms = member_or(run, record, "num_l2_vms", UINT8_MAX, 0);
	t->eptp_controls = member_or(run, record, "eptp_controls", UINT64_MAX,
				     t->config_flags & 1 ? 0x26 : 0x1e);
	t->tsc_frequency = member(run, record, "tsc_frequency", UINT16_MAX);
	t->msr_config_ctls = member_or(run, record, "msr_config_ctls", UINT64_MAX, 0);
	t->ia32_arch_capabilities_config =
		member_or(run, record, "ia32_arch_capabilities_config", UINT64_MAX, 0);
	t->reserved_nonzero = member_or(run, record, "cpuid_tail_nonzero", UINT64_MAX, 0);

	if (!json_is_array(config))
		bad_input(run, "cpuid_config: an array is missing");
	for (k = 0; k < json_array_size(config); k++) {
		registers(run, json_array_get(config, k), "cpuid_config", reg);
		if (k < m->nr_config)
			memcpy(t->cpuid_values[k], reg, sizeof(reg));
		else if (reg[0] | reg[1] | reg[2] | reg[3])
			t->reserved_nonzero = true;
	}
}

/*
 * Where a file was cut from a larger one, its bases may have stayed behind.
 * MODULE/NATIVE/zero/base is the same record everywhere: nothing configured.
 * tests/data/vectors has all of them, so the model's answer can stand in.
 */
static json_t *zero_base(struct run *run, const struct tdx_platform *p, const char *name)
{
	struct tdx_td_params t = {
		.xfam = 0x6dbe7,
		.max_vcpus = 1,
		.eptp_controls = 0x1e,
		.tsc_frequency = 100,
	};
	static struct tdx_td td;
	const struct tdx_module_entry *e;
	char known[128], key[32];
	json_t *base;
	u64 rcx;
	u32 i;

	snprintf(known, sizeof(known), "%s/%s/zero/base", p->module->version, p->cpu->name);
	if (strcmp(name, known) || tdx_mng_init(&td, p, &t, &rcx, NULL))
		return NULL;
	fprintf(stderr, "%s: %s is not in this file: taken from the model\n", run->file, name);
	base = json_object();
	for (i = 0; i < p->module->nr_lookup; i++) {
		e = tdx_module_entry(p->module, i);
		if (e->subleaf == TDX_NO_SUBLEAF)
			snprintf(key, sizeof(key), "%x", e->leaf);
		else
			snprintf(key, sizeof(key), "%x.%x", e->leaf, e->subleaf);
		json_object_set_new(base, key,
				    json_pack("[I,I,I,I]", (json_int_t)td.cpuid[i][TDX_EAX],
					      (json_int_t)td.cpuid[i][TDX_EBX],
					      (json_int_t)td.cpuid[i][TDX_ECX],
					      (json_int_t)td.cpuid[i][TDX_EDX]));
	}
	json_object_set_new(run->bases, name, base);
	return base;
}

static json_t *expected_values(struct run *run, json_t *record, const struct tdx_platform *p)
{
	json_t *values = json_object_get(record, "cpuid_values");
	json_t *delta = json_object_get(record, "cpuid_values_delta");
	json_t *base, *merged;
	const char *name;

	if (json_is_object(values))
		return json_incref(values);
	if (!json_is_object(delta))
		bad_input(run, "success without cpuid_values or cpuid_values_delta");
	name = string(run, record, "delta_base");
	base = json_object_get(run->bases, name);
	if (!base)
		base = zero_base(run, p, name);
	if (!base)
		bad_input(run, "delta_base \"%s\" is not in this file, or has no values", name);
	merged = json_copy(base);
	if (!merged || json_object_update(merged, delta))
		bad_input(run, "out of memory");
	return merged;
}

struct counter {
	struct tdx_fault_report report;
	unsigned long n;
	struct tdx_fault first;
};

static void count(struct tdx_fault_report *self, const struct tdx_fault *f)
{
	struct counter *c = (struct counter *)self;

	if (!c->n++)
		c->first = *f;
}

/* With a reporter the answer must be the same, and the first report be the answer. */
static void check_reporter(struct run *run, const struct tdx_td *td, const struct tdx_platform *p,
			   const struct tdx_td_params *t, u64 status, u64 rcx)
{
	static struct tdx_td again;
	struct counter c = { .report.report = count };
	u64 rcx2;

	differs(run, status, tdx_mng_init(&again, p, t, &rcx2, &c.report), "status, reporting");
	differs(run, rcx, rcx2, "rcx, reporting");
	differs(run, status != 0, c.n != 0, "any fault reported");
	differs(run, status, c.first.status, "status of the first report");
	differs(run, rcx, c.first.rcx, "rcx of the first report");
	if (!status)
		differs(run, 0, memcmp(td, &again, sizeof(again)) != 0, "TD differs, reporting");
}

static void check_mng_init(struct run *run, json_t *record)
{
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t;
	u64 status, rcx, expected;
	json_t *values;

	start(run, record, &p);
	if (run->failing)
		return;
	read_params(run, record, p.module, &t);
	expected = member(run, record, "status", UINT64_MAX);
	status = tdx_mng_init(&td, &p, &t, &rcx, NULL);
	differs(run, expected, status, "status");
	differs(run, member(run, record, "rcx", UINT64_MAX), rcx, "rcx");
	check_reporter(run, &td, &p, &t, status, rcx);
	if (expected || status)
		return;
	values = expected_values(run, record, &p);
	check_values(run, p.module, values, "cpuid_values", (const u32(*)[4])td.cpuid);
	json_decref(values);
}

/* [field id, status, value] of TDH.SYS.RD or TDH.MNG.RD */
static void read_triple(const struct run *run, json_t *read, u64 *field, u64 *status, u64 *value)
{
	if (!json_is_array(read) || json_array_size(read) != 3)
		bad_input(run, "a read is not [field, status, value]");
	*field = number(run, json_array_get(read, 0), "field", UINT64_MAX);
	*status = number(run, json_array_get(read, 1), "status", UINT64_MAX);
	*value = number(run, json_array_get(read, 2), "value", UINT64_MAX);
}

static void check_mng_rd(struct run *run, json_t *record)
{
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t;
	u64 field, status, value, got, rcx;
	json_t *reads = json_object_get(record, "reads"), *read;
	size_t k;

	start(run, record, &p);
	if (run->failing)
		return;
	read_params(run, record, p.module, &t);
	tdx_mng_init(&td, &p, &t, &rcx, NULL);
	if (!json_is_array(reads) || !json_array_size(reads))
		bad_input(run, "reads: an array is missing");
	json_array_foreach (reads, k, read) {
		read_triple(run, read, &field, &status, &value);
		differs(run, status, tdx_mng_rd(&td, field, &got), "0x%" PRIx64 ": status",
			(uint64_t)field);
		differs(run, value, got, "0x%" PRIx64, (uint64_t)field);
	}
}

static void check_sys_rd(struct run *run, const struct tdx_platform *p, const char *name, u64 field,
			 u64 status, u64 value)
{
	u64 got;

	differs(run, status, tdx_sys_rd(p, field, &got), "%s 0x%" PRIx64 ": status", name,
		(uint64_t)field);
	differs(run, value, got, "%s 0x%" PRIx64, name, (uint64_t)field);
}

static void check_sys_reads(struct run *run, const struct tdx_platform *p, json_t *record,
			    const char *key)
{
	json_t *reads = json_object_get(record, key), *read;
	u64 field, status, value;
	size_t k;

	if (reads && !json_is_array(reads))
		bad_input(run, "%s: not an array", key);
	json_array_foreach (reads, k, read) {
		read_triple(run, read, &field, &status, &value);
		check_sys_rd(run, p, key, field, status, value);
	}
}

static void check_slot(struct run *run, const struct tdx_platform *p, json_t *slot, u32 k)
{
	const struct tdx_module_entry *e;
	u32 reg[4], got[4], r;
	u64 value;

	e = tdx_module_entry(p->module, p->module->lookup_of_slot[k]);
	differs(run, member(run, slot, "leaf", UINT32_MAX), e->leaf, "slot %u leaf", k);
	differs(run, member(run, slot, "subleaf", UINT32_MAX), e->subleaf, "slot %u subleaf", k);

	registers(run, json_object_get(slot, "config_direct"), "config_direct", reg);
	for (r = 0; r < 4; r++)
		differs(run, reg[r], e->config_direct[r], "slot %u config_direct.%s", k,
			reg_name[r]);
	registers(run, json_object_get(slot, "allow_direct"), "allow_direct", reg);
	for (r = 0; r < 4; r++)
		differs(run, reg[r], e->allow_direct[r], "slot %u allow_direct.%s", k, reg_name[r]);

	registers(run, json_object_get(slot, "reported_sys_info"), "reported_sys_info", reg);
	tdx_sys_config(p, k, got);
	for (r = 0; r < 4; r++)
		differs(run, reg[r], got[r], "slot %u SYS.INFO %s", k, reg_name[r]);

	registers(run, json_object_get(slot, "reported_sys_rd"), "reported_sys_rd", reg);
	for (r = 0; r < 4; r += 2) {
		differs(run, 0, tdx_sys_rd(p, 0x9900000300000500ULL + 2 * k + r / 2, &value),
			"slot %u SYS.RD status", k);
		differs(run, reg[r], (u32)value, "slot %u SYS.RD %s", k, reg_name[r]);
		differs(run, reg[r + 1], value >> 32, "slot %u SYS.RD %s", k, reg_name[r + 1]);
	}
}

/* "lookup_order" and "faulting": keys of entries, in the module's order. */
static void check_order(struct run *run, const struct tdx_module *m, json_t *record,
			const char *name, bool faulting_only)
{
	json_t *order = json_object_get(record, name), *key;
	const struct tdx_module_entry *e;
	u32 leaf, subleaf, i = 0;
	size_t k;

	if (!order)
		return;
	if (!json_is_array(order))
		bad_input(run, "%s: not an array", name);
	json_array_foreach (order, k, key) {
		if (!json_is_string(key))
			bad_input(run, "%s: not a string", name);
		parse_key(run, json_string_value(key), &leaf, &subleaf);
		while (faulting_only && i < m->nr_lookup && !tdx_module_entry(m, i)->faulting)
			i++;
		if (i == m->nr_lookup) {
			differs(run, leaf, 0, "%s[%zu]: the module's list ends", name, k);
			return;
		}
		e = tdx_module_entry(m, i++);
		differs(run, leaf, e->leaf, "%s[%zu] leaf", name, k);
		differs(run, subleaf, e->subleaf, "%s[%zu] subleaf", name, k);
	}
	while (faulting_only && i < m->nr_lookup && !tdx_module_entry(m, i)->faulting)
		i++;
	differs(run, m->nr_lookup, i, "%s: end of the list", name);
}

static void check_reported_config(struct run *run, json_t *record)
{
	static struct tdx_platform p;
	json_t *config = json_object_get(record, "cpuid_config"), *slot;
	json_t *fields = json_object_get(record, "fields"), *field;
	json_t *values = json_object_get(record, "global_cpuid_values");
	const char *name;
	size_t k;

	start(run, record, &p);
	if (run->failing)
		return;
	if (!json_is_array(config))
		bad_input(run, "cpuid_config: an array is missing");
	differs(run, json_array_size(config), p.module->nr_config, "number of slots");
	json_array_foreach (config, k, slot)
		if (k < p.module->nr_config)
			check_slot(run, &p, slot, k);

	json_object_foreach (fields, name, field)
		check_sys_rd(run, &p, name, member(run, field, "field_id", UINT64_MAX),
			     member(run, field, "status", UINT64_MAX),
			     member(run, field, "value", UINT64_MAX));
	check_sys_reads(run, &p, record, "sys_rd");
	check_sys_reads(run, &p, record, "other_td_configurability_fields");
	if (values)
		check_values(run, p.module, values, "global_cpuid_values",
			     (const u32(*)[4])p.native);
	check_order(run, p.module, record, "lookup_order", false);
	check_order(run, p.module, record, "faulting", true);
}

static void check_record(struct run *run, json_t *record)
{
	json_t *kind = json_object_get(record, "kind");

	run->failing = false;
	if (!kind)
		check_mng_init(run, record);
	else if (!json_is_string(kind))
		bad_input(run, "kind: not a string");
	else if (!strcmp(json_string_value(kind), "reported_config"))
		check_reported_config(run, record);
	else if (!strcmp(json_string_value(kind), "mng_rd"))
		check_mng_rd(run, record);
	else
		bad_input(run, "unknown kind \"%s\"", json_string_value(kind));

	if (run->failing)
		run->failed++;
	else
		run->passed++;
}

static json_t *parse_line(struct run *run, const char *line, size_t len)
{
	json_error_t err;
	json_t *record;

	if (memchr(line, '\0', len))
		bad_input(run, "a NUL byte");
	record = json_loadb(line, len, JSON_REJECT_DUPLICATES, &err);
	if (!record)
		bad_input(run, "column %d: %s", err.column, err.text);
	if (!json_is_object(record))
		bad_input(run, "not a JSON object");
	return record;
}

/* Called twice a file: for the bases that deltas name, which may come later, and for the checks. */
static void each_record(struct run *run, const char *text, size_t len,
			void (*visit)(struct run *, json_t *))
{
	const char *end = text + len, *newline;
	json_t *record;

	for (run->line = 1; text < end; run->line++, text = newline + 1) {
		newline = memchr(text, '\n', end - text);
		if (!newline)
			newline = end;
		run->id = NULL;
		if (text + strspn(text, " \t\r") >= newline)
			continue;
		record = parse_line(run, text, newline - text);
		run->id = string(run, record, "id");
		visit(run, record);
		json_decref(record);
	}
	run->id = NULL;
}

static void keep_base(struct run *run, json_t *record)
{
	json_t *values = json_object_get(record, "cpuid_values");

	if (json_is_object(values) && json_object_set(run->bases, run->id, values))
		bad_input(run, "out of memory");
}

/* The whole file, with a NUL behind it; a pipe will do. */
static char *read_file(const char *file, size_t *len)
{
	FILE *f = fopen(file, "r");
	size_t size = 0, n;
	char *text = NULL, *more;

	*len = 0;
	do {
		if (*len + 1 >= size) {
			size = size ? 2 * size : 1 << 16;
			more = size <= MAX_FILE ? realloc(text, size) : NULL;
			if (!more) {
				fprintf(stderr, "%s: too large\n", file);
				exit(2);
			}
			text = more;
		}
		n = f ? fread(text + *len, 1, size - *len - 1, f) : 0;
		*len += n;
	} while (n);
	if (!f || ferror(f)) {
		fprintf(stderr, "%s: %s\n", file, strerror(errno));
		exit(2);
	}
	fclose(f);
	text[*len] = '\0';
	return text;
}

static void run_file(struct run *run, const char *file)
{
	unsigned long before = run->passed + run->failed;
	size_t len;
	char *text = read_file(file, &len);

	run->file = file;
	run->bases = json_object();
	each_record(run, text, len, keep_base);
	each_record(run, text, len, check_record);
	json_decref(run->bases);
	free(text);
	if (run->passed + run->failed == before) {
		fprintf(stderr, "%s: no record\n", file);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct run run = { 0 };
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: module-vectors FILE...\n");
		return 2;
	}
	for (i = 1; i < argc; i++)
		run_file(&run, argv[i]);
	printf("%lu passed, %lu failed\n", run.passed, run.failed);
	return run.failed ? 1 : 0;
}
