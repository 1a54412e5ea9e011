/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments, and the exit status of each command. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat/compat.h"
#include "config/config_load.h"
#include "core/arena.h"
#include "core/stderr.h"
#include "core/text.h"
#include "ctl/client.h"
#include "ctl/pid_path.h"
#include "mapper/languages.h"
#include "os/listen_inherited.h"
#include "os/title.h"
#include "process/master.h"
#include "process/start_check.h"

#define OVERRIDES 64

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_ARGUMENTS = 2 };

struct arguments {
	const char *file, *prefix;
	const char *signal;	/* -s */
	const char *overrides[OVERRIDES + 1];
	unsigned    override_count;
	bool        test, print, daemon, quiet, strict, json;
};

static const char usage[] =
	"usage: heddle [-c FILE] [-p PREFIX] [-g \"KEY: VALUE\"]... [-D] [-q]\n"
	"       heddle [-c FILE] -t [-o json] [--strict] | -T\n"
	"       heddle [-c FILE] -s stop|quit|reload|reopen\n"
	"       heddle shuttle [FLAGS]\n"
	"       heddle tcp_fallback [FLAGS] LOCAL REMOTE...\n"
	"\n"
	"  -c FILE    configuration (" HEDDLE_CONF_PATH ")\n"
	"  -t         test the configuration and exit; with -o json errors are JSON,\n"
	"             with --strict warnings count as errors\n"
	"  -T         the same, and print everything in effect with its origin\n"
	"  -s SIGNAL  stop, quit (drain first), reload: each waits until it is done; reopen logs\n"
	"  -p PREFIX  folder that relative paths start from, and where heddle.yaml lies\n"
	"  -g \"K: V\"  a setting that overrides the file's; may be repeated\n"
	"  -D         detach once everything is up\n"
	"  -q         print errors only\n"
	"  -v, -V     version; and how it was built\n"
	"  -h         this\n";

static void build_info(void)
{
	char socket[sizeof(HEDDLE_PID_PATH) + sizeof(".sock")];

	printf("prefix %s\nprogram %s\nconfiguration %s\npid file %s\n", HEDDLE_PREFIX,
	       HEDDLE_SBINDIR "/heddle", HEDDLE_CONF_PATH, HEDDLE_PID_PATH);
	if (config_files_control_socket(HEDDLE_PID_PATH, socket, sizeof(socket)))
		printf("control socket %s\n", socket);
	printf("log folder %s\nevent back-ends", HEDDLE_LOCALSTATEDIR "/log/heddle");
#ifdef HAVE_EPOLL
	fputs(" epoll", stdout);
#endif
#ifdef HAVE_KQUEUE
	fputs(" kqueue", stdout);
#endif
	puts(" poll");
	languages_print();
}

static int wrong(const char *what, const char *word)
{
	fprintf(stderr, "heddle: %s%s%s\n%s", what, word != NULL ? ": " : "",
		word != NULL ? word : "", usage);
	return EXIT_ARGUMENTS;
}

enum { GO_ON = -1 };

static int take_override(struct arguments *a, const char *text)
{
	if (a->override_count == OVERRIDES)
		return wrong("too many -g", NULL);
	a->overrides[a->override_count++] = text;
	return GO_ON;
}

static int take_format(struct arguments *a, const char *word)
{
	a->json = strcmp(word, "json") == 0;
	if (a->json || strcmp(word, "text") == 0)
		return GO_ON;
	return wrong("-o: neither text nor json", word);
}

static int print_version(bool more)
{
	puts("heddle " HEDDLE_VERSION);
	if (more)
		build_info();
	return EXIT_DONE;
}

