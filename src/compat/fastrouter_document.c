/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_document.h"

#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat/fastrouter_guard.h"
#include "compat/fastrouter_listen.h"
#include "compat/fastrouter_options.h"
#include "compat/fastrouter_routes.h"
#include "compat/fastrouter_string.h"
#include "compat/fastrouter_upwards.h"
#include "compat/program.h"
#include "core/arena.h"
#include "core/stderr.h"
#include "core/text.h"
#include "core/units.h"

#define RETRIES 3	/* of uWSGI */
#define SUBSCRIBED_TRIES 16	/* a machine that dies takes several instances of a key along */

static const char dashes[] = "--";

/* A start that cannot be, told already. */
static void failed(struct fastrouter_options *o)
{
	if (o->status == COMPAT_GO_ON)
		o->status = 1;
}

static const char *absolute(const char *path, const char *folder, struct arena *arena)
{
	return path[0] == '/' ? path : arena_printf(arena, "%s/%s", folder, path);
}

/* A number is looked up: the file knows names. NULL, and told: there is none. */
static const char *user_name(struct fastrouter_options *o, const char *given)
{
	const struct passwd *pw = getpwnam(given);
	uint64_t number;

	if (pw == NULL && number_parse(slice_of(given), &number))
		pw = getpwuid((uid_t)number);
	if (pw == NULL) {
		stderr_printf("fastrouter: --uid: there is no user %.80s\n", given);
		failed(o);
		return NULL;
	}
	return arena_strdup(o->arena, pw->pw_name);
}

static const char *group_name(struct fastrouter_options *o, const char *given)
{
	const struct group *gr = getgrnam(given);
	uint64_t number;

	if (gr == NULL && number_parse(slice_of(given), &number))
		gr = getgrgid((gid_t)number);
	if (gr == NULL) {
		stderr_printf("fastrouter: --gid: there is no group %.80s\n", given);
		failed(o);
		return NULL;
	}
	return arena_strdup(o->arena, gr->gr_name);
}

/* uWSGI opens its sockets after --uid, and before --fastrouter-uid. */
static void note_owner(struct fastrouter_options *o, const char *user, const char *group)
{
	if (geteuid() != 0)
		return;
	if (o->uid != NULL)
		o->socket_user = o->router_uid == NULL ? user : user_name(o, o->uid);
	if (o->gid != NULL)
		o->socket_group = o->router_gid == NULL ? group : group_name(o, o->gid);
}

/* Started by root without --uid, the original goes on as root, and its nodes expect that. */
static void put_identity(struct fastrouter_options *o, struct text *yaml)
{
	const char *user = o->router_uid != NULL ? o->router_uid : o->uid;
	const char *group = o->router_gid != NULL ? o->router_gid : o->gid;

	if (user == NULL && geteuid() == 0) {
		stderr_printf("fastrouter: running as root, as uWSGI does; --uid changes that\n");
		user = "root";
	}
	if (user != NULL)
		user = user_name(o, user);
	if (group != NULL)
		group = group_name(o, group);
	note_owner(o, user, group);
	if (user != NULL)
		fastrouter_string(yaml, "user: ", user, "\n");
	if (group != NULL)
		fastrouter_string(yaml, "group: ", group, "\n");
}

/* --logto wins over the file of --daemonize, as there. */
static void put_log(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	const char *file = o->log_to != NULL ? o->log_to : o->daemonize;

	text_puts(yaml, "log:\n  to: ");
	if (file == NULL)
		text_puts(yaml, "stderr\n");
	else if (strcmp(file, "/dev/null") == 0)
		text_puts(yaml, "off\n");
	else if (strchr(file, ':') != NULL)
		fastrouter_options_wrong(o, dashes,
					 slice_of(o->log_to != NULL ? "logto" : "daemonize"),
					 "%.80s: heddle writes its log to a file", file);
	else
		fastrouter_string(yaml, "", absolute(file, folder, o->arena), "\n");
	if (o->quiet)
		text_puts(yaml, "  level: error\n");
}

