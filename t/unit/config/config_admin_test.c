/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "fixture.h"

Suite *config_admin_suite(void);

static const struct {
	const char *yaml, *said;	/* "" when nothing is wrong */
} rows[] = {
	/* What strangers could reach. */
	{ "admin: {listen: '0.0.0.0:9190'}\n",
	  "1:17: error: admin.listen: 0.0.0.0:9190 is not loopback: needs tls and tokens, or "
	  "\"access: metrics\", or \"insecure: i_know\"" },
	{ "admin: {listen: ':9190', tls: {certificate: /c}}\n",
	  "1:17: error: admin.listen: :9190 is not loopback: needs tokens, or \"access: metrics\", "
	  "or \"insecure: i_know\"" },
	{ "admin: {tokens: /t, listen: ['[::1]:1', {address: '[2001:db8::1]:2', access: read}]}\n",
	  "1:41: error: admin.listen[1]: [2001:db8::1]:2 is not loopback: needs tls, or \"access: "
	  "metrics\", or \"insecure: i_know\"" },
	{ "admin: {tokens: /t, tls: {certificate: /c, key: /k}, "
	  "listen: {address: ':2', tls: off}}\n",
	  "1:62: error: admin.listen: :2 is not loopback: needs tls, or \"access: metrics\", or "
	  "\"insecure: i_know\"" },
	{ "admin: {listen: 'fd:3'}\n",
	  "1:17: error: admin.listen: fd:3 is not loopback: needs tls and tokens, or \"access: "
	  "metrics\", or \"insecure: i_know\"" },
	{ "admin: {tokens: /t, tls: {certificate: /c, key: /k}, listen: ':2'}\n", "" },
	{ "admin: {listen: {address: ':2', access: metrics}}\n", "" },
	{ "admin: {listen: {address: ':2', insecure: i_know}}\n", "" },
	{ "admin: {listen: ['127.3.2.1:1', '[::1]:1', '@a', /tmp/a.sock]}\n", "" },
	/* Words. */
	{ "admin: {listen: {address: ':2', insecure: yes}}\n",
	  "1:43: error: admin.listen.insecure: \"yes\" is not one of off i_know" },
	{ "admin: {shuttle: v1}\n",
	  "1:18: error: admin.shuttle: \"v1\" is not one of readme v0.1" },
	{ "admin: {hosts: ['http://a.example.com']}\n",
	  "1:17: error: admin.hosts[0]: \"http://a.example.com\" is not the name of a host; write "
	  "it without scheme and port, such as heddle.example.com" },
	/* Addresses. */
	{ "admin: {listen: {access: read}}\n", "1:17: error: admin.listen: no address" },
	{ "admin: {listen: '127.0.0.1:1-4'}\n",
	  "1:17: error: admin.listen: one port, not a range" },
	{ "admin: {listen: ['127.0.0.1:1', '127.0.0.1:1']}\n",
	  "1:33: error: admin.listen[1]: 127.0.0.1:1 is there twice" },
	{ "admin: {listen: '127.0.0.1:80'}\n"
	  "services: {a: {listen: '127.0.0.1:80', backends: []}}\n",
	  "1:17: error: admin.listen: 127.0.0.1:80 is already the address of services.a "
	  "(heddle:2)" },
	/* What would have no effect. */
	{ "admin: {listen: {address: '127.0.0.1:1', mode: 0600}}\n",
	  "1:17: error: admin.listen.mode: is for unix sockets" },
	{ "admin: {listen: {address: /tmp/a, tls: on}}\n",
	  "1:17: error: admin.listen: tls: unix sockets have none" },
	{ "admin: {listen: {address: '127.0.0.1:1', tls: on}}\n",
	  "1:17: error: admin.listen: tls: on needs admin.tls with a certificate" },
	{ "admin: {tls: {key: /k}}\n", "1:14: error: admin.tls: no certificate" },
};

START_TEST(mistakes)
{
	struct loaded l;
	char expected[512];

	load(&l, rows[_i].yaml);
	snprintf(expected, sizeof(expected), "heddle:%s\n", rows[_i].said);
	if (*rows[_i].said == '\0')
		ck_assert_uint_eq(l.errors.errors, 0);
	else
		ck_assert_msg(strstr(text_cstr(&l.said), expected) != NULL, "%s\n%s",
			      text_cstr(&l.said), expected);
	unload(&l);
}
END_TEST

START_TEST(everything_is_read)
{
	struct loaded l;
	const struct admin_conf *admin;

	load_good(&l,
		  "admin: {tls: {certificate: /c, key: /k, client_ca: /a}, tokens: /t,\n"
		  " hosts: [a.example.com, b], shuttle: v0.1,\n"
		  " listen: ['127.0.0.1:1', {address: /s, access: read, mode: 0660, group: g},\n"
		  "  {address: ':2', tls: off, insecure: i_know}]}\n");
	admin = &l.config->settings->admin;
	ck_assert_uint_eq(admin->listen.count, 3);
	ck_assert_int_eq(admin->listen.at[0].access, ADMIN_WRITE);
	ck_assert_int_eq(admin->listen.at[1].access, ADMIN_READ);
	ck_assert_uint_eq(admin->listen.at[0].use.mode, 0600);
	ck_assert_uint_eq(admin->listen.at[1].use.mode, 0660);
	ck_assert_str_eq(admin->listen.at[1].use.group, "g");
	ck_assert_str_eq(admin->hosts, "a.example.com b ");
	ck_assert_int_eq(admin->shuttle, ADMIN_V01);
	ck_assert_str_eq(admin->tls.client_ca, "/a");
	ck_assert(config_admin_speaks_tls(admin, &admin->listen.at[0]));
	ck_assert(!config_admin_speaks_tls(admin, &admin->listen.at[1]));
	ck_assert(!config_admin_speaks_tls(admin, &admin->listen.at[2]));
	unload(&l);
}
END_TEST

/* -T prints what loads to the same. */
START_TEST(it_can_be_printed)
{
	const char *yaml =
		"admin: {tls: {certificate: /c}, tokens: /t, hosts: [a.example.com, b],\n"
		" listen: ['127.0.0.1:1', {address: ':2', access: metrics, tls: off}]}\n";
	struct loaded l, again;
	struct text printed;

	load_good(&l, yaml);
	text_init(&printed);
	config_print(l.file, &printed);
	load_good(&again, text_cstr(&printed));
	ck_assert_uint_eq(again.config->settings->admin.listen.count, 2);
	ck_assert(!again.config->settings->admin.listen.at[1].tls);
	ck_assert_str_eq(again.config->settings->admin.hosts, "a.example.com b ");
	ck_assert_int_eq(memcmp(&again.config->settings->admin.listen,
				&l.config->settings->admin.listen,
				offsetof(struct admin_listeners, at[0].use.user)), 0);
	text_close(&printed);
	unload(&again);
	unload(&l);
}
END_TEST

Suite *config_admin_suite(void)
{
	Suite *suite = suite_create("config_admin");
	TCase *tests = tcase_create("admin");

	tcase_add_loop_test(tests, mistakes, 0, COUNT(rows));
	tcase_add_test(tests, everything_is_read);
	tcase_add_test(tests, it_can_be_printed);
	suite_add_tcase(suite, tests);
	return suite;
}
