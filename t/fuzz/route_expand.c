/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that keys make. An input is a byte that says how long the template is, the template (a
 * base, a pattern, an address with groups), and the key, whose parts are the groups.
 */
#include "target.h"

#include <string.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/route_expand.h"

#define TEMPLATE 64	/* bytes at most */

/* Nothing of a key climbs: no more slashes than the template has, and no part begins with a dot. */
static void check(const char *template, const char *out, bool ok)
{
	size_t in_template = 0, in_out = 0;

	if (!ok)
		return;
	HOLDS(memchr(out, '\0', ROUTE_EXPAND_MAX) != NULL && out[0] != '\0');
	for (const char *p = template; *p != '\0'; p++)
		in_template += *p == '/';
	for (const char *p = out; *p != '\0'; p++)
		in_out += *p == '/';
	HOLDS(in_out <= in_template);
	HOLDS(strstr(template, ".") != NULL || strstr(out, "/.") == NULL);
}

static void try_groups(const char *template, struct slice key, char *out)
{
	struct slice groups[ROUTE_EXPAND_GROUPS];

	for (size_t i = 0; i < COUNT(groups); i++) {
		size_t from = key.len * i / COUNT(groups);

		groups[i] = (struct slice){ key.data + from, (key.len - from) / (i + 1) };
	}
	check(template, out, route_expand_groups(template, groups, out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char template[TEMPLATE + 1], *out = malloc(ROUTE_EXPAND_MAX), why[200];
	struct slice key;
	struct addr addr;
	size_t len;

	HOLDS(out != NULL);
	len = size != 0 ? data[0] % TEMPLATE : 0;
	if (size >= 1 + len && size <= 1 + len + 255) {
		memcpy(template, data + 1, len);
		template[len] = '\0';
		key = (struct slice){ (const char *)data + 1 + len, size - 1 - len };
		check(template, out, route_expand_base(template, key, out));
		try_groups(template, key, out);
		if (route_expand_pattern(template, key, out)) {
			check(template, out, true);
			(void)addr_parse(&addr, slice_of(out), ADDR_DIAL, NULL, why, sizeof(why));
		}
	}
	free(out);
	return 0;
}
