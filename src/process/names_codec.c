/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/names_codec.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"

static bool encode_one(const struct member_address *a, struct names_wire_address *wire)
{
	*wire = (struct names_wire_address){ .port = addr_port(&a->addr),
					     .priority = a->priority, .weight = a->weight };
	if (a->addr.kind == ADDR_INET) {
		wire->family = 4;
		memcpy(wire->ip, &a->addr.u.in.sin_addr, sizeof(a->addr.u.in.sin_addr));
	} else if (a->addr.kind == ADDR_INET6) {
		wire->family = 6;
		wire->scope = a->addr.u.in6.sin6_scope_id;
		memcpy(wire->ip, &a->addr.u.in6.sin6_addr, sizeof(a->addr.u.in6.sin6_addr));
	}
	return wire->family != 0;
}

void names_codec_encode(const struct named_addresses *names, struct text *out)
{
	struct names_wire head = { names->gone, (uint32_t)strlen(names->host), 0,
				    names->refresh_ms };
	struct text addresses;

	text_init(&addresses);
	for (size_t i = 0; i < names->count && head.count < CONFIG_MEMBERS_MAX; i++) {
		struct names_wire_address wire;

		if (!encode_one(&names->list[i], &wire))
			continue;
		text_append(&addresses, &wire, sizeof(wire));
		head.count++;
	}
	text_append(out, &head, sizeof(head));
	text_append(out, names->host, head.host_len);
	text_append(out, addresses.data, addresses.len);
	text_close(&addresses);
}

static bool decode_one(const struct names_wire_address *wire, struct member_address *a)
{
	struct addr *addr = &a->addr;

	a->priority = wire->priority;
	a->weight = wire->weight;
	if (wire->family == 4) {
		addr->kind = ADDR_INET;
		addr->len = sizeof(addr->u.in);
		addr->u.in.sin_family = AF_INET;
		memcpy(&addr->u.in.sin_addr, wire->ip, sizeof(addr->u.in.sin_addr));
	} else if (wire->family == 6) {
		addr->kind = ADDR_INET6;
		addr->len = sizeof(addr->u.in6);
		addr->u.in6.sin6_family = AF_INET6;
		addr->u.in6.sin6_scope_id = wire->scope;
		memcpy(&addr->u.in6.sin6_addr, wire->ip, sizeof(addr->u.in6.sin6_addr));
	} else {
		return false;
	}
	addr_set_port(addr, wire->port);
	return true;
}

bool names_codec_decode(struct slice bytes, struct arena *arena, struct named_addresses *names)
{
	struct names_wire head;
	struct member_address *list;

	if (bytes.len < sizeof(head))
		return false;
	memcpy(&head, bytes.data, sizeof(head));
	bytes = slice_after(bytes, sizeof(head));
	if (head.gone > 1 || head.host_len == 0 || head.host_len >= ENDPOINT_TEXT ||
	    head.host_len > bytes.len || head.count > CONFIG_MEMBERS_MAX ||
	    bytes.len - head.host_len != head.count * sizeof(struct names_wire_address) ||
	    memchr(bytes.data, '\0', head.host_len) != NULL)
		return false;
	names->host = arena_copy(arena, (struct slice){ bytes.data, head.host_len });
	names->refresh_ms = head.refresh_ms;
	names->gone = head.gone != 0;
	names->count = head.count;
	names->list = list = arena_alloc(arena, (head.count + 1) * sizeof(*list));
	bytes = slice_after(bytes, head.host_len);
	for (size_t i = 0; i < head.count; i++) {
		struct names_wire_address wire;

		memcpy(&wire, bytes.data + i * sizeof(wire), sizeof(wire));
		if (!decode_one(&wire, &list[i]))
			return false;
	}
	return true;
}
