/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owner of what logs are written to and read from: the open files, by target,
 * and one pipe per process slot. The master opens, and passes descriptors on;
 * logs.h is what the control process sees of it.
 */
#ifndef PROCESS_LOG_FILES_H
#define PROCESS_LOG_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "process/logs.h"

struct config;
struct conf_errors;

/* One pipe per slot. false: errno. */
bool log_pipes_open(uint32_t slots) MUST_CHECK;
int log_pipe_writer(uint32_t slot);
void log_files_close(void);	/* pipes too; at the end */

/*
 * Opens what `config` names and is not open yet; all failures are told, and
 * then nothing has changed. The files of before stay open until accepted.
 */
bool log_files_propose(const struct config *config, struct conf_errors *errors) MUST_CHECK;
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

/* In a child: closes what it has no business with. */
void log_files_keep(uint32_t slot, bool control);

#endif
