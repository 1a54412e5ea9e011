/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has an address that we could not bind: for the error message alone. */
#ifndef OS_LISTEN_HOLDER_H
#define OS_LISTEN_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;

/*
 * " (pid 812, nginx)"; "" when the system does not show it, or when LISTEN_HOLDER_MOST were looked
 * up since the last reset: each reads the descriptors of every process, and the caller serves
 * nobody meanwhile.
 */
#define LISTEN_HOLDER_MOST 8
void listen_holder_find(const struct addr *addr, char *out, size_t size);
/* `own`: whether a socket that listens on `local` is ours. Others are named first. */
void listen_holder_reset(bool (*own)(const struct addr *local, uint64_t inode));
/* Whether a socket that is not ours listens where `addr` would share with it. false: unknown. */
bool listen_holder_stranger(const struct addr *addr);

#endif
