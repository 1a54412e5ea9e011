/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_target.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/config_fanout.h"
#include "core/log.h"
#include "udp/fanout_batch.h"
#include "udp/fanout_descriptors.h"
#include "udp/fanout_keep.h"
#include "udp/fanout_totals.h"
#include "udp/resolver_report.h"

#define SEND_BUFFER (4 << 20)	/* as much as the system allows: bursts to a slow link */
#define QUIET_MS 100		/* so long after a refusal without another, and it is up again */
#define LINK_QUIET_MS 3500	/* the same on a link: whether anybody answers takes 3 s */

static void on_quiet(struct timer *timer)
{
	struct fanout_target *t = container_of(timer, struct fanout_target, quiet);
	static const struct log_subject up = { .event = "target_up" };
	enum fanout_cause cause;

	if (t->fd == -1)
		return;
	resolver_report_changed();
	if (fanout_errors_read(t->fd, t->counts, &cause)) {
		fanout_target_fail(t, cause, 0);
		return;
	}
	t->state = TARGET_UP;
	log_about(LEVEL_INFO, &up, "fan-out %s: target %s takes datagrams again", t->fanout,
		  t->name);
	if (t->up != NULL)
		t->up(t);
}

static bool is_unix(const struct fanout_target *t)
{
	return t->addr.u.sa.sa_family == AF_UNIX;
}

void fanout_target_full(struct fanout_target *t, const struct fanout_batch *b, unsigned at)
{
	t->counts->dropped[FANOUT_FULL] += is_unix(t) ?
		fanout_late_add(&t->late, t->room, b, at, t->counts->handed) : b->count - at;
}

enum fanout_late_state fanout_target_send_late(struct fanout_target *t)
{
	enum fanout_late_state state = fanout_late_send(&t->late, t->fd, &t->counts->handed);
	int error = errno;

	if (state == LATE_STUCK) {
		t->counts->dropped[FANOUT_FULL] += t->late.queue.count;
		fanout_queue_clear(&t->late.queue);
	}
	if (state == LATE_FAILED) {
		fanout_target_close(t);
		fanout_target_fail(t, fanout_errors_cause(error), error);
		t->probed_ms = 0;
	}
	return state;
}

static void on_room(struct timer *timer)
{
	(void)fanout_target_send_late(container_of(timer, struct fanout_target, late.timer));
	resolver_report_changed();
}

static uint64_t dropped_by_queues(const struct fanout_target *t)
{
	return t->counts->dropped[FANOUT_FULL] + t->counts->dropped[FANOUT_TOO_LONG];
}

static void take_counts(struct fanout_target *t, struct fanout_target *before)
{
	if (before == NULL) {
		t->counts = fanout_totals_take_target(t->fanout, t->name, &t->own);
	} else if (before->counts == &before->own) {
		t->own = before->own;
		t->counts = &t->own;
	} else {
		t->counts = before->counts;
		before->counts = &before->own;
	}
	t->log.seen = dropped_by_queues(t);
}

void fanout_target_remove(struct fanout_target *t)
{
	t->counts = fanout_totals_give_target(t->counts, &t->own);
}

struct fanout_target *fanout_target_new(const struct addr *addr,
					const struct fanout_target_options *options,
					const char *fanout, struct fanout_target *before)
{
	struct fanout_target *t = calloc(1, sizeof(*t));
	struct addr shown = *addr;

	CHECK(t != NULL);
	shown.datagram = false;
	addr_print(&shown, t->name, sizeof(t->name));
	t->addr = *addr;
	t->options = *options;
	t->fanout = fanout;
	t->fd = t->keep_fd = -1;
	/* a unix socket would take several that are sent together for one */
	t->segments = is_unix(t) ? 0 : UINT16_MAX;
	take_counts(t, before);
	fanout_guard_init(&t->guard);
	timer_setup(&t->quiet, on_quiet);
	fanout_late_open(&t->late, on_room);
	return t;
}

void fanout_target_free(struct fanout_target *t)
{
	timer_cancel(&t->quiet);
	if (fanout_late_waits(&t->late))
		(void)fanout_late_send(&t->late, t->fd, &t->counts->handed);
	fanout_late_close(&t->late);
	fanout_target_close(t);
	free(t);
}

static void set_option(int fd, int level, int option, int value)
{
	/* an option that the system refuses costs its benefit, not the target */
	(void)!setsockopt(fd, level, option, &value, sizeof(value));
}

/* 0: there is none of that name now. */
static unsigned interface_of(const struct fanout_target *t)
{
	return if_nametoindex(t->options.interface);
}

static bool lacks_interface(const struct fanout_target *t)
{
	return t->options.interface[0] != '\0' && interface_of(t) == 0;
}

