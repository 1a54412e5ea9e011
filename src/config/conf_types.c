/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of one value: numbers, durations, texts. Words and blocks are conf_blocks.c. */
#include "config/conf_types.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/text.h"
#include "core/units.h"

bool conf_types_scalar(const struct node *node, const char *expected,
		       const struct conf_place *place)
{
	if (node->kind == NODE_SCALAR)
		return true;
	conf_report(place, CONF_ERROR, node, "expected %s, not %s", expected, node_kind_name(node))
		->expected = expected;
	return false;
}

bool conf_types_wrong(const struct node *node, const struct directive *d,
		      const struct conf_place *place, const char *hint)
{
	const char *got = conf_show(place->errors->arena, node->value);
	struct conf_error *row = conf_report(place, CONF_ERROR, node, "\"%s\" is not %s; %s", got,
					     d->type->name, hint);

	row->expected = d->type->name;
	row->got = got;
	return false;
}

/* The same where other programs write it in another way. */
static bool hint(const struct node *node, const struct directive *d, const struct conf_place *place,
		 const char *otherwise)
{
	return !conf_hints_report(node, d, place) && conf_types_wrong(node, d, place, otherwise);
}

/* A document in JSON has numbers and switches of its own: in quotes there they are texts. */
static bool is_text(const struct node *node, const struct directive *d,
		    const struct conf_place *place)
{
	const char *got;
	struct conf_error *row;

	if (!node->quoted || node->file != NULL)
		return false;
	got = conf_show(place->errors->arena, node->value);
	row = conf_report(place, CONF_ERROR, node,
			  "\"%s\" is a text, not %s; write it without quotes", got,
			  d->type->name);
	row->expected = d->type->name;
	row->got = got;
	return true;
}

static bool parse_bool(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (bool_parse(node->value, field))
		return !is_text(node, d, place);
	return conf_types_wrong(node, d, place, "write on or off");
}

static void print_bool(const void *field, const struct directive *d, struct text *out)
{
	(void)d;
	text_puts(out, *(const bool *)field ? "on" : "off");
}

typedef void print_number(uint64_t value, struct text *out);

static void print_plain(uint64_t value, struct text *out)
{
	text_printf(out, "%" PRIu64, value);
}

static bool in_bounds(uint64_t value, const struct node *node, const struct directive *d,
		      const struct conf_place *place, print_number *print)
{
	static const struct conf_bounds any = { 0, UINT64_MAX };
	const struct conf_bounds *b = d->extra != NULL ? d->extra : &any;
	struct text range;

	if (value >= b->min && value <= b->max)
		return true;
	text_init(&range);
	text_puts(&range, b->max == UINT64_MAX || value < b->min ? "at least " : "at most ");
	print(b->max == UINT64_MAX || value < b->min ? b->min : b->max, &range);
	const char *limit = arena_strdup(place->errors->arena, text_cstr(&range));
	const char *got = conf_show(place->errors->arena, node->value);

	text_close(&range);
	struct conf_error *row =
		conf_report(place, CONF_ERROR, node, "%s is out of range; write %s", got, limit);

	row->expected = limit;
	row->got = got;
	return false;
}

static bool parse_count(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	uint64_t value;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (!number_parse(node->value, &value))
		return hint(node, d, place, "write a whole number");
	if (is_text(node, d, place) || !in_bounds(value, node, d, place, print_plain))
		return false;
	if (value > UINT32_MAX)
		return conf_types_wrong(node, d, place, "it is too big");
	*(uint32_t *)field = (uint32_t)value;
	return true;
}

static void print_count(const void *field, const struct directive *d, struct text *out)
{
	(void)d;
	print_plain(*(const uint32_t *)field, out);
}

static bool parse_size(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (!size_parse(node->value, field))
		return hint(node, d, place, "write such as 8192, 64k, 10m or 1g");
	return in_bounds(*(uint64_t *)field, node, d, place, size_print);
}

static void print_size(const void *field, const struct directive *d, struct text *out)
{
	(void)d;
	size_print(*(const uint64_t *)field, out);
}

static bool parse_duration(const struct node *node, const struct directive *d,
			   const struct conf_place *place, void *field)
{
	uint64_t plain;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (duration_parse(node->value, field))
		return in_bounds(*(uint64_t *)field, node, d, place, duration_print);
	if (!number_parse(node->value, &plain))
		return hint(node, d, place, "write such as 500ms, 5s, 1m30s or 2h");
	struct conf_error *row =
		conf_report(place, CONF_ERROR, node,
			    "%" PRIu64 " has no unit; write %" PRIu64 "s or %" PRIu64 "ms", plain,
			    plain, plain);

	row->expected = d->type->name;
	row->got = conf_show(place->errors->arena, node->value);
	return false;
}

static void print_duration(const void *field, const struct directive *d, struct text *out)
{
	(void)d;
	duration_print(*(const uint64_t *)field, out);
}

bool conf_types_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == 0x7f || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
			return true;
	}
	return false;
}

static bool parse_string(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (strpbrk(node->value.data, "\n\r\t") != NULL)
		return conf_types_wrong(node, d, place, "it has a tab or the end of a line in it");
	if (conf_types_control(node->value))
		return conf_types_wrong(node, d, place, "it has a control character in it");
	*(const char **)field = node->value.len > 0 ? arena_copy(place->arena, node->value) : NULL;
	return true;
}

/* What YAML, or one of our own types, would take for something else. */
static bool is_bare(const char *value)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789_/.-";
	struct node node = { .kind = NODE_SCALAR, .value = slice_of(value) };

	return value[0] != '-' && value[strspn(value, safe)] == '\0' && !node_null(&node);
}

