/* SPDX-License-Identifier: BSD-2-Clause */
/* Many spools over few buffers; files that cannot be opened or written; spools that are freed. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/scoreboard.h"
#include "event/event.h"
#include "event/work.h"
#include "proxy/spool.h"

Suite *spool_suite(void);

#define SPOOLS 100
#define ROUNDS 3

struct owner {
	struct spool *spool;
	unsigned      rounds, moves;
};

static struct owner owners[SPOOLS];
static unsigned unfinished, waited;
static struct timer guard;
static bool late;

static void on_guard(struct timer *t)
{
	(void)t;
	late = true;
	loop_stop();
}

static void open_all(void)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 1, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	ck_assert(loop_open(NULL));
	signal(SIGXFSZ, SIG_IGN);	/* as the program does */
	spool_open();
	timer_setup(&guard, on_guard);
	late = false;
}

/* All files are closed then. */
static void close_all(void)
{
	work_close();
	ck_assert_uint_eq(counter_of(0, COUNTER_BODY_FILE_BYTES), 0);
	loop_close();
}

static void run(void)
{
	timer_set(&guard, 20000);
	loop_run();
	timer_cancel(&guard);
	ck_assert(!late);
}

static void finished(void)
{
	if (--unfinished == 0)
		loop_stop();
}

static void on_moved(void *owner)
{
	struct owner *o = owner;
	size_t room;
	char *buffer;

	o->moves++;
	if (spool_error(o->spool) != 0 || o->rounds == ROUNDS) {
		finished();
		return;
	}
	buffer = spool_take(o->spool, &room);
	if (buffer == NULL) {
		ck_assert(spool_busy(o->spool));
		waited++;
		return;
	}
	/* some find nothing to read, and let others have the buffer; the next move is the test's */
	if ((o - owners) % 7 == 3 && o->rounds == 1 && o->moves < 3) {
		spool_put(o->spool, 0);
		on_moved(o);
		return;
	}
	memset(buffer, (int)(o - owners), 1000);
	o->rounds++;
	spool_put(o->spool, 1000);
	if (!spool_busy(o->spool))
		finished();
}

static void begin(unsigned many, const char *folder)
{
	unfinished = many;
	waited = 0;
	for (unsigned i = 0; i < many; i++) {
		owners[i] = (struct owner){ .rounds = 0 };
		owners[i].spool = spool_new(folder, NULL, on_moved, &owners[i]);
		ck_assert_ptr_nonnull(owners[i].spool);
		ck_assert(!spool_busy(owners[i].spool));
	}
	for (unsigned i = 0; i < many; i++)
		on_moved(&owners[i]);
}

START_TEST(many_share_few_buffers)
{
	char back[3000];

	open_all();
	begin(SPOOLS, "/tmp");
	ck_assert_uint_gt(waited, 0);
	run();
	ck_assert_uint_eq(counter_of(0, COUNTER_BODY_FILE_BYTES), SPOOLS * 3000);
	for (unsigned i = 0; i < SPOOLS; i++) {
		ck_assert_uint_eq(spool_size(owners[i].spool), 3000);
		ck_assert_int_eq(pread(spool_file(owners[i].spool), back, 3000, 0), 3000);
		for (unsigned k = 0; k < 3000; k++)
			ck_assert_int_eq(back[k], (char)i);
		spool_free(owners[i].spool);
	}
	close_all();
}
END_TEST

/* While they wait for a buffer, are queued for a thread, are with one, or hold a buffer. */
START_TEST(freed_in_every_state)
{
	size_t room;

	open_all();
	begin(SPOOLS, "/tmp");
	for (unsigned i = 0; i < SPOOLS; i += 2)
		spool_free(owners[i].spool);
	unfinished -= SPOOLS / 2;
	run();
	for (unsigned i = 1; i < SPOOLS; i += 2) {
		if (i % 4 == 1 && spool_take(owners[i].spool, &room) == NULL)
			ck_assert(spool_busy(owners[i].spool));
		spool_free(owners[i].spool);
	}
	close_all();
}
END_TEST

START_TEST(no_folder)
{
	open_all();
	begin(1, "/nonexistent/folder");
	run();
	ck_assert_int_eq(spool_error(owners[0].spool), ENOENT);
	ck_assert_int_eq(spool_file(owners[0].spool), -1);
	spool_free(owners[0].spool);
	close_all();
}
END_TEST

/* A full disk as far as the program can tell: the others go on. */
START_TEST(a_file_that_may_not_grow)
{
	struct rlimit small = { 1500, 1500 };

	open_all();
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	begin(3, "/tmp");
	run();
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(spool_error(owners[i].spool), EFBIG);
		ck_assert_uint_eq(owners[i].rounds, 2);
		spool_free(owners[i].spool);
	}
	close_all();
}
END_TEST

Suite *spool_suite(void)
{
	Suite *s = suite_create("spool");
	TCase *c = tcase_create("spool");

	tcase_add_test(c, many_share_few_buffers);
	tcase_add_test(c, freed_in_every_state);
	tcase_add_test(c, no_folder);
	tcase_add_test(c, a_file_that_may_not_grow);
	suite_add_tcase(s, c);
	return s;
}
