/* SPDX-License-Identifier: BSD-2-Clause */
#define CARES_NO_DEPRECATED	/* new names for the same, which 1.18 does not have */
#include "udp/dns_parse.h"

#include <ares.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS_MAX 4096	/* more do not fit into 65,535 bytes */
#define HEAD 12			/* bytes in front of the question */
#define TYPE_CNAME 5
#define TYPE_SRV 33

static uint32_t ttl_of(int64_t ttl)
{
	return ttl >= 0 && ttl <= INT32_MAX ? (uint32_t)ttl : 0; /* RFC 2181, 8 */
}

static void shorten(uint32_t *ttl_s, uint32_t ttl)
{
	if (ttl < *ttl_s)
		*ttl_s = ttl;
}

static enum dns_status status_of(int status)
{
	if (status == ARES_SUCCESS)
		return DNS_OK;
	return status == ARES_ENODATA ? DNS_EMPTY : DNS_INVALID;
}

/* Nothing can be there; what lists of blocked names say would be this machine. */
static bool unusable4(const struct in_addr *host)
{
	return host->s_addr == INADDR_ANY || host->s_addr == INADDR_BROADCAST;
}

/* A link-local address says nothing without its interface. */
static bool unusable6(const struct in6_addr *host)
{
	return IN6_IS_ADDR_UNSPECIFIED(host) || IN6_IS_ADDR_LINKLOCAL(host);
}

static void add4(struct dns_set *set, const struct in_addr *host)
{
	struct dns_address a = { .addr = { .kind = ADDR_INET, .len = sizeof(a.addr.u.in) } };

	a.addr.u.in.sin_family = AF_INET;
	a.addr.u.in.sin_addr = *host;
	if (!unusable4(host))
		dns_set_add(set, &a);
}

static void add6(struct dns_set *set, const struct in6_addr *host)
{
	struct dns_address a = { .addr = { .kind = ADDR_INET6, .len = sizeof(a.addr.u.in6) } };

	if (IN6_IS_ADDR_V4MAPPED(host)) {	/* one address, one form */
		struct in_addr v4;

		memcpy(&v4, host->s6_addr + 12, sizeof(v4));
		add4(set, &v4);
		return;
	}
	a.addr.u.in6.sin6_family = AF_INET6;
	a.addr.u.in6.sin6_addr = *host;
	if (!unusable6(host))
		dns_set_add(set, &a);
}

static enum dns_status read4(struct slice answer, struct dns_set *set, uint32_t *ttl_s)
{
	static struct ares_addrttl records[RECORDS_MAX];
	int count = RECORDS_MAX;
	int status = ares_parse_a_reply((const unsigned char *)answer.data, (int)answer.len, NULL,
					records, &count);

	for (int i = 0; status == ARES_SUCCESS && i < count; i++) {
		add4(set, &records[i].ipaddr);
		shorten(ttl_s, ttl_of(records[i].ttl));
	}
	return status_of(status);
}

static enum dns_status read6(struct slice answer, struct dns_set *set, uint32_t *ttl_s)
{
	static struct ares_addr6ttl records[RECORDS_MAX];
	int count = RECORDS_MAX;
	int status = ares_parse_aaaa_reply((const unsigned char *)answer.data, (int)answer.len,
					   NULL, records, &count);

	for (int i = 0; status == ARES_SUCCESS && i < count; i++) {
		struct in6_addr host;

		memcpy(&host, &records[i].ip6addr, sizeof(host));
		add6(set, &host);
		shorten(ttl_s, ttl_of(records[i].ttl));
	}
	return status_of(status);
}

enum dns_status dns_parse_addresses(struct slice answer, int family, struct dns_set *set,
				    uint32_t *ttl_s)
{
	enum dns_status status;

	*ttl_s = INT32_MAX;
	dns_set_clear(set);
	if (answer.len > UINT16_MAX)
		return DNS_INVALID;
	status = family == AF_INET ? read4(answer, set, ttl_s) : read6(answer, set, ttl_s);
	dns_set_sort(set);
	return status == DNS_OK && set->count == 0 ? DNS_EMPTY : status;
}

