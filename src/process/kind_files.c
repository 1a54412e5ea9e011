/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/kind_files.h"

#include "core/text.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/message.h"

/* One kind has files; a second one needs an array here. */
static struct text current, proposed;
static bool is_proposed;

static const struct process_kind *kind_with_files(void)
{
	for (size_t i = 0; process_kinds[i] != NULL; i++) {
		if (process_kinds[i]->files != NULL)
			return process_kinds[i];
	}
	return NULL;
}

/* There may be a key in it; a plain memset() of what is freed next would be left out. */
static void wipe(struct text *text)
{
	for (volatile char *at = text->data; at != NULL && at < text->data + text->room; at++)
		*at = 0;
	text_close(text);
	text_init(text);
}

bool kind_files_propose(const struct settings *settings, const struct node *tree,
			struct conf_errors *errors)
{
	const struct process_kind *kind = kind_with_files();

	kind_files_withdraw();
	if (kind == NULL)
		return true;
	is_proposed = kind->files(settings, tree, &proposed, errors);
	if (!is_proposed)
		wipe(&proposed);
	return is_proposed;
}

bool kind_files_differ(void)
{
	return is_proposed && !slice_equal(text_slice(&current), text_slice(&proposed));
}

void kind_files_withdraw(void)
{
	wipe(&proposed);
	is_proposed = false;
}

void kind_files_accept(void)
{
	struct child *c;

	if (!is_proposed)
		return;
	wipe(&current);
	current = proposed;
	text_init(&proposed);
	is_proposed = false;
	for (CHILDREN_EACH(c)) {
		if (c->kind == kind_with_files())
			channel_send(&c->channel, MESSAGE_FILES, current.data, current.len, NULL,
				     0);
	}
}

void kind_files_inherit(const struct process_kind *kind)
{
	wipe(&proposed);
	if (kind->files == NULL)
		wipe(&current);
}

struct slice kind_files_bytes(void)
{
	return text_slice(&current);
}
