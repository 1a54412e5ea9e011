/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "compat/fastrouter_refused.h"
#include "compat/program.h"
#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/stderr.h"
#include "core/text.h"
#include "core/units.h"

#define SENTENCE 512
#define AT(field) offsetof(struct fastrouter_options, field)

#define TEXT(name, field, help) \
	{ name, 0, ARGUMENT_NEEDED, EFFECT_TEXT, AT(field), help }
#define LIST(name, field, help) \
	{ name, 0, ARGUMENT_NEEDED, EFFECT_LIST, AT(field), help }
#define NUMBER(name, field, help) \
	{ name, 0, ARGUMENT_NEEDED, EFFECT_NUMBER, AT(field), help }
#define SWITCH(name, argument, field, help) \
	{ name, 0, argument, EFFECT_SWITCH, AT(field), help }
#define NOTHING(name, help) \
	{ name, 0, ARGUMENT_NEEDED, EFFECT_NONE, 0, help }
#define SILENT(name, letter, argument) \
	{ name, letter, argument, EFFECT_SILENT, 0, NULL }

static const struct fastrouter_option rows[] = {
	LIST("fastrouter", listen,
	     "address to listen on: host:port, :port, a path, @name, fd://N or =N; repeatable"),
	NUMBER("fastrouter-processes", processes, "number of worker processes (default 1)"),
	NUMBER("fastrouter-workers", processes, "the same"),
	TEXT("fastrouter-use-pattern", pattern, "address of a node, with %s for the key"),
	TEXT("fastrouter-use-base", base, "what stands before the key in the address of a node"),
	TEXT("fastrouter-use-code-string", code_string,
	     "modifier:file:function, such as 0:mapper.py:get: a function of a script in Python "
	     "(0) or Lua (6) returns the address of a node for the key"),
	LIST("fastrouter-subscription-server", subscriptions,
	     "address where instances announce themselves: host:port, :port, a path or @name; "
	     "repeatable"),
	TEXT("subscription-algo", algo,
	     "how requests are spread over the instances of a key: wrr, lrc, wlrc or iphash "
	     "(default wrr)"),
	SWITCH("subscription-dotsplit", ARGUMENT_NONE, dotsplit,
	       "look for a key that nobody has without its first labels: .example.com"),
	NUMBER("subscription-tolerance", tolerance,
	       "seconds without an announcement after which an instance is removed (default 17)"),
	TEXT("fastrouter-subscription-fallback-key", fallback_key,
	     "key whose instances have the requests for keys that nobody has"),
	TEXT("subscriptions-sign-check", sign_check,
	     "digest:folder, such as SHA1:/etc/keys: only announcements that are signed with a key "
	     "of the folder are served"),
	NUMBER("subscriptions-sign-check-tolerance", sign_tolerance,
	       "seconds that the time of one may be wrong by (default 86400)"),
	LIST("subscriptions-sign-skip-uid", sign_skip_uids,
	     "user, by number, who needs no signature at a unix socket; repeatable"),
	SWITCH("subscriptions-use-credentials", ARGUMENT_NONE, use_credentials,
	       "serve only senders that the system names: those at unix sockets"),
	LIST("subscriptions-credentials-check", credentials_check,
	     "folder with a file for each key, whose owner and group alone may subscribe to it; "
	     "repeatable"),
	LIST("fastrouter-resubscribe", resubscribe,
	     "subscription server that each key is announced to, with the sum of its weights; "
	     "repeatable"),
	TEXT("fastrouter-resubscribe-bind", resubscribe_bind,
	     "host:port that this is sent from"),
	TEXT("fastrouter-emperor-socket", emperor_socket,
	     "command socket of the Emperor, which starts a vassal for its first request"),
	NUMBER("fastrouter-defer-connect-timeout", vassal_timeout,
	       "seconds until the Emperor is asked again (default 5)"),
	SWITCH("subscription-vassal-required", ARGUMENT_NONE, vassal_required,
	       "drop announcements that name no vassal"),
	{ "fastrouter-use-cache", 0, ARGUMENT_MAY, EFFECT_TEXT, AT(use_cache),
	  "send requests where the item of their key says, in the cache of this name, or the "
	  "first" },
	NUMBER("cache", cache_items, "a cache with so many items, which is called default"),
	LIST("cache2", caches, "a cache: name=NAME,items=N,store=FILE; repeatable"),
	TEXT("cache-store", cache_store, "file that the items of --cache survive a restart in"),
	TEXT("file", file, "script in Python that fills the first cache, once and at reloads"),
	LIST("fastrouter-to", nodes, "address of a node; repeatable"),
	NUMBER("fastrouter-gracetime", gracetime,
	       "seconds for which a node that cannot be connected to is passed over (default 30)"),
	LIST("fastrouter-fallback", fallbacks,
	     "address of a node for when the others cannot be connected to; repeatable"),
	SWITCH("fastrouter-fallback-on-no-key", ARGUMENT_NONE, on_no_key,
	       "use them too when no node is known for the key"),
	NUMBER("fastrouter-max-retries", max_retries,
	       "nodes tried after the first one, at most (default 3, or as many as are given)"),
	SWITCH("fastrouter-quiet", ARGUMENT_NEEDED, quiet,
	       "true: log no failed connects, and nothing else below errors"),
	SWITCH("fastrouter-cheap", ARGUMENT_NONE, cheap,
	       "accept only while an instance is subscribed, or a node can be connected to"),
	NUMBER("fastrouter-timeout", timeout,
	       "seconds that a session may be silent, and that a connect may take (default 60)"),
	NUMBER("fastrouter-post-buffering", post_buffering,
	       "bytes of a body that are kept in memory; a larger one goes to a file (default 0: "
	       "bodies are not buffered)"),
	TEXT("fastrouter-post-buffering-dir", buffer_dir,
	     "folder of these files (default: TMPDIR, or /var/tmp)"),
	TEXT("fastrouter-stats", stats,
	     "address that sends the figures as JSON: host:port, :port, a path or @name"),
	TEXT("fastrouter-stats-server", stats, "the same"),
	TEXT("fastrouter-ss", stats, "the same"),
	SWITCH("stats-http", ARGUMENT_NONE, stats_http,
	       "send them as the answer to a request of HTTP"),
	SWITCH("stats-minified", ARGUMENT_NONE, stats_minified, "send them without white space"),
	SWITCH("stats-min", ARGUMENT_NONE, stats_minified, "the same"),
	TEXT("fastrouter-force-key", force_key, "key of all requests"),
	NUMBER("fastrouter-harakiri", harakiri,
	       "seconds after which a process that hangs is replaced (default 10)"),
	TEXT("fastrouter-uid", router_uid, "user that the processes run as"),
	TEXT("fastrouter-gid", router_gid, "group that the processes run as"),
	NOTHING("fastrouter-events", "heddle takes as many events as the system has"),
	NOTHING("fastrouter-buffer-size", "heddle chooses the size of its buffers"),
	NOTHING("fastrouter-subscription-slot", "it is deprecated, and had none in uWSGI"),
	NUMBER("subscription-mountpoints", mountpoints, "parts of PATH_INFO that join the key"),
	NUMBER("subscription-mountpoint", mountpoints, "the same"),
	LIST("shared-socket", shared, "address that --fastrouter =N names, N counted from 0"),
	{ "listen", 'l', ARGUMENT_NEEDED, EFFECT_NUMBER, AT(backlog),
	  "connections that may wait to be accepted (default 4096)" },
	{ "chmod-socket", 'C', ARGUMENT_MAY, EFFECT_TEXT, AT(chmod_socket),
	  "mode of unix sockets (default 666; without this option, what umask leaves)" },
	{ "chmod", 'C', ARGUMENT_MAY, EFFECT_TEXT, AT(chmod_socket), "the same" },
	TEXT("uid", uid, "the same as --fastrouter-uid, which wins"),
	TEXT("gid", gid, "the same as --fastrouter-gid, which wins"),
	TEXT("logto", log_to, "append the log to this file; HUP opens it again"),
	TEXT("logto2", log_to, "the same"),
	{ "daemonize", 'd', ARGUMENT_NEEDED, EFFECT_TEXT, AT(daemonize),
	  "detach, and append the log to this file" },
	TEXT("daemonize2", daemonize, "the same"),
	TEXT("pidfile", pid_file, "write the process number to this file"),
	TEXT("pidfile2", pid_file, "the same"),
	{ "ini", 0, ARGUMENT_NEEDED, EFFECT_INI, 0,
	  "read options from the section [uwsgi] of FILE, or from that of FILE:section; "
	  "repeatable; a name that ends in .ini needs no --ini" },
	{ "set-placeholder", 0, ARGUMENT_NEEDED, EFFECT_PLACEHOLDER, 0,
	  "name=value, for %(name) in ini files" },
	{ "set-ph", 0, ARGUMENT_NEEDED, EFFECT_PLACEHOLDER, 0, "the same" },
	{ "set", 'S', ARGUMENT_NEEDED, EFFECT_PLACEHOLDER, 0, "the same" },
	SWITCH("print", ARGUMENT_NONE, print, "print this as heddle.yaml, and exit"),
	{ "help", 'h', ARGUMENT_NONE, EFFECT_SWITCH, AT(help), "print this, and exit" },
	SWITCH("version", ARGUMENT_NONE, version, "print the version, and exit"),
	SILENT("master", 'M', ARGUMENT_NONE),
	SILENT("plugin", 0, ARGUMENT_NEEDED),
	SILENT("plugins", 0, ARGUMENT_NEEDED),
	SILENT("vacuum", 0, ARGUMENT_NONE),
	SILENT("strict", 0, ARGUMENT_NONE),
	SILENT("no-orphans", 0, ARGUMENT_NONE),
	SILENT("disable-logging", 'L', ARGUMENT_NONE),
	SILENT("enable-threads", 'T', ARGUMENT_NONE),
	SILENT("die-on-term", 0, ARGUMENT_NONE),
};

