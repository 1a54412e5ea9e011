/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/shuttle_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/conf_types.h"
#include "config/config_load.h"
#include "config/shuttle_document.h"
#include "core/arena.h"
#include "core/json_node.h"
#include "core/stderr.h"
#include "core/text.h"
#include "os/durable_file.h"
#include "os/listen_socket.h"

#define WHY 512

static void put_errors(const char *what, const char *name, const struct conf_errors *errors,
		       enum conf_level level)
{
	for (size_t i = 0; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];

		if (e->level == level)
			stderr_printf("shuttle: %s%s%s\n", name != NULL ? name : "", what,
				      e->message);
	}
}

/* The sentence of the API names a setting of heddle.yaml; here it is a flag. */
static void put_hint(const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->count; i++) {
		if (strstr(errors->list[i].message, "set admin.shuttle") == NULL)
			continue;
		stderr_printf("shuttle: the flag for that is -dialect v0.1, or -dialect readme\n");
		return;
	}
}

static const char *name_of(const struct node *service)
{
	const struct node *name = service->kind == NODE_MAP ? node_get(service, "name") : NULL;

	return name != NULL && name->kind == NODE_SCALAR ? name->value.data : "a service";
}

/* The document with one of its services. */
static struct node *document_of(const struct node *root, const struct node *list, size_t i,
				struct arena *arena)
{
	struct node *one = node_new(arena, NODE_MAP, NULL);
	struct node *services = node_new(arena, NODE_LIST, NULL);

	node_add(arena, services, list->items[i]);
	for (size_t k = 0; root->kind == NODE_MAP && k < root->count; k++) {
		if (root->items[k] != list)
			node_add_pair(arena, one, root->keys[k], root->items[k]);
	}
	node_add_pair(arena, one, node_scalar(arena, "services", NULL), services);
	return one;
}

static struct node *section(struct node *tree, const char *name, struct arena *arena)
{
	struct node *map = node_get(tree, name);

	if (map == NULL) {
		map = node_new(arena, NODE_MAP, NULL);
		node_add_pair(arena, tree, node_scalar(arena, name, NULL), map);
	}
	return map;
}

static void add_service(const struct shuttle_reader *in, const struct node *one, const char *name,
			struct node *tree)
{
	struct node *read = shuttle_document_tree(in, one), *from, *to;

	if (read == NULL) {
		put_errors(" is left out: ", name, in->errors, CONF_ERROR);
		put_hint(in->errors);
		return;
	}
	put_errors(": ", name, in->errors, CONF_WARNING);
	from = node_get(read, "shuttle");
	if (from != NULL && node_get(tree, "shuttle") == NULL)
		node_add_pair(in->arena, tree, node_scalar(in->arena, "shuttle", NULL), from);
	from = node_get(read, "services");
	to = section(tree, "services", in->arena);
	for (size_t i = 0; i < from->count; i++) {
		if (node_get(to, from->keys[i]->value.data) == NULL)
			node_add_pair(in->arena, to, from->keys[i], from->items[i]);
		else
			stderr_printf("shuttle: %s is left out: it is there twice\n", name);
	}
}

static void add_services(const struct shuttle_reader *in, const struct node *root,
			 struct node *tree)
{
	const struct node *list = root->kind == NODE_LIST ? root : node_get(root, "services");
	struct arena *arena = in->arena;

	if (list == NULL || list->kind != NODE_LIST || list->count == 0) {
		struct node *read = shuttle_document_tree(in, root);

		if (read == NULL)
			put_errors("", NULL, in->errors, CONF_ERROR);
		else if (node_get(read, "shuttle") != NULL)
			node_add_pair(arena, tree, node_scalar(arena, "shuttle", NULL),
				      node_get(read, "shuttle"));
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		add_service(in, document_of(root, list, i, arena), name_of(list->items[i]), tree);
		conf_errors_close(in->errors);
		conf_errors_init(in->errors, arena);
	}
}

static struct node *read_root(const char *path, const struct shuttle_reader *in)
{
	struct node *root = NULL;
	struct text bytes;
	char why[WHY];

	text_init(&bytes);
	switch (durable_file_read(path, &bytes, why, sizeof(why))) {
	case DURABLE_FILE_MISSING:
		stderr_printf("shuttle: %s is not there; going on without it\n", path);
		break;
	case DURABLE_FILE_UNREADABLE:
	case DURABLE_FILE_SHORTAGE:
		stderr_printf("shuttle: %s; going on without it\n", why);
		break;
	case DURABLE_FILE_READ:
		root = shuttle_read_json(in, text_slice(&bytes));
		if (root == NULL)
			stderr_printf("shuttle: %s: %s; going on without it\n", path,
				      in->errors->list[0].message);
		break;
	}
	text_close(&bytes);
	return root;
}

