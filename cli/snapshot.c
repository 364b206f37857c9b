// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A real host: this one (--kvm), or one that was written down by tdxcpuid dump
 * (--host).  What differs from CPU to CPU and over time is not in a snapshot.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli.h"

#define MSR_ARCH_CAPABILITIES 0x10a

struct snapshot {
	struct tdxcpuid_caps caps;
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	u32 nr_native;
	struct tdxcpuid_leaf native[NATIVE_MAX];
	u64 arch_capabilities; /* 0: unknown */
	char module[32];       /* version; empty: unknown, as the next ones */
	char kernel[128];
	char microcode[32];
};

/* ---- this machine ---- */

static const char *kvm_trouble(int error)
{
	switch (-error) {
	case ENOENT:
		return "there is no KVM here: is kvm_intel loaded?";
	case EACCES:
	case EPERM:
		return "no permission: be root, or in group kvm";
	case ENOTTY:
		return "this is not KVM";
	case EOPNOTSUPP:
		return "this KVM has no TDX: it needs a CPU with TDX, turned on in the firmware, "
		       "and kvm_intel.tdx=1; the kernel log says more";
	default:
		return strerror(-error);
	}
}

/* The start of a file of the kernel's, or "". */
static void read_start(const char *file, char *text, size_t size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = 0;

	while (fd >= 0 && used < size - 1) {
		n = read(fd, text + used, size - 1 - used);
		if (n <= 0)
			break;
		used += n;
	}
	text[used] = '\0';
	if (fd >= 0)
		close(fd);
}

/* What the first CPU of /proc/cpuinfo says of microcode and 5-level EPT. */
static void read_cpuinfo(struct snapshot *s)
{
	char text[1 << 14], *line, *next;

	read_start("/proc/cpuinfo", text, sizeof(text));
	for (line = text; *line && *line != '\n'; line = next) {
		size_t length = strcspn(line, "\n");
		const char *value;

		next = line + length + (line[length] == '\n');
		line[length] = '\0';
		value = strchr(line, ':');
		if (!value)
			continue;
		value += strspn(value, ": ");
		if (!strncmp(line, "microcode\t", 10))
			snprintf(s->microcode, sizeof(s->microcode), "%s", value);
		if (!strncmp(line, "vmx flags\t", 10))
			s->caps.gpaw52 = strstr(value, "ept_5level") ? TDXCPUID_YES : TDXCPUID_NO;
	}
}

/* Needs root and the msr module; without, TSX stays undecided. */
static u64 read_arch_capabilities(void)
{
	int fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);
	u64 value;

	if (fd < 0 || pread(fd, &value, sizeof(value), MSR_ARCH_CAPABILITIES) != sizeof(value))
		value = 0;
	if (fd >= 0)
		close(fd);
	return value;
}

static u32 tsc_khz(const struct snapshot *s)
{
	for (u32 i = 0; i < s->nr_native; i++) {
		const u32 *reg = s->native[i].reg;

		if (s->native[i].leaf == 0x15 && reg[TDXCPUID_EAX])
			return (u64)reg[TDXCPUID_ECX] * reg[TDXCPUID_EBX] / reg[TDXCPUID_EAX] /
			       1000;
	}
	return 0;
}

static int take_snapshot(struct snapshot *s)
{
	struct utsname name;
	u32 nent = ARRAY_SIZE(s->entries);
	int fd, error;

	error = tdxcpuid_kvm_open(NULL, &fd);
	if (!error) {
		error = tdxcpuid_kvm_capabilities(fd, &s->caps.attributes, &s->caps.xfam,
						  s->entries, &nent);
		close(fd);
	}
	if (error) {
		message("tdxcpuid: /dev/kvm: %s", kvm_trouble(error));
		return -1;
	}

	s->nr_native = tdxcpuid_native(s->native, NATIVE_MAX);
	if (s->nr_native > NATIVE_MAX)
		s->nr_native = NATIVE_MAX;
	s->caps.size = sizeof(s->caps);
	s->caps.nent = nent;
	s->caps.cpuid = s->entries;
	s->caps.tsc_khz = tsc_khz(s);
	s->arch_capabilities = read_arch_capabilities();
	read_cpuinfo(s);
	read_start("/sys/devices/faux/tdx_host/version", s->module, sizeof(s->module));
	s->module[strcspn(s->module, "\n")] = '\0';
	if (!uname(&name))
		snprintf(s->kernel, sizeof(s->kernel), "%.60s %.60s", name.sysname, name.release);
	return 0;
}

/* ---- out ---- */

static void known_string(struct out *j, const char *key, const char *value)
{
	out_string(j, key, *value ? value : NULL);
}

