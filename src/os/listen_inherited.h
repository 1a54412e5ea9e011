/* SPDX-License-Identifier: BSD-2-Clause */
/* Listening sockets that we were started with: fd:N and fd:NAME (LISTEN_FDS, LISTEN_FDNAMES). */
#ifndef OS_LISTEN_INHERITED_H
#define OS_LISTEN_INHERITED_H

#include <stddef.h>

/*
 * First thing in main(), before any descriptor of our own is open: remembers
 * which ones are listening sockets, and what systemd calls them.
 */
void listen_inherited_init(void);

/* A non-blocking copy of the socket called `name` (digits or a name); -1: `why`. */
int listen_inherited_take(const char *name, char *why, size_t size);

/* In a child: it has copies of those that are in use. */
void listen_inherited_close(void);

#endif
