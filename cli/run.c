// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid run: a program on the simulated TDX host, and what came of it.  The
 * verdict is check's own, on the lists as they were recorded.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../host/faults.h"
#include "../front/front.h"
#include "../host/recorder.h"
#include "check.h"
#include "options.h"
#include "print.h"

#define EXIT_NOT_RUN   126
#define EXIT_NOT_FOUND 127

struct run {
	const struct options *options;
	const struct host *host;
	struct front_machine machine;
	struct front front;
	struct host_model model;
	struct recorder recorder;
	struct faults faults;
	bool refused;
	int report; /* open, or -1 */
	int status; /* as wait() tells it */
};

static void note(const char *text)
{
	message("tdxcpuid run: note: %s", text);
}

/* What the machine lacks, and what follows from it.  False if it is too much. */
static bool examine(struct run *run)
{
	if (!front_machine(&run->machine)) {
		message("tdxcpuid run: %s",
			run->machine.new_enough ?
				"this kernel has no seccomp user notification (or a container hides it)" :
				"Linux 5.19 or later is needed: before, a signal can undo a call that is being served");
		return false;
	}
	switch (run->machine.cpuid) {
	case FRONT_CPUID_NATIVE:
		note("this CPU does not trap the CPUID instruction (no cpuid_fault in /proc/cpuinfo) and "
		     "this build has no disassembler: the program sees this machine's vendor, family "
		     "and address width, and a VMM that asks for them is refused");
		break;
	case FRONT_CPUID_PATCHED:
		note("the CPUID instructions of the program's files are replaced by breakpoints once it "
		     "has opened /dev/kvm; code that it makes at run time sees this machine's CPU");
		break;
	case FRONT_CPUID_FAULTED:
		break;
	}
	if (run->host->info.disabled)
		note("Linux 7.3 leaves TDX off on this module: KVM_CAP_VM_TYPES is without TDX, as on "
		     "such a host");
	return true;
}

static void refused(void *data)
{
	struct run *run = data;

	run->refused = true;
	if (run->options->stop)
		run->front.stop = true;
}

static const char *error_words(long result, char text[PLACE_MAX])
{
	if (result == HOST_BLOCKS)
		return "waits";
	if (result >= 0)
		snprintf(text, PLACE_MAX, "%ld", result);
	else
		snprintf(text, PLACE_MAX, "-%s", errno_text(result));
	return text;
}

static const struct fault *fault_of(const struct run *run, const struct recorded_call *call)
{
	for (u32 i = 0; i < run->faults.nr; i++) {
		const struct fault *fault = &run->faults.fault[i];

		if (!strcmp(fault->name, call->name) && fault->status == call->status)
			return fault;
	}
	return NULL;
}

/* ---- text ---- */

