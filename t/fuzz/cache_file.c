/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file that items of a cache survive a restart in: whatever is in it, items have a key and fit
 * into a cache, and what was read whole is the same when it is written again.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/cache_file.h"
#include "core/cache_item.h"
#include "target.h"

#define PIPE_MOST 32768		/* bytes that any pipe takes without a reader */

static struct cache_file in, out;

/* How many bytes of the file were written again; 0: it was not whole. */
static size_t read_and_write(int from, int to)
{
	enum cache_file_next next;
	struct slice key, value;
	uint64_t end;
	size_t items = 0;

	HOLDS(cache_file_begin(&out, to));
	if (!cache_file_open(&in, from))
		return 0;
	while ((next = cache_file_next(&in, &end, &key, &value)) == CACHE_FILE_ITEM) {
		HOLDS(key.len != 0 && key.len + value.len <= CACHE_ITEM_MAX);
		HOLDS(cache_file_put(&out, end, key, value));
		items++;
	}
	HOLDS(next == CACHE_FILE_END || next == CACHE_FILE_DAMAGED);
	return next == CACHE_FILE_END && cache_file_finish(&out) ? items + 1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char again[PIPE_MOST];
	int from[2], to[2];
	ssize_t n;

	if (size > PIPE_MOST || pipe(from) == -1)
		return 0;
	HOLDS(pipe(to) == 0);
	HOLDS(write(from[1], data, size) == (ssize_t)size);
	close(from[1]);
	(void)fcntl(to[0], F_SETFL, O_NONBLOCK);
	if (read_and_write(from[0], to[1]) != 0) {
		n = read(to[0], again, sizeof(again));
		HOLDS(n > 0 && (size_t)n == size && memcmp(again, data, (size_t)n) == 0);
	}
	close(from[0]);
	close(to[0]);
	close(to[1]);
	return 0;
}
