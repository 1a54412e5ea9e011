/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cache_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/cache_item.h"

static const char magic[] = "heddle cache 1\n";

#define MAGIC (sizeof(magic) - 1)
#define HEAD 12		/* bytes of an item before its key */
#define LAST UINT64_MAX

static void write_little(char *out, uint64_t number, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		out[i] = (char)(number >> 8 * i & 0xff);
}

static uint64_t read_little(const char *in, unsigned bytes)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < bytes; i++)
		number |= (uint64_t)(unsigned char)in[i] << 8 * i;
	return number;
}

static bool flush(struct cache_file *f)
{
	for (size_t at = 0; at < f->len;) {
		ssize_t n = write(f->fd, f->bytes + at, f->len - at);

		if (n == 0)
			errno = ENOSPC;	/* nothing is taken, and nothing is said */
		if (n == 0 || (n == -1 && errno != EINTR))
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	f->len = 0;
	return true;
}

static bool append(struct cache_file *f, const char *bytes, size_t len)
{
	if (f->len + len > sizeof(f->bytes) && !flush(f))
		return false;
	memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
	return true;
}

static bool append_summed(struct cache_file *f, struct slice bytes)
{
	xxh64_add(&f->sum, bytes);
	return bytes.len == 0 || append(f, bytes.data, bytes.len);
}

bool cache_file_begin(struct cache_file *f, int fd)
{
	f->fd = fd;
	f->len = f->at = 0;
	xxh64_begin(&f->sum);
	return append_summed(f, slice_of(magic));
}

bool cache_file_put(struct cache_file *f, uint64_t end, struct slice key, struct slice value)
{
	char head[HEAD];

	write_little(head, end, 8);
	write_little(head + 8, key.len, 2);
	write_little(head + 10, value.len, 2);
	return append_summed(f, (struct slice){ head, sizeof(head) }) && append_summed(f, key) &&
	       append_summed(f, value);
}

bool cache_file_finish(struct cache_file *f)
{
	char tail[16];

	write_little(tail, LAST, 8);
	write_little(tail + 8, xxh64_sum(&f->sum), 8);
	return append(f, tail, sizeof(tail)) && flush(f);
}

/* NULL: there are not so many any more. Valid until the next call. */
static const char *take(struct cache_file *f, size_t count)
{
	ssize_t n = 1;

	if (f->len - f->at < count) {
		f->len -= f->at;
		memmove(f->bytes, f->bytes + f->at, f->len);
		f->at = 0;
	}
	while (f->len - f->at < count && n != 0) {
		n = read(f->fd, f->bytes + f->len, sizeof(f->bytes) - f->len);
		if (n == -1 && errno != EINTR)
			return NULL;
		f->len += n > 0 ? (size_t)n : 0;
	}
	if (f->len - f->at < count)
		return NULL;
	f->at += count;
	return f->bytes + f->at - count;
}

bool cache_file_open(struct cache_file *f, int fd)
{
	const char *first;

	f->fd = fd;
	f->len = f->at = 0;
	xxh64_begin(&f->sum);
	first = take(f, MAGIC);
	if (first == NULL || memcmp(first, magic, MAGIC) != 0)
		return false;
	xxh64_add(&f->sum, slice_of(magic));
	return true;
}

/* Behind the sum there is nothing, or it is not what was written. */
static enum cache_file_next last(struct cache_file *f)
{
	const char *sum = take(f, 8);
	bool right = sum != NULL && read_little(sum, 8) == xxh64_sum(&f->sum);

	return right && take(f, 1) == NULL ? CACHE_FILE_END : CACHE_FILE_DAMAGED;
}

enum cache_file_next cache_file_next(struct cache_file *f, uint64_t *end, struct slice *key,
				     struct slice *value)
{
	const char *at = take(f, 8);
	size_t key_len, value_len;

	if (at == NULL)
		return CACHE_FILE_DAMAGED;
	*end = read_little(at, 8);
	if (*end == LAST)
		return last(f);
	xxh64_add(&f->sum, (struct slice){ at, 8 });
	at = take(f, HEAD - 8);
	if (at == NULL)
		return CACHE_FILE_DAMAGED;
	xxh64_add(&f->sum, (struct slice){ at, HEAD - 8 });
	key_len = (size_t)read_little(at, 2);
	value_len = (size_t)read_little(at + 2, 2);
	if (key_len == 0 || key_len + value_len > CACHE_ITEM_MAX)
		return CACHE_FILE_DAMAGED;
	at = take(f, key_len + value_len);
	if (at == NULL)
		return CACHE_FILE_DAMAGED;
	*key = (struct slice){ at, key_len };
	*value = (struct slice){ at + key_len, value_len };
	xxh64_add(&f->sum, (struct slice){ at, key_len + value_len });
	return CACHE_FILE_ITEM;
}
