/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shuttle_config.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_members.h"
#include "config/config_rows.h"
#include "config/config_types.h"
#include "config/shuttle_read.h"
#include "config/shuttle_write.h"
#include "core/arena.h"
#include "core/go_json.h"
#include "core/text.h"

static void set(struct shuttle_settings *s, enum shuttle_number number, uint64_t value)
{
	s->number[number] = value;
	s->given |= 1U << number;
}

/* A time that the object itself says: what it inherits is not its own. */
static void set_given(struct shuttle_settings *s, enum shuttle_number number, uint64_t value,
		      const struct object *object, const char *directive)
{
	const struct conf_section *section = object->kind->conf;

	if (conf_given(object->conf, section, conf_find(section, directive)))
		set(s, number, value);
}

const char *shuttle_config_balance(int row)
{
	const char *aliases, *word = config_balancers.names.name((size_t)row, &aliases);

	if (strcmp(word, "round_robin") == 0)
		return "RR";
	return strcmp(word, "least_connections") == 0 ? "LC" : word;
}

/* What the directive `shuttle` keeps; NULL text: nothing. It was checked when it was read. */
static void read_kept(const char *text, struct arena *arena, struct shuttle_service *kept)
{
	struct conf_errors errors;
	const struct shuttle_reader in = { SHUTTLE_V01, arena, &errors };
	char why[GO_JSON_WHY];
	struct node *tree = text != NULL ? go_json_read(slice_of(text), arena, why) : NULL;

	*kept = (struct shuttle_service){ .name = NULL };
	conf_errors_init(&errors, arena);
	if (tree != NULL && !shuttle_read_service(&in, tree, kept))
		*kept = (struct shuttle_service){ .name = NULL };
	conf_errors_close(&errors);
}

static uint64_t or_initial(uint64_t kept, uint64_t initial)
{
	return kept != 0 ? kept : initial;
}

static void fill_service(struct shuttle_service *s, const struct object *object,
			 struct arena *arena)
{
	const struct service_conf *conf = object->conf;
	struct shuttle_settings *to = &s->settings;
	uint64_t rise = conf->check.rise, fall = conf->check.fall;

	read_kept(conf->shuttle, arena, s);
	if (!conf->check.on) {
		rise = or_initial(to->number[SHUTTLE_RISE], SHUTTLE_RISE_INITIAL);
		fall = or_initial(to->number[SHUTTLE_FALL], SHUTTLE_FALL_INITIAL);
	}
	s->name = object->name;
	s->address = "";
	s->network = s->network != NULL ? s->network : SHUTTLE_NETWORK;
	to->balance = shuttle_config_balance(conf->balance);
	set(to, SHUTTLE_CHECK_INTERVAL, conf->check.on ? conf->check.interval_ms : 0);
	set(to, SHUTTLE_RISE, rise);
	set(to, SHUTTLE_FALL, fall);
	set_given(to, SHUTTLE_CLIENT_TIMEOUT, conf->client_timeout_ms, object, "client_timeout");
	set_given(to, SHUTTLE_SERVER_TIMEOUT, conf->server_timeout_ms, object, "server_timeout");
	set_given(to, SHUTTLE_CONNECT_TIMEOUT, conf->connect_timeout_ms, object,
		  "connect_timeout");
}

static const char *printed(const struct addr *addr, struct arena *arena)
{
	char buf[ADDR_TEXT];

	return arena_strdup(arena, addr_print(addr, buf, sizeof(buf)));
}

/* "app.example.net:81" for the name's port 80 and `check: {port: 81}`. */
static const char *with_port(const char *address, uint16_t port, struct arena *arena)
{
	const char *colon = strrchr(address, ':');
	int len = colon != NULL ? (int)(colon - address) : (int)strlen(address);

	return arena_printf(arena, "%.*s:%u", len, address, port);
}

static void fill_backend(struct shuttle_backend *b, const struct object *object,
			 const struct service_conf *service, struct arena *arena)
{
	const struct backend_conf *conf = object->conf;
	struct shuttle_service kept;

	read_kept(conf->shuttle, arena, &kept);
	*b = (struct shuttle_backend){ .name = object->name,
				       .address = config_members_is_group(conf) ? conf->host
						: printed(&conf->addr, arena),
				       .network = kept.network,
				       .check_address = "",
				       .weight = conf->weight };
	if (conf->unchecked)
		return;
	if (conf->check_addr.kind != ADDR_NONE)
		b->check_address = printed(&conf->check_addr, arena);
	else if (conf->check_addr.port_last != 0)
		b->check_address = with_port(b->address, conf->check_addr.port_last, arena);
	else if (service->check.on)
		b->check_address = b->address;
}

