/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends all open log files to the children that write logs. */
#ifndef PROCESS_LOG_HAND_OVER_H
#define PROCESS_LOG_HAND_OVER_H

void log_hand_over(void);

#endif
