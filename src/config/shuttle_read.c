/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shuttle_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/go_json.h"

#define NUMBER_MAX 1000000000000	/* ms: thirty years */
#define PAGES_MAX 1000
#define SECONDS_MAX 1000		/* of a dialect that nobody has chosen */

/* One level of a document: its struct as Go calls it, and how a field of it is read. */
struct level {
	const char *name;
	bool (*field)(const struct shuttle_reader *in, const char *name, const struct node *value,
		      void *to);
};

/* The word of Go's messages: numbers come with their text. */
static const char *shown_kind(const struct shuttle_reader *in, const struct node *value)
{
	const char *kind = go_json_kind(value);

	if (strcmp(kind, "number") == 0)
		return arena_printf(in->arena, "number %s",
				    conf_show(in->arena, value->value));
	return kind;
}

static bool fail_type(const struct shuttle_reader *in, const struct node *value, const char *field,
		      const char *type)
{
	bool top = type[0] == '\0';

	conf_fail(in->errors, CONF_ERROR, value, "", "json: cannot unmarshal %s into Go %s%s%s%s",
		  shown_kind(in, value), top ? "value of type " : "struct field ", field,
		  top ? "" : " of type ", top ? "" : type);
	return false;
}

static bool is_kind(const struct node *value, const char *kind)
{
	return strcmp(go_json_kind(value), kind) == 0;
}

static bool read_fields(const struct shuttle_reader *in, const struct level *level,
			const struct node *node, void *to)
{
	bool ok = true;

	if (node_null(node))
		return true;
	if (node->kind != NODE_MAP)
		return fail_type(in, node, level->name, "");
	for (size_t i = 0; i < node->count; i++) {
		if (!node_null(node->items[i]) &&
		    !level->field(in, node->keys[i]->value.data, node->items[i], to))
			ok = false;
	}
	return ok;
}

static bool is(const char *name, const char *field)
{
	return strcasecmp(name, field) == 0;
}

static bool read_string(const struct shuttle_reader *in, const struct node *value,
			const char *field, const char **to)
{
	/* a word of YAML that stands without quotes is a string too */
	if (value->kind != NODE_SCALAR || (!value->quoted && value->file == NULL))
		return fail_type(in, value, field, "string");
	*to = value->value.data;
	return true;
}

static bool read_bool(const struct shuttle_reader *in, const struct node *value,
		      const char *field, bool *to)
{
	if (!is_kind(value, "bool"))
		return fail_type(in, value, field, "bool");
	*to = slice_is(value->value, "true");
	return true;
}

static bool read_int(const struct shuttle_reader *in, const struct node *value,
		     const char *field, int64_t *to)
{
	char *end = NULL;

	if (!is_kind(value, "number"))
		return fail_type(in, value, field, "int");
	errno = 0;
	*to = strtoll(value->value.data, &end, 10);
	if (errno != 0 || *end != '\0' || end == value->value.data)
		return fail_type(in, value, field, "int");
	return true;
}

/* Seconds with a fraction, rounded up so that no time becomes 0, which means something else. */
static bool read_seconds(const struct shuttle_reader *in, const struct node *value,
			 const char *field, int64_t *to)
{
	char *end = NULL;

	if (!is_kind(value, "number"))
		return fail_type(in, value, field, "float64");
	double seconds = strtod(value->value.data, &end);

	/* not a number at all is not less than anything */
	if (*end != '\0' || end == value->value.data || !(seconds < NUMBER_MAX / 1000))
		return fail_type(in, value, field, "float64");
	*to = seconds < 0 ? -1 : (int64_t)(seconds * 1000 + 0.5);
	if (seconds > 0 && *to == 0)
		*to = 1;
	if (in->dialect != SHUTTLE_README || seconds < SECONDS_MAX)
		return true;
	conf_fail(in->errors, CONF_ERROR, value, field,
		  "%s seconds? set admin.shuttle to v0.1 for milliseconds, or to readme",
		  value->value.data);
	return false;
}

