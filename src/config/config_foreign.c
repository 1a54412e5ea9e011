/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of nginx and haproxy by the mapping in which people write them. */
#include "config/config_foreign.h"

#include <string.h>

#include "config/conf_hooks.h"
#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/arena.h"

struct foreign {
	const char *words;	/* in lower case, `-` as `_`, with a blank in front of each */
	const char *here;	/* a directive of the same mapping; NULL: `sentence` says it all */
	const char *sentence;	/* to follow `that is "here" here`; NULL: nothing to add */
};

#define NOT_HERE "is not in this version of heddle"
#define UNKNOWN_HERE "that " NOT_HERE
#define A_SERVICE "a service is an entry of \"services\" here"

static const struct foreign settings_words[] = {
	{ " worker_processes nbthread nbproc threads processes", "workers", NULL },
	{ " worker_connections maxconn", "worker_sessions", "for each worker" },
	{ " pid pidfile", "pid_file", NULL },
	{ " error_log logging", "log", NULL },
	{ " uid", "user", NULL },
	{ " gid", "group", NULL },
	{ " use", "event", NULL },
	{ " worker_shutdown_timeout hard_stop_after", "shutdown_timeout", NULL },
	{ " grace", "drain_delay", NULL },
	{ " includes conf_dir", "include", NULL },
	{ " daemon master_worker", NULL, "that is the option -D" },
	{ " worker_rlimit_nofile ulimit_n", NULL, "heddle raises that limit itself" },
	{ " server frontend frontends stream proxy proxies tcp listener listeners", NULL,
	  A_SERVICE },
	{ " upstream upstreams backend clusters", NULL,
	  A_SERVICE ", and its \"backends\" belong to it" },
	{ " global events", NULL, "its settings stand at the top level here" },
	{ " http", NULL, "heddle carries any stream; " A_SERVICE },
	{ NULL, NULL, NULL },
};

static const struct foreign entry_words[] = {
	{ " expires ttl timeout", NULL,
	  "an entry has no end; a live item has, by PUT to /_v1/caches/CACHE/KEY with expires" },
	{ NULL, NULL, NULL },
};

static const struct foreign service_words[] = {
	{ " bind listener listeners", "listen", NULL },
	{ " server servers upstream upstreams backend proxy_pass default_backend use_backend "
	  "server_template targets members nodes hosts",
	  "backends", NULL },
	{ " maxconn max_conns limit_conn fullconn", "max_connections", NULL },
	{ " mode", "protocol", "the mode of a unix socket belongs to an entry of \"listen\"" },
	{ " leastconn least_conn", NULL, "that is \"balance: least_connections\" here" },
	{ " roundrobin rr", NULL, "that is \"balance: round_robin\" here" },
	{ " backup", NULL, "with \"balance: first\" each backend is a backup of those before it" },
	{ " algorithm lb_algorithm lb_policy policy strategy method", "balance", NULL },
	{ " ip_hash hash source stick_table sticky", NULL, UNKNOWN_HERE },
	{ " proxy_connect_timeout timeout_connect contimeout", "connect_timeout", NULL },
	{ " proxy_timeout timeout_tunnel", "idle_timeout", NULL },
	{ " timeout_client clitimeout", "client_timeout", NULL },
	{ " timeout_server srvtimeout", "server_timeout", NULL },
	{ " timeout", NULL,
	  "write connect_timeout, client_timeout, server_timeout or idle_timeout" },
	{ " health_check healthcheck option_tcp_check tcp_check option_httpchk httpchk "
	  "health_checks",
	  "check", NULL },
	{ " observe", "passive", NULL },
	{ " max_fails error_limit", NULL, "that is \"passive: {failures: N}\" here" },
	{ " fail_timeout", NULL, "that is \"passive: {retry: TIME}\" here" },
	{ " proxy_next_upstream_tries retries", "connect_tries", NULL },
	{ " proxy_next_upstream_timeout", "connect_total_timeout", NULL },
	{ " so_keepalive proxy_socket_keepalive tcpka option_tcpka", "keepalive", NULL },
	{ " tcp_nodelay", "nodelay", NULL },
	{ " option_tcplog tcplog accesslog", "access_log", NULL },
	{ " send_proxy accept_proxy", NULL,
	  "that is \"proxy_protocol\", which " NOT_HERE },
	{ " ssl ssl_certificate crt ssl_preread", NULL,
	  "that is \"tls\", which " NOT_HERE "; TLS is passed on as it is" },
	{ " check_interval", NULL, "that is \"check: {interval: TIME}\" here" },
	{ " virtual_hosts error_pages https_redirect maintenance_mode", NULL,
	  "shuttle's words go together with its \"address\"; see heddle.yaml(5)" },
	{ " proxy_bind", NULL, UNKNOWN_HERE },
	{ NULL, NULL, NULL },
};

