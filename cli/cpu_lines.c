// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the dumps of a CPU that consist of lines have in common. */
#include "cpu_in.h"

bool line_registers(struct line *l, u32 reg[4])
{
	static const char *const names[] = { "eax=", "ebx=", "ecx=", "edx=" };

	for (int r = 0; r < 4; r++) {
		const char *start;

		line_blanks(l);
		if (r && line_word(l, ","))
			line_blanks(l);
		if (!line_word(l, names[r]))
			return false;
		start = l->at;
		/* Fewer are what is left of a file that was cut. */
		if (!line_hex(l, &reg[r]) || l->at - start != 10)
			return false;
	}
	return true;
}

const struct cpu_format *cpu_format_of(const char *data, size_t size)
{
	static const struct cpu_format *const formats[] = { &cpu_format_cpuid, &cpu_format_kcpuid,
							    &cpu_format_instlat };

	for (size_t i = 0; i < size;) {
		const struct line line = line_at(data, size, i);

		for (size_t k = 0; k < ARRAY_SIZE(formats); k++) {
			if (formats[k]->recognize(line))
				return formats[k];
		}
		i = line.end - data + 1;
	}
	return NULL;
}

int cpu_from_lines(struct cpu_in *in, const struct cpu_format *format)
{
	for (size_t i = 0; i < in->size;) {
		const struct line line = line_at(in->data, in->size, i);

		if (format->read(in, line))
			return -1;
		i = line.end - in->data + 1;
	}
	return 0;
}