static const char *const number_names[SHUTTLE_NUMBERS] = {
	[SHUTTLE_CHECK_INTERVAL] = "check_interval",
	[SHUTTLE_FALL] = "fall",
	[SHUTTLE_RISE] = "rise",
	[SHUTTLE_CLIENT_TIMEOUT] = "client_timeout",
	[SHUTTLE_SERVER_TIMEOUT] = "server_timeout",
	[SHUTTLE_CONNECT_TIMEOUT] = "connect_timeout",
};

static bool read_number(const struct shuttle_reader *in, unsigned number,
			const struct node *value, const char *field, struct shuttle_settings *to)
{
	bool seconds = in->dialect != SHUTTLE_V01 && number != SHUTTLE_FALL &&
		number != SHUTTLE_RISE;
	int64_t n = 0;

	if (!(seconds ? read_seconds(in, value, field, &n) : read_int(in, value, field, &n)))
		return false;
	if (n < 0 || n > NUMBER_MAX) {
		conf_fail(in->errors, CONF_ERROR, value, field, "%s is %s", value->value.data,
			  n < 0 ? "negative" : "too large");
		return false;
	}
	to->number[number] = (uint64_t)n;
	to->given |= 1U << number;
	return true;
}

/* -1: it is none of the settings; else whether it was fine. */
static int read_setting(const struct shuttle_reader *in, const char *struct_name,
			const char *name, const struct node *value, struct shuttle_settings *to)
{
	const char *field;

	for (unsigned i = 0; i < SHUTTLE_NUMBERS; i++) {
		if (!is(name, number_names[i]))
			continue;
		field = arena_printf(in->arena, "%s.%s", struct_name, number_names[i]);
		return read_number(in, i, value, field, to);
	}
	if (is(name, "https-redirect")) {
		field = arena_printf(in->arena, "%s.https-redirect", struct_name);
		return read_bool(in, value, field, &to->https_redirect);
	}
	if (!is(name, "balance"))
		return -1;
	field = arena_printf(in->arena, "%s.balance", struct_name);
	return read_string(in, value, field, &to->balance);
}

static bool backend_field(const struct shuttle_reader *in, const char *name,
			  const struct node *value, void *to)
{
	struct shuttle_backend *backend = to;

	if (is(name, "name"))
		return read_string(in, value, "BackendConfig.name", &backend->name);
	if (is(name, "address"))
		return read_string(in, value, "BackendConfig.address", &backend->address);
	if (is(name, "network"))
		return read_string(in, value, "BackendConfig.network", &backend->network);
	if (is(name, "check_address"))
		return read_string(in, value, "BackendConfig.check_address",
				   &backend->check_address);
	if (is(name, "weight"))
		return read_int(in, value, "BackendConfig.weight", &backend->weight);
	return true;
}

static const struct level backend_level = { "client.BackendConfig", backend_field };

static bool read_backends(const struct shuttle_reader *in, const struct node *value,
			  struct shuttle_service *service)
{
	bool ok = true;

	if (value->kind != NODE_LIST)
		return fail_type(in, value, "ServiceConfig.backends", "[]client.BackendConfig");
	service->backends_said = true;
	service->backend_count = value->count;
	service->backends = arena_alloc(in->arena, (value->count + 1) * sizeof(*service->backends));
	for (size_t i = 0; i < value->count; i++) {
		if (!read_fields(in, &backend_level, value->items[i], &service->backends[i]))
			ok = false;
	}
	return ok;
}

static bool check_hosts(const struct shuttle_reader *in, const struct node *list)
{
	const char *unused;

	if (list->kind != NODE_LIST)
		return fail_type(in, list, "ServiceConfig.virtual_hosts", "[]string");
	for (size_t i = 0; i < list->count; i++) {
		if (!read_string(in, list->items[i], "ServiceConfig.virtual_hosts", &unused))
			return false;
	}
	return true;
}

