// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* CPU profiles, built in or described by a JSON file. */
#include <stdlib.h>

#include "json_in.h"
#include "target.h"

struct loaded_cpu {
	struct loaded_cpu *next;
	struct tdxcpuid_cpu *cpu;
};

/* A CPU while it is read. */
struct cpu_figures {
	struct tdxcpuid_leaf leaf[NATIVE_MAX];
	u32 nr;
	u64 arch_capabilities;
};

static struct loaded_cpu *loaded_cpus;

/* "7" or "d.a", in hex. */
static bool parse_leaf_key(const char *key, u32 *leaf, u32 *subleaf)
{
	int end = 0;

	if (strspn(key, "0123456789abcdefABCDEF.") != strlen(key) || strlen(key) > 17)
		return false;
	*subleaf = NO_SUBLEAF;
	if (sscanf(key, "%8x%n.%8x%n", leaf, &end, subleaf, &end) < 1)
		return false;
	return !key[end];
}

static int read_leaves(struct reader *r, struct cpu_figures *f)
{
	const struct json_path top = { 0 }, path = { 1, { { .key = "cpuid" } } };
	json_t *leaves = json_object_get(r->json, "cpuid"), *registers;
	const char *key;

	if (json_object_get(r->json, "profiles"))
		return reader_trouble(r, &top, "a list of profiles; put one of them into a file");
	if (!json_is_object(leaves))
		return reader_trouble(r, &path, "'cpuid' must be an object of leaves");
	if (json_object_size(leaves) > NATIVE_MAX)
		return reader_trouble(r, &path, "'cpuid' has more than 1024 leaves");
	if (read_number(r, r->json, &top, "ia32_arch_capabilities", ~0ULL, &f->arch_capabilities))
		return -1;

	json_object_foreach (leaves, key, registers) {
		const struct json_path here = below(&path, key, 0);
		struct tdxcpuid_leaf *leaf = &f->leaf[f->nr++];

		if (!parse_leaf_key(key, &leaf->leaf, &leaf->subleaf))
			return reader_trouble(r, &here, "a leaf is named like 7 or d.1, in hex");
		if (json_array_size(registers) != 4)
			return reader_trouble(r, &here, "expected [eax, ebx, ecx, edx]");
		for (int i = 0; i < 4; i++) {
			const struct json_path there = below(&here, NULL, i);
			u64 number;

			if (!json_number(json_array_get(registers, i), 0xffffffff, &number))
				return reader_trouble(r, &there,
						      "a register must be an integer from 0 to "
						      "0xffffffff, or such a 0x string");
			leaf->reg[i] = number;
		}
	}

	return 0;
}

const struct tdxcpuid_cpu *known_cpu(const char *name)
{
	for (struct loaded_cpu *c = loaded_cpus; c; c = c->next) {
		if (!strcmp(tdxcpuid_cpu_name(c->cpu), name))
			return c->cpu;
	}
	return tdxcpuid_cpu_find(name);
}

const struct tdxcpuid_cpu *add_cpu(const char *name, const struct tdxcpuid_leaf *leaves, u32 nr,
				   u64 arch_capabilities, struct trouble *t)
{
	struct loaded_cpu *c = xcalloc(1, sizeof(*c));

	if (tdxcpuid_cpu_new(name, leaves, nr, arch_capabilities, &c->cpu)) {
		free(c);
		trouble(t, 1, 1, "out of memory");
		return NULL;
	}
	c->next = loaded_cpus;
	loaded_cpus = c;
	return c->cpu;
}

/* Called by its file name, as a profile does not name itself. */
static const char *cpu_name(const char *file, char name[64])
{
	const char *base = strrchr(file, '/');
	size_t length;

	snprintf(name, 64, "%s", base ? base + 1 : file);
	length = strlen(name);
	if (length > 5 && !strcmp(name + length - 5, ".json"))
		name[length - 5] = '\0';
	return name;
}

const struct tdxcpuid_cpu *read_cpu(struct reader *r, const char *file)
{
	struct cpu_figures *f = xcalloc(1, sizeof(*f));
	const struct tdxcpuid_cpu *cpu = NULL;
	char name[64];

	if (!read_leaves(r, f))
		cpu = add_cpu(cpu_name(file, name), f->leaf, f->nr, f->arch_capabilities, r->t);
	free(f);
	return cpu;
}

const struct tdxcpuid_cpu *parse_cpu(const char *data, size_t size, const char *file,
				     struct trouble *t)
{
	const struct tdxcpuid_cpu *cpu = NULL;
	struct reader r;

	if (!reader_open(&r, data, size, t))
		cpu = read_cpu(&r, file);
	reader_close(&r);
	return cpu;
}

const struct tdxcpuid_cpu *load_cpu(const char *name, const char **file, struct trouble *t)
{
	const struct tdxcpuid_cpu *cpu = tdxcpuid_cpu_find(name);
	struct text text;

	*file = name;
	if (cpu)
		return cpu;
	if (text_read(&text, name, t)) {
		/* Not a path, by its looks: a misspelt name. */
		if (!strpbrk(name, "/.") && strcmp(name, "-")) {
			trouble(t, 1, 1, "no such CPU profile; known:");
			for (u32 i = 0; (cpu = tdxcpuid_cpu_nth(i)); i++)
				snprintf(t->text + strlen(t->text),
					 sizeof(t->text) - strlen(t->text), " %s",
					 tdxcpuid_cpu_name(cpu));
		}
		return NULL;
	}
	cpu = parse_cpu(text.data, text.size, name, t);
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
