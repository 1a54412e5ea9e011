/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The right to send datagrams with the address of somebody else (CAP_NET_RAW on Linux). A process
 * that changes its user keeps it only where it asks for that, and then has it for the moment of
 * opening a socket alone.
 */
#ifndef CORE_CAPABILITY_H
#define CORE_CAPABILITY_H

#include <stdbool.h>

/* Why datagrams of others cannot be sent, to follow "keep "; NULL: this process may. */
const char *capability_spoofing_problem(void);
/* Around the change of the user: the right, and no other one, is there afterwards, unused. */
void capability_spoofing_keep(void);
void capability_spoofing_kept(void);
/* The right is in use, or it rests. */
void capability_spoofing_use(bool on);

#endif
