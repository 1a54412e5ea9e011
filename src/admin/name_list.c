/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/name_list.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"

/* In place: commas become NULs, empty names are dropped. */
static void split(struct name_list *list)
{
	char *from = list->text, *to = list->text, *end = from + strlen(from);

	while (from < end) {
		size_t len = strcspn(from, ",");

		if (len != 0) {
			memmove(to, from, len);
			to += len;
			*to++ = '\0';
		}
		from += len + 1;
	}
	list->len = (size_t)(to - list->text);
}

bool name_list_read(struct name_list *list, struct http_request *r)
{
	list->len = 0;
	list->any = false;
	switch (http_query(r, "service", list->text, sizeof(list->text))) {
	case HTTP_QUERY_ABSENT:
		return true;
	case HTTP_QUERY_TOO_LONG:
		answer_problem(r, 414, "too many services in service=",
			       "ask for fewer at a time: the list may have 4095 bytes");
		return false;
	case HTTP_QUERY_FOUND:
		break;
	}
	list->any = true;
	split(list);
	if (list->len != 0)
		return true;
	answer_problem(r, 400, "service= names no service", NULL);
	return false;
}

const char *name_list_next(const struct name_list *list, const char *name)
{
	const char *next = name != NULL ? name + strlen(name) + 1 : list->text;

	return next < list->text + list->len ? next : NULL;
}

bool name_list_has(const struct name_list *list, const char *name)
{
	for (const char *one = NULL; (one = name_list_next(list, one)) != NULL;) {
		if (strcmp(one, name) == 0)
			return true;
	}
	return !list->any;
}
