/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shuttle -admin ADDR -config FILE -state FILE: shuttle with its API, its files and its flags. The
 * state file wins over the configuration file, which is never written, as its documentation says.
 */
#include "compat/program.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat/go_flags.h"
#include "compat/resolve.h"
#include "compat/shuttle_file.h"
#include "core/arena.h"
#include "core/stderr.h"

#define ADMIN "127.0.0.1:9090"
#define WHY 512

struct shuttle_command {
	const char *admin, *http, *https, *certs, *config, *state, *word, *insecure;
	bool        redirect, ssl_only, debug, version, print;
	enum shuttle_dialect dialect;
	struct arena *arena;
	const char *begin[3];
};

static const char usage[] =
	"Usage: shuttle [flags]\n\n"
	"A TCP load balancer that is configured by an API over HTTP. Flags:\n";

static int parse(struct shuttle_command *c, int argc, char **argv)
{
	const struct go_flag rows[] = {
		{ "admin", GO_STRING, &c->admin, "\"" ADMIN "\"",
		  "address of the API; a path is a unix socket" },
		{ "certs", GO_STRING, &c->certs, NULL, "refused: heddle serves no virtual hosts" },
		{ "config", GO_STRING, &c->config, NULL,
		  "configuration for the first start; never written" },
		{ "debug", GO_BOOL, &c->debug, NULL, "log more" },
		{ "dialect", GO_STRING, &c->word, NULL,
		  "readme: seconds, PUT replaces; v0.1: milliseconds, PUT merges "
		  "(default readme)" },
		{ "http", GO_STRING, &c->http, NULL,
		  "the same as -admin, as the first shuttle had it" },
		{ "https", GO_STRING, &c->https, NULL,
		  "refused: heddle serves no virtual hosts" },
		{ "https-redirect", GO_BOOL, &c->redirect, NULL, "refused likewise" },
		{ "insecure", GO_STRING, &c->insecure, NULL,
		  "i_know: an API for other machines, without TLS and tokens" },
		{ "print", GO_BOOL, &c->print, NULL, "print this as heddle.yaml, and exit" },
		{ "sslOnly", GO_BOOL, &c->ssl_only, NULL, "refused likewise" },
		{ "state", GO_STRING, &c->state, NULL, "file that keeps what the API changes" },
		{ "v", GO_BOOL, &c->version, NULL, "print the version, and exit" },
		{ .name = NULL },
	};
	const struct go_flags flags = { usage, rows };
	int status;
	int first = go_flags_parse(&flags, argc, argv, &status);

	if (first < 0)
		return status;
	if (first == argc)
		return COMPAT_GO_ON;
	stderr_printf("shuttle: what is this: %s\n", argv[first]);
	go_flags_usage(&flags);
	return 2;
}

/* NULL: heddle can do all that is wanted. */
static const char *problem(const struct shuttle_command *c)
{
	if (c->https != NULL)
		return "-https: heddle serves no virtual hosts; let nginx or another HTTP proxy "
		       "end TLS and connect to a service";
	if (c->certs != NULL)
		return "-certs: heddle serves no virtual hosts; let nginx or another HTTP proxy "
		       "have the certificates";
	if (c->redirect || c->ssl_only)
		return c->redirect ? "-https-redirect: heddle carries TCP and redirects nothing; "
				     "let the HTTP proxy do it" :
				     "-sslOnly: heddle carries TCP and redirects nothing; let the "
				     "HTTP proxy do it";
	if (c->http != NULL && c->admin != NULL)
		return "-http beside -admin is the listener of virtual hosts, which heddle does "
		       "not have: the API must not be opened there; drop -http";
	return NULL;
}

static bool find_dialect(struct shuttle_command *c)
{
	if (c->word == NULL)
		c->dialect = SHUTTLE_README;
	else if (strcmp(c->word, "readme") == 0)
		c->dialect = SHUTTLE_README_IN_WORDS;
	else if (strcmp(c->word, "v0.1") == 0)
		c->dialect = SHUTTLE_V01;
	else
		return false;
	return true;
}

