// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* CPUs: built in, this machine's, or read from a file, whose format its content tells. */
#include <stdlib.h>
#include <unistd.h>

#include "cpu_in.h"
#include "json_in.h"
#include "near.h"
#include "snapshot.h"

struct loaded_cpu {
	struct loaded_cpu *next;
	struct tdxcpuid_cpu *cpu;
	struct notes notes;
};

static struct loaded_cpu *loaded_cpus;

const struct tdxcpuid_cpu *known_cpu(const char *name)
{
	for (struct loaded_cpu *c = loaded_cpus; c; c = c->next) {
		if (!strcmp(tdxcpuid_cpu_name(c->cpu), name))
			return c->cpu;
	}
	return tdxcpuid_cpu_find(name);
}

const struct notes *cpu_notes(const struct tdxcpuid_cpu *cpu)
{
	for (struct loaded_cpu *c = loaded_cpus; c; c = c->next) {
		if (c->cpu == cpu)
			return &c->notes;
	}
	return NULL;
}

static struct loaded_cpu *keep_cpu(const char *name, const struct tdxcpuid_leaf *leaves, u32 nr,
				   u64 arch_capabilities)
{
	struct loaded_cpu *c = xcalloc(1, sizeof(*c));

	if (tdxcpuid_cpu_new(name, leaves, nr, arch_capabilities, &c->cpu))
		out_of_memory();
	c->next = loaded_cpus;
	loaded_cpus = c;
	return c;
}

const struct tdxcpuid_cpu *add_cpu(const char *name, const struct tdxcpuid_leaf *leaves, u32 nr,
				   u64 arch_capabilities)
{
	return keep_cpu(name, leaves, nr, arch_capabilities)->cpu;
}

/* Called by its file name, as few formats name it. */
static const char *cpu_name(const char *file, char name[64])
{
	static const char *const endings[] = { ".json", ".txt", ".xml" };
	const char *base = strrchr(file, '/');
	size_t length;

	snprintf(name, 64, "%s", base ? base + 1 : file);
	length = strlen(name);
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && !strcmp(name + length - ending, endings[i]))
			name[length - ending] = '\0';
	}
	return name;
}

static const struct tdxcpuid_cpu *finish(struct cpu_in *in, const char *file)
{
	struct notes notes = { 0 };
	struct loaded_cpu *c;
	char name[64];

	if (cpu_finish(in, &notes))
		return NULL;
	c = keep_cpu(cpu_name(file, name), in->leaf, in->nr, in->arch_capabilities);
	c->notes = notes;
	return c->cpu;
}

const struct tdxcpuid_cpu *read_cpu(struct reader *r, const char *file)
{
	struct cpu_in *in = xcalloc(1, sizeof(*in));
	const struct tdxcpuid_cpu *cpu = NULL;

	in->t = r->t;
	if (!cpu_from_json(in, r))
		cpu = finish(in, file);
	free(in);
	return cpu;
}

static const struct tdxcpuid_cpu *read_profile(const char *data, size_t size, const char *file,
					       struct trouble *t)
{
	const struct tdxcpuid_cpu *cpu = NULL;
	struct reader r;

	if (!reader_open(&r, data, size, t))
		cpu = read_cpu(&r, file);
	reader_close(&r);
	return cpu;
}

static const struct tdxcpuid_cpu *read_dump(const char *data, size_t size, const char *file,
					    struct trouble *t)
{
	const struct cpu_format *lines = cpu_format_of(data, size);
	size_t start = skip_space(data, size, 0);
	struct cpu_in *in = xcalloc(1, sizeof(*in));
	const struct tdxcpuid_cpu *cpu = NULL;
	int error;

