/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the two files a start uses, and what it says about the other one. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/base.h"
#include "process/state_read.h"

Suite *state_read_suite(void);

static struct arena *arena;
static char folder[64], path[128];

static void put(const char *suffix, const char *content)
{
	char at[160];
	FILE *file;

	snprintf(at, sizeof(at), "%s%s", path, suffix);
	unlink(at);
	if (content == NULL)
		return;
	file = fopen(at, "w");
	fputs(content, file);
	fclose(file);
}

static void setup(void)
{
	strcpy(folder, "/tmp/heddle-state-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/state.json", folder);
	arena = arena_new();
}

static void teardown(void)
{
	put("", NULL);
	put(".old", NULL);
	put(".new", NULL);
	rmdir(folder);
	arena_free(arena);
}

#define GOOD(n) "{\"format\": 1, \"generation\": " #n ", \"running\": {}}"

static const struct {
	const char *file, *old, *fresh;
	enum state_origin origin;
	uint64_t generation;
	const char *why, *why_old;
} cases[] = {
	{ NULL, NULL, NULL, STATE_ABSENT, 0, "", "" },
	{ GOOD(2), GOOD(1), NULL, STATE_CURRENT, 2, "", "" },
	{ GOOD(2), "{", NULL, STATE_CURRENT, 2, "", "" },
	{ "{", GOOD(1), NULL, STATE_PREVIOUS, 1, "state.json: line 1", "" },
	{ "", GOOD(1), NULL, STATE_PREVIOUS, 1, "state.json: it is empty", "" },
	{ "{}", NULL, NULL, STATE_DAMAGED, 0, "no state file", "state.json.old: there is none" },
	{ "{", "[", NULL, STATE_DAMAGED, 0, "state.json: line 1", "state.json.old: line 1" },
	/* Removed by somebody; or lost by a write that was cut off. */
	{ NULL, GOOD(1), NULL, STATE_ABSENT, 0, "", "" },
	{ NULL, GOOD(1), "{", STATE_PREVIOUS, 1, "a write was cut off", "" },
};

START_TEST(the_good_one_is_used)
{
	struct state_read read;

	put("", cases[_i].file);
	put(".old", cases[_i].old);
	put(".new", cases[_i].fresh);
	state_read(&(struct state_files){ .path = path }, arena, &read);
	ck_assert_int_eq(read.origin, cases[_i].origin);
	if (read.origin == STATE_CURRENT || read.origin == STATE_PREVIOUS)
		ck_assert_uint_eq(read.document.generation, cases[_i].generation);
	ck_assert_msg(strstr(read.why, cases[_i].why) != NULL, "%s", read.why);
	ck_assert_msg(strstr(read.why_old, cases[_i].why_old) != NULL, "%s", read.why_old);
	ck_assert_int_eq(read.why[0] == '\0', cases[_i].why[0] == '\0');
	ck_assert_int_eq(state_read_good(&(struct state_files){ .path = path }),
			 read.origin == STATE_CURRENT);
}
END_TEST

START_TEST(a_fifo_holds_nobody_up)
{
	struct state_read read;

	put(".old", GOOD(1));
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	state_read(&(struct state_files){ .path = path }, arena, &read);
	ck_assert_int_eq(read.origin, STATE_PREVIOUS);
	ck_assert_msg(strstr(read.why, "no regular file") != NULL, "%s", read.why);
}
END_TEST

Suite *state_read_suite(void)
{
	Suite *suite = suite_create("state_read");
	TCase *tcase = tcase_create("state_read");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, the_good_one_is_used, 0, COUNT(cases));
	tcase_add_test(tcase, a_fifo_holds_nobody_up);
	suite_add_tcase(suite, tcase);
	return suite;
}
