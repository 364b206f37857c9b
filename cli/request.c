// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request or a vCPU list, in either format. */
#include "json_in.h"
#include "request.h"

int request_parse(struct request *r, const char *data, size_t size, struct trouble *t)
{
	size_t start = skip_space(data, size, 0);

	/* All but the entries, which are many and not read until set. */
	memset(r, 0, offsetof(struct request, entries));
	r->data = data;
	r->size = size;

	if (start == size)
		return trouble(t, 1, 1, "the input is empty");
	if (data[start] != '{' && data[start] != '[' && data[start] != '"')
		return request_from_text(r, t);
	r->json = json_parse(data, size, t);
	return r->json ? request_from_object(r, t) : -1;
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
		struct json_path path = { 2, { { .key = "cpuid" }, { .index = entry } } };

		if (entry < 0)
			path = (struct json_path){ field ? 1 : 0, { { .key = field } } };
		else if (reg >= 0)
			path.step[path.depth++].key = tdxcpuid_reg_name(reg);
		offset = json_locate(r->data, r->size, &path, false);
		width = entry < 0 && !field ? 0 : skip_value(r->data, r->size, offset) - offset;
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
