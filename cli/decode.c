// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid decode: a status of the TDX module in words. */
#include "input.h"
#include "json_out.h"
#include "options.h"
#include "print.h"

int cmd_decode(const struct options *o)
{
	char text[TDXCPUID_TEXT_MAX];
	struct out j = { .break_depth = 1 };
	bool has_rcx = o->nr_args > 1;
	u64 number[2] = { 0, 0 };

	for (int i = 0; i < o->nr_args; i++) {
		if (!parse_u64(o->args[i], &number[i])) {
			message("tdxcpuid decode: '%.40s' is no number of 64 bits, like "
				"0xc000010000000045",
				o->args[i]);
			return EXIT_BAD;
		}
	}

	tdxcpuid_status_text(number[0], has_rcx, number[1], text);
	if (!o->json) {
		print("%s\n", text);
		return 0;
	}

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_hex(&j, "status", number[0]);
	if (has_rcx)
		out_hex(&j, "rcx", number[1]);
	else
		out_null(&j, "rcx");
	out_string(&j, "text", text);
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
	return 0;
}
