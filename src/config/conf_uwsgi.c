/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/conf_uwsgi.h"

#include <string.h>

#include "config/conf_types.h"
#include "core/arena.h"
#include "core/text.h"
#include "core/uwsgi.h"

bool conf_uwsgi_next(const char **vars, struct slice *name, struct slice *value)
{
	const char *line = *vars;

	if (line == NULL || *line == '\0')
		return false;
	*name = (struct slice){ line, strcspn(line, "=") };
	*value = (struct slice){ line + name->len + 1, strcspn(line + name->len + 1, "\n") };
	*vars = value->data + value->len + 1;
	return true;
}

bool conf_uwsgi_find(const char *vars, struct slice name, struct slice *value)
{
	struct slice other;

	while (conf_uwsgi_next(&vars, &other, value))
		if (slice_equal(name, other))
			return true;
	return false;
}

/* Why it cannot be the name of a variable; NULL: it can. */
static const char *problem(struct slice name)
{
	if (name.len == 0)
		return "is no name: a variable of uwsgi has at least one character";
	if (name.len > UWSGI_BLOCK_MAX)
		return "is longer than 65535 bytes";
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.data[i];

		if (c <= ' ' || c > '~' || c == '=')
			return "is not the name of a variable; write such as REQUEST_METHOD";
	}
	return NULL;
}

static bool read_value(const struct node *value, struct slice name, const struct conf_place *place)
{
	if (node_null(value)) {
		conf_report(place, CONF_ERROR, value,
			    "no value; write \"\" for an empty one");
		return false;
	}
	if (!conf_types_scalar(value, "a text", place))
		return false;
	for (size_t i = 0; i < value->value.len; i++) {
		unsigned char c = (unsigned char)value->value.data[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t')
			continue;
		conf_report(place, CONF_ERROR, value,
			    "the value has a control character in it, such as the end of a line");
		return false;
	}
	if (slice_is(name, "CONTENT_LENGTH") && value->value.len != 0 &&
	    !slice_is(value->value, "0")) {
		conf_report(place, CONF_ERROR, value,
			    "a check is one request without a body; write \"\" or 0");
		return false;
	}
	return true;
}

static bool read_var(const struct node *key, const struct node *value,
		     const struct conf_place *place, struct text *lines)
{
	const char *shown = conf_show(place->errors->arena, key->value);
	struct conf_place inner = conf_place_key(place, shown);
	const char *why = problem(key->value);

	if (why != NULL) {
		conf_report(&inner, CONF_ERROR, key, "\"%s\" %s", shown, why);
		return false;
	}
	if (!read_value(value, key->value, &inner))
		return false;
	text_append(lines, key->value.data, key->value.len);
	text_putc(lines, '=');
	text_append(lines, value->value.data, value->value.len);
	text_putc(lines, '\n');
	return true;
}

static bool parse_vars(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	struct text lines;
	bool ok = true;

	(void)d;
	if (node->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node,
			    "expected a mapping of names and values, not %s; write {NAME: VALUE}",
			    node_kind_name(node));
		return false;
	}
	text_init(&lines);
	for (size_t i = 0; i < node->count; i++)
		if (!read_var(node->keys[i], node->items[i], place, &lines))
			ok = false;
	if (ok)
		*(const char **)field =
			lines.len != 0 ? arena_copy(place->arena, text_slice(&lines)) : NULL;
	text_close(&lines);
	return ok;
}

static void print_vars(const void *field, const struct directive *d, struct text *out)
{
	const char *vars = *(const char *const *)field, *comma = "";
	struct slice name, value;

	(void)d;
	text_putc(out, '{');
	while (conf_uwsgi_next(&vars, &name, &value)) {
		text_puts(out, comma);
		text_json(out, name);
		text_puts(out, ": ");
		text_json(out, value);
		comma = ", ";
	}
	text_putc(out, '}');
}

const struct conf_type conf_uwsgi_vars = {
	.name = "a mapping",
	.size = sizeof(char *),
	.parse = parse_vars,
	.print = print_vars,
	.strings = conf_types_visit_text,
};
