/* SPDX-License-Identifier: BSD-2-Clause */
/* Two structs compared by their table. */
#include "config/config_compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"

static void compare(const void *from, const void *to, const struct conf_section *section,
		    const char *path, struct text *out);

static bool is_mapping(const struct text *printed)
{
	return printed->len > 0 && printed->data[0] == '{';
}

/* A block with a switch that has nothing but defaults: "off -> on". */
static const char *value_text(struct text *printed, const struct directive *d)
{
	const struct conf_section *section = d->type == &conf_block ? d->extra : NULL;

	if (section != NULL && section->shorthand != NULL && strcmp(text_cstr(printed), "{}") == 0)
		return "on";
	return text_cstr(printed);
}

/*
 * The same value, given in one of them alone: "unset -> 5s". What is given is not inherited, which
 * makes a difference when `defaults` change.
 */
static void compare_given(const void *from, const void *to, const struct conf_section *section,
			  const struct directive *d, const char *path, struct text *value,
			  struct text *out)
{
	bool before = conf_given(from, section, d), after = conf_given(to, section, d);

	if (before && after && d->type == &conf_block && is_mapping(value))
		compare((const char *)from + d->offset, (const char *)to + d->offset, d->extra,
			path, out);
	if (before == after)
		return;
	text_printf(out, "%s%s: %s -> %s", out->len > 0 ? "\n" : "", path,
		    before ? value_text(value, d) : "unset",
		    after ? value_text(value, d) : "unset");
}

/* A default that one of them has no use for: `refresh` of an address. */
static bool is_without_use(const void *from, const void *to, const struct conf_section *section,
			   const struct directive *d, const struct text *old,
			   const struct text *new)
{
	bool unused = slice_is(text_slice(old), "\"\"") || slice_is(text_slice(new), "\"\"");

	return unused && !conf_given(from, section, d) && !conf_given(to, section, d);
}

/* Two mappings differ inside; anything else as a whole: "off -> {interval: 2s}". */
static void compare_row(const void *from, const void *to, const struct conf_section *section,
			const struct directive *d, const char *path, struct text *out)
{
	struct text old, new, inner;

	text_init(&old);
	text_init(&new);
	text_init(&inner);
	conf_print_value(from, d, &old);
	conf_print_value(to, d, &new);
	text_printf(&inner, "%s%s%s", path, path[0] != '\0' ? "." : "", d->name);
	if (is_without_use(from, to, section, d, &old, &new)) {
		/* nothing changes */
	} else if (!slice_equal(text_slice(&old), text_slice(&new))) {
		if (d->type == &conf_block && is_mapping(&old) && is_mapping(&new))
			compare((const char *)from + d->offset, (const char *)to + d->offset,
				d->extra, text_cstr(&inner), out);
		else
			text_printf(out, "%s%s: %s -> %s", out->len > 0 ? "\n" : "",
				    text_cstr(&inner), value_text(&old, d), value_text(&new, d));
	} else {
		compare_given(from, to, section, d, text_cstr(&inner), &new, out);
	}
	text_close(&old);
	text_close(&new);
	text_close(&inner);
}

static void compare(const void *from, const void *to, const struct conf_section *section,
		    const char *path, struct text *out)
{
	const struct conf_section *own = conf_own(section, to);

	for (const struct directive *d = section->rows; d->name != NULL; d++)
		if (d->type->print != NULL)
			compare_row(from, to, section, d, path, out);
	/* what belongs to another choice is said by the choice itself */
	if (own != NULL && own == conf_own(section, from))
		compare((const char *)from + section->own_at, (const char *)to + section->own_at,
			own, path, out);
}

const char *config_compare(const void *from, const void *to, const struct conf_section *section,
			   const char *path, struct arena *arena)
{
	struct text out;

	text_init(&out);
	compare(from, to, section, path, &out);
	const char *text = out.len > 0 ? arena_strdup(arena, text_cstr(&out)) : NULL;

	text_close(&out);
	return text;
}