static void print_calls(const struct run *run, const struct recorded_vm *vm)
{
	static const char *const columns[] = { "CALL", "VCPU", "TIMES", "RESULT", "" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	for (u32 i = 0; i < vm->nr_calls; i++) {
		const struct recorded_call *call = &vm->call[i];
		const struct fault *fault = call->injected ? fault_of(run, call) : NULL;
		char vcpu[PLACE_MAX] = "", times[PLACE_MAX] = "", result[PLACE_MAX];
		char status[TDXCPUID_TEXT_MAX] = "", words[TDXCPUID_TEXT_MAX + 32];

		if (call->first_vcpu >= 0)
			snprintf(vcpu, sizeof(vcpu), "%d", call->first_vcpu);
		if (call->last_vcpu != call->first_vcpu)
			snprintf(vcpu, sizeof(vcpu), "%d-%d", call->first_vcpu, call->last_vcpu);
		if (call->count > 1)
			snprintf(times, sizeof(times), "%u", call->count);
		if (call->status || call->hw_error)
			tdxcpuid_status_text(call->status ? call->status : call->hw_error,
					     fault && fault->has_rcx, fault ? fault->rcx : 0,
					     status);
		if (call->detail)
			snprintf(words, sizeof(words), "%s", call->detail);
		else
			snprintf(words, sizeof(words), "%s%s%s", call->injected ? "asked for" : "",
				 call->injected && *status ? " " : "", status);
		table_row(table, call->name, vcpu, times, error_words(call->result, result), words);
	}
	table_print(table);
	if (vm->more)
		print("and %llu more\n", (unsigned long long)vm->more);
}

/* The lists of one VM as check takes them. */
static void print_verdict(struct run *run, const struct recorded_vm *vm, struct out *json)
{
	struct recorded_text request, *vcpus = xcalloc(vm->nr_vcpus + 1, sizeof(*vcpus));
	char(*names)[256] = xcalloc(vm->nr_vcpus + 1, sizeof(*names));
	const char *folder = run->options->record;

	for (u32 i = 0; i <= vm->nr_vcpus; i++) {
		const struct recorded_list *list = i ? &vm->vcpu[i - 1] : &vm->request;
		struct recorded_text *text = i ? &vcpus[i - 1] : &request;
		char name[64];

		recorder_file_name(vm->serial, list, name, sizeof(name));
		if (folder || json)
			snprintf(names[i], sizeof(*names), "%.180s%s%s", folder ? folder : "",
				 folder ? "/" : "", name);
		else if (i)
			snprintf(names[i], sizeof(*names), "VM %u, vCPU %d", vm->serial,
				 list->vcpu);
		else
			snprintf(names[i], sizeof(*names), "VM %u", vm->serial);
		*text = (struct recorded_text){ names[i], list->text, list->size };
	}
	check_recorded(run->host, &request, vcpus, vm->nr_vcpus, json);
	free(names);
	free(vcpus);
}

/* Why there is no list to judge. */
static const char *no_list(const struct recorded_vm *vm)
{
	for (u32 i = 0; i < vm->nr_calls; i++) {
		if (!strcmp(vm->call[i].name, "TDX_INIT_VM"))
			return vm->call[i].injected ?
				       "KVM_TDX_INIT_VM was made to fail before it read the CPUID list: there is "
				       "nothing to judge." :
				       "KVM_TDX_INIT_VM failed before it judged a CPUID list.";
	}
	return "KVM_TDX_INIT_VM was not called: what the program did not like, it found out before, "
	       "or it says so itself.";
}

static void print_text(struct run *run)
{
	const struct front_stats *stats = &run->front.stats;
	u32 tds = 0;

	for (u32 i = 0; i < run->recorder.nr_vms; i++) {
		const struct recorded_vm *vm = &run->recorder.vm[i];

		tds += vm->td;
		if (!vm->td && !vm->injected)
			continue;
		print("\n");
		print_in(STYLE_BOLD, "VM %u", vm->serial);
		print("\n");
		print_calls(run, vm);
		print("\n");
		if (vm->judged)
			print_verdict(run, vm, NULL);
		else
			print("%s\n", no_list(vm));
		if (vm->ran)
			print("\nGuest code is not run here: the first KVM_RUN reported that the guest has "
			      "shut down.\n");
	}
	if (!tds)
		print("\nThe program made no TDX call%s.\n",
		      run->front.stats.ioctls ? "" : ", and none of KVM's");
	if (run->recorder.more_vms)
		print("The record is not complete: too many VMs.\n");
	if (run->front.ended_by)
		print("Ended by SIG%s: the first process had gone before.\n",
		      sigabbrev_np(run->front.ended_by));
	if (run->front.stop)
		print("Stopped at the first refusal, as asked for.\n");

	print("\n%llu KVM calls; CPUID answered from the profile %llu times (%llu instructions "
	      "replaced)\n",
	      (unsigned long long)stats->ioctls, (unsigned long long)stats->cpuids,
	      (unsigned long long)stats->sites);
	if (stats->foreign)
		print("%llu KVM calls on other files, the machine's own /dev/kvm perhaps, were refused "
		      "with ENOTTY\n",
		      (unsigned long long)stats->foreign);
	if (stats->doubtful)
		print("%llu byte pairs that may be CPUID instructions were left alone\n",
		      (unsigned long long)stats->doubtful);
}

/* ---- JSON ---- */

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

static void vm_to_json(struct run *run, const struct recorded_vm *vm, struct out *j)
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
		print_verdict(run, vm, j);
	else
		out_null(j, "check");
	out_bool(j, "guest_run", false);
	out_bool(j, "run_reported_shutdown", vm->ran);
	calls_to_json(vm, j);
	out_close(j, '}');
}

