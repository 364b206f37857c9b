/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The functions that talk to KVM, on tests/lib/fake-kvm.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tdxcpuid.h>

#include "../tap.h"

static int open_as(const char *kind, int *fd)
{
	setenv("FAKE_KVM", kind, 1);
	return tdxcpuid_kvm_open(NULL, fd);
}

int main(void)
{
	static struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	static struct tdxcpuid_leaf leaves[1024], again[1024];
	uint64_t attributes = 0, xfam = 0;
	struct tdxcpuid_host *host;
	struct tdxcpuid_caps caps = { .size = sizeof(caps), .cpuid = entries };
	uint32_t nent = 4, nr;
	int fd = -1;

	tap(open_as("absent", &fd) == -ENOENT, "no device");
	tap(open_as("denied", &fd) == -EACCES, "no permission");
	tap(open_as("other", &fd) == -ENOTTY, "not KVM");
	tap(open_as("notdx", &fd) == -EOPNOTSUPP, "no TDX");
	tap(!open_as("tdx", &fd) && fd >= 0, "TDX");

	tap(tdxcpuid_kvm_capabilities(fd, &attributes, &xfam, entries, &nent) == -E2BIG,
	    "more slots than the caller has room for");
	nent = TDXCPUID_MAX_ENTRIES;
	tap(!tdxcpuid_kvm_capabilities(fd, &attributes, &xfam, entries, &nent) && nent > 8 &&
		    attributes == 0x10000000,
	    "%u slots, though KVM says -E2BIG to 8 entries", nent);
	caps.nent = nent;
	caps.attributes = attributes;
	caps.xfam = xfam;
	tap(!tdxcpuid_host_new_caps(&caps, &host), "they make a host");
	tdxcpuid_host_free(host);

	nent = 3;
	tap(tdxcpuid_kvm_get_cpuid(fd, entries, &nent) == -E2BIG,
	    "room for 3 entries is too little");
	nent = TDXCPUID_MAX_ENTRIES;
	tap(!tdxcpuid_kvm_get_cpuid(fd, entries, &nent) && nent > 20 && nent < 256,
	    "%u entries of the TD", nent);
	close(fd);
	tap(tdxcpuid_kvm_get_cpuid(-1, entries, &nent) == -EBADF, "no descriptor");

	nr = tdxcpuid_native(leaves, 1024);
	tap(nr > 10 && nr <= 1024 && leaves[0].leaf == 0 && leaves[0].reg[TDXCPUID_EAX] > 0,
	    "%u answers of this machine's CPUID", nr);
	tap(tdxcpuid_native(again, 1024) == nr && !memcmp(leaves, again, nr * sizeof(leaves[0])),
	    "the same a second time");
	memset(again, 0, sizeof(again));
	tap(tdxcpuid_native(again, 2) == nr && !again[2].leaf && !again[2].reg[0] &&
		    !memcmp(leaves, again, 2 * sizeof(leaves[0])),
	    "no more than there is room for");
	return tap_end();
}
