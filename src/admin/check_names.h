/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names without addresses, in services with `passive`: what the log says of them. To whoever reads
 * it such a name is a backend that cannot be connected to; its lookups take the place of probes.
 * What is remembered is in the cell of the name, where the next control process finds it.
 */
#ifndef ADMIN_CHECK_NAMES_H
#define ADMIN_CHECK_NAMES_H

void check_names_open(void);	/* after loop_open() */
void check_names_close(void);
void check_names_commit(void);	/* after registry_commit(): there may be others */

#endif
