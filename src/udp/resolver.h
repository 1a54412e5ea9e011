/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The resolver process: names and datagrams. What it does is in its parts: resolver_part.h.
 */
#ifndef UDP_RESOLVER_H
#define UDP_RESOLVER_H

extern const struct process_kind resolver_kind;

#endif
