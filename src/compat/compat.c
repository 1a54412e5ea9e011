/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the old program that a command line belongs to, and runs the YAML that it stands for. */
#include "compat/compat.h"

#include <stdio.h>
#include <string.h>

#include "compat/program.h"
#include "config/conf.h"
#include "core/arena.h"
#include "core/base.h"
#include "core/log.h"
#include "core/stderr.h"

static const struct compat_program *const programs[] = { &fastrouter, &shuttle, &tcp_fallback,
						  &usss };

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const struct compat_program *find(const char *name)
{
	for (size_t i = 0; i < COUNT(programs); i++)
		if (strcmp(programs[i]->name, name) == 0)
			return programs[i];
	return NULL;
}

/* Without lines and columns: the YAML was generated, and the user has not seen it. */
static void print_errors(const struct conf_errors *errors)
{
	struct text told;

	text_init(&told);
	for (size_t i = 0; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];

		if (e->level == CONF_ERROR)
			text_printf(&told, "%s: %s%s%s\n", log_ident(), e->path,
				    e->path[0] != '\0' ? ": " : "", e->message);
	}
	stderr_print(text_slice(&told));
	text_close(&told);
}

static struct config_file *load(const struct config_source *source, bool deep)
{
	struct conf_errors errors;
	struct arena *arena = arena_new();

	conf_errors_init(&errors, arena);
	struct config_file *file = config_load(source, deep, &errors);
	if (!file)
		print_errors(&errors);
	conf_errors_close(&errors);
	arena_free(arena);
	return file;
}

static int run(struct compat_plan *plan)
{
	struct master_options options = { .compat = &plan->messages, .daemon = plan->daemon };

	options.source.text = text_slice(&plan->yaml);
	struct config_file *file = load(&options.source, true);

	return file ? master_run(&options, file) : 1;
}

/* What no start would take is told; users and folders may be those of another machine. */
static int print(struct compat_plan *plan)
{
	const struct config_source source = { .text = text_slice(&plan->yaml) };
	bool ok = fputs(text_cstr(&plan->yaml), stdout) >= 0 && fflush(stdout) == 0;
	struct config_file *file = load(&source, false);

	config_load_free(file);
	return ok && file != NULL ? 0 : 1;
}

static const char *command_line(int argc, char **argv, struct arena *arena)
{
	const char *line = base_name(argv[0]);

	for (int i = 1; i < argc; i++)
		line = arena_printf(arena, "%s %s", line, argv[i]);
	return line;
}

static int start(const struct compat_program *program, int argc, char **argv)
{
	struct compat_plan plan = { .arena = arena_new() };

	text_init(&plan.yaml);
	log_set_ident(program->name);
	int status = program->translate(argc, argv, &plan);
	if (status == COMPAT_GO_ON && plan.print) {
		status = print(&plan);
	} else if (status == COMPAT_GO_ON) {
		plan.messages.command = command_line(argc, argv, plan.arena);
		status = run(&plan);
	}
	text_close(&plan.yaml);
	arena_free(plan.arena);
	return status;
}

bool compat_run(int argc, char **argv, int *status)
{
	const struct compat_program *program = argc > 0 ? find(base_name(argv[0])) : NULL;

	if (!program && argc > 1) {
		program = find(argv[1]);
		argc--;
		argv++;
	}
	if (!program)
		return false;
	*status = start(program, argc, argv);
	return true;
}
