/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration knows about tables of the folders above: the words of their rows, and
 * what a row implies for other directives. Each record is defined beside its table.
 */
#ifndef CONFIG_CONFIG_ROWS_H
#define CONFIG_CONFIG_ROWS_H

#include "config/conf_types.h"

struct config_balancers {	/* proxy/balancer.c */
	struct conf_names names;
	/* Backends stand by for those before them: `passive` is on, and their places are tiers. */
	bool (*prefers_first)(int row);
};

struct config_checks {		/* admin/check_kinds.c */
	struct conf_names names;
	/* Directives of a kind; NULL: it has none of its own. At most CHECK_OWN_SIZE bytes. */
	const struct conf_section *(*section)(int row);
	/* Why these directives cannot stand together; NULL: they can. */
	const char *(*problem)(int row, const void *own);
	bool (*connects_only)(int row);	/* and closes: some servers count that as an attack */
};

struct config_protocols {	/* proxy/protocol.c */
	struct conf_names names;
	/* Directives of one; NULL: it has none of its own. At most PROTOCOL_OWN_SIZE bytes. */
	const struct conf_section *(*section)(int row);
	/*
	 * Its packets are uWSGI's: routes lead from their keys to nodes, abstract names of sockets
	 * end in a NUL, and sessions that are silent for a minute end.
	 */
	bool (*uwsgi)(int row);
};

extern const struct config_balancers config_balancers;
extern const struct config_checks config_checks;
extern const struct config_protocols config_protocols;

#endif