static int take(struct arguments *a, int option)
{
	switch (option) {
	case 'c':
		a->file = optarg;
		return GO_ON;
	case 'p':
		a->prefix = optarg;
		return GO_ON;
	case 's':
		a->signal = optarg;
		return GO_ON;
	case 'g':
		return take_override(a, optarg);
	case 'o':
		return take_format(a, optarg);
	case 'T':
		a->print = true;
		a->test = true;
		return GO_ON;
	case 't':
		a->test = true;
		return GO_ON;
	case 'D':
		a->daemon = true;
		return GO_ON;
	case 'q':
		a->quiet = true;
		return GO_ON;
	case 'S':
		a->strict = true;
		return GO_ON;
	case 'v':
	case 'V':
		return print_version(option == 'V');
	case 'h':
		fputs(usage, stdout);
		return EXIT_DONE;
	default:
		fputs(usage, stderr);	/* getopt has printed the error */
		return EXIT_ARGUMENTS;
	}
}

static int parse(struct arguments *a, int argc, char **argv)
{
	static const struct option words[] = {
		{ "strict", no_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int option, status = GO_ON;

	while (status == GO_ON &&
	       (option = getopt_long(argc, argv, "c:p:s:g:o:TtDqvVh", words, NULL)) != -1)
		status = take(a, option);
	if (status == GO_ON && optind < argc)
		return wrong("what is this", argv[optind]);
	if (status == GO_ON && a->json && !a->test)
		return wrong("-o json goes with -t", NULL);
	if (status == GO_ON && a->strict && !a->test)
		return wrong("--strict goes with -t", NULL);
	return status;
}

static int stop(const struct client_target *target)
{
	return client_stop(target, false);
}

static int quit(const struct client_target *target)
{
	return client_stop(target, true);
}

static const struct {
	const char *word;
	int       (*run)(const struct client_target *target);
} signals[] = {
	{ "stop", stop },
	{ "quit", quit },
	{ "reopen", client_reopen },
	{ "reload", client_reload },
};

/*
 * -g "pid_file: ..." says which heddle is meant; other settings have no effect. That is no error:
 * init scripts give the options of the start to every command.
 */
static void warn_overrides(const struct arguments *a)
{
	static const char key[] = "pid_file";

	for (unsigned i = 0; i < a->override_count; i++) {
		const char *setting = a->overrides[i] + strspn(a->overrides[i], " {\"'");

		if (strncmp(setting, key, sizeof(key) - 1) == 0)
			continue;
		fprintf(stderr,
			"heddle: warning: -g \"%s\" has no effect on a reload: heddle keeps the -g "
			"that it was started with\n",
			a->overrides[i]);
	}
}

static int send_signal(const struct arguments *a, const struct config_source *source)
{
	struct client_target target;
	size_t i = 0;

	if (strcmp(a->signal, "upgrade") == 0) {
		fputs("heddle: -s upgrade: not in this version\n", stderr);
		return EXIT_REFUSED;
	}
	while (i < COUNT(signals) && strcmp(signals[i].word, a->signal) != 0)
		i++;
	if (i == COUNT(signals))
		return wrong("-s: none of stop, quit, reload, reopen, upgrade", a->signal);
	if (strcmp(a->signal, "reload") == 0 && !a->quiet)
		warn_overrides(a);
	switch (pid_path_find(source, a->file != NULL || a->prefix != NULL, &target)) {
	case PID_PATH_OFF:
		fputs("heddle: -s needs a pid_file in the configuration\n", stderr);
		return CLIENT_NOT_RUNNING;
	case PID_PATH_UNKNOWN:
		return EXIT_REFUSED;
	case PID_PATH_FOUND:
		break;
	}
	return signals[i].run(&target);
}

/* A start must not wait for ever for the reader of standard error; -t may. */
static void print(FILE *to, struct text *text, bool starting)
{
	if (to == stderr && starting)
		stderr_print(text_slice(text));
	else
		fputs(text_cstr(text), to);
	text_clear(text);
}

static bool is_refused(const struct arguments *a, const struct conf_errors *errors)
{
	return a->strict && errors->warnings > 0;
}

/* The result of loading: errors and warnings in the form of -o, then the summary. */
static void report(const struct arguments *a, const struct config_source *source,
		   const struct config_file *file, const struct conf_errors *errors)
{
	struct text text;

	text_init(&text);
	if (a->json) {
		conf_errors_json(errors, &text);
		text_putc(&text, '\n');
		print(stdout, &text, false);
	} else if (!a->quiet || file == NULL || is_refused(a, errors)) {
		conf_errors_print(errors, &text);
		if (file != NULL && is_refused(a, errors)) {
			text_printf(&text, "heddle: %s: %u warning%s, which --strict refuses\n",
				    source->file, errors->warnings,
				    errors->warnings == 1 ? "" : "s");
		} else if (a->test || file == NULL) {
			config_summary(source, file, errors, &text);
			if (text.len > 0 && text.data[text.len - 1] != '\n')
				text_putc(&text, '\n');
		}
		print(stderr, &text, !a->test);
	}
	if (a->print && file != NULL) {
		config_print(file, &text);
		print(stdout, &text, false);
	}
	text_close(&text);
}

static struct config_file *load(const struct arguments *a, const struct config_source *source,
				bool *warned)
{
	struct arena *arena = arena_new();
	struct conf_errors errors;
	struct config_file *file;
	struct text state;

	conf_errors_init(&errors, arena);
	text_init(&state);
	file = config_load(source, true, &errors);
	if (file != NULL && a->test && !start_check(file, !a->print, &errors, &state)) {
		config_load_free(file);
		file = NULL;
	}
	if (file != NULL && !a->test) {
		config_deep_identity(file, &errors);
		conf_errors_sort(&errors);
	}
	report(a, source, file, &errors);
	if (!a->quiet && !a->json)
		print(stderr, &state, false);
	text_close(&state);
	*warned = errors.warnings > 0;
	conf_errors_close(&errors);
	arena_free(arena);
	return file;
}

static int test(const struct arguments *a, const struct config_source *source)
{
	bool warned;
	struct config_file *file = load(a, source, &warned);
	bool ok = file != NULL && !(a->strict && warned);

	config_load_free(file);
	return ok ? EXIT_DONE : EXIT_REFUSED;
}

static int run(const struct arguments *a, const struct config_source *source)
{
	struct master_options options = { .source = *source, .daemon = a->daemon,
					  .quiet = a->quiet, .prefix = a->prefix };
	bool warned;
	struct config_file *file = load(a, source, &warned);

	return file != NULL ? master_run(&options, file) : EXIT_REFUSED;
}

static int heddle(int argc, char **argv)
{
	struct arguments a = { .file = NULL };
	struct config_source source = { .file = NULL };
	int status = parse(&a, argc, argv);

	if (status != GO_ON)
		return status;
	if (a.prefix != NULL && chdir(a.prefix) == -1) {
		fprintf(stderr, "heddle: -p %s: %s\n", a.prefix, strerror(errno));
		return EXIT_REFUSED;
	}
	source.file = a.file;
	if (source.file == NULL)
		source.file = a.prefix != NULL ? "heddle.yaml" : HEDDLE_CONF_PATH;
	if (a.override_count > 0)
		source.overrides = a.overrides;
	if (a.signal != NULL)
		return send_signal(&a, &source);
	return a.test ? test(&a, &source) : run(&a, &source);
}

/* A closed standard descriptor would be the next file that is opened, and be logged to. */
static void fill_standard(void)
{
	int fd = open("/dev/null", O_RDWR);

	while (fd != -1 && fd <= STDERR_FILENO)
		fd = open("/dev/null", O_RDWR);
	if (fd != -1)
		close(fd);
}

int main(int argc, char **argv)
{
	int status;

	fill_standard();
	argv = title_init(argc, argv);
	listen_inherited_init();
	stderr_open();
	if (!compat_run(argc, argv, &status))
		status = heddle(argc, argv);
	return status;
}
