/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/resolver.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "core/capability.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/change.h"
#include "process/child.h"
#include "process/kind.h"
#include "udp/datagram_part.h"
#include "udp/resolver_part.h"
#include "udp/resolver_report.h"

static unsigned draining;	/* parts that have not finished */

#define FOR_PARTS(part) \
	for (const struct resolver_part *const *at = resolver_parts, *part; \
	     (part = *at) != NULL; at++)

static unsigned count(const struct config *config)
{
	(void)config;
	return 1;
}

static void prepare_address(const struct change_op *op)
{
	FOR_PARTS(part) {
		if (part->prepare_address != NULL && part->prepare_address(op))
			return;
	}
	for (unsigned i = 0; i < op->address.count; i++)
		close(op->address.fds[i]);
}

static bool prepare(const struct change_op *op, char *why)
{
	bool ok = true;

	if (op->kind == NULL) {
		prepare_address(op);
		return true;
	}
	FOR_PARTS(part) {
		if (ok && part->takes != NULL && part->takes(op->kind))
			ok = part->prepare(op, why);
	}
	object_release(op->object);
	return ok;
}

static void commit(uint64_t serial, const char *by)
{
	FOR_PARTS(part) {
		if (part->commit != NULL)
			part->commit(serial, by);
	}
}

static void abandon(void)
{
	FOR_PARTS(part) {
		if (part->abort != NULL)
			part->abort();
	}
}

static void accept_waiting(uint32_t address)
{
	FOR_PARTS(part) {
		if (part->accept_waiting != NULL)
			part->accept_waiting(address);
	}
}

static void close_address(uint32_t address)
{
	FOR_PARTS(part) {
		if (part->close_address != NULL)
			part->close_address(address);
	}
}

void resolver_part_drained(void)
{
	if (--draining == 0)
		child_finish();
}

static void drain(uint64_t timeout_ms)
{
	draining = 1;
	FOR_PARTS(part) {
		if (part->drain != NULL && !part->drain(timeout_ms))
			draining++;
	}
	resolver_part_drained();
}

static void stop(void)
{
	FOR_PARTS(part) {
		if (part->stop != NULL)
			part->stop();
	}
	child_finish();
}

static void orphaned(void)
{
	FOR_PARTS(part) {
		if (part->orphaned != NULL)
			part->orphaned();
	}
}

static void request_done(uint32_t id, enum request_outcome outcome, uint64_t serial,
			 struct slice text)
{
	FOR_PARTS(part) {
		if (part->request_done != NULL)
			part->request_done(id, outcome, serial, text);
	}
}

static void resolve(uint32_t id, struct slice name)
{
	FOR_PARTS(part) {
		if (part->resolve != NULL)
			part->resolve(id, name);
	}
}

static void forget(uint32_t id, struct slice what)
{
	FOR_PARTS(part) {
		if (part->forget != NULL)
			part->forget(id, what);
	}
}

static void item(uint32_t id, struct slice bytes)
{
	FOR_PARTS(part) {
		if (part->item != NULL)
			part->item(id, bytes);
	}
}

static const struct child_role role = {
	.prepare = prepare,
	.commit = commit,
	.abort = abandon,
	.accept_waiting = accept_waiting,
	.close_address = close_address,
	.drain = drain,
	.stop = stop,
	.orphaned = orphaned,
	.request_done = request_done,
	.resolve = resolve,
	.forget = forget,
	.item = item,
};

/* The process that has no use for the right to send as somebody else gives it up. */
static void start(const struct config *config)
{
	if (datagram_part_spoofs(config))
		capability_spoofing_keep();
}

static void run(const struct config *config)
{
	size_t n = 0;
	const char *event = config_tables_event(config->settings->event);

	if (datagram_part_spoofs(config))
		capability_spoofing_kept();
	atomic_store(&scoreboard_slot(scoreboard_own())->spoofs,
		     capability_spoofing_problem() == NULL);
	if (!loop_open(event)) {
		log_write(LEVEL_ALERT, "event loop %s: %s", event, strerror(errno));
		child_fail();
	}
	FOR_PARTS(part) {
		if (part->open != NULL && !part->open())
			child_fail();
	}
	resolver_report_open(resolver_parts);
	child_serve(&role, config);
	loop_run();
	resolver_report_close();
	/* backwards: what uses names ends before what resolves them */
	while (resolver_parts[n] != NULL)
		n++;
	while (n-- > 0) {
		if (resolver_parts[n]->close != NULL)
			resolver_parts[n]->close();
	}
	loop_close();
}

const struct process_kind resolver_kind = {
	.name = "resolver",
	.traits = KIND_RESOLVES,
	.told = TOLD_RESOLVER | TOLD_ADDRESSES,
	.slots = 1,
	.count = count,
	.listens = datagram_part_configured,
	.start = start,
	.run = run,
};
