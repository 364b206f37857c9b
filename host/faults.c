// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Faults on demand: reading a specification, and whether a call is to fail. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

static int fault_for(struct host_faults *host, const char *name, u64 *status)
{
	struct faults *faults = (struct faults *)host;

	for (u32 i = 0; name && i < faults->nr; i++) {
		struct fault *fault = &faults->fault[i];

		if (strcmp(fault->name, name))
			continue;
		fault->seen++;
		if (fault->call && fault->call != fault->seen)
			continue;
		*status = fault->status;
		return fault->error;
	}
	return 0;
}

void faults_init(struct faults *faults)
{
	*faults = (struct faults){ .host = { fault_for } };
}

static bool number(const char *text, u64 *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return !*end && !errno;
}

static int error_number(const char *text)
{
	u64 value;

	if (number(text, &value))
		return value && value < 4096 ? (int)value : 0;
	/* ENOTSUP is EOPNOTSUPP here; the C library knows each by one name only. */
	if (!strcmp(text, "ENOTSUP"))
		return EOPNOTSUPP;
	for (int error = 1; error < 134; error++) {
		const char *name = strerrorname_np(error);

		if (name && !strcmp(name, text))
			return error;
	}
	return 0;
}

static int parse(struct fault *fault, char *spec, char *text, size_t size)
{
	char *what = strchr(spec, '='), *option, *save;
	u64 value;

	if (!what) {
		snprintf(text, size, "expected CALL=WHAT, such as CAPABILITIES=E2BIG");
		return -1;
	}
	*what++ = '\0';
	fault->name = host_call_find(spec);
	if (!fault->name) {
		snprintf(text, size,
			 "there is no call '%s'; such as INIT_VM, CREATE_VCPU, SET_CPUID2", spec);
		return -1;
	}

	option = strtok_r(what, ",", &save);
	if (option && !strncmp(option, "module:", 7)) {
		if (strcmp(fault->name, "TDX_INIT_VM") && strcmp(fault->name, "TDX_FINALIZE_VM")) {
			snprintf(
				text, size,
				"KVM returns a status of the module for INIT_VM and FINALIZE_VM only");
			return -1;
		}
		if (!number(option + 7, &fault->status) || !fault->status) {
			snprintf(text, size, "'%s' is no status, such as 0xc000010000000045",
				 option + 7);
			return -1;
		}
		fault->error = -EIO; /* which errno KVM makes of the status is the model's to say */
	} else if (option && (fault->error = -error_number(option))) {
		; /* an errno */
	} else {
		snprintf(text, size, "'%s' is neither an errno such as EINVAL nor module:STATUS",
			 option ? option : "");
		return -1;
	}

	while ((option = strtok_r(NULL, ",", &save))) {
		if (!strncmp(option, "rcx=", 4) && fault->status &&
		    number(option + 4, &fault->rcx)) {
			fault->has_rcx = true;
		} else if (!strncmp(option, "call=", 5) && number(option + 5, &value) && value &&
			   value <= 1U << 30) {
			fault->call = value;
		} else {
			snprintf(text, size, "'%s' is neither call=N nor, behind a status, rcx=N",
				 option);
			return -1;
		}
	}
	return 0;
}

int faults_add(struct faults *faults, const char *spec, char *text, size_t size)
{
	struct fault fault = { 0 };
	char *copy;
	int error;

	if (faults->nr == FAULTS_MAX) {
		snprintf(text, size, "more than %u faults", FAULTS_MAX);
		return -1;
	}
	copy = strdup(spec);
	if (!copy) {
		snprintf(text, size, "out of memory");
		return -1;
	}
	error = parse(&fault, copy, text, size);
	free(copy);
	if (!error)
		faults->fault[faults->nr++] = fault;
	return error;
}
