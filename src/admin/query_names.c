/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/query_names.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "core/conf_errors.h"
#include "core/text.h"

struct names {
	const char *const *taken;
	unsigned           seen;	/* bits, in the order of `taken` */
	bool               twice;	/* `unknown` is known */
	struct text        unknown;
};

/* Values of a parameter that is repeated are joined by commas, which only a list can mean. */
static bool is_list(const char *name)
{
	return strcmp(name, "service") == 0;
}

static bool check_one(const char *name, void *arg)
{
	struct names *n = arg;

	for (unsigned i = 0; n->taken[i] != NULL; i++) {
		if (strcmp(n->taken[i], name) != 0)
			continue;
		n->twice = (n->seen & (1U << i)) != 0 && !is_list(name);
		n->seen |= 1U << i;
		if (n->twice)
			break;
		return true;
	}
	text_puts(&n->unknown, name);
	return false;
}

static void refuse(struct http_request *r, const struct names *n)
{
	const char *nearest = conf_nearest(text_slice(&n->unknown), n->taken);
	struct text detail;

	text_init(&detail);
	text_json(&detail, text_slice(&n->unknown));
	if (n->twice) {
		text_puts(&detail, " is given twice");
		answer_problem(r, 400, "bad query parameter", text_cstr(&detail));
		text_close(&detail);
		return;
	}
	text_puts(&detail, n->taken[0] != NULL ? " is not one of: " : ": this path takes none");
	for (const char *const *one = n->taken; *one != NULL; one++)
		text_printf(&detail, "%s%s", one != n->taken ? ", " : "", *one);
	if (nearest != NULL)
		text_printf(&detail, "; did you mean \"%s\"?", nearest);
	answer_problem(r, 400, "unknown query parameter", text_cstr(&detail));
	text_close(&detail);
}

bool query_names_check(struct http_request *r, const char *const *taken)
{
	struct names n = { .taken = taken };
	bool ok;

	text_init(&n.unknown);
	ok = http_query_names(r, check_one, &n);
	if (!ok)
		refuse(r, &n);
	text_close(&n.unknown);
	return ok;
}