bool shuttle_file_read(const char *path, enum shuttle_dialect dialect, struct arena *arena,
		       struct node **tree)
{
	struct conf_errors errors;
	const struct shuttle_reader in = { dialect, arena, &errors };
	const struct node *root;
	bool ok;

	conf_errors_init(&errors, arena);
	root = read_root(path, &in);
	ok = root != NULL && root->kind != NODE_SCALAR;
	if (root != NULL && !ok)
		stderr_printf("shuttle: %s: no document of shuttle's; going on without it\n", path);
	*tree = node_new(arena, NODE_MAP, NULL);
	(void)section(*tree, "services", arena);
	if (ok)
		add_services(&in, root, *tree);
	conf_errors_close(&errors);
	return ok;
}

bool shuttle_file_can_listen(const char *address, char *why, size_t size)
{
	struct addr addr;
	int fd;

	/* what is no address is told when the configuration is read; a path may be a stale one */
	if (!addr_parse(&addr, slice_of(address), ADDR_LISTEN, NULL, why, size) ||
	    addr.kind == ADDR_UNIX || addr.kind == ADDR_FD)
		return true;
	if (!listen_socket_bind(&addr, NULL, NULL, &fd, 1, why, size))
		return false;
	close(fd);
	return true;
}

static void leave_out(struct node *services, size_t i, const char *why)
{
	stderr_printf("shuttle: %s is left out: %s\n", services->keys[i]->value.data, why);
	node_remove(services, i);
}

static void check_addresses(struct node *services)
{
	char why[WHY];

	for (size_t i = services->count; i-- > 0;) {
		const struct node *listen = node_get(services->items[i], "listen");

		if (listen != NULL && listen->kind == NODE_LIST && listen->count > 0 &&
		    !shuttle_file_can_listen(listen->items[0]->value.data, why, sizeof(why)))
			leave_out(services, i, why);
	}
}

/* The service that the path of an error is about; services->count: none. */
static size_t find_service(const struct node *services, const char *path)
{
	static const char above[] = "services.";
	size_t i = 0;

	if (strncmp(path, above, sizeof(above) - 1) != 0)
		return services->count;
	path += sizeof(above) - 1;
	for (; i < services->count; i++) {
		struct slice name = services->keys[i]->value;

		if (strncmp(path, name.data, name.len) == 0 &&
		    (path[name.len] == '\0' || path[name.len] == '.'))
			break;
	}
	return i;
}

/* Leaves out what has the errors; false: there are none, or they are about something else. */
static bool leave_out_wrong(struct node *services, const struct conf_errors *errors)
{
	bool any = false;

	for (size_t i = 0; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];
		size_t at = e->level == CONF_ERROR ? find_service(services, e->path)
						   : services->count;

		if (at == services->count)
			continue;
		leave_out(services, at, e->message);
		any = true;
	}
	return any;
}

void shuttle_file_check(struct node *tree, bool addresses, struct arena *arena)
{
	struct node *services = section(tree, "services", arena);
	struct conf_errors errors;
	struct text yaml;
	bool again = true;

	if (addresses)
		check_addresses(services);
	text_init(&yaml);
	while (again) {
		struct config_source source = { .file = NULL };

		text_clear(&yaml);
		shuttle_file_print(tree, &yaml);
		source.text = text_slice(&yaml);
		conf_errors_init(&errors, arena);
		config_load_free(config_load(&source, false, &errors));
		again = errors.errors > 0 && leave_out_wrong(services, &errors);
		conf_errors_close(&errors);
	}
	text_close(&yaml);
}

static void put_map(const struct node *map, unsigned depth, struct text *out)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct node *value = map->items[i];
		bool deeper = depth < 3 && value->kind == NODE_MAP && value->count > 0;

		text_printf(out, "%*s", (int)depth * 2, "");
		conf_types_print_string(map->keys[i]->value.data, out);
		text_puts(out, deeper ? ":\n" : ": ");
		if (deeper) {
			put_map(value, depth + 1, out);
			continue;
		}
		json_node_print(value, depth + 1, out);
		text_putc(out, '\n');
	}
}

void shuttle_file_print(const struct node *tree, struct text *out)
{
	put_map(tree, 0, out);
}
