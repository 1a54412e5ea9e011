/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of config_load(), each its own file. Nobody else includes this. */
#ifndef CONFIG_CONFIG_PARTS_H
#define CONFIG_CONFIG_PARTS_H

#include "config/config_types.h"
#include "config/item.h"

/* config_check.c: what can only be seen from above: one address twice, room, odd settings. */
void config_check(const struct config_file *file, const struct conf_place *top);
/* Of these alone: one address twice, and room. */
void config_check_whole(const struct config_file *file, const struct conf_place *top);
void config_check_service(const struct config_file *file, const struct item *service,
			  const struct conf_place *place);
void config_check_backend(const struct config_file *file, const struct item *backend,
			  const struct conf_place *place);

/* config_backends.c: what an address of a service is by its protocol. */
void config_backends_place(const struct item *service, struct addr *addr);

/* config_fanouts.c: listeners of datagrams, as fan-outs and subscription servers have them. */
void config_fanouts_read_listeners(struct config_file *file, const struct object_kind *kind,
				   struct item *fanout, const struct node *section,
				   const struct conf_place *outer);
void config_fanouts_print_flow(const struct item *item, struct text *out);
const char *config_fanouts_describe_listener(const void *conf, char *buf, size_t size);
/* Reads an address, a mapping, or a list of both; `append` gets each that could be read. */
typedef void config_fanouts_append(struct config_file *file, struct item *parent,
				   struct item *item, const struct conf_place *place);
void config_fanouts_read_list(struct config_file *file, const struct object_kind *kind,
			      struct item *parent, const struct node *section,
			      const struct conf_place *place, config_fanouts_append *append);
/* Unless `usable`, tells each of the directives (NULL at the end) that is given. */
void config_fanouts_check_use(const struct item *item, const char *const *rows, bool usable,
			      const char *whose, const struct conf_place *place);

/* config_check_fanout.c: targets that lead back, directives that cannot stand together. */
void config_check_fanout(const struct config_file *file, const struct item *fanout,
			 const struct conf_place *place);

/*
 * config_check_routes.c: services and routes that routes and backends name. `level`: of a name of
 * what is not there.
 */
void config_check_routes(const struct config_file *file, enum conf_level level,
			 const struct conf_place *top);

/* config_check_admin.c: addresses and TLS of the API, and what strangers could reach. */
void config_check_admin(const struct config_file *file, const struct conf_place *top);

/* config_check_resolver.c: settings that contradict each other. */
void config_check_resolver(const struct config_file *file, const struct conf_place *top);

/* config_loops.c: ways that lead back to heddle; `deep`: also by addresses of interfaces. */
void config_check_loops(const struct config_file *file, bool deep, const struct conf_place *top);

/* config_deep.c: users, groups and folders that must be there. */
void config_deep_settings(const struct config_file *file, const struct item *root,
				  const struct conf_place *top);
void config_deep_service(const struct config_file *file, const struct item *service,
				 const struct conf_place *place);
void config_deep_fanout(const struct config_file *file, const struct item *fanout,
			const struct conf_place *place);
void config_deep_subscription(const struct config_file *file, const struct item *server,
			      const struct conf_place *place);
void config_deep_cache(const struct config_file *file, const struct item *cache,
		       const struct conf_place *place);
void config_deep_listener(const struct config_file *file, const struct item *listener,
				  const struct conf_place *place);

/* config_deep_route.c: scripts that can be run. */
void config_deep_route_cache(const struct item *cache, const struct conf_place *place);
void config_deep_route(const struct config_file *file, const struct item *route,
		       const struct conf_place *place);

/* config_files.c: heddle's own files that are each other. */
void config_check_files(const struct config_file *file, const struct conf_place *top);

/* config_print.c: every directive that has a value, on one line. */
void config_print_flow(const void *conf, const struct conf_section *section, struct text *out);
/* A value with every dollar sign doubled: read again, it would be a reference otherwise. */
void config_print_escaped(const struct text *value, struct text *out);

#endif