/* Where the name at `at` ends; 0: behind the end of the answer. */
static size_t skip_name(struct slice answer, size_t at)
{
	while (at < answer.len) {
		unsigned len = (unsigned char)answer.data[at];

		if (len >= 0xc0)
			return at + 2;
		if (len == 0)
			return at + 1;
		at += len + 1;
	}
	return 0;
}

static uint32_t number(struct slice answer, size_t at, unsigned bytes)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value = value << 8 | (unsigned char)answer.data[at + i];
	return value;
}

/* The least TTL of SRV records and of the aliases before them: c-ares 1.18 does not say it. */
static uint32_t ttl_of_targets(struct slice answer)
{
	uint32_t ttl = INT32_MAX, questions, records;
	size_t at = HEAD;

	if (answer.len < HEAD)
		return 0;
	questions = number(answer, 4, 2);
	records = number(answer, 6, 2);
	for (uint32_t i = 0; i < questions; i++) {
		at = skip_name(answer, at);
		if (at == 0)
			return 0;
		at += 4;
	}
	for (uint32_t i = 0; i < records; i++) {
		at = skip_name(answer, at);
		if (at == 0 || at + 10 > answer.len)
			return 0;
		uint32_t type = number(answer, at, 2);

		if (type == TYPE_SRV || type == TYPE_CNAME)
			shorten(&ttl, ttl_of(number(answer, at + 4, 4)));
		at += 10 + number(answer, at + 8, 2);
	}
	return ttl;
}

/* A host as we write names. false: it is none that could be asked for; "." is no service at all. */
static bool read_host(const char *host, char out[ENDPOINT_NAME_MAX + 1])
{
	size_t len = strlen(host);

	if (len > 0 && host[len - 1] == '.')
		len--;
	if (len == 0 || len > ENDPOINT_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = host[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		      c == '.'))
			return false;
		out[i] = c;
	}
	out[len] = '\0';
	return true;
}

static int compare(const void *one, const void *other)
{
	const struct dns_target *a = one, *b = other;
	int order = strcmp(a->host, b->host);

	if (order != 0)
		return order;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return (a->priority > b->priority) - (a->priority < b->priority);
}

const struct dns_target *dns_parse_list(const struct dns_targets *targets)
{
	return (const struct dns_target *)(const void *)targets->bytes.data;
}

static void take_targets(const struct ares_srv_reply *reply, struct dns_targets *targets)
{
	struct dns_target target;

	for (; reply != NULL; reply = reply->next) {
		memset(&target, 0, sizeof(target));
		if (reply->port == 0 || !read_host(reply->host, target.host))
			continue;
		target.priority = reply->priority;
		target.weight = reply->weight;
		target.port = reply->port;
		text_append(&targets->bytes, &target, sizeof(target));
		targets->count++;
	}
	if (targets->count > 1)
		qsort(targets->bytes.data, targets->count, sizeof(target), compare);
	if (targets->count > DNS_TARGETS_MAX) {
		targets->left_out = targets->count - DNS_TARGETS_MAX;
		targets->count = DNS_TARGETS_MAX;
	}
}

enum dns_status dns_parse_targets(struct slice answer, struct dns_targets *targets,
				  uint32_t *ttl_s)
{
	struct ares_srv_reply *reply = NULL;
	int status;

	targets->count = targets->left_out = 0;
	text_clear(&targets->bytes);
	*ttl_s = 0;
	if (answer.len > UINT16_MAX)
		return DNS_INVALID;
	status = ares_parse_srv_reply((const unsigned char *)answer.data, (int)answer.len, &reply);
	if (status == ARES_SUCCESS) {
		take_targets(reply, targets);
		*ttl_s = ttl_of_targets(answer);
	}
	if (reply != NULL)
		ares_free_data(reply);
	if (status == ARES_SUCCESS && targets->count == 0)
		return DNS_EMPTY;
	return status_of(status);
}
