/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who asked for a reload, and what they are told. An answer about removed
 * addresses waits, at most change_timeout, until they are really free.
 */
#ifndef PROCESS_RELOAD_ANSWER_H
#define PROCESS_RELOAD_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct config_diff;
struct text;

void reload_answer_open(void);
/* false: too many wait already. */
bool reload_answer_expect(uint32_t id) MUST_CHECK;
void reload_answer_turn_away(uint32_t id, const char *why);
void reload_answer_forget(void);

/* A reload begins: whoever has asked until now gets its answer. */
void reload_answer_begin(void);
/* Each logs too. `errors` are lines in gcc form. `later`: reload_answer_complete() follows. */
void reload_answer_refused(const struct text *errors);
void reload_answer_applied(const struct config_diff *diff, bool later);
void reload_answer_unchanged(void);
void reload_answer_complete(void);

#endif
