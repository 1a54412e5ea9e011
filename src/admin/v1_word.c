/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_word.h"

#include <jansson.h>
#include <string.h>

#include "admin/http.h"

/* Those in the query. false: one is empty or too long. */
static bool read_query(struct http_request *r, const struct v1_word words[], size_t count,
		       size_t *found)
{
	for (size_t i = 0; i < count; i++) {
		enum http_query got = http_query(r, words[i].name, words[i].to, words[i].size);

		if (got == HTTP_QUERY_ABSENT) {
			words[i].to[0] = '\0';
			continue;
		}
		if (got != HTTP_QUERY_FOUND || words[i].to[0] == '\0')
			return false;
		(*found)++;
	}
	return true;
}

static bool read_object(const json_t *object, const struct v1_word words[], size_t count)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		const json_t *member = json_object_get(object, words[i].name);
		const char *value = json_string_value(member);

		if (member == NULL)
			continue;
		if (value == NULL || value[0] == '\0' || strlen(value) >= words[i].size)
			return false;
		memcpy(words[i].to, value, strlen(value) + 1);
		found++;
	}
	return json_is_object(object) && found == json_object_size(object);
}

bool v1_words_read(struct http_request *r, const struct v1_word words[], size_t count)
{
	struct slice body = http_body(r);
	size_t found = 0;
	json_t *object;
	bool ok;

	if (!read_query(r, words, count, &found))
		return false;
	if (body.len == 0)
		return true;
	if (found != 0)
		return false;
	object = json_loadb(body.data, body.len, JSON_REJECT_DUPLICATES, NULL);
	ok = read_object(object, words, count);
	json_decref(object);
	return ok;
}

bool v1_word_read(struct http_request *r, const char *name, char *word, size_t size)
{
	return v1_words_read(r, &(struct v1_word){ name, word, size }, 1);
}
