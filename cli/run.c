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

#include "options.h"
#include "print.h"
#include "run.h"

#define EXIT_NOT_RUN   126
#define EXIT_NOT_FOUND 127

/* False if the machine lacks what there is no way around. */
static bool examine(struct run *run)
{
	if (!front_machine(&run->machine)) {
		message("tdxcpuid run: %s",
			run->machine.new_enough ?
				"this kernel has no seccomp user notification (or a container hides it)" :
				"Linux 5.19 or later is needed: before, a signal can undo a call that is being served");
		return false;
	}
	return true;
}

static void refused(void *data)
{
	struct run *run = data;

	run->refused = true;
	if (run->options->stop)
		run->front.stop = true;
}

/* The lists of one VM as check takes them. */
void run_verdict(const struct run *run, const struct recorded_vm *vm, struct out *json)
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

static const char *named(const char *file)
{
	return *file ? file : "''";
}

/* One that is there, or that is made.  False: errno says why not. */
static bool open_folder(const char *folder)
{
	struct stat st;

	if ((mkdir(folder, 0777) && errno != EEXIST) || stat(folder, &st))
		return false;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return false;
	}
	return !access(folder, W_OK | X_OK);
}

/* What cannot be written is to be known before the program runs. */
static bool open_files(struct run *run)
{
	const char *report = run->options->output, *record = run->options->record;

	if (record && !open_folder(record)) {
		message("tdxcpuid run: --record %s: %s", named(record), strerror(errno));
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
		message("tdxcpuid run: --report %s: %s", named(report), strerror(errno));
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
	if (o->output && run_json(run))
		bad = EXIT_BAD;

	if (run->status && !run->recorder.nr_vms)
		find_old_qemu(run);
	/* Standard output is the program's; the report goes beside it. */
	print_to(STDERR_FILENO);
	run_text(run);
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
	run->host = target_of_options(o);
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
