/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_lookup.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/counters.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "udp/dns_hosts.h"
#include "udp/dns_system.h"

#define RUNNING_MAX 256		/* resolutions at a time */
#define FULL_NAME (2 * ENDPOINT_NAME_MAX + 2)
#define SYSTEM_PAUSE_MS 1000	/* resolv.conf is read again after so long at the earliest */

static struct dns_channel *channels[RESOLVER_SERVERS_MAX];
static unsigned channel_count;
static unsigned preferred;	/* the server that has answered last */
static struct resolver_conf conf;
static struct dns_system of_system;
static uint64_t system_read_at;
static struct list waiting;
static unsigned running;
static bool closing;

static void begin(struct dns_lookup *l);
static void next_try(struct dns_query *q);

bool dns_lookup_open(void)
{
	list_init(&waiting);
	running = 0;
	closing = false;
	dns_system_forget();
	if (dns_hosts_open())
		return true;
	log_write(LEVEL_ALERT, "no memory for c-ares");
	return false;
}

static void close_channels(void)
{
	unsigned count = channel_count;

	channel_count = 0;	/* what is interrupted must not try the next server */
	for (unsigned i = 0; i < count; i++)
		dns_channel_close(channels[i]);
}

void dns_lookup_close_all(void)
{
	closing = true;
	close_channels();
	dns_hosts_close();
}

static void open_channels(void)
{
	const struct resolver_servers *servers =
		conf.servers.count > 0 ? &conf.servers : &of_system.servers;

	close_channels();
	preferred = 0;
	for (uint32_t i = 0; i < servers->count; i++) {
		struct dns_channel *ch = dns_channel_open(&servers->list[i],
							  (uint32_t)conf.timeout_ms);

		if (ch != NULL)
			channels[channel_count++] = ch;
	}
	if (channel_count == 0)
		log_write(LEVEL_ERROR, "no DNS server can be used: no memory or no descriptors");
}

void dns_lookup_configure(const struct resolver_conf *wanted)
{
	conf = *wanted;
	(void)dns_system_read(&of_system);
	system_read_at = clock_ms();
	open_channels();
}

/* resolv.conf may be another one since the last time: DHCP, a VPN. */
static void follow_system(void)
{
	uint64_t now = clock_ms();

	if (running > 0 || now - system_read_at < SYSTEM_PAUSE_MS)
		return;
	system_read_at = now;
	if (dns_system_read(&of_system) && conf.servers.count == 0)
		open_channels();
}

static unsigned dots_of(const char *name)
{
	unsigned dots = 0;

	for (; *name != '\0'; name++)
		dots += *name == '.';
	return dots;
}

/* The n-th name to ask for, by the rules of resolv.conf(5). false: there are no more. */
static bool candidate(const char *name, unsigned n, char out[FULL_NAME])
{
	bool first = dots_of(name) >= of_system.ndots;	/* as it is, before the others */

	if (n > of_system.domain_count)
		return false;
	if (n == (first ? 0 : of_system.domain_count))
		snprintf(out, FULL_NAME, "%s", name);
	else
		snprintf(out, FULL_NAME, "%s.%s", name, of_system.domains[first ? n - 1 : n]);
	return true;
}

static void start_next(void)
{
	while (running < RUNNING_MAX && !list_empty(&waiting)) {
		struct dns_lookup *l = container_of(waiting.next, struct dns_lookup, link);

		list_unlink(&l->link);
		begin(l);
	}
}

static void on_deferred(struct deferred *d)
{
	struct dns_lookup *l = container_of(d, struct dns_lookup, deferred);

	l->running = false;
	l->done(l);
	start_next();
}

static void finish(struct dns_lookup *l)
{
	running--;
	if (!closing)
		loop_defer(&l->deferred, on_deferred);
}

static void send_queries(struct dns_lookup *l)
{
	l->open = l->count;
	for (unsigned i = 0; i < l->count; i++) {
		struct dns_query *q = &l->queries[i];

		q->status = DNS_PENDING;
		q->tries = 0;
		q->skipped = 0;
		q->first = preferred;
	}
	/* `open` is counted down by answers that may come at once */
	for (unsigned i = 0; i < l->count; i++)
		next_try(&l->queries[i]);
}

/* Whether the name that search domains make of it next is to be asked for. */
static bool goes_on(struct dns_lookup *l)
{
	char full[FULL_NAME];

	for (unsigned i = 0; i < l->count; i++) {
		if (!dns_status_negative(l->queries[i].status))
			return false;
		l->empty |= l->queries[i].status == DNS_EMPTY;
	}
	return candidate(l->name, l->candidate + 1, full);
}

