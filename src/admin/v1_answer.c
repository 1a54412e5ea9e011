/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_answer.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/changes_call.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/v1_status.h"
#include "config/config_tree.h"
#include "config/config_words.h"
#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/json_node.h"
#include "core/text.h"

static void write_tree(struct http_request *r, const struct config *config, const char *path)
{
	struct arena *arena = arena_new();
	struct node *tree = config_tree(config, path, TREE_BELOW, arena);
	struct text body;

	if (*path != '\0')
		v1_status_add(tree, path, arena);
	text_init(&body);
	json_node_print(tree, 0, &body);
	http_write(r, body.data, body.len);
	text_close(&body);
	arena_free(arena);
}

static bool is_known(const struct http_request *r, const char *etag)
{
	const char *given = http_request_header(r, "If-None-Match");

	if (given == NULL || (http_method(r) != HTTP_GET && http_method(r) != HTTP_HEAD))
		return false;
	/* a weak tag, which a proxy has made of it, is as good here */
	return strcmp(given, "*") == 0 || strstr(given, etag) != NULL;
}

void v1_answer_object(struct http_request *r, const struct config *config, const char *path,
		      int status)
{
	char etag[MODEL_ETAG];

	model_etag(config, path, etag);
	http_header(r, "ETag", etag);
	if (is_known(r, etag)) {
		answer_unchanged(r);
		return;
	}
	write_tree(r, config, path);
	answer_send(r, status);
}

/* The path of one of a section, "services/web" or "services/web/backends/one". */
static void one_of(const char *above, const char *section, struct slice name, struct text *out)
{
	text_clear(out);
	text_printf(out, "%s%s%s/%.*s", above, *above != '\0' ? "/" : "", section, (int)name.len,
		    name.data);
}

void v1_answer_section(struct http_request *r, const char *above, const char *section)
{
	struct arena *arena = arena_new();
	struct node *all = node_get(config_tree(model_config(), above, TREE_BELOW, arena), section);
	struct text path, body;

	if (all == NULL || all->kind != NODE_MAP)	/* none of that kind */
		all = node_new(arena, NODE_MAP, NULL);
	text_init(&path);
	text_init(&body);
	for (size_t i = 0; i < all->count; i++) {
		one_of(above, section, all->keys[i]->value, &path);
		v1_status_add(all->items[i], text_cstr(&path), arena);
	}
	json_node_print(all, 0, &body);
	http_write(r, body.data, body.len);
	text_close(&body);
	text_close(&path);
	arena_free(arena);
	answer_send(r, 200);
}

/* What it belongs to, if that is missing. */
void v1_answer_missing(struct http_request *r, const char *path)
{
	struct text detail, parent;
	size_t above;

	text_init(&detail);
	text_init(&parent);
	(void)config_path_kind(path, &above);
	text_append(&parent, path, above);
	config_words(config_get(model_config(), text_cstr(&parent)) == NULL ? text_cstr(&parent)
									    : path, &detail);
	text_puts(&detail, " does not exist");
	answer_problem(r, 404, "not found", text_cstr(&detail));
	text_close(&parent);
	text_close(&detail);
}

void v1_answer_now(struct http_request *r, const char *path, int status)
{
	if (config_get(model_config(), path) == NULL)
		v1_answer_missing(r, path);
	else
		v1_answer_object(r, model_config(), path, status);
}

void v1_answer_removed(struct http_request *r, const char *path)
{
	struct text words;
	json_t *body;

	text_init(&words);
	config_words(path, &words);
	body = json_pack("{s:s}", "removed", text_cstr(&words));
	answer_json(r, body);
	json_decref(body);
	text_close(&words);
	answer_send(r, 200);
}

static json_t *changes_of(const struct changes_result *result)
{
	struct text lines;
	json_t *list;

	text_init(&lines);
	for (size_t i = 0; i < result->diff->count; i++)
		text_printf(&lines, "%s\n", result->diff->rows[i].text);
	list = answer_lines(text_slice(&lines));
	text_close(&lines);
	return list;
}

