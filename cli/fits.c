// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid fits: which of many hosts would take a request, a line a host as it comes. */
#include <stdlib.h>

#include "check.h"
#include "options.h"
#include "print.h"
#include "snapshot.h"
#include "stream.h"

struct fits {
	const struct options *o;
	const struct tdxcpuid_module *module; /* to be asked instead of the host's, or NULL */
	struct request *request;
	struct snapshot *snapshot;
	struct answer answer;
	struct out out;
	u64 nr[3]; /* hosts of each verdict */
};

/* What is said of a host. */
struct verdict {
	enum tdxcpuid_verdict verdict;
	const struct target *host;
	const char *module; /* NULL: not known */
	const char *reason; /* NULL: no rule that has a name */
	const char *text;   /* NULL: accepted */
	char buffer[256];
	bool knows_td;
	u32 lost; /* bits of the request that the TD would not have, where that is known */
};

static void judge(struct fits *f, struct verdict *v)
{
	no_memory_if(find_answer(&f->answer, v->host, f->request));
	v->verdict = f->answer.kvm->verdict;
	v->knows_td = f->answer.kvm->effective;
	v->lost = nr_bits(&f->answer.kvm->lost, 0, true);
	first_reason(f->answer.kvm, &v->reason, &v->text);
}

static void PRINTF(3, 4)
	conclude(struct verdict *v, enum tdxcpuid_verdict verdict, const char *format, ...)
{
	va_list ap;

	v->verdict = verdict;
	va_start(ap, format);
	vsnprintf(v->buffer, sizeof(v->buffer), format, ap);
	va_end(ap);
	v->text = v->buffer;
}

/*
 * The host with another module: what that reports on its CPU, and what of the host does not
 * depend on the module.  False: there is a verdict already, or, without one, @t says why not.
 */
static bool update(struct fits *f, struct verdict *v, struct trouble *t)
{
	const char *version = tdxcpuid_module_version(f->module);
	struct snapshot *s = f->snapshot;
	/* Also one that the host's own module is not known to start on. */
	const struct tdxcpuid_cpu *cpu = s->caps.cpu;
	const struct target *model;

	v->module = version;
	/* Else the kernel is still the same. */
	if (f->o->has_policy)
		s->caps.policy = f->o->policy;
	if (!cpu) {
		conclude(v, TDXCPUID_UNDECIDED,
			 "the CPU is not known, and what module %s lets configure depends on it",
			 version);
		return false;
	}
	model = model_target(f->module, cpu, s->caps.policy);
	if (!model)
		out_of_memory();
	if (model->info.disabled) {
		conclude(v, TDXCPUID_REJECTED, "%s module %s",
			 model->info.disabled & TDXCPUID_NO_MODULE ?
				 "this CPU does not start with" :
				 "Linux does not enable TDX with",
			 version);
		return false;
	}
	s->caps.attributes = model->info.attributes;
	s->caps.xfam = model->info.xfam;
	s->caps.nent = model->info.nr_slots;
	s->caps.cpuid = model->info.cpuid;
	if (s->caps.gpaw52 == TDXCPUID_UNKNOWN)
		s->caps.gpaw52 = model->info.gpaw52;
	if (!s->caps.tsc_khz)
		s->caps.tsc_khz = model->info.tsc_khz;
	snprintf(s->module, sizeof(s->module), "%s", version);
	v->host = host_of_snapshot(s, cpu, t);
	return v->host;
}

static int find_verdict(struct fits *f, const struct reader *in, const char *file,
			struct verdict *v)
{
	if (snapshot_schema(in))
		return -1;
	memset(f->snapshot, 0, sizeof(*f->snapshot));
	v->host = read_snapshot(f->snapshot, in, file);
	if (!v->host)
		return -1;
	v->module = v->host->module;
	if (v->host->info.disabled)
		conclude(v, TDXCPUID_REJECTED, "this host has %sno TDX",
			 f->snapshot->snp.vm_type ? "SEV-SNP and " : "");
	else if (!f->module || update(f, v, in->t))
		judge(f, v);
	return v->host ? 0 : -1;
}

