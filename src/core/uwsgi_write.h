/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a uwsgi packet behind what a text already has: first the header, then pair by pair. The
 * format is that of uwsgi.h. A pair that the format cannot hold spoils the packet, which
 * uwsgi_write_end() says; the text is then as it was before.
 */
#ifndef CORE_UWSGI_WRITE_H
#define CORE_UWSGI_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct text;

struct uwsgi_write {
	struct text *out;
	size_t       start;	/* of the packet in it */
	bool         bad;	/* an empty name, or more than UWSGI_BLOCK_MAX bytes */
};

/* Begins a packet. `out` must not change in other ways until the end. */
void uwsgi_write_start(struct uwsgi_write *w, struct text *out, uint8_t modifier1,
		       uint8_t modifier2);
/* One pair, any bytes; the value may be empty. */
void uwsgi_write_pair(struct uwsgi_write *w, struct slice name, struct slice value);
/* The header gets its size. false: the packet is spoilt, and taken back. */
bool uwsgi_write_end(struct uwsgi_write *w) MUST_CHECK;

#endif