void conf_types_print_string(const char *value, struct text *out)
{
	if (value != NULL && is_bare(value)) {
		text_puts(out, value);
		return;
	}
	text_json(out, slice_of(value != NULL ? value : ""));
}

void conf_types_print_text(const void *field, const struct directive *d, struct text *out)
{
	(void)d;
	conf_types_print_string(*(const char *const *)field, out);
}

void conf_types_visit_text(void *field, const struct directive *d, const struct conf_strings *to)
{
	(void)d;
	to->each(field, to->arg);
}

const char *conf_types_absolute(const struct node *node, struct slice path, struct arena *arena)
{
	const char *slash = node->file != NULL ? strrchr(node->file, '/') : NULL;
	int folder = slash != NULL ? (int)(slash - node->file) + 1 : 0;
	char here[4096];

	if (path.len > 0 && path.data[0] == '/')
		return arena_copy(arena, path);
	while (path.len > 2 && path.data[0] == '.' && path.data[1] == '/')
		path = (struct slice){ path.data + 2, path.len - 2 };
	if ((folder > 0 && node->file[0] == '/') || getcwd(here, sizeof(here)) == NULL)
		return arena_printf(arena, "%.*s%.*s", folder, folder > 0 ? node->file : "",
				    (int)path.len, path.data);
	return arena_printf(arena, "%s/%.*s%.*s", here, folder, folder > 0 ? node->file : "",
			    (int)path.len, path.data);
}

bool conf_types_unix(const struct node *node, const struct conf_place *place, struct slice *text)
{
	if (!slice_starts(*text, "unix:") || text->len == 5 || text->data[5] == '/')
		return true;
	if (node->file == NULL) {
		conf_report(place, CONF_ERROR, node,
			    "%s: a path of the API has no folder to be relative to; write all of "
			    "it",
			    conf_show(place->errors->arena, *text));
		return false;
	}
	*text = slice_of(arena_printf(place->arena, "unix:%s",
				      conf_types_absolute(node, slice_after(*text, 5),
							  place->arena)));
	return true;
}

static bool parse_path(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	bool on = false;

	if (!parse_string(node, d, place, field))
		return false;
	bool word = !node->quoted && bool_parse(node->value, &on);

	if (word && on)
		return conf_types_wrong(node, d, place, "write a path, or off");
	if (node->value.len == 0 || word)
		*(const char **)field = NULL;
	else
		*(const char **)field = conf_types_absolute(node, node->value, place->arena);
	return true;
}

/* 432 is how programs that know no octal numbers print 0660. */
static bool is_decimal_mode(struct slice text, uint32_t mode, uint64_t *meant)
{
	const uint32_t owner = 0600;

	return text.data[0] != '0' && number_parse(text, meant) && *meant <= 0777 &&
		(mode & owner) != owner && (*meant & owner) == owner;
}

static bool parse_mode(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	const char *digits = node->value.data;
	uint32_t mode = 0;
	uint64_t meant;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (strncmp(digits, "0o", 2) == 0)
		digits += 2;
	for (const char *c = digits; *c != '\0'; c++) {
		if (*c < '0' || *c > '7' || mode > 0777)
			return conf_types_wrong(node, d, place, "write it in octal, such as 0660");
		mode = mode * 8 + (uint32_t)(*c - '0');
	}
	if (*digits == '\0' || mode > 0777)
		return conf_types_wrong(node, d, place, "write it in octal, such as 0660");
	if (is_decimal_mode(node->value, mode, &meant)) {
		conf_report(place, CONF_ERROR, node,
			    "read as octal, %s keeps the owner out; as a decimal number it is 0%o: "
			    "write 0%o",
			    node->value.data, (unsigned)meant, (unsigned)meant);
		return false;
	}
	*(uint32_t *)field = mode;
	return true;
}

static void print_mode(const void *field, const struct directive *d, struct text *out)
{
	(void)d;
	text_printf(out, "%04" PRIo32, *(const uint32_t *)field);
}

const struct conf_type conf_bool = {
	.name = "a switch",
	.size = sizeof(bool),
	.parse = parse_bool,
	.print = print_bool,
};
const struct conf_type conf_count = {
	.name = "a number",
	.size = sizeof(uint32_t),
	.parse = parse_count,
	.print = print_count,
};
const struct conf_type conf_size = {
	.name = "a size",
	.size = sizeof(uint64_t),
	.parse = parse_size,
	.print = print_size,
};
const struct conf_type conf_duration = {
	.name = "a duration",
	.size = sizeof(uint64_t),
	.parse = parse_duration,
	.print = print_duration,
};
const struct conf_type conf_string = {
	.name = "a text",
	.size = sizeof(char *),
	.parse = parse_string,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
const struct conf_type conf_path = {
	.name = "a path",
	.size = sizeof(char *),
	.parse = parse_path,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
const struct conf_type conf_mode = {
	.name = "a file mode",
	.size = sizeof(uint32_t),
	.parse = parse_mode,
	.print = print_mode,
};

bool conf_types_parse_list(const struct node *node, const struct directive *d,
			   const struct conf_place *place, void *field, conf_add_item *add)
{
	struct text all;
	bool ok = true;

	if (node->kind == NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected %s, not a mapping", d->type->name);
		return false;
	}
	text_init(&all);
	if (node->kind == NODE_SCALAR && !node_null(node))
		ok = add(node, d, place, &all);
	for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		ok = add(node->items[i], d, &item, &all) && ok;
	}
	*(const char **)field = all.len > 0 ? arena_strdup(place->arena, text_cstr(&all)) : NULL;
	text_close(&all);
	return ok;
}
