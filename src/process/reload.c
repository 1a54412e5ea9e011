/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/reload.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/config.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/yaml.h"
#include "process/addresses.h"
#include "process/cells.h"
#include "process/children.h"
#include "process/limits.h"
#include "process/log_files.h"
#include "process/log_retire.h"
#include "process/master_log.h"
#include "process/notify.h"
#include "process/release.h"
#include "process/reload_answer.h"
#include "process/reload_tell.h"
#include "process/removals.h"
#include "process/retire.h"
#include "process/running.h"
#include "process/transaction.h"

static const struct config_source *source;
static bool asked, closed;

/* What the file would make of us, until it is decided. */
static struct {
	struct config      *config;
	const struct cells *cells;
	struct config_diff  diff;
} next;

static void refuse(const struct conf_errors *errors)
{
	struct text text;

	text_init(&text);
	conf_errors_print(errors, &text);
	atomic_store(&scoreboard_shared()->reload_ok, 0);
	reload_answer_refused(&text);
	text_close(&text);
	notify_send("READY=1\nSTATUS=reload refused, the running configuration is unchanged");
}

static void refuse_because(const char *why)
{
	struct conf_errors errors;
	struct arena *arena = arena_new();

	conf_errors_init(&errors, arena);
	conf_fail(&errors, CONF_ERROR, NULL, "", "%s", why);
	refuse(&errors);
	conf_errors_close(&errors);
	arena_free(arena);
}

static void confirmed(void)
{
	atomic_store(&scoreboard_shared()->reload_ok, 1);
	atomic_store(&scoreboard_shared()->reloaded_ms, clock_wall_ms());
	notify_send("READY=1\nSTATUS=reloaded, generation %llu",
		    (unsigned long long)running_serial());
	reload_answer_applied(&next.diff, retire_busy());
	children_reconcile();
	reload_next();
}

static void commit(void)
{
	const struct cells *before = running_cells();
	struct config *old = running_replace(next.config, next.cells);
	const struct settings *settings = &running_config()->settings;
	bool logs_differ = log_files_differ();
	uint64_t number;

	cells_forget_moved(next.cells, before);
	addresses_listen_grown();	/* before a worker accepts from them */
	number = transaction_commit(running_serial());
	addresses_accept();
	removals_note(before, next.cells, number);
	log_files_accept(number);
	if (logs_differ)
		master_log_hand_over();
	log_retire_start();
	master_log_settings(settings);
	atomic_store(&scoreboard_shared()->workers, settings->workers);
	scoreboard_publish();
	config_free(old);
	children_hold_workers(false);
	children_reconcile();
}

static void withdraw(void)
{
	log_files_withdraw();
	addresses_withdraw();
	cells_undo(next.cells, running_cells());
}

static void prepared(bool ok, const char *why)
{
	if (ok) {
		commit();
		return;
	}
	transaction_abort();
	withdraw();
	master_log_hand_over();
	config_free(next.config);
	refuse_because(why);
	children_reconcile();
	reload_next();
}

static const struct transaction_watch watch = { prepared, confirmed };

/* Everything that can fail, fails here, and leaves nothing behind. */
static bool propose(struct conf_errors *errors)
{
	const struct scoreboard_sizes *sizes = scoreboard_sizes();
	unsigned group = addresses_group(next.config);
	uint32_t workers = next.config->settings.workers;

	if (workers > limits_workers(sizes->slots)) {
		conf_fail(errors, CONF_ERROR, node_get(next.config->tree, "workers"), "workers",
			  "%u: more than the %u there is room for; needs a restart", workers,
			  limits_workers(sizes->slots));
		return false;
	}
	if (!limits_check(next.config, sizes->slots, group, errors))
		return false;
	limits_raise(next.config, sizes->slots, group);
	removals_look();
	next.cells = cells_new(next.config, running_cells(), errors);
	if (next.cells == NULL)
		return false;
	if (!addresses_propose(next.config, next.cells, errors)) {
		cells_undo(next.cells, running_cells());
		return false;
	}
	if (!log_files_propose(next.config, errors)) {
		addresses_withdraw();
		cells_undo(next.cells, running_cells());
		return false;
	}
	return true;
}

