/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shuttle_write.h"

#include <inttypes.h>
#include <string.h>

#include "core/go_json.h"
#include "core/text.h"

struct writer {
	struct text         *out;
	enum shuttle_dialect dialect;
	unsigned             depth;
	bool                 first;	/* nothing has been written at this level */
	bool                 compact;	/* all in one line */
};

static void line(const struct writer *w)
{
	if (w->compact)
		return;
	text_putc(w->out, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		text_puts(w->out, "  ");
}

static void begin(struct writer *w, char bracket)
{
	text_putc(w->out, bracket);
	w->depth++;
	w->first = true;
}

static void end(struct writer *w, char bracket)
{
	w->depth--;
	if (!w->first)
		line(w);
	w->first = false;
	text_putc(w->out, bracket);
}

/* An item of a list, or the name of a member. */
static void next(struct writer *w, const char *name)
{
	if (!w->first)
		text_putc(w->out, ',');
	w->first = false;
	line(w);
	if (name != NULL)
		text_printf(w->out, w->compact ? "\"%s\":" : "\"%s\": ", name);
}

void shuttle_write_string(const char *text, struct text *out)
{
	go_json_string(out, slice_of(text != NULL ? text : ""));
}

static void put_string(struct writer *w, const char *name, const char *value)
{
	next(w, name);
	shuttle_write_string(value, w->out);
}

static void put_given(struct writer *w, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		put_string(w, name, value);
}

static void put_bool(struct writer *w, const char *name, bool value)
{
	next(w, name);
	text_puts(w->out, value ? "true" : "false");
}

void shuttle_write_time(uint64_t ms, enum shuttle_dialect dialect, struct text *out)
{
	if (dialect == SHUTTLE_V01 || ms % 1000 == 0) {
		text_printf(out, "%" PRIu64, dialect == SHUTTLE_V01 ? ms : ms / 1000);
		return;
	}
	text_printf(out, "%" PRIu64 ".%03u", ms / 1000, (unsigned)(ms % 1000));
	while (out->data[out->len - 1] == '0')
		text_truncate(out, out->len - 1);
}

static void put_time(struct writer *w, const char *name, uint64_t ms)
{
	next(w, name);
	shuttle_write_time(ms, w->dialect, w->out);
}

static void put_count(struct writer *w, const char *name, uint64_t count)
{
	next(w, name);
	text_printf(w->out, "%" PRIu64, count);
}

static void put_numbers(struct writer *w, const struct shuttle_settings *s)
{
	put_time(w, "check_interval", s->number[SHUTTLE_CHECK_INTERVAL]);
	put_count(w, "fall", s->number[SHUTTLE_FALL]);
	put_count(w, "rise", s->number[SHUTTLE_RISE]);
	put_time(w, "client_timeout", s->number[SHUTTLE_CLIENT_TIMEOUT]);
	put_time(w, "server_timeout", s->number[SHUTTLE_SERVER_TIMEOUT]);
	put_time(w, "connect_timeout", s->number[SHUTTLE_CONNECT_TIMEOUT]);
}

void shuttle_write_numbers(const struct shuttle_settings *settings, enum shuttle_dialect dialect,
			   unsigned depth, struct text *out)
{
	struct writer w = { .out = out, .dialect = dialect, .depth = depth, .first = true };

	put_numbers(&w, settings);
}

static void put_scalar(struct writer *w, const struct node *node)
{
	if (node->quoted || strcmp(go_json_kind(node), "string") == 0)
		go_json_string(w->out, node->value);
	else if (node_null(node))
		text_puts(w->out, "null");
	else
		text_append(w->out, node->value.data, node->value.len);
}

/* The next key behind `before` in the order of bytes, the last of those that are the same. */
static const struct node *next_key(const struct node *map, const char *before, size_t *at)
{
	const struct node *least = NULL;

	for (size_t i = 0; i < map->count; i++) {
		const char *key = map->keys[i]->value.data;

		if ((before != NULL && strcmp(key, before) <= 0) ||
		    (least != NULL && strcmp(key, least->value.data) > 0))
			continue;
		least = map->keys[i];
		*at = i;
	}
	return least;
}

static void put_node(struct writer *w, const struct node *node, bool strings)
{
	const struct node *key = NULL;
	size_t at;

	if (node->kind == NODE_SCALAR && strings) {
		go_json_string(w->out, node->value);
	} else if (node->kind == NODE_SCALAR) {
		put_scalar(w, node);
	} else if (node->kind == NODE_LIST) {
		begin(w, '[');
		for (size_t i = 0; i < node->count; i++) {
			next(w, NULL);
			put_node(w, node->items[i], strings);
		}
		end(w, ']');
	} else {
		begin(w, '{');
		while ((key = next_key(node, key != NULL ? key->value.data : NULL, &at)) != NULL) {
			next(w, NULL);
			go_json_string(w->out, key->value);
			text_puts(w->out, w->compact ? ":" : ": ");
			put_node(w, node->items[at], false);
		}
		end(w, '}');
	}
}

void shuttle_write_node(const struct node *node, unsigned depth, struct text *out)
{
	struct writer w = { .out = out, .depth = depth };

	put_node(&w, node, node->kind == NODE_LIST);
}

static void put_backend(struct writer *w, const struct shuttle_backend *backend)
{
	begin(w, '{');
	put_string(w, "name", backend->name);
	put_string(w, "address", backend->address);
	put_given(w, "network", backend->network);
	put_string(w, "check_address", backend->check_address);
	next(w, "weight");
	text_printf(w->out, "%" PRId64, backend->weight);
	end(w, '}');
}

static void put_hosts(struct writer *w, const struct shuttle_service *s)
{
	if (s->virtual_hosts != NULL && s->virtual_hosts->count != 0) {
		next(w, "virtual_hosts");
		put_node(w, s->virtual_hosts, true);
	}
	if (s->error_pages != NULL && s->error_pages->count != 0) {
		next(w, "error_pages");
		put_node(w, s->error_pages, false);
	}
}

static void put_backends(struct writer *w, const struct shuttle_service *s)
{
	if (s->backend_count == 0)
		return;
	next(w, "backends");
	begin(w, '[');
	for (size_t i = 0; i < s->backend_count; i++) {
		next(w, NULL);
		put_backend(w, &s->backends[i]);
	}
	end(w, ']');
}

static void put_service(struct writer *w, const struct shuttle_service *s)
{
	begin(w, '{');
	put_string(w, "name", s->name);
	put_string(w, "address", s->address);
	put_given(w, "network", s->network);
	put_given(w, "balance", s->settings.balance);
	put_numbers(w, &s->settings);
	put_bool(w, "https-redirect", s->settings.https_redirect);
	put_hosts(w, s);
	put_backends(w, s);
	put_bool(w, "maintenance_mode", s->maintenance_mode);
	end(w, '}');
}

static void put_services(struct writer *w, const struct shuttle_document *document)
{
	begin(w, '[');
	for (size_t i = 0; i < document->count; i++) {
		next(w, NULL);
		put_service(w, &document->services[i]);
	}
	end(w, ']');
}

void shuttle_write_document(const struct shuttle_document *document, enum shuttle_dialect dialect,
			    struct text *out)
{
	struct writer w = { .out = out, .dialect = dialect };

	if (dialect != SHUTTLE_V01) {
		put_services(&w, document);
		text_putc(out, '\n');
		return;
	}
	begin(&w, '{');
	put_given(&w, "balance", document->globals.balance);
	put_numbers(&w, &document->globals);
	put_bool(&w, "https-redirect", document->globals.https_redirect);
	next(&w, "services");
	if (document->count == 0)
		text_puts(out, "null");
	else
		put_services(&w, document);
	end(&w, '}');
	text_putc(out, '\n');
}

void shuttle_write_service(const struct shuttle_service *service, enum shuttle_dialect dialect,
			   struct text *out)
{
	struct writer w = { .out = out, .dialect = dialect };

	put_service(&w, service);
	text_putc(out, '\n');
}

/* Rise and fall have no other place while a service is not checked. */
static void put_unchecked(struct writer *w, const struct shuttle_settings *s)
{
	if (s->number[SHUTTLE_CHECK_INTERVAL] != 0)
		return;
	if (s->number[SHUTTLE_FALL] != SHUTTLE_FALL_INITIAL)
		put_count(w, "fall", s->number[SHUTTLE_FALL]);
	if (s->number[SHUTTLE_RISE] != SHUTTLE_RISE_INITIAL)
		put_count(w, "rise", s->number[SHUTTLE_RISE]);
}

bool shuttle_write_kept(const struct shuttle_service *s, struct text *out)
{
	struct writer w = { .out = out, .dialect = SHUTTLE_V01, .compact = true };

	begin(&w, '{');
	/* the text must be there: it allows a service to have no address */
	if (s->address == NULL || s->address[0] == '\0')
		put_string(&w, "address", "");
	if (s->network != NULL && strcmp(s->network, SHUTTLE_NETWORK) != 0)
		put_given(&w, "network", s->network);
	put_unchecked(&w, &s->settings);
	if (s->settings.https_redirect)
		put_bool(&w, "https-redirect", true);
	put_hosts(&w, s);
	if (s->maintenance_mode)
		put_bool(&w, "maintenance_mode", true);
	if (w.first)
		return false;
	end(&w, '}');
	return true;
}

bool shuttle_write_kept_backend(const struct shuttle_backend *backend, struct text *out)
{
	struct writer w = { .out = out, .dialect = SHUTTLE_V01, .compact = true };

	begin(&w, '{');
	put_given(&w, "network", backend->network);
	if (w.first)
		return false;
	end(&w, '}');
	return true;
}
