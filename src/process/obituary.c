/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/obituary.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "process/children.h"
#include "process/kind.h"

static const struct log_subject process_lost = { .event = "process_lost" };

static enum log_level severity(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? LEVEL_NOTICE : LEVEL_ALERT;
}

static void cause(int status, char *out, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(out, size, "was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(out, size, "exited with status %d", WEXITSTATUS(status));
}

static void outlook(uint64_t delay_ms, char *out, size_t size)
{
	if (delay_ms > 0)
		snprintf(out, size, "starts again in %lums", (unsigned long)delay_ms);
	else
		snprintf(out, size, "starts again");
}

/* The backtrace that it wrote into its crash pipe, line by line. */
static void last_words(const struct child *c, const char *name)
{
	char text[8192];
	ssize_t n = c->crash_fd != -1 ? read(c->crash_fd, text, sizeof(text) - 1) : 0;

	if (n <= 0)
		return;
	text[n] = '\0';
	for (char *line = text, *end; *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		if (*end == '\n')
			*end++ = '\0';
		log_write(LEVEL_ALERT, "%s: %s", name, line);
	}
}

void obituary(const struct child *c, int status, uint32_t sessions, uint64_t delay_ms)
{
	char name[CHILD_NAME], how[96], next[48], lost[32] = "";
	bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	child_name(c, name, sizeof(name));
	last_words(c, name);
	cause(status, how, sizeof(how));
	if (c->leaving && clean) {
		log_write(children_ordinary(), "%s has ended", name);
		return;
	}
	outlook(delay_ms, next, sizeof(next));
	if (c->kind->slot == SLOT_WORKER)
		snprintf(lost, sizeof(lost), "; %u session%s lost", sessions,
			 sessions == 1 ? "" : "s");
	log_about(severity(status), &process_lost, "%s %s%s%s%s", name, how, lost,
		  c->leaving ? "" : "; ", c->leaving ? "" : next);
	if (c->leaving)
		return;
	atomic_fetch_add(&scoreboard_shared()->restarts[c->kind->slot], 1);
	scoreboard_publish();
}
