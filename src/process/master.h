/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The master: owns the configuration, the listening sockets, the log files and
 * the shared memory; forks, reaps, passes changes on. Never serves, never
 * parses what a stranger sent.
 */
#ifndef PROCESS_MASTER_H
#define PROCESS_MASTER_H

#include "process/master_options.h"

struct config_file;

/*
 * Runs until stopped. The exit status: 0 stopped by a signal, 1 the start failed (text
 * was printed).
 */
int master_run(const struct master_options *options, struct config_file *file);

#endif
