/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of config_load(), each its own file. Nobody else includes this. */
#ifndef CORE_CONFIG_PARTS_H
#define CORE_CONFIG_PARTS_H

#include "core/config.h"
#include "core/config_types.h"

/* config_services.c: `services` (NULL: there are none) into config->services. Errors are told. */
void config_bind_services(struct config *config, const struct node *services,
			  const struct conf_place *top);

/* config_listen.c: what stands behind `listen`, port ranges unfolded. */
void config_bind_listen(struct service_conf *service, const struct node *listen,
			const struct conf_place *place);

/* config_backends.c: what stands behind `backends`. */
void config_bind_backends(struct service_entry *entry, const struct node *backends,
			  const struct conf_place *place);

/* config_names.c: false and told when it cannot be the name of a service or backend. */
bool config_check_name(const struct node *name, const struct conf_place *place);
/* A name or an address: told once for every one that is there before. */
struct config_named {
	const char        *name;
	const struct node *node;
	size_t             order;
};
void config_unique_names(struct config_named *names, size_t count, const struct conf_place *place);

/* config_check.c: what can only be seen from above: one address twice, room, odd settings. */
void config_check(const struct config *config, const struct conf_place *top);

/* config_loops.c: ways that lead back to heddle; `deep`: also by addresses of interfaces. */
void config_check_loops(const struct config *config, bool deep, const struct conf_place *top);

/* config_deep.c: users, groups and folders that must be there. */
void config_check_system(const struct config *config, const struct conf_place *top);

/* config_files.c: heddle's own files that are each other. */
void config_check_files(const struct config *config, const struct conf_place *top);

#endif
