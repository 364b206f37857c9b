// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The module fails at each SEAMCALL of a TD's creation: KVM must return the
 * right errno and give everything back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/* SEAMCALL leaves. */
enum {
	MNG_ADDCX = 1,
	VP_ADDCX = 4,
	MNG_KEY_CONFIG = 8,
	MNG_CREATE = 9,
	VP_CREATE = 10,
	MNG_RD = 11,
	MNG_INIT = 21,
	VP_INIT = 22,
};

/* Statuses. */
#define NO_ENTROPY	0x8000020300000000ULL	/* "try again" */
#define OPERAND_BUSY	0x8000020000000000ULL
#define OPERAND_INVALID	0xc000010000000045ULL
#define PAGE_METADATA	0xc000030000000001ULL	/* nobody's fault but the kernel's */
#define TOPOLOGY	0xc000090400000000ULL	/* the request's fault */
#define TSX_CTRL	0xc00009210000010aULL	/* KVM lets no request cause it */

/* Each fault this often: more than there are KeyIDs, so that a lost one is noticed. */
#define REPEAT	40

static int create(bool vcpu, uint64_t *hw_error)
{
	struct init_vm init;
	int vm = td_create(), fd = -1, ret;

	*hw_error = 0;
	minimal_init_vm(&init);
	ret = vm < 0 ? vm : td_init_vm(vm, &init, 0, hw_error);
	if (!ret && vcpu) {
		fd = ret = td_create_vcpu(vm, 0);
		if (fd >= 0) {
			static struct cpuid_list list;

			td_get_cpuid(fd, &list);
			kvm_ioctl(fd, KVM_SET_CPUID2, &list);
			ret = td_command(fd, KVM_TDX_INIT_VCPU, 0, NULL, NULL);
		}
	}
	close(fd);
	close(vm);
	return ret;
}

/* As Linux 7.3 does: a status is for userspace only with -EINVAL, -EIO comes with a WARN. */
static void fault(const char *name, unsigned int leaf, unsigned int nth, uint64_t status, int error)
{
	uint64_t want = error == -EINVAL ? status : 0;
	bool vcpu = leaf == VP_CREATE || leaf == VP_ADDCX || leaf == VP_INIT;
	uint64_t hw_error;
	long long before = 0, after;
	char text[64];

	case_begin("fault: %s, call %u (0: all), status 0x%llx", name, nth,
		   (unsigned long long)status);
	snprintf(text, sizeof(text), "%u:%u:0x%llx", leaf, nth, (unsigned long long)status);
	if (error == -EIO)
		case_expect_warning();

	for (int i = 0; i < REPEAT; i++) {
		bool ok;

		/* The first rounds fill caches. */
		if (i == REPEAT / 4)
			before = settled_pages();
		module_fault(text);
		ok = check("errno", create(vcpu, &hw_error), error) &
		     check("hw_error", hw_error, want) &
		     check("pages left in the module", module_pages(), 0);
		module_fault("");
		if (!ok)
			break;
	}
	after = settled_pages();
	/*
	 * Caches come and go; a page lost in each round is more than that. A
	 * debugging kernel holds on to what was freed, so no such count there.
	 */
	if (before - after > REPEAT / 2 && access(KMEMLEAK, F_OK))
		case_fail("%lld pages lost in %d rounds", before - after, REPEAT * 3 / 4);
	check("without the fault", create(vcpu, &hw_error), 0);
	case_end();
}

void test_faults(void)
{
	int request_error = expect.status_fix ? -EINVAL : -EIO;

	fault("none", 0xffff, 0, PAGE_METADATA, 0);
	fault("TDH.MNG.CREATE", MNG_CREATE, 0, NO_ENTROPY, -EAGAIN);
	fault("TDH.MNG.CREATE", MNG_CREATE, 1, PAGE_METADATA, -EIO);
	fault("TDH.MNG.KEY.CONFIG", MNG_KEY_CONFIG, 1, PAGE_METADATA, -EIO);
	fault("TDH.MNG.ADDCX", MNG_ADDCX, 0, NO_ENTROPY, -EAGAIN);
	for (unsigned int nth = 1; nth <= 4; nth++)
		fault("TDH.MNG.ADDCX", MNG_ADDCX, nth, PAGE_METADATA, -EIO);
	fault("TDH.MNG.INIT", MNG_INIT, 1, OPERAND_INVALID, -EINVAL);
	fault("TDH.MNG.INIT", MNG_INIT, 1, OPERAND_BUSY, -EIO);
	fault("TDH.MNG.INIT", MNG_INIT, 1, PAGE_METADATA, -EIO);
	fault("TDH.MNG.INIT", MNG_INIT, 1, TOPOLOGY, request_error);
	fault("TDH.MNG.INIT", MNG_INIT, 1, TSX_CTRL, -EIO);
	fault("TDH.VP.CREATE", VP_CREATE, 1, PAGE_METADATA, -EIO);
	for (unsigned int nth = 1; nth <= 5; nth++)
		fault("TDH.VP.ADDCX", VP_ADDCX, nth, PAGE_METADATA, -EIO);
	fault("TDH.VP.INIT", VP_INIT, 1, PAGE_METADATA, -EIO);
}
