/* SPDX-License-Identifier: BSD-2-Clause */
/* An operation of a change as the payload of MESSAGE_OPERATION and back. */
#ifndef PROCESS_CHANGE_CODEC_H
#define PROCESS_CHANGE_CODEC_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"
#include "process/change.h"

struct text;

#define CHANGE_CODEC_MIN 16	/* bytes: less is no operation */

/* The descriptors of an address are not in it: they go beside the message. */
void change_codec_encode(const struct change_op *op, struct text *out);

/*
 * false: not readable. op->object is new, and the taker releases it; NULL where there is none.
 * op->address.fds is `fds` when the operation brings descriptors, NULL when it moves an address;
 * as long as the call.
 */
bool change_codec_decode(struct slice bytes, const int *fds, unsigned count,
		   struct change_op *op) MUST_CHECK;
/* Of which address it is, in words; for one whose descriptors were lost on the way. */
void change_codec_address(struct slice bytes, char text[ADDR_TEXT]);

#endif
