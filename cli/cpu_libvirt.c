// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A CPU as libvirt keeps it, <cpudata arch='x86'>, with its CPUID and MSRs. */
#include <stdlib.h>

#include <expat.h>

#include "cpu_in.h"

/* Expat 2.9 deprecates the other. */
#if XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION < 9
#define XML_GetCurrentByteIndex64 XML_GetCurrentByteIndex
#endif

#define MSR_ARCH_CAPABILITIES 0x10a

struct libvirt {
	XML_Parser parser;
	struct cpu_in *in;
	bool inside; /* of cpudata */
	bool failed; /* and has complained */
};

static const char *here(const struct libvirt *v)
{
	int64_t at = XML_GetCurrentByteIndex64(v->parser);

	return v->in->data + (at > 0 && (size_t)at <= v->in->size ? at : 0);
}

static void PRINTF(2, 3) fail(struct libvirt *v, const char *format, ...)
{
	char text[sizeof(v->in->t->text)];
	va_list ap;

	if (v->failed)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	cpu_trouble(v->in, here(v), "%s", text);
	v->failed = true;
	XML_StopParser(v->parser, XML_FALSE);
}

static const char *attribute(const XML_Char **attributes, const char *name)
{
	for (; *attributes; attributes += 2) {
		if (!strcmp(attributes[0], name))
			return attributes[1];
	}
	return NULL;
}

/* 0 of an attribute that is not there and not @needed. */
static u64 number(struct libvirt *v, const XML_Char **attributes, const char *name, u64 max,
		  bool needed)
{
	const char *text = attribute(attributes, name);
	size_t length = text ? strlen(text) : 0;
	u64 value = 0;

	if ((text || needed) &&
	    (!has_0x(text ? text : "", length) || !parse_hex(text + 2, length - 2, max, &value)))
		fail(v, "'%s' must be there, a 0x number up to 0x%llx", name,
		     (unsigned long long)max);
	return value;
}

static void take_leaf(struct libvirt *v, const XML_Char **attributes)
{
	const struct tdxcpuid_leaf leaf = {
		.leaf = number(v, attributes, "eax_in", 0xffffffff, true),
		.subleaf = number(v, attributes, "ecx_in", 0xffffffff, false),
		.reg = { number(v, attributes, "eax", 0xffffffff, true),
			 number(v, attributes, "ebx", 0xffffffff, true),
			 number(v, attributes, "ecx", 0xffffffff, true),
			 number(v, attributes, "edx", 0xffffffff, true) },
	};

	if (!v->failed && cpu_leaf(v->in, here(v), &leaf)) {
		v->failed = true;
		XML_StopParser(v->parser, XML_FALSE);
	}
}

static void take_msr(struct libvirt *v, const XML_Char **attributes)
{
	u64 index = number(v, attributes, "index", 0xffffffff, true);
	u64 low = number(v, attributes, "eax", 0xffffffff, true);
	u64 high = number(v, attributes, "edx", 0xffffffff, true);

	if (!v->failed && index == MSR_ARCH_CAPABILITIES)
		cpu_arch_capabilities(v->in, high << 32 | low);
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	struct libvirt *v = data;
	const char *arch;

	if (!v->inside) {
		arch = attribute(attributes, "arch");
		if (strcmp(name, "cpudata"))
			fail(v, "<cpudata arch='x86'> is expected, not <%.40s>", name);
		else if (!arch || strcmp(arch, "x86"))
			fail(v, "this is the CPU of another architecture than x86");
		v->inside = true;
	} else if (!strcmp(name, "cpuid")) {
		take_leaf(v, attributes);
	} else if (!strcmp(name, "msr")) {
		take_msr(v, attributes);
	} else {
		fail(v, "<cpudata> has <cpuid> and <msr>, not <%.40s>", name);
	}
}

/* Entities could make much of a small file, and libvirt writes none. */
static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system,
			       const XML_Char *public, int internal)
{
	(void)name, (void)system, (void)public, (void)internal;
	fail(data, "<cpudata> has no document type");
}

static void *get_memory(size_t size)
{
	return xrealloc(NULL, size);
}

int cpu_from_libvirt(struct cpu_in *in)
{
	static const XML_Memory_Handling_Suite memory = { get_memory, xrealloc, free };
	struct libvirt v = { .parser = XML_ParserCreate_MM(NULL, &memory, NULL), .in = in };
	enum XML_Status status;

	XML_SetUserData(v.parser, &v);
	XML_SetStartElementHandler(v.parser, on_start);
	XML_SetStartDoctypeDeclHandler(v.parser, on_doctype);
	status = XML_Parse(v.parser, in->data, in->size, XML_TRUE);
	if (status != XML_STATUS_OK && !v.failed)
		fail(&v, "%s", XML_ErrorString(XML_GetErrorCode(v.parser)));
	XML_ParserFree(v.parser);
	return v.failed ? -1 : 0;
}
