/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/datagram_listener.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config_fanout.h"
#include "core/credentials.h"
#include "core/log.h"
#include "process/change.h"
#include "udp/datagram_receiver.h"
#include "udp/datagrams.h"
#include "udp/fanout_totals.h"
#include "udp/resolver_report.h"

#define DATAGRAM_MAX 65535	/* one that is longer is cut, and dropped */
#define ROUNDS 8		/* batches in one turn of the loop */
#define DRAIN_MOST 4096		/* batches of a drain: senders may be faster than a receiver */

union datagram_sender {
	struct sockaddr     sa;
	struct sockaddr_in6 in6;
	struct sockaddr_un  un;
};

union control {
	struct cmsghdr head;	/* for its alignment */
	char           bytes[CREDENTIALS_SPACE];
};

/* Of the process: filled and passed on before the next batch. */
static struct {
	struct datagram_slot  slots[DATAGRAMS_BATCH];
	struct iovec          bytes[DATAGRAMS_BATCH];
	union datagram_sender senders[DATAGRAMS_BATCH];
	union control         controls[DATAGRAMS_BATCH];	/* of those who want credentials */
	/* not a multiple of the page: the beginnings would all have the same place in the cache */
	char                  buffers[DATAGRAMS_BATCH][DATAGRAM_MAX + 1 + 192];
} in;

static void prepare_slots(void)
{
	for (unsigned i = 0; i < DATAGRAMS_BATCH; i++) {
		in.bytes[i] = (struct iovec){ in.buffers[i], DATAGRAM_MAX };
		in.slots[i].head = (struct msghdr){ .msg_name = &in.senders[i],
						    .msg_iov = &in.bytes[i], .msg_iovlen = 1 };
	}
}

static void lend_controls(bool lend)
{
	for (unsigned i = 0; i < DATAGRAMS_BATCH; i++) {
		in.slots[i].head.msg_control = lend ? &in.controls[i] : NULL;
		in.slots[i].head.msg_controllen = lend ? sizeof(in.controls[i]) : 0;
	}
}

/* How many; -1: none, now. */
static int receive(struct datagram_listener *l)
{
	int count;

	for (unsigned i = 0; i < DATAGRAMS_BATCH; i++)
		in.slots[i].head.msg_namelen = sizeof(in.senders[i]);
	do
		count = datagrams_receive(l->event.fd, in.slots, DATAGRAMS_BATCH);
	while (count == -1 && errno == EINTR);
	return count;
}

/* true: there may be more. */
static bool take_batch(struct datagram_listener *l)
{
	int count;

	if (l->credentials)
		lend_controls(true);
	count = receive(l);
	if (count > 0 && l->receiver != NULL) {
		l->receiver->kind->take(l->receiver, in.slots, (unsigned)count);
		resolver_report_changed();
	}
	if (l->credentials)
		lend_controls(false);
	return count == DATAGRAMS_BATCH;
}

static void on_datagrams(struct event *ev, unsigned ready)
{
	struct datagram_listener *l = container_of(ev, struct datagram_listener, event);
	unsigned rounds = ROUNDS;

	(void)ready;
	while (take_batch(l) && --rounds > 0)
		continue;
	if (rounds > 0)
		event_drained(ev, EVENT_READ);
}

struct datagram_listener *datagram_listener_new(const struct change_address *address)
{
	struct datagram_listener *l = calloc(1, sizeof(*l));

	CHECK(l != NULL && address->count > 0);
	for (unsigned i = 1; i < address->count; i++)
		close(address->fds[i]);	/* there is one for one process */
	if (in.slots[0].head.msg_iov == NULL)
		prepare_slots();
	list_init(&l->link);
	l->id = address->id;
	l->addr = address->addr;
	l->dropped = datagrams_dropped(address->fds[0]);
	event_setup(&l->event, address->fds[0], on_datagrams);
	event_set_shared(&l->event, false);
	fanout_guard_listens(&l->door, &l->addr);
	return l;
}

static void free_later(struct deferred *d)
{
	free(container_of(d, struct datagram_listener, gone));
}

void datagram_listener_free(struct datagram_listener *l)
{
	datagram_listener_count(l);
	event_close(&l->event);
	fanout_guard_ceases(&l->door);
	list_unlink(&l->link);
	if (l->receiver != NULL)
		datagram_receiver_release(l->receiver);
	l->receiver = NULL;
	loop_defer(&l->gone, free_later);
}

void datagram_listener_close(struct datagram_listener *l)
{
	datagram_listener_count(l);
	fanout_totals_give_seen(l->seen);
	l->seen = NULL;
	datagram_listener_free(l);
}

