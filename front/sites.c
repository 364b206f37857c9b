// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Find the CPUID instructions in a program's code and put breakpoints there: for
 * machines whose CPU does not trap them.
 *
 * 0F A2 may as well be part of another instruction, so only a true instruction
 * boundary counts.  Functions start where the file's own unwind table says; where
 * it says nothing (a static program has none), decoding from many bytes before
 * must lead there every time, as x86 code falls into step within a few
 * instructions.  What remains in doubt is left alone, and counted.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../host/need.h"
#include "internal.h"

#ifdef HAVE_CAPSTONE
#include <capstone/capstone.h>
#include <elf.h>

#define BREAKPOINT  0xcc
#define MAX_CODE    (1ULL << 30)
#define MAX_RUN_UP  160 /* bytes before a doubtful one where decoding starts */
#define MIN_STREAMS 24	/* that must all lead to it */
#define BEHIND	    6	/* instructions behind it that must make sense */

/* A file's code in memory, with the table of its functions. */
struct image {
	pid_t tid;
	u64 start; /* of this mapping */
	u64 end;
	u8 *code;
	u32 nr_functions;
	struct {
		int start; /* relative to @table_base */
		int fde;
	} * function;
	u64 table_base;
};

static bool read_at(pid_t tid, u64 address, void *to, size_t size)
{
	struct iovec local = { to, size }, there = { (void *)address, size };
	ssize_t done;

	done = process_vm_readv(tid, &local, 1, &there, 1, 0);
	return done == (ssize_t)size;
}

/* The binary search table of .eh_frame_hdr, of the file that is mapped at @base. */
static void read_functions(struct image *image, u64 base)
{
	struct {
		u8 version, frame_encoding, count_encoding, table_encoding;
		int frame;
		u32 count;
	} header;
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr[32];
	u64 bias = 0, table = 0;
	bool have_bias = false;

	if (!read_at(image->tid, base, &ehdr, sizeof(ehdr)) ||
	    memcmp(ehdr.e_ident, ELFMAG, SELFMAG) || ehdr.e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr.e_phentsize != sizeof(*phdr) || ehdr.e_phnum > 32 ||
	    !read_at(image->tid, base + ehdr.e_phoff, phdr, ehdr.e_phnum * sizeof(*phdr)))
		return;
	for (u32 i = 0; i < ehdr.e_phnum; i++) {
		if (phdr[i].p_type == PT_LOAD && !have_bias) {
			bias = base - (phdr[i].p_vaddr - phdr[i].p_offset);
			have_bias = true;
		}
		if (phdr[i].p_type == PT_GNU_EH_FRAME)
			table = phdr[i].p_vaddr;
	}
	if (!have_bias || !table)
		return;

	table += bias;
	/* What every linker writes: offsets of 4 bytes from the table's start. */
	if (!read_at(image->tid, table, &header, sizeof(header)) || header.version != 1 ||
	    header.count_encoding != 0x03 || header.table_encoding != 0x3b ||
	    header.count > 1 << 22)
		return;
	image->function = need(malloc(header.count * sizeof(*image->function)));
	if (!read_at(image->tid, table + sizeof(header), image->function,
		     header.count * sizeof(*image->function)))
		return;
	image->nr_functions = header.count;
	image->table_base = table;
}