	*in = (struct cpu_in){ .data = data, .size = size, .t = t, .dump = true };
	if (start < size && data[start] == '<')
		error = cpu_from_libvirt(in);
	else if (lines)
		error = cpu_from_lines(in, lines);
	else if (start == size)
		error = trouble(t, 1, 1, "the input is empty");
	else
		error = trouble(t, 1, 1, "this is no CPU in a format that is known here");
	if (!error)
		cpu = finish(in, file);
	free(in);
	return cpu;
}

const struct tdxcpuid_cpu *parse_cpu(const char *data, size_t size, const char *file,
				     struct trouble *t)
{
	size_t start = skip_space(data, size, 0);
	const struct tdxcpuid_cpu *cpu;

	cpu = start < size && data[start] == '{' ? read_profile(data, size, file, t) :
						   read_dump(data, size, file, t);
	if (!cpu)
		t->hint = "a CPU is a profile in JSON (tdxcpuid dump --cpu), or the output of "
			  "cpuid -r or kcpuid -r, InstLatx64's text, or libvirt's cpudata; see "
			  "tdxcpuid-formats(5)";
	return cpu;
}

/* This machine's, TDX or not. */
static const struct tdxcpuid_cpu *native_cpu(void)
{
	struct tdxcpuid_leaf *leaves = xcalloc(NATIVE_MAX, sizeof(*leaves));
	const struct tdxcpuid_cpu *cpu = known_cpu("native");
	u32 nr = tdxcpuid_native(leaves, NATIVE_MAX);

	if (!cpu)
		cpu = add_cpu("native", leaves, nr < NATIVE_MAX ? nr : NATIVE_MAX,
			      read_arch_capabilities());
	free(leaves);
	return cpu;
}

/* A built-in profile, whatever its case. */
static const struct tdxcpuid_cpu *find_cpu(const char *name)
{
	const struct tdxcpuid_cpu *cpu = tdxcpuid_cpu_find(name);

	for (u32 i = 0; !cpu && tdxcpuid_cpu_nth(i); i++) {
		if (!strcasecmp(tdxcpuid_cpu_name(tdxcpuid_cpu_nth(i)), name))
			cpu = tdxcpuid_cpu_nth(i);
	}
	return cpu;
}

static void no_such_cpu(const char *name, struct trouble *t)
{
	char known[512] = "native", text[NEAR_TEXT_MAX];
	const struct tdxcpuid_cpu *cpu;
	struct near near;

	near_begin(&near, name);
	near_try(&near, "native");
	for (u32 i = 0; (cpu = tdxcpuid_cpu_nth(i)); i++) {
		struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };
		size_t used = strlen(known);

		near_try(&near, tdxcpuid_cpu_name(cpu));
		tdxcpuid_cpu_describe(cpu, &desc);
		if (!desc.synthetic)
			snprintf(known + used, sizeof(known) - used, ", %s",
				 tdxcpuid_cpu_name(cpu));
	}
	trouble(t, 0, 0, "'%.80s' is no CPU and no file%s; known: %s", name, near_text(&near, text),
		known);
}

const struct tdxcpuid_cpu *load_cpu(const char *name, const char **file, struct trouble *t)
{
	const struct tdxcpuid_cpu *cpu;
	struct text text;

	*file = name;
	cpu = access(name, F_OK) ? find_cpu(name) : tdxcpuid_cpu_find(name);
	if (cpu)
		return cpu;
	if (!strcasecmp(name, "native"))
		return native_cpu();
	if (text_read_up_to(&text, name, RECORDING_MAX, t)) {
		/* Not a path, by its looks: a misspelt name. */
		if (!strpbrk(name, "/.") && strcmp(name, "-"))
			no_such_cpu(name, t);
	} else {
		cpu = parse_cpu(text.data, text.size, name, t);
	}
	text_free(&text);
	return cpu;
}

void free_cpus(void)
{
	while (loaded_cpus) {
		struct loaded_cpu *c = loaded_cpus;

		loaded_cpus = c->next;
		tdxcpuid_cpu_free(c->cpu);
		free(c);
	}
}
