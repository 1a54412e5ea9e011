/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of objects. A new section of the file is a file with a struct object_kind, and its row
 * here.
 */
#include "config/config_types.h"
#include "config/object.h"

const struct object_kind *const object_kinds[] = {
	&config_settings_kind,
	&config_defaults_kind,	/* before the services, which inherit from it */
	&config_shuttle_kind,
	&config_service_kind,
	&config_listener_kind,
	&config_fastrouter_stats_kind,
	&config_route_kind,	/* before the backends, some of which stand in them */
	&config_backend_kind,
	&config_fanout_kind,
	&config_fanout_listener_kind,
	&config_target_kind,
	&config_subscription_kind,
	&config_subscription_listener_kind,
	&config_subscription_key_kind,
	&config_cache_kind,
	&config_cache_entry_kind,
	NULL,
};
