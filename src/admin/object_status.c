/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/object_status.h"

#include <string.h>

#include "admin/backend_status.h"
#include "admin/group_status.h"
#include "admin/service_status.h"
#include "config/config_members.h"
#include "core/text.h"
#include "proxy/backend.h"
#include "proxy/health.h"
#include "proxy/registry.h"
#include "proxy/service.h"

/* The backend, or the group, that has the object's cell. */
static const struct backend *backend_of(const struct object *object)
{
	uint32_t index = object->handle.index;
	const struct backend *b = NULL;

	if (object->kind->cell == CELL_BACKEND)
		b = config_members_group_object(object) ? registry_group(index)
							: registry_backend(index, NULL);
	return b != NULL && handle_equal(b->handle, object->handle) ? b : NULL;
}

static const struct service *service_at(struct handle handle)
{
	const struct service *s = registry_service(handle.index);

	return s != NULL && handle_equal(s->handle, handle) ? s : NULL;
}

/* false: the object is no group that is in force. */
static bool read_group(const struct object *object, struct group_status *status)
{
	const struct backend *group = backend_of(object);
	const struct service *s = group != NULL && config_members_group_object(object)
		? service_at(object->parent) : NULL;

	if (s != NULL)
		group_status_read(status, s, group);
	return s != NULL;
}

const char *object_status_word(const struct object *object)
{
	const struct backend *b = backend_of(object);
	const struct service *s = object->kind->cell == CELL_SERVICE ? service_at(object->handle)
								     : NULL;
	struct service_status status;
	struct group_status group;

	if (read_group(object, &group))
		return group.word;
	if (b != NULL)
		return backend_status_word(b);
	if (s == NULL)
		return NULL;
	service_status_read(&status, s);
	return status.word;
}

bool object_status_reached(const struct object *object, struct text *why)
{
	const struct backend *b = backend_of(object);
	struct group_status group;
	uint32_t sessions;
	const char *word;

	if (b == NULL)
		return true;
	word = object_status_word(object);
	sessions = read_group(object, &group) ? group.sessions : backend_sessions(b);
	if (b->conf->state == STATE_READY && strcmp(word, "up") != 0)
		text_printf(why, "is %s", word);
	else if (b->conf->state != STATE_READY && sessions != 0)
		text_printf(why, "has %u session%s left", (unsigned)sessions,
			    sessions == 1 ? "" : "s");
	return why->len == 0;
}

bool object_status_up(const struct object *object)
{
	const struct backend *b = backend_of(object);
	struct group_status group;

	if (read_group(object, &group))
		return group.usable;
	return b == NULL || health_of(b) == HEALTH_UP;
}
