/* SPDX-License-Identifier: BSD-2-Clause */
/* The master's table of names: answers, what is made of them, and when a change is due. */
#include "process/names_table.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "../config/fixture.h"

#include "config/config_types.h"
#include "process/names_codec.h"

Suite *names_table_suite(void);

static const char yaml[] =
	"services:\n"
	"  web:\n"
	"    listen: ':80'\n"
	"    backends: {app: 'app.example.net:80', one: '10.0.0.9:80'}\n"
	"  api:\n"
	"    listen: ':81'\n"
	"    backends:\n"
	"      app: {address: 'app.example.net:80', gone: remove}\n"
	"      srv: 'srv:_a._tcp.net'\n"
	"  fast:\n"
	"    listen: ':82'\n"
	"    backends: {app: {address: 'app.example.net:80', refresh: 200ms}}\n";

static struct loaded l;

static void set_up(void)
{
	load_good(&l, yaml);
	names_table_begin(l.config);
}

static void tear_down(void)
{
	names_table_close();
	unload(&l);
}

static const char app[] = "app.example.net:80";

/* "10.0.0.1 10.0.0.2", of a name that is asked for every `refresh_ms`. */
static bool answer_every(uint32_t refresh_ms, const char *host, bool gone, const char *text)
{
	struct member_address list[8];
	size_t count = 0;

	memset(list, 0, sizeof(list));
	while (*text != '\0') {
		char whole[80], why[400];
		size_t len = strcspn(text, " ");

		snprintf(whole, sizeof(whole), "%.*s:1", (int)len, text);
		ck_assert(addr_parse(&list[count].addr, slice_of(whole), ADDR_DIAL, NULL, why,
				     sizeof(why)));
		addr_set_port(&list[count++].addr, 0);
		text += len + (text[len] == ' ');
	}
	return names_table_answer(&(struct named_addresses){
			.host = host, .refresh_ms = refresh_ms, .gone = gone, .list = list,
			.count = count });
}

static bool answer(const char *host, bool gone, const char *text)
{
	return answer_every(0, host, gone, text);
}

static struct names_group *at(const char *path)
{
	struct names_group *g = names_table_group(path);

	ck_assert_ptr_nonnull(g);
	return g;
}

/* As a change does it; returns how many members there are then. */
static size_t apply(const char *path)
{
	struct names_group *g = at(path);
	struct members members;
	uint64_t number = names_table_members(g->object, &g->members, &members);

	return names_table_put(path, g->object, &members, number)->members.count;
}

static void count_one(struct names_group *group, void *arg)
{
	(void)group;
	++*(int *)arg;
}

static int count_groups(void)
{
	int count = 0;

	names_table_each(count_one, &count);
	return count;
}

START_TEST(it_begins_with_the_names_of_the_configuration)
{
	ck_assert(!names_table_empty());
	ck_assert_int_eq(count_groups(), 4);
	ck_assert_ptr_null(names_table_group("services/web/backends/one"));
	ck_assert_uint_eq(at("services/web/backends/app")->members.count, 0);
	ck_assert(!names_table_outdated());
	names_table_close();
	ck_assert(names_table_empty());
	ck_assert_ptr_null(names_table_group("services/web/backends/app"));
}
END_TEST

START_TEST(an_answer_is_for_every_group_of_its_name)
{
	ck_assert(!answer("other.example.net:80", false, "10.0.0.1"));	/* nobody has asked */
	ck_assert(!names_table_outdated());
	ck_assert(answer(app, false, "10.0.0.1 10.0.0.2"));
	ck_assert(!answer(app, false, "10.0.0.1 10.0.0.2"));	/* the same again */
	ck_assert(names_table_is_outdated(at("services/web/backends/app")));
	ck_assert(names_table_is_outdated(at("services/api/backends/app")));
	ck_assert(!names_table_is_outdated(at("services/api/backends/srv")));
	ck_assert_uint_eq(apply("services/web/backends/app"), 2);
	ck_assert(!names_table_is_outdated(at("services/web/backends/app")));
	ck_assert(names_table_outdated());
	ck_assert_uint_eq(apply("services/api/backends/app"), 2);
	ck_assert(!names_table_outdated());
}
END_TEST

START_TEST(uses_with_other_refresh_times_have_answers_of_their_own)
{
	ck_assert(answer(app, false, "10.0.0.1"));
	ck_assert(!names_table_is_outdated(at("services/fast/backends/app")));
	ck_assert(!answer_every(300, app, false, "10.0.0.1"));	/* nobody asks so often */
	ck_assert(answer_every(200, app, false, "10.0.0.1 10.0.0.2"));
	ck_assert_uint_eq(apply("services/fast/backends/app"), 2);
	ck_assert_uint_eq(apply("services/web/backends/app"), 1);
	ck_assert_uint_eq(apply("services/api/backends/app"), 1);
	ck_assert(!names_table_outdated());
}
END_TEST

