/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a script can be called: workers are sent it whenever it changes. */
#ifndef MAPPER_SCRIPT_STATUS_H
#define MAPPER_SCRIPT_STATUS_H

#include <stdint.h>

#include "core/script_frame.h"

struct script;
struct text;

/* To one worker, which has just come; to all. */
void script_status_send(const struct script *s, uint64_t worker);
void script_status_announce(const struct script *s);
/* Of a script that is broken, calls that wait are answered. */
void script_status_set(struct script *s, enum script_state state);
void script_status_fail_queue(struct script *s);
/* Appends it as an object of JSON. */
void script_status_report(const struct script *s, struct text *out);

#endif
