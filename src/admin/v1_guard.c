/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_guard.h"

#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/changes.h"
#include "admin/model.h"
#include "admin/object_status.h"
#include "admin/v1_answer.h"
#include "config/config_fanout.h"
#include "config/config_types.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "process/kind.h"
#include "process/message.h"

struct usable {
	struct text path;	/* of the service */
	unsigned    count;
};

/* In what is in force objects have cells; one that is not there yet is meant to be used. */
static bool is_up(struct usable *u, const struct object *object)
{
	size_t len = u->path.len;
	const struct object *running;

	text_printf(&u->path, "/%s", object->key);
	running = config_get(model_config(), text_cstr(&u->path));
	text_truncate(&u->path, len);
	return running == NULL || object_status_up(running);
}

static void count_usable(const struct config_node *child, void *arg)
{
	struct usable *u = arg;
	const struct object *object = config_object(child);
	const struct backend_conf *conf = object->conf;

	if (object->kind == &config_backend_kind && conf->state == STATE_READY &&
	    conf->weight > 0 && is_up(u, object))
		u->count++;
}

static unsigned usable_of(const struct config_node *service, const char *path)
{
	struct usable u = { .count = 0 };

	text_init(&u.path);
	text_puts(&u.path, path);
	config_each_below(service, count_usable, &u);
	text_close(&u.path);
	return u.count;
}

static bool loses_last(const struct config *before, const struct config *after, const char *path)
{
	const struct config_node *was = config_at(before, path), *is = config_at(after, path);

	return was != NULL && is != NULL && usable_of(was, path) > 0 && usable_of(is, path) == 0;
}

/* The first service that would lose its last one, in `path`. */
static bool find_service(const struct config *before, const struct config *after,
			 const struct config_diff *diff, struct text *path)
{
	struct text last;
	bool found = false;

	text_init(&last);
	for (size_t i = 0; i < diff->count && !found; i++) {
		const struct diff_row *row = &diff->rows[i];
		size_t above;

		if (row->object->kind != &config_backend_kind)
			continue;
		(void)config_path_kind(row->path, &above);
		text_clear(path);
		text_append(path, row->path, above);
		if (slice_equal(text_slice(path), text_slice(&last)))
			continue;
		text_clear(&last);
		text_append(&last, path->data, path->len);
		found = loses_last(before, after, text_cstr(path));
	}
	text_close(&last);
	return found;
}

bool v1_guard_passes(struct http_request *r, const struct config *before,
		     const struct config *after, const struct config_diff *diff)
{
	struct text path, detail;
	bool stops;

	text_init(&path);
	text_init(&detail);
	stops = find_service(before, after, diff, &path);
	if (stops) {
		text_printf(&detail,
			    "%s would have no usable backend left; ?force=1 does it anyway",
			    strchr(text_cstr(&path), '/') + 1);
		answer_problem(r, 409, "the last usable backend", text_cstr(&detail));
	}
	text_close(&path);
	text_close(&detail);
	return !stops;
}

static bool resolver_spoofs(void)
{
	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		const struct slot *slot = scoreboard_slot(i);
		const struct process_kind *row = kind_at(atomic_load(&slot->kind));

		if (row != NULL && kind_has(row, KIND_RESOLVES) && atomic_load(&slot->spoofs) != 0)
			return true;
	}
	return false;
}

bool v1_guard_rights(struct http_request *r, const struct config_diff *diff)
{
	struct changes_result refused = { .outcome = CHANGES_CONFLICT };
	char why[MESSAGE_WHY] = "";

	for (size_t i = 0; i < diff->count; i++) {
		const struct object *object = diff->rows[i].object;
		const struct fanout_conf *conf = object->conf;

		if (object->kind == &config_fanout_kind && diff->rows[i].verb != DIFF_REMOVE &&
		    conf->source == FANOUT_KEEP && !resolver_spoofs())
			snprintf(why, sizeof(why), FANOUT_KEEP_REFUSED, object->name);
	}
	if (why[0] == '\0')
		return true;
	refused.errors = json_pack("[{s:s, s:s+}]", "path", "", "message",
				   "the resolver process cannot take the change: ", why);
	v1_answer_refused(r, &refused);
	json_decref(refused.errors);
	return false;
}