void v1_answer_dry_run(struct http_request *r, const struct changes_result *result,
		       const char *path)
{
	json_t *list = changes_of(result);
	char *text = json_dumps(list, JSON_COMPACT);

	http_puts(r, "{\"dry_run\": true, \"changes\": ");
	http_puts(r, text);
	if (config_get(result->after, path) != NULL) {
		http_puts(r, ", \"object\": ");
		write_tree(r, result->after, path);
	}
	http_puts(r, "}");
	free(text);
	json_decref(list);
	answer_send(r, 200);
}

static bool is_error(const json_t *row)
{
	const char *level = json_string_value(json_object_get(row, "level"));

	return level == NULL || strcmp(level, "error") == 0;
}

/* What the API says of an error: not where in a file it is. */
static json_t *errors_of(const json_t *errors)
{
	static const char *const keys[] = { "path", "message", "expected", "got", "nearest" };
	json_t *list = json_array(), *row;
	size_t n;

	json_array_foreach(errors, n, row) {
		json_t *o;

		if (!is_error(row))
			continue;
		o = json_object();
		for (size_t i = 0; i < COUNT(keys); i++) {
			json_t *value = json_object_get(row, keys[i]);

			json_object_set_new(o, keys[i], value != NULL ? json_incref(value)
								      : json_null());
		}
		json_array_append_new(list, o);
	}
	return list;
}

void v1_answer_errors(struct http_request *r, const struct conf_errors *errors)
{
	struct text text;
	json_t *all;

	text_init(&text);
	conf_errors_json(errors, &text);
	all = json_loadb(text.data, text.len, 0, NULL);
	answer_problem_list(r, 400, "the change cannot be made", errors_of(all));
	json_decref(all);
	text_close(&text);
}

/* The reason; what else there is are warnings about what would have been in force. */
static const char *first_message(const json_t *errors, const char *otherwise)
{
	const json_t *row;
	size_t n;

	json_array_foreach(errors, n, row) {
		const char *text = json_string_value(json_object_get(row, "message"));

		if (text != NULL && is_error(row))
			return text;
	}
	return otherwise;
}

/* "change 812 is in force and on disk; worker 2 (pid 77) has not confirmed the change yet" */
static void answer_unconfirmed(struct http_request *r, const struct changes_result *result)
{
	struct text detail;
	const char *who = result->detail;

	text_init(&detail);
	text_printf(&detail, "change %llu is in force%s",
		    (unsigned long long)result->generation,
		    model_config()->settings->state != NULL ? " and on disk" : "");
	/* behind the lines of the change */
	for (const char *line = who; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');
		size_t len = end != NULL ? (size_t)(end - line) : strlen(line);

		if (len > 12 && memmem(line, len, "has not confirmed", 17) != NULL)
			text_printf(&detail, "; %.*s", (int)len, line);
		line = end != NULL ? end + 1 : NULL;
	}
	answer_problem(r, 503, "not confirmed by every process", text_cstr(&detail));
	text_close(&detail);
}

void v1_answer_refused(struct http_request *r, const struct changes_result *result)
{
	static const struct {
		int         status;
		const char *title;
	} rows[] = {
		[CHANGES_INVALID] = { 400, "the change cannot be made" },
		[CHANGES_CONFLICT] = { 409, "the change conflicts with what is there" },
		[CHANGES_NOT_DURABLE] = { 507, "the change cannot be written to disk" },
		[CHANGES_UNAVAILABLE] = { 503, "changes are not possible now" },
	};

	if (result->outcome == CHANGES_UNCONFIRMED) {
		answer_unconfirmed(r, result);
		return;
	}
	if (result->outcome == CHANGES_NOT_DURABLE || result->outcome == CHANGES_UNAVAILABLE)
		answer_problem(r, rows[result->outcome].status, rows[result->outcome].title,
			       first_message(result->errors, result->detail));
	else
		answer_problem_list(r, rows[result->outcome].status,
				    rows[result->outcome].title, errors_of(result->errors));
}