static const struct foreign listen_words[] = {
	{ " bind host ip", "address", "with its port: \"HOST:PORT\"" },
	{ " port", "address", "with its host: \"HOST:PORT\", or \":PORT\" for all addresses" },
	{ " path socket unix", "address", "write \"unix:/PATH\"" },
	{ " owner uid", "user", NULL },
	{ " gid", "group", NULL },
	{ " reuseport", NULL, "heddle does that itself" },
	{ " so_keepalive", NULL, "that is \"keepalive\" of the service here" },
	{ " maxconn", NULL, "that is \"max_connections\" of the service here" },
	{ " accept_proxy", NULL, "that is \"proxy_protocol\", which " NOT_HERE },
	{ " ssl crt", NULL, "that is \"tls\", which " NOT_HERE },
	{ NULL, NULL, NULL },
};

static const struct foreign backend_words[] = {
	{ " server host ip addr url", "address", "with its port: \"HOST:PORT\"" },
	{ " port", "address", "with its host: \"HOST:PORT\"" },
	{ " maxconn max_conns", "max_connections", NULL },
	{ " down disabled", NULL, "that is \"state: maintenance\" here" },
	{ " drain", NULL, "that is \"state: drain\" here" },
	{ " backup", NULL, "with \"balance: first\" each backend is a backup of those before it" },
	{ " max_fails", NULL, "that is \"passive: {failures: N}\" of the service here" },
	{ " fail_timeout", NULL, "that is \"passive: {retry: TIME}\" of the service here" },
	{ " inter", NULL, "that is \"check: {interval: TIME}\" of the service here" },
	{ " slow_start slowstart resolve resolvers", NULL, UNKNOWN_HERE },
	{ " send_proxy", NULL, "that is \"proxy_protocol\", which " NOT_HERE },
	{ " ssl", NULL, "that is \"tls\", which " NOT_HERE },
	{ NULL, NULL, NULL },
};

static const struct foreign check_words[] = {
	{ " inter every", "interval", NULL },
	{ " passes healthy_threshold", "rise", NULL },
	{ " fails failures unhealthy_threshold", "fall", NULL },
	{ " kind mode protocol", "type", NULL },
	{ " port", NULL, "that belongs to a backend: {address: \"HOST:PORT\", check: {port: N}}" },
	{ " uri url request", NULL, "that is \"path\" with \"type: http\" here" },
	{ " path method host headers status body body_regex", NULL, "it is for \"type: http\"" },
	{ " send expect expect_regex", NULL, "it is for \"type: expect\"" },
	{ " vars modifier1 modifier2", NULL, "it is for \"type: uwsgi\"" },
	{ " code codes expected_status", NULL, "that is \"status\" with \"type: http\" here" },
	{ " match string rstring", NULL,
	  "that is \"body\" with \"type: http\", \"expect\" with \"type: expect\" here" },
	{ NULL, NULL, NULL },
};

static const struct foreign passive_words[] = {
	{ " max_fails error_limit fall", "failures", NULL },
	{ " fail_timeout interval inter", "retry", NULL },
	{ NULL, NULL, NULL },
};

static const struct foreign log_words[] = {
	{ " path file target", "to", NULL },
	{ " severity", "level", NULL },
	{ NULL, NULL, NULL },
};

static const struct {
	const struct conf_section *section;
	const struct foreign      *words;
	const char                *place;	/* where its keys stand */
} sections[] = {
	{ &config_settings_section, settings_words, "the top level" },
	{ &config_service_section, service_words, "a service" },
	{ &config_listen_section, listen_words, "an entry of \"listen\"" },
	{ &config_backend_section, backend_words, "an entry of \"backends\"" },
	{ &config_check_section, check_words, "\"check\" of a service" },
	{ &config_passive_section, passive_words, "\"passive\" of a service" },
	{ &config_keepalive_section, NULL, "\"keepalive\" of a service" },
	{ &config_log_section, log_words, "\"log\" at the top level" },
	{ &config_access_log_section, log_words, "\"access_log\"" },
	{ &config_cache_entry_section, entry_words, "an entry of a cache" },
};

