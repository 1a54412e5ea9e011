/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/cache_client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/cache_door.h"
#include "core/clock.h"
#include "core/text.h"
#include "core/uwsgi.h"
#include "core/uwsgi_write.h"
#include "os/door.h"

#define MODIFIER1 111
#define MODIFIER2 17
#define WAIT_MS 5000
#define VALUE_MOST (64u << 20)

static int door = -1, stream = -1;
static const char *own_cache = "";
static struct text answer;	/* header, block, value */

void cache_client_open(int given, const char *cache)
{
	door = given;
	own_cache = cache != NULL ? cache : "";
}

void cache_client_forget(void)
{
	if (stream != -1)
		close(stream);
	stream = door = -1;
}

static void hang_up(void)
{
	if (stream != -1)
		close(stream);
	stream = -1;
}

/* false: nothing can be done within the time. */
static bool wait_for(short what, uint64_t until)
{
	struct pollfd p = { .fd = stream, .events = what };
	uint64_t now = clock_ms();

	while (now < until) {
		int n = poll(&p, 1, (int)(until - now));

		if (n > 0)
			return true;
		if (n == -1 && errno != EINTR)
			return false;
		now = clock_ms();
	}
	return false;
}

static bool send_all(struct slice bytes, uint64_t until)
{
	while (bytes.len > 0) {
		ssize_t n = send(stream, bytes.data, bytes.len, MSG_NOSIGNAL);

		if (n > 0)
			bytes = slice_after(bytes, (size_t)n);
		else if (n == -1 && errno == EAGAIN && wait_for(POLLOUT, until))
			continue;
		else if (n == 0 || errno != EINTR)
			return false;
	}
	return true;
}

/* Until `answer` has so many bytes. 1; 0: the other side has ended; -1: it takes too long. */
static int receive(size_t len, uint64_t until)
{
	while (answer.len < len) {
		size_t before = answer.len, room = len - before;
		ssize_t n = recv(stream, text_extend(&answer, room), room, 0);

		answer.len = before + (n > 0 ? (size_t)n : 0);
		if (n == 0 || (n == -1 && errno == ECONNRESET))
			return 0;
		if (n == -1 && errno == EAGAIN && wait_for(POLLIN, until))
			continue;
		if (n == -1 && errno != EINTR)
			return -1;
	}
	return 1;
}

static bool write_request(const struct language_cache *r, struct text *out)
{
	struct uwsgi_write w;
	char number[32];

	uwsgi_write_start(&w, out, MODIFIER1, MODIFIER2);
	uwsgi_write_pair(&w, slice_of("cmd"), slice_of(r->command));
	if (r->key.len != 0)
		uwsgi_write_pair(&w, slice_of("key"), r->key);
	if (r->value.len != 0) {
		snprintf(number, sizeof(number), "%zu", r->value.len);
		uwsgi_write_pair(&w, slice_of("size"), slice_of(number));
	}
	if (r->expires != 0) {
		snprintf(number, sizeof(number), "%lu", r->expires);
		uwsgi_write_pair(&w, slice_of("expires"), slice_of(number));
	}
	uwsgi_write_pair(&w, slice_of("cache"), r->cache.len != 0 ? r->cache : slice_of(own_cache));
	if (!uwsgi_write_end(&w))
		return false;
	if (r->value.len != 0)
		text_append(out, r->value.data, r->value.len);
	return true;
}

/* Whether the block says that it is well, and how many bytes of a value follow it. */
static bool read_block(struct slice block, size_t *size)
{
	struct slice name, value;
	bool ok = false;

	*size = 0;
	while (uwsgi_next(&block, &name, &value) == UWSGI_PAIR) {
		char number[24];

		if (slice_is(name, "status"))
			ok = slice_is(value, "ok");
		if (!slice_is(name, "size") || value.len >= sizeof(number))
			continue;
		memcpy(number, value.data, value.len);
		number[value.len] = '\0';
		*size = strtoul(number, NULL, 10);
	}
	return ok && *size <= VALUE_MOST;
}

/* As receive(); *value: behind the block. */
static int receive_answer(uint64_t until, struct slice *value, bool *ok)
{
	size_t head, size;
	int got;

	text_clear(&answer);
	got = receive(UWSGI_HEADER, until);
	if (got != 1)
		return got;
	head = UWSGI_HEADER + uwsgi_block_size(answer.data);
	got = receive(head, until);
	if (got != 1)
		return got;
	*ok = read_block((struct slice){ answer.data + UWSGI_HEADER, head - UWSGI_HEADER }, &size);
	got = *ok ? receive(head + size, until) : 1;
	*value = (struct slice){ answer.data + head, *ok ? size : 0 };
	return got;
}

static enum language_cache_result fail(struct language_error *error, const char *why)
{
	hang_up();
	snprintf(error->text, sizeof(error->text), "%s", why);
	return LANGUAGE_CACHE_ERROR;
}

static enum language_cache_result exchange(struct slice request, struct slice *value,
				      struct language_error *error)
{
	uint64_t until = clock_ms() + WAIT_MS;
	bool ok = false;

	if (!send_all(request, until))
		return fail(error, "the cache of heddle cannot be reached");
	switch (receive_answer(until, value, &ok)) {
	case 1:
		if (!ok)
			hang_up();
		return ok ? LANGUAGE_CACHE_OK : LANGUAGE_CACHE_NO;
	case 0:		/* how uWSGI says no */
		hang_up();
		return LANGUAGE_CACHE_NO;
	default:
		return fail(error, "the cache of heddle does not answer");
	}
}

/* It may change all caches. */
static int connect_stream(void)
{
	const struct cache_door any = { .writes = true, .name = { "", 0 } };
	char head[CACHE_DOOR_HEAD];

	return door_connect_by(door, (struct slice){ head, cache_door_write(&any, head) });
}

enum language_cache_result cache_client_call(const struct language_cache *r, struct slice *value,
					     struct language_error *error)
{
	struct text request;
	enum language_cache_result result;

	if (r->cache.len != 0 && memchr(r->cache.data, '@', r->cache.len) != NULL)
		return fail(error, "a script of heddle has only the caches of this heddle: write "
			    "the name without @");
	/* one that was kept may have ended with the process at its other side */
	if (stream != -1 && recv(stream, &(char){ 0 }, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
		hang_up();
	if (stream == -1)
		stream = door != -1 ? connect_stream() : -1;
	if (stream == -1)
		return fail(error, "the cache of heddle cannot be reached");
	text_init(&request);
	if (write_request(r, &request))
		result = exchange(text_slice(&request), value, error);
	else
		result = fail(error, "the key is too long");
	text_close(&request);
	return result;
}
