// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Memory slots, memory attributes, guest_memfd and the pages of a TD's image. */
#include "internal.h"
#include "need.h"

#define MAX_SLOT_PAGES ((1ULL << 31) - 1)
#define TASK_SIZE_MAX  0x00fffffffffff000ULL /* access_ok() with 5-level paging */
/* KVM looks for a signal before each page; so many pages at a time stand for one. */
#define PAGES_PER_CALL 0x20000

/* Index of the first range that ends behind @page. */
static u32 range_find(const struct host_ranges *set, u64 page)
{
	u32 low = 0, high = set->nr;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (set->range[middle].end <= page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool range_has(const struct host_ranges *set, u64 page)
{
	u32 i = range_find(set, page);

	return i < set->nr && set->range[i].start <= page;
}

static int range_room(struct host_model *host, struct host_ranges *set, u32 more)
{
	struct host_range *range;
	u32 room = set->room ? set->room * 2 : 8;

	if (set->nr + more <= set->room)
		return 0;
	if (host->budget < room - set->room)
		return -ENOMEM;
	range = need(realloc(set->range, room * sizeof(*range)));
	host->budget -= room - set->room;
	set->range = range;
	set->room = room;
	return 0;
}

/* Put [start, end) into the set or take it out. */
static int range_set(struct host_model *host, struct host_ranges *set, u64 start, u64 end, bool in)
{
	struct host_range keep[3];
	u32 first, last, nr = 0;

	/* One range can become two. */
	if (range_room(host, set, 1))
		return -ENOMEM;

	first = range_find(set, start ? start - 1 : 0);
	for (last = first; last < set->nr && set->range[last].start <= end; last++)
		;
	/* first to last - 1 overlap or touch: only the ends of the outermost matter. */
	if (in) {
		if (first < last) {
			if (set->range[first].start < start)
				start = set->range[first].start;
			if (set->range[last - 1].end > end)
				end = set->range[last - 1].end;
		}
		keep[nr++] = (struct host_range){ start, end };
	} else if (first < last) {
		struct host_range low = set->range[first], high = set->range[last - 1];

		if (low.start < start)
			keep[nr++] =
				(struct host_range){ low.start, low.end < start ? low.end : start };
		if (high.end > end)
			keep[nr++] = (struct host_range){ high.start > end ? high.start : end,
							  high.end };
	}

	memmove(set->range + first + nr, set->range + last, (set->nr - last) * sizeof(*set->range));
	memcpy(set->range + first, keep, nr * sizeof(*keep));
	set->nr = set->nr - (last - first) + nr;
	return 0;
}

static struct host_memslot *find_memslot(struct host_vm *vm, u32 id)
{
	for (u32 i = 0; i < vm->nr_memslots; i++) {
		if (vm->memslot[i].id == id)
			return &vm->memslot[i];
	}
	return NULL;
}

static struct host_memslot *memslot_of_page(struct host_vm *vm, u64 gfn)
{
	for (u32 i = 0; i < vm->nr_memslots; i++) {
		if (gfn - vm->memslot[i].base_gfn < vm->memslot[i].npages)
			return &vm->memslot[i];
	}
	return NULL;
}

static bool overlaps(const struct host_vm *vm, const struct host_memslot *slot)
{
	for (u32 i = 0; i < vm->nr_memslots; i++) {
		const struct host_memslot *other = &vm->memslot[i];

		if (other->id != slot->id && slot->base_gfn < other->base_gfn + other->npages &&
		    other->base_gfn < slot->base_gfn + slot->npages)
			return true;
	}
	return false;
}

static bool bound(const struct host_vm *vm, const struct host_memslot *slot)
{
	for (u32 i = 0; i < vm->nr_memslots; i++) {
		const struct host_memslot *other = &vm->memslot[i];

		if (other->gmem == slot->gmem &&
		    slot->gmem_page < other->gmem_page + other->npages &&
		    other->gmem_page < slot->gmem_page + slot->npages)
			return true;
	}
	return false;
}

static long add_memslot(struct host_model *host, struct host_vm *vm,
			const struct host_memslot *slot)
{
	if (vm->nr_memslots == vm->memslots_room) {
		u32 room = vm->memslots_room ? vm->memslots_room * 2 : 8;
		struct host_memslot *slots;

		if (host->budget < room - vm->memslots_room)
			return -ENOMEM;
		slots = need(realloc(vm->memslot, room * sizeof(*slots)));
		host->budget -= room - vm->memslots_room;
		vm->memslot = slots;
		vm->memslots_room = room;
	}
	vm->memslot[vm->nr_memslots++] = *slot;
	return 0;
}

/* A memslot that goes takes its private pages out of the TD. */
static void delete_memslot(struct host_model *host, struct host_vm *vm, struct host_memslot *slot)
{
	range_set(host, &vm->added, slot->base_gfn, slot->base_gfn + slot->npages, false);
	*slot = vm->memslot[--vm->nr_memslots];
}

static bool region_valid(const struct host_vm *vm, const struct kvm_userspace_memory_region2 *r)
{
	u32 flags = KVM_MEM_LOG_DIRTY_PAGES | KVM_MEM_GUEST_MEMFD;

	if (r->flags & KVM_MEM_GUEST_MEMFD)
		flags &= ~(u32)KVM_MEM_LOG_DIRTY_PAGES;
	else if (!is_td(vm))
		flags |= KVM_MEM_READONLY;
	if (r->flags & ~flags)
		return false;

	if (r->memory_size % PAGE_SIZE || r->guest_phys_addr % PAGE_SIZE ||
	    r->userspace_addr % PAGE_SIZE || r->memory_size > TASK_SIZE_MAX ||
	    r->userspace_addr > TASK_SIZE_MAX - r->memory_size)
		return false;
	if (r->flags & KVM_MEM_GUEST_MEMFD &&
	    (r->guest_memfd_offset % PAGE_SIZE ||
	     r->guest_memfd_offset + r->memory_size < r->guest_memfd_offset))
		return false;
	/* One address space: only TDs and protected VMs have no SMM. */
	if (r->slot >> 16 || (u16)r->slot >= MEM_SLOTS)
		return false;
	if (r->guest_phys_addr + r->memory_size < r->guest_phys_addr)
		return false;
	return (u16)r->slot >= USER_MEM_SLOTS || r->memory_size >> PAGE_SHIFT <= MAX_SLOT_PAGES;
}

static long find_gmem(struct host_work *work, struct host_vm *vm, struct host_memslot *slot,
		      const struct kvm_userspace_memory_region2 *region)
{
	struct host_object *object;
	int error = work->client->object(work->client, region->guest_memfd, &object);

	if (error)
		return error;
	if (!object || object->kind != HOST_GMEM || object->vm != vm ||
	    region->guest_memfd_offset + region->memory_size > object->size)
		return -EINVAL;
	slot->gmem = object;
	slot->gmem_page = region->guest_memfd_offset >> PAGE_SHIFT;
	return 0;
}

long set_memory_region(struct host_work *work, struct host_vm *vm,
		       const struct kvm_userspace_memory_region2 *region)
{
	struct host_memslot new = {
		.id = region->slot,
		.flags = region->flags,
		.base_gfn = region->guest_phys_addr >> PAGE_SHIFT,
		.npages = region->memory_size >> PAGE_SHIFT,
		.userspace_addr = region->userspace_addr,
	};
	struct host_memslot *old;
	long error;

	if (!region_valid(vm, region))
		return -EINVAL;

	old = find_memslot(vm, region->slot);
	if (!new.npages) {
		if (!old)
			return -EINVAL;
		delete_memslot(work->host, vm, old);
		return 0;
	}

	if (old) {
		/* Private slots are immutable, they can only be deleted. */
		if (new.flags & KVM_MEM_GUEST_MEMFD || old->flags &KVM_MEM_GUEST_MEMFD ||
		    new.userspace_addr != old->userspace_addr || new.npages != old->npages ||
		    (new.flags ^ old->flags) & KVM_MEM_READONLY)
			return -EINVAL;
		if (new.base_gfn != old->base_gfn && overlaps(vm, &new))
			return -EEXIST;
		*old = new;
		return 0;
	}

	if (overlaps(vm, &new))
		return -EEXIST;
	if (new.flags & KVM_MEM_GUEST_MEMFD) {
		error = find_gmem(work, vm, &new, region);
		if (error)
			return error;
		if (bound(vm, &new))
			return -EEXIST;
	}
	return add_memslot(work->host, vm, &new);
}

long set_memory_attributes(struct host_model *host, struct host_vm *vm,
			   const struct kvm_memory_attributes *a)
{
	u64 supported = is_td(vm) ? KVM_MEMORY_ATTRIBUTE_PRIVATE : 0;

	if (a->flags || a->attributes & ~supported)
		return -EINVAL;
	if (!a->size || a->address + a->size < a->address)
		return -EINVAL;
	if (a->address % PAGE_SIZE || a->size % PAGE_SIZE)
		return -EINVAL;
	return range_set(host, &vm->private, a->address >> PAGE_SHIFT,
			 (a->address + a->size) >> PAGE_SHIFT, a->attributes);
}

long create_guest_memfd(struct host_work *work, struct host_vm *vm,
			const struct kvm_create_guest_memfd *args)
{
	/* GUEST_MEMFD_FLAG_MMAP, and INIT_SHARED where memory is not private by nature. */
	u64 flags = is_td(vm) ? 1 : 3;
	struct host_object *gmem;

	if (args->flags & ~flags)
		return -EINVAL;
	if ((long)args->size <= 0 || args->size % PAGE_SIZE)
		return -EINVAL;

	gmem = need(calloc(1, sizeof(*gmem)));
	gmem->kind = HOST_GMEM;
	gmem->vm = vm;
	gmem->size = args->size;
	vm->refs++;
	*work->created = gmem;
	return 0;
}

/* The slots stay, without memory behind them. */
void unbind_gmem(struct host_model *host, struct host_vm *vm, const struct host_object *gmem)
{
	for (u32 i = 0; i < vm->nr_memslots; i++) {
		struct host_memslot *slot = &vm->memslot[i];

		if (slot->gmem != gmem)
			continue;
		range_set(host, &vm->added, slot->base_gfn, slot->base_gfn + slot->npages, false);
		slot->gmem = NULL;
	}
}

static long add_page(struct host_work *work, struct host_vm *vm, u64 source, u64 gfn)
{
	const struct host_memslot *slot = memslot_of_page(vm, gfn);
	u8 byte;

	if (!slot || !(slot->flags & KVM_MEM_GUEST_MEMFD))
		return -EINVAL;
	if (!slot->gmem) /* its descriptor is closed */
		return -EFAULT;
	if (work->client->read(work->client, source, &byte, sizeof(byte)))
		return -EFAULT;
	if (!range_has(&vm->private, gfn))
		return -EINVAL;
	if (range_has(&vm->added, gfn))
		return -EIO;
	return range_set(work->host, &vm->added, gfn, gfn + 1, true);
}

/* What is done stays done: @region says what is left. */
long add_pages(struct host_work *work, struct host_vm *vm, struct kvm_tdx_init_mem_region *region)
{
	for (u32 done = 0; region->nr_pages; done++) {
		long error = done < PAGES_PER_CALL ? add_page(work, vm, region->source_addr,
							      region->gpa >> PAGE_SHIFT) :
						     -EINTR;

		if (error)
			return error;
		region->source_addr += PAGE_SIZE;
		region->gpa += PAGE_SIZE;
		region->nr_pages--;
	}
	return 0;
}

void free_memory(struct host_model *host, struct host_vm *vm)
{
	host->budget += vm->memslots_room + vm->private.room + vm->added.room;
	free(vm->memslot);
	free(vm->private.range);
	free(vm->added.range);
}
