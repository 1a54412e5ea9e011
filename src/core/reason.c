/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/reason.h"

const struct reason_row reasons[REASON_COUNT] = {
	[REASON_DONE] = { "done", "client" },	/* or backend: whoever finished last */
	[REASON_CLIENT_RESET] = { "client_reset", "client" },
	[REASON_BACKEND_RESET] = { "backend_reset", "backend" },
	[REASON_CLIENT_GONE] = { "client_gone", "client" },
	[REASON_CLIENT_TIMEOUT] = { "client_timeout", "heddle" },
	[REASON_SERVER_TIMEOUT] = { "server_timeout", "heddle" },
	[REASON_IDLE_TIMEOUT] = { "idle_timeout", "heddle" },
	[REASON_NO_BACKEND] = { "no_backend", "heddle" },
	[REASON_CONNECT_FAILED] = { "connect_failed", "backend" },
	[REASON_MAX_CONNECTIONS] = { "max_connections", "heddle" },
	[REASON_MAX_MEMORY] = { "max_memory", "heddle" },
	[REASON_DRAIN_TIMEOUT] = { "drain_timeout", "heddle" },
	[REASON_SHUTDOWN_TIMEOUT] = { "shutdown_timeout", "heddle" },
	[REASON_OUT_OF_DESCRIPTORS] = { "out_of_descriptors", "heddle" },
	[REASON_OUT_OF_MEMORY] = { "out_of_memory", "heddle" },
	[REASON_LOST] = { "lost", "heddle" },
};
