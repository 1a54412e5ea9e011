/* SPDX-License-Identifier: BSD-2-Clause */
#include "dns_fake.h"
#include "udp/dns_parse.h"

Suite *dns_parse_suite(void);

static struct text message, records;
static unsigned count;

static void begin(void)
{
	text_init(&message);
	text_init(&records);
	count = 0;
}

static void end(void)
{
	text_close(&message);
	text_close(&records);
}

static void add(const char *name, unsigned type, unsigned ttl, const char *data)
{
	const struct fake_record r = { name, data, type, ttl };

	fake_put_record(&records, &r);
	count++;
}

static void add_alias(const char *name, unsigned ttl, const char *to)
{
	struct text data;

	text_init(&data);
	fake_put_name(&data, to);
	fake_put_name(&records, name);
	fake_put16(&records, 5);
	fake_put16(&records, 1);
	fake_put16(&records, ttl >> 16);
	fake_put16(&records, ttl & 0xffff);
	fake_put16(&records, (unsigned)data.len);
	text_append(&records, data.data, data.len);
	text_close(&data);
	count++;
}

static struct slice answer_to(const char *name, unsigned type)
{
	const unsigned head[6] = { 77, 0x8180, 1, count, 0, 0 };

	text_clear(&message);
	for (unsigned i = 0; i < 6; i++)
		fake_put16(&message, head[i]);
	fake_put_name(&message, name);
	fake_put16(&message, type);
	fake_put16(&message, 1);
	if (records.len > 0)
		text_append(&message, records.data, records.len);
	return text_slice(&message);
}

START_TEST(an_alias_shortens_the_time)
{
	struct dns_set set = { .count = 0 };
	uint32_t ttl;

	add_alias("www.example", 5, "app.example");
	add("app.example", 1, 60, "10.0.0.1");
	ck_assert_int_eq(dns_parse_addresses(answer_to("www.example", 1), AF_INET, &set, &ttl),
			 DNS_OK);
	ck_assert_uint_eq(set.count, 1);
	ck_assert_uint_eq(ttl, 5);
	dns_set_close(&set);
}
END_TEST

START_TEST(a_time_beyond_68_years_is_none)
{
	struct dns_targets targets = { .count = 0 };
	struct dns_set set = { .count = 0 };
	uint32_t ttl;

	add("app.example", 1, 0x80000001, "10.0.0.1");
	ck_assert_int_eq(dns_parse_addresses(answer_to("app.example", 1), AF_INET, &set, &ttl),
			 DNS_OK);
	ck_assert_uint_eq(ttl, 0);
	dns_set_close(&set);
	text_clear(&records);
	count = 0;
	add("_a._tcp.example", 33, 0xffffffff, "0 1 80 app.example");
	ck_assert_int_eq(dns_parse_targets(answer_to("_a._tcp.example", 33), &targets, &ttl),
			 DNS_OK);
	ck_assert_uint_eq(ttl, 0);
	text_close(&targets.bytes);
}
END_TEST

START_TEST(services_are_sorted_and_have_the_shortest_time)
{
	struct dns_targets targets = { .count = 0 };
	const struct dns_target *list;
	uint32_t ttl;

	add("_a._tcp.example", 33, 60, "1 2 81 B.Example");
	add("_a._tcp.example", 33, 7, "0 3 80 a.example");
	add("_a._tcp.example", 33, 60, "0 0 80 .");
	add("_a._tcp.example", 33, 60, "0 0 0 a.example");
	add("_a._tcp.example", 33, 60, "0 0 80 a!b.example");
	ck_assert_int_eq(dns_parse_targets(answer_to("_a._tcp.example", 33), &targets, &ttl),
			 DNS_OK);
	ck_assert_uint_eq(targets.count, 2);
	ck_assert_uint_eq(ttl, 7);
	list = dns_parse_list(&targets);
	ck_assert_str_eq(list[0].host, "a.example");
	ck_assert_uint_eq(list[0].weight, 3);
	ck_assert_str_eq(list[1].host, "b.example");
	ck_assert_uint_eq(list[1].priority, 1);
	ck_assert_uint_eq(list[1].port, 81);
	text_close(&targets.bytes);
}
END_TEST

START_TEST(services_have_a_limit)
{
	struct dns_targets targets = { .count = 0 };
	uint32_t ttl;
	char data[64];

	for (unsigned i = 0; i < DNS_TARGETS_MAX + 44; i++) {
		snprintf(data, sizeof(data), "0 0 %u a.example", i + 1);
		add("_a._tcp.example", 33, 60, data);
	}
	ck_assert_int_eq(dns_parse_targets(answer_to("_a._tcp.example", 33), &targets, &ttl),
			 DNS_OK);
	ck_assert_uint_eq(targets.count, DNS_TARGETS_MAX);
	ck_assert_uint_eq(targets.left_out, 44);
	ck_assert_uint_eq(dns_parse_list(&targets)[DNS_TARGETS_MAX - 1].port, DNS_TARGETS_MAX);
	text_close(&targets.bytes);
}
END_TEST

/* The bytes lie at the end of a piece of memory, so that a sanitizer sees a read behind them. */
START_TEST(no_answer_is_read_behind_its_end)
{
	struct dns_targets targets = { .count = 0 };
	struct dns_set set = { .count = 0 };
	struct slice whole;
	uint32_t ttl;

	add("_a._tcp.example", 33, 60, "0 1 80 app.example");
	add("_a._tcp.example", 1, 60, "10.0.0.1");
	add("_a._tcp.example", 28, 60, "2001:db8::1");
	whole = answer_to("_a._tcp.example", 33);
	for (size_t len = 0; len < whole.len; len++) {
		char *copy = malloc(len + 1);
		const struct slice part = { copy + 1, len };

		memcpy(copy + 1, whole.data, len);
		ck_assert_int_ne(dns_parse_targets(part, &targets, &ttl), DNS_OK);
		ck_assert_int_ne(dns_parse_addresses(part, AF_INET, &set, &ttl), DNS_OK);
		ck_assert_int_ne(dns_parse_addresses(part, AF_INET6, &set, &ttl), DNS_OK);
		free(copy);
	}
	text_close(&targets.bytes);
	dns_set_close(&set);
}
END_TEST

Suite *dns_parse_suite(void)
{
	Suite *suite = suite_create("dns_parse");
	TCase *tests = tcase_create("dns_parse");

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, an_alias_shortens_the_time);
	tcase_add_test(tests, a_time_beyond_68_years_is_none);
	tcase_add_test(tests, services_are_sorted_and_have_the_shortest_time);
	tcase_add_test(tests, services_have_a_limit);
	tcase_add_test(tests, no_answer_is_read_behind_its_end);
	suite_add_tcase(suite, tests);
	return suite;
}