static void put_listeners(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	text_puts(yaml, "    listen:\n");
	for (size_t i = 0; i < o->listen.count; i++)
		fastrouter_listen_put(o, o->listen.items[i], folder, yaml);
	if (o->listen.count == 0)
		fastrouter_options_wrong(o, dashes, slice_of("fastrouter"),
					 "is missing: where should heddle listen?");
	if (o->backlog > 0)
		text_printf(yaml, "    backlog: %" PRIu64 "\n", o->backlog);
}

/* uWSGI was cheap until an instance subscribed; a base or a pattern may have a node for any key. */
static bool is_cheap(const struct fastrouter_options *o)
{
	return o->cheap && o->pattern == NULL && o->base == NULL;
}

/* uWSGI's three retries reached three fallback nodes; all have a try where nothing else is said. */
static uint64_t tries(const struct fastrouter_options *o)
{
	uint64_t all = o->nodes.count + o->fallbacks.count + (o->pattern != NULL) +
		       (o->base != NULL) +
		       (o->subscriptions.count > 0 ? SUBSCRIBED_TRIES : 0) +
		       (o->use_cache != NULL ? SUBSCRIBED_TRIES : 0);

	if (o->max_retries != FASTROUTER_RETRIES_ALL && o->max_retries != 0)
		return o->max_retries + 1;
	return all > RETRIES + 1 && o->max_retries != 0 ? all : RETRIES + 1;
}

/* Each has its time, so there is no limit for all of them together. */
static void put_times(const struct fastrouter_options *o, struct text *yaml)
{
	text_printf(yaml, "    idle_timeout: %" PRIu64 "s\n", o->timeout > 0 ? o->timeout : 60);
	if (o->timeout > 0)
		text_printf(yaml, "    connect_timeout: %" PRIu64 "s\n"
			    "    connect_total_timeout: 0\n"
			    "    greeting_timeout: %" PRIu64 "s\n", o->timeout, o->timeout);
	text_printf(yaml, "    connect_tries: %" PRIu64 "\n", tries(o));
	/* a cheap router knows no node until one was connected to */
	if (o->gracetime > 0 && o->nodes.count + o->fallbacks.count > 0)
		text_printf(yaml, "    passive: {failures: 1, retry: %" PRIu64 "s%s}\n",
			    o->gracetime, is_cheap(o) ? ", initial: check" : "");
}

static void put_key(const struct fastrouter_options *o, struct text *yaml)
{
	if (o->force_key == NULL && o->mountpoints == 0)
		return;
	text_puts(yaml, "    key: {");
	if (o->force_key != NULL)
		fastrouter_string(yaml, "force: ", o->force_key,
					 o->mountpoints > 0 ? ", " : "");
	if (o->mountpoints > 0)
		text_printf(yaml, "mountpoints: %" PRIu64, o->mountpoints);
	text_puts(yaml, "}\n");
}

static void put_cheap(struct fastrouter_options *o, struct text *yaml)
{
	if (!o->cheap)
		return;
	o->cheap = is_cheap(o);
	if (o->cheap)
		text_puts(yaml, "    when_empty: wait\n");
	else
		stderr_printf("fastrouter: --fastrouter-cheap has no effect beside "
			      "--fastrouter-use-%s, which may have a node for any key\n",
			      o->pattern != NULL ? "pattern" : "base");
}

static void put_buffering(const struct fastrouter_options *o, const char *folder,
			  struct text *yaml)
{
	if (o->post_buffering == 0 && o->buffer_dir != NULL)
		stderr_printf("fastrouter: --fastrouter-post-buffering-dir has no effect without "
			      "--fastrouter-post-buffering\n");
	const char *dir = o->buffer_dir != NULL ? o->buffer_dir : getenv("TMPDIR");

	if (o->post_buffering == 0)
		return;
	if (dir == NULL || dir[0] == '\0') {
		text_printf(yaml, "    post_buffering: %" PRIu64 "\n", o->post_buffering);
		return;
	}
	text_printf(yaml, "    post_buffering: {memory: %" PRIu64, o->post_buffering);
	fastrouter_string(yaml, ", dir: ", absolute(dir, folder, o->arena), "}\n");
}

