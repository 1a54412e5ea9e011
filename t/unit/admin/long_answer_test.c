/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/long_answer.h"

#include "core/clock.h"
#include "http_fixture.h"

Suite *long_answer_suite(void);

#define STEPS 20

struct count {
	unsigned steps, sent, over;
};

static struct count first, second;
static unsigned other_at;	/* steps of the first when another request was answered */
static bool mute, late;

/* Each takes as long as a slice. */
static bool take_step(void *arg, struct text *out)
{
	uint64_t until = clock_us() + LONG_ANSWER_US;
	struct count *c = arg;

	while (clock_us() < until)
		;
	text_putc(out, (char)('a' + c->steps));
	return ++c->steps < STEPS;
}

static void finish(struct http_request *r, void *arg)
{
	((struct count *)arg)->sent++;
	http_answer(r, 200, "text/plain");
}

static void end(void *arg)
{
	((struct count *)arg)->over++;
}

static void on_late(struct http_request *r)
{
	late = true;
	http_answer(r, 504, "text/plain");
}

static const struct long_answer_kind kind = { take_step, finish, end };

static void serve(struct http_request *r)
{
	const char *path = http_encoded_path(r);

	if (strcmp(path, "/other") == 0) {
		other_at = first.steps;
		http_answer(r, 200, "text/plain");
		return;
	}
	http_deadline(r, 2, on_late);
	http_mute(r, mute);
	long_answer(r, &kind, strcmp(path, "/second") == 0 ? &second : &first);
	if (mute) {
		http_mute(r, false);
		http_answer(r, 200, "text/plain");
	}
}

static int ask(const char *request)
{
	static const uint64_t limits_ms[PHASES] = { 0 };
	int fd;

	first = second = (struct count){ 0 };
	other_at = 0;
	late = mute = false;
	fixture_open(serve, limits_ms);
	fd = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(fd, request);
	return fd;
}

START_TEST(it_is_sent_as_one)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n");

	ck_assert(fixture_expect(fd, "\r\n\r\nabcdefghijklmnopqrst"));
	ck_assert_ptr_nonnull(strstr(text_cstr(&fixture_answer), "Content-Length: 20\r\n"));
	ck_assert_uint_eq(first.sent, 1);
	ck_assert_uint_eq(first.over, 1);
	ck_assert(!late);
	close(fd);
	fixture_close();
	ck_assert_uint_eq(first.over, 1);
}
END_TEST

START_TEST(others_are_answered_meanwhile)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n"), other;

	while (first.steps == 0)
		fixture_run(1);
	other = fixture_dial(HTTP_ACCESS_WRITE);
	fixture_send(other, "GET /other HTTP/1.1\r\n\r\n");
	while (first.over == 0)
		fixture_run(1);
	ck_assert_uint_gt(other_at, 0);
	ck_assert_uint_lt(other_at, STEPS);
	close(fd);
	close(other);
	fixture_close();
}
END_TEST

START_TEST(two_take_turns)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n"), other = fixture_dial(HTTP_ACCESS_WRITE);

	fixture_send(other, "GET /second HTTP/1.1\r\n\r\n");
	while (second.steps == 0)
		fixture_run(1);
	while (first.over == 0 && second.over == 0)
		fixture_run(1);
	ck_assert_uint_gt(first.over != 0 ? second.steps : first.steps, 1);
	ck_assert(fixture_expect(other, "\r\n\r\nabcdefghijklmnopqrst"));
	ck_assert_uint_eq(first.sent, 1);
	ck_assert_uint_eq(second.sent, 1);
	close(fd);
	close(other);
	fixture_close();
}
END_TEST

/* Not noticed before it begins to be sent: nothing is read until then. */
START_TEST(the_client_goes_away)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n");

	while (first.steps == 0)
		fixture_run(1);
	close(fd);
	while (first.over == 0)
		fixture_run(1);
	ck_assert_uint_eq(first.over, 1);
	fixture_run(5);
	fixture_close();
}
END_TEST

START_TEST(the_server_ends)
{
	int fd = ask("GET / HTTP/1.1\r\n\r\n");

	while (first.steps == 0)
		fixture_run(1);
	fixture_close();
	ck_assert_uint_eq(first.over, 1);
	ck_assert_uint_eq(first.sent, 0);
	close(fd);
}
END_TEST

START_TEST(a_muted_one_is_not_written)
{
	int fd = ask("");

	mute = true;
	fixture_send(fd, "GET / HTTP/1.1\r\n\r\n");
	ck_assert(fixture_expect(fd, "Content-Length: 0\r\n"));
	ck_assert_uint_eq(first.steps, 0);
	ck_assert_uint_eq(first.over, 1);
	close(fd);
	fixture_close();
}
END_TEST

Suite *long_answer_suite(void)
{
	Suite *suite = suite_create("long_answer");
	TCase *slices = tcase_create("slices");

	tcase_add_test(slices, it_is_sent_as_one);
	tcase_add_test(slices, others_are_answered_meanwhile);
	tcase_add_test(slices, two_take_turns);
	tcase_add_test(slices, the_client_goes_away);
	tcase_add_test(slices, the_server_ends);
	tcase_add_test(slices, a_muted_one_is_not_written);
	suite_add_tcase(suite, slices);
	return suite;
}
