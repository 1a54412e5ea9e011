/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trees of nodes, from a body or from a file, as shuttle's structs. The rules are those of Go's
 * encoding/json: names of fields in upper or lower case, unknown fields are ignored, the last of a
 * name counts, null changes nothing; so are the messages about a value of another type.
 */
#ifndef CONFIG_SHUTTLE_READ_H
#define CONFIG_SHUTTLE_READ_H

#include "config/shuttle.h"
#include "core/base.h"
#include "core/conf_errors.h"

struct shuttle_reader {
	enum shuttle_dialect dialect;
	struct arena        *arena;
	struct conf_errors  *errors;
};

/* false: told. `null` says nothing, which is fine. */
bool shuttle_read_service(const struct shuttle_reader *in, const struct node *node,
			  struct shuttle_service *service) MUST_CHECK;
bool shuttle_read_backend(const struct shuttle_reader *in, const struct node *node,
			  struct shuttle_backend *backend) MUST_CHECK;
/* A list of services; or a mapping of globals with `services`. */
bool shuttle_read_document(const struct shuttle_reader *in, const struct node *node,
			   struct shuttle_document *document) MUST_CHECK;

/* JSON text as nodes. NULL: told. */
struct node *shuttle_read_json(const struct shuttle_reader *in, struct slice text);

/* Any bytes at all as a document: for fuzzing. false: they are none. */
bool shuttle_read_bytes(const struct shuttle_reader *in, struct slice bytes,
			struct shuttle_document *document) MUST_CHECK;

#endif
