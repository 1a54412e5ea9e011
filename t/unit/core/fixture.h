/* SPDX-License-Identifier: BSD-2-Clause */
/* For the tests of the configuration: a text goes in, what was said about it comes out. */
#ifndef UNIT_CORE_FIXTURE_H
#define UNIT_CORE_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/text.h"

struct loaded {
	struct arena      *arena;	/* of the errors */
	struct conf_errors errors;
	struct text        said;	/* every error and warning, as people read them */
	struct config     *config;	/* NULL: refused */
};

static inline void load_source(struct loaded *l, const struct config_source *source)
{
	l->arena = arena_new();
	conf_errors_init(&l->errors, l->arena);
	text_init(&l->said);
	l->config = config_load(source, false, &l->errors);
	conf_errors_print(&l->errors, &l->said);
}

static inline void load(struct loaded *l, const char *yaml)
{
	load_source(l, &(struct config_source){ .text = slice_of(yaml) });
}

static inline void unload(struct loaded *l)
{
	config_free(l->config);
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

/* A service around a few lines of its own. */
#define SERVICE "services: {web: {listen: \":80\", backends: [\"10.0.0.1:80\"]"
#define END "}}"

#endif
