/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/log_format.h"
#include "core/log_pipe.h"
#include "core/scoreboard.h"
#include "core/text.h"

Suite *log_pipe_suite(void);

static int fds[2];
static char bytes[1 << 20];

static void open_pipe(void)
{
	ck_assert_int_eq(pipe(fds), 0);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	log_pipe_open(fds[1]);
	log_set_sink(log_pipe_sink);
}

static void close_pipe(void)
{
	log_set_sink(NULL);
	log_pipe_open(-1);
	close(fds[0]);
	close(fds[1]);
}

START_TEST(records_and_lines_come_out_as_they_went_in)
{
	struct log_subject about = { "backend_down", "web", "one" };
	struct log_frame frame;
	struct log_record record;
	struct slice rest;
	ssize_t n;

	open_pipe();
	log_about(LEVEL_WARN, &about, "down: %s\nforged", "refused");
	log_pipe_access(77, slice_of("time=1 id=2\n"));
	ck_assert(log_pipe_pending());
	ck_assert(log_pipe_flush());
	n = read(fds[0], bytes, sizeof(bytes));
	rest = (struct slice){ bytes, (size_t)n };
	n = (ssize_t)log_pipe_next(rest, &frame);
	ck_assert(log_pipe_record(&frame, &record));
	ck_assert_str_eq(record.message, "down: refused forged");
	ck_assert_str_eq(record.event, "backend_down");
	ck_assert_str_eq(record.service, "web");
	ck_assert_str_eq(record.backend, "one");
	ck_assert_int_eq((int)record.level, LEVEL_WARN);
	rest.data += n;
	rest.len -= (size_t)n;
	ck_assert_uint_eq(log_pipe_next((struct slice){ rest.data, rest.len - 1 }, &frame), 0);
	ck_assert_uint_eq(log_pipe_next(rest, &frame), rest.len);
	ck_assert_int_eq((int)frame.kind, FRAME_ACCESS);
	ck_assert_uint_eq(frame.target, 77);
	ck_assert(slice_is(frame.payload, "time=1 id=2\n"));
	ck_assert(!log_pipe_record(&frame, &record));
	close_pipe();
}
END_TEST

/* Nobody reads: lines are dropped and counted, never waited for, and none is cut in half. */
START_TEST(a_full_pipe_drops_whole_lines)
{
	uint64_t before, dropped;
	unsigned sent = 20000, got = 0;
	struct log_frame frame;
	struct slice rest;
	size_t size, filled = 0;
	ssize_t n;

	open_pipe();
	before = counter_of(scoreboard_own(), COUNTER_LOG_LINES_DROPPED);
	for (unsigned i = 0; i < sent; i++)
		log_pipe_access(1, slice_of("a line of a usual length, more or less\n"));
	ck_assert(!log_pipe_flush());
	dropped = counter_of(scoreboard_own(), COUNTER_LOG_LINES_DROPPED) - before;
	ck_assert_uint_gt(dropped, 0);
	do {
		(void)log_pipe_flush();
		n = read(fds[0], bytes + filled, sizeof(bytes) - filled);
		filled += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	rest = (struct slice){ bytes, filled };
	while ((size = log_pipe_next(rest, &frame)) != 0) {
		got++;
		rest.data += size;
		rest.len -= size;
	}
	ck_assert_uint_eq(rest.len, 0);
	ck_assert_uint_eq(got + dropped, sent);
	close_pipe();
}
END_TEST

START_TEST(garbage_is_no_record)
{
	struct log_frame frame = { .kind = FRAME_RECORD, .payload = slice_of("short") };
	struct log_record record;

	ck_assert(!log_pipe_record(&frame, &record));
}
END_TEST

static struct log_record sample(void)
{
	return (struct log_record){
		.time = 0, .level = LEVEL_WARN, .pid = 4131, .process = "worker/3",
		.event = "backend_down", .service = "pg-write", .backend = "pg1",
		.message = "down: \"503\"",
	};
}

START_TEST(formats)
{
	struct log_record r = sample();
	struct text out;

	text_init(&out);
	log_format(&r, LOG_TEXT, &out);
	ck_assert_ptr_nonnull(strstr(text_cstr(&out),
				     " warn worker/3[4131] pg-write/pg1: down: \"503\"\n"));
	text_clear(&out);
	log_format(&r, LOG_JSON, &out);
	ck_assert_ptr_nonnull(
		strstr(text_cstr(&out),
		       "\"process\":\"worker\",\"slot\":3,\"pid\":4131,"
		       "\"service\":\"pg-write\",\"backend\":\"pg1\",\"event\":\"backend_down\","
		       "\"message\":\"down: \\\"503\\\"\"}\n"));
	text_clear(&out);
	log_format(&r, LOG_JOURNAL, &out);
	ck_assert_str_eq(text_cstr(&out), "<4>worker/3[4131] pg-write/pg1: down: \"503\"\n");
	text_clear(&out);
	log_format(&r, LOG_BARE, &out);
	ck_assert_str_eq(text_cstr(&out), "down: \"503\"\n");
	text_close(&out);
}
END_TEST

Suite *log_pipe_suite(void)
{
	Suite *s = suite_create("log_pipe");
	TCase *tc = tcase_create("log_pipe");
	struct scoreboard_sizes sizes = { .slots = 2, .services = 1, .backends = 1, .sessions = 1 };

	if (!scoreboard_open(&sizes))
		return s;
	scoreboard_set_own(0);
	tcase_add_test(tc, records_and_lines_come_out_as_they_went_in);
	tcase_add_test(tc, a_full_pipe_drops_whole_lines);
	tcase_add_test(tc, garbage_is_no_record);
	tcase_add_test(tc, formats);
	suite_add_tcase(s, tc);
	return s;
}
