/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/datagram_receiver.h"

#include <stdlib.h>
#include <string.h>

#include "config/object.h"
#include "core/log.h"

static void release_object(void *value)
{
	object_release(value);
}

void datagram_receiver_init(struct datagram_receiver *r, const struct datagram_receiver_kind *kind,
			    const char *path)
{
	const size_t size = strlen(path) + 1;

	list_init(&r->link);
	r->kind = kind;
	r->path = malloc(size);
	CHECK(r->path != NULL);
	memcpy(r->path, path, size);
	r->name = r->path + strlen(kind->object->section) + 1;
	r->listens = (struct map){ .release = release_object };
	r->references = 1;
}

void datagram_receiver_hold(struct datagram_receiver *r)
{
	r->references++;
}

void datagram_receiver_release(struct datagram_receiver *r)
{
	char *path = r->path;

	if (--r->references != 0)
		return;
	map_clear(&r->listens);
	r->kind->free(r);
	free(path);	/* what the kind has freed may have used the name */
}

void datagram_receiver_put_child(struct datagram_receiver *r, struct object *object)
{
	if (object->kind->listens)
		map_set(&r->listens, slice_of(object->name), object);
	else
		r->kind->put_child(r, object);
}

void datagram_receiver_delete_child(struct datagram_receiver *r, const struct object_kind *kind,
				    struct slice name)
{
	if (kind->listens)
		(void)map_remove(&r->listens, name);
	else
		r->kind->delete_child(r, kind, name);
}
