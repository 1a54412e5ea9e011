/* SPDX-License-Identifier: BSD-2-Clause */
/* The last change of each service and backend since this process was started. */
#ifndef ADMIN_CHANGED_H
#define ADMIN_CHANGED_H

#include <stdint.h>

#include "config/object.h"
#include "process/message.h"

struct change_op;

struct changed {
	uint64_t generation;		/* serial of the change */
	uint64_t at_ms;			/* wall clock */
	char     by[MESSAGE_BY];	/* "file", "api NAME" */
};

void changed_open(void);
void changed_close(void);
void changed_prepare(const struct change_op *op);
void changed_commit(uint64_t serial, const char *by);
void changed_abort(void);
/* Of a service: also of what is below it. NULL: the kind has no cells. */
const struct changed *changed_last(enum object_cell cell, struct handle handle);

#endif
