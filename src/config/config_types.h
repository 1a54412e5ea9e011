/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of directives that mean something to a load balancer, and the sections of the file. */
#ifndef CONFIG_CONFIG_TYPES_H
#define CONFIG_CONFIG_TYPES_H

#include "config/conf_types.h"
#include "config/config_logs.h"
#include "config/object.h"

struct addr;

extern const struct conf_type config_listen_address,	/* struct addr; may be a range */
	/* struct addr; kind ADDR_NONE: a name, which is in the const char * behind it */
	config_backend_address,
	/* of a backend; printed where it is a name */
	config_name_refresh,	/* uint64_t ms */
	config_name_gone,	/* int; struct conf_word */
	/* struct addr; ADDR_NONE with port_last set: the backend's host. A bool behind it: off */
	config_check_address,
	config_log_target,	/* struct log_target */
	config_workers,		/* uint32_t workers of struct settings, and workers_auto */
	config_reasons,		/* uint64_t, 1 << enum reason each */
	config_shuttle_text,	/* const char *: JSON of a service of shuttle's, in one line */
	config_datagram_address,	/* struct addr of datagrams; may be a range */
	config_target_address,	/* struct endpoint; an address of datagrams, or a name */
	config_targets,		/* const char *: endpoints separated by blanks; NULL: none */
	/* const char *: lines of config_subscription_next(); NULL: none */
	config_subscription_nodes,
	config_networks,	/* const char *: networks separated by blanks; NULL: none */
	config_modifier,	/* uint32_t, a byte */
	config_uwsgi_key,	/* const char *: the key of a request */
	config_ids,		/* const char *: numbers separated by blanks; NULL: none */
	config_folders,		/* const char *: paths, each on a line; NULL: none */
	config_sample;	/* uint32_t: 3, or 1/3 */

/* Kinds of objects; a row each in object_kinds.c. */
extern const struct object_kind config_settings_kind, config_defaults_kind, config_service_kind,
	config_listener_kind, config_fastrouter_stats_kind, config_backend_kind,
	config_shuttle_kind, config_fanout_kind, config_fanout_listener_kind,
	config_target_kind, config_route_kind,
	config_subscription_kind, config_subscription_listener_kind, config_subscription_key_kind,
	config_cache_kind, config_cache_entry_kind;
/* The path of the only one of its kind. */
#define CONFIG_DEFAULTS_PATH "defaults/defaults"
#define CONFIG_SHUTTLE_PATH "shuttle/shuttle"

extern const struct conf_section config_settings_section, config_service_section,
	config_listen_section, config_fastrouter_stats_section, config_backend_section,
	config_shuttle_section;
extern const struct conf_section config_body_section, config_passive_section,
	config_check_section,
	config_keepalive_section, config_log_section, config_access_log_section;
extern const struct conf_section config_admin_section, config_admin_tls_section,
	config_admin_listen_section, config_resolver_section;
extern const struct conf_section config_fanout_section, config_fanout_listen_section,
	config_target_section;
extern const struct conf_section config_route_section, config_uwsgi_section,
	config_subscription_section, config_subscription_sign_section,
	config_subscription_credentials_section, config_subscription_key_section,
	config_subscription_node_section;
extern const struct conf_section config_cache_section, config_cache_entry_section,
	config_cache_server_section, config_script_section;

/* Reads "stderr", "off", "syslog:daemon" or a path. */
bool config_types_read_log_target(const struct node *node, const struct conf_place *place,
				  struct log_target *target);
/* An address at `node`, relative unix paths belonging to its file; told when it is none. */
bool config_types_read_address(const struct node *node, bool listen, const struct conf_place *place,
			       struct addr *addr);

/* How many workers `auto` is: processors this process may use, by affinity and cgroup quota. */
uint32_t config_cpus(void);
/* The same with the files of another system root (tests). */
uint32_t config_cpus_quota(const char *root, uint32_t cpus);

#endif
