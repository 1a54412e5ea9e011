/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration files: every text is refused with an error, or is a configuration that -T prints
 * as a text that says the same.
 */
#include "target.h"

#include "config/config.h"
#include "config/config_load.h"
#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"

struct loaded {
	struct arena       *arena;
	struct conf_errors  errors;
	struct config_file *file;
};

static void load(struct loaded *l, struct slice text)
{
	const struct config_source source = { .text = text };

	l->arena = arena_new();
	conf_errors_init(&l->errors, l->arena);
	l->file = config_load(&source, false, &l->errors);
	HOLDS((l->file != NULL) == (l->errors.errors == 0));
}

static void unload(struct loaded *l)
{
	config_load_free(l->file);
	conf_errors_close(&l->errors);
	arena_free(l->arena);
}

static void print_again(const struct loaded *l)
{
	struct text first, second;
	struct loaded again;

	text_init(&first);
	text_init(&second);
	config_print(l->file, &first);
	load(&again, text_slice(&first));
	if (again.file == NULL) {
		conf_errors_print(&again.errors, &first);
		fprintf(stderr, "%s\n", text_cstr(&first));
	}
	HOLDS(again.file != NULL);
	unload(&again);
	text_close(&first);
	text_close(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct loaded l;
	struct text said;

	load(&l, (struct slice){ (const char *)data, size });
	text_init(&said);
	conf_errors_print(&l.errors, &said);
	conf_errors_json(&l.errors, &said);
	if (l.file != NULL) {
		struct config *config = config_new(l.file);

		print_again(&l);
		config_free(config);
	}
	text_close(&said);
	unload(&l);
	return 0;
}
