/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends a batch to one target, and never waits: what the target or the system does not take is
 * dropped and counted. The order of the datagrams is kept.
 */
#ifndef UDP_FANOUT_SEND_H
#define UDP_FANOUT_SEND_H

struct fanout_batch;
struct fanout_target;

void fanout_send(struct fanout_target *t, struct fanout_batch *b);

#endif
