/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a script whose processes have loaded it, or have not. script.c starts them. */
#ifndef MAPPER_SCRIPT_LOAD_H
#define MAPPER_SCRIPT_LOAD_H

#include <stdint.h>

struct script;
struct script_process;

/* The next process would fare alike: it is started later, and later. */
void script_load_pause(struct script *s);
/* The process has loaded the script. */
void script_load_done(struct script_process *p);
/* A process cannot load it, for that reason: those that have loaded it before go on. */
void script_load_failed(struct script *s, uint32_t generation, const char *why);
/*
 * A process has ended while it loaded the script; `status` is of waitpid(). When all that did were
 * killed, which says nothing about the script, it is loaded once more.
 */
void script_load_ended(struct script *s, uint32_t generation, int status);

#endif
