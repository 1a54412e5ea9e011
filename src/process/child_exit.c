/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_exit.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/layout.h"

#define NUMBERS 1024	/* workers that each have a backoff of their own */

struct backoff {
	uint64_t due;		/* loop clock */
	uint32_t delay;
	bool     early;		/* the last life was a short one */
};

static const struct log_subject process_lost = { .event = "process_lost" };
static struct backoff backoffs[SLOT_KINDS][NUMBERS];

static struct backoff *backoff_of(unsigned kind, unsigned number)
{
	return &backoffs[kind % SLOT_KINDS][number % NUMBERS];
}

uint64_t child_exit_respawn_delay(unsigned kind, unsigned number, uint64_t now, uint64_t lived_ms)
{
	struct backoff *b = backoff_of(kind, number);

	if (lived_ms >= CHILD_EXIT_EARLY_MS) {
		*b = (struct backoff){ .due = now };
		return 0;
	}
	if (b->early)
		b->delay = b->delay == 0 ? CHILD_EXIT_DELAY_FIRST_MS : b->delay * 2;
	if (b->delay > CHILD_EXIT_DELAY_MOST_MS)
		b->delay = CHILD_EXIT_DELAY_MOST_MS;
	b->early = true;
	b->due = now + b->delay;
	return b->delay;
}

bool child_exit_may_respawn(unsigned kind, unsigned number, uint64_t now, uint64_t *next)
{
	const struct backoff *b = backoff_of(kind, number);

	if (b->due <= now)
		return true;
	if (b->due < *next)
		*next = b->due;
	return false;
}

static void print_cause(int status, char *out, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(out, size, "was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(out, size, "exited with status %d", WEXITSTATUS(status));
}

static void print_successor(const struct child_exit *e, char *out, size_t size)
{
	out[0] = '\0';
	if (e->leaving)
		return;
	if (e->delay_ms > 0)
		snprintf(out, size, "; starts again in %lums", (unsigned long)e->delay_ms);
	else
		snprintf(out, size, "; starts again");
}

/* Line by line. A child writes it before it dies of a signal; all others leave the pipe empty. */
static void log_backtrace(const struct child_exit *e)
{
	char text[8192];
	ssize_t n = e->crash_fd != -1 ? read(e->crash_fd, text, sizeof(text) - 1) : 0;

	if (n <= 0)
		return;
	text[n] = '\0';
	for (char *line = text, *end; *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		if (*end == '\n')
			*end++ = '\0';
		log_write(LEVEL_ALERT, "%s: %s", e->name, line);
	}
}

bool child_exit_report(const struct child_exit *e)
{
	char cause[96], successor[48];
	bool clean = WIFEXITED(e->status) && WEXITSTATUS(e->status) == 0;

	log_backtrace(e);
	if (e->leaving && clean) {
		log_write(e->ordinary, "%s has ended", e->name);
		return false;
	}
	print_cause(e->status, cause, sizeof(cause));
	print_successor(e, successor, sizeof(successor));
	log_about(clean ? LEVEL_NOTICE : LEVEL_ALERT, &process_lost, "%s %s%s%s", e->name, cause,
		  e->lost, successor);
	return !e->leaving;
}
