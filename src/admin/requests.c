/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/requests.h"

#include "core/base.h"
#include "process/child.h"

#define PENDING 64	/* requests that wait for the master, at most */

static struct pending {
	uint32_t               id;
	requests_done_handler *done;	/* NULL: free */
	void                  *arg;
} pending[PENDING];

static uint32_t last_id;

bool requests_send(enum request_verb verb, struct slice value, requests_done_handler *done,
		   void *arg)
{
	struct pending *p = NULL;

	for (unsigned i = 0; i < PENDING && p == NULL; i++) {
		if (pending[i].done == NULL)
			p = &pending[i];
	}
	if (p == NULL || !child_request(++last_id, verb, value))
		return false;
	*p = (struct pending){ last_id, done, arg };
	return true;
}

void requests_forget(const void *arg)
{
	for (unsigned i = 0; i < PENDING; i++) {
		if (pending[i].arg == arg)
			pending[i].done = NULL;
	}
}

void requests_done(uint32_t id, enum request_outcome outcome, uint64_t serial, struct slice text)
{
	const struct requests_result result = { outcome, serial, text };

	for (unsigned i = 0; i < PENDING; i++) {
		struct pending p = pending[i];

		if (p.done == NULL || p.id != id)
			continue;
		pending[i].done = NULL;
		p.done(&result, p.arg);
		return;
	}
}
