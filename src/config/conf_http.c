/* SPDX-License-Identifier: BSD-2-Clause */
/* The types of what is sent in the head of an HTTP request: none can end its line early. */
#include <string.h>
#include <strings.h>

#include "config/conf_types.h"
#include "core/arena.h"
#include "core/text.h"

#define PATH_BYTES 2048
#define HEADERS_BYTES 8192	/* of all headers together */

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
/* RFC 9110, token */
#define NAME "abcdefghijklmnopqrstuvwxyz" LETTERS DIGITS "!#$%&'*+-.^_`|~"

static bool consists_of(struct slice text, const char *set)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '\0' || strchr(set, text.data[i]) == NULL)
			return false;
	return text.len != 0;
}

static bool is_printable(struct slice text, unsigned char first, unsigned char last)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < first || (unsigned char)text.data[i] > last)
			return false;
	return true;
}

static bool parse_method(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (node->value.len > 32 || !consists_of(node->value, LETTERS "-_"))
		return conf_types_wrong(node, d, place,
					"write it in capital letters, such as GET or HEAD");
	*(const char **)field = arena_copy(place->arena, node->value);
	return true;
}

static bool parse_http_path(const struct node *node, const struct directive *d,
			    const struct conf_place *place, void *field)
{
	struct slice path = node->value;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (slice_starts(path, "http://") || slice_starts(path, "https://"))
		return conf_types_wrong(node, d, place,
					"write what follows the host; the host belongs to host");
	if (!slice_starts(path, "/") && !slice_is(path, "*"))
		return conf_types_wrong(node, d, place, "it begins with /");
	if (!is_printable(path, '!', '~') || memchr(path.data, '#', path.len) != NULL)
		return conf_types_wrong(node, d, place,
					"write blanks, # and what is not ASCII as %20");
	if (path.len > PATH_BYTES)
		return conf_types_wrong(node, d, place, "it is longer than 2048 bytes");
	*(const char **)field = arena_copy(place->arena, path);
	return true;
}

static bool parse_host(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (node->value.len > 255 || !is_printable(node->value, '!', '~') ||
	    strpbrk(node->value.data, "/@?#\\\"<>,;") != NULL)
		return conf_types_wrong(node, d, place, "write a name, such as www.example.net");
	*(const char **)field = node->value.len != 0 ? arena_copy(place->arena, node->value) : NULL;
	return true;
}

/* Whether `lines` have a header of that name. */
static bool has_header(const struct text *lines, struct slice name)
{
	for (size_t at = 0; at < lines->len;) {
		const char *line = lines->data + at;
		const char *end = memchr(line, '\n', lines->len - at);

		if (lines->len - at > name.len && line[name.len] == ':' &&
		    strncasecmp(line, name.data, name.len) == 0)
			return true;
		at = (size_t)(end - lines->data) + 1;
	}
	return false;
}

/* Why a check cannot have that header; NULL: it can. */
static const char *problem(struct slice name, const struct text *before)
{
	static const char own[] = "connection content-length transfer-encoding";

	if (!consists_of(name, NAME))
		return "is not the name of a header";
	if (strcasecmp(name.data, "host") == 0)
		return "has a directive of its own; write it as host of the check";
	for (const char *word = own; *word != '\0'; word += strspn(word, " ")) {
		size_t len = strcspn(word, " ");

		if (name.len == len && strncasecmp(name.data, word, len) == 0)
			return "is set by heddle: a check is one request without a body";
		word += len;
	}
	return has_header(before, name) ? "is already given" : NULL;
}

static bool read_header(const struct node *key, const struct node *value,
			const struct directive *d, const struct conf_place *place,
			struct text *lines)
{
	const char *shown = conf_show(place->errors->arena, key->value);
	struct conf_place inner = conf_place_key(place, shown);
	const char *why = problem(key->value, lines);

	if (why != NULL) {
		conf_report(&inner, CONF_ERROR, key, "\"%s\" %s", shown, why);
		return false;
	}
	if (node_null(value)) {
		conf_report(&inner, CONF_ERROR, value, "no value; expected a text");
		return false;
	}
	if (!conf_types_scalar(value, "a text", &inner))
		return false;
	for (size_t i = 0; i < value->value.len; i++) {
		unsigned char c = (unsigned char)value->value.data[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t')
			continue;
		conf_report(&inner, CONF_ERROR, value,
			    "the value has a control character in it, such as the end of a line");
		return false;
	}
	text_append(lines, key->value.data, key->value.len);
	text_puts(lines, ": ");
	text_append(lines, value->value.data, value->value.len);
	text_puts(lines, "\r\n");
	return lines->len <= HEADERS_BYTES ||
		conf_types_wrong(value, d, &inner, "all headers together are at most 8192 bytes");
}

static bool parse_headers(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	struct text lines;
	bool ok = true;

	if (node->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node,
			    "expected a mapping of names and values, not %s; write {NAME: VALUE}",
			    node_kind_name(node));
		return false;
	}
	text_init(&lines);
	for (size_t i = 0; i < node->count; i++)
		if (!read_header(node->keys[i], node->items[i], d, place, &lines))
			ok = false;
	if (ok)
		*(const char **)field =
			lines.len != 0 ? arena_copy(place->arena, text_slice(&lines)) : NULL;
	text_close(&lines);
	return ok;
}

static void print_headers(const void *field, const struct directive *d, struct text *out)
{
	const char *line = *(const char *const *)field;
	const char *comma = "";

	(void)d;
	text_putc(out, '{');
	while (line != NULL && *line != '\0') {
		size_t name = strcspn(line, ":"), all = strcspn(line, "\r");

		text_puts(out, comma);
		text_json(out, (struct slice){ line, name });
		text_puts(out, ": ");
		text_json(out, (struct slice){ line + name + 2, all - name - 2 });
		line += all + 2;
		comma = ", ";
	}
	text_putc(out, '}');
}

const struct conf_type conf_http_method = {
	.name = "a method of HTTP",
	.size = sizeof(char *),
	.parse = parse_method,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
const struct conf_type conf_http_path = {
	.name = "a path of HTTP",
	.size = sizeof(char *),
	.parse = parse_http_path,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
const struct conf_type conf_http_host = {
	.name = "a host",
	.size = sizeof(char *),
	.parse = parse_host,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
const struct conf_type conf_http_headers = {
	.name = "a mapping",
	.size = sizeof(char *),
	.parse = parse_headers,
	.print = print_headers,
	.strings = conf_types_visit_text,
};