static void snapshot_to_json(const struct snapshot *s)
{
	struct out j = { .break_depth = 3 };

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	known_string(&j, "module", s->module);
	known_string(&j, "kernel", s->kernel);
	known_string(&j, "microcode", s->microcode);
	if (s->caps.gpaw52 == TDXCPUID_UNKNOWN)
		out_null(&j, "gpaw52");
	else
		out_bool(&j, "gpaw52", s->caps.gpaw52 == TDXCPUID_YES);
	out_open(&j, "capabilities", '{');
	out_hex(&j, "attributes", s->caps.attributes);
	out_hex(&j, "xfam", s->caps.xfam);
	out_int(&j, "tsc_khz", s->caps.tsc_khz);
	out_open(&j, "cpuid", '[');
	for (u32 k = 0; k < s->caps.nent; k++)
		out_entry(&j, &s->caps.cpuid[k]);
	out_close(&j, ']');
	out_close(&j, '}');
	out_open(&j, "native", '{');
	out_hex(&j, "ia32_arch_capabilities", s->arch_capabilities);
	out_open(&j, "cpuid", '{');
	for (u32 i = 0; i < s->nr_native; i++) {
		const struct tdxcpuid_leaf *leaf = &s->native[i];
		char key[32];

		if (leaf->subleaf == NO_SUBLEAF)
			snprintf(key, sizeof(key), "%x", leaf->leaf);
		else
			snprintf(key, sizeof(key), "%x.%x", leaf->leaf, leaf->subleaf);
		out_open(&j, key, '[');
		for (int reg = 0; reg < 4; reg++)
			out_hex(&j, NULL, leaf->reg[reg]);
		out_close(&j, ']');
	}
	out_close(&j, '}');
	out_close(&j, '}');
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

int cmd_dump(const struct options *o)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	int error;

	(void)o;
	error = take_snapshot(s);
	if (!error)
		snapshot_to_json(s);
	free(s);
	return error ? EXIT_BAD : 0;
}

/* ---- in ---- */

/* Kept until load_free(), like all hosts. */
static const struct host *host_of_snapshot(struct snapshot *s, const struct tdxcpuid_cpu *cpu,
					   struct trouble *t)
{
	struct tdxcpuid_host *kvm;

	s->caps.cpu = cpu;
	if (*s->module)
		s->caps.module = known_module(s->module);

	switch (tdxcpuid_host_new_caps(&s->caps, &kvm)) {
	case 0:
		return keep_host(kvm, s->module);
	case -EINVAL:
		trouble(t, 1, 1, "two entries of 'cpuid' are for one slot");
		return NULL;
	case -E2BIG:
		trouble(t, 1, 1, "more than %u slots", TDXCPUID_MAX_SLOTS);
		return NULL;
	default:
		trouble(t, 1, 1, "out of memory");
		return NULL;
	}
}

const struct host *live_host(void)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	const struct host *host = NULL;
	struct trouble t;

	if (!take_snapshot(s)) {
		const struct tdxcpuid_cpu *cpu =
			add_cpu("this one", s->native, s->nr_native, s->arch_capabilities, &t);

		if (cpu)
			host = host_of_snapshot(s, cpu, &t);
		if (!host)
			complain("/dev/kvm", &t);
	}
	free(s);
	return host;
}

/* The object at @key as a text of its own; NULL and a complaint if there is none. */
static char *part_of(const json_t *json, const char *key, struct trouble *t)
{
	const json_t *part = json_object_get(json, key);
	char *text = json_is_object(part) ? json_dumps(part, JSON_COMPACT) : NULL;

	if (!text)
		trouble(t, 1, 1, "'%s' must be an object, as tdxcpuid dump writes it", key);
	return text;
}

/* Say in which part it is, as the place in there is none in the file. */
static void trouble_in_part(struct trouble *t, const char *part)
{
	struct trouble in = *t;

	trouble(t, 1, 1, "in '%s': %.200s", part, in.text);
}

static const struct tdxcpuid_cpu *parse_native(const json_t *json, const char *file,
					       struct trouble *t)
{
	const struct tdxcpuid_cpu *cpu;
	char *text;

	if (!json_object_get(json, "native"))
		return NULL;
	text = part_of(json, "native", t);
	if (!text)
		return NULL;
	cpu = parse_cpu(text, strlen(text), file, t);
	if (!cpu)
		trouble_in_part(t, "native");
	free(text);
	return cpu;
}

static int parse_caps(struct snapshot *s, const json_t *json, struct trouble *t)
{
	char *text = part_of(json, "capabilities", t);
	struct request *r = xcalloc(1, sizeof(*r));
	int error = -1;

	if (text) {
		error = request_parse(r, text, strlen(text), t);
		if (error)
			trouble_in_part(t, "capabilities");
		else
			s->caps.size = sizeof(s->caps);
		s->caps.attributes = r->attributes;
		s->caps.xfam = r->xfam;
		s->caps.tsc_khz = r->tsc_khz;
		s->caps.nent = r->nent;
		s->caps.cpuid = s->entries;
		memcpy(s->entries, r->entries, sizeof(s->entries));
		request_free(r);
	}
	free(text);
	free(r);
	return error;
}

static const struct host *parse_snapshot(struct snapshot *s, const struct text *text,
					 const char *file, struct trouble *t)
{
	json_t *json = json_parse(text->data, text->size, t);
	const struct tdxcpuid_cpu *cpu = NULL;
	const struct host *host = NULL;
	const char *module;

	if (!json)
		return NULL;
	if (!json_is_object(json))
		trouble(t, 1, 1, "a snapshot must be an object, as tdxcpuid dump writes it");
	else if (!parse_caps(s, json, t))
		cpu = parse_native(json, file, t);
	if (s->caps.size && (cpu || !json_object_get(json, "native"))) {
		module = json_string_value(json_object_get(json, "module"));
		snprintf(s->module, sizeof(s->module), "%s", module ? module : "");
		if (json_is_boolean(json_object_get(json, "gpaw52")))
			s->caps.gpaw52 = json_is_true(json_object_get(json, "gpaw52")) ?
						 TDXCPUID_YES :
						 TDXCPUID_NO;
		host = host_of_snapshot(s, cpu, t);
	}
	json_decref(json);
	return host;
}

const struct host *snapshot_host(const char *file)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	const struct host *host = NULL;
	struct trouble t;
	struct text text;

	if (!text_read(&text, file, &t)) {
		host = parse_snapshot(s, &text, file, &t);
		text_free(&text);
	}
	if (!host)
		complain(file, &t);
	free(s);
	return host;
}
