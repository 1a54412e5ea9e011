/* SPDX-License-Identifier: BSD-2-Clause */
/* What a name stands for becomes members; order and duplicates mean nothing. */
#include <check.h>
#include <stdio.h>

#include "fixture.h"

#include "config/config_members.h"

Suite *config_members_suite(void);

#define MOST 16

static struct loaded l;
static struct members none, members, after;

static struct object *group(const char *backends)
{
	char yaml[400];

	snprintf(yaml, sizeof(yaml), "services: {web: {listen: ':80', backends: %s}}", backends);
	load_good(&l, yaml);
	return config_get(l.config, "services/web/backends/two");
}

/* "10.0.0.1 10.0.0.2:80/10/5": address, port, priority, weight. */
static size_t addresses(const char *text, struct member_address list[MOST])
{
	size_t n = 0;

	memset(list, 0, MOST * sizeof(*list));
	while (*text != '\0') {
		char ip[64], whole[80], why[400];
		unsigned port = 0, priority = 0, weight = 0;
		size_t len = strcspn(text, " ");

		(void)sscanf(text, "%63[^: ]:%u/%u/%u", ip, &port, &priority, &weight);
		snprintf(whole, sizeof(whole), "%s:1", ip);
		ck_assert(addr_parse(&list[n].addr, slice_of(whole), ADDR_DIAL, NULL, why,
				     sizeof(why)));
		addr_set_port(&list[n].addr, (uint16_t)port);
		list[n].priority = (uint16_t)priority;
		list[n++].weight = (uint16_t)weight;
		text += len + (text[len] == ' ');
	}
	return n;
}

static void make(const struct object *of, const char *text, const struct members *before,
		 struct members *out)
{
	struct member_address list[MOST];
	size_t count = addresses(text, list);

	config_members(of, list, count, before, out);
}

static const char *shown(const struct members *m)
{
	static char out[1000];
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < m->count; i++) {
		const struct backend_conf *conf = m->list[i]->conf;

		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s %u/%u",
					i > 0 ? ", " : "", m->list[i]->name, conf->tier,
					conf->weight);
	}
	return out;
}

static const struct {
	const char *backends, *answer, *members;
} rows[] = {
	{ "{two: 'app.example.net:80'}", "", "" },
	{ "{two: 'app.example.net:80'}", "10.0.0.2 10.0.0.1 10.0.0.2",
	  "two@10.0.0.1:80 0/1, two@10.0.0.2:80 0/1" },
	{ "{two: {address: 'app.example.net:80', weight: 3}}", "10.0.0.1", "two@10.0.0.1:80 0/3" },
	{ "{two: 'srv:_a._tcp.example.net'}", "10.0.0.1:81/20/5 10.0.0.2:82/10/0 10.0.0.3:83/20/7",
	  "two@10.0.0.1:81 1/5, two@10.0.0.2:82 0/1, two@10.0.0.3:83 1/7" },
	{ "{two: {address: 'srv:_a._tcp.example.net', weight: 2}}", "10.0.0.1:81/0/5",
	  "two@10.0.0.1:81 0/10" },
	{ "{two: {address: 'srv:_a._tcp.example.net', weight: 0}}", "10.0.0.1:81/0/5",
	  "two@10.0.0.1:81 0/0" },
	{ "{two: {address: 'srv:_a._tcp.example.net', weight: 65535}}", "10.0.0.1:81/0/65535",
	  "two@10.0.0.1:81 0/65535" },
	/* one address twice: the better record; no port: nothing to connect to */
	{ "{two: 'srv:_a._tcp.example.net'}",
	  "10.0.0.1:81/20/5 10.0.0.1:81/10/2 10.0.0.1:81/10/9 10.0.0.9:0/0/1",
	  "two@10.0.0.1:81 0/9" },
};

START_TEST(a_name_stands_for_its_addresses)
{
	make(group(rows[_i].backends), rows[_i].answer, &none, &members);
	ck_assert_str_eq(shown(&members), rows[_i].members);
}
END_TEST

START_TEST(what_is_the_same_stays_the_same_object)
{
	struct object *two = group("{two: 'app.example.net:80'}");

	make(two, "10.0.0.1 10.0.0.2 10.0.0.3", &none, &members);
	make(two, "10.0.0.3 10.0.0.2 10.0.0.3 10.0.0.4", &members, &after);
	ck_assert_uint_eq(after.count, 3);
	ck_assert_ptr_eq(after.list[0], members.list[1]);
	ck_assert_ptr_eq(after.list[1], members.list[2]);
}
END_TEST

static const struct {
	const char *before, *after, *diff;
} differences[] = {
	{ "10.0.0.1:81/1/1 10.0.0.2:81/1/1", "10.0.0.2:81/1/1 10.0.0.1:81/1/1", "" },
	{ "", "10.0.0.1:81/1/1", "+services/web/backends/two@10.0.0.1:81 " },
	{ "10.0.0.1:81/1/1", "", "-services/web/backends/two@10.0.0.1:81 " },
	{ "10.0.0.1:81/1/1", "10.0.0.1:81/1/2", "~services/web/backends/two@10.0.0.1:81 " },
	{ "10.0.0.1:81/1/1 10.0.0.2:81/1/1", "10.0.0.2:81/5/1 10.0.0.3:81/5/1",
	  "+services/web/backends/two@10.0.0.3:81 -services/web/backends/two@10.0.0.1:81 " },
};

START_TEST(what_differs_becomes_rows)
{
	struct object *two = group("{two: 'srv:_a._tcp.example.net'}");
	struct config_diff diff = { NULL, 0, 0 };
	struct text out;

	text_init(&out);
	make(two, differences[_i].before, &none, &members);
	make(two, differences[_i].after, &members, &after);
	config_members_diff("services/web/backends/two", &members, &after, l.arena, &diff);
	for (size_t i = 0; i < diff.count; i++)
		text_printf(&out, "%c%s ", "+~-"[diff.rows[i].verb], diff.rows[i].path);
	ck_assert_str_eq(text_cstr(&out), differences[_i].diff);
	config_diff_close(&diff);
	text_close(&out);
}
END_TEST

START_TEST(a_port_to_check_is_that_of_each_address)
{
	const struct backend_conf *conf;
	char buf[ADDR_TEXT];

	make(group("{two: {address: 'app.example.net:80', check: {port: 81}}}"), "10.0.0.1", &none,
	     &members);
	conf = members.list[0]->conf;
	ck_assert_str_eq(addr_print(&conf->check_addr, buf, sizeof(buf)), "10.0.0.1:81");
}
END_TEST

static void tear_down(void)
{
	config_members_free(&members);
	config_members_free(&after);
	unload(&l);
}

Suite *config_members_suite(void)
{
	Suite *suite = suite_create("config_members");
	TCase *tests = tcase_create("members");

	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_add_loop_test(tests, a_name_stands_for_its_addresses, 0, COUNT(rows));
	tcase_add_test(tests, what_is_the_same_stays_the_same_object);
	tcase_add_loop_test(tests, what_differs_becomes_rows, 0, COUNT(differences));
	tcase_add_test(tests, a_port_to_check_is_that_of_each_address);
	suite_add_tcase(suite, tests);
	return suite;
}
