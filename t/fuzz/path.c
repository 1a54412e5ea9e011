/* SPDX-License-Identifier: BSD-2-Clause */
/* Encoded paths of requests, against patterns of all shapes that the table of routes has. */
#include "target.h"

#include <string.h>

#include "admin/route.h"
#include "core/base.h"

static const char *const patterns[] = {
	"/", "/_config", "/_v1/stats", "/{service}", "/{service}/_config", "/{service}/{backend}",
	"/_v1/services/{service}/backends/{backend}", "/_v1/sessions/{id}",
};

static void check_captures(const char *path, const struct route_captures *captures)
{
	size_t bytes = 0;

	for (unsigned type = 0; type < ROUTE_CAPTURES; type++) {
		const char *text = captures->text[type];

		if (text == NULL)
			continue;
		HOLDS(*text != '\0');
		bytes += strlen(text) + 1;
	}
	HOLDS(bytes == captures->used && bytes <= ROUTE_CAPTURE_BYTES);
	HOLDS(bytes <= strlen(path) + ROUTE_CAPTURES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct route_captures captures;
	char *path = malloc(size + 1);
	unsigned slashes = 0;

	HOLDS(path != NULL);
	if (size != 0)
		memcpy(path, data, size);
	path[size] = '\0';
	for (const char *c = path; *c != '\0'; c++)
		slashes += *c == '/';
	for (size_t i = 0; i < COUNT(patterns); i++) {
		unsigned wanted = 0;

		if (!route_matches(patterns[i], path, &captures))
			continue;
		check_captures(path, &captures);
		for (const char *c = patterns[i]; *c != '\0'; c++)
			wanted += *c == '/';
		HOLDS(slashes == wanted);	/* an encoded slash never cuts */
	}
	free(path);
	return 0;
}
