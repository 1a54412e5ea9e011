/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control process's copy of what is in force, and of its base: every object by its path. The
 * API reads it, and makes its edits against it.
 */
#ifndef ADMIN_MODEL_H
#define ADMIN_MODEL_H

#include <stddef.h>
#include <stdint.h>

struct change_op;
struct changed;
struct config;

void model_open(void);
void model_close(void);
void model_prepare(const struct change_op *op);	/* keeps a reference of its own */
/* The first one puts in force what was inherited by fork. `by`: who made the change. */
void model_commit(uint64_t serial, const char *by);
void model_abort(void);

const struct config *model_config(void);
const struct config *model_base(void);	/* the file as it was applied last */
uint64_t model_generation(void);

/* When and by whom the object was changed last; NULL: it is not there, or nobody notes it. */
const struct changed *model_changed(const char *path);

/* Bytes of an entity tag with its quotes and NUL. */
#define MODEL_ETAG 24
/*
 * The entity tag of the object at `path` with everything below it ("": the whole configuration).
 * It changes with any of them, and with every reload: a reload is where files and API meet, and
 * whoever has not looked since does not know what runs. "" when there is no such object.
 */
void model_etag(const struct config *config, const char *path, char out[MODEL_ETAG]);

/* Directives, and objects, in which what runs differs from the file as it was applied last. */
size_t model_differences(void);

#endif
