/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_undo.h"

#include "os/door.h"
#include "os/pidfile.h"
#include "process/control_socket.h"
#include "process/listen_table.h"
#include "process/log_files.h"
#include "process/log_pipes.h"
#include "process/names_table.h"

void start_undo(void)
{
	struct listen_address *a;

	while ((a = listen_table_next(NULL)) != NULL) {
		listen_table_unlink(a);
		listen_table_remove(a);
	}
	names_table_close();
	control_socket_remove();
	log_files_close();
	log_pipes_close();
	door_close();
	pidfile_remove();
}
