/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a session ended: one word each, the same in the access log, the counters and the stats. */
#ifndef CORE_REASON_H
#define CORE_REASON_H

enum reason {
	REASON_DONE,
	REASON_CLIENT_RESET,
	REASON_BACKEND_RESET,
	REASON_CLIENT_GONE,
	REASON_CLIENT_TIMEOUT,
	REASON_SERVER_TIMEOUT,
	REASON_IDLE_TIMEOUT,
	REASON_GREETING_TIMEOUT,
	REASON_BAD_GREETING,
	REASON_NO_KEY,
	REASON_NO_ROUTE,
	REASON_NO_BACKEND,
	REASON_CONNECT_FAILED,
	REASON_MAX_CONNECTIONS,
	REASON_MAX_MEMORY,
	REASON_DRAIN_TIMEOUT,
	REASON_REMOVED,
	REASON_SHUTDOWN_TIMEOUT,
	REASON_OUT_OF_DESCRIPTORS,
	REASON_OUT_OF_MEMORY,
	REASON_OUT_OF_DISK,
	REASON_TOO_BUSY,
	REASON_LOST,		/* its worker died; counted by the master, no line */
	REASON_COUNT
};

struct reason_row {
	const char *name;	/* "client_reset" */
	const char *ended_by;	/* "client", "backend", "heddle" */
	const char *help;	/* one sentence, the one of heddle-log(7) */
	/* Of an HTTP response where the client gets one before the session ends so; 0: none. */
	unsigned    status;
};

extern const struct reason_row reasons[REASON_COUNT];

#endif
