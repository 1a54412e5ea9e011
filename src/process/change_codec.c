/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/change_codec.h"

#include <string.h>

#include "config/config_types.h"
#include "core/text.h"
#include "process/kind.h"

#define NO_KIND UINT32_MAX

struct wire {
	uint32_t      verb, target, cut;
	uint32_t      path;		/* bytes of the path that follows, with its NUL */
	uint32_t      kind;		/* index in object_kinds; NO_KIND: an address */
	struct handle handle, parent;
	uint32_t      address, owner, shared, first, fds;
	struct addr   addr;
};

_Static_assert(sizeof(struct wire) >= CHANGE_CODEC_MIN, "the least an operation has");

struct handle change_service(const struct change_op *op)
{
	return op->kind == &config_service_kind ? op->handle : op->parent;
}

void change_codec_encode(const struct change_op *op, struct text *out)
{
	struct wire w;

	memset(&w, 0, sizeof(w));	/* padding too: it crosses a process */
	w.verb = op->verb;
	w.target = op->target;
	w.cut = op->cut;
	w.path = op->path != NULL ? (uint32_t)strlen(op->path) + 1 : 0;
	w.kind = op->kind != NULL ? object_kind_index(op->kind) : NO_KIND;
	w.handle = op->handle;
	w.parent = op->parent;
	w.address = op->address.id;
	w.owner = op->address.kind != NULL ? kind_index(op->address.kind) : SLOT_NONE;
	w.shared = op->address.shared;
	w.first = op->address.first;
	w.fds = op->address.fds != NULL ? op->address.count : 0;
	w.addr = op->address.addr;
	text_append(out, &w, sizeof(w));
	text_append(out, op->path, w.path);
	if (op->object != NULL)
		object_pack(op->object, out);
}

static bool decode_address(const struct wire *w, const int *fds, unsigned count,
			   struct change_op *op)
{
	op->address = (struct change_address){ .id = w->address,
					       .addr = w->addr,
					       .kind = kind_at(w->owner),
					       .shared = w->shared != 0,
					       .first = w->first,
					       .fds = w->fds > 0 ? fds : NULL,
					       .count = w->fds };
	return w->fds == count;
}

void change_codec_address(struct slice bytes, char text[ADDR_TEXT])
{
	struct wire w = { .verb = 0 };

	if (bytes.len >= sizeof(w))
		memcpy(&w, bytes.data, sizeof(w));
	addr_print(&w.addr, text, ADDR_TEXT);
}

bool change_codec_decode(struct slice bytes, const int *fds, unsigned count, struct change_op *op)
{
	struct wire w;

	if (bytes.len < sizeof(w))
		return false;
	memcpy(&w, bytes.data, sizeof(w));
	*op = (struct change_op){ .verb = w.verb, .target = w.target,
				  .cut = w.cut != 0, .handle = w.handle,
				  .parent = w.parent };
	if (w.kind == NO_KIND)
		return decode_address(&w, fds, count, op);
	bytes = slice_after(bytes, sizeof(w));
	if (w.path == 0 || w.path > bytes.len || bytes.data[w.path - 1] != '\0')
		return false;
	op->path = bytes.data;
	op->kind = w.kind < OBJECT_KINDS_MAX ? object_kind_at(w.kind) : NULL;
	if (op->kind == NULL || op->verb == CHANGE_DELETE)
		return op->kind != NULL;
	op->object = object_unpack(slice_after(bytes, w.path));
	return op->object != NULL && op->object->kind == op->kind;
}
