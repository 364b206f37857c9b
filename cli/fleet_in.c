// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A dump, or what many have in common, as part of a fleet. */
#include <stdlib.h>

#include "cpu_in.h"
#include "fleet.h"
#include "json_in.h"
#include "request.h"

static void set_bits(struct fleet_slot *slot, const struct kvm_cpuid_entry2 *e)
{
	const u32 mask[] = { e->eax, e->ebx, e->ecx, e->edx };

	for (int reg = 0; reg < 4; reg++)
		slot->reg[reg].some = mask[reg];
	slot->flags = e->flags;
	slot->everywhere = true;
}

static int read_slots(struct fleet *f, const struct reader *in, const struct request *r)
{
	if (r->nent > TDXCPUID_MAX_SLOTS)
		return member_trouble(in, "cpuid", "more slots than a TDX module has");
	f->attributes.some = r->attributes;
	f->xfam.some = r->xfam;
	f->tsc_khz = r->tsc_khz;
	for (u32 i = 0; i < r->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &r->entries[i];
		struct fleet_slot *slot = fleet_slot(f, e->function, fleet_index(e->index));

		if (slot->everywhere)
			return member_trouble(in, "cpuid",
					      "two entries of 'cpuid' are for one slot");
		set_bits(slot, e);
	}
	return 0;
}

static int read_capabilities(struct fleet_reader *r, struct fleet *f, const struct reader *in)
{
	struct reader part;
	int error = reader_part(&part, in, "capabilities");

	if (!error)
		error = request_read(r->request, &part);
	if (!error && !r->request->header)
		error = member_trouble(&part, NULL, "'attributes' and 'xfam' are missing");
	if (!error)
		error = read_slots(f, &part, r->request);
	request_free(r->request);
	reader_close(&part);
	return error;
}

/* Only a CPU that is not like one of the last must be looked at. */
static int read_native(struct fleet_reader *r, struct fleet *f, const struct reader *in)
{
	json_t *native = json_object_get(in->json, "native");
	json_t **oldest = &r->known[r->nr_known % ARRAY_SIZE(r->known)];
	struct reader part;
	int error;

	if (!native)
		return 0;
	for (u32 i = 0; i < ARRAY_SIZE(r->known) && r->known[i]; i++) {
		if (json_equal(r->known[i], native)) {
			f->native = json_incref(r->known[i]);
			return 0;
		}
	}
	error = reader_part(&part, in, "native");
	r->cpu->nr = 0;
	if (!error)
		error = cpu_from_json(r->cpu, &part);
	reader_close(&part);
	if (error)
		return -1;
	f->native = json_incref(native);
	json_decref(*oldest);
	*oldest = json_incref(native);
	r->nr_known++;
	return 0;
}

static int read_host(struct fleet_reader *r, struct fleet *f, const struct reader *in)
{
	const json_t *capabilities = json_object_get(in->json, "capabilities");

	if (!capabilities)
		return member_trouble(
			in, NULL,
			"'capabilities' is missing: this is no host, as tdxcpuid dump "
			"writes it");
	if (snapshot_gpaw52(in, &f->gpaw52) || snapshot_policy(in, &f->policy, &f->has_policy))
		return -1;
	if (!json_is_null(capabilities) && read_capabilities(r, f, in))
		return -1;
	return read_native(r, f, in);
}

/* What the host says of itself; NULL: nothing. */
struct self {
	const char *name, *module, *kernel, *microcode;
	struct snapshot_snp snp;
};

static int read_self(struct self *self, const struct reader *in)
{
	*self = (struct self){ 0 };
	return snp_from_json(&self->snp, in) || snapshot_text(in, "name", &self->name) ||
			       snapshot_text(in, "module", &self->module) ||
			       snapshot_text(in, "kernel", &self->kernel) ||
			       snapshot_text(in, "microcode", &self->microcode) ?
		       -1 :
		       0;
}

/* A fleet of one. */
static void take_dump(struct fleet *f, const struct self *self, bool tdx)
{
	f->dumps = 1;
	f->tdx = tdx;
	if (tdx)
		versions_add(&f->modules, self->module, 1);
	versions_add(&f->kernels, self->kernel, 1);
	versions_add(&f->microcodes, self->microcode, 1);
	if (self->name)
		names_add(tdx ? &f->names : &f->without, self->name);
	if (!self->snp.vm_type)
		return;
	f->snp = 1;
	versions_add(&f->firmwares, *self->snp.firmware ? self->snp.firmware : NULL, 1);
	if (self->name)
		names_add(&f->snp_names, self->name);
}

int fleet_parse(struct fleet_reader *r, struct fleet *f, const char *data, size_t size,
		struct trouble *t)
{
	struct self self;
	struct reader in;
	int error;

	if (!r->request) {
		r->request = xcalloc(1, sizeof(*r->request));
		r->cpu = xcalloc(1, sizeof(*r->cpu));
	}
	if (reader_open(&in, data, size, t)) {
		reader_close(&in);
		return -1;
	}
	error = snapshot_schema(&in) || read_self(&self, &in) || read_host(r, f, &in);
	if (!error && json_object_get(in.json, "baseline"))
		error = baseline_read(f, &in);
	else if (!error)
		take_dump(f, &self, !json_is_null(json_object_get(in.json, "capabilities")));
	reader_close(&in);
	return error ? -1 : 0;
}

void fleet_reader_free(struct fleet_reader *r)
{
	for (u32 i = 0; i < ARRAY_SIZE(r->known); i++)
		json_decref(r->known[i]);
	free(r->request);
	free(r->cpu);
}
