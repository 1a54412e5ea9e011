/* SPDX-License-Identifier: BSD-2-Clause */
/* Which names have addresses, and when clients wait for them. */
#include "proxy/groups.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "config/config_rows.h"
#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/clock.h"
#include "core/lookup.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "proxy/registry.h"
#include "proxy/service.h"

Suite *groups_suite(void);

#define ANSWERED(lookup) ((uint32_t)(lookup) | LOOKUP_ANSWERED)

/* In the order of the file: a name, a plain address, another name. */
enum { NAME, PLAIN, OTHER, MEMBER, CELLS };

static struct service *service;
static struct handle handles[CELLS], service_handle;

static int row_of(const char *name)
{
	const char *there, *aliases;
	int row = 0;

	while ((there = config_balancers.names.name((size_t)row, &aliases)) != NULL &&
	       strcmp(there, name) != 0)
		row++;
	ck_assert_ptr_nonnull(there);
	return row;
}

static void put(const struct object_kind *kind, const char *name, uint32_t order, const void *conf,
		struct handle handle)
{
	struct change_op op = { .verb = CHANGE_PUT, .kind = kind, .handle = handle,
				.parent = service_handle };

	op.object = object_new(kind, &(struct object_source){ .name = name, .order = order,
							      .conf = conf });
	ck_assert(registry_prepare(&op));
}

static void put_group(int at, const char *name, int state)
{
	const struct backend_conf conf = { .weight = 1, .host = "app.example.net:80",
					   .state = state };

	put(&config_backend_kind, name, (uint32_t)at, &conf, handles[at]);
}

static void put_address(int at, uint32_t order, const char *name, const char *host)
{
	struct backend_conf conf = { .weight = 1, .host = host };
	char why[400];

	ck_assert(addr_parse(&conf.addr, slice_of("10.0.0.1:80"), ADDR_DIAL, NULL, why,
			     sizeof(why)));
	put(&config_backend_kind, name, order, &conf, handles[at]);
}

static void put_member(void)
{
	put_address(MEMBER, NAME, "app@10.0.0.1:80", "app.example.net:80");
	registry_commit();
}

static void begin(const char *balance)
{
	const struct scoreboard_sizes sizes = { .slots = 4, .services = 2, .backends = CELLS + 1,
						.sessions = 64 };
	const struct service_conf conf = { .balance = row_of(balance) };

	ck_assert(loop_open("poll"));	/* for the time */
	ck_assert(scoreboard_open(&sizes));
	ck_assert(registry_open(2, CELLS + 1));
	service_handle = service_cell_take();
	put(&config_service_kind, "web", 0, &conf, service_handle);
	for (int i = 0; i < CELLS; i++) {
		handles[i] = backend_cell_take();
		backend_cell(handles[i].index)->since_ms = clock_wall_ms();
	}
	put_group(NAME, "app", STATE_READY);
	put_address(PLAIN, PLAIN, "plain", NULL);
	registry_commit();
	service = registry_find("web");
}

static void set_lookup(int at, uint32_t word)
{
	backend_cell(handles[at].index)->lookup = word;
}

static void set_health(int at, enum health health)
{
	backend_cell(handles[at].index)->health = health;
}

START_TEST(a_member_is_called_after_its_group)
{
	const struct backend *app, *plain;

	begin("round_robin");
	put_group(OTHER, "ap", STATE_READY);
	put_member();
	app = registry_group(handles[NAME].index);
	plain = registry_backend(handles[PLAIN].index, NULL);
	ck_assert(groups_is_member(app, registry_backend(handles[MEMBER].index, NULL)));
	ck_assert(!groups_is_member(app, plain));
	ck_assert(!groups_is_member(app, app));
	ck_assert(groups_resolved(service, app));
	ck_assert(!groups_resolved(service, registry_group(handles[OTHER].index)));
	registry_close();
}
END_TEST

