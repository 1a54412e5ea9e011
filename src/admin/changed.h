/* SPDX-License-Identifier: BSD-2-Clause */
/* Which change last touched a service. Not known of changes older than this process. */
#ifndef ADMIN_CHANGED_H
#define ADMIN_CHANGED_H

#include <stdint.h>

#include "core/handle.h"

struct change_op;

struct changed {
	uint64_t generation;	/* serial of the change */
	uint64_t at_ms;		/* wall clock */
};

void changed_open(void);
void changed_close(void);
void changed_prepare(const struct change_op *op);
void changed_commit(uint64_t serial);
void changed_abort(void);
struct changed changed_last(struct handle service);

#endif