START_TEST(order_and_duplicates_make_no_change)
{
	struct object *first;

	ck_assert(answer(app, false, "10.0.0.1 10.0.0.2"));
	apply("services/web/backends/app");
	apply("services/api/backends/app");
	first = at("services/web/backends/app")->members.list[0];
	ck_assert(answer(app, false, "10.0.0.2 10.0.0.1 10.0.0.2"));
	ck_assert(!names_table_outdated());
	ck_assert(answer(app, false, "10.0.0.3 10.0.0.1"));
	ck_assert(names_table_outdated());
	ck_assert_uint_eq(apply("services/web/backends/app"), 2);
	ck_assert_ptr_eq(at("services/web/backends/app")->members.list[0], first);
}
END_TEST

START_TEST(gone_says_what_becomes_of_addresses_that_are_gone)
{
	ck_assert(answer(app, false, "10.0.0.1"));
	apply("services/web/backends/app");
	apply("services/api/backends/app");
	ck_assert(answer(app, true, "10.0.0.1"));
	ck_assert(!names_table_is_outdated(at("services/web/backends/app")));
	ck_assert(names_table_is_outdated(at("services/api/backends/app")));
	ck_assert_uint_eq(apply("services/api/backends/app"), 0);
	ck_assert(answer(app, false, "10.0.0.1"));
	ck_assert(!names_table_is_outdated(at("services/web/backends/app")));
	ck_assert_uint_eq(apply("services/api/backends/app"), 1);
}
END_TEST

START_TEST(answers_are_kept_as_long_as_a_group_has_their_name)
{
	ck_assert(answer(app, false, "10.0.0.1"));
	names_table_remove("services/web/backends/app");
	names_table_prune();
	ck_assert(!answer(app, false, "10.0.0.1"));	/* the other one has it */
	names_table_remove("services/api/backends/app");
	names_table_prune();
	ck_assert(!answer(app, false, "10.0.0.2"));	/* nobody asks any more */
	ck_assert_int_eq(count_groups(), 2);
	names_table_remove("services/api/backends/app");	/* there is none */
	ck_assert_int_eq(count_groups(), 2);
}
END_TEST

START_TEST(a_group_that_is_new_gets_the_answer_that_is_known)
{
	struct object *group = config_get(l.config, "services/web/backends/app");
	struct members members;

	ck_assert(answer(app, false, "10.0.0.1"));
	ck_assert_uint_ne(names_table_members(group, &(struct members){ NULL, 0 }, &members), 0);
	ck_assert_uint_eq(members.count, 1);
	ck_assert_str_eq(members.list[0]->name, "app@10.0.0.1:80");
	config_members_free(&members);
	group = config_get(l.config, "services/api/backends/srv");
	ck_assert_uint_eq(names_table_members(group, &(struct members){ NULL, 0 }, &members), 0);
	ck_assert_uint_eq(members.count, 0);
	config_members_free(&members);
}
END_TEST

struct seen {
	const char *path;
	int         count;
};

static void see(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct seen *seen = arg;

	ck_assert(config_members_member_object(object));
	ck_assert_ptr_null(parent);
	ck_assert_str_eq(path, seen->path);
	seen->count++;
}

START_TEST(members_are_told_to_those_whom_they_concern)
{
	const struct object *group = config_get(l.config, "services/web/backends/app");
	const struct object *plain = config_get(l.config, "services/web/backends/one");
	const struct object *service = config_get(l.config, "services/web");
	struct seen seen = { "services/web/backends/app@10.0.0.1:80", 0 };
	unsigned all = group->kind->told;

	ck_assert(answer(app, false, "10.0.0.1"));
	apply("services/web/backends/app");
	names_table_each_member(see, &seen);
	ck_assert_int_eq(seen.count, 1);
	ck_assert_uint_eq(names_table_receivers(at("services/web/backends/app")->members.list[0],
						seen.path), all & ~(unsigned)TOLD_STATE);
	ck_assert_uint_eq(names_table_receivers(group, "services/web/backends/app"),
			  all | TOLD_RESOLVER);
	ck_assert_uint_eq(names_table_receivers(plain, "services/web/backends/one"), all);
	/* an address that takes the place of a name: the resolver has to hear of that */
	ck_assert_uint_eq(names_table_receivers(plain, "services/web/backends/app"),
			  all | TOLD_RESOLVER);
	ck_assert_uint_eq(names_table_receivers(service, "services/web"), service->kind->told);
}
END_TEST

Suite *names_table_suite(void)
{
	Suite *s = suite_create("names_table");
	TCase *tc = tcase_create("table");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, it_begins_with_the_names_of_the_configuration);
	tcase_add_test(tc, an_answer_is_for_every_group_of_its_name);
	tcase_add_test(tc, uses_with_other_refresh_times_have_answers_of_their_own);
	tcase_add_test(tc, order_and_duplicates_make_no_change);
	tcase_add_test(tc, gone_says_what_becomes_of_addresses_that_are_gone);
	tcase_add_test(tc, answers_are_kept_as_long_as_a_group_has_their_name);
	tcase_add_test(tc, a_group_that_is_new_gets_the_answer_that_is_known);
	tcase_add_test(tc, members_are_told_to_those_whom_they_concern);
	suite_add_tcase(s, tc);
	return s;
}