/* What was dropped since a predecessor died counts as well. */
static void go_on(struct datagram_listener *l)
{
	if (l->seen != NULL)
		return;
	l->seen = fanout_totals_take_seen(l->id);
	if (l->seen == NULL)
		return;
	if (l->seen->known != 0)
		l->dropped = (unsigned)l->seen->dropped;
	l->seen->dropped = l->dropped;
	l->seen->known = 1;
}

static bool change_membership(struct datagram_listener *l, int what, unsigned interface)
{
	struct group_req request = { .gr_interface = interface };

	memcpy(&request.gr_group, &l->addr.u, l->addr.len);
	return setsockopt(l->event.fd,
			  l->addr.kind == ADDR_INET6 ? IPPROTO_IPV6 : IPPROTO_IP, what, &request,
			  sizeof(request)) == 0;
}

static void log_join(struct datagram_listener *l, const char *why)
{
	static const struct log_subject failed = { .event = "join_failed" };
	char text[ADDR_TEXT];

	if (!l->told)
		log_about(LEVEL_ERROR, &failed,
			  "%s %s: join %s%s%s: %s; tried again every second",
			  l->receiver->kind->word, l->receiver->name,
			  addr_print(&l->addr, text, sizeof(text)),
			  l->on[0] != '\0' ? " on " : "", l->on, why);
	l->told = true;
}

/*
 * The socket is the master's and outlives this process: it may be a member already. Without its
 * interface it is a member nowhere, and not on another one.
 */
static void join(struct datagram_listener *l)
{
	unsigned interface = l->on[0] != '\0' ? if_nametoindex(l->on) : 0;
	bool there = l->on[0] == '\0' || interface != 0;

	if (l->joined && there && l->interface == interface)
		return;
	if (l->joined)
		(void)change_membership(l, MCAST_LEAVE_GROUP, l->interface);
	l->joined = there && (change_membership(l, MCAST_JOIN_GROUP, interface) ||
			      errno == EADDRINUSE);
	l->interface = interface;
	if (l->joined)
		l->told = false;
	else
		log_join(l, there ? strerror(errno) : "there is no such interface");
}

void datagram_listener_join_again(struct datagram_listener *l)
{
	if (l->receiver != NULL && config_fanout_is_group(&l->addr))
		join(l);
}

/* Else every group that any program of this machine has joined would be received here. */
static void only_own_groups(const struct datagram_listener *l)
{
#ifdef IP_MULTICAST_ALL
	int off = 0;

	if (l->addr.kind == ADDR_INET6)
		(void)!setsockopt(l->event.fd, IPPROTO_IPV6, 29 /* IPV6_MULTICAST_ALL */, &off,
				  sizeof(off));
	else
		(void)!setsockopt(l->event.fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof(off));
#else
	(void)l;
#endif
}

/* The socket is the master's: what a predecessor has set is set still. */
static void choose_credentials(struct datagram_listener *l)
{
	const struct datagram_receiver_kind *kind = l->receiver->kind;
	bool local = l->addr.kind == ADDR_UNIX || l->addr.kind == ADDR_ABSTRACT;
	bool wanted = kind->wants_credentials != NULL && kind->wants_credentials(l->receiver);

	if (!local || (!wanted && !credentials_exist()))
		return;
	if (!credentials_want(l->event.fd, wanted))
		log_write(LEVEL_ERROR, "%s %s: credentials: %s", kind->word, l->receiver->name,
			  strerror(errno));
	l->credentials = wanted;
}

void datagram_listener_use(struct datagram_listener *l, struct datagram_receiver *r,
			   const char *interface)
{
	datagram_receiver_hold(r);
	if (l->receiver != NULL)
		datagram_receiver_release(l->receiver);
	l->receiver = r;
	go_on(l);
	choose_credentials(l);
	if (config_fanout_is_group(&l->addr)) {
		only_own_groups(l);
		snprintf(l->on, sizeof(l->on), "%s", interface != NULL ? interface : "");
		join(l);
	}
	event_want(&l->event, EVENT_READ);
}

void datagram_listener_drain(struct datagram_listener *l)
{
	for (unsigned i = 0; i < DRAIN_MOST && take_batch(l); i++)
		continue;
}

void datagram_listener_count(struct datagram_listener *l)
{
	unsigned now = datagrams_dropped(l->event.fd);

	if (l->receiver != NULL)	/* modulo 2^32: */
		*l->receiver->kind->kernel_dropped(l->receiver) += now - l->dropped;
	l->dropped = now;
	if (l->seen != NULL)
		l->seen->dropped = now;
}
