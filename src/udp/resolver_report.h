/* SPDX-License-Identifier: BSD-2-Clause */
/* When the report of the resolver process is written: at once, and at most every 100 ms. */
#ifndef UDP_RESOLVER_REPORT_H
#define UDP_RESOLVER_REPORT_H

struct resolver_part;

/* `parts` ends with NULL, and stays. */
void resolver_report_open(const struct resolver_part *const *parts);
void resolver_report_close(void);
/* What a part prints has changed: it is published now, or in 100 ms at the latest. */
void resolver_report_changed(void);
void resolver_report_now(void);	/* it is published before this returns */

#endif
