/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, durations and sizes as other programs write them, and what they are here. */
#include <string.h>
#include <strings.h>

#include "config/conf_types.h"
#include "core/text.h"
#include "core/units.h"

static bool is_word(struct slice text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == text.len && strncasecmp(text.data, *words, text.len) == 0)
			return true;
	return false;
}

/* "0: no limit" of the help is what -1, none or unlimited were meant to be. */
static bool report_zero(const struct node *node, const struct directive *d,
		      const struct conf_place *place)
{
	static const char *const words[] = { "none", "off", "no", "never", "forever", "unlimited",
					     "infinite", "infinity", "inf", "disabled", NULL };
	const char *zero = d->help != NULL ? strstr(d->help, "0: ") : NULL;
	const char *text = node->value.data;
	bool negative = text[0] == '-' && text[1] >= '0' && text[1] <= '9';
	const char *got;

	if (!negative && (!is_word(node->value, words) || zero == NULL))
		return false;
	got = conf_show(place->errors->arena, node->value);
	if (zero == NULL)
		conf_report(place, CONF_ERROR, node, "%s is negative; write %s above 0", got,
			    d->type->name);
	else
		conf_report(place, CONF_ERROR, node, "%s%s; write 0 for \"%.*s\"", got,
			    negative ? " is negative" : " is not a value here",
			    (int)strcspn(zero + 3, ".;"), zero + 3);
	return true;
}

struct unit_words {
	const char *here;
	uint64_t    ms;	/* durations */
	const char *words[8];
};

static const struct unit_words durations[] = {
	{ "ms", 1, { "ms", "msec", "msecs", "millisecond", "milliseconds", NULL } },
	{ "s", 1000, { "s", "sec", "secs", "second", "seconds", NULL } },
	{ "m", 60000, { "m", "min", "mins", "minute", "minutes", NULL } },
	{ "h", 3600000, { "h", "hr", "hrs", "hour", "hours", NULL } },
	{ "d", 86400000, { "d", "day", "days", NULL } },
};

static const struct unit_words sizes[] = {
	{ "k", 0, { "k", "kb", "kib", "kbyte", "kbytes", NULL } },
	{ "m", 0, { "m", "mb", "mib", "mbyte", "mbytes", NULL } },
	{ "g", 0, { "g", "gb", "gib", "gbyte", "gbytes", NULL } },
	{ "", 0, { "b", "byte", "bytes", NULL } },
};

/* "1.5 sec" as 15, 10 and "sec". false: it is no number with a word behind it. */
static bool take_apart(struct slice text, uint64_t *digits, uint64_t *divisor, struct slice *word)
{
	const uint64_t many = 1000000000;
	size_t i = 0;
	bool point = false;

	*digits = 0;
	*divisor = 1;
	for (; i < text.len && *digits < many && *divisor < many; i++) {
		char c = text.data[i];

		if (c == '.' && !point && i > 0)
			point = true;
		else if (c >= '0' && c <= '9') {
			*digits = *digits * 10 + (uint64_t)(c - '0');
			*divisor *= point ? 10 : 1;
		} else
			break;
	}
	if (i == 0)
		return false;
	while (i < text.len && text.data[i] == ' ')
		i++;
	*word = (struct slice){ text.data + i, text.len - i };
	return true;
}

/* "5 s", "10 minutes", "1.5s", "64MB" */
static bool report_unit(const struct node *node, const struct directive *d,
		      const struct conf_place *place)
{
	bool time = d->type == &conf_duration;
	const struct unit_words *row = time ? durations : sizes;
	const struct unit_words *end = row + (time ? COUNT(durations) : COUNT(sizes));
	uint64_t digits, divisor;
	struct slice word;
	struct text right;

	if ((!time && d->type != &conf_size) ||
	    !take_apart(node->value, &digits, &divisor, &word))
		return false;
	while (row < end && !is_word(word, row->words))
		row++;
	if (row == end || (divisor > 1 && (!time || digits * row->ms % divisor != 0)))
		return false;
	text_init(&right);
	if (divisor > 1)
		duration_print(digits * row->ms / divisor, &right);
	else
		text_printf(&right, "%llu%s", (unsigned long long)digits, row->here);
	conf_report(place, CONF_ERROR, node, "\"%s\" is not %s; write %s",
		    conf_show(place->errors->arena, node->value), d->type->name, text_cstr(&right));
	text_close(&right);
	return true;
}

bool conf_hints_report(const struct node *node, const struct directive *d,
		       const struct conf_place *place)
{
	return report_zero(node, d, place) || report_unit(node, d, place);
}
