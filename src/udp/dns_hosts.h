/* SPDX-License-Identifier: BSD-2-Clause */
/* The hosts file of the system, which comes before DNS. It is read again at every question. */
#ifndef UDP_DNS_HOSTS_H
#define UDP_DNS_HOSTS_H

#include <stdbool.h>

struct dns_set;

bool dns_hosts_open(void);	/* false: no memory */
void dns_hosts_close(void);
/* false: the name is not in it. The set is sorted. */
bool dns_hosts_find(const char *name, struct dns_set *set);

#endif
