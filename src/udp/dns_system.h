/* SPDX-License-Identifier: BSD-2-Clause */
/* What resolv.conf(5) says: the servers of the system, and its search domains. */
#ifndef UDP_DNS_SYSTEM_H
#define UDP_DNS_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_resolver.h"
#include "core/endpoint.h"
#include "core/slice.h"

#define DNS_DOMAINS_MAX 8

struct dns_system {
	struct resolver_servers servers;	/* port 53 */
	char     domains[DNS_DOMAINS_MAX][ENDPOINT_NAME_MAX + 1];
	unsigned domain_count;
	unsigned ndots;		/* a name with so many dots is asked as it is first */
};

/* What nobody says is as resolv.conf(5) has it; lines that make no sense are left out. */
void dns_system_parse(struct slice text, struct dns_system *system);
/* The value of LOCALDOMAIN (search domains) and of RES_OPTIONS, on top of it; NULL: not set. */
void dns_system_environment(struct dns_system *system, const char *domains, const char *options);
/*
 * Reads the file of the system, unless it is the one that has been read already: then false.
 * One that cannot be read is as an empty one.
 */
bool dns_system_read(struct dns_system *system);
void dns_system_forget(void);	/* the next call reads it */

#endif
