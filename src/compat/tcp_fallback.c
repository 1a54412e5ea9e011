/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcp_fallback [flags] LOCAL REMOTE...: the first remote that works gets every
 * connection. Its flags, exit codes and log lines are kept; what it did badly
 * is not: one slow remote does not hold up other clients, and HUP without
 * -logfile does not kill it.
 */
#include "compat/program.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "compat/go_duration.h"
#include "compat/go_flags.h"
#include "compat/resolve.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/stderr.h"
#include "core/units.h"

struct fallback {
	const char *cpuprofile, *dns, *logfile;
	bool        debug, quiet, syslog, print;
	int64_t     maxthreads, probe_delay, stats, timeout;
	const char *local;
	char      **remotes;
	int         count;
	struct arena *arena;
	const char  **notes;	/* what the local name was found to be; for the log */
	unsigned      note_count;
	const char  **begin;	/* the original's first lines */
};

static const char listen_failure[] = "Failed to open listening socket: ";

static const char usage[] =
	"Usage: tcp_fallback [flags] <local-address:port> [<remote-address:port>]+\n\n"
	"Gives every connection to the first remote address that works. Flags:\n";

static int parse(struct fallback *f, int argc, char **argv)
{
	const struct go_flag rows[] = {
		{ "cpuprofile", GO_STRING, &f->cpuprofile, NULL, "refused: use perf" },
		{ "debug", GO_BOOL, &f->debug, NULL, "log what is done with each connection" },
		{ "dns-servers", GO_STRING, &f->dns, NULL,
		  "DNS servers, with commas between; without it, the system's" },
		{ "logfile", GO_STRING, &f->logfile, NULL,
		  "append the log to this file; HUP opens it again" },
		{ "maxthreads", GO_INT, &f->maxthreads, "4", "number of worker processes" },
		{ "print", GO_BOOL, &f->print, NULL, "print this as heddle.yaml, and exit" },
		{ "probe-delay", GO_DURATION, &f->probe_delay, "30s",
		  "time between probes of a failed remote" },
		{ "quiet", GO_BOOL, &f->quiet, NULL, "log nothing" },
		{ "stats", GO_DURATION, &f->stats, "15m0s", "time between STATS lines" },
		{ "syslog", GO_BOOL, &f->syslog, NULL, "log to syslog" },
		{ "timeout", GO_DURATION, &f->timeout, "5s", "time a remote has to connect" },
		{ .name = NULL },
	};
	const struct go_flags flags = { usage, rows };
	int status;
	int first = go_flags_parse(&flags, argc, argv, &status);

	if (first < 0)
		return status;
	if (argc - first < 2) {
		go_flags_usage(&flags);
		return 1;
	}
	f->local = argv[first];
	f->remotes = argv + first + 1;
	f->count = argc - first - 1;
	return COMPAT_GO_ON;
}

/* Checks for values that Go's flag package accepts but the original could not run with. */
static bool sensible(const struct fallback *f)
{
	const char *problem = NULL;

	if (*f->cpuprofile)
		problem = "-cpuprofile: not here; profile with `perf record -g -p PID`";
	else if (f->timeout < 0 || f->stats < 0)
		problem = "-timeout, -stats: a time cannot be negative";
	else if (f->probe_delay <= 0)
		problem = "-probe-delay: must be above 0";
	else if (f->maxthreads < 1 || f->maxthreads > 1024)
		problem = "-maxthreads: must be between 1 and 1024";
	if (problem)
		fprintf(stderr, "tcp_fallback: %s\n", problem);
	return !problem;
}

static void put_string(struct text *yaml, const char *text)
{
	text_json(yaml, slice_of(text));
}

static void put_duration(struct text *yaml, const char *before, uint64_t ms, const char *behind)
{
	text_puts(yaml, before);
	duration_print(ms, yaml);
	text_puts(yaml, behind);
}

