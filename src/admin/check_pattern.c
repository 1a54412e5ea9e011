/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_pattern.h"

#include "core/clock.h"
#include "core/list.h"
#include "core/log.h"
#include "core/slab.h"
#include "core/text.h"

#define CHAINS 256

/*
 * Microseconds of processor time. A match may take MATCH, but all together no more than SHARE of
 * each second beyond a reserve; where that is used up, a match has ENOUGH: usual ones need less.
 */
#define MATCH 20000
#define ENOUGH 500
#define SHARE 100000
#define RESERVE 100000

struct check_pattern {
	struct list  link;	/* of its chain */
	uint32_t     users;
	struct regex regex;
	struct text  expression;
};

static struct slab slab = { .size = 0 };
static struct list chains[CHAINS];
static uint64_t left_us = RESERVE, filled_ms;

static struct list *chain_of(const char *expression)
{
	uint32_t hash = 2166136261u;

	if (slab.size == 0) {
		slab_init(&slab, sizeof(struct check_pattern));
		for (unsigned i = 0; i < CHAINS; i++)
			list_init(&chains[i]);
	}
	for (; *expression != '\0'; expression++)
		hash = (hash ^ (unsigned char)*expression) * 16777619u;
	return &chains[hash % CHAINS];
}

static struct check_pattern *compile(const char *expression)
{
	struct check_pattern *p = slab_take(&slab);
	char why[REGEX_WHY];

	CHECK(p != NULL);
	*p = (struct check_pattern){ .users = 1 };
	text_init(&p->expression);
	text_puts(&p->expression, expression);
	/* it has been compiled before: when the configuration was read */
	CHECK(regex_compile(&p->regex, slice_of(expression), why));
	return p;
}

struct check_pattern *check_pattern_take(const char *expression)
{
	struct list *chain, *node;
	struct check_pattern *p;

	if (expression == NULL)
		return NULL;
	chain = chain_of(expression);
	for (node = chain->next; node != chain; node = node->next) {
		p = container_of(node, struct check_pattern, link);
		if (slice_is(text_slice(&p->expression), expression)) {
			p->users++;
			return p;
		}
	}
	p = compile(expression);
	list_append(chain, &p->link);
	return p;
}

void check_pattern_give(struct check_pattern *pattern)
{
	if (pattern == NULL || --pattern->users != 0)
		return;
	list_unlink(&pattern->link);
	regex_close(&pattern->regex);
	text_close(&pattern->expression);
	slab_give(&slab, pattern);
}

/* What time has added since the last match. */
static void refill(void)
{
	uint64_t now = clock_ms();

	if (filled_ms != 0 && now - filled_ms < RESERVE / (SHARE / 1000))
		left_us += (now - filled_ms) * (SHARE / 1000);
	else
		left_us = RESERVE;
	if (left_us > RESERVE)
		left_us = RESERVE;
	filled_ms = now;
}

enum regex_result check_pattern_match(const struct check_pattern *pattern, struct slice bytes)
{
	uint64_t budget, spent = clock_cpu_us();
	enum regex_result result;

	refill();
	budget = left_us < ENOUGH ? ENOUGH : left_us > MATCH ? MATCH : left_us;
	result = regex_match(&pattern->regex, bytes, budget);
	spent = clock_cpu_us() - spent;
	left_us -= spent < left_us ? spent : left_us;
	return result;
}
