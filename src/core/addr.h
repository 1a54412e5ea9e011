/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any address heddle can listen on or dial: v4, v6, a unix path, an abstract
 * unix name, an inherited descriptor. Parse and print round-trip. Never
 * resolves names and never opens anything.
 */
#ifndef CORE_ADDR_H
#define CORE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/base.h"
#include "core/slice.h"

enum addr_kind {
	ADDR_NONE,
	ADDR_INET,	/* 10.0.0.1:80 */
	ADDR_INET6,	/* [::1]:80, [fe80::1%eth0]:80 */
	ADDR_ANY,	/* :80, every address of both families */
	ADDR_UNIX,	/* /path, unix:/path */
	ADDR_ABSTRACT,	/* @name (Linux) */
	ADDR_FD,	/* fd:N or fd:NAME */
};

#define ADDR_TEXT 140	/* room for any printed address and its NUL */

struct addr {
	enum addr_kind kind;
	bool           client_port;	/* backends: port `*`, the one the client used */
	bool           datagram;	/* SOCK_DGRAM; else SOCK_STREAM, as parsed */
	uint16_t       port_last;	/* listeners: 8000-8010; 0 when there is one port */
	socklen_t      len;		/* of the sockaddr; 0 for ADDR_FD */
	union {
		struct sockaddr     sa;
		struct sockaddr_in  in;
		struct sockaddr_in6 in6;	/* ADDR_ANY too: [::]:port */
		struct sockaddr_un  un;
		/* ADDR_FD: digits or a LISTEN_FDNAMES name */
		char                fd_name[64];
	} u;
};

enum addr_use { ADDR_LISTEN, ADDR_DIAL };

/*
 * Reads an address. `base` (may be NULL) is the folder that relative unix
 * paths belong to. On failure false, kind ADDR_NONE, and `why` holds a sentence
 * such as "10.0.0.2 has no port; write 10.0.0.2:PORT".
 */
bool addr_parse(struct addr *a, struct slice text, enum addr_use use, const char *base,
		char *why, size_t why_size) MUST_CHECK;

/*
 * Whether the text is what other programs have in the place of an address: a URL, two in one, a
 * prefix of haproxy. `why` then says what to write.
 */
bool addr_foreign(struct slice text, char *why, size_t why_size) MUST_CHECK;

/*
 * Prints into buf (ADDR_TEXT bytes are always enough); returns buf. v4-mapped v6 prints as v4, a
 * port of datagrams as 53/udp.
 */
const char *addr_print(const struct addr *a, char *buf, size_t size);

/* Same, for what accept() or getpeername() filled in. An unnamed unix peer prints as "unix:". */
const char *addr_print_sockaddr(const struct sockaddr *sa, socklen_t len, char *buf, size_t size);

/* The host of one with a port: "10.0.0.1", "[fd00::1]". Empty: it has none. */
struct slice addr_print_host(const struct sockaddr *sa, char buf[ADDR_TEXT]);

int addr_type(const struct addr *a);	/* SOCK_STREAM or SOCK_DGRAM */

/* TCP and UDP of one port are two addresses. */
bool addr_equal(const struct addr *a, const struct addr *b);
/* Negative, 0 when equal, positive: some order, for sorting and finding. */
int addr_compare(const struct addr *a, const struct addr *b);
/*
 * Listening on both cannot work: equal, or one is every address of the other's family. A path is
 * one file, whatever is received there. No ranges.
 */
bool addr_overlaps(const struct addr *a, const struct addr *b);
void addr_end_in_nul(struct addr *a);	/* an abstract name, as uWSGI has them; printed without */
bool addr_every_host(const struct addr *a);		/* :80, 0.0.0.0:80, [::]:80 */
uint16_t addr_port(const struct addr *a);		/* host order; 0 where there is none */
void addr_set_port(struct addr *a, uint16_t port);	/* host order; no-op without ports */

/* The n-th address of a port range (0 = the first); count with addr_range(). */
unsigned addr_range(const struct addr *a);
struct addr addr_nth(const struct addr *a, unsigned n);

#endif
