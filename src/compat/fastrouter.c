/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fastrouter --fastrouter ADDR ...: uWSGI's FastRouter with its options and ini files. What it did
 * badly is not kept: any failure to connect goes to the next node, ways to a node are combined,
 * and no request is cut by HUP.
 */
#include "compat/program.h"

#include <stdio.h>

#include "compat/fastrouter_arguments.h"
#include "compat/fastrouter_document.h"
#include "compat/fastrouter_options.h"
#include "core/arena.h"

/* Lines that scripts wait for, one an address. */
static const char **bound(const struct fastrouter_options *o)
{
	const struct fastrouter_list *servers = &o->subscriptions;
	const char **lines = arena_alloc(o->arena, (o->listen.count + servers->count + 2) *
					 sizeof(*lines)), **line = lines;

	for (size_t i = 0; i < o->listen.count; i++)
		*line++ = arena_printf(o->arena, "uWSGI fastrouter bound on %s",
				       o->listen.items[i]);
	for (size_t i = 0; i < servers->count; i++)
		*line++ = arena_printf(o->arena, "uWSGI fastrouter subscription server bound on %s",
				       servers->items[i]);
	if (o->stats != NULL)
		*line++ = arena_printf(o->arena, "*** fastrouter stats server enabled on %s ***",
				       o->stats);
	return lines;
}

static int print(const struct fastrouter_options *o)
{
	struct text help;

	if (o->version)
		return puts(HEDDLE_VERSION) < 0 || fflush(stdout) ? 1 : 0;
	text_init(&help);
	fastrouter_options_usage(&help);
	int status = fputs(text_cstr(&help), stdout) < 0 || fflush(stdout) ? 1 : 0;

	text_close(&help);
	return status;
}

static int translate(int argc, char **argv, struct compat_plan *plan)
{
	struct fastrouter_options *o = arena_alloc(plan->arena, sizeof(*o));
	const char **begin = arena_alloc(plan->arena, 3 * sizeof(*begin));

	fastrouter_options_init(o, plan->arena);
	fastrouter_arguments_read(o, argc, argv);
	if (o->help || o->version)
		return print(o);
	if (o->status == COMPAT_GO_ON)
		fastrouter_document_put(o, &plan->yaml);
	if (o->status != COMPAT_GO_ON)
		return o->status;
	begin[0] = "Starting fastrouter, heddle " HEDDLE_VERSION;
	begin[1] = o->cheap ? "starting uWSGI fastrouter in cheap mode" : NULL;
	plan->print = o->print;
	plan->daemon = o->daemonize != NULL;
	plan->messages = (struct compat_messages){
		.begin = begin,
		.start = bound(o),
		.listen_failure = "bind(): ",
		.hup = "SIGHUP received: nothing is read again, and no request is cut",
		.signal = "SIGINT/SIGTERM received...killing workers... ",
		.exiting = "goodbye to uWSGI.",
	};
	return COMPAT_GO_ON;
}

const struct compat_program fastrouter = { "fastrouter", translate };
