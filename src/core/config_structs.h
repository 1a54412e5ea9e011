/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a configuration says about settings, services, backends and listeners,
 * after defaults and checks. Immutable once loaded; owned by the arena that
 * they were bound in. `given` has a bit per directive that was set in the file.
 */
#ifndef CORE_CONFIG_STRUCTS_H
#define CORE_CONFIG_STRUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/config_logs.h"

struct node;

enum event_choice { EVENT_AUTO, EVENT_EPOLL, EVENT_KQUEUE, EVENT_POLL };
enum protocol_kind { PROTOCOL_TCP };
enum balance { BALANCE_ROUND_ROBIN, BALANCE_LEAST_CONNECTIONS, BALANCE_FIRST, BALANCE_RANDOM };
enum check_type { CHECK_NONE, CHECK_TCP };
enum check_initial { INITIAL_AUTO, INITIAL_UP, INITIAL_DOWN, INITIAL_CHECK };
enum backend_state { STATE_READY, STATE_DRAIN, STATE_MAINTENANCE };

struct keepalive_conf {
	uint64_t given;
	bool     on;			/* `keepalive: off` */
	uint64_t idle_ms, interval_ms;
	uint32_t count;
};

struct check_conf {
	uint64_t given;
	/* enum check_type; a backend's may give port and address alone */
	int      type;
	uint64_t interval_ms, timeout_ms;	/* timeout 0: connect_timeout */
	uint32_t rise, fall;
	int      initial;		/* enum check_initial */
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
};

struct listen_conf {
	uint64_t    given;
	struct addr addr;		/* one address: port ranges are unfolded */
	uint32_t    mode;		/* unix sockets; 0666 */
	const char *user, *group;	/* owner of a unix socket; NULL: unchanged */
	uint32_t    backlog;
	const char *file;		/* where it was written */
	unsigned    line, column;
	const struct node *node;
};

struct backend_conf {
	uint64_t    given;
	const char *name;
	struct addr addr;
	uint32_t    weight, max_connections;
	int         state;		/* enum backend_state */
	struct addr check_addr;		/* kind ADDR_NONE: addr; from check: {port, address} */
	uint32_t    order;		/* place in its service, from 0 */
	unsigned    line, column;
	const char *file;
	const struct node *node;
};

struct service_conf {
	uint64_t    given;
	const char *name;
	int         protocol;		/* enum protocol_kind; tcp is the only one yet */
	int         balance;		/* enum balance */
	struct listen_conf *listen;
	size_t      listens;
	struct passive_conf passive;
	struct check_conf   check;
	uint64_t    connect_timeout_ms, client_timeout_ms, server_timeout_ms, idle_timeout_ms;
	uint64_t    connect_total_timeout_ms;
	uint32_t    connect_tries;	/* 0: all */
	struct keepalive_conf keepalive;
	bool        nodelay;
	uint32_t    backlog;		/* of its listeners that say nothing else */
	uint32_t    max_connections;	/* 0: no limit */
	uint64_t    drain_timeout_ms;	/* 0: for ever */
	struct access_log_conf access_log;
	unsigned    line, column;
	const char *file;
	const struct node *node;
};

#endif
