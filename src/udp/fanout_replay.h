/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A replay: one target of a fan-out is sent every instance that the fan-out knows, at most
 * replay_rate a second, beside what it is sent anyhow. A target has one at most.
 */
#ifndef UDP_FANOUT_REPLAY_H
#define UDP_FANOUT_REPLAY_H

struct fanout_target;
struct known;

/* From the beginning, also where one runs. */
void fanout_replay_start(struct fanout_target *t, struct known *known);
/* Before the target or what is known is freed; nothing where none runs. */
void fanout_replay_stop(struct fanout_target *t);

#endif
