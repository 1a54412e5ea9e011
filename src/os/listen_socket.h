/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listening sockets as system calls: how an address is bound, listened on, tuned, made quiet and
 * shut down, on each kind of address and system. One of datagrams is bound and nothing more.
 * Which there are is known to process/listen_table.c.
 */
#ifndef OS_LISTEN_SOCKET_H
#define OS_LISTEN_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/base.h"

struct unix_owner;

/* Whether one socket serves all workers, because the kernel does not balance for this kind. */
bool listen_socket_shared(const struct addr *addr);

/* Whether this process has another socket that overlaps the address, so that they may share. */
typedef bool listen_socket_overlap(const struct addr *addr);

/*
 * Binds fds[0..count). `overlaps` is asked when the address is in use; NULL: nothing is
 * shared. false: nothing is left open, and `why` says what the system refused:
 * "bind 0.0.0.0:80: address in use (pid 812, nginx)".
 */
bool listen_socket_bind(const struct addr *addr, const struct unix_owner *owner,
			listen_socket_overlap *overlaps, int *fds, unsigned count, char *why,
			size_t size) MUST_CHECK;
/*
 * Binds fds[from..to) to the address that fds[0], a member of the same group, is bound to.
 * false: nothing of it is left open, and `why` says what the system refused.
 */
bool listen_socket_grow(const struct addr *addr, int *fds, unsigned from, unsigned to, char *why,
			size_t size) MUST_CHECK;
/* The first time, and again when the backlog changed. */
bool listen_socket_listen(const struct addr *addr, const int *fds, unsigned count, uint32_t backlog,
			  char *why, size_t size) MUST_CHECK;
/* What accepted sockets inherit. Not keepalive: sessions that live set it themselves. */
void listen_socket_tune(const struct addr *addr, const int *fds, unsigned count, bool nodelay);

/*
 * New clients are kept away while handshakes under way finish. false: this
 * system or kind of address cannot, so they come in until the end.
 */
bool listen_socket_quiet(const struct addr *addr, const int *fds, unsigned count);
void listen_socket_unquiet(const struct addr *addr, const int *fds, unsigned count);
/*
 * Nobody can connect any more, whoever else holds the descriptors. One of datagrams receives
 * nothing any more.
 */
void listen_socket_shut(const struct addr *addr, const int *fds, unsigned count);

#endif
