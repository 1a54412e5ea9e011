/* SPDX-License-Identifier: BSD-2-Clause */
/* Every process was ready for the first time: whoever started heddle is notified. */
#ifndef PROCESS_MASTER_READY_H
#define PROCESS_MASTER_READY_H

struct master_options;

void master_ready_announce(const struct master_options *options);

#endif
