/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_EXECINFO
#include <execinfo.h>
#endif

#include "event/event.h"

#define SIGNALS 65
#define FRAMES 64
#define REPORT_S 5	/* that a backtrace may take to write */

static signal_handler *handlers[SIGNALS];
static volatile sig_atomic_t pending[SIGNALS];	/* its byte is in the pipe */
static int pipe_fds[2] = { -1, -1 };
static struct event reader;
static int report_fd = STDERR_FILENO;

static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

/* No process of ours uses these; by default each of them ends or stops a process. */
static const int unused[] = {
	SIGPIPE,	/* write() returns EPIPE */
	SIGXFSZ,	/* likewise EFBIG: a file at its limit is like a full disk */
	SIGALRM,
	SIGTTOU,	/* a log line for the terminal while heddle is in the background */
};

/* A program inherits ignored and blocked signals: from nohup, and from many programs by mistake. */
static void forget_inherited(void)
{
	struct sigaction sa;

	for (int signo = 1; signo < SIGNALS; signo++) {
		if (sigaction(signo, NULL, &sa) == -1 || sa.sa_handler != SIG_IGN)
			continue;
		sa.sa_handler = SIG_DFL;
		sigaction(signo, &sa, NULL);
	}
	signals_release();
}

void signals_prepare(void)
{
	forget_inherited();
	for (size_t i = 0; i < COUNT(unused); i++)
		signals_catch(unused[i], NULL);
}

void signals_hold(void)
{
	sigset_t set;

	sigfillset(&set);
	/* a crash while signals are held must still end the process */
	for (size_t i = 0; i < COUNT(crashes); i++)
		sigdelset(&set, crashes[i]);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

void signals_release(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* One byte for each signal at most: however many arrive, the pipe is never full. */
static void note(int signo)
{
	int saved = errno;
	unsigned char byte = (unsigned char)signo;

	/* set before the write: the loop may read the byte before this handler returns */
	if (!pending[signo]) {
		pending[signo] = 1;
		if (write(pipe_fds[1], &byte, 1) == -1)
			pending[signo] = 0;
	}
	errno = saved;
}

static void handle(unsigned char signo)
{
	if (signo >= SIGNALS)
		return;
	/* before the handler: a signal that arrives meanwhile is a new one */
	pending[signo] = 0;
	if (handlers[signo] != NULL)
		handlers[signo](signo);
}

static void on_pipe(struct event *ev, unsigned ready)
{
	unsigned char bytes[64];
	ssize_t n = read(ev->fd, bytes, sizeof(bytes));

	(void)ready;
	if (n < (ssize_t)sizeof(bytes))
		event_drained(ev, EVENT_READ);
	for (ssize_t i = 0; i < n; i++)
		handle(bytes[i]);
}

bool signals_open(void)
{
	signals_close();
	for (int signo = 0; signo < SIGNALS; signo++)
		pending[signo] = 0;
	if (pipe(pipe_fds) == -1)
		return false;
	for (int i = 0; i < 2; i++) {
		fcntl(pipe_fds[i], F_SETFL, O_NONBLOCK);
		fcntl(pipe_fds[i], F_SETFD, FD_CLOEXEC);
	}
	event_setup(&reader, pipe_fds[0], on_pipe);
	event_want(&reader, EVENT_READ);
	return true;
}

/* Not event_close(): in a child the pipe belongs to the loop of its parent. */
void signals_close(void)
{
	for (int i = 0; i < 2; i++) {
		if (pipe_fds[i] != -1)
			close(pipe_fds[i]);
		pipe_fds[i] = -1;
	}
}

void signals_catch(int signo, signal_handler *handler)
{
	struct sigaction sa = { .sa_flags = SA_RESTART };

	sigemptyset(&sa.sa_mask);
	sa.sa_handler = handler != NULL ? note : SIG_IGN;
	handlers[signo] = handler;
	sigaction(signo, &sa, NULL);
}

void signals_reset(void)
{
	struct sigaction sa = { .sa_flags = 0 };

	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_DFL;
	for (int signo = 1; signo < SIGNALS; signo++) {
		if (handlers[signo] != NULL)
			sigaction(signo, &sa, NULL);
		handlers[signo] = NULL;
	}
}

static void log_signal(const char *text)
{
	if (write(report_fd, text, strlen(text)) == -1)
		return;
}

/* A full pipe must not keep a crash from ending the process. */
static void end_soon(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t set;

	sigemptyset(&sa.sa_mask);
	sigaction(SIGALRM, &sa, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	alarm(REPORT_S);
}

static void on_crash(int signo)
{
#ifdef HAVE_EXECINFO
	void *frames[FRAMES];
	int n = backtrace(frames, FRAMES);
#endif

	end_soon();
	log_signal(signo == SIGABRT ? "heddle: alert: aborted" : "heddle: alert: crashed");
	log_signal(", backtrace follows\n");
#ifdef HAVE_EXECINFO
	backtrace_symbols_fd(frames, n, report_fd);
#endif
	raise(signo);	/* SA_RESETHAND: the default action, with a core where wanted */
}

void signals_crash_report(int fd)
{
	struct sigaction sa = { .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };

#ifdef HAVE_EXECINFO
	void *frames[1];

	/* the first call loads a library, which a signal handler must not do */
	backtrace(frames, 1);
#endif
	report_fd = fd;
	sa.sa_handler = on_crash;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < COUNT(crashes); i++)
		sigaction(crashes[i], &sa, NULL);
}
