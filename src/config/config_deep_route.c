/* SPDX-License-Identifier: BSD-2-Clause */
/* What routes name and the system must have: scripts that can be compiled. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "config/config_parts.h"
#include "config/config_uwsgi.h"

static const char *file_problem(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return strerror(errno);
	return S_ISREG(st.st_mode) ? NULL : "no regular file";
}

void config_deep_route(const struct config_file *file, const struct item *route,
		       const struct conf_place *place)
{
	const struct script_conf *script = &((const struct route_conf *)route->conf)->script;
	struct conf_place key = conf_place_key(place, "script");
	char text[SCRIPT_WHY];
	const char *why;
	unsigned line = 0;

	(void)file;
	if (script->file == NULL)
		return;
	why = file_problem(script->file);
	if (why == NULL)
		why = config_scripts.problem(script, text, sizeof(text), &line);
	if (why != NULL && line != 0)
		conf_report(&key, CONF_ERROR, route->node, "%s:%u: %s", script->file, line, why);
	else if (why != NULL)
		conf_report(&key, CONF_ERROR, route->node, "%s: %s", script->file, why);
}
