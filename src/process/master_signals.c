/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "event/signals.h"
#include "process/log_files.h"
#include "process/master_options.h"
#include "process/log_hand_over.h"
#include "process/reload.h"
#include "process/stop.h"
#include "process/supervisor.h"

static const struct master_options *options;

static void on_stop_signal(int signo)
{
	if (options->compat != NULL && options->compat->signal != NULL)
		log_write(LEVEL_NOTICE, "%s%s", options->compat->signal,
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
	log_hand_over();
}

static void on_hup(int signo)
{
	(void)signo;
	if (options->compat == NULL || options->compat->hup == NULL) {
		reload_request();
		return;
	}
	reopen_logs();
	log_write(LEVEL_NOTICE, "%s", options->compat->hup);
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
	supervisor_hold_drained(true);
	supervisor_reconcile();
}

static void on_child(int signo)
{
	(void)signo;
	supervisor_reap();
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

bool master_signals_open(const struct master_options *given)
{
	options = given;
	if (!signals_open()) {
		log_write(LEVEL_ALERT, "pipe for signals: %s", strerror(errno));
		return false;
	}
	for (size_t i = 0; i < COUNT(signals); i++)
		signals_catch(signals[i].signo, signals[i].handler);
	signals_release();
	signals_crash_report(STDERR_FILENO);
	return true;
}
