/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_state.h"

#include "config/config_structs.h"

#define AT(field) offsetof(struct service_conf, field)

const struct session_state_row session_states[] = {
	[SESSION_GREETING] = { "greeting", AT(greeting_timeout_ms), REASON_GREETING_TIMEOUT },
	/* and client_timeout */
	[SESSION_BUFFERING] = { "buffering", AT(idle_timeout_ms), REASON_IDLE_TIMEOUT },
	[SESSION_QUEUED] = { "queued", 0, REASON_MAX_CONNECTIONS },
	[SESSION_DIALLING] = { "connecting", AT(connect_timeout_ms), REASON_CONNECT_FAILED },
	/* its phase is that before: session_answer_phase() */
	[SESSION_ANSWERED] = { "greeting", 0, REASON_NO_ROUTE },
	/* and client_timeout, server_timeout: see session_clock.c */
	[SESSION_RELAYING] = { "relaying", AT(idle_timeout_ms), REASON_IDLE_TIMEOUT },
};

uint64_t session_state_timeout(enum session_state state, const struct service_conf *conf)
{
	size_t at = session_states[state].timeout;

	return at != 0 ? *(const uint64_t *)(const void *)((const char *)conf + at) : 0;
}
