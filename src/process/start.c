/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/config.h"
#include "core/log.h"
#include "core/log_syslog.h"
#include "core/scoreboard.h"
#include "core/stderr.h"
#include "core/text.h"
#include "event/event.h"
#include "event/signals.h"
#include "process/addresses.h"
#include "process/cells.h"
#include "process/control_socket.h"
#include "process/daemon.h"
#include "process/limits.h"
#include "process/log_files.h"
#include "process/master.h"
#include "process/master_log.h"
#include "process/pidfile.h"
#include "process/privileges.h"
#include "process/retire.h"
#include "process/running.h"
#include "process/spawn.h"

#define WHY 512

static struct conf_errors errors;
static bool listening;	/* the start came as far as its addresses */
static const struct master_options *options;

static bool fail(const char *path, const char *why)
{
	conf_fail(&errors, CONF_ERROR, NULL, path, "%s", why);
	return false;
}

static bool fail_call(const char *call)
{
	char why[WHY];

	snprintf(why, sizeof(why), "%s: %s", call, strerror(errno));
	return fail("", why);
}

/* The pid file is the daemon's: its lock would not come along over the fork. */
static bool become_daemon(void)
{
	if (options->daemon && !daemon_start())
		return fail_call("fork");
	return true;
}

static bool open_pid_file(const struct settings *settings)
{
	char why[WHY];

	/* a signal to the pid that is found there must not end a start that knows no signals yet */
	signals_hold();
	if (settings->pid_file == NULL || pidfile_open(settings->pid_file, why, sizeof(why)))
		return true;
	return fail("pid_file", why);
}

static const char *event_name(int event)
{
	static const char *const names[] = { [EVENT_AUTO] = "auto", [EVENT_EPOLL] = "epoll",
					     [EVENT_KQUEUE] = "kqueue", [EVENT_POLL] = "poll" };

	return names[event];
}

static bool open_shared_memory(const struct config *config)
{
	const struct settings *settings = &config->settings;
	struct scoreboard_sizes sizes = { .slots = limits_slots(config),
					  .services = settings->max_services,
					  .backends = settings->max_backends,
					  .sessions = settings->worker_sessions };

	if (!scoreboard_open(&sizes))
		return fail_call("shared memory");
	scoreboard_set_own(0);
	scoreboard_occupy(0, SLOT_MASTER, 0);
	atomic_store(&scoreboard_slot(0)->state, SLOT_SERVING);
	atomic_store(&scoreboard_shared()->started_ms, clock_wall_ms());
	atomic_store(&scoreboard_shared()->started_at, clock_ms());
	atomic_store(&scoreboard_shared()->workers, settings->workers);
	scoreboard_publish();
	return true;
}

static bool open_loop(const struct settings *settings)
{
	if (!loop_open(event_name(settings->event)))
		return fail_call("event loop");
	return true;
}

static bool uses_syslog(const struct config *config)
{
	const struct settings *settings = &config->settings;
	bool uses = settings->log.to.to == LOG_TO_SYSLOG
		 || settings->access_log.to.to == LOG_TO_SYSLOG;

	for (size_t i = 0; i < config->count; i++)
		uses |= config->services[i].conf.access_log.to.to == LOG_TO_SYSLOG;
	return uses;
}

/* The file that is installed says syslog, and a container has no daemon for it. */
static void warn_of_syslog(const struct config *config)
{
	if (!uses_syslog(config) || log_syslog_reachable() || !log_syslog_note(true))
		return;
	stderr_printf("heddle: warning: log: syslog cannot be reached: %s; %s\n", strerror(errno),
		      options->daemon ? "with -D its lines are lost until it can; name a file, or "
					"start a syslog daemon"
				      : "its lines go to standard error until it can");
}

static bool open_logs(const struct config *config)
{
	warn_of_syslog(config);
	if (!log_pipes_open(scoreboard_sizes()->slots))
		return fail_call("log pipes");
	if (!log_files_propose(config, &errors))
		return false;
	log_files_accept(0);
	return true;
}

static bool open_control(const struct settings *settings, const struct identity *id)
{
	char why[WHY];

	if (settings->pid_file == NULL ||
	    control_socket_open(settings->pid_file, id, why, sizeof(why)))
		return true;
	return fail("pid_file", why);
}

static bool open_sockets(struct config *config)
{
	const struct cells *cells = cells_new(config, NULL, &errors);

	listening = cells != NULL;
	addresses_open(retire_start, retire_cancel);
	if (cells == NULL || !addresses_propose(config, cells, &errors))
		return false;
	running_replace(config, cells);
	addresses_accept();
	return true;
}

static bool find_identity(const struct settings *settings, struct identity *id)
{
	char why[WHY];

	if (!identity_find(settings, id, why, sizeof(why)))
		return fail("", why);
	spawn_set_identity(id);
	return true;
}

static bool check_limits(const struct config *config)
{
	return limits_check(config, limits_slots(config), addresses_group(config), &errors);
}

static bool open_all(struct config *config)
{
	const struct settings *settings = &config->settings;
	struct identity id;

	if (!become_daemon() || !find_identity(settings, &id) || !check_limits(config) ||
	    !open_pid_file(settings) || !open_shared_memory(config) || !open_loop(settings))
		return false;
	limits_raise(config, scoreboard_sizes()->slots, addresses_group(config));
	return open_logs(config) && open_control(settings, &id) && open_sockets(config);
}

/* As the old program did: behind its first lines, in its log. */
static void log_listen_failure(const struct config *config)
{
	master_log_open(&config->settings);
	master_log_lines(options->manners->begin);
	for (size_t i = 0; i < errors.count; i++)
		log_write(LEVEL_ERROR, "%s%s", options->manners->listen_failure,
			  errors.list[i].message);
	log_set_sink(NULL);
}

/* An old program has its own words for the failure that people look for. */
static void tell(const struct config *config)
{
	bool old = options->manners != NULL && options->manners->listen_failure != NULL;
	struct text text;

	if (old && listening)
		log_listen_failure(config);
	if (old && listening && config->settings.log.to.to == LOG_TO_STDERR)
		return;
	text_init(&text);
	if (old) {
		for (size_t i = 0; i < errors.count; i++)
			text_printf(&text, "%s%s%s\n", listening ? "" : log_ident(),
				    listening ? options->manners->listen_failure : ": ",
				    errors.list[i].message);
	} else {
		conf_errors_print(&errors, &text);
		text_printf(&text, "heddle: %u error%s in %s; nothing was started\n",
			    errors.errors, errors.errors == 1 ? "" : "s",
			    config->file != NULL ? config->file : "the command line");
	}
	stderr_tell(text_slice(&text));
	text_close(&text);
}

bool start_up(const struct master_options *given, struct config *config)
{
	struct arena *arena = arena_new();
	bool ok;

	options = given;
	conf_errors_init(&errors, arena);
	ok = open_all(config);
	if (!ok)
		tell(config);
	conf_errors_close(&errors);
	arena_free(arena);
	if (!ok)
		start_undo();
	return ok;
}

void start_undo(void)
{
	struct list *all = addresses_all();

	while (!list_empty(all)) {
		struct address *a = container_of(all->next, struct address, link);

		address_unlink(a);
		address_close(a);
	}
	control_socket_remove();
	log_files_close();
	pidfile_remove();
}
