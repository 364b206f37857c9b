// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Requests with the answers that the project's own tool expects, made on the
 * host by ../vectors. A file is a sequence of records, all little endian:
 *
 *	struct record	what to do and what to expect
 *	char name[]	record.name_size bytes, no terminator
 *	u32 [nent][7]	entries: function, index, flags, eax, ebx, ecx, edx
 *	u32 [nent2][7]	more entries, see below
 *
 * GROUP	starts a TAP line that sums up the INIT_VM records behind it
 * CAPS		entries are what KVM_TDX_CAPABILITIES must report; xfam is
 *		what it may report
 * INIT_VM	entries are the request. With nent2 it is accepted and these
 *		are what KVM_TDX_GET_CPUID must report
 * FLOW		like INIT_VM, and on to KVM_TDX_FINALIZE_VM; nent2 is the list
 *		for KVM_SET_CPUID2, or 0 for what KVM_TDX_GET_CPUID gave
 * NO_TDX	KVM_CREATE_VM of a TD must fail
 * SET_CPUID2	nent2 is a list for KVM_SET_CPUID2 of a vCPU whose TD is made
 *		with the entries, or with nent 0 is that of the record before.
 *		error is what KVM says with the quirk disabled; else it takes all
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"

enum kind { GROUP, CAPS, INIT_VM, FLOW, NO_TDX, SET_CPUID2 };

struct record {
	uint32_t kind;
	int32_t error;
	uint64_t hw_error;
	uint64_t attributes;
	uint64_t xfam;
	uint32_t tsc_khz;
	uint32_t name_size;
	uint32_t nent;
	uint32_t nent2;
};

/* Failures that are shown in full; the rest is only counted. */
#define SHOWN	10

static struct {
	char name[100];
	unsigned int run, failed;
} group;

static struct init_vm init;
static int vm = -1;
static int vcpu = -1;
/* Its twin, with the quirk disabled. */
static int strict_vm = -1;
static int strict_vcpu = -1;

static void read_entries(struct kvm_cpuid_entry2 *entry, const uint32_t (*from)[7], uint32_t nent)
{
	for (uint32_t i = 0; i < nent && i <= MAX_ENTRIES; i++)
		entry[i] = (struct kvm_cpuid_entry2){
			.function = from[i][0],
			.index = from[i][1],
			.flags = from[i][2],
			.eax = from[i][3],
			.ebx = from[i][4],
			.ecx = from[i][5],
			.edx = from[i][6],
		};
}

static void close_td(void)
{
	close(vcpu);
	close(vm);
	close(strict_vcpu);
	close(strict_vm);
	vcpu = vm = strict_vcpu = strict_vm = -1;
}

static void group_end(void)
{
	close_td();
	if (group.run) {
		if (group.failed)
			case_fail("%u of %u requests disagree", group.failed, group.run);
		tap_diag("requests: %u compared, %u disagree", group.run, group.failed);
		case_end();
	}
	group.run = 0;
	group.failed = 0;
}

static void group_begin(const char *name)
{
	group_end();
	snprintf(group.name, sizeof(group.name), "%s", name);
}

static void set_request(const struct record *r, const uint32_t (*entries)[7])
{
	memset(&init.head, 0, sizeof(init.head));
	init.head.attributes = r->attributes;
	init.head.xfam = r->xfam;
	init.head.cpuid.nent = r->nent;
	read_entries(init.entry, entries, r->nent);
}

/* What is reported is accepted, as it is: without values, but a GPAW. */
static void feed_back(struct capabilities *caps)
{
	int fd = td_create();

	memset(&init.head, 0, sizeof(init.head));
	init.head.xfam = caps->head.supported_xfam;
	init.head.cpuid.nent = caps->head.cpuid.nent;
	memcpy(init.entry, caps->entry, caps->head.cpuid.nent * sizeof(caps->entry[0]));
	for (uint32_t i = 0; i < init.head.cpuid.nent; i++) {
		struct kvm_cpuid_entry2 *e = &init.entry[i];

		if (e->function == 0x4 || e->function == 0x18 || e->function == 0x1f)
			e->eax = e->ebx = e->ecx = e->edx = 0;
		else if (e->function == 0x1)
			e->eax = e->ebx = 0;
		else if (e->function == 0x80000008)
			e->eax = 48 << 16;
	}
	check("KVM_TDX_INIT_VM of what is reported", td_init_vm(fd, &init, 0, NULL), 0);
	close(fd);
}

