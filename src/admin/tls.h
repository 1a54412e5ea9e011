/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLS of the API: a context made of certificate, key and authorities, and the bufferevents of
 * connections that use it. A connection keeps the context that it began with; only the next ones
 * get another one. The only file that knows OpenSSL's TLS.
 */
#ifndef ADMIN_TLS_H
#define ADMIN_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct bufferevent;
struct event_base;
struct tls;

enum tls_part { TLS_CERTIFICATE, TLS_KEY, TLS_CLIENT_CA };

/* In PEM. `client_ca` may be empty: clients need no certificate. */
struct tls_files {
	struct slice certificate, key, client_ca;
};

/* NULL: `why` (a sentence) says what is wrong with the `part`. */
struct tls *tls_new(const struct tls_files *files, enum tls_part *part, char *why, size_t size);
void tls_free(struct tls *tls);		/* NULL is allowed */
bool tls_is_expired(const struct tls *tls);

/* For new connections from now on; takes it. NULL: none, and then tls_accept() is not allowed. */
void tls_use(struct tls *tls);
bool tls_is_in_use(void);
/* For a connection that was accepted; its descriptor comes later. Out of memory aborts. */
struct bufferevent *tls_accept(struct event_base *base);
bool tls_is_ready(struct bufferevent *bev);	/* the handshake is over */
/* Tells the client that nothing was cut off (close_notify). No TLS: nothing. */
void tls_end(struct bufferevent *bev);

#endif
