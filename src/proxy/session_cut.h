/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions of what a change removes with its sessions (sessions=close): ended by its commit. */
#ifndef PROXY_SESSION_CUT_H
#define PROXY_SESSION_CUT_H

struct change_op;

void session_cut_prepare(const struct change_op *op);
void session_cut_commit(void);
void session_cut_abort(void);

#endif
