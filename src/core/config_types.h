/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of directives that mean something to a load balancer, and the sections of the file. */
#ifndef CORE_CONFIG_TYPES_H
#define CORE_CONFIG_TYPES_H

#include "core/conf_types.h"
#include "core/config_logs.h"

struct addr;

extern const struct conf_type config_listen_address,	/* struct addr; may be a range */
	config_backend_address,	/* struct addr */
	config_check_address,	/* struct addr; ADDR_NONE with port_last set: the backend's host */
	config_log_target,	/* struct log_target */
	config_workers,		/* uint32_t workers of struct settings, and workers_auto */
	config_reasons;		/* uint64_t, 1 << enum reason each */

extern const struct conf_section config_settings_section, config_service_section,
	config_listen_section, config_backend_section;
extern const struct conf_section config_passive_section, config_check_section,
	config_keepalive_section, config_log_section, config_access_log_section;

/* Reads "stderr", "off", "syslog:daemon" or a path. */
bool config_read_log_target(const struct node *node, const struct conf_place *place,
			    struct log_target *target);
/* An address at `node`, relative unix paths belonging to its file; told when it is none. */
bool config_read_address(const struct node *node, bool listen, const struct conf_place *place,
			 struct addr *addr);

/* How many workers `auto` is: processors this process may use, by affinity and cgroup quota. */
uint32_t config_cpus(void);
/* The same with the files of another system root (tests). */
uint32_t config_cpus_quota(const char *root, uint32_t cpus);

#endif
