/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of uWSGI that `heddle fastrouter` knows, and what was given of them. An option is a
 * row of a table, whether it stands on the command line or in an ini file. Values are kept as they
 * were written; what they become is fastrouter_document.c.
 */
#ifndef COMPAT_FASTROUTER_OPTIONS_H
#define COMPAT_FASTROUTER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct arena;
struct text;

struct fastrouter_list {
	const char **items;
	size_t       count;
};

#define FASTROUTER_RETRIES_ALL UINT64_MAX

/* Texts: NULL when not given. Numbers: the original's default, or 0. */
struct fastrouter_options {
	struct arena *arena;
	struct fastrouter_list listen, shared, nodes, fallbacks, subscriptions;
	const char *pattern, *base, *force_key, *buffer_dir;
	const char *code_string;	/* MODIFIER:FILE:FUNCTION */
	const char *algo, *fallback_key;
	const char *sign_check;		/* DIGEST:FOLDER */
	struct fastrouter_list sign_skip_uids, credentials_check;
	uint64_t sign_tolerance;	/* seconds; 0: not given */
	bool use_credentials;
	struct fastrouter_list caches;	/* of --cache2 */
	const char *use_cache;		/* "": the first one */
	const char *file, *cache_store;
	uint64_t cache_items;		/* of --cache; 0: not given */
	struct fastrouter_list resubscribe;
	const char *resubscribe_bind, *emperor_socket;
	uint64_t vassal_timeout;	/* seconds; 0: not given */
	bool vassal_required;
	const char *router_uid, *router_gid, *uid, *gid;
	const char *socket_user, *socket_group;	/* names, of unix sockets; set by the document */
	const char *log_to, *daemonize, *pid_file, *stats;
	const char *chmod_socket;	/* "" without a mode */
	uint64_t processes, mountpoints, backlog;
	uint64_t max_retries;		/* FASTROUTER_RETRIES_ALL: not given */
	uint64_t post_buffering;	/* bytes; 0: off */
	uint64_t gracetime, timeout, harakiri;	/* seconds; timeout 0: not given */
	uint64_t tolerance;	/* seconds */
	bool stats_http, stats_minified;
	bool cheap, quiet, on_no_key, dotsplit, print, help, version;
	int  status;	/* COMPAT_GO_ON, or the exit status: something was refused, and told */
};

enum fastrouter_argument { ARGUMENT_NONE, ARGUMENT_NEEDED, ARGUMENT_MAY };

enum fastrouter_effect {
	EFFECT_TEXT,	/* the last one counts */
	EFFECT_LIST,
	EFFECT_NUMBER,
	EFFECT_SWITCH,
	EFFECT_INI,	/* the value is an ini file: for who reads the arguments */
	EFFECT_PLACEHOLDER,	/* the value is name=value: likewise */
	EFFECT_SILENT,	/* accepted without effect */
	EFFECT_NONE,	/* the same, and `help` is told */
};

struct fastrouter_option {
	const char              *name;
	char                     letter;	/* of its short form; 0: there is none */
	enum fastrouter_argument argument;
	enum fastrouter_effect   effect;
	size_t                   at;		/* of its field */
	const char              *help;
};

void fastrouter_options_init(struct fastrouter_options *options, struct arena *arena);

const struct fastrouter_option *fastrouter_options_find(struct slice name);
const struct fastrouter_option *fastrouter_options_letter(char letter);

/*
 * What stands in the field of the option afterwards, or a message. `value` NULL: there was none.
 * `where` comes before the name of the option in messages: "--", or "router.ini:3: ".
 */
void fastrouter_options_set(struct fastrouter_options *options,
			    const struct fastrouter_option *option, const char *value,
			    const char *where);

/* Refuses an option that has no row, with the sentence that its name deserves. */
void fastrouter_options_refuse(struct fastrouter_options *options, struct slice name,
			       const char *where);

/* "fastrouter: --name: sentence", and the exit status 2. */
void fastrouter_options_wrong(struct fastrouter_options *options, const char *where,
			      struct slice name, const char *fmt, ...) PRINTF(4, 5);

/* The options that have an effect, each with its sentence. */
void fastrouter_options_usage(struct text *out);

/* All names of the table, NULL at the end, with `_` for `-` as conf_nearest() wants them. */
const char *const *fastrouter_options_names(struct arena *arena);

#endif