static void test_caps(const struct record *r, const uint32_t (*entries)[7])
{
	static struct capabilities caps, want;
	int fd = td_create();

	case_begin("capabilities equal the tool's");
	if (check("KVM_CREATE_VM", fd < 0 ? fd : 0, 0) &&
	    check("KVM_TDX_CAPABILITIES", td_capabilities(fd, &caps), 0)) {
		read_entries(want.entry, entries, r->nent);
		check("attributes", caps.head.supported_attrs, r->attributes);
		/* The emulated CPU may have less than the tool's profile, never more. */
		check("xfam beyond the tool's", caps.head.supported_xfam & ~r->xfam, 0);
		check("xfam without x87 and SSE", caps.head.supported_xfam & 3, 3);
		check("nent", caps.head.cpuid.nent, r->nent);
		for (uint32_t i = 0; i < caps.head.cpuid.nent && i < r->nent; i++) {
			if (!memcmp(&caps.entry[i], &want.entry[i], sizeof(want.entry[i])))
				continue;
			case_fail("slot %u; answer, expected:", i);
			show_entries(&caps.entry[i], 1);
			show_entries(&want.entry[i], 1);
		}
		/* Stock flags no entry: those of a leaf are the same to it. */
		if (expect.allowlist)
			feed_back(&caps);
	}
	close(fd);
	case_end();
}

/* The order in which KVM enumerates is its own business; the content is not. */
static bool same_cpuid(const struct cpuid_list *list, const struct kvm_cpuid_entry2 *want,
		       uint32_t nent)
{
	uint32_t i, j;

	for (i = 0; i < nent; i++) {
		for (j = 0; j < list->head.nent; j++)
			if (list->entry[j].function == want[i].function &&
			    list->entry[j].index == want[i].index)
				break;
		if (j == list->head.nent) {
			tap_diag("KVM_TDX_GET_CPUID: no entry; expected:");
			show_entries(&want[i], 1);
			return false;
		}
		if (list->entry[j].eax != want[i].eax || list->entry[j].ebx != want[i].ebx ||
		    list->entry[j].ecx != want[i].ecx || list->entry[j].edx != want[i].edx) {
			tap_diag("KVM_TDX_GET_CPUID; answer, expected:");
			show_entries(&list->entry[j], 1);
			show_entries(&want[i], 1);
			return false;
		}
	}
	return true;
}

static void test_init_vm(const struct record *r, const char *name, const uint32_t (*entries)[7],
			 const uint32_t (*effective)[7])
{
	static struct kvm_cpuid_entry2 want[MAX_ENTRIES + 1];
	static struct cpuid_list list;
	uint64_t hw_error = 0;
	bool ok;
	int ret;

	if (!group.run)
		case_begin("%s", group.name);
	group.run++;

	/* A refused request leaves the VM as it was, so most need no new one. */
	if (vm < 0)
		vm = td_create();
	set_request(r, entries);
	ret = td_init_vm(vm, &init, r->tsc_khz, &hw_error);
	ok = ret == r->error && hw_error == r->hw_error;
	if (ok && !ret && r->nent2) {
		vcpu = td_create_vcpu(vm, 0);
		read_entries(want, effective, r->nent2);
		ok = vcpu >= 0 && !td_get_cpuid(vcpu, &list) &&
		     same_cpuid(&list, want, r->nent2);
	}
	/* KVM warns when it gives a VM up; that is the defect, not the test's. */
	if (r->error == -EIO)
		case_expect_warning();
	if (ret != -EINVAL)
		close_td();
	if (ok)
		return;

	group.failed++;
	if (group.failed > SHOWN)
		return;
	tap_diag("%s: request %s: answer %d, hw_error 0x%llx; expected %d, 0x%llx", group.name,
		 name, ret, (unsigned long long)hw_error, r->error,
		 (unsigned long long)r->hw_error);
	tap_diag("  attributes=0x%llx xfam=0x%llx tsc_khz=%u nent=%u",
		 (unsigned long long)r->attributes, (unsigned long long)r->xfam, r->tsc_khz,
		 r->nent);
	show_entries(init.entry, r->nent);
}

static int td_with_vcpu(const struct record *r, bool strict, int *new_vcpu)
{
	int fd = td_create(), ret;

	if (strict)
		check("KVM_CAP_DISABLE_QUIRKS2", td_disable_quirks(fd, IGNORE_FIRMWARE_CPUID), 0);
	ret = td_init_vm(fd, &init, r->tsc_khz, NULL);
	if (ret)
		case_fail("KVM_TDX_INIT_VM: %d", ret);
	*new_vcpu = td_create_vcpu(fd, 0);
	return fd;
}