static void ended(struct dns_lookup *l)
{
	if (goes_on(l)) {
		l->candidate++;
		send_queries(l);
		return;
	}
	for (unsigned i = 0; i < l->count; i++) {
		if (l->empty && l->queries[i].status == DNS_NXDOMAIN)
			l->queries[i].status = DNS_EMPTY;
	}
	finish(l);
}

static void count(enum dns_status status)
{
	static const enum counter rows[DNS_STATUSES] = {
		[DNS_OK] = COUNTER_DNS_OK, [DNS_NXDOMAIN] = COUNTER_DNS_NXDOMAIN,
		[DNS_EMPTY] = COUNTER_DNS_EMPTY, [DNS_SERVFAIL] = COUNTER_DNS_SERVFAIL,
		[DNS_TIMEOUT] = COUNTER_DNS_TIMEOUT, [DNS_REFUSED] = COUNTER_DNS_REFUSED,
		[DNS_INVALID] = COUNTER_DNS_INVALID,
	};

	if (status != DNS_PENDING)
		counter_add(rows[status], 1);
}

static unsigned server_of(const struct dns_query *q)
{
	return (q->first + q->tries) % channel_count;
}

static enum dns_status parse(struct dns_query *q, struct slice answer)
{
	if (q->type == DNS_SRV)
		return dns_parse_targets(answer, &q->targets, &q->ttl_s);
	return dns_parse_addresses(answer, q->type == DNS_A ? AF_INET : AF_INET6, &q->set,
				   &q->ttl_s);
}

static void on_answer(void *arg, enum dns_status status, struct slice answer)
{
	struct dns_query *q = arg;

	if (channel_count == 0 || status == DNS_PENDING) {	/* the servers change */
		q->status = DNS_PENDING;
		if (--q->lookup->open == 0)
			ended(q->lookup);
		return;
	}
	if (status == DNS_OK)
		status = parse(q, answer);
	count(status);
	q->status = status;
	if (dns_status_answered(status))
		preferred = server_of(q);
	else if (status != DNS_TIMEOUT)
		q->skipped |= 1u << server_of(q);
	q->tries++;
	if (!dns_status_answered(status))
		next_try(q);
	else if (--q->lookup->open == 0)
		ended(q->lookup);
}

/* With the next server that may know better; without one the query has ended. */
static void next_try(struct dns_query *q)
{
	char full[FULL_NAME];

	if (channel_count == 0)
		q->status = DNS_REFUSED;
	for (; channel_count > 0 && q->tries < conf.tries * channel_count; q->tries++) {
		if ((q->skipped & 1u << server_of(q)) != 0)
			continue;
		(void)candidate(q->lookup->name, q->lookup->candidate, full);
		if (strlen(full) > ENDPOINT_NAME_MAX) {	/* no name can be so long */
			q->status = DNS_NXDOMAIN;
			break;
		}
		dns_channel_query(channels[server_of(q)], full, q->type, on_answer, q);
		return;
	}
	if (--q->lookup->open == 0)
		ended(q->lookup);
}

static bool find_in_hosts(struct dns_lookup *l)
{
	if (l->count == 1 || !dns_hosts_find(l->name, &l->queries[0].set))
		return false;
	l->from_hosts = true;
	l->queries[0].status = DNS_OK;
	l->queries[0].ttl_s = 0;
	l->queries[1].status = DNS_EMPTY;
	dns_set_clear(&l->queries[1].set);
	return true;
}

static void begin(struct dns_lookup *l)
{
	follow_system();
	running++;
	l->candidate = 0;
	l->empty = l->from_hosts = false;
	if (find_in_hosts(l))
		finish(l);
	else
		send_queries(l);
}

void dns_lookup_start(struct dns_lookup *l)
{
	l->running = true;
	if (running < RUNNING_MAX)
		begin(l);
	else
		list_append(&waiting, &l->link);
}

void dns_lookup_init(struct dns_lookup *l, const char *name, bool srv,
		     void (*done)(struct dns_lookup *l))
{
	memset(l, 0, sizeof(*l));
	list_init(&l->link);
	l->name = name;
	l->done = done;
	l->count = srv ? 1 : 2;
	l->queries[0].type = srv ? DNS_SRV : DNS_A;
	l->queries[1].type = DNS_AAAA;
	for (unsigned i = 0; i < COUNT(l->queries); i++)
		l->queries[i].lookup = l;
}

void dns_lookup_free(struct dns_lookup *l)
{
	list_unlink(&l->link);
	for (unsigned i = 0; i < COUNT(l->queries); i++) {
		dns_set_close(&l->queries[i].set);
		text_close(&l->queries[i].targets.bytes);
	}
}
