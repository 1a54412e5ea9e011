/* SPDX-License-Identifier: BSD-2-Clause */
/* The names and their addresses for the report, as JSON. */
#ifndef UDP_DNS_REPORT_H
#define UDP_DNS_REPORT_H

#include "core/addr.h"

struct text;

/* With the time of the last confirmation: whoever reads it makes an age of it. */
void dns_report_print(struct text *out);

/* The host alone where the port is not the name's. Returns buf. */
const char *dns_report_address(const struct addr *addr, char buf[ADDR_TEXT]);

#endif
