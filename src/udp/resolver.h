/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The resolver process: names and datagrams. It has no services of its own yet and only
 * keeps its place.
 */
#ifndef UDP_RESOLVER_H
#define UDP_RESOLVER_H

extern const struct process_kind resolver_kind;

#endif
