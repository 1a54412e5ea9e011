/* SPDX-License-Identifier: BSD-2-Clause */
/* `services` and `defaults`: every service with what it inherits, its listeners and backends. */
#include <string.h>

#include "core/arena.h"
#include "core/config_foreign.h"
#include "core/config_parts.h"

static bool given(const struct service_conf *service, const char *directive)
{
	return conf_given(service, &config_service_section,
			  conf_find(&config_service_section, directive));
}

/* tcp_fallback's way of life: a service that prefers its first backend must notice it dying. */
static void settle_passive(struct service_conf *service, const struct service_conf *defaults)
{
	if (service->balance == BALANCE_FIRST && !given(service, "passive") &&
	    !given(defaults, "passive"))
		service->passive.on = true;
}

/* It is there by another program's name, which has been told: that it is missing is no news. */
static bool meant(const struct node *service, const char *directive)
{
	for (size_t i = 0; i < service->count; i++) {
		struct slice key = service->keys[i]->value;

		if (conf_find(&config_service_section, key.data) == NULL &&
		    config_foreign_is(&config_service_section, key, directive))
			return true;
	}
	return false;
}

static void bind_parts(struct service_entry *entry, const struct node *node,
		       const struct conf_place *place)
{
	const struct node *listen = node_get(node, "listen"),
			  *backends = node_get(node, "backends");

	if (listen == NULL && !meant(node, "listen"))
		conf_tell(place, CONF_ERROR, node, "no listen: nobody could reach it");
	else if (listen != NULL && !node_null(listen)) {
		struct conf_place key = conf_place_key(place, "listen");

		config_bind_listen(&entry->conf, listen, &key);
	}
	if (backends == NULL && !meant(node, "backends"))
		conf_tell(place, CONF_WARNING, node, "no backends: every client is turned away");
	else if (backends != NULL && !node_null(backends)) {
		struct conf_place key = conf_place_key(place, "backends");

		config_bind_backends(entry, backends, &key);
	}
}

/* Settings that are not indented below the name of their service look like services. */
static void tell_kind(const struct node *name, const struct node *node,
		      const struct conf_place *place)
{
	const struct directive *d = conf_find(&config_service_section, name->value.data);

	if (d != NULL)
		conf_tell(place, CONF_ERROR, name,
			  "belongs to a service; indent it below the name of the service");
	else if (node_null(node))
		conf_tell(place, CONF_ERROR, node,
			  "no settings; indent them below the name of the service");
	else
		conf_tell(place, CONF_ERROR, node, "expected a mapping, not %s%s",
			  node_kind_name(node),
			  node->kind == NODE_LIST ? "; take the - away" : "");
}

/* A name for the path of messages even where the name itself is wrong. */
static void bind_service(struct config *config, const struct node *name, const struct node *node,
			 const struct conf_place *place)
{
	struct service_entry *entry = &config->services[config->count];

	if (!config_check_name(name, place))
		return;
	if (node->kind != NODE_MAP) {
		tell_kind(name, node, place);
		return;
	}
	config->count++;
	(void)conf_bind(node, &config_service_section, &config->defaults, place, &entry->conf);
	settle_passive(&entry->conf, &config->defaults);
	entry->conf.name = arena_copy(place->arena, name->value);
	entry->conf.file = name->file;
	entry->conf.line = name->line;
	entry->conf.column = name->column;
	entry->conf.node = node;
	bind_parts(entry, node, place);
	config->backends += entry->count;
}

static void bind_item(struct config *config, const struct node *services, size_t i,
		      const struct conf_place *place)
{
	const struct node *item = services->items[i];
	const struct node *name = item->kind == NODE_MAP ? node_get(item, "name") : NULL;
	struct conf_place at = conf_place_item(place, i);

	if (services->kind == NODE_LIST && name == NULL) {
		conf_tell(&at, CONF_ERROR, item,
			  "a service in a list is a mapping with a name; write name: in it, or "
			  "take the - away");
		return;
	}
	if (services->kind == NODE_MAP && name != NULL) {
		at = conf_place_key(place, services->keys[i]->value.data);
		conf_tell(&at, CONF_ERROR, name, "has its name already; drop name");
		return;
	}
	if (services->kind == NODE_MAP)
		name = services->keys[i];
	at = conf_place_key(place, conf_show(place->arena, name->value));
	bind_service(config, name, item, &at);
}

static void check_names(const struct config *config, const struct conf_place *place)
{
	struct config_named *names = arena_alloc(place->arena, config->count * sizeof(*names));

	for (size_t i = 0; i < config->count; i++) {
		const struct service_conf *conf = &config->services[i].conf;

		names[i] = (struct config_named){ conf->name, conf->node, i };
	}
	config_unique_names(names, config->count, place);
}

static void bind_defaults(struct config *config, const struct conf_place *top)
{
	static const char *const own[] = { "name", "listen", "backends" };
	const struct node *node = node_get(config->tree, "defaults");
	struct conf_place place = conf_place_key(top, "defaults");
	struct service_conf builtin = { 0 };

	(void)conf_bind(NULL, &config_service_section, NULL, &place, &builtin);
	/* The access log of the top level is what services have by default. */
	builtin.access_log = config->settings.access_log;
	if (node != NULL && node_null(node)) {
		conf_tell(&place, CONF_ERROR, node, "no value; expected a mapping");
		node = NULL;
	}
	(void)conf_bind(node, &config_service_section, &builtin, &place, &config->defaults);
	config->defaults.node = node;
	for (size_t i = 0; i < COUNT(own) && node != NULL; i++) {
		const struct node *value = node_get(node, own[i]);
		struct conf_place key = conf_place_key(&place, own[i]);

		if (value != NULL)
			conf_tell(&key, CONF_ERROR, value,
				  "is for services, not for their defaults");
	}
}

void config_bind_services(struct config *config, const struct node *services,
			  const struct conf_place *top)
{
	struct conf_place place = conf_place_key(top, "services");

	bind_defaults(config, top);
	if (services != NULL && services->kind == NODE_SCALAR && !node_null(services)) {
		conf_tell(&place, CONF_ERROR, services, "expected a mapping or a list, not %s",
			  node_kind_name(services));
		return;
	}
	if (services == NULL || services->count == 0) {
		/* After an error it is a consequence: they stand below a word that is unknown. */
		if (top->errors->errors == 0)
			conf_tell(&place, CONF_WARNING, services != NULL ? services : config->tree,
				  "there are none: nothing is served");
		return;
	}
	config->services = arena_alloc(place.arena, services->count * sizeof(*config->services));
	for (size_t i = 0; i < services->count; i++)
		bind_item(config, services, i, &place);
	check_names(config, &place);
}
