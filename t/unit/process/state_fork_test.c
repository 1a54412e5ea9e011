/* SPDX-License-Identifier: BSD-2-Clause */
/* What another process has read is what this one gets. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/base.h"
#include "os/privileges.h"
#include "process/state_fork.h"

Suite *state_fork_suite(void);

static const struct identity same = { .change = false };
static struct arena *arena;
static char path[64];

static void setup(void)
{
	arena = arena_new();
	strcpy(path, "/tmp/heddle-state-XXXXXX");
	close(mkstemp(path));
}

static void teardown(void)
{
	unlink(path);
	arena_free(arena);
}

static void read_of(const char *content, struct state_read *read)
{
	FILE *file = fopen(path, "w");

	fputs(content, file);
	fclose(file);
	state_fork_read(&(struct state_files){ .path = path }, &same, arena, read);
}

#define RUNNING "\"running\": {\"services\": {\"web\": {\"listen\": [\":80\"]}}}"

static const struct {
	const char *content;
	bool        base, health, unsealed;
} good[] = {
	{ "{\"format\": 1, " RUNNING "}", false, false, true },
	{ "{\"format\": 1, \"base\": {}, " RUNNING "}", true, false, true },
	{ "{\"format\": 1, " RUNNING ", \"health\": {\"web/one\": \"down\"}}", false, true, true },
};

START_TEST(trees_come_over)
{
	struct state_read read;
	const struct state_document *d = &read.document;

	read_of(good[_i].content, &read);
	ck_assert_int_eq(read.origin, STATE_CURRENT);
	ck_assert_ptr_nonnull(node_get(node_get(d->running, "services"), "web"));
	ck_assert_int_eq(d->base != NULL, good[_i].base);
	ck_assert_int_eq(d->health != NULL, good[_i].health);
	ck_assert_int_eq(d->unsealed, good[_i].unsealed);
}
END_TEST

START_TEST(reasons_come_over)
{
	struct state_read read;

	read_of("{\"format\": 9, \"running\": {}}", &read);
	ck_assert_int_eq(read.origin, STATE_DAMAGED);
	ck_assert_msg(strstr(read.why, "newer heddle") != NULL, "%s", read.why);
	unlink(path);
	state_fork_read(&(struct state_files){ .path = path }, &same, arena, &read);
	ck_assert_int_eq(read.origin, STATE_ABSENT);
}
END_TEST

/* A large one does not fit into a pipe. */
START_TEST(a_large_one_comes_over)
{
	struct state_read read;
	FILE *file = fopen(path, "w");

	fputs("{\"format\": 1, \"running\": {\"services\": {\"web\": {\"backends\": {\"x\": {}",
	      file);
	for (int i = 0; i < 20000; i++)
		fprintf(file, ",\n\"b%d\": {\"address\": \"10.0.0.1:%d\"}", i, i);
	fputs("}}}}}", file);
	fclose(file);
	state_fork_read(&(struct state_files){ .path = path }, &same, arena, &read);
	ck_assert_int_eq(read.origin, STATE_CURRENT);
	ck_assert_uint_eq(node_get(node_get(node_get(read.document.running, "services"), "web"),
				   "backends")->count, 20001);
}
END_TEST

Suite *state_fork_suite(void)
{
	Suite *suite = suite_create("state_fork");
	TCase *tcase = tcase_create("state_fork");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, trees_come_over, 0, COUNT(good));
	tcase_add_test(tcase, reasons_come_over);
	tcase_add_test(tcase, a_large_one_comes_over);
	suite_add_tcase(suite, tcase);
	return suite;
}
