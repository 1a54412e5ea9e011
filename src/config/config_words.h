/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths of objects as messages have them. */
#ifndef CONFIG_CONFIG_WORDS_H
#define CONFIG_CONFIG_WORDS_H

struct text;

/*
 * Appends the path with dots between its steps: "services/web/backends/one" is
 * "services.web.backends.one". A name may have slashes of its own, which stay.
 */
void config_words(const char *path, struct text *out);

#endif
