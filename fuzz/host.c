// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What tdxcpuid dump or baseline has written down of hosts.  A host that is read is asked;
 * a fleet reads the same when baseline writes it, and is merged in any order.
 */
#include "../cli/fleet.h"
#include "answer.h"
#include "reader.h"

static const char another[] =
	"{\"schema\":1,\"name\":\"another\",\"module\":\"1.5.05\",\"kernel\":\"7.3\",\"microcode\":null,"
	"\"gpaw52\":true,\"capabilities\":{\"attributes\":\"0x10000000\",\"xfam\":\"0x602e7\","
	"\"tsc_khz\":2000000,\"cpuid\":[{\"function\":\"0x7\",\"index\":0,\"flags\":1,\"eax\":0,"
	"\"ebx\":\"0xf0bf07ab\",\"ecx\":\"0x1b415f6e\",\"edx\":\"0xffdd4432\"}]}}";

static struct fleet_reader reader;

static int add(struct fleet *f, const char *text, size_t size, struct trouble *t)
{
	struct fleet part = { 0 };
	int error = fleet_parse(&reader, &part, text, size, t);

	if (!error)
		error = fleet_merge(f, &part, t);
	fleet_free(&part);
	return error;
}

static bool same(const struct out *a, const struct out *b)
{
	return a->text.used == b->text.used && !memcmp(a->text.data, b->text.data, a->text.used);
}

/* Written and read again it is the same; with another one so in either order, or in neither. */
static void check_fleet(const char *text, size_t size)
{
	struct fleet alone = { 0 }, again = { 0 }, before = { 0 }, behind = { 0 };
	struct out j = { 0 }, k = { 0 };
	struct trouble t;
	int error;

	must(!add(&alone, text, size, &t));
	fleet_out(&j, &alone);
	must(!add(&again, text_written(&j), j.text.used, &t));
	fleet_out(&k, &again);
	must(same(&j, &k));

	j.text.used = k.text.used = 0;
	error = add(&before, text, size, &t) || add(&before, another, strlen(another), &t);
	must((add(&behind, another, strlen(another), &t) || add(&behind, text, size, &t)) == error);
	if (!error) {
		fleet_out(&j, &before);
		fleet_out(&k, &behind);
		must(same(&j, &k));
	}
	fleet_free(&alone);
	fleet_free(&again);
	fleet_free(&before);
	fleet_free(&behind);
	out_free(&j);
	out_free(&k);
}

static void ask(const struct target *host)
{
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.attributes = host->info.attributes,
		.xfam = host->info.xfam,
		.nent = host->info.nr_slots,
		.entries = host->info.cpuid,
	};
	struct tdxcpuid_answer *answer = NULL;

	must(!tdxcpuid_check(host->kvm, &request, &answer));
	check_answer(answer, request.nent);
	tdxcpuid_answer_free(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct snapshot s;
	char *text = text_of(data, size);
	struct trouble t = { 0 };
	struct fleet f = { 0 };
	struct reader in;

	if (fleet_parse(&reader, &f, text, size, &t))
		check_trouble(&t, text, size);
	else
		check_fleet(text, size);
	fleet_free(&f);
	fleet_reader_free(&reader);
	memset(&reader, 0, sizeof(reader));

	memset(&s, 0, sizeof(s));
	memset(&t, 0, sizeof(t));
	if (!reader_open(&in, text, size, &t)) {
		const struct target *host = read_snapshot(&s, &in, "fuzz");

		if (host)
			ask(host);
		else
			check_trouble(&t, text, size);
	}
	reader_close(&in);
	load_free();
	free(text);
	return 0;
}
