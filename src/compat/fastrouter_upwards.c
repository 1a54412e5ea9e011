/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_upwards.h"

#include <inttypes.h>

#include "compat/fastrouter_options.h"
#include "compat/fastrouter_string.h"
#include "compat/uwsgi_address.h"
#include "core/text.h"

static void put_address(struct fastrouter_options *o, const char *option, const char *given,
			const char *folder, const char *before, struct text *yaml)
{
	const char *why = "write host:port, or a path";
	struct text address;
	bool cut;

	text_init(&address);
	if (uwsgi_address_node(given, folder, &address, &cut, &why) == UWSGI_ADDRESS_BAD)
		fastrouter_options_wrong(o, "--", slice_of(option), "%.80s: %s", given, why);
	else
		fastrouter_string(yaml, before, text_cstr(&address), "\n");
	text_close(&address);
}

/* The original announces the name of its first socket for requests, whatever that is. */
static void put_own_address(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	const char *given = o->listen.count > 0 ? o->listen.items[0] : "";
	const char *why;
	struct text address;

	if (given[0] == ':') {
		fastrouter_string(yaml, "    forward_address: ", given, "\n");
		return;
	}
	text_init(&address);
	switch (uwsgi_address_listen(given, folder, &address, &why)) {
	case UWSGI_ADDRESS_TCP:
	case UWSGI_ADDRESS_UNIX:
	case UWSGI_ADDRESS_ABSTRACT:
		fastrouter_string(yaml, "    forward_address: ", text_cstr(&address), "\n");
		break;
	case UWSGI_ADDRESS_BAD:
	case UWSGI_ADDRESS_FD:
	case UWSGI_ADDRESS_SHARED:
		fastrouter_options_wrong(o, "--", slice_of("fastrouter-resubscribe"),
					 "%.80s has no address that could be announced: give "
					 "another --fastrouter first", given);
		break;
	}
	text_close(&address);
}

void fastrouter_upwards_put(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	if (o->resubscribe.count > 0) {
		text_puts(yaml, "    forward:\n");
		for (size_t i = 0; i < o->resubscribe.count; i++)
			put_address(o, "fastrouter-resubscribe", o->resubscribe.items[i], folder,
				    "      - ", yaml);
		put_own_address(o, folder, yaml);
		if (o->resubscribe_bind != NULL)
			fastrouter_string(yaml, "    forward_from: ", o->resubscribe_bind,
						 "\n");
	}
	if (o->emperor_socket != NULL)
		put_address(o, "fastrouter-emperor-socket", o->emperor_socket, folder,
			    "    emperor: ", yaml);
	if (o->vassal_timeout > 0)
		text_printf(yaml, "    vassal_timeout: %" PRIu64 "s\n", o->vassal_timeout);
	if (o->vassal_required)
		text_puts(yaml, "    vassal_required: on\n");
}
