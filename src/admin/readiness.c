/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/readiness.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/name_list.h"
#include "admin/service_status.h"
#include "core/clock.h"
#include "core/scoreboard.h"
#include "process/kind.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define MASTER_SILENT_MS 5000	/* without a heartbeat: the master hangs */

/* 200 or 503 with {"status", "reason"}; takes the reference to `services` (may be NULL). */
static void answer(struct http_request *r, const char *reason, json_t *services)
{
	json_t *body = json_pack("{s:s}", "status", reason == NULL ? "ok" : "unavailable");

	if (reason != NULL)
		json_object_set_new(body, "reason", json_string(reason));
	if (services != NULL)
		json_object_set_new(body, "services", services);
	answer_json(r, body);
	json_decref(body);
	answer_send(r, reason == NULL ? 200 : 503);
}

static const char *why_dead(void)
{
	uint64_t beat = atomic_load_explicit(&scoreboard_slot(0)->beat_ms, memory_order_relaxed);

	if (beat == 0 || clock_ms() <= beat + MASTER_SILENT_MS)
		return NULL;
	return "the master has not sent a heartbeat for 5 s";
}

static unsigned serving_workers(void)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		const struct slot *slot = scoreboard_slot(i);

		unsigned index = atomic_load_explicit(&slot->kind, memory_order_relaxed);
		const struct process_kind *kind = kind_at(index);

		n += kind != NULL && kind_has(kind, KIND_SESSIONS) &&
		     atomic_load_explicit(&slot->state, memory_order_relaxed) == SLOT_SERVING;
	}
	return n;
}

/* It joins multicast groups, whose datagrams would be lost before. One that dies has begun, too. */
static bool resolver_begun(void)
{
	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		unsigned index = atomic_load_explicit(&scoreboard_slot(i)->kind,
						      memory_order_relaxed);
		const struct process_kind *kind = kind_at(index);

		if (kind == NULL || !kind_has(kind, KIND_RESOLVES))
			continue;
		if (atomic_load_explicit(&scoreboard_slot(i)->state, memory_order_relaxed) ==
			    SLOT_SERVING ||
		    atomic_load_explicit(&scoreboard_shared()->restarts[index],
					 memory_order_relaxed) != 0)
			return true;
	}
	return false;
}

/*
 * At the start every worker has to serve, and the resolver. Later one worker is enough: the others
 * accept the clients of one that has died until it is respawned, so clients need no other instance.
 */
static bool enough_workers(void)
{
	static bool complete;
	const struct scoreboard_shared *shared = scoreboard_shared();
	unsigned own = scoreboard_occupant(scoreboard_own())->kind;
	unsigned serving = serving_workers();

	if ((serving >= atomic_load_explicit(&shared->workers, memory_order_relaxed) &&
	     resolver_begun()) ||
	    atomic_load_explicit(&shared->restarts[own], memory_order_relaxed) != 0)
		complete = true;
	return serving != 0 && complete;
}

static const char *why_not_ready(void)
{
	const struct scoreboard_shared *shared = scoreboard_shared();

	if (why_dead() != NULL)
		return why_dead();
	if (atomic_load_explicit(&shared->stopping, memory_order_relaxed) != 0)
		return "stopping";
	if (!enough_workers())
		return "not all workers serve yet";
	return NULL;
}

void readiness_serve_live(struct http_request *r, const struct route_captures *captures)
{
	(void)captures;
	answer(r, why_dead(), NULL);
}

void readiness_serve_ready(struct http_request *r, const struct route_captures *captures)
{
	(void)captures;
	answer(r, why_not_ready(), NULL);
}

/* Adds the status of the service to `services`. false: no service has that name. */
static bool add_service(const char *name, json_t *services, bool *all_serve)
{
	const struct service *s = registry_find(name);
	struct service_status status;

	if (s == NULL)
		return false;
	service_status_read(&status, s);
	json_object_set_new(services, name, json_string(status.word));
	*all_serve = *all_serve && status.serves;
	return true;
}

void readiness_serve(struct http_request *r, const struct route_captures *captures)
{
	struct name_list names;
	json_t *services;
	bool all_serve = true;
	const char *reason;

	(void)captures;
	if (!name_list_read(&names, r))
		return;
	services = json_object();
	for (const char *name = NULL; (name = name_list_next(&names, name)) != NULL;) {
		if (add_service(name, services, &all_serve))
			continue;
		json_decref(services);
		answer_problem(r, 404, "no such service", name);
		return;
	}
	reason = why_not_ready();
	if (reason == NULL && !all_serve)
		reason = "a service has no usable backend";
	answer(r, reason, services);
}
