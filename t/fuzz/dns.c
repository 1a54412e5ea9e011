/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of DNS answers, and of resolv.conf. The first byte says as what the rest is read:
 * A, AAAA or SRV records, or the file.
 */
#include "target.h"

#include <string.h>

#include "core/text.h"
#include "udp/dns_parse.h"
#include "udp/dns_system.h"

#define ADDRESSES_MAX 4096	/* more do not fit into an answer */

static void check_set(const struct dns_set *set, enum dns_status status, int family)
{
	const struct dns_address *list = dns_set_list(set);

	HOLDS((status == DNS_OK) == (set->count > 0));
	HOLDS(set->count <= ADDRESSES_MAX);
	for (size_t i = 0; i < set->count; i++) {
		char text[ADDR_TEXT];

		HOLDS(list[i].addr.kind == ADDR_INET || list[i].addr.kind == ADDR_INET6);
		HOLDS(family == AF_INET6 || list[i].addr.kind == ADDR_INET);
		HOLDS(!addr_every_host(&list[i].addr) && addr_port(&list[i].addr) == 0);
		HOLDS(i == 0 || !addr_equal(&list[i - 1].addr, &list[i].addr));
		HOLDS(strlen(addr_print(&list[i].addr, text, sizeof(text))) > 0);
	}
}

static void read_addresses(struct slice answer, int family)
{
	struct dns_set set = { .count = 0 }, again = { .count = 0 };
	uint32_t ttl, ttl_again;
	enum dns_status status = dns_parse_addresses(answer, family, &set, &ttl);

	check_set(&set, status, family);
	HOLDS(dns_status_answered(status) || status == DNS_INVALID);
	HOLDS(ttl <= INT32_MAX);
	HOLDS(dns_parse_addresses(answer, family, &again, &ttl_again) == status);
	HOLDS(ttl == ttl_again && dns_set_equal(&set, &again));
	dns_set_add_all(&again, &set);	/* duplicates make no difference */
	dns_set_sort(&again);
	HOLDS(dns_set_equal(&set, &again));
	dns_set_close(&set);
	dns_set_close(&again);
}

static void read_targets(struct slice answer)
{
	static const char usable[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
	struct dns_targets targets = { .count = 0 };
	uint32_t ttl;
	enum dns_status status = dns_parse_targets(answer, &targets, &ttl);

	HOLDS((status == DNS_OK) == (targets.count > 0));
	HOLDS(targets.count <= DNS_TARGETS_MAX && ttl <= INT32_MAX);
	HOLDS(targets.left_out == 0 || targets.count == DNS_TARGETS_MAX);
	for (size_t i = 0; i < targets.count; i++) {
		const struct dns_target *t = &dns_parse_list(&targets)[i];
		size_t len = strnlen(t->host, sizeof(t->host));

		HOLDS(len > 0 && len <= ENDPOINT_NAME_MAX && t->port != 0);
		HOLDS(strspn(t->host, usable) == len);
	}
	text_close(&targets.bytes);
}

static void read_system(struct slice text)
{
	static struct dns_system system;

	dns_system_parse(text, &system);
	HOLDS(system.servers.count >= 1 && system.servers.count <= RESOLVER_SERVERS_MAX);
	HOLDS(system.domain_count <= DNS_DOMAINS_MAX && system.ndots <= 15);
	for (unsigned i = 0; i < system.domain_count; i++)
		HOLDS(system.domains[i][0] != '\0');
	for (uint32_t i = 0; i < system.servers.count; i++)
		HOLDS(addr_port(&system.servers.list[i]) == 53);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy without a byte behind its end */
	struct slice rest = { NULL, size > 0 ? size - 1 : 0 };
	char *copy = malloc(rest.len > 0 ? rest.len : 1);

	HOLDS(copy != NULL);
	if (rest.len > 0)
		memcpy(copy, data + 1, rest.len);
	rest.data = copy;
	switch (size > 0 ? data[0] % 4 : 0) {
	case 0:
		read_addresses(rest, AF_INET);
		break;
	case 1:
		read_addresses(rest, AF_INET6);
		break;
	case 2:
		read_targets(rest);
		break;
	default:
		read_system(rest);
	}
	free(copy);
	return 0;
}
