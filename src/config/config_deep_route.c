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

static void check_script(const struct script_conf *script, const struct node *node,
			 const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "script");
	char text[SCRIPT_WHY];
	const char *why;
	unsigned line = 0;

	why = file_problem(script->file);
	if (why == NULL)
		why = config_scripts.problem(script, text, sizeof(text), &line);
	if (why != NULL && line != 0)
		conf_report(&key, CONF_ERROR, node, "%s:%u: %s", script->file, line, why);
	else if (why != NULL)
		conf_report(&key, CONF_ERROR, node, "%s: %s", script->file, why);
}

void config_deep_route(const struct config_file *file, const struct item *route,
		       const struct conf_place *place)
{
	const struct script_conf *script = &((const struct route_conf *)route->conf)->script;

	(void)file;
	if (script->file != NULL)
		check_script(script, route->node, place);
}

void config_deep_route_cache(const struct item *cache, const struct conf_place *place)
{
	const char *file = ((const struct cache_conf *)cache->conf)->script;
	struct script_conf script;

	if (file == NULL)
		return;
	script = config_script_once(file);
	check_script(&script, cache->node, place);
}
