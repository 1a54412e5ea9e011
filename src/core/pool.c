/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool.h"

#include <string.h>

#include "core/pool_cell.h"

#define HEAD 4		/* count, balance, a spare byte */
#define NODE 20		/* bytes of a node before its texts */

/* First byte of a packed address; what a unix address is says its name. */
enum host_type { HOST_NONE, HOST_UNIX, HOST_V4, HOST_V6 };

static const char *const words[POOL_BALANCES] = { "wrr", "lrc", "wlrc", "iphash" };

const char *pool_balance_word(enum pool_balance balance)
{
	return balance < POOL_BALANCES ? words[balance] : "wrr";
}

bool pool_balance_read(struct slice word, enum pool_balance *balance)
{
	for (unsigned i = 0; i < POOL_BALANCES; i++) {
		if (slice_is(word, words[i])) {
			*balance = i;
			return true;
		}
	}
	if (slice_is(word, "round_robin"))
		*balance = POOL_WRR;
	else if (slice_is(word, "least_connections"))
		*balance = POOL_LRC;
	else
		return false;
	return true;
}

static void get(const char **at, void *field, size_t size)
{
	memcpy(field, *at, size);
	*at += size;
}

/* Returns where the next node begins; NULL: damaged. */
static const char *read_node(struct pool_node *n, const char *at, const char *end)
{
	uint8_t name, vassal, host, spare[2];

	if (end - at < NODE)
		return NULL;
	get(&at, &n->cell, sizeof(n->cell));
	get(&at, &n->generation, sizeof(n->generation));
	get(&at, &n->weight, sizeof(n->weight));
	get(&at, &n->modifier1, 1);
	get(&at, &n->modifier2, 1);
	get(&at, &n->backup, 1);
	get(&at, &n->proto, 1);
	get(&at, &n->flags, 1);
	get(&at, &name, 1);
	get(&at, &vassal, 1);
	get(&at, &host, 1);
	get(&at, spare, sizeof(spare));
	at += NODE - 18;
	if (end - at < name + vassal + host)
		return NULL;
	n->name = (struct slice){ at, name };
	n->vassal = (struct slice){ at + name, vassal };
	n->host = (struct slice){ at + name + vassal, host };
	if (n->weight == 0)
		n->weight = 1;
	return at + name + vassal + host;
}

bool pool_read(struct pool *p, struct slice value)
{
	const char *at = value.data, *end = at + value.len;

	p->count = 0;
	if (value.len < HEAD)
		return false;
	get(&at, &p->count, sizeof(p->count));
	get(&at, &p->balance, 1);
	at++;
	if (p->count > POOL_NODES_MAX || p->balance > POOL_BALANCES)
		p->count = 0;
	for (uint16_t i = 0; i < p->count && at != NULL; i++)
		at = read_node(&p->nodes[i], at, end);
	if (at == NULL)
		p->count = 0;
	return at != NULL;
}

static void put(char **at, const void *field, size_t size)
{
	memcpy(*at, field, size);
	*at += size;
}

static void put_slice(char **at, struct slice s)
{
	if (s.len != 0)
		put(at, s.data, s.len);
}

static void write_node(char **at, const struct pool_node *n)
{
	const uint8_t lengths[] = { (uint8_t)n->name.len, (uint8_t)n->vassal.len,
				    (uint8_t)n->host.len, 0, 0, 0, 0 };

	put(at, &n->cell, sizeof(n->cell));
	put(at, &n->generation, sizeof(n->generation));
	put(at, &n->weight, sizeof(n->weight));
	put(at, &n->modifier1, 1);
	put(at, &n->modifier2, 1);
	put(at, &n->backup, 1);
	put(at, &n->proto, 1);
	put(at, &n->flags, 1);
	put(at, lengths, sizeof(lengths));
	put_slice(at, n->name);
	put_slice(at, n->vassal);
	put_slice(at, n->host);
}

