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

struct change;
struct conf_errors;

void reload_answer_open(void);
/* false: heddle stops, or too many wait already; it is answered. */
bool reload_answer_expect(uint32_t id, bool stopping) MUST_CHECK;
void reload_answer_forget(void);

/* A reload begins: whoever has asked until now gets its answer. */
void reload_answer_begin(void);
/* Each logs, and notifies the service manager, too. */
void reload_answer_refused(const struct change *change, const struct conf_errors *errors);
void reload_answer_applied(const struct change *change);
void reload_answer_unchanged(const struct change *change);

#endif
