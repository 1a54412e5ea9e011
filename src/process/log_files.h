/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The open log files, by target. The master opens them (as root, and again on USR1); their
 * descriptors are inherited by the process that writes the logs, or sent to it.
 */
#ifndef PROCESS_LOG_FILES_H
#define PROCESS_LOG_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct config;
struct node;
struct conf_errors;

/* Descriptor of an open log file by config_logs_id(); -1: not a file or not open. */
int log_files_fd(uint64_t target);
void log_files_close(void);	/* at the end, and in a child that does not write the logs */

/*
 * Opens what `config` names and is not open yet; all failures are reported, and
 * then nothing has changed. The files of before stay open until accepted.
 */
bool log_files_propose(const struct config *config, const struct node *tree,
		       struct conf_errors *errors) MUST_CHECK;
bool log_files_differ(void);	/* whether the proposal opened or will close any */
void log_files_withdraw(void);
/* The proposal is in force by that change. What it does not name stays open for lines to come. */
void log_files_accept(uint64_t change);
bool log_files_leaving(void);	/* whether there are such */
/* Closes those of them that may be, and might at the call before, too; true: there was one. */
bool log_files_release(bool (*may_close)(uint64_t change));
/* USR1: every file anew by its path; one that fails is logged and kept. */
void log_files_reopen(void);
/* Hands all files to `send`, one by one. */
void log_files_each(void (*send)(uint64_t target, int fd));

/* In the control process: a file from the master, and the end of the list: others are closed. */
void log_files_receive(uint64_t target, int fd);
void log_files_received(void);

#endif
