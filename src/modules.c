/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables that cross folders, and nothing else. */
#include <stddef.h>

#include "admin/control.h"
#include "admin/state_writer.h"
#include "mapper/mapper.h"
#include "process/kind.h"
#include "proxy/worker.h"
#include "udp/resolver.h"

/* In the order in which they start: control first, because it writes the logs. */
const struct process_kind *const process_kinds[] = {
	&control_kind,
	&state_kind,
	&resolver_kind,
	&mapper_kind,	/* before the workers, which send it requests */
	&worker_kind,
	NULL,
};
