/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets that channel_send() never makes: somebody else writes into a child's channel. */
#include <check.h>
#include <unistd.h>

#include "os/packet_pair.h"
#include "process/channel.h"

Suite *channel_receive_suite(void);

static struct channel master;
static int sender;
static struct timer guard;
static unsigned arrived, refused;

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void on_message(struct channel *ch, const struct message *m)
{
	(void)ch;
	(void)m;
	arrived++;
}

static void on_closed(struct channel *ch)
{
	(void)ch;
	loop_stop();
}

static bool at_most_8_bytes(struct channel *ch, unsigned kind, size_t size)
{
	(void)ch;
	return kind == 7 && size <= 8;
}

static void on_refused(struct channel *ch)
{
	(void)ch;
	refused++;
	loop_stop();
}

static const struct channel_handlers handlers = {
	on_message, on_closed, at_most_8_bytes, on_refused
};

static void setup(void)
{
	int fds[2];

	ck_assert(loop_open(NULL));
	ck_assert(packet_pair(fds));
	channel_open(&master, fds[0], &handlers);
	sender = fds[1];
	timer_setup(&guard, on_guard);
	timer_set(&guard, 10000);
	arrived = refused = 0;
}

static void teardown(void)
{
	channel_close(&master);
	close(sender);
	loop_close();
}

static void write_words(const uint32_t *words, size_t size)
{
	ck_assert_int_eq(write(sender, words, size), (ssize_t)size);
}

/* Each packet promises four more bytes, and none is the last. */
START_TEST(a_message_without_an_end_is_refused)
{
	const uint32_t part[5] = { 7, 4, 4, 0, 0x61616161 };

	for (int i = 0; i < 100; i++)
		write_words(part, sizeof(part));
	loop_run();
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(arrived, 0);
}
END_TEST

START_TEST(a_part_that_is_longer_than_its_packet_is_refused)
{
	const uint32_t part[5] = { 7, 5, 0, 0, 0x61616161 };

	write_words(part, sizeof(part));
	loop_run();
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(arrived, 0);
}
END_TEST

START_TEST(a_packet_that_ends_within_a_head_is_refused)
{
	const uint32_t parts[7] = { 7, 0, 0, 0, 7, 0, 0 };

	write_words(parts, sizeof(parts));
	loop_run();
	ck_assert_uint_eq(arrived, 1);
	ck_assert_uint_eq(refused, 1);
}
END_TEST

Suite *channel_receive_suite(void)
{
	Suite *s = suite_create("channel_receive");
	TCase *c = tcase_create("packets");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 20);
	tcase_add_test(c, a_message_without_an_end_is_refused);
	tcase_add_test(c, a_part_that_is_longer_than_its_packet_is_refused);
	tcase_add_test(c, a_packet_that_ends_within_a_head_is_refused);
	suite_add_tcase(s, c);
	return s;
}
