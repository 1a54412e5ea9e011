/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each backend in turn, as many sessions in a row as its weight. The turn is
 * one shared word, so the order is exact over all workers.
 */
#include "proxy/balance_turn.h"
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/service.h"

struct turn {
	uint32_t index;	/* of the backend whose run it is; HANDLE_NONE at the start */
	uint32_t left;	/* sessions left in the run */
};

static struct turn unpack(uint64_t word)
{
	return (struct turn){ (uint32_t)(word >> 32), (uint32_t)word };
}

static uint64_t pack(struct turn t)
{
	return (uint64_t)t.index << 32 | t.left;
}

/* The place whose turn is next, and the word as it must be afterwards. */
static uint32_t next_in_turn(const struct service *service, const struct choice *choice,
			     struct turn *t)
{
	uint32_t count = service->set.count, at = balance_turn_position(service, t->index);

	if (at != count && t->left != 0 && choice_usable(service, at, choice)) {
		uint32_t weight = service->set.list[at]->conf->weight;

		t->left = (t->left < weight ? t->left : weight) - 1;
		return at;
	}
	if (at == count)
		at = count - 1;
	for (uint32_t step = 1; step <= count; step++) {
		uint32_t i = (at + step) % count;

		if (!choice_usable(service, i, choice))
			continue;
		t->index = service->set.list[i]->handle.index;
		t->left = service->set.list[i]->conf->weight - 1;
		return i;
	}
	return BALANCER_NONE;
}

static bool count_session(const struct service *service, uint32_t i, const struct choice *choice)
{
	const struct backend *b = service->set.list[i];
	uint32_t most = b->conf->max_connections;

	for (;;) {
		uint32_t seen = backend_sessions(b);

		if (most != 0 && seen >= most)
			return false;
		if (choice_claim(service, i, seen, choice))
			return true;
	}
}

static uint32_t choose(struct service *service, const struct choice *choice)
{
	_Atomic uint64_t *turn = &service_cell(service->handle.index)->turn;

	if (service->set.count == 0)
		return BALANCER_NONE;
	for (;;) {
		uint64_t word = *turn;
		struct turn t = unpack(word);
		uint32_t i = next_in_turn(service, choice, &t);

		if (i == BALANCER_NONE)
			return BALANCER_NONE;
		/* full since it was looked at: its turn is spent, the next one's comes */
		if (atomic_compare_exchange_strong(turn, &word, pack(t))
		    && count_session(service, i, choice))
			return i;
	}
}

const struct balancer balance_round_robin = {
	.name = "round_robin",
	.aliases = "RR",	/* shuttle's word */
	.choose = choose,
};
