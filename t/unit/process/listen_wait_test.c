/* SPDX-License-Identifier: BSD-2-Clause */
/* Which addresses may wait, and how long they are remembered. */
#include <check.h>

#include "config/config.h"
#include "config/config_load.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "process/listen_wait.h"
#include "process/running.h"

Suite *listen_wait_suite(void);

static struct arena *arena;
static struct conf_errors errors;
static struct config *now;

static struct config *load(const char *yaml)
{
	struct config_file *file = config_load(&(struct config_source){ .text = slice_of(yaml) },
					       false, &errors);
	struct config *config;

	ck_assert_ptr_nonnull(file);
	config = config_new(file);
	config_load_free(file);
	return config;
}

static void setup(void)
{
	arena = arena_new();
	conf_errors_init(&errors, arena);
	now = load("services: {file: {listen: '127.0.0.1:1', backends: []},"
		   " api: {listen: ['127.0.0.1:2', '127.0.0.1:3'], backends: []}}");
	running_set_base(load("services: {file: {listen: '127.0.0.1:1', backends: []}}"));
}

static void teardown(void)
{
	running_set_base(NULL);
	config_free(now);
	conf_errors_close(&errors);
	arena_free(arena);
}

static struct kind_listener listener(const char *service, const char *path)
{
	struct object *object = config_get(now, path);

	return (struct kind_listener){ .conf = object->conf, .owner = config_get(now, service),
				       .listener = object };
}

static unsigned waiting(void)
{
	unsigned n = 0;

	for (size_t i = 0; listen_wait_next(&i) != NULL;)
		n++;
	return n;
}

START_TEST(what_only_the_api_had_added_waits)
{
	struct kind_listener file = listener("services/file", "services/file/listen/127.0.0.1:1");
	struct kind_listener api = listener("services/api", "services/api/listen/127.0.0.1:2");
	struct kind_listener more = listener("services/api", "services/api/listen/127.0.0.1:3");
	size_t first = 0;

	ck_assert(!listen_wait_add(&file, false, "in use"));
	ck_assert(listen_wait_add(&api, false, "in use"));
	ck_assert_uint_eq(waiting(), 1);
	ck_assert_str_eq(listen_wait_next(&first)->path, "services/api/listen/127.0.0.1:2");
	/* Later: only what waits already. */
	ck_assert(listen_wait_add(&api, true, "in use"));
	ck_assert(!listen_wait_add(&more, true, "in use"));
	ck_assert(!listen_wait_add(&file, true, "in use"));
	ck_assert_uint_eq(waiting(), 1);
	listen_wait_bound(&api.conf->addr);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert(!listen_wait_add(&api, true, "in use"));
	listen_wait_sweep(now);
}
END_TEST

START_TEST(what_is_removed_is_forgotten)
{
	struct kind_listener api = listener("services/api", "services/api/listen/127.0.0.1:2");
	struct kind_listener more = listener("services/api", "services/api/listen/127.0.0.1:3");
	struct config *next = config_share(now);

	ck_assert(listen_wait_add(&api, false, "in use"));
	ck_assert(listen_wait_add(&more, false, "in use"));
	ck_assert(config_remove(next, "services/api/listen/127.0.0.1:2"));
	listen_wait_sweep(next);
	ck_assert_uint_eq(waiting(), 1);
	ck_assert(config_remove(next, "services/api"));
	listen_wait_sweep(next);
	ck_assert_uint_eq(waiting(), 0);
	config_free(next);
}
END_TEST

START_TEST(without_a_state_file_nothing_waits)
{
	struct kind_listener api = listener("services/api", "services/api/listen/127.0.0.1:2");

	running_set_base(NULL);
	ck_assert(!listen_wait_add(&api, false, "in use"));
}
END_TEST

Suite *listen_wait_suite(void)
{
	Suite *suite = suite_create("listen_wait");
	TCase *tcase = tcase_create("listen_wait");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_only_the_api_had_added_waits);
	tcase_add_test(tcase, what_is_removed_is_forgotten);
	tcase_add_test(tcase, without_a_state_file_nothing_waits);
	suite_add_tcase(suite, tcase);
	return suite;
}
