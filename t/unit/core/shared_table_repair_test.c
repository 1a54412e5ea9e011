/* SPDX-License-Identifier: BSD-2-Clause */
/* Writers and readers are killed at any moment; nobody ever reads something wrong. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/shared_table.h"

Suite *shared_table_repair_suite(void);

#define KEYS 4000
#define STAYS(i) ((i) % 8 == 0)		/* is never removed: not to find it is wrong */
#define ROUNDS 30

struct totals {
	_Atomic uint64_t writes, reads, walks, kills;
};

static struct shared_region region;
static struct shared_table table;
static struct shared_entry entry;
static struct totals *totals;

static struct slice name_of(unsigned i, char name[32])
{
	snprintf(name, 32, "key-%u", i);
	return slice_of(name);
}

/* A value says whose it is, and all of it is made of one number. */
static struct slice value_of(unsigned i, unsigned salt)
{
	static uint32_t words[100];
	size_t len = 2 + salt % 90;

	words[0] = i;
	for (size_t k = 1; k < len; k++)
		words[k] = salt;
	return (struct slice){ (const char *)words, len * sizeof(words[0]) };
}

static void wrong(const char *what)
{
	fprintf(stderr, "%s\n", what);
	_exit(1);
}

static void check_value(unsigned i)
{
	uint32_t words[100];

	if (entry.value.len < 8 || entry.value.len > sizeof(words))
		wrong("a value of another length");
	memcpy(words, entry.value.data, entry.value.len);
	if (words[0] != i || entry.value.len != (2 + words[1] % 90) * sizeof(words[0]))
		wrong("the value of another entry");
	for (size_t k = 1; k < entry.value.len / sizeof(words[0]); k++) {
		if (words[k] != words[1])
			wrong("a value with parts of another one");
	}
}

static void put(unsigned i, unsigned salt)
{
	char name[32];

	if (shared_table_put(&table, name_of(i, name), value_of(i, salt), salt, true) >
	    SHARED_PUT_REPLACED)
		wrong("no room");
	totals->writes++;
}

/* Grows in even rounds, shrinks in odd ones. */
static void write_for_ever(unsigned round)
{
	char name[32];

	srand(round);
	if (!shared_table_own(&region) ||
	    !shared_table_create(&region, slice_of("table"), &table))
		wrong("no writer");
	for (;;) {
		unsigned i = (unsigned)rand() % KEYS;

		if (STAYS(i) || rand() % 10 < (round % 2 == 0 ? 8 : 2))
			put(i, (unsigned)rand() % 1000);
		else
			shared_table_remove(&table, name_of(i, name));
	}
}

static void read_some(void)
{
	char name[32];

	for (unsigned n = 0; n < 500; n++) {
		unsigned i = (unsigned)rand() % KEYS;

		if (shared_table_get(&table, name_of(i, name), &entry))
			check_value(i);
		else if (STAYS(i))
			wrong("an entry is missing");
		totals->reads++;
	}
}

static void walk_once(void)
{
	static unsigned seen[KEYS];
	struct shared_walk w = { 0, UINT32_MAX };

	memset(seen, 0, sizeof(seen));
	while (shared_table_next(&table, &w, &entry) == SHARED_NEXT_ENTRY) {
		char key[32] = "";
		unsigned i;

		if (entry.key.len >= sizeof(key))
			wrong("a walk met no key");
		memcpy(key, entry.key.data, entry.key.len);
		i = (unsigned)atoi(key + strlen("key-"));
		if (i >= KEYS)
			wrong("a walk met no key");
		check_value(i);
		if (++seen[i] > 1 && STAYS(i))
			wrong("a walk met an entry twice");
	}
	for (unsigned i = 0; i < KEYS; i += 8) {
		if (seen[i] != 1)
			wrong("a walk passed an entry by");
	}
	totals->walks++;
}

static void read_for_ever(unsigned seed)
{
	srand(seed);
	if (!shared_table_find(&region, slice_of("table"), &table))
		wrong("no table");
	for (;;) {
		read_some();
		walk_once();
	}
}