static void warn(const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];

		if (e->level == CONF_WARNING)
			log_write(LEVEL_WARN, "%s:%u:%u: %s: %s", e->file != NULL ? e->file : "",
				  e->line, e->column, e->path, e->message);
	}
}

static void tell(void)
{
	transaction_begin(&watch);
	if (log_files_differ())
		master_log_hand_over();	/* before any worker may write to a new one */
	reload_tell(&next.diff, next.cells);
	addresses_announce(transaction_tell);
	transaction_prepare();
}

static void unchanged(void)
{
	config_free(next.config);
	atomic_store(&scoreboard_shared()->reload_ok, 1);
	atomic_store(&scoreboard_shared()->reloaded_ms, clock_wall_ms());
	notify_send("READY=1\nSTATUS=reload: nothing changed");
	reload_answer_unchanged();
	children_hold_workers(false);
	children_reconcile();
}

/* The file may be the same, and a reload still has work: what was removed is bound again. */
static void note_lost_paths(void)
{
	char text[ADDR_TEXT];

	for (size_t i = 0; i < next.config->count; i++) {
		const struct service_entry *entry = &next.config->services[i];

		for (size_t k = 0; k < entry->conf.listens; k++) {
			const struct addr *addr = &entry->conf.listen[k].addr;

			if (!addresses_lost(addr))
				continue;
			addr_print(addr, text, sizeof(text));
			config_diff_add(&next.diff, next.config->arena, DIFF_CHANGE, DIFF_LISTEN,
					entry)->text =
				arena_printf(next.config->arena,
					     "services.%s.listen: %s bound again, its path was "
					     "removed or replaced", entry->conf.name, text);
		}
	}
}

static void start(void)
{
	struct conf_errors errors;
	struct arena *arena = arena_new();
	bool ok;

	notify_send("RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)clock_us());
	reload_answer_begin();
	conf_errors_init(&errors, arena);
	next.cells = NULL;
	next.diff = (struct config_diff){ 0 };
	next.config = config_load(source, true, &errors);
	ok = next.config != NULL && config_diff(running_config(), next.config, next.config->arena,
						&next.diff, &errors);
	warn(&errors);
	if (ok)
		note_lost_paths();
	if (ok && next.diff.count == 0) {
		unchanged();
	} else if (ok && propose(&errors)) {
		tell();
	} else {
		config_free(next.config);
		refuse(&errors);
	}
	conf_errors_close(&errors);
	arena_free(arena);
}

void reload_open(const struct config_source *from)
{
	source = from;
	reload_answer_open();
	atomic_store(&scoreboard_shared()->reload_ok, 1);
}

void reload_next(void)
{
	while (!transaction_busy()) {
		if (release_pending()) {
			release_start();
		} else if (asked && !closed) {
			asked = false;
			start();
		} else {
			break;
		}
	}
	if (!retire_busy())
		reload_answer_complete();
}

void reload_ask(void)
{
	if (closed)
		return;
	asked = true;
	reload_next();
}

void reload_ask_for(uint32_t id)
{
	if (closed || !reload_answer_expect(id))
		reload_answer_turn_away(id,
					closed ? "heddle is stopping" : "too many reloads wait");
	else
		reload_ask();
}

void reload_forget_askers(void)
{
	reload_answer_forget();
}

/*
 * A commit after the stop has begun would open addresses that nobody accepts from. An
 * undecided change is refused now, also because a child that is silent would hold up the stop.
 */
void reload_close(void)
{
	static const char why[] = "heddle is stopping";

	closed = true;
	transaction_give_up(why);
	if (!asked)
		return;
	asked = false;
	reload_answer_begin();
	refuse_because(why);
}