static void set_group_options(const struct fanout_target *t, int fd)
{
	bool given = t->options.interface[0] != '\0';

	if (!config_fanout_is_group(&t->addr))
		return;
	if (t->addr.kind == ADDR_INET6) {
		set_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, (int)t->options.ttl);
		if (given)
			set_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)interface_of(t));
		return;
	}
	set_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, (int)t->options.ttl);
#ifdef __linux__
	struct ip_mreqn leaves = { .imr_ifindex = given ? (int)interface_of(t) : 0 };

	if (given)
		(void)!setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &leaves, sizeof(leaves));
#endif
}

/* Long datagrams go in fragments, as they came: no path is probed for its size. */
static void set_options(const struct fanout_target *t, int fd)
{
	set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
	set_group_options(t, fd);
#ifdef IP_PMTUDISC_DONT
	if (t->addr.kind == ADDR_INET)
		set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
	else if (t->addr.kind == ADDR_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
#endif
	set_option(fd, SOL_SOCKET, SO_BROADCAST, 1);
}

/* false: the other one is closed, too. */
static bool open_keep(struct fanout_target *t)
{
	int error;

	t->keep_fd = fanout_keep_open(&t->addr);
	if (t->keep_fd != -1) {
		set_options(t, t->keep_fd);
		return true;
	}
	error = errno;
	fanout_target_close(t);
	errno = error;
	return false;
}

bool fanout_target_open(struct fanout_target *t)
{
	int fd, error;

	if (t->fd != -1)
		return true;
	if (lacks_interface(t)) {	/* any other would be wrong */
		errno = ENODEV;
		return false;
	}
	fd = fanout_descriptors_open(t->addr.u.sa.sa_family);
	if (fd == -1)
		return false;
	set_options(t, fd);
	fanout_errors_enable(fd, t->addr.u.sa.sa_family);
	if (connect(fd, &t->addr.u.sa, t->addr.len) == 0) {
		t->fd = fd;
		fanout_guard_add(&t->guard, fd, t->fanout);
		return !t->options.keep || open_keep(t);
	}
	error = errno;
	close(fd);
	errno = error;
	return false;
}

void fanout_target_close(struct fanout_target *t)
{
	if (t->fd == -1)
		return;
	fanout_guard_remove(&t->guard);
	close(t->fd);
	if (t->keep_fd != -1)
		close(t->keep_fd);
	t->fd = t->keep_fd = -1;
}

static const char *problem_of(enum fanout_cause cause)
{
	switch (cause) {
	case FANOUT_REFUSED:
		return "refuses datagrams";
	case FANOUT_LOCAL:
		return "cannot be sent to";
	default:
		return "cannot be reached";
	}
}

/* What it is that heddle or its system lacks for it. */
static const char *detail_of(const struct fanout_target *t, enum fanout_cause cause, int error,
			     char *out, size_t size)
{
	if (cause != FANOUT_LOCAL)
		*out = '\0';
	else if (lacks_interface(t))
		snprintf(out, size, ": there is no interface %s", t->options.interface);
	else
		snprintf(out, size, ": %s", strerror(error));
	return out;
}

void fanout_target_fail(struct fanout_target *t, enum fanout_cause cause, int error)
{
	static const struct log_subject down = { .event = "target_down" };
	static struct log_limit limit;
	char detail[100];

	if (t->state == TARGET_UP && log_limited(&limit, 10))
		log_about(LEVEL_WARN, &down, "fan-out %s: target %s: %s%s", t->fanout, t->name,
			  problem_of(cause), detail_of(t, cause, error, detail, sizeof(detail)));
	t->state = TARGET_DOWN;
	t->cause = cause;
	t->counts->dropped[cause] += t->late.queue.count;
	fanout_late_close(&t->late);
	timer_cancel(&t->quiet);	/* silence means something once it was sent another one */
}

void fanout_target_watch(struct fanout_target *t)
{
	if (!timer_pending(&t->quiet))
		timer_set(&t->quiet, t->cause == FANOUT_UNREACHABLE ? LINK_QUIET_MS : QUIET_MS);
}

uint64_t fanout_target_sent(const struct fanout_target *t)
{
	return t->counts->handed - t->counts->reported;
}

/* What it refuses is logged by fanout_target_fail(). */
void fanout_target_log(struct fanout_target *t)
{
	char where[sizeof("target ") + ADDR_TEXT];

	snprintf(where, sizeof(where), "target %s", t->name);
	fanout_log_drops(&t->log, dropped_by_queues(t), t->fanout, where,
			 t->counts->dropped[FANOUT_FULL] > 0 ? "a queue is full" :
							       "they are too long for it");
}