static const char *absolute(const char *path, struct arena *arena)
{
	char folder[4096];

	if (path[0] == '/' || getcwd(folder, sizeof(folder)) == NULL)
		return path;
	return arena_printf(arena, "%s/%s", folder, path);
}

static void put_string(struct text *yaml, const char *before, const char *text, const char *behind)
{
	text_puts(yaml, before);
	text_json(yaml, slice_of(text));
	text_puts(yaml, behind);
}

/* false, and told: nobody can connect to the API there. */
static bool put_admin(struct shuttle_command *c, const char *address, struct text *yaml)
{
	struct resolved resolved;
	const char *reason;
	char why[WHY];

	if (address[0] != '/') {
		if (!resolve_listen(address, &resolved, &reason)) {
			stderr_printf("shuttle: listen tcp %s: %s\n", address, reason);
			return false;
		}
		address = arena_strdup(c->arena, resolved.text);
		if (!c->print && !shuttle_file_can_listen(address, why, sizeof(why))) {
			stderr_printf("shuttle: listen tcp %s: %s\n", address, why);
			return false;
		}
	}
	put_string(yaml, "admin:\n  listen:\n    - {address: ", address, "");
	if (c->insecure != NULL)
		put_string(yaml, ", insecure: ", c->insecure, "");
	text_puts(yaml, "}\n");
	if (c->word != NULL)
		put_string(yaml, "  shuttle: ", c->word, "\n");
	return true;
}

/* The state file is the configuration of this start; without it, the configuration file is. */
static void put_services(const struct shuttle_command *c, struct text *yaml)
{
	struct node *tree = node_new(c->arena, NODE_MAP, NULL);
	struct stat st;
	bool found = false;

	/* no state file yet is no news: it is written with the first change */
	if (c->state != NULL && (c->config == NULL || stat(c->state, &st) == 0))
		found = shuttle_file_read(c->state, c->dialect, c->arena, &tree);
	if (!found && c->config != NULL)
		found = shuttle_file_read(c->config, c->dialect, c->arena, &tree);
	/* with a state file, what was left out would be lost: heddle binds it when it can */
	shuttle_file_check(tree, c->state == NULL && !c->print, c->arena);
	shuttle_file_print(tree, yaml);
}

static bool put_yaml(struct shuttle_command *c, struct text *yaml)
{
	const char *admin = c->admin != NULL ? c->admin : c->http != NULL ? c->http : ADMIN;

	text_printf(yaml, "pid_file: off\nlog:\n  to: stderr\n  format: classic\n  level: %s\n",
		    c->debug ? "debug" : "info");
	if (!put_admin(c, admin, yaml))
		return false;
	if (c->state != NULL) {
		const char *state = absolute(c->state, c->arena);

		put_string(yaml, "shuttle_state: ", state, "\n");
		put_string(yaml, "state: ", arena_printf(c->arena, "%s.heddle", state), "\n");
	}
	put_services(c, yaml);
	c->begin[0] = "Starting shuttle, heddle " HEDDLE_VERSION;
	c->begin[1] = arena_printf(c->arena, "Admin server listening on %s", admin);
	return true;
}

static int translate(int argc, char **argv, struct compat_plan *plan)
{
	struct shuttle_command *c = arena_alloc(plan->arena, sizeof(*c));
	int status;

	c->arena = plan->arena;
	status = parse(c, argc, argv);
	if (status != COMPAT_GO_ON)
		return status;
	if (c->version) {
		fputs(HEDDLE_VERSION "\n", stderr);
		return 0;
	}
	if (problem(c) != NULL || !find_dialect(c)) {
		stderr_printf("shuttle: %s\n", problem(c) != NULL ?
				      problem(c) : "-dialect: neither readme nor v0.1");
		return 2;
	}
	if (!put_yaml(c, &plan->yaml))
		return 1;
	plan->print = c->print;
	plan->messages = (struct compat_messages){
		.begin = c->begin,
		.hup = "SIGHUP received: the API changes the configuration, nothing is read again",
	};
	return COMPAT_GO_ON;
}

const struct compat_program shuttle = { "shuttle", translate };
