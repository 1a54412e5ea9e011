/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/uwsgi_key.h"

#include <string.h>

#include "core/uwsgi.h"

/* What the variables say so far; data NULL: nothing. */
struct found {
	struct slice key, path;
	bool         fixed;	/* UWSGI_FASTROUTER_KEY was there */
};

/* By length first: of some twenty names in each request few have one of these. */
static void take_usual(struct found *f, struct slice name, struct slice value)
{
	switch (name.len) {
	case sizeof("HTTP_HOST") - 1:
		if (!f->fixed && slice_is(name, "HTTP_HOST"))
			f->key = value;
		break;
	case sizeof("SERVER_NAME") - 1:
		if (f->key.len == 0 && slice_is(name, "SERVER_NAME"))
			f->key = value;
		break;
	case sizeof("UWSGI_FASTROUTER_KEY") - 1:
		if (slice_is(name, "UWSGI_FASTROUTER_KEY")) {
			f->key = value;
			f->fixed = true;
		}
		break;
	default:
		break;
	}
}

static void take(struct found *f, const struct uwsgi_key_rules *rules, struct slice name,
		 struct slice value)
{
	if (rules->mountpoints != 0 && slice_is(name, "PATH_INFO"))
		f->path = value;
	if (value.len > UWSGI_KEY_MAX)
		return;
	if (rules->variable == NULL)
		take_usual(f, name, value);
	else if (slice_is(name, rules->variable))
		f->key = value;
}

static bool find(struct found *f, const struct uwsgi_key_rules *rules, struct slice block)
{
	struct slice name, value;
	enum uwsgi_next next;

	while ((next = uwsgi_next(&block, &name, &value)) == UWSGI_PAIR)
		take(f, rules, name, value);
	return next == UWSGI_END;
}

/* ":8000" and ":" at the end; the colons of an IPv6 address without brackets stay. */
static size_t without_port(struct slice host)
{
	size_t at = host.len;

	while (at > 0 && host.data[at - 1] >= '0' && host.data[at - 1] <= '9')
		at--;
	if (at == 0 || host.data[at - 1] != ':')
		return host.len;
	at--;
	if (host.data[0] == '[')
		return at > 0 && host.data[at - 1] == ']' ? at : host.len;
	return memchr(host.data, ':', at) == NULL ? at : host.len;
}

static void set_host(struct uwsgi_key *key, const struct uwsgi_key_rules *rules, struct slice host)
{
	if (rules->strip_port)
		host.len = without_port(host);
	if (rules->strip_dot && host.len > 0 && host.data[host.len - 1] == '.')
		host.len--;
	if (host.len > 0)
		memcpy(key->text, host.data, host.len);
	for (size_t i = 0; rules->lowercase && i < host.len; i++) {
		if (key->text[i] >= 'A' && key->text[i] <= 'Z')
			key->text[i] = (char)(key->text[i] - 'A' + 'a');
	}
	key->len = key->host_len = host.len;
}

/* Of the path: what is before the slash that ends the last of `count` parts. */
static size_t parts_of(struct slice path, unsigned count)
{
	size_t len = 0;

	while (count-- > 0 && len < path.len) {
		const char *slash = memchr(path.data + len + 1, '/', path.len - len - 1);

		len = slash != NULL ? (size_t)(slash - path.data) : path.len;
	}
	return len;
}

static void append_path(struct uwsgi_key *key, struct slice path, unsigned mountpoints)
{
	size_t len = path.len > 1 ? parts_of(path, mountpoints) : 0;

	if (key->len + len > UWSGI_KEY_MAX)
		return;
	memcpy(key->text + key->len, path.data, len);
	key->len += len;
}

enum uwsgi_key_result uwsgi_key_read(struct uwsgi_key *key, const struct uwsgi_key_rules *rules,
				     struct slice block)
{
	struct found f = { .fixed = false };

	key->len = key->host_len = 0;
	if (rules->force == NULL && !find(&f, rules, block))
		return UWSGI_KEY_BAD;
	set_host(key, rules, rules->force != NULL ? slice_of(rules->force) : f.key);
	if (key->len == 0)
		return UWSGI_KEY_MISSING;
	if (rules->mountpoints != 0 && rules->force == NULL) {
		if (f.path.len == 0 || f.path.data[0] != '/')
			return UWSGI_KEY_NO_PATH;
		append_path(key, f.path, rules->mountpoints);
	}
	key->text[key->len] = '\0';
	return UWSGI_KEY_FOUND;
}
