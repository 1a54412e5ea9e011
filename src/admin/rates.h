/* SPDX-License-Identifier: BSD-2-Clause */
/* Rates per second. Counters are sampled once a second; an answer has the last rate. */
#ifndef ADMIN_RATES_H
#define ADMIN_RATES_H

#include <stdint.h>

void rates_open(void);	/* after loop_open() */
void rates_close(void);

/* New sessions per second of a service, smoothed over some seconds. */
double rates_sessions(uint32_t service);
/* The share of its time (0..1) that a process was not waiting for events. */
double rates_busy(uint32_t slot);

#endif
