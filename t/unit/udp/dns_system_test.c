/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "udp/dns_system.h"

Suite *dns_system_suite(void);

/* "10.0.0.1:53 | a.test b.test | 1" */
static const char *printed(const struct dns_system *s)
{
	static char text[4096];
	char address[ADDR_TEXT];
	size_t at = 0;

	for (uint32_t i = 0; i < s->servers.count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s ",
				       addr_print(&s->servers.list[i], address, sizeof(address)));
	at += (size_t)snprintf(text + at, sizeof(text) - at, "|");
	for (unsigned i = 0; i < s->domain_count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, " %s", s->domains[i]);
	snprintf(text + at, sizeof(text) - at, " | %u", s->ndots);
	return text;
}

static const struct {
	const char *file, *means;
} files[] = {
	{ "", "127.0.0.1:53 | | 1" },
	{ "nameserver 10.0.0.1\nnameserver fd00::1\n", "10.0.0.1:53 [fd00::1]:53 | | 1" },
	{ "# nameserver 10.0.0.1\n;nameserver 10.0.0.2\nnameserver\t10.0.0.3 # x\r\n",
	  "10.0.0.3:53 | | 1" },
	{ "nameserver x\nnameserver\nnameserver @x\nnameserver /x\nnameserver 10.0.0.300\n",
	  "127.0.0.1:53 | | 1" },
	{ "search a.test b.test.\noptions timeout:1 ndots:5 rotate\n",
	  "127.0.0.1:53 | a.test b.test | 5" },
	{ "search a.test\ndomain b.test\n", "127.0.0.1:53 | b.test | 1" },
	{ "search .\noptions ndots:99\n", "127.0.0.1:53 | | 15" },
	{ "options ndots:x ndots:\nsearch a b c d e f g h i",
	  "127.0.0.1:53 | a b c d e f g h | 1" },
	{ "nameserver 10.0.0.1", "10.0.0.1:53 | | 1" },
};

START_TEST(files_of_the_system_are_read)
{
	struct dns_system system;

	dns_system_parse(slice_of(files[_i].file), &system);
	ck_assert_str_eq(printed(&system), files[_i].means);
}
END_TEST

START_TEST(a_line_with_a_nul_is_none)
{
	static const char text[] = "nameserver 10.0.0.1\0\nnameserver 10.0.0.2\n";
	struct dns_system system;

	dns_system_parse((struct slice){ text, sizeof(text) - 1 }, &system);
	ck_assert_str_eq(printed(&system), "10.0.0.2:53 | | 1");
}
END_TEST

START_TEST(servers_have_a_limit)
{
	struct dns_system system;
	char text[1024] = "";

	for (unsigned i = 1; i <= 20; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "nameserver 10.0.0.%u\n", i);
	dns_system_parse(slice_of(text), &system);
	ck_assert_uint_eq(system.servers.count, RESOLVER_SERVERS_MAX);
}
END_TEST

START_TEST(the_environment_is_above_the_file)
{
	struct dns_system system;

	dns_system_parse(slice_of("search a.test\noptions ndots:2\n"), &system);
	dns_system_environment(&system, NULL, NULL);
	ck_assert_str_eq(printed(&system), "127.0.0.1:53 | a.test | 2");
	dns_system_environment(&system, "b.test c.test", "ndots:3");
	ck_assert_str_eq(printed(&system), "127.0.0.1:53 | b.test c.test | 3");
	dns_system_environment(&system, "", "");
	ck_assert_str_eq(printed(&system), "127.0.0.1:53 | | 3");
}
END_TEST

Suite *dns_system_suite(void)
{
	Suite *suite = suite_create("dns_system");
	TCase *tests = tcase_create("dns_system");

	tcase_add_loop_test(tests, files_of_the_system_are_read, 0, sizeof(files) / sizeof(*files));
	tcase_add_test(tests, a_line_with_a_nul_is_none);
	tcase_add_test(tests, servers_have_a_limit);
	tcase_add_test(tests, the_environment_is_above_the_file);
	suite_add_tcase(suite, tests);
	return suite;
}
