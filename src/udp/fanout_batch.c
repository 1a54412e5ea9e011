/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_batch.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#ifdef HAVE_UDP_SEGMENT
#include <netinet/udp.h>
#endif

#define TOGETHER_MAX 65000	/* bytes of one packet, with room for every kind of header */

static struct fanout_batch batch;
static struct datagram_slot singles[FANOUT_BATCH];

struct fanout_batch *fanout_batch_begin(void)
{
	batch.count = 0;
	return &batch;
}

void fanout_batch_add(struct fanout_batch *b, struct slice bytes, const struct sockaddr *sender)
{
	b->bytes[b->count].iov_base = (void *)(uintptr_t)bytes.data;
	b->bytes[b->count].iov_len = bytes.len;
	b->sender[b->count++] = sender;
}

static void plan_single(struct fanout_batch *b)
{
	b->single.slots = singles;
	b->single.count = b->count;
	for (unsigned i = 0; i < b->count; i++) {
		singles[i].head.msg_iov = &b->bytes[i];
		singles[i].head.msg_iovlen = 1;
		b->single.first[i] = (uint8_t)i;
	}
	b->single.first[b->count] = (uint8_t)b->count;
}

#ifdef HAVE_UDP_SEGMENT
static struct datagram_slot groups[FANOUT_BATCH];
static _Alignas(struct cmsghdr) char controls[FANOUT_BATCH][CMSG_SPACE(sizeof(uint16_t))];

/* How many from `from` on can be sent as one: of the same size, the last one perhaps shorter. */
static unsigned run_length(const struct fanout_batch *b, unsigned from)
{
	size_t size = b->bytes[from].iov_len, total = size;
	unsigned i = from + 1;

	if (size == 0)
		return 1;
	for (; i < b->count && total + size <= TOGETHER_MAX; i++) {
		size_t len = b->bytes[i].iov_len;

		if (len == 0 || len > size)
			break;
		total += len;
		if (len < size)
			return i + 1 - from;
	}
	return i - from;
}

static void set_segment(struct datagram_slot *slot, char *control, size_t size)
{
	struct cmsghdr *c = (struct cmsghdr *)(void *)control;
	uint16_t segment = (uint16_t)size;

	c->cmsg_level = IPPROTO_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(segment));
	memcpy(CMSG_DATA(c), &segment, sizeof(segment));
	slot->head.msg_control = control;
	slot->head.msg_controllen = CMSG_SPACE(sizeof(segment));
}

static void plan_groups(struct fanout_batch *b)
{
	struct fanout_plan *p = &b->grouped;

	p->slots = groups;
	p->count = 0;
	b->segment = 0;
	for (unsigned i = 0, length; i < b->count; i += length) {
		struct datagram_slot *slot = &groups[p->count];
		size_t size = b->bytes[i].iov_len;

		length = run_length(b, i);
		slot->head.msg_iov = &b->bytes[i];
		slot->head.msg_iovlen = length;
		slot->head.msg_control = NULL;
		slot->head.msg_controllen = 0;
		if (length > 1) {
			set_segment(slot, controls[p->count], size);
			b->segment = size > b->segment ? (unsigned)size : b->segment;
		}
		p->first[p->count++] = (uint8_t)i;
	}
	p->first[p->count] = (uint8_t)b->count;
}

void fanout_batch_plan(struct fanout_batch *b)
{
	plan_single(b);
	plan_groups(b);
}
#else
void fanout_batch_plan(struct fanout_batch *b)
{
	plan_single(b);
	b->grouped = b->single;
	b->segment = 0;
}
#endif
