/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where something can be sent or connected to: an address, or a name that DNS turns into
 * addresses. Parse and print round-trip. Never resolves anything.
 */
#ifndef CORE_ENDPOINT_H
#define CORE_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/slice.h"

struct arena;

enum endpoint_type {
	ENDPOINT_ADDR,	/* 10.0.0.1:80, [::1]:80, unix:/path, @name */
	ENDPOINT_NAME,	/* app.example.net:80: every A and AAAA record */
	ENDPOINT_SRV,	/* srv:_http._tcp.example.net: every SRV record, with its port */
};

#define ENDPOINT_NAME_MAX 253	/* bytes of a name, as DNS has it */
#define ENDPOINT_TEXT 280	/* room for any printed endpoint and its NUL */

struct endpoint {
	enum endpoint_type type;
	struct addr  addr;		/* ENDPOINT_ADDR */
	struct slice name;		/* the others: lower case, no final dot; NUL behind it */
	uint16_t     port;		/* ENDPOINT_NAME; 0 with client_port */
	bool         client_port;	/* ENDPOINT_NAME: port `*`, the one the client used */
};

/*
 * Reads an endpoint; the name is copied into the arena. A name has letters, digits, "-" and "_" in
 * labels of 1 to 63 bytes, and is not all digits and dots. `base` as for addr_parse(). false:
 * *why, in the arena, says in a sentence what is wrong.
 */
bool endpoint_parse(struct slice text, struct endpoint *e, const char *base, struct arena *arena,
		    const char **why) MUST_CHECK;
/* Prints into buf (ENDPOINT_TEXT bytes are always enough); returns the length. */
size_t endpoint_print(const struct endpoint *e, char *buf, size_t size);
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

#endif
