/* SPDX-License-Identifier: BSD-2-Clause */
/* The section `fanouts`: what is read, what is refused and how, and that -T loads back. */
#include <check.h>

#include "config/config_fanout.h"
#include "fixture.h"

Suite *config_fanouts_suite(void);

static const struct {
	const char *yaml, *said;	/* what a message has in it */
} mistakes[] = {
	{ "fanouts: {f: {targets: [\"10.0.0.1:1\"]}}", "no listen" },
	{ "fanouts: {f: {listen: \":1\"}}", "no targets: every datagram is dropped" },
	{ "fanouts: {f: {listen: \":1\", targets: [\"127.0.0.1:1\"]}}",
	  "127.0.0.1:1 leads back to heddle itself: fanouts.f listens on" },
	{ "fanouts: {f: {listen: \":1\", targets: [\"127.0.0.1:2\"]}, "
	  "g: {listen: \":2\", targets: [\"10.0.0.1:1\"]}}", "fanouts.g listens on" },
	{ "fanouts: {f: {listen: \":1\", targets: [\"10.0.0.1:1\"]}, "
	  "g: {listen: \"127.0.0.1:1\", targets: [\"10.0.0.1:1\"]}}", "the address of fanouts.f" },
	{ "fanouts: {f: {listen: \":1\", targets: [{address: \"10.0.0.1:1\", ttl: 2}]}}",
	  "ttl: is for multicast groups" },
	{ "fanouts: {f: {listen: {address: \":1\", interface: lo}, targets: [\"10.0.0.1:1\"]}}",
	  "interface: is for multicast groups" },
	{ "fanouts: {f: {listen: {address: \":1\", mode: 0600}, targets: [\"10.0.0.1:1\"]}}",
	  "mode: is for unix sockets" },
	{ "fanouts: {f: {listen: \":1\", targets: [\"10.0.0.1:*\"]}}", "a port of its own" },
	{ "fanouts: {f: {listen: \"fd:3\", targets: [\"10.0.0.1:1\"]}}", "write an address" },
	{ "fanouts: {f: {listen: \":1\", targets: [\"10.0.0.1:1\"], allow: [10.0.0.1/8]}}",
	  "write such as 10.0.0.0/8" },
	{ "fanouts: {f: {listen: \":1\", targets: [/run/x], source: keep}}",
	  "keep is for targets with ports" },
	{ "fanouts: {f: {listen: /run/x, targets: [\"10.0.0.1:1\"], source: keep}}",
	  "keep is for senders with ports" },
	{ "fanouts: {f: {listen: \":1\", targets: [\"10.0.0.1:1\"], protocol: raw, "
	  "fill_address: on}}", "with protocol raw no datagram is an announcement" },
	{ "fanouts: {f: {listen: \":1\", targets: [\"10.0.0.1:1\", \"10.0.0.1:1\"]}}",
	  "10.0.0.1:1" },
	{ "fanouts: {f: {listen: \":1\", targts: [\"10.0.0.1:1\"]}}", "did you mean \"targets\"" },
};

START_TEST(mistakes_are_told)
{
	struct loaded l;

	load(&l, mistakes[_i].yaml);
	ck_assert_msg(strstr(text_cstr(&l.said), mistakes[_i].said) != NULL, "%s: %s",
		      mistakes[_i].yaml, text_cstr(&l.said));
	unload(&l);
}
END_TEST

static const char everything[] =
	"services: {}\n"
	"fanouts:\n"
	"  f:\n"
	"    listen:\n"
	"      - 127.0.0.1:2626\n"
	"      - \":2700-2702\"\n"
	"      - {address: \"239.1.1.1:5000\", interface: lo}\n"
	"      - {address: /run/f.sock, mode: 0600}\n"
	"      - \"@name\"\n"
	"    targets:\n"
	"      - \"[2001:db8::1]:6262\"\n"
	"      - routers.example.net:6262\n"
	"      - srv:_sub._udp.example.net\n"
	"      - {address: \"[ff05::1]:77\", ttl: 3, interface: lo}\n"
	"      - unix:/run/t.sock\n"
	"    allow: [10.0.0.0/8, \"fd00::/8\"]\n"
	"    deny: 10.1.0.0/16\n"
	"    refresh: 30s\n"
	"    sample: 3\n"
	"    queue: 1m\n"
	"    protocol: uwsgi_subscription\n"
	"    fill_address: on\n";

static void same_values(const struct item *a, const struct item *b)
{
	struct text one, other;

	text_init(&one);
	text_init(&other);
	for (const struct directive *d = a->kind->conf->rows; d->name != NULL; d++) {
		if (d->type->print == NULL)
			continue;
		conf_print_value(a->conf, d, &one);
		conf_print_value(b->conf, d, &other);
	}
	ck_assert_str_eq(text_cstr(&one), text_cstr(&other));
	text_close(&one);
	text_close(&other);
}

static void same_below(const struct item *a, const struct item *b)
{
	same_values(a, b);
	for (a = a->first, b = b->first; a != NULL; a = a->next, b = b->next) {
		ck_assert_ptr_nonnull(b);
		ck_assert_ptr_eq(a->kind, b->kind);
		ck_assert_str_eq(a->name, b->name);
		same_below(a, b);
	}
	ck_assert_ptr_null(b);
}

START_TEST(what_is_printed_loads_back)
{
	struct loaded l, again;
	struct text printed;

	text_init(&printed);
	load_good(&l, everything);
	ck_assert_uint_eq(item_count(l.file, &config_fanout_listener_kind), 7);
	ck_assert_uint_eq(item_count(l.file, &config_target_kind), 5);
	config_print(l.file, &printed);
	load_good(&again, text_cstr(&printed));
	same_below(item_first(l.file->root, &config_fanout_kind),
		   item_first(again.file->root, &config_fanout_kind));
	unload(&again);
	unload(&l);
	text_close(&printed);
}
END_TEST

START_TEST(one_port_of_both_types)
{
	struct loaded l;

	load_good(&l, "services: {s: {listen: \"127.0.0.1:53\", backends: [\"127.0.0.1:54\"]}}\n"
		  "fanouts: {f: {listen: \"127.0.0.1:53\", targets: [\"10.0.0.1:53\"]}}");
	unload(&l);
}
END_TEST

Suite *config_fanouts_suite(void)
{
	Suite *suite = suite_create("config_fanouts");
	TCase *tests = tcase_create("config_fanouts");

	tcase_add_loop_test(tests, mistakes_are_told, 0, COUNT(mistakes));
	tcase_add_test(tests, what_is_printed_loads_back);
	tcase_add_test(tests, one_port_of_both_types);
	suite_add_tcase(suite, tests);
	return suite;
}
