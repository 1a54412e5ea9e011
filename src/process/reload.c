/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/reload.h"

#include <stdbool.h>
#include <stddef.h>

#include "config/config_load.h"
#include "config/config_merge.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/log.h"
#include "process/change_queue.h"
#include "process/kind_files.h"
#include "process/supervisor.h"
#include "process/reload_answer.h"
#include "process/reload_notes.h"
#include "process/running.h"

static const struct config_source *source;
static bool asked;
static struct change change;
static bool submitted;			/* `change` is in the queue */
static bool begun;			/* and its turn has come */

static struct config_file *now;		/* the file as it is now, until the change is decided */

static void warn(const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];

		if (e->level == CONF_WARNING && e->file == NULL)
			log_write(LEVEL_WARN, "%s: %s", e->path, e->message);
		else if (e->level == CONF_WARNING)
			log_write(LEVEL_WARN, "%s:%u:%u: %s: %s", e->file, e->line, e->column,
				  e->path, e->message);
	}
}

/* Services in another order, and nothing else: that means nothing. */
static bool means_nothing(const struct config_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++) {
		if (!diff->rows[i].quiet)
			return false;
	}
	return true;
}

/* Nothing else was changed than the file: its changes are those of what is in force. */
static bool diff_file(struct change *c, struct conf_errors *errors)
{
	c->base_same = true;
	return config_diff(running_config(), now, now->arena, &c->diff, errors);
}

/* The API has changed something: what changed in the file is applied on top of that. */
static bool diff_merged(struct change *c, struct conf_errors *errors)
{
	const struct config *base = running_base();

	return config_diff(base, now, now->arena, &c->base, errors) &&
	       config_merge(now, base, running_config(), errors) &&
	       config_diff(running_config(), now, now->arena, &c->diff, errors);
}

static bool build(struct change *c, struct conf_errors *errors)
{
	bool ok;

	reload_answer_begin();
	begun = true;
	asked = false;
	now = config_load(source, true, errors);
	ok = now != NULL && kind_files_propose(now->settings, now->tree, errors);
	if (ok && config_merge_same(running_base(), running_config()))
		ok = diff_file(c, errors);
	else if (ok)
		ok = diff_merged(c, errors);
	warn(errors);
	if (!ok)
		return false;
	c->tree = now->tree;
	reload_notes_add(&c->diff, now->arena);
	if (means_nothing(&c->diff) && means_nothing(&c->base)) {
		config_diff_close(&c->diff);
		config_diff_close(&c->base);
	}
	return true;
}

static void submit(void);

static void done(struct change *c, enum change_result result, const struct conf_errors *errors)
{
	if (!begun) {	/* a stop came first */
		reload_answer_begin();
		asked = false;
	}
	if (result >= CHANGE_REFUSED)
		reload_answer_refused(c, errors);
	else if (result == CHANGE_UNCHANGED)
		reload_answer_unchanged(c);
	else
		reload_answer_applied(c);
	if (result < CHANGE_REFUSED) {
		supervisor_hold_drained(false);
		supervisor_reloaded();
	}
	kind_files_withdraw();
	config_diff_close(&c->diff);
	config_diff_close(&c->base);
	config_load_free(now);
	now = NULL;
	submitted = begun = false;
	if (asked)
		submit();
}

static void submit(void)
{
	change = (struct change){ .origin = ORIGIN_FILE, .build = build, .done = done,
				  .by = "file" };
	submitted = true;
	change_queue_submit(&change);
}

void reload_open(const struct config_source *from)
{
	source = from;
	if (running_base() == NULL)
		running_set_base(config_share(running_config()));
	reload_answer_open();
}

void reload_free(void)
{
	running_set_base(NULL);
}

void reload_request(void)
{
	if (change_queue_closed())
		return;
	asked = true;
	if (!submitted)
		submit();
}

void reload_request_for(uint32_t id)
{
	if (reload_answer_expect(id, change_queue_closed()))
		reload_request();
}

void reload_forget_askers(void)
{
	reload_answer_forget();
}
