/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cache_packet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/uwsgi.h"

static const char *const verbs[CACHE_VERBS] = { "get", "set", "update", "exists", "del", "clear" };

/* Decimal. false: it is no number, or more than anybody means. */
static bool read_number(struct slice text, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9' || *number > UINT32_MAX)
			return false;
		*number = *number * 10 + (uint64_t)(text.data[i] - '0');
	}
	return true;
}

static bool read_verb(struct slice word, enum cache_verb *verb)
{
	for (unsigned i = 0; i < CACHE_VERBS; i++) {
		*verb = (enum cache_verb)i;
		if (slice_is(word, verbs[i]))
			return true;
	}
	return false;
}

static bool take_pair(struct cache_packet *p, struct slice name, struct slice value)
{
	if (slice_is(name, "cmd"))
		return read_verb(value, &p->verb);
	if (slice_is(name, "key"))
		p->key = value;
	else if (slice_is(name, "cache"))
		p->cache = value;
	else if (slice_is(name, "size"))
		return read_number(value, &p->size);
	else if (slice_is(name, "expires"))
		return read_number(value, &p->expires);
	return true;
}

bool cache_packet_read(struct cache_packet *p, struct slice block)
{
	struct slice name, value;
	enum uwsgi_next next;

	*p = (struct cache_packet){ .verb = CACHE_VERBS, .key = { "", 0 }, .cache = { "", 0 } };
	while ((next = uwsgi_next(&block, &name, &value)) == UWSGI_PAIR) {
		if (!take_pair(p, name, value))
			return false;
	}
	if (next == UWSGI_BAD || p->verb == CACHE_VERBS)
		return false;
	if (p->key.len == 0 && p->verb != CACHE_CLEAR)
		return false;
	return (p->verb != CACHE_SET && p->verb != CACHE_UPDATE) || p->size != 0;
}

bool cache_packet_writes(enum cache_verb verb)
{
	return verb != CACHE_GET && verb != CACHE_EXISTENCE;
}

static void put_little16(char **at, size_t number)
{
	*(*at)++ = (char)(number & 0xff);
	*(*at)++ = (char)(number >> 8);
}

static void put_pair(char **at, const char *name, const char *value)
{
	const char *const texts[] = { name, value };

	for (int i = 0; i < 2; i++) {
		size_t len = strlen(texts[i]);

		put_little16(at, len);
		memcpy(*at, texts[i], len);
		*at += len;
	}
}

static size_t finish(char *out, const char *end)
{
	char *at = out;

	*at++ = CACHE_PACKET_MODIFIER1;
	put_little16(&at, (size_t)(end - out) - UWSGI_HEADER);
	*at = CACHE_PACKET_MODIFIER2;
	return (size_t)(end - out);
}

size_t cache_packet_done(char out[CACHE_PACKET_ANSWER])
{
	char *at = out + UWSGI_HEADER;

	put_pair(&at, "status", "ok");
	return finish(out, at);
}

size_t cache_packet_value(uint64_t size, uint64_t end, char out[CACHE_PACKET_ANSWER])
{
	char *at = out + UWSGI_HEADER, number[24];

	put_pair(&at, "status", "ok");
	snprintf(number, sizeof(number), "%" PRIu64, size);
	put_pair(&at, "size", number);
	if (end != 0) {
		snprintf(number, sizeof(number), "%" PRIu64, end);
		put_pair(&at, "expires", number);
	}
	return finish(out, at);
}
