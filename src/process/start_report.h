/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a start failed, where people look for it. */
#ifndef PROCESS_START_REPORT_H
#define PROCESS_START_REPORT_H

#include <stdbool.h>

struct conf_errors;
struct config;
struct master_options;

/* Adds the failure of what a setting (its path; "": none) asks for. Returns false. */
bool start_report_failure(struct conf_errors *errors, const char *path, const char *why);
/* The same for a system call that has set errno. */
bool start_report_call(struct conf_errors *errors, const char *call);

/*
 * To standard error; as a replaced program, also to the log, in the words of that program when
 * an address was the reason (`listening`).
 */
void start_report(const struct master_options *options, const struct config *config,
		  const struct conf_errors *errors, bool listening);

#endif
