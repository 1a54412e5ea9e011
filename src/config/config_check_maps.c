/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_check_maps.h"

#include <unistd.h>

#include "config/config_cache.h"
#include "config/config_parts.h"
#include "config/item.h"
#include "core/cache_value.h"
#include "core/conf_errors.h"
#include "core/map_line.h"
#include "core/map_lines.h"

#define LINES_TOLD 10	/* of a file */

struct map_check {
	const struct cache_conf *conf;
	struct conf_errors *errors;
	unsigned            bad;	/* lines */
};

static void warn(const struct map_check *check, uint32_t line, const char *why)
{
	const struct node at = { .file = check->conf->file, .line = line, .column = 1 };

	conf_fail(check->errors, CONF_WARNING, &at, "", "%s: the line is not used", why);
}

static void check_line(void *arg, uint32_t number, struct slice line, const char *too_long)
{
	static char out[MAP_LINE_VALUE];
	struct map_check *check = arg;
	char why[CACHE_VALUE_WHY];
	struct slice key, value;
	bool bad = too_long != NULL || map_line_read(line, check->conf->nodes, &key, out, &value,
						     why) == MAP_LINE_BAD;

	if (bad && ++check->bad <= LINES_TOLD)
		warn(check, number, too_long != NULL ? too_long : why);
}

static void check_file(const struct cache_conf *conf, struct conf_errors *errors)
{
	struct map_check check = { .conf = conf, .errors = errors };
	struct map_lines lines;
	const char *why;
	int fd = map_lines_open(conf->file, &why);

	if (fd == -1)
		return;	/* config_deep_cache() says why */
	conf_errors_file(errors, conf->file);
	map_lines_begin(&lines);
	while (map_lines_read(&lines, fd, &(struct map_lines_user){ check_line, &check }) == 1)
		;
	if (check.bad > LINES_TOLD) {
		const struct node at = { .file = conf->file, .line = lines.number, .column = 1 };

		conf_fail(errors, CONF_WARNING, &at, "", "%u more lines are not used",
			  check.bad - LINES_TOLD);
	}
	map_lines_end(&lines);
	close(fd);
}

void config_check_maps(const struct config_file *file, struct conf_errors *errors)
{
	const struct item *i;

	for (i = item_first(file->root, &config_cache_kind); i != NULL; i = item_next(i)) {
		const struct cache_conf *conf = i->conf;

		if (conf->file != NULL)
			check_file(conf, errors);
	}
}
