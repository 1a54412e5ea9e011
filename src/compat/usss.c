/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usss -dnsname=NAME -ttl=N: copies each datagram of one address to all addresses of a name. Its
 * flags and log lines are kept; what it did badly is not: the name is looked up at the start,
 * datagrams keep their length, and a start that fails ends with 1.
 */
#include "compat/program.h"

#include <stdio.h>
#include <string.h>

#include "compat/go_flags.h"
#include "compat/resolve.h"
#include "core/arena.h"
#include "core/stderr.h"

#define PORT "2626"
#define LINES 100	/* a second, of datagrams that arrive; the original had no limit */

struct switcher {
	const char *bindaddr, *dnsname;
	int64_t     inport, outport, ttl;
	bool        print;
	const char *begin[2];
};

static const char usage[] =
	"Usage: usss [flags]\n\n"
	"Copies each datagram to every address of a name. Flags:\n";

static int parse(struct switcher *s, int argc, char **argv)
{
	const struct go_flag rows[] = {
		{ "bindaddr", GO_STRING, &s->bindaddr, "\"0.0.0.0\"", "address to receive on" },
		{ "dnsname", GO_STRING, &s->dnsname, "\"example.com\"",
		  "name whose addresses get each datagram" },
		{ "inport", GO_INT, &s->inport, PORT, "port to receive on" },
		{ "outport", GO_INT, &s->outport, PORT, "port to send to" },
		{ "print", GO_BOOL, &s->print, NULL, "print this as heddle.yaml, and exit" },
		{ "ttl", GO_INT, &s->ttl, "60",
		  "seconds from one lookup of the name to the next; 0: as its record says" },
		{ .name = NULL },
	};
	const struct go_flags flags = { usage, rows };
	int status;

	return go_flags_parse(&flags, argc, argv, &status) < 0 ? status : COMPAT_GO_ON;
}

/* Checks for values that Go's flag package accepts but the original could not work with. */
static bool sensible(const struct switcher *s)
{
	const char *problem = NULL;

	if (s->outport < 1 || s->outport > 65535)
		problem = "-outport: must be between 1 and 65535";
	else if (s->ttl < 0)
		problem = "-ttl: a time cannot be negative";
	if (problem != NULL)
		stderr_printf("usss: %s\n", problem);
	return problem == NULL;
}

/* "::1" in brackets, if it has none. */
static const char *host_port(const char *host, int64_t port, struct arena *arena)
{
	bool bare = strchr(host, ':') != NULL && host[0] != '[';

	return arena_printf(arena, bare ? "[%s]:%lld" : "%s:%lld", host, (long long)port);
}

static bool put_yaml(const struct switcher *s, struct arena *arena, struct text *yaml)
{
	const char *address = host_port(s->bindaddr, s->inport, arena);
	struct resolved local;
	const char *why;

	if (!resolve_listen(address, &local, &why)) {
		stderr_printf("Cannot resolve %s: %s\n", address, why);
		return false;
	}
	text_puts(yaml, "pid_file: off\nworkers: 1\nworker_sessions: 1\n"
			"log:\n  to: stderr\n  format: classic\n"
			"fanouts:\n  usss:\n    listen: ");
	text_json(yaml, slice_of(local.text));
	if (local.named)
		text_printf(yaml, "  # %s", address);
	text_puts(yaml, "\n    targets: [");
	text_json(yaml, slice_of(host_port(s->dnsname, s->outport, arena)));
	text_printf(yaml, "]\n    log_datagrams: %d\n", LINES);
	if (s->ttl > 0)
		text_printf(yaml, "    refresh: %llds\n", (long long)s->ttl);
	return true;
}

static int translate(int argc, char **argv, struct compat_plan *plan)
{
	struct switcher *s = arena_alloc(plan->arena, sizeof(*s));

	*s = (struct switcher){ .bindaddr = "0.0.0.0", .dnsname = "example.com",
		.inport = 2626, .outport = 2626, .ttl = 60 };
	int status = parse(s, argc, argv);

	if (status != COMPAT_GO_ON)
		return status;
	if (!sensible(s))
		return 2;
	if (!put_yaml(s, plan->arena, &plan->yaml))
		return 1;
	s->begin[0] = arena_printf(plan->arena,
				   "starting resolution goroutine for %s with ttl %lld",
				   s->dnsname, (long long)s->ttl);
	plan->print = s->print;
	plan->messages = (struct compat_messages){
		.begin = s->begin,
		.listen_failure = arena_printf(plan->arena, "Cannot listen on %s: ",
					       host_port(s->bindaddr, s->inport, plan->arena)),
		.hup = "SIGHUP received, and there is no file to read again",
	};
	return COMPAT_GO_ON;
}

const struct compat_program usss = { "usss", translate };