/* Connect timeout. 0 was no limit: a day, which is longer than any kernel tries. */
static uint64_t timeout_ms(const struct fallback *f)
{
	const uint64_t day = 86400000;
	uint64_t ms = go_duration_ms(f->timeout);

	return ms == 0 || ms > day ? day : ms;
}

/* The original's order: -quiet before -syslog before -logfile before standard error. */
static void put_log(const struct fallback *f, struct text *yaml)
{
	char folder[4096];

	text_puts(yaml, "log:\n  to: ");
	if (f->quiet)
		text_puts(yaml, "none");
	else if (f->syslog)
		text_puts(yaml, "syslog");
	else if (!*f->logfile)
		text_puts(yaml, "stderr");
	else if (*f->logfile == '/' || !getcwd(folder, sizeof(folder)))
		put_string(yaml, f->logfile);
	else {
		struct text path;

		text_init(&path);
		text_printf(&path, "%s/%s", folder, f->logfile);
		put_string(yaml, text_cstr(&path));
		text_close(&path);
	}
	text_printf(yaml, "\n  format: classic\n  level: %s\n", f->debug ? "debug" : "info");
	put_duration(yaml, "  stats: ", go_duration_ms(f->stats), "\n");
}

/* The original accepted until descriptors ran out: allow as many sessions as there are. */
static void put_sessions(const struct fallback *f, struct text *yaml)
{
	const rlim_t usual = 65536, kept = 512 + 12 * (rlim_t)f->maxthreads;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_max >= 2 * usual + kept)
		return;
	rlim_t sessions = limit.rlim_max > 2 * kept ? (limit.rlim_max - kept) / 2 :
						      limit.rlim_max / 4;
	text_printf(yaml, "worker_sessions: %llu\n", (unsigned long long)sessions);
}

static bool put_local(struct fallback *f, struct text *yaml)
{
	struct resolved local;
	const char *why;

	if (!resolve_listen(f->local, &local, &why)) {
		stderr_printf("%slisten tcp: %s: %s\n", listen_failure, f->local, why);
		return false;
	}
	text_puts(yaml, "    listen: ");
	put_string(yaml, local.text);
	if (local.named) {
		text_printf(yaml, "  # %s", f->local);
		f->notes[f->note_count++] =
			arena_printf(f->arena, "Resolved %s: %s", f->local, local.text);
	}
	text_putc(yaml, '\n');
	return true;
}

/* Given twice on the command line: the first place counts. */
static bool seen(const struct text *backends, const char *address)
{
	struct text quoted;

	text_init(&quoted);
	put_string(&quoted, address);
	bool found = memmem(backends->data, backends->len, quoted.data, quoted.len);
	text_close(&quoted);
	return found;
}

/* What log lines call a name: what the command line does, with the port as a number at its end. */
static bool is_its_name(const char *remote, const char *address)
{
	const char *port = strrchr(remote, ':');

	return strcmp(remote, address) != 0 && port != NULL &&
	       strcmp(port, strrchr(address, ':')) == 0 && item_name_problem(remote) == NULL;
}

/* false: it was there before. */
static bool put_remote(const char *remote, const struct endpoint *endpoint, struct text *backends)
{
	char address[ENDPOINT_TEXT];
	bool is_name = endpoint->type == ENDPOINT_NAME;

	(void)endpoint_print(endpoint, address, sizeof(address));
	if (backends->len != 0 && seen(backends, address))
		return false;
	bool named = is_name && is_its_name(remote, address);
	text_puts(backends, "      - ");
	if (named) {
		text_puts(backends, "{name: ");
		put_string(backends, remote);
		text_puts(backends, ", address: ");
	}
	put_string(backends, address);
	if (named)
		text_putc(backends, '}');
	else if (is_name && strcmp(remote, address) != 0)
		text_printf(backends, "  # %s", remote);
	text_putc(backends, '\n');
	return true;
}

