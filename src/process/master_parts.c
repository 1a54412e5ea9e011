/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_parts.h"

#include "event/signals.h"
#include "process/change_queue.h"
#include "process/children.h"
#include "process/log_retire.h"
#include "process/master_children.h"
#include "process/master_heartbeat.h"
#include "process/objects_free.h"
#include "process/reload.h"
#include "process/start_undo.h"
#include "process/stop.h"
#include "process/watchdog.h"

void master_parts_open(const struct master_options *options)
{
	change_queue_open();
	objects_free_open();
	log_retire_open();
	stop_open();
	watchdog_open();
	reload_open(&options->source);
	master_children_open(options);
	master_heartbeat_open();
}

/* Sockets and files first: whoever waits for the pid file to go finds the addresses free. */
void master_parts_close(void)
{
	start_undo();
	children_close();
	loop_close();
	signals_close();
	reload_free();
	objects_free_close();
}