/* Services are counted first, then filled: an arena does not grow arrays. */
struct fill {
	struct arena           *arena;
	struct shuttle_service *services, *last;
	size_t                  count;
	const struct service_conf *conf;	/* of the last service */
	const struct config    *config;
};

static void count_backends(struct object *object, struct object *parent, const char *path,
			   void *arg)
{
	(void)parent;
	(void)path;
	if (object->kind == &config_backend_kind)
		++*(size_t *)arg;
}

static void begin_service(struct fill *f, const struct object *object, const char *path)
{
	size_t backends = 0;

	f->last = &f->services[f->count++];
	fill_service(f->last, object, f->arena);
	f->conf = object->conf;
	config_each(f->config, path, count_backends, &backends);
	f->last->backends_said = true;
	f->last->backend_count = 0;
	f->last->backends = arena_alloc(f->arena, (backends + 1) * sizeof(*f->last->backends));
}

static void visit(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct fill *f = arg;

	(void)parent;
	if (object->kind == &config_service_kind)
		begin_service(f, object, path);
	else if (object->kind == &config_listener_kind && f->last->address[0] == '\0')
		f->last->address = printed(&((const struct listen_conf *)object->conf)->addr,
					   f->arena);
	else if (object->kind == &config_backend_kind)
		fill_backend(&f->last->backends[f->last->backend_count++], object, f->conf,
			     f->arena);
}

static int by_name(const void *left, const void *right)
{
	const struct shuttle_service *a = left, *b = right;

	return strcmp(a->name, b->name);
}

void shuttle_config_globals(const struct config *config, struct shuttle_settings *globals)
{
	const struct object *object = config_get(config, CONFIG_SHUTTLE_PATH);
	const struct shuttle_conf *conf;

	*globals = (struct shuttle_settings){ .given = 0 };
	if (object == NULL)
		return;
	conf = object->conf;
	if (conf_given(conf, &config_shuttle_section,
		       conf_find(&config_shuttle_section, "balance")))
		globals->balance = shuttle_config_balance(conf->balance);
	set_given(globals, SHUTTLE_CHECK_INTERVAL, conf->check_interval_ms, object,
		  "check_interval");
	set_given(globals, SHUTTLE_FALL, conf->fall, object, "fall");
	set_given(globals, SHUTTLE_RISE, conf->rise, object, "rise");
	set_given(globals, SHUTTLE_CLIENT_TIMEOUT, conf->client_timeout_ms, object,
		  "client_timeout");
	set_given(globals, SHUTTLE_SERVER_TIMEOUT, conf->server_timeout_ms, object,
		  "server_timeout");
	set_given(globals, SHUTTLE_CONNECT_TIMEOUT, conf->connect_timeout_ms, object,
		  "connect_timeout");
}

void shuttle_config(const struct config *config, struct arena *arena,
		    struct shuttle_document *document)
{
	size_t count = config_count(config, &config_service_kind);
	struct fill f = { .arena = arena, .config = config };

	f.services = arena_alloc(arena, (count + 1) * sizeof(*f.services));
	config_each(config, "", visit, &f);
	if (f.count > 1)
		qsort(f.services, f.count, sizeof(*f.services), by_name);
	document->services = f.services;
	document->count = f.count;
	shuttle_config_globals(config, &document->globals);
}

bool shuttle_config_service(const struct config *config, const char *name, struct arena *arena,
			    struct shuttle_service *service)
{
	struct fill f = { .arena = arena, .services = service, .config = config };
	struct text path;

	if (strchr(name, '/') != NULL || name[0] == '\0')
		return false;
	text_init(&path);
	text_printf(&path, "services/%s", name);
	if (config_get(config, text_cstr(&path)) != NULL)
		config_each(config, text_cstr(&path), visit, &f);
	text_close(&path);
	return f.count != 0;
}

void shuttle_config_print(const struct config *config, enum shuttle_dialect dialect,
			  struct text *out)
{
	struct arena *arena = arena_new();
	struct shuttle_document document;

	shuttle_config(config, arena, &document);
	shuttle_write_document(&document, dialect, out);
	arena_free(arena);
}

enum shuttle_dialect shuttle_config_dialect(const struct settings *settings)
{
	const struct admin_conf *admin = &settings->admin;

	if (admin->shuttle == ADMIN_V01)
		return SHUTTLE_V01;
	if (conf_given(admin, &config_admin_section, conf_find(&config_admin_section, "shuttle")))
		return SHUTTLE_README_IN_WORDS;
	return SHUTTLE_README;
}
