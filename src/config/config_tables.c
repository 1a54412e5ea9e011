/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every directive of the file: settings, services, listeners, backends. One
 * row each; the order is the manual's and that of -T. Blocks inside of these
 * are config_sections.c.
 */
#include <stddef.h>

#include "config/config_rows.h"
#include "config/config_structs.h"
#include "config/config_types.h"

#define LIVE APPLIES_LIVE
#define RESTART APPLIES_RESTART

#define LATER(name) \
	{ \
		name, &conf_later, 0, NULL, LIVE, FROM_FILE, NULL, NULL, NULL \
	}

static const struct conf_bounds some_time = { 1, UINT64_MAX };
static const struct conf_bounds a_second = { 1000, UINT64_MAX };
static const struct conf_bounds memory = { 64 << 10, UINT64_MAX };
static const struct conf_bounds many = { 1, 4 << 20 };
static const struct conf_bounds services = { 1, 65536 };
static const struct conf_bounds waiting = { 1, 65535 };
static const struct conf_bounds weights = { 0, 65535 };

static const struct conf_word events[] = {
	{ "auto", EVENT_AUTO },
#ifdef HAVE_EPOLL
	{ "epoll", EVENT_EPOLL },
#endif
#ifdef HAVE_KQUEUE
	{ "kqueue", EVENT_KQUEUE },
#endif
	{ "poll", EVENT_POLL },     { NULL, 0 },
};

const char *config_tables_event(int event)
{
	return conf_words_name(events, event);
}

#define AT(field) offsetof(struct settings, field)

