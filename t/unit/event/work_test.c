/* SPDX-License-Identifier: BSD-2-Clause */
/* Work in threads: order, cancelling before and while it runs, signals, and the end. */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "event/event.h"
#include "event/work.h"

Suite *work_suite(void);

#define MANY 1000

struct piece {
	struct work work;
	int         gate;	/* run() reads a byte from it first; -1: it does not wait */
	bool        again;	/* done() adds it once more */
	unsigned    ran, done;
};

static struct piece pieces[MANY];
static unsigned all_done, stop_at;
static struct timer guard;
static bool late;

static void run(struct work *w)
{
	struct piece *p = container_of(w, struct piece, work);
	char byte;

	if (p->gate != -1)
		ck_assert_int_eq(read(p->gate, &byte, 1), 1);
	p->ran++;
}

static void done(struct work *w)
{
	struct piece *p = container_of(w, struct piece, work);

	p->done++;
	ck_assert_uint_eq(p->done, p->ran);
	if (p->again) {
		p->again = false;
		ck_assert(work_add(w));
	}
	if (++all_done == stop_at)
		loop_stop();
}

static void on_guard(struct timer *t)
{
	(void)t;
	late = true;
	loop_stop();
}

static void begin(void)
{
	ck_assert(loop_open(NULL));
	for (unsigned i = 0; i < MANY; i++)
		pieces[i] = (struct piece){ .work = { .run = run, .done = done }, .gate = -1 };
	all_done = 0;
	late = false;
	timer_setup(&guard, on_guard);
}

static void run_until(unsigned pieces_done)
{
	stop_at = pieces_done;
	if (all_done >= pieces_done)
		return;
	timer_set(&guard, 20000);
	loop_run();
	timer_cancel(&guard);
	ck_assert(!late);
}

static void open_gate(int gate[2])
{
	ck_assert_int_eq(pipe(gate), 0);
}

START_TEST(all_of_it_is_done_once)
{
	begin();
	for (unsigned i = 0; i < MANY; i++)
		ck_assert(work_add(&pieces[i].work));
	run_until(MANY);
	for (unsigned i = 0; i < MANY; i++) {
		ck_assert_uint_eq(pieces[i].ran, 1);
		ck_assert_uint_eq(pieces[i].done, 1);
	}
	work_close();
	loop_close();
}
END_TEST

/* Both threads wait: the third piece can be taken back, the first not. */
START_TEST(cancelled)
{
	int gate[2];

	begin();
	open_gate(gate);
	pieces[0].gate = pieces[1].gate = gate[0];
	pieces[2].again = true;
	ck_assert(work_add(&pieces[2].work));
	run_until(2);
	for (unsigned i = 0; i < 4; i++)
		ck_assert(work_add(&pieces[i].work));
	ck_assert(work_cancel(&pieces[3].work));
	ck_assert_int_eq(write(gate[1], "ab", 2), 2);
	run_until(5);
	ck_assert(!work_cancel(&pieces[0].work));
	ck_assert_uint_eq(pieces[0].done, 1);
	ck_assert_uint_eq(pieces[2].done, 3);
	ck_assert_uint_eq(pieces[3].ran, 0);
	work_close();
	loop_close();
}
END_TEST

/* The loop ends first, as that of a worker does that has no sessions any more. */
START_TEST(the_end_waits_for_what_runs)
{
	int gate[2];

	begin();
	open_gate(gate);
	pieces[0].gate = gate[0];
	pieces[1].again = true;
	for (unsigned i = 0; i < 10; i++)
		ck_assert(work_add(&pieces[i].work));
	ck_assert_int_eq(write(gate[1], "a", 1), 1);
	stop_at = MANY;
	work_close();
	ck_assert_uint_eq(all_done, 11);
	ck_assert_uint_eq(pieces[1].done, 2);
	loop_close();
	begin();
	ck_assert(work_add(&pieces[0].work));
	run_until(1);
	work_close();
	loop_close();
}
END_TEST

static pthread_t loop_thread;
static volatile sig_atomic_t signals, elsewhere;

static void on_signal(int signo)
{
	(void)signo;
	signals++;
	elsewhere += !pthread_equal(pthread_self(), loop_thread);
}

START_TEST(signals_are_the_loops)
{
	begin();
	loop_thread = pthread_self();
	signal(SIGUSR1, on_signal);
	for (unsigned i = 0; i < 10; i++)
		ck_assert(work_add(&pieces[i].work));
	for (unsigned i = 0; i < 100; i++)
		kill(getpid(), SIGUSR1);
	run_until(10);
	ck_assert_int_gt(signals, 0);
	ck_assert_int_eq(elsewhere, 0);
	work_close();
	loop_close();
}
END_TEST

START_TEST(no_descriptors_for_its_pipe)
{
	struct rlimit few = { 0, 0 }, before;

	begin();
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	few.rlim_cur = 3;
	few.rlim_max = before.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert(!work_add(&pieces[0].work));
	ck_assert_int_eq(errno, EMFILE);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert(work_add(&pieces[0].work));
	run_until(1);
	work_close();
	work_close();
	loop_close();
}
END_TEST

Suite *work_suite(void)
{
	Suite *s = suite_create("work");
	TCase *c = tcase_create("work");

	tcase_add_test(c, all_of_it_is_done_once);
	tcase_add_test(c, cancelled);
	tcase_add_test(c, the_end_waits_for_what_runs);
	tcase_add_test(c, signals_are_the_loops);
	tcase_add_test(c, no_descriptors_for_its_pipe);
	suite_add_tcase(s, c);
	return s;
}