static const struct {
	const char    *directive;
	struct foreign words;
} values[] = {
	{ "balance", { " leastconn least_conn least_connection lc leastconnections",
		       "least_connections", NULL } },
	{ "balance", { " roundrobin rr static_rr wrr weighted", "round_robin", NULL } },
	{ "balance", { " backup failover fallback priority active_passive", "first", NULL } },
	{ "balance", { " source ip_hash hash uri sticky", NULL, UNKNOWN_HERE } },
	{ "protocol", { " http https ssl tls stream", "tcp", "it carries any stream" } },
	{ "state", { " up enabled on active", "ready", NULL } },
	{ "state", { " down disabled maint off", "maintenance", NULL } },
	{ "level", { " emerg crit critical fatal", "alert", NULL } },
	{ "level", { " err", "error", NULL } },
};

/* Letters of other programs' words: `max-conns`, `timeout connect`, `MaxConn`. */
static bool same(const char *ours, size_t len, struct slice written)
{
	for (size_t i = 0; i < len && len == written.len; i++) {
		char c = written.data[i];

		if (c == '-' || c == ' ')
			c = '_';
		else if (c >= 'A' && c <= 'Z')
			c = (char)(c + 'a' - 'A');
		if (c != ours[i])
			return false;
	}
	return len == written.len;
}

static bool has(const struct foreign *row, struct slice written)
{
	const char *word = row->words;

	while (*word == ' ') {
		size_t len = strcspn(++word, " ");

		if (same(word, len, written))
			return true;
		word += len;
	}
	return false;
}

static const struct foreign *find(const struct conf_section *section, struct slice written)
{
	const struct foreign *row = NULL;

	for (size_t i = 0; i < COUNT(sections); i++)
		if (sections[i].section == section)
			row = sections[i].words;
	while (row != NULL && row->words != NULL && !has(row, written))
		row++;
	return row != NULL && row->words != NULL ? row : NULL;
}

static const char *explain(const struct foreign *row, struct arena *arena)
{
	if (row->here == NULL)
		return row->sentence;
	return arena_printf(arena, "that is \"%s\" here%s%s", row->here,
			    row->sentence != NULL ? "; " : "",
			    row->sentence != NULL ? row->sentence : "");
}

/* Its own mapping is at fault more often than the nearest word: `weight` in a service. */
static const char *explain_place(const struct conf_section *section, struct slice key,
			     struct arena *arena)
{
	for (size_t i = 0; i < COUNT(sections); i++) {
		const struct directive *d = conf_find(sections[i].section, key.data);

		if (sections[i].section != section && d != NULL && d->type != &conf_later)
			return arena_printf(arena, "\"%s\" belongs to %s", d->name,
					    sections[i].place);
	}
	return NULL;
}

static bool is_service(const struct node *value)
{
	return node_get(value, "listen") != NULL || node_get(value, "backends") != NULL;
}

const char *config_foreign_key(const struct conf_section *section, const struct node *key,
			       const struct node *value, struct arena *arena)
{
	const struct foreign *row = find(section, key->value);

	if (row != NULL)
		return explain(row, arena);
	if (section == &config_settings_section && is_service(value))
		return "a service belongs below \"services:\"";
	if (node_null(value) && strchr(key->value.data, ':') != NULL &&
	    section == &config_backend_section)
		return arena_printf(arena, "write address: \"%s\"", key->value.data);
	if (node_null(value) && strchr(key->value.data, ':') != NULL)
		return "a list is written in []";
	return explain_place(section, key->value, arena);
}

const char *config_foreign_word(const char *directive, struct slice word, struct arena *arena)
{
	for (size_t i = 0; i < COUNT(values) && directive != NULL; i++)
		if (strcmp(values[i].directive, directive) == 0 && has(&values[i].words, word))
			return explain(&values[i].words, arena);
	return NULL;
}

bool config_foreign_has(const struct node *map, const struct conf_section *section,
			const char *directive)
{
	for (size_t i = 0; i < map->count; i++) {
		struct slice key = map->keys[i]->value;
		const struct foreign *row = find(section, key);

		if (conf_find(section, key.data) == NULL && row != NULL && row->here != NULL &&
		    strcmp(row->here, directive) == 0)
			return true;
	}
	return false;
}
