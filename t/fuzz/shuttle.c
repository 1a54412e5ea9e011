/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bodies of shuttle's tree, and its documents: a byte for the dialect, then the bytes. What can be
 * read is written as text that is read to the same text; each service becomes a tree, and an edit
 * that is refused with an error or fits.
 */
#include <string.h>

#include "base.h"
#include "config/config_edit.h"
#include "config/shuttle_document.h"
#include "config/shuttle_merge.h"
#include "config/shuttle_tree.h"
#include "config/shuttle_write.h"
#include "core/base.h"
#include "core/text.h"

static void edit(const struct node *tree, const char *name, struct arena *arena)
{
	struct config_edit edit = { .verb = EDIT_PUT, .tree = tree };
	struct config_diff diff = { .rows = NULL };
	struct conf_errors errors;
	struct text path;

	text_init(&path);
	text_printf(&path, "services/%s", name);
	edit.path = text_cstr(&path);
	conf_errors_init(&errors, arena);
	HOLDS(config_edit_diff(base_config(), &edit, arena, &diff, &errors) ==
	      (errors.errors == 0));
	config_diff_close(&diff);
	conf_errors_close(&errors);
	text_close(&path);
}

static void write_and_read(const struct shuttle_reader *in, const struct shuttle_document *document)
{
	struct shuttle_document again = { .count = 0 };
	struct text first, second;

	text_init(&first);
	text_init(&second);
	shuttle_write_document(document, in->dialect, &first);
	HOLDS(shuttle_read_bytes(in, text_slice(&first), &again));
	HOLDS(again.count == document->count);
	shuttle_write_document(&again, in->dialect, &second);
	if (!slice_equal(text_slice(&first), text_slice(&second)))
		fprintf(stderr, "%s\nthen\n%s\n", text_cstr(&first), text_cstr(&second));
	HOLDS(slice_equal(text_slice(&first), text_slice(&second)));
	text_close(&first);
	text_close(&second);
}

static void read_bytes(const struct shuttle_reader *in, struct slice bytes)
{
	struct shuttle_document document = { .count = 0 };

	if (!shuttle_read_bytes(in, bytes, &document)) {
		HOLDS(in->errors->errors != 0);
		return;
	}
	for (size_t i = 0; i < document.count; i++) {
		struct shuttle_service *service = &document.services[i];
		const struct node *tree;

		shuttle_merge_initial(service, &document.globals, in->dialect);
		for (size_t b = 0; b < service->backend_count; b++)
			shuttle_merge_backend(&service->backends[b]);
		tree = shuttle_tree_service(service, NULL, in->arena, in->errors);
		HOLDS(tree != NULL || in->errors->errors != 0);
		if (tree != NULL && service->name != NULL && strchr(service->name, '/') == NULL)
			edit(tree, service->name, in->arena);
	}
	write_and_read(in, &document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena;
	struct conf_errors errors, file_errors;
	struct slice bytes;

	if (size < 1)
		return 0;
	bytes = (struct slice){ (const char *)data + 1, size - 1 };
	arena = arena_new();
	conf_errors_init(&errors, arena);
	conf_errors_init(&file_errors, arena);
	const enum shuttle_dialect dialect = data[0] % (SHUTTLE_V01 + 1);
	const struct shuttle_reader in = { dialect, arena, &errors };
	const struct shuttle_reader file = { dialect, arena, &file_errors };

	read_bytes(&in, bytes);
	HOLDS(shuttle_document_parse(&file, bytes) != NULL || file_errors.errors != 0);
	conf_errors_close(&file_errors);
	conf_errors_close(&errors);
	arena_free(arena);
	return 0;
}
