/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one door from HTTP to the master for changes. Calls that come while a change is under way
 * wait, and go together in the next one, so that a thousand of them do not need a thousand writes
 * to disk.
 */
#ifndef ADMIN_CHANGES_H
#define ADMIN_CHANGES_H

#include "admin/changes_call.h"

/*
 * `by`: who, for the log and for "changed": "api", or "api NAME". The request stays readable until
 * it is answered, and must not get another http_on_gone(). A dry run changes nothing.
 */
void changes_submit(struct http_request *r, const struct changes_handlers *handlers, void *arg,
		    const char *by, bool dry_run);

/* Its client gets its answer elsewhere: the call goes on, and done() is not called. */
void changes_abandon(struct http_request *r);
/* The same with a copy of the `size` bytes of `arg`, which lives as long as the call. */
void changes_submit_copy(struct http_request *r, const struct changes_handlers *handlers,
			 const void *arg, size_t size, const char *by, bool dry_run);
/* How long a call may wait, in milliseconds, until its client is answered whatever happens. */
uint64_t changes_deadline(void);

#endif
