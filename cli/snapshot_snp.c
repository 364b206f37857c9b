// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The member "snp" of a dump: what is known of SEV-SNP on a host of AMD's. */
#include "json_in.h"
#include "json_out.h"
#include "snapshot.h"

static int read_members(struct snapshot_snp *snp, const struct reader *in)
{
	const json_t *vm_type = json_object_get(in->json, "vm_type");
	const json_t *sev_snp = json_object_get(in->json, "sev_snp");
	const json_t *firmware = json_object_get(in->json, "firmware");
	size_t length = json_string_length(firmware);

	if (!json_is_boolean(vm_type))
		return member_trouble(in, "vm_type", "'vm_type' must be true or false");
	snp->vm_type = json_is_true(vm_type);
	if (json_is_boolean(sev_snp))
		snp->sev_snp = json_is_true(sev_snp) ? TDXCPUID_YES : TDXCPUID_NO;
	else if (sev_snp && !json_is_null(sev_snp))
		return member_trouble(in, "sev_snp", "'sev_snp' must be true, false or null");
	if (firmware && !json_is_null(firmware) && (!length || length >= sizeof(snp->firmware)))
		return member_trouble(in, "firmware",
				      "'firmware' must be null or a version such as 1.55.21");
	if (length)
		snprintf(snp->firmware, sizeof(snp->firmware), "%s", json_string_value(firmware));
	return 0;
}

int snp_from_json(struct snapshot_snp *snp, const struct reader *in)
{
	const json_t *member = json_object_get(in->json, "snp");
	struct reader part;
	int error;

	if (!member || json_is_null(member))
		return 0;
	snp->is_amd = true;
	error = reader_part(&part, in, "snp");
	if (!error)
		error = read_members(snp, &part);
	reader_close(&part);
	return error;
}

void snp_member(struct out *j, const struct snapshot_snp *snp)
{
	if (!snp->is_amd)
		return;
	out_open(j, "snp", '{');
	out_bool(j, "vm_type", snp->vm_type);
	if (snp->sev_snp == TDXCPUID_UNKNOWN)
		out_null(j, "sev_snp");
	else
		out_bool(j, "sev_snp", snp->sev_snp == TDXCPUID_YES);
	out_string(j, "firmware", *snp->firmware ? snp->firmware : NULL);
	out_close(j, '}');
}

void note_snp(const struct snapshot_snp *snp, struct notes *notes)
{
	if (!snp->is_amd)
		return;
	if (snp->vm_type)
		add_note(notes,
			 "its KVM has SEV-SNP, with firmware %s: of such a guest's CPUID page "
			 "check --snp-page says more",
			 *snp->firmware ? snp->firmware : "of an unknown version");
	else
		add_note(notes, "its KVM is AMD's, and has no SEV-SNP%s",
			 snp->sev_snp == TDXCPUID_NO ? ": kvm_amd.sev_snp is off" : "");
}
