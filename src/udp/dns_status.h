/* SPDX-License-Identifier: BSD-2-Clause */
/* How a try to resolve a name ended. */
#ifndef UDP_DNS_STATUS_H
#define UDP_DNS_STATUS_H

#include <stdbool.h>

enum dns_status {
	DNS_PENDING,	/* not over yet */
	DNS_OK,
	DNS_NXDOMAIN,	/* an answer: there is no such name */
	DNS_EMPTY,	/* an answer: the name has no such record */
	/* no answer: */
	DNS_SERVFAIL,	/* the server could not find out */
	DNS_TIMEOUT,	/* silence */
	DNS_REFUSED,	/* the server does not want to, or nothing listens there */
	DNS_INVALID,	/* what came is not readable */
	DNS_STATUSES
};

const char *dns_status_name(enum dns_status status);	/* "servfail" */
const char *dns_status_text(enum dns_status status);	/* "the server failed (SERVFAIL)" */

/* The server knows: OK, or that there is nothing. */
static inline bool dns_status_answered(enum dns_status status)
{
	return status >= DNS_OK && status <= DNS_EMPTY;
}

/* The server knows that there is nothing. */
static inline bool dns_status_negative(enum dns_status status)
{
	return status == DNS_NXDOMAIN || status == DNS_EMPTY;
}

#endif