static pid_t start(void (*run)(unsigned), unsigned n)
{
	pid_t pid = fork();

	if (pid == 0) {
		/* should whoever kills it be killed */
		alarm(60);
		run(n);
		_exit(0);
	}
	return pid;
}

/* It was right until it was killed. */
static void stop(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	totals->kills++;
}

static void await(_Atomic uint64_t *counter, uint64_t more)
{
	uint64_t until = *counter + more;

	while (*counter < until)
		usleep(200);
}

static void open_all(void)
{
	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ck_assert_ptr_ne(totals, MAP_FAILED);
	ck_assert(shared_region_open(&region, "test", 64 << 20));
	ck_assert(shared_table_prepare(&region));
	ck_assert(shared_table_own(&region));
	ck_assert(shared_table_create(&region, slice_of("table"), &table));
	for (unsigned i = 0; i < KEYS; i += 8)
		put(i, i);
}

START_TEST(whoever_is_killed_at_any_moment_nothing_is_wrong)
{
	pid_t readers[2];

	open_all();
	for (unsigned i = 0; i < 2; i++)
		readers[i] = start(read_for_ever, i);
	for (unsigned round = 0; round < ROUNDS; round++) {
		pid_t writer = start(write_for_ever, round);

		await(&totals->writes, 1 + (unsigned)rand() % 4000);
		usleep((unsigned)rand() % 500);
		stop(writer);
		if (round % 3 == 0) {
			stop(readers[round % 2]);
			readers[round % 2] = start(read_for_ever, round);
		}
	}
	await(&totals->walks, 3);
	for (unsigned i = 0; i < 2; i++)
		stop(readers[i]);
	/* what is there at the end is right, and nothing was lost in the memory */
	ck_assert(shared_table_own(&region));
	ck_assert(shared_table_find(&region, slice_of("table"), &table));
	walk_once();
	ck_assert_uint_gt(totals->reads, 1000);
	shared_table_drop(&table);
	while (shared_table_give_back(&region, 1000))
		continue;
	ck_assert_uint_eq(shared_region_used(&region), 0);
	shared_region_close(&region);
}
END_TEST

/* Whether the table is made, dropped or filled: its successor finds one, or none. */
static void make_and_drop(unsigned round)
{
	srand(round);
	if (!shared_table_own(&region))
		wrong("no writer");
	for (;;) {
		if (!shared_table_create(&region, slice_of("other"), &table))
			wrong("no table");
		for (unsigned i = 0; i < 200; i++)
			put(i, round);
		shared_table_drop(&table);
		(void)shared_table_give_back(&region, (unsigned)rand() % 500);
	}
}

static void read_what_comes_and_goes(unsigned seed)
{
	char name[32];

	(void)seed;
	for (;;) {
		if (!shared_table_find(&region, slice_of("other"), &table))
			continue;
		for (unsigned i = 0; i < 200; i++) {
			if (shared_table_get(&table, name_of(i, name), &entry))
				check_value(i);
			totals->reads++;
		}
	}
}

START_TEST(a_table_that_is_made_or_dropped_when_the_writer_is_killed)
{
	pid_t reader;

	open_all();
	reader = start(read_what_comes_and_goes, 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		pid_t writer = start(make_and_drop, round);

		await(&totals->writes, 1 + (unsigned)rand() % 600);
		usleep((unsigned)rand() % 300);
		stop(writer);
	}
	stop(reader);
	ck_assert(shared_table_own(&region));
	ck_assert(shared_table_find(&region, slice_of("table"), &table));
	ck_assert_uint_eq(shared_table_count(&table), KEYS / 8);
	walk_once();
	shared_region_close(&region);
}
END_TEST

Suite *shared_table_repair_suite(void)
{
	Suite *s = suite_create("shared_table_repair");
	TCase *tc = tcase_create("shared_table_repair");

	tcase_add_test(tc, whoever_is_killed_at_any_moment_nothing_is_wrong);
	tcase_add_test(tc, a_table_that_is_made_or_dropped_when_the_writer_is_killed);
	suite_add_tcase(s, tc);
	return s;
}