size_t pool_write(const struct pool *p, char *out, size_t size)
{
	const char zero = 0;
	char *at = out;

	if (size < HEAD)
		return 0;
	put(&at, &p->count, sizeof(p->count));
	put(&at, &p->balance, 1);
	put(&at, &zero, 1);
	for (uint16_t i = 0; i < p->count; i++) {
		const struct pool_node *n = &p->nodes[i];
		size_t need = NODE + n->name.len + n->vassal.len + n->host.len;

		if (need > (size_t)(out + size - at))
			return 0;
		write_node(&at, n);
	}
	return (size_t)(at - out);
}

struct slice pool_host(const struct addr *addr, char *buf)
{
	char *at = buf;

	switch (addr->kind) {
	case ADDR_INET:
		*at++ = HOST_V4;
		put(&at, &addr->u.in.sin_port, 2);
		put(&at, &addr->u.in.sin_addr, 4);
		break;
	case ADDR_INET6:
	case ADDR_ANY:
		*at++ = HOST_V6;
		put(&at, &addr->u.in6.sin6_port, 2);
		put(&at, &addr->u.in6.sin6_addr, 16);
		put(&at, &addr->u.in6.sin6_scope_id, 4);
		break;
	case ADDR_UNIX:
	case ADDR_ABSTRACT:
		*at++ = HOST_UNIX;
		break;
	case ADDR_NONE:
	case ADDR_FD:
		break;
	}
	return (struct slice){ buf, (size_t)(at - buf) };
}

static void read_v4(const char *at, struct addr *addr)
{
	addr->kind = ADDR_INET;
	addr->len = sizeof(addr->u.in);
	addr->u.in.sin_family = AF_INET;
	get(&at, &addr->u.in.sin_port, 2);
	get(&at, &addr->u.in.sin_addr, 4);
}

static void read_v6(const char *at, struct addr *addr)
{
	addr->kind = ADDR_INET6;
	addr->len = sizeof(addr->u.in6);
	addr->u.in6.sin6_family = AF_INET6;
	get(&at, &addr->u.in6.sin6_port, 2);
	get(&at, &addr->u.in6.sin6_addr, 16);
	get(&at, &addr->u.in6.sin6_scope_id, 4);
}

/* An absolute path, which is what nearly all of them are. false: it is something else. */
static bool read_path(struct slice name, struct addr *addr)
{
	struct sockaddr_un *un = &addr->u.un;

	if (name.len == 0 || name.data[0] != '/' || name.len >= sizeof(un->sun_path))
		return false;
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, name.data, name.len);
	un->sun_path[name.len] = '\0';
	addr->kind = ADDR_UNIX;
	addr->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name.len + 1);
	return true;
}

bool pool_address(const struct pool_node *n, struct addr *addr)
{
	char why[256];

	memset(addr, 0, offsetof(struct addr, u) + sizeof(addr->u.in6));
	if (n->host.len == 7 && n->host.data[0] == HOST_V4) {
		read_v4(n->host.data + 1, addr);
	} else if (n->host.len == POOL_HOST && n->host.data[0] == HOST_V6) {
		read_v6(n->host.data + 1, addr);
	} else if (n->host.len == 1 && n->host.data[0] == HOST_UNIX) {
		if (read_path(n->name, addr))
			return true;
		if (!addr_parse(addr, n->name, ADDR_DIAL, NULL, why, sizeof(why)))
			return false;
		addr_end_in_nul(addr);
	} else {
		return false;
	}
	return true;
}

struct pool_cell *pool_node_cell(const struct pool_node *n)
{
	struct pool_cell *c = pool_cell(n->cell);

	if (c == NULL || atomic_load(&c->generation) != n->generation)
		return NULL;
	return c;
}

struct pool_node *pool_find(struct pool *p, struct slice name, struct slice vassal)
{
	for (uint16_t i = 0; i < p->count && name.len != 0; i++) {
		if (slice_equal(p->nodes[i].name, name))
			return &p->nodes[i];
	}
	for (uint16_t i = 0; i < p->count && vassal.len != 0; i++) {
		if (slice_equal(p->nodes[i].vassal, vassal))
			return &p->nodes[i];
	}
	return NULL;
}
