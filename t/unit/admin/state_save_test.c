/* SPDX-License-Identifier: BSD-2-Clause */
/* Saving, with a disk that takes it and with one that does not; and what is said about it. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/state_save.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/state_document.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "os/durable_file.h"

Suite *state_save_suite(void);

static char folder[64], path[128], why[STATE_SAVE_WHY];
static struct arena *arena;
static struct conf_errors errors;
static struct config_file *file;
static struct config *config;
static struct text log_text;

static void note(const struct log_record *record)
{
	text_printf(&log_text, "%s: %s\n", record->event, record->message);
}

static void load_it(const char *more)
{
	struct text yaml;

	text_init(&yaml);
	text_printf(&yaml, "state: %s\nservices: {web: {listen: ':80', check: tcp, backends: "
		    "{one: '10.0.0.1:80', two: '10.0.0.2:80'%s}}}", path, more);
	file = config_load(&(struct config_source){ .text = text_slice(&yaml) }, false, &errors);
	ck_assert_ptr_nonnull(file);
	config = config_new(file);
	text_close(&yaml);
}

static void setup(void)
{
	struct scoreboard_sizes sizes = { 4, 4, 16, 16 };

	strcpy(folder, "/tmp/heddle-save-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/state.json", folder);
	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(1);
	arena = arena_new();
	conf_errors_init(&errors, arena);
	text_init(&log_text);
	log_set_sink(note);
	load_it("");
	state_save_open();
}

static void teardown(void)
{
	static const char *const names[] = { "", ".old", ".new", ".damaged" };
	char at[160];

	state_save_close();
	log_set_sink(NULL);
	config_free(config);
	config_load_free(file);
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(at, sizeof(at), "%s%s", path, names[i]);
		unlink(at);
		rmdir(at);
	}
	rmdir(folder);
	text_close(&log_text);
	conf_errors_close(&errors);
	arena_free(arena);
}

static bool save(uint64_t generation)
{
	return state_save(&(struct state_saved){ config, config, generation }, why);
}

static uint64_t generation_at(const char *suffix)
{
	struct state_document document;
	char at[160], wrong[STATE_DOCUMENT_WHY];
	struct text text;
	bool ok;

	text_init(&text);
	snprintf(at, sizeof(at), "%s%s", path, suffix);
	ok = durable_file_read(at, &text, why, sizeof(why)) == DURABLE_FILE_READ &&
	     state_document_read(text_slice(&text), arena, &document, wrong);
	text_close(&text);
	return ok ? document.generation : 0;
}

START_TEST(each_save_keeps_the_one_before)
{
	ck_assert(save(1));
	ck_assert_uint_eq(generation_at(""), 1);
	ck_assert_uint_eq(generation_at(".old"), 0);
	ck_assert(save(2));
	ck_assert_uint_eq(generation_at(""), 2);
	ck_assert_uint_eq(generation_at(".old"), 1);
	ck_assert_uint_eq(counter_sum(COUNTER_STATE_WRITES), 2);
	ck_assert_uint_ne(counter_sum(COUNTER_STATE_WRITTEN_MS), 0);
	ck_assert_uint_eq(log_text.len, 0);
}
END_TEST

/* A folder lies where the new file is written: that is told once, and its end too. */
START_TEST(what_fails_is_told_once)
{
	char fresh[160];

	ck_assert(save(1));
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	ck_assert_int_eq(mkdir(fresh, 0755), 0);
	ck_assert(!save(2));
	ck_assert(!save(3));
	ck_assert_msg(strstr(why, "state.json.new: File exists") != NULL, "%s", why);
	ck_assert_uint_eq(generation_at(""), 1);
	ck_assert_uint_eq(counter_sum(COUNTER_STATE_WRITE_ERRORS), 2);
	ck_assert_uint_eq(counter_sum(COUNTER_STATE_ERROR), EEXIST);
	rmdir(fresh);
	ck_assert(save(4));
	ck_assert_uint_eq(counter_sum(COUNTER_STATE_ERROR), 0);
	ck_assert_uint_eq(generation_at(""), 4);
	ck_assert_ptr_nonnull(strstr(text_cstr(&log_text), "state_write_failed: "));
	ck_assert_ptr_eq(strstr(strstr(log_text.data, "state_write_failed") + 1,
				"state_write_failed"), NULL);
	ck_assert_ptr_nonnull(strstr(log_text.data, "state_written: "));
}
END_TEST

/* A damaged one must not take the place of the good one beside it. */
START_TEST(a_damaged_one_is_not_kept)
{
	FILE *damaged;

	ck_assert(save(1));
	ck_assert(save(2));
	state_save_close();	/* as by the next process */
	state_save_open();
	damaged = fopen(path, "w");
	fputs("{", damaged);
	fclose(damaged);
	ck_assert(save(4));
	ck_assert_uint_eq(generation_at(""), 4);
	ck_assert_uint_eq(generation_at(".old"), 1);
}
END_TEST

START_TEST(health_is_saved_when_it_has_changed)
{
	struct object *one = config_get(config, "services/web/backends/one");
	struct text text;

	one->handle = backend_cell_take();
	ck_assert(!state_save_outdated(config));
	backend_cell(one->handle.index)->health = HEALTH_DOWN;
	ck_assert(state_save_outdated(config));
	ck_assert(!state_save_outdated(config));
	ck_assert(save(1));
	text_init(&text);
	ck_assert_int_eq(durable_file_read(path, &text, why, sizeof(why)), DURABLE_FILE_READ);
	ck_assert_ptr_nonnull(strstr(text_cstr(&text), "\"health\": {\"web/one\": \"down\"}"));
	text_close(&text);
	backend_cell(one->handle.index)->health = HEALTH_UP;
	ck_assert(state_save_outdated(config));
}
END_TEST

Suite *state_save_suite(void)
{
	Suite *suite = suite_create("state_save");
	TCase *tcase = tcase_create("state_save");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, each_save_keeps_the_one_before);
	tcase_add_test(tcase, what_fails_is_told_once);
	tcase_add_test(tcase, a_damaged_one_is_not_kept);
	tcase_add_test(tcase, health_is_saved_when_it_has_changed);
	suite_add_tcase(suite, tcase);
	return suite;
}
