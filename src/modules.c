/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables that cross folders, and nothing else. */
#include <stddef.h>

#include "admin/control.h"
#include "process/kind.h"
#include "proxy/worker.h"
#include "udp/resolver.h"

/* In the order in which they start: whoever writes the logs first. */
const struct process_kind *const process_kinds[] = {
	&control_kind,
	&resolver_kind,
	&worker_kind,
	NULL,
};
