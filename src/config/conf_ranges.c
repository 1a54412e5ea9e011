/* SPDX-License-Identifier: BSD-2-Clause */
/* The type of numbers and ranges of them: 204, "200-299,304", [200-299, 304]. */
#include <string.h>

#include "config/conf_types.h"
#include "core/text.h"
#include "core/units.h"

static bool in_bounds(const struct conf_range *range, const struct directive *d)
{
	static const struct conf_bounds any = { 0, UINT16_MAX };
	const struct conf_bounds *b = d->extra != NULL ? d->extra : &any;

	return range->first >= b->min && range->last <= b->max && range->first <= range->last;
}

/* "200", "200-299" */
static bool read_range(struct slice text, const struct directive *d, struct conf_range *range)
{
	const char *dash = memchr(text.data, '-', text.len);
	struct slice first = text, last;
	uint64_t from, to;

	if (dash != NULL)
		first.len = (size_t)(dash - text.data);
	last = dash != NULL ? slice_after(text, first.len + 1) : first;
	if (!number_parse(first, &from) || !number_parse(last, &to) || from > UINT16_MAX ||
	    to > UINT16_MAX)
		return false;
	*range = (struct conf_range){ (uint16_t)from, (uint16_t)to };
	return in_bounds(range, d);
}

static bool report(const struct node *node, const struct directive *d,
		   const struct conf_place *place)
{
	const struct conf_bounds *b = d->extra;
	struct text hint;
	bool result;

	text_init(&hint);
	text_puts(&hint, "write such as 204 or 200-299,304");
	if (b != NULL)
		text_printf(&hint, ", from %u to %u", (unsigned)b->min, (unsigned)b->max);
	result = conf_types_wrong(node, d, place, text_cstr(&hint));
	text_close(&hint);
	return result;
}

/* One scalar: ranges with commas or blanks between them. */
static bool read_scalar(const struct node *node, const struct directive *d,
			const struct conf_place *place, struct conf_ranges *ranges)
{
	const char *at = node->value.data, *end = at + node->value.len;
	uint32_t before = ranges->count;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	while (at < end) {
		size_t len = strcspn(at, ", ");

		if (len != 0 && ranges->count == CONF_RANGES)
			return conf_types_wrong(node, d, place, "write at most 8 ranges");
		if (len != 0 &&
		    !read_range((struct slice){ at, len }, d, &ranges->list[ranges->count++]))
			return report(node, d, place);
		at += len;
		at += at < end;
	}
	return ranges->count != before || report(node, d, place);
}

static bool parse_ranges(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	struct conf_ranges ranges = { .count = 0 };
	bool ok = true;

	if (node->kind != NODE_LIST)
		ok = read_scalar(node, d, place, &ranges);
	else if (node->count == 0)
		ok = conf_types_wrong(node, d, place, "it is empty");
	for (size_t i = 0; ok && node->kind == NODE_LIST && i < node->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		ok = read_scalar(node->items[i], d, &item, &ranges);
	}
	if (ok)
		*(struct conf_ranges *)field = ranges;
	return ok;
}

static void print_ranges(const void *field, const struct directive *d, struct text *out)
{
	const struct conf_ranges *ranges = field;
	const char *quote = ranges->count > 1 ? "\"" : "";

	(void)d;
	text_puts(out, quote);
	for (uint32_t i = 0; i < ranges->count; i++) {
		const struct conf_range *r = &ranges->list[i];

		text_printf(out, "%s%u", i > 0 ? "," : "", (unsigned)r->first);
		if (r->last != r->first)
			text_printf(out, "-%u", (unsigned)r->last);
	}
	text_puts(out, quote);
}

const struct conf_type conf_ranges = {
	.name = "a number or a range",
	.size = sizeof(struct conf_ranges),
	.parse = parse_ranges,
	.print = print_ranges,
};
