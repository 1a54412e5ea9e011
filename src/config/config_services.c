/* SPDX-License-Identifier: BSD-2-Clause */
/* `services`: every service with what it inherits. */
#include <string.h>

#include "config/config_parts.h"
#include "config/config_rows.h"
#include "core/arena.h"

#define UWSGI_IDLE_MS 60000

static bool given(const struct service_conf *service, const char *directive)
{
	return conf_given(service, &config_service_section,
			  conf_find(&config_service_section, directive));
}

/* tcp_fallback's way of life: a service that prefers its first backend must notice it dying. */
static void finish(const struct config_file *file, struct item *item)
{
	struct service_conf *service = item->conf;

	if (config_balancers.prefers_first(service->balance) && !given(service, "passive") &&
	    !given(file->defaults, "passive"))
		service->passive.on = true;
	if (config_protocols.uwsgi(service->protocol) && !given(service, "idle_timeout") &&
	    !given(file->defaults, "idle_timeout"))
		service->idle_timeout_ms = UWSGI_IDLE_MS;
}

static void read_services(struct config_file *file, const struct object_kind *kind,
			  struct item *root, const struct node *section,
			  const struct conf_place *top)
{
	struct conf_place place = conf_place_key(top, kind->section);
	bool empty = section == NULL || node_null(section) ||
		(section->kind != NODE_SCALAR && section->count == 0);

	/* After an error it is a consequence: they stand below a word that is unknown. */
	if (empty && top->errors->errors == 0 && node_get(file->tree, "fanouts") == NULL)
		conf_report(&place, CONF_WARNING, section != NULL ? section : file->tree,
			    "there are none: nothing is served");
	item_read_named(file, kind, root, section, top);
}

const struct object_kind config_service_kind = {
	.name = "service",
	.plural = "services",
	.section = "services",
	.parent = &config_settings_kind,
	.conf = &config_service_section,
	.cell = CELL_SERVICE,
	.told = TOLD_WORKERS | TOLD_CONTROL | TOLD_STATE | TOLD_MAPPER,
	.counted = true,
	.resources = true,
	.inherits = true,
	.read = read_services,
	.finish = finish,
	.check = config_check_service,
	.check_system = config_deep_service,
};
