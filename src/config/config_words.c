/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_words.h"

#include <string.h>

#include "config/config.h"
#include "core/text.h"

void config_words(const char *path, struct text *out)
{
	size_t above, section;

	(void)config_path_kind(path, &above);
	section = above + (above > 0);
	section += strcspn(path + section, "/");
	for (size_t i = 0; path[i] != '\0'; i++)
		text_putc(out, path[i] == '/' && i <= section ? '.' : path[i]);
}
