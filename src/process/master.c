/* SPDX-License-Identifier: BSD-2-Clause */
/* Every signal's meaning in one visible order, and the life of the master around its loop. */
#include "process/master.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/stderr.h"
#include "core/yaml.h"
#include "event/event.h"
#include "event/signals.h"
#include "process/addresses.h"
#include "process/children.h"
#include "process/daemon.h"
#include "process/inbox.h"
#include "process/kind.h"
#include "process/limits.h"
#include "process/log_files.h"
#include "process/log_retire.h"
#include "process/master_log.h"
#include "process/notify.h"
#include "process/reload.h"
#include "process/removals.h"
#include "process/retire.h"
#include "process/running.h"
#include "process/start.h"
#include "process/stop.h"
#include "process/title.h"
#include "process/transaction.h"
#include "process/watchdog.h"

#define BEAT_MS 1000

static const struct master_options *options;
static bool up;			/* everything was READY once */
static int status;		/* to exit with */
static struct timer beat;

static const char *manner(const char *own, const char *old)
{
	return options->manners != NULL && old != NULL ? old : own;
}

static void on_stop_signal(int signo)
{
	if (options->manners != NULL && options->manners->signal != NULL)
		log_write(LEVEL_NOTICE, "%s%s", options->manners->signal,
			  signo == SIGINT ? "interrupt" : "terminated");
	else
		log_write(LEVEL_NOTICE, "signal %d (%s): stopping", signo, strsignal(signo));
	stop_now();
}

static void on_quit(int signo)
{
	(void)signo;
	stop_gracefully();
}

static void reopen_logs(void)
{
	log_files_reopen();
	master_log_hand_over();
}

static void on_hup(int signo)
{
	(void)signo;
	if (options->manners == NULL || options->manners->hup == NULL) {
		reload_ask();
		return;
	}
	reopen_logs();
	log_write(LEVEL_NOTICE, "%s", options->manners->hup);
}

static void on_usr1(int signo)
{
	(void)signo;
	reopen_logs();
	log_write(LEVEL_NOTICE, "log files opened again");
}

static void on_usr2(int signo)
{
	(void)signo;
	log_write(LEVEL_WARN, "signal USR2: upgrading the binary is not in this version");
}

/* A terminal sends it too, whenever its window is resized. */
static void on_winch(int signo)
{
	(void)signo;
	if (!options->daemon || stop_under_way())
		return;
	log_write(LEVEL_NOTICE, "signal WINCH: workers drain");
	children_hold_workers(true);
	children_reconcile();
}

static void on_child(int signo)
{
	(void)signo;
	children_reap();
}

static const struct {
	int             signo;
	signal_handler *handler;
} signals[] = {
	{ SIGTERM, on_stop_signal },
	{ SIGINT, on_stop_signal },
	{ SIGQUIT, on_quit },
	{ SIGHUP, on_hup },
	{ SIGUSR1, on_usr1 },
	{ SIGUSR2, on_usr2 },
	{ SIGWINCH, on_winch },
	{ SIGCHLD, on_child },
};

static void on_beat(struct timer *t)
{
	atomic_store(&scoreboard_slot(0)->beat_ms, clock_ms());
	atomic_fetch_add(&scoreboard_slot(0)->beats, 1);
	atomic_store(&scoreboard_slot(0)->generation, running_serial());
	atomic_store(&scoreboard_slot(0)->state, SLOT_SERVING);
	scoreboard_restore();
	scoreboard_recount();
	timer_set(t, BEAT_MS);
}

static const char *ending(size_t n)
{
	return n == 1 ? "" : "s";
}

static void announce(void)
{
	const struct config *config = running_config();
	int log_fd = log_file_fd(access_target_id(&config->settings.log.to));

	up = true;
	if (options->manners != NULL)
		master_log_lines(options->manners->start);
	else
		log_write(LEVEL_NOTICE, "heddle %s: %zu service%s, %zu backend%s, %u worker%s",
			  HEDDLE_VERSION, config->count, ending(config->count), config->backends,
			  ending(config->backends), config->settings.workers,
			  ending(config->settings.workers));
	limits_warn(config, scoreboard_sizes()->slots, addresses_group(config));
	notify_send("READY=1\nMAINPID=%ld\nSTATUS=serving %zu service%s", (long)getpid(),
		    config->count, ending(config->count));
	daemon_ready(config->settings.log.to.to == LOG_TO_FILE ? log_fd : -1);
}

static void on_ready(struct child *c)
{
	if (c->kind->slot == SLOT_CONTROL)
		master_log_control(true);
	children_send(SLOT_NONE, MESSAGE_SLOTS, NULL, 0);
	if (!up && !stop_under_way() && children_all_ready())
		announce();
}

/* Before everything was up, a child that cannot be started is a failed start. */
static void on_unable(void)
{
	if (up || stop_under_way())
		return;
	log_write(LEVEL_ERROR, "start failed");
	status = 1;
	stop_now();
}

/* ... and so is one that ends or crashes before it is ready: the next one would do the same. */
static void on_lost(struct child *c)
{
	if (c->kind->slot == SLOT_CONTROL) {
		master_log_control(false);
		reload_forget_askers();
	}
	if (!c->ready && !c->leaving)
		on_unable();
}

static void on_reaped(void)
{
	transaction_lost();
	stop_child_lost();
}

static bool may_start(void)
{
	return !transaction_preparing();
}

static struct children_watch watch = {
	inbox_take, on_lost, on_unable, on_reaped, may_start, LEVEL_INFO,
};

static bool open_everything(void)
{
	master_log_open(&running_config()->settings);
	if (!signals_open()) {
		log_write(LEVEL_ALERT, "pipe for signals: %s", strerror(errno));
		return false;
	}
	for (size_t i = 0; i < COUNT(signals); i++)
		signals_catch(signals[i].signo, signals[i].handler);
	signals_release();
	signals_crash_report(STDERR_FILENO);
	transaction_open();
	removals_open();
	log_retire_open();
	stop_open();
	watchdog_open();
	inbox_open(on_ready);
	retire_open(reload_next);
	reload_open(&options->source);
	if (options->manners != NULL) {
		master_log_lines(options->manners->begin);
		watch.ordinary = LEVEL_DEBUG;
	}
	children_open(scoreboard_sizes()->slots, &watch);
	timer_setup(&beat, on_beat);
	on_beat(&beat);
	scoreboard_occupied_by(0, (uint32_t)getpid());
	return true;
}

int master_run(const struct master_options *given, struct config *config)
{
	options = given;
	signals_prepare();
	yaml_files_only();
	notify_init();
	if (!start_up(options, config)) {
		config_free(config);
		return 1;
	}
	title_about(manner(config->file, options->manners != NULL ? options->manners->command
								  : NULL));
	title_set("heddle: master");
	if (open_everything()) {
		children_reconcile();
		loop_run();
	} else {
		status = 1;
	}
	if (options->daemon && !up && status == 0)
		stderr_printf("heddle: stopped by a signal before everything was ready\n");
	log_write(LEVEL_NOTICE, "%s", manner("stopped",
		  options->manners != NULL ? options->manners->exiting : NULL));
	log_set_sink(NULL);
	start_undo();
	children_close();
	loop_close();
	signals_close();
	config_free(running_refresh(NULL, NULL));
	return status;
}
