/* SPDX-License-Identifier: BSD-2-Clause */
/* The names and their addresses for the report, as JSON. */
#ifndef UDP_DNS_REPORT_H
#define UDP_DNS_REPORT_H

struct text;

/* With the time of the last confirmation: whoever reads it makes an age of it. */
void dns_report_print(struct text *out);

#endif
