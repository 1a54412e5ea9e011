/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/change_codec.h"

#include "core/arena.h"
#include "core/text.h"

struct wire {
	uint32_t      verb, object;
	struct handle service, backend;
	uint32_t      address, shared, first, fds;
	struct addr   addr;
};

_Static_assert(sizeof(struct wire) >= CHANGE_CODEC_MIN, "the least an operation has");

static void encode_conf(const struct change_op *op, struct text *out)
{
	switch (op->object) {
	case CHANGE_SETTINGS:
		config_encode_settings(op->conf.settings, out);
		break;
	case CHANGE_SERVICE:
		config_encode_service(op->conf.service, out);
		break;
	case CHANGE_BACKEND:
		config_encode_backend(op->conf.backend, out);
		break;
	case CHANGE_ADDRESS:
		break;
	}
}

void change_encode(const struct change_op *op, struct text *out)
{
	struct wire w;

	memset(&w, 0, sizeof(w));	/* padding too: it crosses a process */
	w.verb = op->verb;
	w.object = op->object;
	w.service = op->service;
	w.backend = op->backend;
	w.address = op->address.id;
	w.shared = op->address.shared;
	w.first = op->address.first;
	w.fds = op->address.fds != NULL ? op->address.count : 0;
	w.addr = op->address.addr;
	text_append(out, &w, sizeof(w));
	if (op->verb == CHANGE_PUT)
		encode_conf(op, out);
}

static bool decode_conf(struct slice text, struct change_op *op)
{
	op->arena = arena_new();
	switch (op->object) {
	case CHANGE_SETTINGS:
		op->conf.settings = config_decode_settings(text, op->arena);
		return op->conf.settings != NULL;
	case CHANGE_SERVICE:
		op->conf.service = config_decode_service(text, op->arena);
		return op->conf.service != NULL;
	case CHANGE_BACKEND:
		op->conf.backend = config_decode_backend(text, op->arena);
		return op->conf.backend != NULL;
	case CHANGE_ADDRESS:
		break;
	}
	return false;
}

static bool decode_address(const struct wire *w, const int *fds, unsigned count,
			   struct change_op *op)
{
	op->address = (struct change_address){ .id = w->address,
					       .addr = w->addr,
					       .shared = w->shared != 0,
					       .first = w->first,
					       .fds = w->fds > 0 ? fds : NULL,
					       .count = w->fds };
	return w->fds == count;
}

bool change_decode(struct slice bytes, const int *fds, unsigned count, struct change_op *op)
{
	struct wire w;

	if (bytes.len < sizeof(w))
		return false;
	memcpy(&w, bytes.data, sizeof(w));
	*op = (struct change_op){ .verb = w.verb,
				  .object = w.object,
				  .service = w.service,
				  .backend = w.backend };
	if (op->object == CHANGE_ADDRESS)
		return decode_address(&w, fds, count, op);
	if (op->verb == CHANGE_DELETE)
		return true;
	bytes = (struct slice){ bytes.data + sizeof(w), bytes.len - sizeof(w) };
	if (decode_conf(bytes, op))
		return true;
	arena_free(op->arena);
	op->arena = NULL;
	return false;
}
