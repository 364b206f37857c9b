// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The report of a run as text: the calls of each VM, check's verdict, the counts. */
#include <signal.h>

#include "print.h"
#include "run.h"

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

static void print_note(const char *text)
{
	print_in(STYLE_HINT, "note:");
	print_labelled(" ", text);
}

/* What the machine lacks, where a program has asked KVM for anything. */
static void print_machine(const struct run *run)
{
	if (!run->front.stats.ioctls)
		return;
	switch (run->machine.cpuid) {
	case FRONT_CPUID_NATIVE:
		print_note("this CPU does not trap the CPUID instruction (no cpuid_fault in "
			   "/proc/cpuinfo) and this build has no disassembler: the program sees "
			   "this machine's vendor, family and address width, and a VMM that asks "
			   "for them is refused");
		break;
	case FRONT_CPUID_PATCHED:
		print_note("the CPUID instructions of the program's files were replaced by "
			   "breakpoints; code that it makes at run time sees this machine's CPU");
		break;
	case FRONT_CPUID_FAULTED:
		break;
	}
	if (run->host->info.disabled)
		print_note("Linux 7.3 leaves TDX off on this module: KVM_CAP_VM_TYPES is without "
			   "TDX, as on such a host");
}

void run_text(const struct run *run)
{
	const struct front_stats *stats = &run->front.stats;
	u32 tds = 0, judged = 0;

	for (u32 i = 0; i < run->recorder.nr_vms; i++) {
		const struct recorded_vm *vm = &run->recorder.vm[i];

		tds += vm->td;
		judged += vm->judged;
		if (!vm->td && !vm->injected)
			continue;
		print("\n");
		print_in(STYLE_BOLD, "VM %u", vm->serial);
		print("\n");
		print_calls(run, vm);
		print("\n");
		if (vm->judged)
			run_verdict(run, vm, NULL);
		else
			print("%s\n", no_list(vm));
		if (vm->ran)
			print("\nGuest code is not run here: the first KVM_RUN reported that the guest has "
			      "shut down.\n");
	}
	if (!tds)
		print("\nThe program made no TDX call%s.\n",
		      run->front.stats.ioctls ? "" : ", and none of KVM's");
	if (*run->old_qemu)
		print("QEMU %s has no TDX: 10.1 is the first that has.\n", run->old_qemu);
	/* A verdict brings them; without one the host may be why there is none. */
	if (!judged && stats->ioctls)
		print_notes(&run->host->notes);
	print_machine(run);
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
