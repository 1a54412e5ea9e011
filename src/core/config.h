/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole configuration as structs: what heddle.yaml says after defaults,
 * includes and checks. Immutable once loaded. Loading never binds sockets,
 * resolves names or drops privileges. The directive tables are in
 * config_tables.c; what they mean is decided by who reads the structs.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/conf.h"
#include "core/log_format.h"

enum event_choice { EVENT_AUTO, EVENT_EPOLL, EVENT_KQUEUE, EVENT_POLL };
enum balance { BALANCE_ROUND_ROBIN, BALANCE_LEAST_CONNECTIONS, BALANCE_FIRST, BALANCE_RANDOM };
enum check_type { CHECK_NONE, CHECK_TCP };
enum check_initial { INITIAL_AUTO, INITIAL_UP, INITIAL_DOWN, INITIAL_CHECK };
enum backend_state { STATE_READY, STATE_DRAIN, STATE_MAINTENANCE };
enum log_to { LOG_TO_NONE, LOG_TO_STDERR, LOG_TO_FILE, LOG_TO_SYSLOG };

struct log_target {
	enum log_to to;
	const char *path;	/* LOG_TO_FILE, absolute */
	int         facility;	/* LOG_TO_SYSLOG, as syslog(3) has it */
};

struct log_conf {
	uint64_t          given;
	struct log_target to;		/* stderr */
	int               level;	/* enum log_level; info */
	int               format;	/* LOG_TEXT, LOG_JSON or LOG_CLASSIC; text */
	uint64_t          stats_ms;	/* a STATS line per backend so often; 0: never */
};

enum { ACCESS_START = 1, ACCESS_END = 2 };

struct access_log_conf {
	uint64_t          given;
	struct log_target to;		/* none */
	int               format;	/* LOG_TEXT or LOG_JSON */
	uint64_t          events;	/* bits 1 << 0 start, 1 << 1 end; end */
	uint64_t          skip;		/* a bit per enum reason */
	uint32_t          sample;	/* one session in so many; 1 */
};

struct keepalive_conf {
	uint64_t given;
	bool     on;			/* `keepalive: off` */
	uint64_t idle_ms, interval_ms;
	uint32_t count;
};

struct check_conf {
	uint64_t given;
	int      type;			/* enum check_type; a backend's may give port and address alone */
	uint64_t interval_ms, timeout_ms;	/* timeout 0: connect_timeout */
	uint32_t rise, fall;
	int      initial;		/* enum check_initial */
};

struct passive_conf {
	uint64_t given;
	bool     on;			/* any `passive:` block, and always for balance first */
	uint32_t failures;		/* in a row */
	uint64_t retry_ms;
	int      initial;		/* INITIAL_UP, or INITIAL_CHECK: probe everything once at start */
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
	uint32_t    max_connections;	/* 0: no limit */
	uint64_t    drain_timeout_ms;	/* 0: for ever */
	struct access_log_conf access_log;
	unsigned    line, column;
	const char *file;
};

struct service_entry {
	struct service_conf  conf;
	struct backend_conf *backends;	/* file order */
	size_t               count;
};

struct config {
	struct arena         *arena;	/* owns everything below */
	const char           *file;	/* as given */
	unsigned              files;	/* included ones */
	struct settings       settings;
	struct service_conf   defaults;
	struct service_entry *services;	/* file order */
	size_t                count;
	size_t                backends;	/* over all services */
};

struct config_source {
	const char  *file;		/* -c; NULL: `text` alone */
	struct slice text;		/* the drop-in commands' YAML */
	const char *const *overrides;	/* -g "key: value" texts, NULL at the end; NULL: none */
};

/*
 * Reads and checks everything; every error is told, not the first. NULL when
 * there was one. Users, groups, folders of logs are looked up when `deep`
 * (-t, start and reload; not in unit tests).
 */
struct config *config_load(const struct config_source *source, bool deep,
			   struct conf_errors *errors);
void config_free(struct config *config);	/* NULL is allowed */

/* -T: everything in effect as YAML, each line with its origin; it loads back to the same. */
void config_print(const struct config *config, struct text *out);

/* Objects as text for other processes, and back. The result lives in `arena`; NULL: not readable. */
void config_encode_settings(const struct settings *s, struct text *out);
void config_encode_service(const struct service_conf *s, struct text *out);	/* without listen */
void config_encode_backend(const struct backend_conf *b, struct text *out);
struct settings *config_decode_settings(struct slice text, struct arena *arena);
struct service_conf *config_decode_service(struct slice text, struct arena *arena);
struct backend_conf *config_decode_backend(struct slice text, struct arena *arena);

/* What differs between two configurations, in the order in which it must be applied. */
enum diff_verb { DIFF_ADD, DIFF_CHANGE, DIFF_REMOVE };
enum diff_object { DIFF_SETTINGS, DIFF_SERVICE, DIFF_BACKEND, DIFF_LISTEN };

struct diff_row {
	enum diff_verb   verb;
	enum diff_object object;
	const char      *service, *backend;	/* names; NULL where not meant */
	const struct service_entry *entry;	/* of the new configuration; of the old for DIFF_REMOVE */
	const struct backend_conf  *backend_conf;
	const struct listen_conf   *listen;
	const char      *text;	/* for people: "services.web.balance: round_robin -> first" */
};

struct config_diff {
	struct diff_row *rows;
	size_t           count;
};

/*
 * false when a changed directive needs a restart: told in errors with its
 * line. Rows and texts live in `arena`; confs in the configurations.
 */
bool config_diff(const struct config *from, const struct config *to, struct arena *arena,
		 struct config_diff *diff, struct conf_errors *errors) MUST_CHECK;

/* Where logs go, numbered the same in every process: equal targets have equal ids. 0 is none. */
uint32_t access_target_id(const struct log_target *target);

#endif
