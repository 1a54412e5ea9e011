/* SPDX-License-Identifier: BSD-2-Clause */
/* For the tests of the configuration: a text goes in, what was said about it comes out. */
#ifndef UNIT_CORE_FIXTURE_H
#define UNIT_CORE_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_types.h"
#include "config/item.h"
#include "config/config.h"
#include "config/config_diff.h"
#include "config/config_load.h"
#include "core/arena.h"
#include "core/text.h"

struct loaded {
	struct arena      *arena;	/* of the errors */
	struct conf_errors errors;
	struct text        said;	/* every error and warning, as people read them */
	struct config_file *file;	/* NULL: refused */
	struct config     *config;	/* made of it */
	struct config_diff diff;	/* closed with the rest */
};

static inline void load_source(struct loaded *l, const struct config_source *source)
{
	*l = (struct loaded){ .arena = arena_new() };
	conf_errors_init(&l->errors, l->arena);
	text_init(&l->said);
	l->file = config_load(source, false, &l->errors);
	l->config = l->file != NULL ? config_new(l->file) : NULL;
	conf_errors_print(&l->errors, &l->said);
}

static inline void load(struct loaded *l, const char *yaml)
{
	load_source(l, &(struct config_source){ .text = slice_of(yaml) });
}

static inline void unload(struct loaded *l)
{
	config_diff_close(&l->diff);
	config_free(l->config);
	config_load_free(l->file);
	text_close(&l->said);
	conf_errors_close(&l->errors);
	arena_free(l->arena);
}

/* Loads what must be fine, warnings aside. */
static inline void load_good(struct loaded *l, const char *yaml)
{
	load(l, yaml);
	ck_assert_msg(l->config != NULL, "%s", text_cstr(&l->said));
}

/* The n-th service, from 0. */
static inline const struct item *nth_service(const struct loaded *l, size_t n)
{
	const struct item *item = item_first(l->file->root, &config_service_kind);

	while (n-- > 0)
		item = item_next(item);
	return item;
}

static inline const struct service_conf *nth_conf(const struct loaded *l, size_t n)
{
	return nth_service(l, n)->conf;
}

/* The n-th listener or backend of the first service. */
static inline const struct item *nth_below(const struct loaded *l, const struct object_kind *kind,
					   size_t n)
{
	const struct item *item = item_first(nth_service(l, 0), kind);

	while (n-- > 0)
		item = item_next(item);
	return item;
}

static inline const struct backend_conf *nth_backend(const struct loaded *l, size_t n)
{
	return nth_below(l, &config_backend_kind, n)->conf;
}

static inline const struct listen_conf *nth_listener(const struct loaded *l, size_t n)
{
	return nth_below(l, &config_listener_kind, n)->conf;
}

/* What a reload from one to the other would do. */
static inline bool diff_loaded(const struct loaded *from, struct loaded *to,
			       struct config_diff *diff)
{
	bool ok = config_diff(from->config, to->file, to->arena, diff, &to->errors);

	to->diff = *diff;
	return ok;
}

/* A service around a few lines of its own. */
#define SERVICE "services: {web: {listen: \":80\", backends: [\"10.0.0.1:80\"]"
#define END "}}"

#endif