static bool check_pages(const struct shuttle_reader *in, const struct node *map)
{
	int64_t unused;

	if (map->kind != NODE_MAP)
		return fail_type(in, map, "ServiceConfig.error_pages", "map[string][]int");
	if (map->count > PAGES_MAX) {
		conf_fail(in->errors, CONF_ERROR, map, "", "more than %d error_pages", PAGES_MAX);
		return false;
	}
	for (size_t i = 0; i < map->count; i++) {
		const struct node *codes = map->items[i];

		if (codes->kind != NODE_LIST && !node_null(codes))
			return fail_type(in, codes, "ServiceConfig.error_pages", "[]int");
		for (size_t j = 0; j < codes->count; j++) {
			if (!read_int(in, codes->items[j], "ServiceConfig.error_pages", &unused))
				return false;
		}
	}
	return true;
}

static bool service_field(const struct shuttle_reader *in, const char *name,
			  const struct node *value, void *to)
{
	struct shuttle_service *service = to;
	int setting = read_setting(in, "ServiceConfig", name, value, &service->settings);

	if (setting >= 0)
		return setting != 0;
	if (is(name, "name"))
		return read_string(in, value, "ServiceConfig.name", &service->name);
	if (is(name, "address"))
		return read_string(in, value, "ServiceConfig.address", &service->address);
	if (is(name, "network"))
		return read_string(in, value, "ServiceConfig.network", &service->network);
	if (is(name, "maintenance_mode"))
		return read_bool(in, value, "ServiceConfig.maintenance_mode",
				 &service->maintenance_mode);
	if (is(name, "virtual_hosts")) {
		service->virtual_hosts = value;
		return check_hosts(in, value);
	}
	if (is(name, "error_pages")) {
		service->error_pages = value;
		return check_pages(in, value);
	}
	return is(name, "backends") ? read_backends(in, value, service) : true;
}

static const struct level service_level = { "client.ServiceConfig", service_field };

static bool read_services(const struct shuttle_reader *in, const struct node *list,
			  struct shuttle_document *document)
{
	bool ok = true;

	if (list->kind != NODE_LIST)
		return fail_type(in, list, "Config.services", "[]client.ServiceConfig");
	document->count = list->count;
	document->services = arena_alloc(in->arena,
					 (list->count + 1) * sizeof(*document->services));
	for (size_t i = 0; i < list->count; i++) {
		if (!shuttle_read_service(in, list->items[i], &document->services[i]))
			ok = false;
	}
	return ok;
}

static bool document_field(const struct shuttle_reader *in, const char *name,
			   const struct node *value, void *to)
{
	struct shuttle_document *document = to;
	int setting = read_setting(in, "Config", name, value, &document->globals);

	if (setting >= 0)
		return setting != 0;
	return is(name, "services") ? read_services(in, value, document) : true;
}

static const struct level document_level = { "client.Config", document_field };

bool shuttle_read_service(const struct shuttle_reader *in, const struct node *node,
			  struct shuttle_service *service)
{
	*service = (struct shuttle_service){ .name = NULL };
	return read_fields(in, &service_level, node, service);
}

bool shuttle_read_backend(const struct shuttle_reader *in, const struct node *node,
			  struct shuttle_backend *backend)
{
	*backend = (struct shuttle_backend){ .name = NULL };
	return read_fields(in, &backend_level, node, backend);
}

bool shuttle_read_document(const struct shuttle_reader *in, const struct node *node,
			   struct shuttle_document *document)
{
	*document = (struct shuttle_document){ .count = 0 };
	if (node->kind == NODE_LIST)
		return read_services(in, node, document);
	return read_fields(in, &document_level, node, document);
}

struct node *shuttle_read_json(const struct shuttle_reader *in, struct slice text)
{
	char why[GO_JSON_WHY];
	struct node *node = go_json_read(text, in->arena, why);

	if (node == NULL)
		conf_fail(in->errors, CONF_ERROR, NULL, "", "%s", why);
	return node;
}

bool shuttle_read_bytes(const struct shuttle_reader *in, struct slice bytes,
			struct shuttle_document *document)
{
	const struct node *node = shuttle_read_json(in, bytes);

	return node != NULL && shuttle_read_document(in, node, document);
}
