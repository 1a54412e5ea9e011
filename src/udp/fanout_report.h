/* SPDX-License-Identifier: BSD-2-Clause */
/* The counters of a fan-out as a member of a JSON object. */
#ifndef UDP_FANOUT_REPORT_H
#define UDP_FANOUT_REPORT_H

struct fanout;
struct text;

/* "announce": {...} */
void fanout_report_print(const struct fanout *f, struct text *out);

#endif