static void put_stats(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	if (o->stats != NULL)
		fastrouter_listen_put_stats(o, folder, yaml);
	else if (o->stats_http || o->stats_minified)
		stderr_printf("fastrouter: --stats-http and --stats-minified have no effect "
			      "without --fastrouter-stats\n");
}

/* An unknown algorithm is wrr there, without a word. */
static const char *balance(const struct fastrouter_options *o)
{
	if (slice_is_among(slice_of(o->algo), "wrr lrc wlrc iphash"))
		return o->algo;
	stderr_printf("fastrouter: --subscription-algo: %.80s is read as wrr, as uWSGI does\n",
		      o->algo);
	return "wrr";
}

static void put_subscriptions(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	if (o->subscriptions.count == 0) {
		if (o->resubscribe.count > 0 || o->emperor_socket != NULL || o->vassal_required)
			stderr_printf("fastrouter: --fastrouter-resubscribe, "
				      "--fastrouter-emperor-socket and "
				      "--subscription-vassal-required have no effect without "
				      "--fastrouter-subscription-server\n");
		if (o->algo != NULL || o->dotsplit || o->fallback_key != NULL)
			stderr_printf("fastrouter: --subscription-algo, --subscription-dotsplit "
				      "and --fastrouter-subscription-fallback-key have no effect "
				      "without --fastrouter-subscription-server\n");
		if (o->sign_check != NULL || o->use_credentials || o->credentials_check.count > 0)
			stderr_printf("fastrouter: --subscriptions-sign-check, "
				      "--subscriptions-use-credentials and "
				      "--subscriptions-credentials-check have no effect without "
				      "--fastrouter-subscription-server\n");
		return;
	}
	text_puts(yaml, "subscriptions:\n  fastrouter:\n    listen:\n");
	for (size_t i = 0; i < o->subscriptions.count; i++)
		fastrouter_listen_put_server(o, o->subscriptions.items[i], folder, yaml);
	text_printf(yaml, "    tolerance: %" PRIu64 "s\n", o->tolerance > 0 ? o->tolerance : 1);
	if (o->algo != NULL)
		text_printf(yaml, "    balance: %s\n", balance(o));
	if (o->dotsplit)
		text_puts(yaml, "    dotsplit: on\n");
	if (o->fallback_key != NULL)
		fastrouter_string(yaml, "    fallback_key: ", o->fallback_key, "\n");
	fastrouter_guard_put(o, folder, yaml);
	fastrouter_upwards_put(o, folder, yaml);
}

void fastrouter_document_put(struct fastrouter_options *o, struct text *yaml)
{
	char here[4096];
	const char *folder = getcwd(here, sizeof(here)) != NULL ? here : ".";

	if (strcmp(folder, "/") == 0)
		folder = "";
	if (o->pid_file == NULL)
		text_puts(yaml, "pid_file: off\n");
	else
		fastrouter_string(yaml, "pid_file: ",
					 absolute(o->pid_file, folder, o->arena), "\n");
	put_identity(o, yaml);
	text_printf(yaml, "workers: %" PRIu64 "\n", o->processes > 0 ? o->processes : 1);
	if (o->harakiri > 0)
		text_printf(yaml, "watchdog: %" PRIu64 "s\n", o->harakiri);
	put_log(o, folder, yaml);
	put_subscriptions(o, folder, yaml);
	text_puts(yaml, "services:\n  fastrouter:\n    protocol: uwsgi\n");
	put_listeners(o, folder, yaml);
	text_printf(yaml, "    error_response: off\n    modifiers: %s\n",
		    o->fallbacks.count > 0 ? "inherit" : "node");
	put_key(o, yaml);
	put_times(o, yaml);
	put_cheap(o, yaml);
	put_buffering(o, folder, yaml);
	put_stats(o, folder, yaml);
	fastrouter_routes_put(o, folder, yaml);
}
