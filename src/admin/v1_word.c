/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_word.h"

#include <jansson.h>
#include <string.h>

#include "admin/http.h"

bool v1_word_read(struct http_request *r, const char *name, char *word, size_t size)
{
	struct slice body = http_body(r);
	enum http_query found;
	json_t *object;
	const char *value = NULL;
	bool ok;

	word[0] = '\0';
	found = http_query(r, name, word, size);
	if (found != HTTP_QUERY_ABSENT)
		return found == HTTP_QUERY_FOUND && word[0] != '\0' && body.len == 0;
	if (body.len == 0)
		return true;
	object = json_loadb(body.data, body.len, JSON_REJECT_DUPLICATES, NULL);
	ok = json_is_object(object) &&
		(json_object_size(object) == 0 || (json_object_size(object) == 1 &&
		(value = json_string_value(json_object_get(object, name))) != NULL));
	ok = ok && (value == NULL || (value[0] != '\0' && strlen(value) < size));
	if (ok && value != NULL)
		memcpy(word, value, strlen(value) + 1);
	json_decref(object);
	return ok;
}
