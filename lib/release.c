// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What hosts print of a TDX module: a version, with or without internal and
 * build number, the vendor's tag, or a line of dmesg that has only the build.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

#define BLANKS " \t\r\n"

/* What a text says of a module. */
struct said {
	u32 version; /* TDX_MODULE_VERSION(); 0: not said, as the next */
	u32 line;    /* major and minor alone, << 8 as in a version */
	u32 build;
	bool has_build;
	bool odd; /* a number with dots that is no version */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number at *@p, decimal or 0x...; it saturates. */
static bool take_number(const char **p, u32 *number)
{
	const char *digits = "0123456789";
	u64 n = 0, base = 10;

	if ((*p)[0] == '0' && ((*p)[1] | 0x20) == 'x') {
		digits = "0123456789abcdef";
		base = 16;
		*p += 2;
	}
	if (!is_digit(**p) && base == 10)
		return false;
	for (const char *at; **p && (at = strchr(digits, base == 16 ? **p | 0x20 : **p)); (*p)++)
		n = n > 0xffffffff ? n : n * base + (u64)(at - digits);
	*number = n > 0xffffffff ? 0xffffffff : n;
	return true;
}

/* "1.5.05" and "1.5.05.46.698" at *@p; false, and @said->odd, if the dots are others. */
static bool take_version(const char **p, struct said *said)
{
	u32 part[5] = { 0 }, nr = 0;

	while (nr < ARRAY_SIZE(part) && is_digit(**p)) {
		take_number(p, &part[nr++]);
		if (**p != '.' || !is_digit((*p)[1]))
			break;
		(*p)++;
	}
	said->odd = nr > 1;
	if (nr < 3 || part[0] > 0xff || part[1] > 0xff || part[2] > 0xff)
		return false;

	said->odd = false;
	said->version = TDX_MODULE_VERSION(part[0], part[1], part[2]);
	said->build = part[4];
	said->has_build = nr == 5;
	return true;
}

/* The number behind "@word", "@word num", "@word_num: " and the like. */
static bool number_behind(const char *text, const char *word, const char *forms, u32 *number)
{
	for (const char *p = text; (p = strcasestr(p, word)); p++) {
		const char *at = p + strlen(word);

		at += strspn(at, " _");
		for (const char *form = forms; *form; form += strlen(form) + 1) {
			if (strncasecmp(at, form, strlen(form)))
				continue;
			at += strlen(form);
			break;
		}
		at += strspn(at, " \t:=");
		if (take_number(&at, number))
			return true;
	}
	return false;
}

/* One word: a version or a build, or the vendor's tag. */
static bool read_word(const char *word, struct said *said)
{
	static const char *const tags[] = { "TDX_MODULE_", "TDX_", "TDX-", "TDX", "v" };

	if (strspn(word, "0123456789") == strlen(word)) {
		said->has_build = true;
		return take_number(&word, &said->build);
	}
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		if (!strncasecmp(word, tags[i], strlen(tags[i]))) {
			word += strlen(tags[i]);
			break;
		}
	}
	if (!is_digit(*word) || word[strspn(word, "0123456789.")])
		return false;
	if (!take_version(&word, said) || *word)
		said->odd = true;
	return true;
}

/* The first word of @text that is a version. */
static bool find_version(const char *text, struct said *said)
{
	char word[64];
	size_t length;

	for (; *text; text += length + (length == 0)) {
		length = strcspn(text, BLANKS ":=,;()[]'\"");
		if (!length || length >= sizeof(word))
			continue;
		memcpy(word, text, length);
		word[length] = '\0';
		if (word[length - 1] == '.')
			word[length - 1] = '\0';
		*said = (struct said){ 0 };
		if (read_word(word, said) && said->version)
			return true;
	}
	*said = (struct said){ 0 };
	return false;
}

/* A line of a log. */
static bool read_line(const char *text, struct said *said)
{
	const char *module = strcasestr(text, "module");
	u32 major, minor, build;

	if (!(module && find_version(module, said)))
		find_version(text, said);
	if (number_behind(text, "build", "number\0num\0", &build)) {
		said->has_build = true;
		said->build = build;
	}
	if (number_behind(text, "major", "version\0", &major) &&
	    number_behind(text, "minor", "version\0", &minor) && major < 0x100 && minor < 0x100)
		said->line = TDX_MODULE_VERSION(major, minor, 0);
	return said->version || said->has_build || said->line;
}

/* 0, and @said->version is what the text means. */
static int make_sense(struct said *said)
{
	const struct tdx_release *r, *named = NULL, *built = NULL;

	for (u32 n = 0; (r = tdx_release_nth(n)); n++) {
		if (tdx_module_version(r->version) == said->version)
			named = r;
		if (said->has_build && r->build_num == said->build && said->build)
			built = r;
	}

	if (said->has_build && !built && (!said->version || (named && named->build_num)))
		return -ENXIO;
	if (built && !said->version)
		said->version = tdx_module_version(built->version);
	else if (built && named != built)
		return -ENXIO;
	if (said->line && said->version && said->line >> 8 != said->version >> 8)
		return -ENXIO;
	return said->version ? 0 : -ERANGE;
}

/* A copy of @base that stands for @version. */
static int module_as(const struct tdx_module *base, u32 version, struct tdxcpuid_module **module)
{
	struct made_module *made = calloc(1, sizeof(*made));

	if (!made)
		return -ENOMEM;
	made->m = *base;
	if (asprintf(&made->version, "%u.%u.%02u", version >> 16, version >> 8 & 0xff,
		     version & 0xff) < 0) {
		free(made);
		return -ENOMEM;
	}
	made->m.version = made->version;
	if (tdx_module_version(base->version) != version) {
		made->m.judged_as = base->version;
		made->m.executed = false;
		made->m.features0_published = false;
		made->m.update_from = 0;
	}
	*module = (struct tdxcpuid_module *)made;
	return 0;
}

int tdxcpuid_module_parse(const char *text, struct tdxcpuid_module **module)
{
	const struct tdx_module *base;
	struct said said = { 0 };
	size_t length;
	bool any;
	char *copy;
	int ret;

	*module = NULL;
	text += strspn(text, BLANKS);
	for (length = strlen(text); length && strchr(BLANKS, text[length - 1]); length--)
		;
	copy = strndup(text, length);
	if (!copy)
		return -ENOMEM;
	any = strpbrk(copy, BLANKS ":=") ? read_line(copy, &said) : read_word(copy, &said);
	free(copy);
	if (!any)
		return -ENOENT;
	if (said.odd)
		return -ERANGE;

	ret = make_sense(&said);
	if (ret)
		return ret;
	base = tdx_module_nearest(said.version);
	return base ? module_as(base, said.version, module) : -ERANGE;
}

bool tdxcpuid_release_nth(uint32_t n, struct tdxcpuid_release *release)
{
	const struct tdx_release *r = tdx_release_nth(n);
	const struct tdx_module *m;

	if (!r)
		return false;
	m = tdx_module_nearest(tdx_module_version(r->version));
	*release = (struct tdxcpuid_release){
		.version = r->version,
		.judged_as = m && strcmp(m->version, r->version) ? m->version : NULL,
		.build_num = r->build_num,
		.build_date = r->build_date,
	};
	return true;
}
