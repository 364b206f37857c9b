// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid check --snp-page: an SEV-SNP guest's CPUID page, firmware's verdict, the vCPUs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot.h"
#include "snp.h"

#define NO_PAGE "not the CPUID page of an SEV-SNP guest: "

static bool is_text(const struct text *page)
{
	for (size_t i = 0; i < page->size && i < 64; i++) {
		if ((u8)page->data[i] >= 0x7f ||
		    ((u8)page->data[i] < ' ' && !strchr("\t\r\n", page->data[i])))
			return false;
		if (!page->data[i])
			return false;
	}
	return page->size;
}

/* What a file is that is no page. */
static int complain_of_page(const char *file, const struct text *page)
{
	struct trouble t;
	u32 count;

	memcpy(&count, page->data, sizeof(count));
	if (is_text(page))
		trouble(&t, 1, 1, NO_PAGE "text; wanted are the %u bytes as they are in memory",
			SNP_PAGE_SIZE);
	else if (page->size < 16)
		trouble(&t, 1, 1, NO_PAGE "%zu bytes, it has %u", page->size, SNP_PAGE_SIZE);
	else if (count > 85)
		trouble(&t, 1, 1,
			NO_PAGE
			"its first word, the count of entries, would be %u, and firmware takes "
			"64; once it is launched the page is encrypted",
			count);
	else
		trouble(&t, 1, 1, NO_PAGE "%zu bytes are less than the %u entries that it counts",
			page->size, count);
	t.hint = "a page is the 4096 bytes that a VMM hands to SNP_LAUNCH_UPDATE: a count, and "
		 "entries of 48 bytes; see tdxcpuid-formats(5)";
	return complain(file, &t);
}

bool snp_is_corrected(const struct snp_check *s)
{
	return s->answer->nr_violations && s->answer->violations[0].entry >= 0;
}

bool snp_is_comparable(const struct snp_check *s)
{
	return !s->answer->nr_violations || snp_is_corrected(s);
}

static void find_notes(struct snp_check *s)
{
	const struct notes *read = s->cpu ? cpu_notes(s->cpu) : NULL;
	struct tdxcpuid_cpu_desc cpu = { .size = sizeof(cpu) };
	u32 vendor[4] = { 0 };

	if (s->page.size > SNP_PAGE_SIZE)
		add_note(&s->notes,
			 "the file has %zu bytes; what follows the first %u is not looked at",
			 s->page.size, SNP_PAGE_SIZE);
	if (!s->cpu)
		return;
	for (u32 i = 0; read && i < read->nr; i++)
		add_note(&s->notes, "%s", read->text[i]);
	tdxcpuid_cpu_describe(s->cpu, &cpu);
	if (cpu.source)
		add_note(&s->notes,
			 "what microcode adds to %s and firmware setup switches off differs from "
			 "machine to machine",
			 tdxcpuid_cpu_name(s->cpu));
	tdxcpuid_cpu_cpuid(s->cpu, 0, 0, vendor);
	/* "Auth", "Hygo" */
	if (vendor[TDXCPUID_EBX] != 0x68747541 && vendor[TDXCPUID_EBX] != 0x6f677948)
		add_note(&s->notes, "%s is no CPU of AMD: it has no SEV-SNP",
			 tdxcpuid_cpu_name(s->cpu));
}

/* Firmware's rules go by the CPU that a host has written down. */
static int find_cpu(struct snp_check *s, const char *file)
{
	struct snapshot *dump = xcalloc(1, sizeof(*dump));
	const struct target *host;
	int error = load_snapshot(dump, file, &host);

	if (!error) {
		s->cpu = host->info.cpu;
		if (dump->snp.is_amd && !dump->snp.vm_type)
			add_note(&s->notes, "KVM of this host has no SEV-SNP: it asks no firmware");
	}
	if (!error && !s->cpu) {
		message("%s: the CPU of this host is not known ('native' in what tdxcpuid dump "
			"writes)",
			file);
		error = -1;
	}
	free(dump);
	return error;
}

static int judge_page(struct snp_check *s, const struct options *o)
{
	const char *file = s->file;
	struct trouble t;
	int error;

	if (bytes_read(&s->page, s->file, INPUT_MAX, &t))
		return complain(file, &t);
	if (o->cpu) {
		s->cpu = load_cpu(o->cpu, &file, &t);
		if (!s->cpu)
			return complain(file, &t);
	}
	if (o->host && find_cpu(s, o->host))
		return EXIT_BAD;
	error = tdxcpuid_check_snp_page(s->page.data, s->page.size, s->cpu, s->corrected,
					&s->answer);
	if (error == -EINVAL)
		return complain_of_page(s->file, &s->page);
	no_memory_if(error);
	find_notes(s);
	return s->answer->error ? 1 : 0;
}

static int judge_vcpus(struct snp_check *s, const struct options *o)
{
	int status = 0;

	for (int i = 0; i < s->nr_vcpus; i++) {
		struct vcpu *vcpu = &s->vcpus[i];
		struct tdxcpuid_vcpu kvm;

		if (vcpu_open(vcpu, o->vcpus[i]))
			return EXIT_BAD;
		if (!snp_is_comparable(s))
			continue;
		kvm = kvm_vcpu(vcpu, o->mode);
		no_memory_if(tdxcpuid_check_snp(s->page.data, s->page.size, &kvm, &vcpu->answer));
		status |= vcpu->answer->error ? 1 : 0;
	}
	return status;
}

static int write_corrected(struct snp_check *s, const char *file)
{
	struct stat st;
	int error, fd;

	if (!snp_is_corrected(s)) {
		add_note(&s->notes, "%s is not written: the firmware corrects nothing", file);
		return 0;
	}
	/* A page that is there is whole, the old one or the new one. */
	if (lstat(file, &st) || S_ISREG(st.st_mode))
		return replace_file(file, (const char *)s->corrected, sizeof(s->corrected)) ?
			       EXIT_BAD :
			       0;
	fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC);
	error = fd < 0 ? -errno : write_all(fd, (const char *)s->corrected, sizeof(s->corrected));
	if (fd >= 0 && close(fd) && !error)
		error = -errno;
	if (error)
		message("tdxcpuid: %s: cannot be written: %s", file, strerror(-error));
	return error ? EXIT_BAD : 0;
}

int check_snp(const struct options *o, struct vcpu *vcpus)
{
	struct snp_check *s = xcalloc(1, sizeof(*s));
	int status, more;

	s->file = o->snp_page;
	s->vcpus = vcpus;
	s->nr_vcpus = o->nr_vcpus;
	status = judge_page(s, o);
	if (status != EXIT_BAD) {
		more = judge_vcpus(s, o);
		status = more == EXIT_BAD ? EXIT_BAD : status | more;
	}
	if (status != EXIT_BAD && o->corrected && write_corrected(s, o->corrected))
		status = EXIT_BAD;
	if (status != EXIT_BAD) {
		if (o->json)
			snp_to_json(s);
		else
			snp_to_text(s);
	}
	if (o->strict && !status && s->answer->verdict == TDXCPUID_UNDECIDED)
		status = EXIT_UNDECIDED;
	tdxcpuid_answer_free(s->answer);
	text_free(&s->page);
	free(s);
	return status;
}
