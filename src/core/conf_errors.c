/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors and warnings of a configuration: collected, put in order, printed. */
#include "core/conf_errors.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/node.h"
#include "core/text.h"

void conf_errors_init(struct conf_errors *e, struct arena *arena)
{
	*e = (struct conf_errors){ .arena = arena };
}

void conf_errors_close(struct conf_errors *e)
{
	conf_errors_init(e, e->arena);
}

static void *grown(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room > 0 ? 2 * *room : 16;
	void *bigger = arena_alloc(arena, *room * size);

	if (count > 0)
		memcpy(bigger, array, count * size);
	return bigger;
}

struct conf_error *conf_fail(struct conf_errors *e, enum conf_level level, const struct node *node,
			     const char *path, const char *fmt, ...)
{
	struct text message;
	va_list args;

	/* A consequence of another mistake; the row is nobody's. */
	if (node != NULL && node->told)
		return arena_alloc(e->arena, sizeof(*e->list));
	text_init(&message);
	va_start(args, fmt);
	text_vprintf(&message, fmt, args);
	va_end(args);
	e->list = grown(e->arena, e->list, e->count, &e->room, sizeof(*e->list));
	struct conf_error *row = &e->list[e->count];

	*row = (struct conf_error){ .level = level,
				    .path = arena_strdup(e->arena, path),
				    .message = arena_strdup(e->arena, text_cstr(&message)),
				    .order = (unsigned)e->count++ };
	text_close(&message);
	if (node != NULL && node->file != NULL) {
		row->file = arena_strdup(e->arena, node->file);
		row->line = node->line;
		row->column = node->column;
	}
	if (level == CONF_ERROR)
		e->errors++;
	else
		e->warnings++;
	return row;
}

void conf_errors_file(struct conf_errors *e, const char *name)
{
	e->files = grown(e->arena, e->files, e->file_count, &e->file_room, sizeof(*e->files));
	e->files[e->file_count++] = arena_strdup(e->arena, name);
}

/* Rows without a file last: they are about everything. */
static unsigned rank_of(const struct conf_errors *e, const struct conf_error *row)
{
	for (size_t i = 0; row->file != NULL && i < e->file_count; i++)
		if (strcmp(e->files[i], row->file) == 0)
			return (unsigned)i;
	return (unsigned)e->file_count + (row->file == NULL);
}

static int by_place(const void *left, const void *right)
{
	const struct conf_error *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void conf_errors_sort(struct conf_errors *e)
{
	for (size_t i = 0; i < e->count; i++)
		e->list[i].rank = rank_of(e, &e->list[i]);
	if (e->count > 1)
		qsort(e->list, e->count, sizeof(*e->list), by_place);
}

static const char *level_name(enum conf_level level)
{
	return level == CONF_ERROR ? "error" : "warning";
}

void conf_errors_print(const struct conf_errors *e, struct text *out)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct conf_error *row = &e->list[i];

		text_puts(out, row->file != NULL ? row->file : "heddle");
		if (row->file != NULL && row->line > 0)
			text_printf(out, ":%u:%u", row->line, row->column);
		text_printf(out, ": %s: %s%s%s\n", level_name(row->level), row->path,
			    row->path[0] != '\0' ? ": " : "", row->message);
	}
}

static void json_member(struct text *out, const char *name, const char *value)
{
	text_printf(out, ",\"%s\":", name);
	if (value != NULL)
		text_json(out, slice_of(value));
	else
		text_puts(out, "null");
}

void conf_errors_json(const struct conf_errors *e, struct text *out)
{
	text_putc(out, '[');
	for (size_t i = 0; i < e->count; i++) {
		const struct conf_error *row = &e->list[i];

		text_puts(out, i > 0 ? ",\n{\"file\":" : "{\"file\":");
		if (row->file != NULL)
			text_json(out, slice_of(row->file));
		else
			text_puts(out, "null");
		text_printf(out, ",\"line\":%u,\"column\":%u", row->line, row->column);
		json_member(out, "level", level_name(row->level));
		json_member(out, "path", row->path);
		json_member(out, "message", row->message);
		json_member(out, "expected", row->expected);
		json_member(out, "got", row->got);
		json_member(out, "nearest", row->nearest);
		text_putc(out, '}');
	}
	text_putc(out, ']');
}

const char *conf_errors_where(struct arena *arena, const struct node *node)
{
	if (node->file == NULL)
		return "by the API";
	return arena_printf(arena, "%s:%u", node->file, node->line);
}
