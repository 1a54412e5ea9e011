/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_members.h"
#include "core/endpoint.h"
#include "core/log.h"
#include "core/pool.h"
#include "core/pool_cell.h"
#include "proxy/hold.h"
#include "proxy/pool_session.h"

/* A name that tells the port of the address is what people know the backend by, and look for. */
static bool names_host(const char *name, const char *address)
{
	const char *port = strrchr(address, ':'), *own = strrchr(name, ':');

	return port != NULL && own != NULL && own != name && strcmp(own, port) == 0;
}

/* "db1:3306", of the member "db1:3306@10.0.0.7:3306"; length 0: it is none, or has another port. */
static struct slice given_name(const struct backend_conf *conf, const char *name,
			       const char *address, char *buf, size_t size)
{
	const char *at = config_members_is_member(conf) ? strrchr(name, '@') : NULL;
	struct slice given = { buf, 0 };

	if (at == NULL || (size_t)(at - name) >= size)
		return given;
	memcpy(buf, name, (size_t)(at - name));
	buf[at - name] = '\0';
	if (names_host(buf, address))
		given.len = (size_t)(at - name);
	return given;
}

static void show(struct backend *b, bool alone)
{
	if (alone && b->given != NULL)
		b->shown = b->given;
	else
		b->shown = names_host(b->name, b->address) ? b->name : b->address;
}

struct backend *backend_new(struct object *object, struct handle handle)
{
	const struct backend_conf *conf = object->conf;
	char address[ADDR_TEXT > ENDPOINT_TEXT ? ADDR_TEXT : ENDPOINT_TEXT], name[ENDPOINT_TEXT];
	struct slice given;
	size_t len;
	struct backend *b;

	if (config_members_is_group(conf))
		snprintf(address, sizeof(address), "%s", conf->host);
	else
		addr_print(&conf->addr, address, sizeof(address));
	given = given_name(conf, object->name, address, name, sizeof(name));
	len = strcmp(address, object->name) == 0 ? 0 : strlen(address) + 1;
	b = malloc(sizeof(*b) + len + (given.len != 0 ? given.len + 1 : 0));
	CHECK(b != NULL);
	*b = (struct backend){
		.object = object, .conf = conf, .name = object->name, .handle = handle,
		.references = 1, .address = len != 0 ? (char *)(b + 1) : object->name,
	};
	if (len != 0)
		memcpy(b + 1, address, len);
	if (given.len != 0)
		b->given = memcpy((char *)(b + 1) + len, name, given.len + 1);
	show(b, true);
	return b;
}

struct backend_alone {
	struct backend      backend;
	struct backend_conf conf;
	char                address[ADDR_TEXT];
};

/* `text` is what the address is printed as; empty: not known. */
static struct backend_alone *new_alone(struct object *route, struct handle handle,
				       const struct addr *addr, struct slice text)
{
	struct backend_alone *all = malloc(sizeof(*all));

	CHECK(all != NULL);
	memset(&all->conf, 0, sizeof(all->conf));
	all->conf.addr = *addr;
	all->conf.weight = 1;
	if (text.len == 0 || text.len >= sizeof(all->address)) {
		addr_print(addr, all->address, sizeof(all->address));
	} else {
		memcpy(all->address, text.data, text.len);
		all->address[text.len] = '\0';
	}
	all->backend = (struct backend){
		.object = object_hold(route), .conf = &all->conf, .name = all->address,
		.address = all->address, .shown = all->address, .handle = handle,
		.references = 1, .found = true,
	};
	return all;
}

struct backend *backend_found(struct object *route, struct handle handle, const struct addr *addr)
{
	return &new_alone(route, handle, addr, slice_of(""))->backend;
}

void backend_set_modifiers(struct backend *b, unsigned modifier1, unsigned modifier2)
{
	struct backend_alone *all = container_of(b, struct backend_alone, backend);

	all->conf.modifier1 = modifier1;
	all->conf.modifier2 = modifier2;
}

/* What is printed for its address: its name, nearly; empty: addr_print() knows it. */
static struct slice printed(const struct pool_node *node, const struct addr *addr,
			    char text[ADDR_TEXT])
{
	static const struct slice front = { "unix:", 5 };
	struct slice name = node->name;

	if (addr->kind == ADDR_INET || addr->kind == ADDR_INET6)
		return name;
	if (addr->kind != ADDR_UNIX || name.len == 0 || name.data[0] != '/' ||
	    front.len + name.len >= ADDR_TEXT)
		return slice_of("");
	memcpy(text, front.data, front.len);
	memcpy(text + front.len, name.data, name.len);
	return (struct slice){ text, front.len + name.len };
}

struct backend *backend_subscribed(struct object *route, struct handle handle,
				   const struct addr *addr, const struct pool_node *node)
{
	char text[ADDR_TEXT];
	struct backend_alone *all = new_alone(route, handle, addr,
					      printed(node, addr, text));

	all->conf.modifier1 = node->modifier1;
	all->conf.modifier2 = node->modifier2;
	all->backend.subscribed = true;
	all->backend.cell = node->cell;
	all->backend.hold = pool_session_hold(node->cell);
	return &all->backend;
}

void backend_hold(struct backend *b)
{
	b->references++;
}

void backend_release(struct backend *b)
{
	if (--b->references != 0)
		return;
	object_release(b->object);
	free(b);
}

bool backend_set_resize(struct backend_set *set, uint32_t count)
{
	uint32_t room = set->room != 0 ? set->room : 4;
	struct backend **list;

	while (room < count)
		room *= 2;
	if (room == set->room)
		return true;
	list = realloc(set->list, room * sizeof(*list));
	if (list == NULL)
		return false;
	set->list = list;
	set->room = room;
	return true;
}

static bool same_name(const struct backend *a, const struct backend *b)
{
	return a->given != NULL && b->given != NULL && strcmp(a->given, b->given) == 0;
}

void backend_set_show(struct backend_set *set)
{
	for (uint32_t i = 0; i < set->count; i++) {
		struct backend *b = set->list[i];

		show(b, (i == 0 || !same_name(b, set->list[i - 1])) &&
			(i + 1 == set->count || !same_name(b, set->list[i + 1])));
	}
}

void backend_set_close(struct backend_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		backend_release(set->list[i]);
	free(set->list);
	*set = (struct backend_set){ 0 };
}

void backend_give(struct backend *b, struct session_row *row)
{
	hold_give(&row->backend_hold, backend_active(b->handle.index));
	if (b->subscribed)
		pool_session_give(b->cell, row);
	backend_release(b);
}
