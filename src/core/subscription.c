/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/subscription.h"

#include "core/uwsgi.h"

enum pair_type { PAIR_BYTES, PAIR_NUMBER, PAIR_BYTE };

struct pair_row {
	const char    *name;
	size_t         len;	/* of the name */
	enum pair_type type;
	size_t         offset;	/* in struct subscription */
};

#define ROW(name, type, member) \
	{ name, sizeof(name) - 1, type, offsetof(struct subscription, member) }
#define BYTES(member) ROW(#member, PAIR_BYTES, member)
#define NUMBER(member) ROW(#member, PAIR_NUMBER, member)
#define BYTE(member) ROW(#member, PAIR_BYTE, member)

/* What is not here means nothing to a server: `inactive` and `auth`, too. */
static const struct pair_row pairs[] = {
	BYTES(key),
	BYTES(address),
	BYTE(modifier1),
	BYTE(modifier2),
	NUMBER(cores),
	NUMBER(load),
	NUMBER(weight),
	NUMBER(backup),
	BYTES(vassal),
	BYTES(proto),
	BYTES(algo),
	BYTES(notify),
	BYTES(sni_key),
	BYTES(sni_crt),
	BYTES(sni_ca),
	BYTE(clear),
	ROW("unix", PAIR_NUMBER, unix_time),
	BYTES(sign),
	ROW("heddle_path", PAIR_BYTES, path),
};

/*
 * As uWSGI reads numbers: (byte - '0') times its power of ten, modulo 2^64, whatever the bytes
 * are; more than 19 of them are 0.
 */
static uint64_t number_of(struct slice text)
{
	uint64_t value = 0;

	if (text.len > 19)
		return 0;
	for (size_t i = 0; i < text.len; i++)
		value = value * 10 + (uint64_t)((int64_t)(signed char)text.data[i] - '0');
	return value;
}

static const struct pair_row *row_of(struct slice name)
{
	for (size_t i = 0; i < COUNT(pairs); i++) {
		if (pairs[i].len == name.len && memcmp(pairs[i].name, name.data, name.len) == 0)
			return &pairs[i];
	}
	return NULL;
}

static void take_pair(struct subscription *s, struct slice name, struct slice value)
{
	const struct pair_row *row = row_of(name);
	char *member = (char *)s + (row != NULL ? row->offset : 0);

	if (row == NULL)
		return;
	if (row->type == PAIR_BYTES)
		memcpy(member, &value, sizeof(value));
	else if (row->type == PAIR_BYTE)
		*(uint8_t *)member = (uint8_t)number_of(value);
	else
		memcpy(member, &(uint64_t){ number_of(value) }, sizeof(uint64_t));
}

/* Returns what is left: nothing, or bytes from the first malformed pair on. */
static struct slice take_pairs(struct subscription *s, struct slice block)
{
	struct slice rest = block, pair = block, name, value;

	while (uwsgi_next(&rest, &name, &value) == UWSGI_PAIR) {
		take_pair(s, name, value);
		/* it must be the last pair: what comes behind it is covered by nothing */
		s->covered = (struct slice){ block.data, 0 };
		if (s->sign.data == value.data)
			s->covered.len = (size_t)(pair.data - block.data);
		pair = rest;
	}
	return rest;
}

static bool all_zero(struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.data[i] != '\0')
			return false;
	}
	return true;
}

bool subscription_parse(struct subscription *s, struct slice datagram,
			enum subscription_reading reading)
{
	bool strict = reading == SUBSCRIPTION_STRICT;
	struct slice block;

	*s = (struct subscription){ 0 };
	if (datagram.len < UWSGI_HEADER)
		return false;
	block = slice_after(datagram, UWSGI_HEADER);
	if (strict) {
		size_t declared = uwsgi_block_size(datagram.data);

		if ((unsigned char)datagram.data[0] != SUBSCRIPTION_MODIFIER1 ||
		    declared > block.len || !all_zero(slice_after(block, declared)))
			return false;
		block.len = declared;
	}
	s->command = datagram.data[3] == '\0' ? SUBSCRIPTION_ADD : SUBSCRIPTION_REMOVE;
	if (take_pairs(s, block).len != 0 && strict)
		return false;
	s->len = UWSGI_HEADER + block.len;
	s->has_key = s->key.data != NULL;
	s->has_sign = s->sign.data != NULL;
	if (s->notify.len > SUBSCRIPTION_NOTIFY_MAX)
		s->notify.len = 0;
	if (strict && !s->has_key)
		return false;
	return s->key.len <= SUBSCRIPTION_KEY_MAX && s->address.len <= SUBSCRIPTION_KEY_MAX &&
	       s->vassal.len <= SUBSCRIPTION_KEY_MAX && s->address.len + s->vassal.len != 0;
}

bool subscription_withdraws(const struct subscription *s)
{
	return s->command == SUBSCRIPTION_REMOVE || s->clear != 0;
}

bool subscription_lacks_host(const struct subscription *s)
{
	return !s->has_sign && s->address.len > 1 && s->address.data[0] == ':';
}

size_t subscription_fill(const struct subscription *s, struct slice datagram, struct slice host,
			 char *out, size_t size)
{
	size_t before = (size_t)(s->address.data - datagram.data);
	size_t total = s->len + host.len;
	size_t address = host.len + s->address.len;
	size_t declared = total - UWSGI_HEADER;

	if (total > size || address > SUBSCRIPTION_KEY_MAX || declared > UINT16_MAX)
		return 0;
	memcpy(out, datagram.data, before);
	memcpy(out + before, host.data, host.len);
	memcpy(out + before + host.len, s->address.data, s->len - before);
	out[1] = (char)(declared & 0xff);
	out[2] = (char)(declared >> 8);
	out[before - 2] = (char)address;
	out[before - 1] = 0;
	return total;
}
