/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of a process that has been taken over, as the master takes them: it must neither end nor
 * set what only the file may set, nor open a path outside of its folder. The queue of changes is
 * this file: a request is built and answered at once. The first byte says whether the head of the
 * message is the input's, too.
 */
#include <string.h>

#include "base.h"
#include "config/config_diff.h"
#include "config/config_edit.h"
#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "process/change_queue.h"
#include "process/message.h"
#include "process/request.h"
#include "process/running.h"

static struct arena *queue_arena;

void change_queue_open(void)
{
}

void change_queue_close(const char *why)
{
	(void)why;
}

bool change_queue_closed(void)
{
	return false;
}

static void print_value(const struct object *object, const struct directive *d, struct text *out)
{
	text_clear(out);
	if (object != NULL && conf_given(object->conf, object->kind->conf, d))
		conf_print_value(object->conf, d, out);
}

static void check_socket(const struct object *object, const struct object *before)
{
	const char *pid_file = base_config()->settings->pid_file;
	size_t folder = (size_t)(strrchr(pid_file, '/') - pid_file) + 1;
	char buf[ADDR_TEXT];
	const struct listen_conf *conf = object->conf;

	if (object->kind != &config_listener_kind || before != NULL || conf->addr.kind != ADDR_UNIX)
		return;
	addr_print(&conf->addr, buf, sizeof(buf));
	HOLDS(strncmp(buf, "unix:", 5) == 0 && strncmp(buf + 5, pid_file, folder) == 0);
	HOLDS(strchr(buf + 5 + folder, '/') == NULL);
}

/* Directives of the file are as they were; a new object has none. */
static void check_object(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct object *before = config_get(base_config(), path);
	struct text was, is;

	(void)parent;
	(void)arg;
	check_socket(object, before);
	text_init(&was);
	text_init(&is);
	for (const struct directive *d = object->kind->conf->rows; d->name != NULL; d++) {
		if (d->from != FROM_FILE || d->type->print == NULL)
			continue;
		print_value(before, d, &was);
		print_value(object, d, &is);
		HOLDS(slice_equal(text_slice(&was), text_slice(&is)));
	}
	text_close(&was);
	text_close(&is);
}

static void check_change(const struct change *change)
{
	struct config *next = config_share(running_config());

	HOLDS(change->base.count == 0 && !change->base_same);
	config_edit_apply(next, &change->diff, 0);
	config_each(next, "", check_object, NULL);
	config_free(next);
}

void change_queue_submit(struct change *change)
{
	struct conf_errors errors;
	bool ok;

	conf_errors_init(&errors, queue_arena);
	ok = change->build(change, &errors);
	HOLDS(ok == (errors.errors == 0));
	if (ok)
		check_change(change);
	change->done(change, !ok ? CHANGE_REFUSED : change->diff.count > 0 ? CHANGE_APPLIED
			     : CHANGE_UNCHANGED, &errors);
	conf_errors_close(&errors);
}

static void open_all(void)
{
	const struct scoreboard_sizes sizes = { 4, 64, 64, 1 };

	log_set_level(LEVEL_ALERT);
	HOLDS(scoreboard_open(&sizes));
	(void)running_replace(config_share(base_config()));
}

static void add_head(struct text *message)
{
	const struct message_request head = { .id = 1, .verb = REQUEST_EDIT };
	const struct message_edits edits = { .serial = running_serial(), .by = "api" };

	text_append(message, &head, sizeof(head));
	text_append(message, &edits, sizeof(edits));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message_request head;
	struct text message;

	if (size == 0)
		return 0;
	if (running_config() == NULL)
		open_all();
	queue_arena = arena_new();
	text_init(&message);
	if (data[0] % 2 == 0)
		add_head(&message);
	text_append(&message, data + 1, size - 1);
	memset(&head, 0, sizeof(head));
	memcpy(&head, message.data, message.len < sizeof(head) ? message.len : sizeof(head));
	/* the master takes nothing shorter; a reload would read a file */
	if (message.len >= sizeof(head) && head.verb != REQUEST_RELOAD)
		HOLDS(request_take(text_slice(&message)) || head.verb >= REQUEST_VERBS ||
		      message.len < sizeof(head) + sizeof(struct message_edits));
	text_close(&message);
	arena_free(queue_arena);
	return 0;
}
