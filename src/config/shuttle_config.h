/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A configuration as shuttle's structs: what its API answers with, and what bodies are merged
 * into. A service that heddle's own file made is shown as well as shuttle's words can.
 */
#ifndef CONFIG_SHUTTLE_CONFIG_H
#define CONFIG_SHUTTLE_CONFIG_H

#include "config/config.h"
#include "config/shuttle.h"

/* Everything; services by name, as bytes. */
void shuttle_config(const struct config *config, struct arena *arena,
		    struct shuttle_document *document);
/* false: there is no such service. */
bool shuttle_config_service(const struct config *config, const char *name, struct arena *arena,
			    struct shuttle_service *service) MUST_CHECK;
void shuttle_config_globals(const struct config *config, struct shuttle_settings *globals);

/* The bytes of GET /_config, which are those of a state file of shuttle's. */
void shuttle_config_print(const struct config *config, enum shuttle_dialect dialect,
			  struct text *out);
/* The dialect that the settings choose. */
enum shuttle_dialect shuttle_config_dialect(const struct settings *settings);

/* shuttle's word for a row of the balancers, RR or LC; of others our own. */
const char *shuttle_config_balance(int row);

#endif