void fastrouter_options_init(struct fastrouter_options *options, struct arena *arena)
{
	*options = (struct fastrouter_options){
		.arena = arena,
		.processes = 1,
		.max_retries = FASTROUTER_RETRIES_ALL,
		.gracetime = 30,
		.tolerance = 17,
		.status = COMPAT_GO_ON,
	};
}

const struct fastrouter_option *fastrouter_options_find(struct slice name)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_is(name, rows[i].name))
			return &rows[i];
	return NULL;
}

const struct fastrouter_option *fastrouter_options_letter(char letter)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].letter == letter && letter != 0)
			return &rows[i];
	return NULL;
}

void fastrouter_options_wrong(struct fastrouter_options *options, const char *where,
			      struct slice name, const char *fmt, ...)
{
	char sentence[SENTENCE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	stderr_printf("fastrouter: %s%.*s: %s\n", where, SHOWN(name), sentence);
	options->status = 2;
}

void fastrouter_options_refuse(struct fastrouter_options *options, struct slice name,
			       const char *where)
{
	const char *why = name.len > 0 ? fastrouter_refused_why(name) :
					 "there is no name of an option";
	const char *nearest = NULL;

	if (why == NULL)
		nearest = conf_nearest(name, fastrouter_options_names(options->arena));
	if (why != NULL) {
		fastrouter_options_wrong(options, where, name, "%s", why);
	} else if (nearest != NULL) {
		char *shown = arena_strdup(options->arena, nearest);

		for (char *c = shown; *c != '\0'; c++)
			*c = *c == '_' ? '-' : *c;
		fastrouter_options_wrong(options, where, name,
					 "no option of heddle fastrouter; the nearest is --%s",
					 shown);
	} else {
		fastrouter_options_wrong(options, where, name,
					 "no option of heddle fastrouter; --help lists them");
	}
}

/* uWSGI reads these words as no, and everything else as yes. */
static bool is_no(const char *value)
{
	return strcasecmp(value, "false") == 0 || strcasecmp(value, "off") == 0 ||
	       strcasecmp(value, "no") == 0 || strcmp(value, "0") == 0;
}

/* uWSGI takes the digits at the beginning, and so does this; the rest is told. */
static void set_number(struct fastrouter_options *options, const struct fastrouter_option *option,
		       const char *value, const char *where)
{
	struct slice digits = { value, strspn(value, "0123456789") };
	uint64_t *field = (uint64_t *)((char *)options + option->at);

	if (!number_parse(digits, field) || *field > INT32_MAX)
		fastrouter_options_wrong(options, where, slice_of(option->name),
					 "%.80s is not a number from 0 to 2147483647", value);
	else if (value[digits.len] != '\0')
		stderr_printf("fastrouter: %s%s: %.80s is read as %.*s, as uWSGI does\n", where,
			      option->name, value, SHOWN(digits));
}

static void add(struct fastrouter_options *options, struct fastrouter_list *list, const char *value)
{
	const char **items = arena_alloc(options->arena, (list->count + 1) * sizeof(*items));

	if (list->count > 0)
		memcpy(items, list->items, list->count * sizeof(*items));
	items[list->count++] = value;
	list->items = items;
}

void fastrouter_options_set(struct fastrouter_options *options,
			    const struct fastrouter_option *option, const char *value,
			    const char *where)
{
	void *field = (char *)options + option->at;
	bool without = option->effect == EFFECT_SWITCH || option->effect == EFFECT_SILENT ||
		option->argument == ARGUMENT_MAY;

	if (!without && (value == NULL || value[0] == '\0')) {
		fastrouter_options_wrong(options, where, slice_of(option->name), "needs a value");
		return;
	}
	switch (option->effect) {
	case EFFECT_TEXT:
		*(const char **)field = value != NULL ? value : "";
		break;
	case EFFECT_LIST:
		add(options, field, value);
		break;
	case EFFECT_NUMBER:
		set_number(options, option, value, where);
		break;
	case EFFECT_SWITCH:
		*(bool *)field = value == NULL || !is_no(value);
		break;
	case EFFECT_NONE:
		stderr_printf("fastrouter: %s%s has no effect: %s\n", where, option->name,
			      option->help);
		break;
	case EFFECT_SILENT:
	case EFFECT_INI:
	case EFFECT_PLACEHOLDER:
		break;
	}
}

void fastrouter_options_usage(struct text *out)
{
	text_puts(out, "Usage: fastrouter [options] [FILE.ini]\n\n"
		       "Routes requests of the uwsgi protocol to the instance that their key "
		       "names. Options:\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct fastrouter_option *o = &rows[i];

		if (o->effect == EFFECT_SILENT)
			continue;
		text_printf(out, "  --%s", o->name);
		if (o->letter != 0)
			text_printf(out, ", -%c", o->letter);
		text_printf(out, "\n    \t%s%s\n", o->effect == EFFECT_NONE ? "no effect: " : "",
			    o->help);
	}
}

const char *const *fastrouter_options_names(struct arena *arena)
{
	const char **names = arena_alloc(arena, (COUNT(rows) + 1) * sizeof(*names));

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *name = arena_strdup(arena, rows[i].name);

		for (char *c = name; *c != '\0'; c++)
			*c = *c == '-' ? '_' : *c;
		names[i] = name;
	}
	return names;
}
