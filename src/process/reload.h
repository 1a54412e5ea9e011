/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes that come from the file: it is read again, and what differs from the file as it was last
 * applied is submitted as a change. Everybody who asks while one is under way gets the answer of
 * the next.
 */
#ifndef PROCESS_RELOAD_H
#define PROCESS_RELOAD_H

#include <stdint.h>

struct config_source;

void reload_open(const struct config_source *source);
void reload_request(void);			/* SIGHUP */
void reload_request_for(uint32_t id);	/* a request of that id, which is answered */
void reload_forget_askers(void);	/* the control process is gone */
void reload_free(void);

#endif
