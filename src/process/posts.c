/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/posts.h"

#include "core/base.h"

#define KINDS 8
#define NUMBERS 1024

struct post {
	uint64_t due;		/* loop clock */
	uint32_t delay;
	bool     early;		/* the last life was a short one */
};

static struct post posts[KINDS][NUMBERS];

static struct post *post_of(enum slot_kind kind, unsigned number)
{
	return &posts[kind % KINDS][number % NUMBERS];
}

uint64_t post_lost(enum slot_kind kind, unsigned number, uint64_t now, uint64_t lived_ms)
{
	struct post *p = post_of(kind, number);

	if (lived_ms >= POST_EARLY_MS) {
		*p = (struct post){ .due = now };
		return 0;
	}
	if (p->early)
		p->delay = p->delay == 0 ? POST_DELAY_FIRST_MS : p->delay * 2;
	if (p->delay > POST_DELAY_MOST_MS)
		p->delay = POST_DELAY_MOST_MS;
	p->early = true;
	p->due = now + p->delay;
	return p->delay;
}

bool post_due(enum slot_kind kind, unsigned number, uint64_t now, uint64_t *next)
{
	const struct post *p = post_of(kind, number);

	if (p->due <= now)
		return true;
	if (p->due < *next)
		*next = p->due;
	return false;
}
