/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes, as people write them: text with \r \n \t \xNN, and \\ for a backslash. Line ends and
 * tabs may stand for themselves too, because YAML reads escapes in double quotes. A field has the
 * text with \xNN and \\ still in it, so that no byte ends it early; conf_bytes_append() has the
 * bytes.
 */
#ifndef CONFIG_CONF_BYTES_H
#define CONFIG_CONF_BYTES_H

struct text;

#define CONF_BYTES 4096	/* at most, once decoded */

/* Appends what the field of a `conf_bytes` stands for. */
void conf_bytes_append(const char *field, struct text *out);

#endif