static const struct {
	uint32_t lookup;
	bool     waits;
} answers[] = {
	{ LOOKUP_PENDING, true },
	{ LOOKUP_SERVFAIL, true },
	{ LOOKUP_TIMEOUT, true },
	{ LOOKUP_REFUSED, true },
	{ LOOKUP_INVALID, true },
	{ ANSWERED(LOOKUP_OK), true },		/* its addresses are on their way */
	{ ANSWERED(LOOKUP_NXDOMAIN), false },
	{ ANSWERED(LOOKUP_EMPTY), false },
	{ ANSWERED(LOOKUP_SERVFAIL) | LOOKUP_NONE, false },	/* NXDOMAIN was the last answer */
	{ 0xfcff, true },			/* nobody writes that */
};

START_TEST(without_a_usable_backend_clients_wait_for_an_answer)
{
	begin("round_robin");
	set_lookup(NAME, answers[_i].lookup);
	ck_assert(!groups_wait(service));	/* the plain address serves */
	set_health(PLAIN, HEALTH_DOWN);
	ck_assert_int_eq(groups_wait(service), answers[_i].waits);
	put_group(NAME, "app", STATE_MAINTENANCE);
	registry_commit();
	ck_assert(!groups_wait(service));
	registry_close();
}
END_TEST

START_TEST(they_wait_for_the_first_check_of_an_address)
{
	begin("round_robin");
	set_lookup(NAME, ANSWERED(LOOKUP_OK));
	set_health(PLAIN, HEALTH_DOWN);
	put_member();
	ck_assert(!groups_wait(service));	/* it is up */
	set_health(MEMBER, HEALTH_CHECKING);
	ck_assert(groups_wait(service));
	set_health(MEMBER, HEALTH_DOWN);
	ck_assert(!groups_wait(service));
	registry_close();
}
END_TEST

static const struct {
	uint32_t lookup;
	bool     waits;
} first_tries[] = {
	{ LOOKUP_PENDING, true },
	{ ANSWERED(LOOKUP_OK), true },
	{ LOOKUP_SERVFAIL, false },
	{ LOOKUP_TIMEOUT, false },
	{ ANSWERED(LOOKUP_NXDOMAIN), false },
	{ ANSWERED(LOOKUP_EMPTY), false },
};

START_TEST(a_name_that_comes_first_is_waited_for)
{
	begin("first");
	set_lookup(NAME, first_tries[_i].lookup);
	ck_assert_int_eq(groups_wait(service), first_tries[_i].waits);
	backend_cell(handles[NAME].index)->since_ms = clock_wall_ms() - 5000;
	ck_assert(!groups_wait(service));
	backend_cell(handles[NAME].index)->since_ms = clock_wall_ms();
	put_member();
	ck_assert(!groups_wait(service));
	set_health(MEMBER, HEALTH_DOWN);	/* it has its address, which is no reason to wait */
	ck_assert(!groups_wait(service));
	registry_close();
}
END_TEST

START_TEST(one_that_comes_later_is_not)
{
	begin("first");
	set_lookup(NAME, ANSWERED(LOOKUP_NXDOMAIN));
	put_group(OTHER, "other", STATE_READY);
	registry_commit();
	set_lookup(OTHER, LOOKUP_PENDING);
	ck_assert(!groups_wait(service));
	set_health(PLAIN, HEALTH_DOWN);		/* now it is what is left */
	ck_assert(groups_wait(service));
	registry_close();
}
END_TEST

START_TEST(nobody_waits_without_names)
{
	struct change_op op = { .verb = CHANGE_DELETE, .kind = &config_backend_kind };

	begin("first");
	set_health(PLAIN, HEALTH_DOWN);
	op.handle = handles[NAME];
	op.parent = service_handle;
	ck_assert(registry_prepare(&op));
	registry_commit();
	ck_assert(!groups_wait(service));
	registry_close();
}
END_TEST

Suite *groups_suite(void)
{
	Suite *s = suite_create("groups");
	TCase *tc = tcase_create("names");

	tcase_add_test(tc, a_member_is_called_after_its_group);
	tcase_add_loop_test(tc, without_a_usable_backend_clients_wait_for_an_answer, 0,
			    COUNT(answers));
	tcase_add_test(tc, they_wait_for_the_first_check_of_an_address);
	tcase_add_loop_test(tc, a_name_that_comes_first_is_waited_for, 0, COUNT(first_tries));
	tcase_add_test(tc, one_that_comes_later_is_not);
	tcase_add_test(tc, nobody_waits_without_names);
	suite_add_tcase(s, tc);
	return s;
}
