/* SPDX-License-Identifier: BSD-2-Clause */
/* The report of a resolver process that died, as its successor reads it; it may be damaged. */
#include "dns_fixture.h"

#include "core/report.h"

Suite *dns_inherited_suite(void);

/* A name that has not been asked for, of a silent server, after a process that left this report. */
static void inherit_unasked(const char *report, const char *name)
{
	dns_close();
	ck_assert(report_write(REPORT_RESOLVER, slice_of(report)));
	ck_assert(dns_open());
	use_servers(1);
	one.mode = FAKE_SILENT;
	watch(name);
}

static void inherit(const char *report, const char *name)
{
	inherit_unasked(report, name);
	wait_until(fails);
}

static void begin_report(void)
{
	ck_assert(report_open());
	begin();
}

#define NAMES(text) "{\"resolver\":{\"names\":{" text "}}}"
#define TAIL "\"ttl_seconds\":5,\"stale\":false,\"status\":\"ok\",\"confirmed_ms\":"

START_TEST(addresses_stay_with_their_age)
{
	inherit(NAMES("\"a.example\":{\"addresses\":[\"10.0.0.1\",\"2001:db8::1\"]," TAIL "1}"),
		"a.example:80");
	ck_assert_uint_eq(answer()->count, 2);
	ck_assert_int_eq(addr_port(&answer()->addresses[0].addr), 0);
	ck_assert(answer()->stale);
	ck_assert(!answer()->answered);
	ck_assert_uint_eq(answer()->since_ms, 1);
	ck_assert_uint_eq(answer()->ttl_s, 5);
}
END_TEST

START_TEST(stale_ones_are_stale_from_the_start)
{
	static const char *const words[] = { "false", "true" };
	char report[200];

	snprintf(report, sizeof(report),
		 NAMES("\"a.example\":{\"addresses\":[\"10.0.0.1\"],\"ttl_seconds\":5,"
		       "\"stale\":%s,\"status\":\"timeout\",\"confirmed_ms\":1}"), words[_i]);
	inherit_unasked(report, "a.example:80");
	ck_assert_int_eq(answer()->stale, _i);
}
END_TEST

START_TEST(records_stay_with_priority_and_weight)
{
	inherit(NAMES("\"srv:_app._tcp.example\":{\"addresses\":[\"10.0.0.1:80\","
		      "\"[2001:db8::1]:81\"],\"records\":[1,7,2,9]," TAIL "1}"),
		"srv:_app._tcp.example");
	ck_assert_str_eq(printed(), "10.0.0.1:80/1/7 [2001:db8::1]:81/2/9");
}
END_TEST

START_TEST(a_time_that_has_not_come_is_now)
{
	inherit(NAMES("\"a.example\":{\"addresses\":[\"10.0.0.1\"]," TAIL
		      "18446744073709551615}"), "a.example:80");
	ck_assert_uint_le(answer()->since_ms, loop_now());
}
END_TEST

static const char *const damaged[] = {
	"", "{", "[]", "{\"resolver\":[]}", "{\"resolver\":{\"names\":[]}}",
	NAMES("\"a.example\":[]"),
	NAMES("\"a.example\":{}"),
	NAMES("\"a.example\":{\"addresses\":{}}"),
	NAMES("\"a.example\":{\"addresses\":[[],{},1,\"\",\"unix:/x\",\"x\"],\"records\":1}"),
	NAMES("\"a.example refresh 1s\":{\"addresses\":[\"10.0.0.1\"]}"),	/* another use */
};

START_TEST(damage_is_left_out)
{
	inherit(damaged[_i], "a.example:80");
	ck_assert_uint_eq(answer()->count, 0);
	ck_assert(!answer()->stale);
}
END_TEST

Suite *dns_inherited_suite(void)
{
	Suite *suite = suite_create("dns_inherited");
	TCase *tests = tcase_create("reports");

	tcase_add_checked_fixture(tests, begin_report, end);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, addresses_stay_with_their_age);
	tcase_add_loop_test(tests, stale_ones_are_stale_from_the_start, 0, 2);
	tcase_add_test(tests, records_stay_with_priority_and_weight);
	tcase_add_test(tests, a_time_that_has_not_come_is_now);
	tcase_add_loop_test(tests, damage_is_left_out, 0, sizeof(damaged) / sizeof(*damaged));
	suite_add_tcase(suite, tests);
	return suite;
}
