/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables of a uwsgi request, as the file gives them: a mapping of names and values. A field of
 * type conf_uwsgi_vars is one string of "NAME=VALUE" lines, each with its line end: no name has a
 * "=" in it, no value the end of a line. NULL: no variables.
 */
#ifndef CONFIG_CONF_UWSGI_H
#define CONFIG_CONF_UWSGI_H

#include <stdbool.h>

#include "core/slice.h"

struct conf_type;

extern const struct conf_type conf_uwsgi_vars;	/* const char *; NULL when there are none */

/* Takes the first variable off the field. false: there is none left. */
bool conf_uwsgi_next(const char **vars, struct slice *name, struct slice *value);
/* The value of the variable of that name. false: the field does not have it. */
bool conf_uwsgi_find(const char *vars, struct slice name, struct slice *value);

#endif
