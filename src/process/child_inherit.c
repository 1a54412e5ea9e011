/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_inherit.h"

#include <unistd.h>

#include "os/listen_inherited.h"
#include "os/pidfile.h"
#include "process/children.h"
#include "process/control_socket.h"
#include "process/kind.h"
#include "process/kind_files.h"
#include "process/listen_table.h"
#include "process/log_files.h"
#include "process/log_pipes.h"

static void close_channels(const struct child *self)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->slot == self->slot)
			continue;
		channel_close_copies(&c->channel);
		if (c->crash_fd != -1)
			close(c->crash_fd);
	}
}

void child_inherit(const struct child *self)
{
	close_channels(self);
	pidfile_close();
	listen_inherited_close();
	log_pipes_keep(self->slot, kind_has(self->kind, KIND_LOGS));
	if (!kind_has(self->kind, KIND_LOGS))
		log_files_close();
	if (!kind_has(self->kind, KIND_CONTROL_SOCKET))
		control_socket_close();
	listen_table_close_copies(self->kind);
	kind_files_inherit(self->kind);
}
