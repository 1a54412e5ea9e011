/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing by table, and looking up by name without walking everything. */
#include "core/config_compare.h"

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
static const char *say_value(struct text *printed, const struct directive *d)
{
	const struct conf_section *section = d->type == &conf_block ? d->extra : NULL;

	if (section != NULL && section->shorthand != NULL && strcmp(text_cstr(printed), "{}") == 0)
		return "on";
	return text_cstr(printed);
}

/* Two mappings differ inside; anything else as a whole: "off -> {interval: 2s}". */
static void compare_row(const void *from, const void *to, const struct directive *d,
			const char *path, struct text *out)
{
	struct text old, new, inner;

	text_init(&old);
	text_init(&new);
	text_init(&inner);
	conf_print_value(from, d, &old);
	conf_print_value(to, d, &new);
	text_printf(&inner, "%s%s%s", path, path[0] != '\0' ? "." : "", d->name);
	if (!slice_equal(text_slice(&old), text_slice(&new))) {
		if (d->type == &conf_block && is_mapping(&old) && is_mapping(&new))
			compare((const char *)from + d->offset, (const char *)to + d->offset,
				d->extra, text_cstr(&inner), out);
		else
			text_printf(out, "%s%s: %s -> %s", out->len > 0 ? "\n" : "",
				    text_cstr(&inner), say_value(&old, d), say_value(&new, d));
	}
	text_close(&old);
	text_close(&new);
	text_close(&inner);
}

static void compare(const void *from, const void *to, const struct conf_section *section,
		    const char *path, struct text *out)
{
	for (const struct directive *d = section->rows; d->name != NULL; d++)
		if (d->type->print != NULL)
			compare_row(from, to, d, path, out);
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

struct entry {
	const char *name;
	size_t place;
};

struct config_index {
	struct entry *entries; /* sorted by name */
	size_t count;
};

static int by_name(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static struct config_index *index_new(size_t count, struct arena *arena)
{
	struct config_index *index = arena_alloc(arena, sizeof(*index));

	index->entries = arena_alloc(arena, (count + 1) * sizeof(*index->entries));
	index->count = count;
	return index;
}

struct config_index *config_index_backends(const struct service_entry *entry, struct arena *arena)
{
	struct config_index *index = index_new(entry->count, arena);

	for (size_t i = 0; i < entry->count; i++)
		index->entries[i] = (struct entry){ entry->backends[i].name, i };
	qsort(index->entries, index->count, sizeof(*index->entries), by_name);
	return index;
}

struct config_index *config_index_services(const struct config *config, struct arena *arena)
{
	struct config_index *index = index_new(config->count, arena);

	for (size_t i = 0; i < config->count; i++)
		index->entries[i] = (struct entry){ config->services[i].conf.name, i };
	qsort(index->entries, index->count, sizeof(*index->entries), by_name);
	return index;
}

size_t config_index_find(const struct config_index *index, const char *name)
{
	const struct entry key = { name, 0 };
	const struct entry *found =
		bsearch(&key, index->entries, index->count, sizeof(*index->entries), by_name);

	return found != NULL ? found->place : CONFIG_INDEX_NONE;
}

struct config_listens {
	const struct listen_conf **sorted;	/* by address */
	size_t count;
};

static int by_address(const void *left, const void *right)
{
	const struct listen_conf *const *a = left, *const *b = right;

	return addr_compare(&(*a)->addr, &(*b)->addr);
}

struct config_listens *config_index_listens(const struct service_entry *entry, struct arena *arena)
{
	struct config_listens *index = arena_alloc(arena, sizeof(*index));

	index->count = entry->conf.listens;
	index->sorted = arena_alloc(arena, (index->count + 1) * sizeof(*index->sorted));
	for (size_t i = 0; i < index->count; i++)
		index->sorted[i] = &entry->conf.listen[i];
	qsort(index->sorted, index->count, sizeof(*index->sorted), by_address);
	return index;
}

const struct listen_conf *config_listens_find(const struct config_listens *index,
					      const struct addr *addr)
{
	const struct listen_conf key = { .addr = *addr }, *wanted = &key;
	const struct listen_conf **found = bsearch(&wanted, index->sorted, index->count,
						   sizeof(*index->sorted), by_address);

	return found != NULL ? *found : NULL;
}
