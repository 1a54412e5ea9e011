/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file whose content is replaced as a whole: after a crash at any moment, of the program or of
 * the system, the old content is there or the new one, never a part. The content before lies
 * beside it, FILE.old; the new one is prepared in FILE.new. Knows nothing about what is in it.
 */
#ifndef OS_DURABLE_FILE_H
#define OS_DURABLE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct text;

#define DURABLE_FILE_PATH 4096	/* bytes of a path, those of its neighbours included */
#define DURABLE_FILE_MOST (64u << 20)	/* bytes that are read at most */

struct durable_file {
	const char *path;
	unsigned    mode;	/* of a file that was not there; one that was keeps its mode */
	bool        keep;	/* what is in the file is good, and becomes FILE.old */
};

/*
 * Writes the `count` pieces one behind the other, and returns once the disk has them. false: the
 * file is as it was before, unless `why` begins with "fsync": then the disk may have either.
 * `why`: "write /var/lib/heddle/state.json.new: No space left on device"; errno says it too.
 */
bool durable_file_write(const struct durable_file *file, const struct slice *pieces, size_t count,
			char *why, size_t size) MUST_CHECK;

enum durable_file_result {
	DURABLE_FILE_READ,
	DURABLE_FILE_MISSING,
	DURABLE_FILE_UNREADABLE,
	DURABLE_FILE_SHORTAGE,	/* no descriptor or memory is left to read it */
};

/* Appends the whole file to `out`. Never waits: what is no regular file is unreadable. */
enum durable_file_result durable_file_read(const char *path, struct text *out, char *why,
					   size_t size);
/* `error`, of errno, is a shortage. */
bool durable_file_is_shortage(int error);

/* "FILE.old" and the like. false: too long. */
bool durable_file_beside(const char *path, const char *suffix, char out[DURABLE_FILE_PATH])
	MUST_CHECK;
/* Gives the file the second name FILE.SUFFIX; what was there is gone. false with errno. */
bool durable_file_link(const char *path, const char *suffix) MUST_CHECK;

#endif
