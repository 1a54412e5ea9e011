/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_guard.h"

#include <inttypes.h>
#include <string.h>

#include "compat/fastrouter_options.h"
#include "compat/fastrouter_string.h"
#include "core/arena.h"
#include "core/text.h"
#include "core/units.h"

#define TOLERANCE 86400	/* seconds: the original's */

static const char *absolute(const char *path, const char *folder, struct arena *arena)
{
	return path[0] == '/' ? path : arena_printf(arena, "%s/%s", folder, path);
}

/* Numbers, as the original takes them. */
static void put_uids(struct fastrouter_options *o, struct text *yaml)
{
	text_puts(yaml, "      skip_uids: [");
	for (size_t i = 0; i < o->sign_skip_uids.count; i++) {
		const char *given = o->sign_skip_uids.items[i];
		uint64_t uid;

		if (!number_parse(slice_of(given), &uid) || uid >= UINT32_MAX)
			fastrouter_options_wrong(o, "--", slice_of("subscriptions-sign-skip-uid"),
						 "%.80s is not the number of a user", given);
		else
			text_printf(yaml, "%s%" PRIu64, i > 0 ? ", " : "", uid);
	}
	text_puts(yaml, "]\n");
}

static void put_sign(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	const char *colon = strchr(o->sign_check, ':');

	if (colon == NULL || colon == o->sign_check || colon[1] == '\0') {
		fastrouter_options_wrong(o, "--", slice_of("subscriptions-sign-check"),
					 "%.80s: write DIGEST:FOLDER, such as SHA1:/etc/keys",
					 o->sign_check);
		return;
	}
	text_puts(yaml, "    sign:\n");
	fastrouter_string(yaml, "      digest: ",
				 arena_copy(o->arena, (struct slice){ o->sign_check,
					    (size_t)(colon - o->sign_check) }), "\n");
	fastrouter_string(yaml, "      keys: ", absolute(colon + 1, folder, o->arena), "\n");
	text_printf(yaml, "      tolerance: %" PRIu64 "s\n",
		    o->sign_tolerance > 0 ? o->sign_tolerance : TOLERANCE);
	if (o->mountpoints > 0)
		text_puts(yaml, "      mountpoints: on\n");
	if (o->sign_skip_uids.count > 0)
		put_uids(o, yaml);
}

void fastrouter_guard_put(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	if (o->sign_check != NULL)
		put_sign(o, folder, yaml);
	if (o->credentials_check.count == 0) {
		if (o->use_credentials)
			text_puts(yaml, "    credentials: on\n");
		return;
	}
	text_puts(yaml, "    credentials:\n      check:\n");
	for (size_t i = 0; i < o->credentials_check.count; i++)
		fastrouter_string(yaml, "        - ",
					 absolute(o->credentials_check.items[i], folder, o->arena),
					 "\n");
}
