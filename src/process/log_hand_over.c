/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/log_hand_over.h"

#include "process/children.h"
#include "process/kind.h"
#include "process/log_files.h"

static void send_file(uint64_t id, int fd)
{
	struct message_number m = { id };
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (kind_has(c->kind, KIND_LOGS))
			channel_send(&c->channel, MESSAGE_LOG_FILE, &m, sizeof(m), &fd, 1);
	}
}

void log_hand_over(void)
{
	log_files_each(send_file);
	/* the end of the list, at which the child closes files that are not on it */
	children_send(KIND_LOGS, MESSAGE_LOGS, NULL, 0);
}
