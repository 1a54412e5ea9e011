/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a configuration says about settings, services, backends and listeners,
 * after defaults and checks. Immutable once loaded; owned by the arena that
 * they were bound in. `given` has a bit per directive that was set in the file.
 */
#ifndef CONFIG_CONFIG_STRUCTS_H
#define CONFIG_CONFIG_STRUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config_admin.h"
#include "config/config_listen.h"
#include "config/config_logs.h"
#include "config/config_resolver.h"
#include "config/config_shuttle_conf.h"
#include "core/addr.h"

enum event_choice { EVENT_AUTO, EVENT_EPOLL, EVENT_KQUEUE, EVENT_POLL };
const char *config_tables_event(int event);	/* its word: the name of a back-end of the loop */
#define PROTOCOL_OWN_SIZE 256	/* likewise of a protocol */
#define CHECK_OWN_SIZE 256	/* bytes of the directives of a kind of check */

enum check_initial { INITIAL_AUTO, INITIAL_UP, INITIAL_DOWN, INITIAL_CHECK };
enum when_empty { WHEN_EMPTY_CLOSE, WHEN_EMPTY_WAIT, WHEN_EMPTY_RESET };
enum backend_state { STATE_READY, STATE_DRAIN, STATE_MAINTENANCE };
/* What a name does with its addresses when DNS says that it has none any more. */
enum backend_gone { GONE_KEEP, GONE_REMOVE };

struct keepalive_conf {
	uint64_t given;
	bool     on;			/* `keepalive: off` */
	uint64_t idle_ms, interval_ms;
	uint32_t count;
};

struct check_conf {
	uint64_t given;
	bool     on;			/* any `check:` but off */
	int      type;			/* row of admin/check_kinds.c */
	uint64_t interval_ms, timeout_ms;	/* timeout 0: connect_timeout */
	uint32_t rise, fall;
	int      initial;		/* enum check_initial */
	/* The struct of the directives that the kind has of its own. */
	_Alignas(8) char own[CHECK_OWN_SIZE];
};

struct passive_conf {
	uint64_t given;
	bool     on;			/* any `passive:` block; balance first turns it on too */
	uint32_t failures;		/* in a row */
	uint64_t retry_ms;
	/* INITIAL_UP, or INITIAL_CHECK: probe everything once at start */
	int      initial;
};

struct settings {
	uint64_t          given;
	const char       *user, *group;		/* NULL: nobody's when started as root */
	uint32_t          workers;		/* already counted when `auto` */
	bool              workers_auto;
	const char       *pid_file;		/* NULL: none, and then no control socket either */
	int               event;		/* enum event_choice */
	uint32_t          worker_sessions, max_backends, max_services;
	uint64_t          buffer_memory;	/* bytes a worker may keep for slow peers */
	uint64_t          watchdog_ms, shutdown_timeout_ms, drain_delay_ms, change_timeout_ms;
	struct log_conf   log;
	struct access_log_conf access_log;
	struct admin_conf admin;
	struct resolver_conf resolver;
	const char       *shuttle_state;	/* file with a document of shuttle's; NULL */
	const char       *state;	/* file; NULL: what the API changes is lost at the end */
};

struct backend_conf {
	uint64_t    given;
	struct addr addr;		/* kind ADDR_NONE: a group, see config_members.h */
	/* A name as endpoint_print() has it, of a group and of its members; NULL: an address. */
	const char *host;
	uint32_t    weight, max_connections;
	uint32_t    tier;		/* of a member: rank of its SRV record's priority */
	int         gone;		/* enum backend_gone */
	uint64_t    refresh_ms;		/* asked again so often; 0: as the record's TTL says */
	int         state;		/* enum backend_state */
	const char *route;		/* a route of nodes; NULL: the first one */
	uint32_t    modifier1, modifier2;	/* of the packets that it gets */
	struct addr check_addr;		/* kind ADDR_NONE: addr; from check: {port, address} */
	bool        unchecked;		/* check: off; stands behind check_addr */
	bool        check_port;		/* check: {port: N}; stands behind unchecked */
	uint64_t    drain_timeout_ms;	/* 0: for ever; not given: that of its service */
	const char *shuttle;		/* kept for shuttle's clients; NULL: nothing */
};

struct service_conf {
	uint64_t    given;
	int         protocol;		/* row of proxy/protocol.c */
	int         balance;		/* row of proxy/balancer.c */
	struct passive_conf passive;
	struct check_conf   check;
	uint64_t    connect_timeout_ms, client_timeout_ms, server_timeout_ms, idle_timeout_ms;
	uint64_t    connect_total_timeout_ms, greeting_timeout_ms;
	uint32_t    connect_tries;	/* 0: all */
	struct keepalive_conf keepalive;
	bool        nodelay;
	uint32_t    backlog;		/* of its listeners that say nothing else */
	uint32_t    max_connections;	/* 0: no limit */
	int         when_empty;		/* enum when_empty */
	uint64_t    drain_timeout_ms;	/* 0: for ever */
	struct access_log_conf access_log;
	const char *shuttle;		/* kept for shuttle's clients; NULL: nothing */
	/* The struct of the directives that the protocol has of its own. */
	_Alignas(8) char own[PROTOCOL_OWN_SIZE];
};

#endif
