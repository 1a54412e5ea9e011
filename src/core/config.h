/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole configuration: what heddle.yaml says after defaults, includes and
 * checks. Immutable once loaded. Loading never binds sockets, resolves names or
 * drops privileges. The directive tables are in config_tables.c; what they
 * mean is decided by who reads the structs.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/conf_errors.h"
#include "core/config_structs.h"
#include "core/slice.h"

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
	const struct node    *tree;	/* the file as read: where each value comes from */
};

struct config_source {
	const char  *file;		/* -c; NULL: `text` alone */
	struct slice text;		/* the drop-in commands' YAML */
	const char *const *overrides;	/* -g "key: value" texts, NULL at the end; NULL: none */
};

/*
 * Reads and checks everything; every error is told, not the first, in the
 * order of the files. NULL when there was one. Users, groups, folders of logs
 * are looked up when `deep` (-t, start and reload; not in unit tests).
 */
struct config *config_load(const struct config_source *source, bool deep,
			   struct conf_errors *errors);
void config_free(struct config *config);	/* NULL is allowed */
/* Warns of `user` and `group` that have no effect, when this process is not root's. */
void config_check_identity(const struct config *config, struct conf_errors *errors);

/* Why `text` cannot name a service or a backend; NULL: it can. */
const char *config_name_problem(const char *text);

/* The last line of -t, of a start or a reload: what was found. `config` NULL: it was refused. */
void config_summary(const struct config_source *source, const struct config *config,
		    const struct conf_errors *errors, struct text *out);

/* "/run/heddle/heddle.pid" -> "/run/heddle/heddle.sock"; false: too long. */
bool config_control_socket(const char *pid_file, char *out, size_t size) MUST_CHECK;

/* -T: everything in effect as YAML, each line with its origin; it loads back to the same. */
void config_print(const struct config *config, struct text *out);

/*
 * Objects as text for other processes, and back. The result lives in `arena`; NULL: not
 * readable.
 */
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
	/* of the new configuration; of the old for DIFF_REMOVE */
	const struct service_entry *entry;
	const struct backend_conf  *backend_conf;
	const struct listen_conf   *listen;
	/*
	 * For people: "services.web.balance: round_robin -> first", one line for
	 * each value that changed. "" where another row has said it already.
	 */
	const char      *text;
};

struct config_diff {
	struct diff_row *rows;
	size_t           count, room;
};

/*
 * false when a changed directive needs a restart: told in errors with its
 * line. Rows and texts live in `arena`; confs in the configurations.
 */
bool config_diff(const struct config *from, const struct config *to, struct arena *arena,
		 struct config_diff *diff, struct conf_errors *errors) MUST_CHECK;
/* A row more, for what no configuration shows; the caller sets the rest. `entry` may be NULL. */
struct diff_row *config_diff_add(struct config_diff *diff, struct arena *arena,
				 enum diff_verb verb, enum diff_object object,
				 const struct service_entry *entry);

#endif
