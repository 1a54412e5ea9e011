/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of a change: lines for the log, and the result for whoever requested it. */
#ifndef PROCESS_CHANGE_ANSWER_H
#define PROCESS_CHANGE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process/message.h"

struct change;
struct conf_errors;
struct text;

/*
 * Logs that a change was applied, with a line for each value (of the API at the level debug: the
 * process that has its client writes an audit line), and appends these lines to `out`,
 * also those about processes that have not confirmed it. false: there is such a process.
 */
bool change_answer_applied(const struct change *change, struct text *out);
/* Logs that it was refused, and appends the errors to `out`: lines in gcc form. */
void change_answer_refused(const struct change *change, const struct conf_errors *errors,
			   struct text *out);
/* `scripts`: so many are loaded again nevertheless. */
void change_answer_unchanged(const struct change *change, size_t scripts, struct text *out);
/* Appends further lines, as many as an answer may have. */
void change_answer_lines(const struct text *lines, struct text *out);

/* The result of these requests to the process that made them. */
void change_answer_send(const uint32_t *ids, uint32_t count, enum request_outcome outcome,
			const struct text *text);
/* A request that did not come so far: `why` is a sentence. */
void change_answer_turn_away(uint32_t id, const char *why);

#endif
