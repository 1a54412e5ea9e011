/* SPDX-License-Identifier: BSD-2-Clause */
/* `admin`: where the API listens, and who may use it, as the configuration says it. */
#ifndef CONFIG_CONFIG_ADMIN_H
#define CONFIG_CONFIG_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config_listen.h"

#define ADMIN_LISTEN_MAX 14	/* listeners besides the control socket */

enum admin_access { ADMIN_METRICS, ADMIN_READ, ADMIN_WRITE };	/* each has those before it */
enum admin_dialect { ADMIN_README, ADMIN_V01 };	/* of shuttle's API at the root */

struct admin_listen {
	uint64_t given;
	struct listen_conf use;
	int      access;	/* enum admin_access */
	bool     tls;		/* false: plain HTTP even where there is a certificate */
	int      insecure;	/* 1: the operator has written i_know */
};

struct admin_listeners {
	uint32_t count;
	struct admin_listen at[ADMIN_LISTEN_MAX];
};

struct admin_tls_conf {
	uint64_t    given;
	const char *certificate;	/* absolute; NULL: no TLS */
	const char *key;		/* NULL: in the file of the certificate */
	const char *client_ca;		/* NULL: clients need no certificate */
};

struct admin_conf {
	uint64_t    given;
	struct admin_listeners listen;
	struct admin_tls_conf  tls;
	const char *tokens;		/* absolute; NULL: no tokens are asked for */
	const char *hosts;		/* names, each with a blank behind it; NULL: none */
	int         shuttle;		/* enum admin_dialect */
};

/* Only this machine reaches it: a loopback address or a unix socket. */
bool config_admin_is_local(const struct addr *addr);
/* A unix socket: no TLS, and its file mode decides who connects. */
bool config_admin_is_unix(const struct addr *addr);
/* Whether clients of the listener speak TLS. */
bool config_admin_speaks_tls(const struct admin_conf *admin, const struct admin_listen *listen);

#endif