/* Returns the number of backends. What cannot be an address or a name is left out. */
static unsigned put_remotes(struct fallback *f, struct text *yaml)
{
	struct endpoint endpoint;
	struct text backends;
	unsigned count = 0;
	const char *why;

	text_init(&backends);
	for (int i = 0; i < f->count; i++) {
		if (resolve_remote(f->remotes[i], &endpoint, f->arena, &why))
			count += put_remote(f->remotes[i], &endpoint, &backends);
		else
			stderr_printf("Failed to connect to backend %s: %s; left out\n",
				      f->remotes[i], why);
	}
	if (count)
		text_printf(yaml, "    backends:\n%s", text_cstr(&backends));
	else
		stderr_printf("tcp_fallback: none of the remote addresses can be used\n");
	text_close(&backends);
	return count;
}

static void put_resolver(const struct fallback *f, struct text *yaml)
{
	const char *at = f->dns, *comma;

	if (*at == '\0')
		return;
	text_puts(yaml, "resolver:\n  servers: [");
	do {
		comma = strchr(at, ',');
		size_t len = comma != NULL ? (size_t)(comma - at) : strlen(at);
		text_json(yaml, (struct slice){ at, len });
		text_puts(yaml, comma != NULL ? ", " : "]\n");
		at += len + 1;
	} while (comma != NULL);
}

static bool put_yaml(struct fallback *f, struct text *yaml)
{
	f->notes = arena_alloc(f->arena, 3 * sizeof(*f->notes));
	text_printf(yaml, "pid_file: off\nworkers: %d\n", (int)f->maxthreads);
	put_sessions(f, yaml);
	put_log(f, yaml);
	put_resolver(f, yaml);
	text_puts(yaml, "services:\n  tcp_fallback:\n");
	if (!put_local(f, yaml))
		return false;
	text_puts(yaml, "    balance: first\n");
	put_duration(yaml, "    connect_timeout: ", timeout_ms(f), "\n");
	/* how many addresses a name has is not known: each has its time, as there */
	text_puts(yaml, "    connect_total_timeout: 0\n");
	put_duration(yaml, "    passive: {failures: 1, initial: check, retry: ",
		     go_duration_ms(f->probe_delay), "}\n");
	return put_remotes(f, yaml) > 0;
}

static void put_begin(struct fallback *f)
{
	size_t n = 0;

	f->begin = arena_alloc(f->arena, ((size_t)f->count + 3) * sizeof(*f->begin));
	f->begin[n++] = "Starting tcp_fallback ver " HEDDLE_VERSION;
	f->begin[n++] = arena_printf(f->arena, "Initializing %d backend~s", f->count);
	for (int i = 0; i < f->count; i++)
		f->begin[n++] = arena_printf(f->arena, "Backend %s added", f->remotes[i]);
}

static int translate(int argc, char **argv, struct compat_plan *plan)
{
	struct fallback f = {
		.cpuprofile = "",
		.dns = "",
		.logfile = "",
		.maxthreads = 4,
		.probe_delay = 30 * INT64_C(1000000000),
		.stats = 15 * 60 * INT64_C(1000000000),
		.timeout = 5 * INT64_C(1000000000),
		.arena = plan->arena,
	};
	int status = parse(&f, argc, argv);

	if (status != COMPAT_GO_ON)
		return status;
	if (!sensible(&f))
		return 2;
	if (!put_yaml(&f, &plan->yaml))
		return 1;
	put_begin(&f);
	f.notes[f.note_count++] = arena_printf(f.arena, "Listening on %s", f.local);
	plan->print = f.print;
	plan->messages = (struct compat_messages){
		.begin = f.begin,
		.start = f.notes,
		.listen_failure = listen_failure,
		.hup = *f.logfile ? "SIGHUP received, re-opening logfile" :
				    "SIGHUP received, no logfile to re-open",
		.signal = "Signal received: ",
		.exiting = "Exiting...",
	};
	return COMPAT_GO_ON;
}

const struct compat_program tcp_fallback = { "tcp_fallback", translate };
