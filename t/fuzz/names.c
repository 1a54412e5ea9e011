/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the resolver process says that a name stands for: refused, or the same when it is
 * encoded and decoded again, and members of a group that are sorted and there once.
 */
#include <string.h>

#include "config/config_types.h"
#include "core/arena.h"
#include "core/text.h"
#include "process/names_codec.h"
#include "target.h"

/* Not byte for byte: those that an address of IPv4 does not use are not kept. */
static void check_again(const struct named_addresses *names, struct arena *arena)
{
	struct named_addresses again;
	struct text out;

	text_init(&out);
	names_codec_encode(names, &out);
	HOLDS(out.len >= NAMES_CODEC_MIN && out.len <= NAMES_CODEC_MAX);
	HOLDS(names_codec_decode(text_slice(&out), arena, &again));
	HOLDS(strcmp(names->host, again.host) == 0 && names->gone == again.gone);
	HOLDS(names->refresh_ms == again.refresh_ms && names->count == again.count);
	HOLDS(memcmp(names->list, again.list, names->count * sizeof(*names->list)) == 0);
	text_close(&out);
}

static const struct addr *address_of(const struct object *member)
{
	return &((const struct backend_conf *)member->conf)->addr;
}

static void check_members(const struct object *group, const struct named_addresses *names)
{
	const struct members none = { NULL, 0 };
	struct members members, same;

	config_members(group, names->list, names->count, &none, &members);
	HOLDS(members.count <= names->count);
	for (size_t i = 0; i < members.count; i++) {
		HOLDS(addr_port(address_of(members.list[i])) != 0);
		HOLDS(config_members_member_object(members.list[i]));
		HOLDS(config_members_named(group->name, members.list[i]->name));
		HOLDS(config_members_find(&members, members.list[i]) == members.list[i]);
		HOLDS(i == 0 || addr_compare(address_of(members.list[i - 1]),
					     address_of(members.list[i])) < 0);
	}
	config_members(group, names->list, names->count, &members, &same);
	HOLDS(same.count == members.count);
	for (size_t i = 0; i < members.count; i++)
		HOLDS(same.list[i] == members.list[i]);
	config_members_free(&same);
	config_members_free(&members);
}

static void check_group(const char *host, const struct named_addresses *names)
{
	const struct backend_conf conf = { .weight = 3, .host = host };
	struct object *group = object_new(&config_backend_kind, &(struct object_source){
						  .name = "two", .conf = &conf });

	check_members(group, names);
	object_release(group);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct slice bytes = { (const char *)data, size };
	struct named_addresses names;

	if (names_codec_decode(bytes, arena, &names)) {
		HOLDS(names.count <= CONFIG_MEMBERS_MAX);
		check_again(&names, arena);
		check_group("app.example.net:80", &names);
		check_group("srv:_app._tcp.example.net", &names);
	}
	arena_free(arena);
	return 0;
}
