/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/query_names.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "core/conf_errors.h"
#include "core/text.h"

struct names {
	const char *const *taken;
	struct text        unknown;
};

static bool check_one(const char *name, void *arg)
{
	struct names *n = arg;

	for (const char *const *one = n->taken; *one != NULL; one++) {
		if (strcmp(*one, name) == 0)
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
