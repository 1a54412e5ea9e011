/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/requests.h"
#include "admin/stats.h"
#include "admin/v1_word.h"
#include "core/endpoint.h"

#define ANSWER_MS 5000	/* then what is known is answered */

static const char *without_type(const char *name)
{
	return strncmp(name, "srv:", 4) == 0 ? name + 4 : name;
}

/* As the resolver has names: lower case, no final dot, no "srv:". */
static void normalize(char *name)
{
	const char *from = without_type(name);
	size_t len = strlen(from);

	memmove(name, from, len + 1);
	if (len > 1 && name[len - 1] == '.')
		name[len - 1] = '\0';
	for (; *name != '\0'; name++) {
		if (*name >= 'A' && *name <= 'Z')
			*name = (char)(*name - 'A' + 'a');
	}
}

/* A key of `names`: the name, and " refresh TIME" where it has one. */
static bool is_like(const char *key, const char *wanted)
{
	const char *name = without_type(key);
	size_t len = strlen(wanted);

	return len == 0 || (strncmp(name, wanted, len) == 0 &&
			    (name[len] == '\0' || name[len] == ' '));
}

static json_t *names_like(const char *wanted)
{
	json_t *report = stats_report(), *found = json_object(), *value;
	const char *name;

	json_object_foreach(json_object_get(json_object_get(report, "resolver"), "names"), name,
			    value) {
		if (is_like(name, wanted))
			json_object_set(found, name, value);
	}
	json_decref(report);
	return found;
}

static void answer(struct http_request *r, bool complete)
{
	char name[ENDPOINT_TEXT];
	json_t *body;

	if (v1_word_read(r, "name", name, sizeof(name)))	/* it could be read before */
		normalize(name);
	body = json_pack("{s:b, s:o}", "complete", complete, "names", names_like(name));
	answer_json(r, body);
	json_decref(body);
	answer_send(r, 200);
}

static void on_done(const struct requests_result *result, void *arg)
{
	struct http_request *r = arg;
	char name[ENDPOINT_TEXT];

	if (result->outcome >= REQUEST_REFUSED)
		answer_problem(r, 503, "not now", "the resolver process does not answer");
	else if (result->outcome == REQUEST_UNCHANGED &&
		 v1_word_read(r, "name", name, sizeof(name)) && name[0] != '\0')
		answer_problem(r, 404, "no such name", "nothing that is configured uses it");
	else
		answer(r, true);
}

static void on_gone(struct http_request *r)
{
	requests_forget(r);
}

static void on_late(struct http_request *r)
{
	requests_forget(r);
	answer(r, false);
}

void v1_resolve_serve(struct http_request *r, const struct route_captures *captures)
{
	char name[ENDPOINT_TEXT];

	(void)captures;
	if (!v1_word_read(r, "name", name, sizeof(name))) {
		answer_problem(r, 400, "bad request",
			       "{\"name\": NAME}, ?name=NAME, or nothing for all names");
		return;
	}
	normalize(name);
	if (!requests_send(REQUEST_RESOLVE, slice_of(name), on_done, r)) {
		answer_problem(r, 503, "too many requests are waiting", NULL);
		return;
	}
	http_on_gone(r, on_gone);
	http_deadline(r, ANSWER_MS, on_late);
}