static void tell(struct fits *f, const char *name, const struct verdict *v)
{
	const char *line = line_instead(v->host->info.module, v->host->info.cpu);

	f->nr[v->verdict]++;
	if (!f->o->json) {
		print("%s: %s%s%s", name, verdict_name(v->verdict), v->text ? ": " : "",
		      v->text ? v->text : "");
		if (v->lost)
			print("; lost %u", v->lost);
		if (line)
			print(" (no vendor is known to ship module %s for such CPUs: they get the "
			      "%s line)",
			      v->host->module, line);
		print("\n");
		print_flush();
		return;
	}
	out_open(&f->out, NULL, '{');
	out_int(&f->out, "schema", 1);
	out_string(&f->out, "name", name);
	out_string(&f->out, "module", v->module);
	out_string(&f->out, "verdict", verdict_name(v->verdict));
	out_string(&f->out, "reason", v->reason);
	out_string(&f->out, "text", v->text);
	if (v->knows_td)
		out_int(&f->out, "lost", v->lost);
	else
		out_null(&f->out, "lost");
	out_close(&f->out, '}');
	out_flush(&f->out);
}

static int add(void *context, const char *data, size_t size, const char *called, struct trouble *t)
{
	struct fits *f = context;
	struct verdict v = { 0 };
	struct reader in;
	int error;

	error = reader_open(&in, data, size, t);
	if (!error) {
		const char *name = json_string_value(json_object_get(in.json, "name"));

		error = find_verdict(f, &in, called, &v);
		if (!error)
			tell(f, name ? name : called, &v);
	}
	reader_close(&in);
	forget_hosts();
	return error;
}

/* 0, or EXIT_BAD: it has complained. */
static int open_all(struct fits *f, struct text *text)
{
	const struct request *r = f->request;
	struct trouble t;
	const char *file;

	if (f->o->module) {
		f->module = load_module(f->o->module, &file, &t);
		if (!f->module)
			return complain(file, &t);
	}
	if (read_request(f->o->args[0], text, f->request))
		return EXIT_BAD;
	if (r->module || r->cpu || r->policy) {
		trouble(&t, 1, 1,
			"'module', 'cpu' and 'policy' are those of the hosts that are given");
		return complain(f->o->args[0], &t);
	}
	return 0;
}

static int ask_all(struct fits *f)
{
	struct host_stream hosts = { add, f, 0 };
	u64 all;

	for (int i = 1; i < f->o->nr_args; i++)
		hosts_read(&hosts, f->o->args[i]);
	all = f->nr[TDXCPUID_ACCEPTED] + f->nr[TDXCPUID_REJECTED] + f->nr[TDXCPUID_UNDECIDED];
	if (!all && !hosts.bad) {
		message("tdxcpuid fits: there is no host in the input");
		return EXIT_BAD;
	}
	if (!f->o->json && all) {
		print("%llu host%s: %llu accepted, %llu rejected, %llu undecided",
		      (unsigned long long)all, all == 1 ? "" : "s",
		      (unsigned long long)f->nr[TDXCPUID_ACCEPTED],
		      (unsigned long long)f->nr[TDXCPUID_REJECTED],
		      (unsigned long long)f->nr[TDXCPUID_UNDECIDED]);
		if (hosts.bad)
			print("; %llu more unreadable", (unsigned long long)hosts.bad);
		print("\n");
		print_flush();
	}
	if (hosts.bad)
		return EXIT_BAD;
	return f->nr[TDXCPUID_ACCEPTED] ? 0 : 1;
}

int cmd_fits(const struct options *o)
{
	struct fits f = {
		.o = o,
		.request = xcalloc(1, sizeof(*f.request)),
		.snapshot = xcalloc(1, sizeof(*f.snapshot)),
	};
	struct text text = { 0 };
	int status = open_all(&f, &text);

	if (!status)
		status = ask_all(&f);
	tdxcpuid_answer_free(f.answer.kvm);
	request_free(f.request);
	text_free(&text);
	out_free(&f.out);
	free(f.request);
	free(f.snapshot);
	return status;
}
