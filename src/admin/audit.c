/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/audit.h"

#include <inttypes.h>

#include "admin/access.h"
#include "admin/http.h"
#include "config/config_diff.h"
#include "core/addr.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/text.h"

#define ROWS_SHOWN 8

const char *audit_request(const struct http_request *r, const char *by, struct arena *arena)
{
	char peer[ADDR_TEXT];

	return arena_printf(arena, "%s %.200s by %s from %s", http_method_name(http_method(r)),
			    http_encoded_path(r), by, http_peer(r, peer, sizeof(peer)));
}

void audit_applied(const char *request, const struct config_diff *diff, uint64_t generation)
{
	static const struct log_subject change_applied = { .event = "change_applied" };
	struct text what;
	size_t named = 0;

	text_init(&what);
	/* what goes or comes with the object above it has no text of its own */
	for (size_t i = 0; i < diff->count; i++) {
		const char *text = diff->rows[i].text;

		if (text == NULL || *text == '\0' || named++ >= ROWS_SHOWN)
			continue;
		text_printf(&what, "%s%s", named > 1 ? ", " : "", text);
	}
	if (named > ROWS_SHOWN)
		text_printf(&what, " and more, %zu objects in all", named);
	log_about(LEVEL_NOTICE, &change_applied, "audit: %s: %s; generation %" PRIu64, request,
		  text_cstr(&what), generation);
	text_close(&what);
}

void audit_write(const struct http_request *r, const char *what)
{
	static const struct log_subject change_applied = { .event = "change_applied" };
	const char *name = access_name(r);
	struct arena *arena = arena_new();
	const char *by = arena_printf(arena, "api%s%s", name != NULL ? " " : "",
				      name != NULL ? name : "");

	log_about(LEVEL_NOTICE, &change_applied, "audit: %s: %s", audit_request(r, by, arena),
		  what);
	arena_free(arena);
}