static void set_cpuid2(int fd, const char *name, struct cpuid_list *list, int error)
{
	int ret = kvm_ioctl(fd, KVM_SET_CPUID2, list);

	group.run++;
	if (ret == error)
		return;

	group.failed++;
	if (group.failed > SHOWN)
		return;
	tap_diag("%s: %s: answer %d, expected %d, quirk %s", group.name, name, ret, error,
		 fd == strict_vcpu ? "disabled" : "enabled");
	show_entries(list->entry, list->head.nent);
}

static void test_set_cpuid2(const struct record *r, const char *name, const uint32_t (*entries)[7],
			    const uint32_t (*more)[7])
{
	static struct cpuid_list list;

	if (!group.run)
		case_begin("%s", group.name);

	if (r->nent) {
		close_td();
		set_request(r, entries);
		vm = td_with_vcpu(r, false, &vcpu);
		if (expect.quirk)
			strict_vm = td_with_vcpu(r, true, &strict_vcpu);
	}
	memset(&list.head, 0, sizeof(list.head));
	list.head.nent = r->nent2;
	read_entries(list.entry, more, r->nent2);
	set_cpuid2(vcpu, name, &list, 0);
	if (expect.quirk)
		set_cpuid2(strict_vcpu, name, &list, r->error);
}

static void test_flow(const struct record *r, const char *name, const uint32_t (*entries)[7],
		      const uint32_t (*set)[7])
{
	static struct cpuid_list list;
	uint64_t hw_error = 0;
	int fd = td_create();

	case_begin("%s", name);
	set_request(r, entries);
	if (check("KVM_CREATE_VM", fd < 0 ? fd : 0, 0) &
	    check("KVM_TDX_INIT_VM", td_init_vm(fd, &init, r->tsc_khz, &hw_error), r->error) &
	    check("hw_error", hw_error, r->hw_error)) {
		memset(&list, 0, sizeof(list));
		list.head.nent = r->nent2;
		read_entries(list.entry, set, r->nent2);
		if (!r->error)
			td_rest_of_flow(fd, r->nent2 ? &list : NULL);
	} else {
		show_entries(init.entry, r->nent);
	}
	close(fd);
	check("pages left in the module", module_pages(), 0);
	case_end();
}

static bool run_record(const struct record *r, const char *name, const uint32_t (*entries)[7])
{
	const uint32_t (*more)[7] = entries + r->nent;

	switch (r->kind) {
	case GROUP:
		group_begin(name);
		return true;
	case INIT_VM:
		test_init_vm(r, name, entries, more);
		return true;
	case SET_CPUID2:
		test_set_cpuid2(r, name, entries, more);
		return true;
	}
	group_end();
	switch (r->kind) {
	case CAPS:
		test_caps(r, entries);
		return true;
	case FLOW:
		test_flow(r, name, entries, more);
		return true;
	case NO_TDX:
		case_begin("%s", name);
		check("KVM_CREATE_VM of a TD", td_create(), r->error);
		case_end();
		return true;
	}
	return false;
}

void test_vectors(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat stat;
	char *file, *at, *end;

	if (fd < 0)
		return;
	if (fstat(fd, &stat) || !(file = malloc(stat.st_size)) ||
	    read(fd, file, stat.st_size) != stat.st_size) {
		tap_result(false, "%s cannot be read", path);
		close(fd);
		return;
	}
	close(fd);

	end = file + stat.st_size;
	for (at = file; at < end;) {
		struct record r;
		char name[200] = "";
		size_t size;

		if ((size_t)(end - at) < sizeof(r))
			break;
		memcpy(&r, at, sizeof(r));
		at += sizeof(r);
		/* Names are padded, so that the entries stay aligned. */
		size = ((r.name_size + 7) & ~7U) + (r.nent + r.nent2) * 28UL;
		size = (size + 7) & ~7UL;
		if ((size_t)(end - at) < size)
			break;
		snprintf(name, sizeof(name), "%.*s", (int)r.name_size, at);
		if (!run_record(&r, name, (const void *)(at + ((r.name_size + 7) & ~7U))))
			break;
		at += size;
	}
	group_end();
	if (at != end)
		tap_result(false, "%s is damaged at byte %zd", path, at - file);
	free(file);
}