static int write_json(struct run *run)
{
	const struct front_stats *stats = &run->front.stats;
	const char *file = run->options->report;
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

/* ---- the run ---- */

/* What cannot be written is to be known before the program runs. */
static bool open_files(struct run *run)
{
	const char *report = run->options->report, *record = run->options->record;

	if (record && ((mkdir(record, 0777) && errno != EEXIST) || access(record, W_OK | X_OK))) {
		message("tdxcpuid run: --record %s: %s", record, strerror(errno));
		return false;
	}
	if (!report)
		return true;
	if (!strcmp(report, "-")) {
		message("tdxcpuid run: --report -: standard output is the program's: name a file, "
			"or a descriptor such as /dev/fd/3");
		return false;
	}
	/* What is there stays until there is something to say. */
	run->report = open(report, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (run->report < 0)
		message("tdxcpuid run: --report %s: %s", report, strerror(errno));
	return run->report >= 0;
}

static int not_run(const struct run *run, int error, int exec_errno)
{
	if (error == -ENOEXEC) {
		message("tdxcpuid run: cannot execute '%s': %s", run->options->args[0],
			strerror(exec_errno));
		return exec_errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
	}
	message("tdxcpuid run: cannot start the program: %s (%s)",
		run->front.problem ? run->front.problem : "no memory or descriptors left",
		strerror(-error));
	return EXIT_NOT_RUN;
}

static int tell(struct run *run)
{
	const struct options *o = run->options;
	char file[512];
	int error, bad = 0;

	if (o->record) {
		error = recorder_write(&run->recorder, o->record, file, sizeof(file));
		if (error) {
			message("tdxcpuid run: %s: %s", file, strerror(-error));
			bad = EXIT_BAD;
		}
	}
	if (o->report && write_json(run))
		bad = EXIT_BAD;

	/* Standard output is the program's; the report goes beside it. */
	print_to(STDERR_FILENO);
	print_text(run);
	print_flush();

	if (run->front.stop)
		return 1;
	if (WIFSIGNALED(run->status))
		return 128 + WTERMSIG(run->status);
	return WEXITSTATUS(run->status) ? WEXITSTATUS(run->status) : bad;
}

int cmd_run(const struct options *o)
{
	struct run *run = xcalloc(1, sizeof(*run));
	char text[256];
	int exec_errno = 0, status = EXIT_BAD;

	run->options = o;
	run->report = -1;
	faults_init(&run->faults);
	recorder_init(&run->recorder);
	for (int i = 0; i < o->nr_fails; i++) {
		if (faults_add(&run->faults, o->fails[i], text, sizeof(text))) {
			message("tdxcpuid run: --fail %s: %s", o->fails[i], text);
			goto out;
		}
	}
	run->host = host_of_options(o);
	if (!run->host || !examine(run) || !open_files(run))
		goto out;

	run->recorder.refused = refused;
	run->recorder.data = run;
	host_init(&run->model, run->host->kvm);
	run->model.watch = &run->recorder.watch;
	run->model.faults = o->nr_fails ? &run->faults.host : NULL;
	run->front = (struct front){
		.host = &run->model,
		.cpuid = run->machine.cpuid,
		.files_missing = run->machine.files_missing,
	};

	run->status = front_run(&run->front, o->args, &exec_errno);
	if (run->status < 0)
		status = not_run(run, run->status, exec_errno);
	else
		status = tell(run);
out:
	if (run->report >= 0)
		close(run->report);
	recorder_free(&run->recorder);
	free(run);
	return status;
}