/* The start of the function that has @address in it, or 0. */
static u64 function_of(const struct image *image, u64 address)
{
	u32 low = 0, high = image->nr_functions;
	struct {
		u32 length, cie;
		int start;
		u32 size;
	} fde;
	u64 at, start;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (image->table_base + image->function[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return 0;
	start = image->table_base + image->function[low - 1].start;
	at = image->table_base + image->function[low - 1].fde;
	/* The entry repeats its start, which shows whether its encoding is the usual one. */
	if (!read_at(image->tid, at, &fde, sizeof(fde)) || at + 8 + fde.start != start ||
	    address - start >= fde.size)
		return 0;
	return start;
}

enum verdict { NO, YES, UNKNOWN };

/* Decode from @from: is there an instruction at @to? */
static enum verdict leads_to(csh cs, const struct image *image, u64 from, u64 to, cs_insn *insn)
{
	const u8 *code = image->code + (from - image->start);
	size_t size = image->end - from;

	while (from < to) {
		if (!cs_disasm_iter(cs, &code, &size, &from, insn))
			return UNKNOWN;
	}
	return from == to ? YES : NO;
}

static bool sane_behind(csh cs, const struct image *image, u64 at, cs_insn *insn)
{
	const u8 *code = image->code + (at - image->start);
	size_t size = image->end - at;

	for (int i = 0; i < BEHIND; i++) {
		if (!cs_disasm_iter(cs, &code, &size, &at, insn))
			return false;
	}
	return true;
}

static enum verdict judge(csh cs, const struct image *image, u64 at, cs_insn *insn)
{
	u64 start = function_of(image, at);
	u32 streams = 0;

	if (start && start >= image->start)
		return leads_to(cs, image, start, at, insn);
	/* Old linkers put data into the same mapping, before the first function and behind the
	 * last. */
	if (image->nr_functions &&
	    (at < image->table_base + image->function[0].start ||
	     at > image->table_base + image->function[image->nr_functions - 1].start))
		return UNKNOWN;

	for (u64 from = at - MAX_RUN_UP; from < at - MAX_RUN_UP / 2; from++) {
		enum verdict verdict;

		if (from < image->start)
			continue;
		verdict = leads_to(cs, image, from, at, insn);
		if (verdict == NO)
			return UNKNOWN;
		streams += verdict == YES;
	}
	return streams >= MIN_STREAMS && sane_behind(cs, image, at, insn) ? YES : UNKNOWN;
}

bool sites_has(const struct space *space, u64 address)
{
	u32 low = 0, high = space->nr_sites;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (space->site[middle] == address)
			return true;
		if (space->site[middle] < address)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void remember(struct space *space, u64 address)
{
	u64 *site = need(realloc(space->site, (space->nr_sites + 1) * sizeof(*site)));
	u32 i;

	space->site = site;
	for (i = space->nr_sites++; i && site[i - 1] > address; i--)
		site[i] = site[i - 1];
	site[i] = address;
}

static void replace(struct front *front, struct task *task, int mem, u64 address)
{
	const u8 breakpoint = BREAKPOINT;

	/* First known, then there: another thread may run into it at once. */
	if (sites_has(task->space, address))
		return;
	remember(task->space, address);
	if (pwrite(mem, &breakpoint, 1, address) == 1)
		front->stats.sites++;
}

static void *need_malloc(size_t size)
{
	return need(malloc(size));
}

static void *need_calloc(size_t nr, size_t size)
{
	return need(calloc(nr, size));
}

static void *need_realloc(void *data, size_t size)
{
	return need(realloc(data, size));
}

/* Capstone does not look at all that it gets. */
static void need_for_capstone(void)
{
	cs_opt_mem memory = { need_malloc, need_calloc, need_realloc, free, vsnprintf };

	cs_option(0, CS_OPT_MEM, (size_t)&memory);
}

static void scan(struct front *front, struct task *task, struct image *image, u64 base)
{
	size_t size = image->end - image->start;
	cs_insn *insn = NULL;
	bool known = false;
	char path[64];
	csh cs = 0;
	int mem;

	if (size < 2 || size > MAX_CODE)
		return;
	image->code = need(malloc(size));
	snprintf(path, sizeof(path), "/proc/%d/mem", task->tid);
	mem = open(path, O_RDWR | O_CLOEXEC);
	if (mem < 0 || !read_at(task->tid, image->start, image->code, size))
		goto out;

	for (u8 *p = image->code; (p = memmem(p, image->code + size - p, "\x0f\xa2", 2)); p++) {
		u64 address = image->start + (p - image->code);
		enum verdict verdict;

		if (!known) {
			need_for_capstone();
			if (cs_open(CS_ARCH_X86, CS_MODE_64, &cs))
				break;
			insn = need(cs_malloc(cs));
			read_functions(image, base);
			known = true;
		}
		verdict = judge(cs, image, address, insn);
		if (verdict == YES)
			replace(front, task, mem, address);
		else if (verdict == UNKNOWN)
			front->stats.doubtful++;
	}

out:
	if (insn)
		cs_free(insn, 1);
	if (cs)
		cs_close(&cs);
	if (mem >= 0)
		close(mem);
	free(image->function);
	free(image->code);
}

/* Scan what is mapped executable from a file between @start and @end. */
void sites_scan(struct front *front, struct task *task, u64 start, u64 end)
{
	char path[64], line[512], mode[5];
	u64 low, high, offset, inode, file = 0, base = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", task->tid);
	maps = fopen(path, "re");
	if (!maps && errno == ENOMEM)
		need(NULL);
	if (!maps)
		return;
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s %lx %*x:%*x %lu", &low, &high, mode, &offset,
			   &inode) != 5)
			continue; /* the rest of a long name */
		if (inode && (inode != file || !offset)) {
			file = inode;
			base = low - offset;
		}
		if (inode && mode[2] == 'x' && low < end && high > start) {
			struct image image = { .tid = task->tid, .start = low, .end = high };

			scan(front, task, &image, base);
		}
	}
	fclose(maps);
}

void sites_scan_all(struct front *front, struct task *task)
{
	sites_scan(front, task, 0, ~0ULL);
}

#else

bool sites_has(const struct space *space, u64 address)
{
	(void)space;
	(void)address;
	return false;
}

void sites_scan(struct front *front, struct task *task, u64 start, u64 end)
{
	(void)front;
	(void)task;
	(void)start;
	(void)end;
}

void sites_scan_all(struct front *front, struct task *task)
{
	(void)front;
	(void)task;
}

#endif
