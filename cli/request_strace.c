// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A list as strace -v shows it: of a program's first KVM_SET_CPUID2, or of its last
 * KVM_GET_SUPPORTED_CPUID, which has what the program has asked for before.
 */
#include "line.h"
#include "request.h"

static const char *const fields[] = { "function=", "index=", "flags=", "eax=",
				      "ebx=",	   "ecx=",   "edx=" };

/* Step to the list; false if the line is another call's. */
static bool find_list(struct line *l, const char *name, u32 *nent)
{
	const char *call = line_find(l, name);
	const char *list;

	if (!call)
		return false;
	l->at = call;
	list = line_find(l, "{nent=");
	if (!list)
		return false;
	l->at = list + strlen("{nent=");
	return line_decimal(l, nent) && line_word(l, ", entries=[");
}

bool is_strace(const char *data, size_t size, const char *call)
{
	u32 nent;

	for (size_t i = 0; i < size;) {
		struct line line = line_at(data, size, i);

		i = line.end - data + 1;
		if (find_list(&line, call, &nent))
			return true;
	}
	return false;
}

static int strace_trouble(struct request *r, struct trouble *t, const char *at, const char *what)
{
	size_t line, column;

	line_and_column(r->data, at - r->data, &line, &column);
	return trouble(t, line, column, "%s", what);
}

/* KVM_CPUID_FLAG_..., with or without others, or a number. */
static bool read_flags(struct line *l, u32 *flags)
{
	static const struct {
		const char *name;
		u32 flag;
	} names[] = {
		{ "KVM_CPUID_FLAG_SIGNIFCANT_INDEX", KVM_CPUID_FLAG_SIGNIFCANT_INDEX },
		{ "KVM_CPUID_FLAG_STATEFUL_FUNC", KVM_CPUID_FLAG_STATEFUL_FUNC },
		{ "KVM_CPUID_FLAG_STATE_READ_NEXT", KVM_CPUID_FLAG_STATE_READ_NEXT },
	};

	*flags = 0;
	do {
		u32 number = 0;
		size_t i;

		for (i = 0; i < ARRAY_SIZE(names) && !line_word(l, names[i].name); i++)
			;
		if (i < ARRAY_SIZE(names))
			number = names[i].flag;
		else if (!line_hex(l, &number) && !line_decimal(l, &number))
			return false;
		*flags |= number;
	} while (line_word(l, "|"));
	/* What strace says of a flag that it does not know. */
	if (line_word(l, " /*")) {
		const char *end = line_find(l, "*/");

		if (!end)
			return false;
		l->at = end + 2;
	}
	return true;
}

static bool read_entry(struct line *l, struct kvm_cpuid_entry2 *e)
{
	u32 *const numbers[] = { &e->function, &e->index, &e->flags, &e->eax,
				 &e->ebx,      &e->ecx,	  &e->edx };

	memset(e, 0, sizeof(*e));
	if (!line_word(l, "{"))
		return false;
	for (size_t f = 0; f < ARRAY_SIZE(fields); f++) {
		if ((f && !line_word(l, ", ")) || !line_word(l, fields[f]))
			return false;
		if (numbers[f] == &e->flags ?
			    !read_flags(l, numbers[f]) :
			    !line_hex(l, numbers[f]) && !line_decimal(l, numbers[f]))
			return false;
	}
	return line_word(l, "}");
}

static int read_list(struct request *r, struct line *l, u32 nent, struct trouble *t)
{
	const char *start = l->at;

	while (l->at < l->end && !line_word(l, "]")) {
		if (line_word(l, "..."))
			return strace_trouble(r, t, start,
					      "strace has left out the entries: it needs -v");
		if (r->nent && !line_word(l, ", "))
			return strace_trouble(r, t, l->at, "', ' expected between entries");
		if (r->nent == TDXCPUID_MAX_ENTRIES)
			return strace_trouble(r, t, l->at,
					      "more than the 256 entries that KVM takes");
		r->entry_offset[r->nent] = l->at - r->data;
		if (!read_entry(l, &r->entries[r->nent]))
			return strace_trouble(r, t, l->at,
					      "an entry is like {function=0x7, index=0, flags=0, "
					      "eax=0x2, ebx=0, ecx=0, edx=0}");
		r->nent++;
	}
	if (l->at[-1] != ']')
		return strace_trouble(r, t, l->at, "the list ends within the line");
	if (r->nent != nent)
		return strace_trouble(r, t, start, "there are not as many entries as nent= says");
	return 0;
}

int request_from_strace(struct request *r, struct trouble *t)
{
	const bool asked = !strcmp(r->call, GET_SUPPORTED_CPUID);
	struct line list = { 0 };
	u32 nent, nent_of_list = 0;

	for (size_t i = 0; i < r->size;) {
		struct line line = line_at(r->data, r->size, i);

		i = line.end - r->data + 1;
		if (!find_list(&line, r->call, &nent))
			continue;
		/* Each vCPU has one; the answer to too little room is none. */
		r->first_of_several = list.at && !asked;
		if (r->first_of_several)
			break;
		if (asked && list.at && !line_find(&line, ") = 0"))
			continue;
		list = line;
		nent_of_list = nent;
	}
	return read_list(r, &list, nent_of_list, t);
}

size_t strace_locate(const struct request *r, int entry, int reg, size_t *width)
{
	struct line l = line_at(r->data, r->size, r->entry_offset[entry]);
	const char *start = reg < 0 ? l.at : line_find(&l, fields[3 + reg]);

	/* The entry, or the value. */
	if (reg >= 0)
		start += strlen(fields[3 + reg]);
	*width = strcspn(start, reg < 0 ? "}" : ",}") + (reg < 0);
	return start - r->data;
}