static const struct directive settings_rows[] = {
	{ "user", &conf_string, AT(user), NULL, RESTART, FROM_FILE, NULL, NULL,
	  "User that the child processes run as when heddle is started as root; without it, "
	  "nobody." },
	{ "group", &conf_string, AT(group), NULL, RESTART, FROM_FILE, NULL, NULL,
	  "Group that the child processes run as; without it, the one of user." },
	{ "workers", &config_workers, AT(workers), "auto", LIVE, FROM_FILE, NULL, NULL,
	  "Worker processes; auto: as many as there are processors by affinity and cgroup quota." },
	{ "pid_file", &conf_path, AT(pid_file), HEDDLE_PID_PATH, RESTART, FROM_FILE, NULL, NULL,
	  "Where the process number is written, the control socket beside it; off: neither." },
	{ "event", &conf_word, AT(event), "auto", RESTART, FROM_FILE, events, NULL,
	  "How the kernel reports events; auto: the best way that the system has." },
	{ "worker_sessions", &conf_count, AT(worker_sessions), "65536", RESTART, FROM_FILE, &many,
	  NULL, "Sessions that one worker has at most." },
	{ "max_backends", &conf_count, AT(max_backends), "65536", RESTART, FROM_FILE, &many, NULL,
	  "Backends that there is room for, over all services." },
	{ "max_services", &conf_count, AT(max_services), "1024", RESTART, FROM_FILE, &services,
	  NULL, "Services that there is room for." },
	{ "buffer_memory", &conf_size, AT(buffer_memory), "64m", LIVE, FROM_FILE, &memory, NULL,
	  "Bytes that one worker keeps at most for peers that read slowly." },
	{ "watchdog", &conf_duration, AT(watchdog_ms), "10s", LIVE, FROM_FILE, &a_second, NULL,
	  "A process whose event loop has not run for so long is aborted and replaced." },
	{ "shutdown_timeout", &conf_duration, AT(shutdown_timeout_ms), "60s", LIVE, FROM_FILE, NULL,
	  NULL,
	  "How long a stop by QUIT, or a worker that is not wanted any more, waits for its "
	  "sessions; 0: for ever." },
	{ "drain_delay", &conf_duration, AT(drain_delay_ms), "0", LIVE, FROM_FILE, NULL, NULL,
	  "How long QUIT goes on accepting while readiness answers 503 already." },
	{ "change_timeout", &conf_duration, AT(change_timeout_ms), "1500ms", LIVE, FROM_FILE,
	  &some_time, NULL, "How long the answer to a change waits for all processes." },
	{ "log", &conf_block, AT(log), NULL, LIVE, FROM_FILE, &config_log_section, NULL,
	  "The error log; a target alone is short for to." },
	{ "access_log", &conf_block, AT(access_log), NULL, LIVE, FROM_FILE,
	  &config_access_log_section, NULL,
	  "The access log of services that have none of their own; a target alone is short for "
	  "to." },
	{ "admin", &conf_block, AT(admin), NULL, LIVE, FROM_FILE, &config_admin_section, NULL,
	  "The API: where it listens besides the control socket, and who may use it." },
	{ "resolver", &conf_block, AT(resolver), NULL, LIVE, FROM_FILE, &config_resolver_section,
	  NULL, "How names are resolved: by which DNS servers, and how often." },
	{ "state", &conf_path, AT(state), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "File that keeps what the API changes and which backends are down, over restarts." },
	{ "shuttle_state", &conf_path, AT(shuttle_state), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "File that is written with the state file: the services as a document of shuttle's." },
	{ "defaults", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "What services inherit that do not say otherwise." },
	{ "shuttle", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "What services get that shuttle's API creates." },
	{ "services", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "The services by name, or a list of them with name keys." },
	{ "include", &conf_elsewhere, 0, NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Files to read too, with wildcards, sorted, relative to this one." },
	{ "fanouts", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "The fan-outs by name, or a list of them with name keys." },
	{ "subscriptions", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "The subscription servers by name, or a list of them with name keys." },
	{ "caches", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "The caches by name, or a list of them with name keys." },
	{ .name = NULL },
};

#undef AT

static bool below_settings(const char *key)
{
	return object_kind_below(&config_settings_kind, slice_of(key)) != NULL;
}

static bool below_service(const char *key)
{
	return object_kind_below(&config_service_kind, slice_of(key)) != NULL;
}

/* The switches are the values of `cheap`. */
static const struct conf_word when_empty_words[] = {
	{ "close", WHEN_EMPTY_CLOSE }, { "wait", WHEN_EMPTY_WAIT },   { "reset", WHEN_EMPTY_RESET },
	{ "on", WHEN_EMPTY_WAIT },     { "true", WHEN_EMPTY_WAIT },   { "yes", WHEN_EMPTY_WAIT },
	{ "off", WHEN_EMPTY_CLOSE },   { "false", WHEN_EMPTY_CLOSE }, { "no", WHEN_EMPTY_CLOSE },
	{ NULL, 0 },
};

const struct conf_section config_settings_section = {
	.name = "settings",
	.rows = settings_rows,
	.size = sizeof(struct settings),
	.given = offsetof(struct settings, given),
	.holds = below_settings,
};

#define AT(field) offsetof(struct service_conf, field)

static const struct directive service_rows[] = {
	{ "name", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "What it is called, where services is a list." },
	{ "protocol", &conf_row, AT(protocol), "tcp", LIVE, FROM_API, &config_protocols.names,
	  NULL,
	  "What is carried: tcp, any stream, or uwsgi, requests of web servers for uWSGI." },
	{ "listen", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "The addresses where clients connect: one, a list, or mappings." },
	{ "balance", &conf_row, AT(balance), "round_robin", LIVE, FROM_API,
	  &config_balancers.names, NULL,
	  "How a backend is chosen: round_robin, least_connections, first or random." },
	{ "passive", &conf_block, AT(passive), "off", LIVE, FROM_API, &config_passive_section, NULL,
	  "Marks backends that clients could not be connected to, and probes them; on by default "
	  "with balance first." },
	{ "check", &conf_block, AT(check), "off", LIVE, FROM_API, &config_check_section, NULL,
	  "Checks every backend all the time; a type alone is short for type." },
	{ "connect_timeout", &conf_duration, AT(connect_timeout_ms), "5s", LIVE, FROM_API,
	  &some_time, NULL, "How long one backend has to answer a connect." },
	{ "greeting_timeout", &conf_duration, AT(greeting_timeout_ms), "10s", LIVE, FROM_API, NULL,
	  NULL,
	  "How long a client has to send the greeting of a protocol that begins with one; 0: for "
	  "ever." },
	{ "client_timeout", &conf_duration, AT(client_timeout_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How long a client may be silent while heddle waits for it; 0: for ever." },
	{ "server_timeout", &conf_duration, AT(server_timeout_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How long a backend may be silent while heddle waits for it; 0: for ever." },
	{ "idle_timeout", &conf_duration, AT(idle_timeout_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How long both sides may be silent; 0: for ever." },
	{ "connect_tries", &conf_count, AT(connect_tries), "0", LIVE, FROM_API, NULL, NULL,
	  "Backends tried for one client at most; 0: all." },
	{ "connect_total_timeout", &conf_duration, AT(connect_total_timeout_ms), "30s", LIVE,
	  FROM_API, NULL, NULL,
	  "How long all tries for one client may take together; 0: no limit." },
	{ "keepalive", &conf_block, AT(keepalive), "on", LIVE, FROM_API, &config_keepalive_section,
	  NULL, "TCP keep-alive on both sides, or off." },
	{ "nodelay", &conf_bool, AT(nodelay), "on", LIVE, FROM_API, NULL, NULL,
	  "Sends small segments at once (TCP_NODELAY)." },
	{ "backlog", &conf_count, AT(backlog), "4096", LIVE, FROM_API, &waiting, NULL,
	  "Connections that may wait in each listening socket to be accepted." },
	{ "max_connections", &conf_count, AT(max_connections), "0", LIVE, FROM_API, NULL, NULL,
	  "Sessions of the service at most; more are closed. 0: no limit." },
	{ "when_empty", &conf_word, AT(when_empty), "close", LIVE, FROM_API, when_empty_words,
	  "cheap",
	  "What becomes of clients while no backend is usable: close, reset, or wait (nobody is "
	  "accepted)." },
	{ "drain_timeout", &conf_duration, AT(drain_timeout_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How long sessions of what is removed or drains may go on; 0: for ever." },
	{ "access_log", &conf_block, AT(access_log), NULL, LIVE, FROM_FILE,
	  &config_access_log_section, NULL,
	  "Its access log; without it, the one of the top level." },
	{ "routes", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "Ways from the key of a uwsgi request to a node, tried in their order." },
	{ "fastrouter_stats", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "Addresses of a uwsgi service that send its figures as uWSGI's fastrouter does: one, a "
	  "list, or mappings." },
	{ "shuttle", &config_shuttle_text, AT(shuttle), NULL, LIVE, FROM_API, NULL, NULL,
	  "JSON of what shuttle's clients set that has no effect here and is given back to them: "
	  "network, virtual_hosts, error_pages, https-redirect, maintenance_mode." },
	{ "backends", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "Where sessions go: a list of addresses or mappings, or a mapping by name." },
	LATER("queue"),
	LATER("critical"),
	LATER("expect_up"),
	LATER("tls"),
	LATER("allow"),
	LATER("deny"),
	LATER("max_rate"),
	LATER("max_session_age"),
	LATER("proxy_protocol"),
	{ .name = NULL },
};

#undef AT

static const struct conf_section *service_own(const void *conf)
{
	return config_protocols.section(((const struct service_conf *)conf)->protocol);
}

const struct conf_section config_service_section = {
	.name = "service",
	.rows = service_rows,
	.size = sizeof(struct service_conf),
	.given = offsetof(struct service_conf, given),
	.holds = below_service,
	.scalar_row = "protocol",
	.own = service_own,
	.own_at = offsetof(struct service_conf, own),
};

#define AT(field) offsetof(struct listen_conf, field)

static const struct directive listen_rows[] = {
	{ "address", &config_listen_address, AT(addr), NULL, LIVE, FROM_API, NULL, NULL,
	  "Where to listen: host:port, :port, [v6]:port, first-last ports, unix:/path, @abstract, "
	  "fd:N or fd:NAME." },
	{ "mode", &conf_mode, AT(mode), "0666", LIVE, FROM_FILE, NULL, NULL,
	  "File mode of a unix socket." },
	{ "user", &conf_string, AT(user), NULL, LIVE, FROM_FILE, NULL, "owner",
	  "Owner of a unix socket; without it, who started heddle." },
	{ "group", &conf_string, AT(group), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Group of a unix socket; without it, that of who started heddle." },
	{ "backlog", &conf_count, AT(backlog), "4096", LIVE, FROM_API, &waiting, NULL,
	  "Connections that may wait in it; without it, the backlog of the service." },
	LATER("tls"),
	LATER("proxy_protocol"),
	{ .name = NULL },
};

#undef AT

const struct conf_section config_listen_section = {
	.name = "listen",
	.rows = listen_rows,
	.size = sizeof(struct listen_conf),
	.given = offsetof(struct listen_conf, given),
};

static const struct conf_word gone_words[] = {
	{ "keep", GONE_KEEP },
	{ "remove", GONE_REMOVE },
	{ NULL, 0 },
};

static const struct conf_word states[] = {
	{ "ready", STATE_READY },
	{ "drain", STATE_DRAIN },
	{ "maintenance", STATE_MAINTENANCE },
	{ NULL, 0 },
};

#define AT(field) offsetof(struct backend_conf, field)

static const struct directive backend_rows[] = {
	{ "name", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "What it is called, where backends is a list; without it, its address." },
	{ "address", &config_backend_address, AT(addr), NULL, LIVE, FROM_API, NULL, NULL,
	  "Where to connect: host:port, [v6]:port, unix:/path or @abstract; port * is the one the "
	  "client used. A name:port, or srv:_service._protocol.name, stands for all its "
	  "addresses." },
	{ "weight", &conf_count, AT(weight), "1", LIVE, FROM_API, &weights, NULL,
	  "Its share; round_robin gives it so many connections in a row. 0: no new sessions." },
	{ "max_connections", &conf_count, AT(max_connections), "0", LIVE, FROM_API, NULL, NULL,
	  "Sessions it gets at most at the same time; 0: no limit." },
	{ "state", &conf_word, AT(state), "ready", LIVE, FROM_API, states, NULL,
	  "What the operator wants: ready, drain (no new sessions) or maintenance (not checked "
	  "either)." },
	{ "route", &conf_string, AT(route), NULL, LIVE, FROM_API, NULL, NULL,
	  "The route of nodes that it is a node of; without it, the first one." },
	{ "modifier1", &config_modifier, AT(modifier1), "0", LIVE, FROM_API, NULL, NULL,
	  "The first modifier of the uwsgi packets that it gets." },
	{ "modifier2", &config_modifier, AT(modifier2), "0", LIVE, FROM_API, NULL, NULL,
	  "The second modifier of the uwsgi packets that it gets." },
	{ "check", &config_check_address, AT(check_addr), NULL, LIVE, FROM_API, NULL, NULL,
	  "Where it is checked, when not at its address: {port: N} or {address: HOST:PORT}; off: "
	  "it is not checked, and always up." },
	{ "drain_timeout", &conf_duration, AT(drain_timeout_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How long its sessions may go on when it drains or is removed; 0: for ever; without it, "
	  "that of the service." },
	{ "refresh", &config_name_refresh, AT(refresh_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How often a name is asked for; 0: as long as its records may be kept (TTL)." },
	{ "gone", &config_name_gone, AT(gone), "keep", LIVE, FROM_API, gone_words, NULL,
	  "What happens to the addresses of a name when DNS says that it has none any more: keep "
	  "or remove." },
	{ "shuttle", &config_shuttle_text, AT(shuttle), NULL, LIVE, FROM_API, NULL, NULL,
	  "JSON of what shuttle's clients set that has no effect here: network." },
	LATER("tier"),
	LATER("tls"),
	LATER("proxy_protocol"),
	{ .name = NULL },
};

const struct conf_section config_backend_section = {
	.name = "backend",
	.rows = backend_rows,
	.size = sizeof(struct backend_conf),
	.given = offsetof(struct backend_conf, given),
};
