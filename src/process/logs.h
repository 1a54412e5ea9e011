/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Log files are opened by the master (as root, and again on USR1); their
 * descriptors are inherited by the control process or sent to it. So are the
 * reading ends of the pipes, one per process slot, that children write to.
 */
#ifndef PROCESS_LOGS_H
#define PROCESS_LOGS_H

#include <stdbool.h>
#include <stdint.h>

struct config;
struct conf_errors;

/* Descriptor of an open log file by access_target_id(); -1: not a file or not open. */
int log_file_fd(uint64_t target);
/* Reading end of a slot's pipe; -1: none. */
int log_pipe_reader(uint32_t slot);
/* Listening control socket; -1: none. */
int control_socket_fd(void);

#endif
