/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a configuration says about caches: items by key, whose values are addresses of nodes, or
 * anything else that an application keeps there.
 */
#ifndef CONFIG_CONFIG_CACHE_H
#define CONFIG_CONFIG_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct conf_section;
struct conf_type;

struct cache_conf {
	uint64_t    given;
	uint32_t    max_items;
	uint64_t    max_memory;		/* bytes of keys and values */
	const char *file;		/* mapping file; NULL: none */
	const char *nodes;		/* value of its lines without an address; NULL: none */
	const char *persist;		/* file that items survive a restart in; NULL: none */
	uint64_t    persist_interval_ms;
	const char *script;		/* that fills it, in Python; NULL: none */
	/* Not from the text: what `file` was when it was read, so that another file is a change. */
	uint64_t    file_version;
};

/* One of `entries`. */
struct cache_entry_conf {
	uint64_t    given;
	const char *value;
};

/* An item that the API sets and that is not configured. */
struct cache_item_conf {
	uint64_t    given;
	const char *value;
	uint64_t    expires_ms;	/* from when it is set */
};

extern const struct conf_section config_cache_item_section;
extern const struct conf_type config_cache_value;	/* const char *: nodes */

/* `cache_server` of a uwsgi service. */
struct cache_server_conf {
	uint64_t    given;
	const char *cache;	/* name of the cache; NULL: no such requests */
	const char *write;	/* who may change it: networks separated by blanks; NULL: local */
};

/* The version of a file: another number when it has changed. 0: it cannot be read. */
uint64_t config_cache_file_version(const char *path);

#endif
