/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shuttle's structs as the bytes that shuttle writes: members in its order, empty ones left out
 * where it leaves them out, two blanks a level, its escapes. Clients compare such documents, and
 * its state files are those bytes.
 */
#ifndef CONFIG_SHUTTLE_WRITE_H
#define CONFIG_SHUTTLE_WRITE_H

#include "config/shuttle.h"

struct text;

/* A whole value, with a line end behind it. In readme a document is a bare list of services. */
void shuttle_write_document(const struct shuttle_document *document, enum shuttle_dialect dialect,
			    struct text *out);
void shuttle_write_service(const struct shuttle_service *service, enum shuttle_dialect dialect,
			   struct text *out);

/*
 * What heddle has no directive for, as JSON in one line: the text of the directive `shuttle`.
 * false: there is nothing to keep, and `out` is not to be used.
 */
bool shuttle_write_kept(const struct shuttle_service *service, struct text *out);
bool shuttle_write_kept_backend(const struct shuttle_backend *backend, struct text *out);

void shuttle_write_string(const char *text, struct text *out);	/* NULL: "" */
/* A time in ms as a number of the dialect: 0.5 or 500. */
void shuttle_write_time(uint64_t ms, enum shuttle_dialect dialect, struct text *out);
/* The six numbers as members at that depth, a line end before each, commas between them. */
void shuttle_write_numbers(const struct shuttle_settings *settings, enum shuttle_dialect dialect,
			   unsigned depth, struct text *out);
/* A node that is a list of strings, or a mapping of lists of numbers, at that depth. */
void shuttle_write_node(const struct node *node, unsigned depth, struct text *out);

#endif
