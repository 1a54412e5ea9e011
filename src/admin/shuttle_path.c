/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_path.h"

#include <ctype.h>
#include <string.h>

#include "core/base.h"
#include "core/slice.h"
#include "core/text.h"

void shuttle_path_split(char *path, struct shuttle_path *to)
{
	to->count = 0;
	if (*path == '/')
		path++;
	while (*path != '\0' || to->count > 0) {
		char *slash = strchr(path, '/');

		if (to->count == COUNT(to->name)) {
			to->count++;
			return;
		}
		to->name[to->count++] = path;
		if (slash == NULL)
			return;
		*slash = '\0';
		path = slash + 1;
	}
}

/* Takes the last name away. */
static void go_up(struct text *out)
{
	while (out->len > 0 && out->data[out->len - 1] != '/')
		text_truncate(out, out->len - 1);
	if (out->len > 0)
		text_truncate(out, out->len - 1);
}

static void put_encoded(struct text *out, const char *path)
{
	for (; *path != '\0'; path++) {
		if (isalnum((unsigned char)*path) || strchr("-_.~$&+,/:;=@", *path) != NULL)
			text_putc(out, *path);
		else
			text_printf(out, "%%%02X", (unsigned char)*path);
	}
}

bool shuttle_path_clean(const char *path, struct text *out)
{
	struct text clean;
	bool differs;

	text_init(&clean);
	for (const char *at = path; *at != '\0';) {
		struct slice name;

		at += strspn(at, "/");
		name = (struct slice){ at, strcspn(at, "/") };
		at += name.len;
		if (slice_is(name, "..")) {
			go_up(&clean);
		} else if (name.len != 0 && !slice_is(name, ".")) {
			text_putc(&clean, '/');
			text_append(&clean, name.data, name.len);
		}
	}
	if (clean.len == 0 || (path[0] != '\0' && path[strlen(path) - 1] == '/'))
		text_putc(&clean, '/');
	differs = strcmp(text_cstr(&clean), path) != 0;
	if (differs)
		put_encoded(out, text_cstr(&clean));
	text_close(&clean);
	return differs;
}

bool shuttle_path_ours(const char *path)
{
	static const char *const trees[] = { "/_v1", "/_health", "/_page", "/metrics" };

	for (size_t i = 0; i < COUNT(trees); i++) {
		size_t len = strlen(trees[i]);

		if (strncmp(path, trees[i], len) == 0 && (path[len] == '\0' || path[len] == '/'))
			return true;
	}
	return false;
}
