// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request or a vCPU list, in any format. */
#include "cpu_in.h"
#include "request.h"

/* A line of a log may begin with a bracket, too. */
static bool is_json(const char *data, size_t size, size_t start)
{
	size_t next = skip_space(data, size, start + 1);

	if (data[start] == '[')
		return next < size && data[next] && strchr("[{]", data[next]);
	return data[start] == '{' || data[start] == '"';
}

static int parse_text(struct request *r, struct trouble *t)
{
	const struct cpu_format *cpu;

	if (is_strace(r->data, r->size, r->call)) {
		r->locate = strace_locate;
		return request_from_strace(r, t);
	}
	if (strcmp(r->call, SET_CPUID2) &&
	    (is_strace(r->data, r->size, SET_CPUID2) || is_trace(r->data, r->size)))
		return trouble(t, 1, 1, "the list of a vCPU, not of " GET_SUPPORTED_CPUID);
	if (is_trace(r->data, r->size)) {
		r->locate = trace_locate;
		return request_from_trace(r, t);
	}
	if (!request_from_text(r, t))
		return 0;
	if (memmem(r->data, r->size, "<cpudata", 8))
		return trouble(t, 1, 1, "this is a CPU, in the format of libvirt: --cpu takes it");
	cpu = r->nent ? NULL : cpu_format_of(r->data, r->size);
	return cpu ? trouble(t, 1, 1, "this is a CPU, in the format of %s: --cpu takes it",
			     cpu->name) :
		     -1;
}

static int parse(struct request *r, struct trouble *t)
{
	size_t start = skip_space(r->data, r->size, 0);

	if (start == r->size)
		return trouble(t, 1, 1, "the input is empty");
	if (!is_json(r->data, r->size, start))
		return parse_text(r, t);
	r->json = json_parse(r->data, r->size, t);
	return r->json ? request_from_object(r, t) : -1;
}

const char request_formats[] =
	"a request is text or JSON; the list of a vCPU may also be what strace -v shows of "
	"KVM_SET_CPUID2, or the trace event kvm_cpuid; see tdxcpuid-formats(5)";

static int parse_list(struct request *r, const char *call, const char *data, size_t size,
		      struct trouble *t)
{
	/* All but the entries, which are many and not read until set. */
	memset(r, 0, offsetof(struct request, entries));
	r->call = call;
	r->data = data;
	r->size = size;
	if (!parse(r, t))
		return 0;
	t->hint = request_formats;
	return -1;
}

int request_parse(struct request *r, const char *data, size_t size, struct trouble *t)
{
	return parse_list(r, SET_CPUID2, data, size, t);
}

int request_parse_supported(struct request *r, const char *data, size_t size, struct trouble *t)
{
	return parse_list(r, GET_SUPPORTED_CPUID, data, size, t);
}

int request_read(struct request *r, const struct reader *in)
{
	memset(r, 0, offsetof(struct request, entries));
	r->data = in->data;
	r->size = in->size;
	r->root = in->root;
	r->json = json_incref(in->json);
	return request_from_object(r, in->t);
}

void request_free(struct request *r)
{
	json_decref(r->json);
	r->json = NULL;
}

void request_place(const struct request *r, int entry, int reg, const char *field,
		   struct place *place)
{
	size_t offset, line_start, line_end, width, column;

	if (r->json) {
		struct json_path path = entry_path(r, entry);

		if (entry < 0)
			path = (struct json_path){ field ? 1 : 0, { { .key = field } } };
		else if (reg >= 0)
			path.step[path.depth++].key = tdxcpuid_reg_name(reg);
		offset = json_locate(r->data, r->size, &path, false);
		width = entry < 0 && !field ? 0 : skip_value(r->data, r->size, offset) - offset;
	} else if (r->locate) {
		width = 0;
		offset = entry < 0 ? 0 : r->locate(r, entry, reg, &width);
	} else {
		offset = text_locate(r, entry, reg, field, &width);
	}

	line_and_column(r->data, offset, &place->line, &column);
	for (line_start = offset; line_start && r->data[line_start - 1] != '\n'; line_start--)
		;
	for (line_end = offset; line_end < r->size && r->data[line_end] != '\n'; line_end++)
		;
	place->start = r->data + line_start;
	place->length = line_end - line_start;
	place->column = offset - line_start;
	place->width = line_end - offset < width ? line_end - offset : width;
}
