// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The report of a run as JSON. */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json_out.h"
#include "print.h"
#include "run.h"

static void calls_to_json(const struct recorded_vm *vm, struct out *j)
{
	out_open(j, "calls", '[');
	for (u32 i = 0; i < vm->nr_calls; i++) {
		const struct recorded_call *call = &vm->call[i];

		out_open(j, NULL, '{');
		out_string(j, "call", call->name);
		if (call->first_vcpu >= 0) {
			out_int(j, "first_vcpu", call->first_vcpu);
			out_int(j, "last_vcpu", call->last_vcpu);
		} else {
			out_null(j, "first_vcpu");
			out_null(j, "last_vcpu");
		}
		out_int(j, "times", call->count);
		if (call->result == HOST_BLOCKS)
			out_null(j, "result");
		else
			out_int(j, "result", call->result);
		out_string(j, "errno_name", call->result < 0 ? errno_text(call->result) : NULL);
		out_hex(j, "hw_error", call->hw_error);
		out_bool(j, "injected", call->injected);
		out_string(j, "detail", call->detail);
		out_close(j, '}');
	}
	out_close(j, ']');
	out_int(j, "more_calls", vm->more);
}

static void vm_to_json(const struct run *run, const struct recorded_vm *vm, struct out *j)
{
	const struct tdxcpuid_host_info *info = &run->host->info;

	out_open(j, NULL, '{');
	out_int(j, "vm", vm->serial);
	out_bool(j, "tdx", vm->td);
	if (vm->told) {
		out_open(j, "capabilities", '{');
		out_hex(j, "attributes", info->attributes);
		out_hex(j, "xfam", info->xfam);
		out_open(j, "cpuid", '[');
		for (u32 k = 0; k < info->nr_slots; k++)
			out_entry(j, &info->cpuid[k]);
		out_close(j, ']');
		out_close(j, '}');
	} else {
		out_null(j, "capabilities");
	}
	if (vm->judged)
		run_verdict(run, vm, j);
	else
		out_null(j, "check");
	out_bool(j, "guest_run", false);
	out_bool(j, "run_reported_shutdown", vm->ran);
	calls_to_json(vm, j);
	out_close(j, '}');
}

int run_json(struct run *run)
{
	const struct front_stats *stats = &run->front.stats;
	const char *file = run->options->output;
	struct out j = { .break_depth = 2 };
	int error = 0;

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_host(&j, run->host);
	out_open(&j, "program", '[');
	for (int i = 0; i < run->options->nr_args; i++)
		out_string(&j, NULL, run->options->args[i]);
	out_close(&j, ']');
	if (WIFEXITED(run->status)) {
		out_int(&j, "exit", WEXITSTATUS(run->status));
		out_null(&j, "signal");
	} else {
		out_null(&j, "exit");
		out_int(&j, "signal", WTERMSIG(run->status));
	}
	out_bool(&j, "refused", run->refused);
	out_bool(&j, "stopped", run->front.stop);
	out_bool(&j, "complete", !run->recorder.more_vms);
	out_open(&j, "vms", '[');
	for (u32 i = 0; i < run->recorder.nr_vms; i++)
		vm_to_json(run, &run->recorder.vm[i], &j);
	out_close(&j, ']');
	out_open(&j, "counts", '{');
	out_int(&j, "ioctls", stats->ioctls);
	out_int(&j, "foreign_ioctls", stats->foreign);
	out_int(&j, "cpuid", stats->cpuids);
	out_int(&j, "cpuid_replaced", stats->sites);
	out_int(&j, "cpuid_doubtful", stats->doubtful);
	out_int(&j, "undone", stats->undone);
	out_int(&j, "asked_if_open", stats->asked);
	out_int(&j, "objects_left", stats->objects);
	out_close(&j, '}');
	out_notes(&j, &run->host->notes);
	out_close(&j, '}');

	out_end(&j);
	/* What is no file has no length. */
	if (ftruncate(run->report, 0) && errno != EINVAL)
		error = -errno;
	if (!error)
		error = write_all(run->report, j.text.data, j.text.used);
	if (close(run->report) && !error)
		error = -errno;
	run->report = -1;
	if (error)
		message("tdxcpuid run: %s: %s", file, strerror(-error));
	out_free(&j);
	return error;
}
