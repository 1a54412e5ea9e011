/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of names share: two servers, a watch or two, and a way to wait. */
#ifndef UNIT_DNS_FIXTURE_H
#define UNIT_DNS_FIXTURE_H

#include "dns_fake.h"

#define LIMIT_MS 15000

static struct fake_server one, two;
static struct resolver_conf conf;
static struct arena *arena;

/* What a test waits for. */
static bool (*until)(void);
static struct timer too_late, tick;
static bool late;

static inline void on_late(struct timer *t)
{
	(void)t;
	late = true;
	loop_stop();
}

static inline void check_now(void)
{
	if (until != NULL && until())
		loop_stop();
}

static inline void on_tick(struct timer *t)
{
	timer_set(t, 5);	/* the loop turns, and check_now() is called */
}

static inline void wait_until(bool (*so)(void))
{
	until = so;
	late = false;
	timer_set(&too_late, LIMIT_MS);
	timer_set(&tick, 0);
	loop_run();
	timer_cancel(&too_late);
	timer_cancel(&tick);
	ck_assert_msg(!late, "waited in vain");
}

static struct watched {
	struct dns_watch *watch;
	unsigned          calls;
} w, v;

static inline void on_changed(struct dns_watch *watch, void *owner)
{
	struct watched *x = owner;

	ck_assert_ptr_eq(watch, x->watch);
	x->calls++;
}

static inline void watch_refresh(struct watched *x, const char *text, uint32_t refresh_ms)
{
	const char *why;
	struct endpoint e;

	ck_assert(endpoint_parse(slice_of(text), &e, NULL, arena, &why));
	x->calls = 0;
	x->watch = dns_watch(&e, refresh_ms, on_changed, x);
	ck_assert_uint_eq(x->calls, 0);
}

static inline void watch(const char *text)
{
	watch_refresh(&w, text, 0);
}

static inline const struct dns_answer *answer(void)
{
	return dns_answer(w.watch);
}

static inline bool called(void)
{
	return w.calls > 0;
}

static inline bool called_twice(void)
{
	return w.calls > 1;
}

static inline bool both_called(void)
{
	return w.calls > 0 && v.calls > 0;
}

static inline bool is_good(void)
{
	return answer()->status == DNS_OK;
}

static inline bool fails(void)
{
	return answer()->status > DNS_EMPTY;
}

static inline const char *printed(void)
{
	static char text[8192];
	char address[ADDR_TEXT];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < answer()->count && i < 20; i++) {
		const struct dns_address *a = &answer()->addresses[i];

		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", i > 0 ? " " : "",
				       addr_print(&a->addr, address, sizeof(address)));
		if (a->priority != 0 || a->weight != 0)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "/%u/%u", a->priority,
					       a->weight);
	}
	return text;
}

static inline void use_servers(unsigned count)
{
	conf = (struct resolver_conf){ .servers = { count, { one.addr, two.addr } },
				       .min_ttl_ms = 1000, .max_ttl_ms = 3600000,
				       .timeout_ms = 100, .tries = 2 };
	dns_configure(&conf);
}

static inline void begin_with(const char *events)
{
	setenv("LOCALDOMAIN", "", 1);
	setenv("RES_OPTIONS", "ndots:1", 1);
	setenv("CARES_HOSTS", "/dev/null", 1);
	arena = arena_new();
	ck_assert(loop_open(events));
	loop_before_sleep(check_now);
	timer_setup(&too_late, on_late);
	timer_setup(&tick, on_tick);
	fake_open(&one);
	fake_open(&two);
	ck_assert(dns_open());
	use_servers(1);
}

static inline void begin(void)
{
	begin_with(NULL);
}

static inline void begin_poll(void)
{
	begin_with("poll");
}

static inline void end(void)
{
	dns_close();
	fake_close(&one);
	fake_close(&two);
	loop_close();
	arena_free(arena);
}

#endif
