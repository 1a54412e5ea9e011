/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that include files, in a folder of their own; ${NAME} in them. */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"
#include "core/yaml.h"

Suite *yaml_include_suite(void);

static bool is_services(struct slice key)
{
	return slice_is(key, "services");
}

static char folder[PATH_MAX], home[PATH_MAX];
static struct arena *arena;
static struct conf_errors errors;
static struct text out;
static const char *const names[] = { "main.yaml", "a.yaml", "b.yaml", "d/1.yaml", "d/2.yaml" };

static void setup(void)
{
	ck_assert_ptr_nonnull(getcwd(home, sizeof(home)));
	snprintf(folder, sizeof(folder), "/tmp/heddle-unit-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	mkdir("d", 0755);
	arena = arena_new();
	conf_errors_init(&errors, arena);
	text_init(&out);
}

static void teardown(void)
{
	for (size_t i = 0; i < COUNT(names); i++)
		unlink(names[i]);
	rmdir("d");
	ck_assert_int_eq(chdir(home), 0);
	rmdir(folder);
	text_close(&out);
	arena_free(arena);
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static struct node *read_main(void)
{
	struct node *node = yaml_read_file("main.yaml", is_services, arena, &errors);

	conf_errors_sort(&errors);
	conf_errors_print(&errors, &out);
	return node;
}

START_TEST(services_of_all_files_come_together)
{
	put("main.yaml", "include: d/*.yaml\nservices: {m: {x: 1}}\n");
	put("d/2.yaml", "services: [{name: two}]\n");
	put("d/1.yaml", "include: [../a.yaml]\nservices: {one: {}}\nlog: stderr\n");
	put("a.yaml", "x-anchor: &x {}\nservices: {a: *x}\n");
	struct node *root = read_main();
	struct node *services = node_get(root, "services");
	static const char *const order[] = { "m", "one", "a", "two" };

	ck_assert_str_eq(text_cstr(&out), "");
	ck_assert_uint_eq(services->count, COUNT(order));
	for (size_t i = 0; i < COUNT(order); i++)
		ck_assert_str_eq(node_get(services->items[i], "name")->value.data, order[i]);
	ck_assert_ptr_nonnull(node_get(root, "log"));
	ck_assert_ptr_null(node_get(root, "include"));
	ck_assert_uint_eq(errors.file_count, 4);
}
END_TEST

START_TEST(nothing_is_given_twice)
{
	put("main.yaml", "include: [d/1.yaml, d/2.yaml]\nservices: {m: {}}\nworkers: 2\n");
	put("d/1.yaml", "services:\n  m: {}\n");
	put("d/2.yaml", "workers: 3\n");
	read_main();
	ck_assert_str_eq(text_cstr(&out),
			 "d/1.yaml:2:3: error: services.m: already given at main.yaml:2\n"
			 "d/2.yaml:1:1: error: workers: already given at main.yaml:3\n");
}
END_TEST

START_TEST(loops_and_repetitions_are_told)
{
	put("main.yaml", "include: [a.yaml, a.yaml]\n");
	put("a.yaml", "include: b.yaml\n");
	put("b.yaml", "include: main.yaml\n");
	read_main();
	ck_assert_str_eq(text_cstr(&out),
			 "main.yaml:1:19: error: include: a.yaml is already included\n"
			 "b.yaml:1:10: error: include: main.yaml includes itself\n");
}
END_TEST

START_TEST(files_that_are_not_there)
{
	put("main.yaml", "include: [a.yaml, 'none/*.yaml', 'd/*.none', d, {x: 1}]\n");
	read_main();
	ck_assert_str_eq(text_cstr(&out),
			 "main.yaml:1:11: error: include: a.yaml: No such file or directory\n"
			 "main.yaml:1:19: error: include: none/*.yaml: No such file or directory\n"
		"main.yaml:1:46: error: include: d is a folder; write d/*.yaml\n"
			 "main.yaml:1:49: error: include: expected a path, not a mapping\n");
}
END_TEST

START_TEST(empty_files_are_noticed)
{
	put("main.yaml", "include: a.yaml\nservices: {}\n");
	put("a.yaml", "# to come\n");
	ck_assert_ptr_nonnull(read_main());
	ck_assert_str_eq(text_cstr(&out),
			 "main.yaml:1:10: warning: include: there is nothing in a.yaml\n");
}
END_TEST

START_TEST(one_broken_file_does_not_hide_another)
{
	put("main.yaml", "include: d/*.yaml\n");
	put("d/1.yaml", "a: [\n");
	put("d/2.yaml", "- 1\n");
	read_main();
	ck_assert_str_eq(text_cstr(&out),
			 "d/1.yaml:1:4: error: this \"[\" is not closed\n"
			 "d/2.yaml:1:1: error: a mapping is expected, not a list\n");
}
END_TEST

static const struct {
	const char *written, *value;
} expanded[] = {
	{ "${HEDDLE_UNIT}", "one two" },
	{ "a${HEDDLE_UNIT}b", "aone twob" },
	{ "${HEDDLE_UNSET:-text}", "text" },
	{ "${HEDDLE_UNSET:-}", "" },
	{ "${HEDDLE_EMPTY:-x}", "x" },
	{ "'${HEDDLE_UNIT}'", "one two" },
	{ "\"[::1]:${HEDDLE_PORT}\"", "[::1]:80" },
	{ "$$ $x $${HEDDLE_UNIT}", "$ $x ${HEDDLE_UNIT}" },
};

START_TEST(the_environment_is_text)
{
	struct text yaml;

	setenv("HEDDLE_UNIT", "one two", 1);
	setenv("HEDDLE_PORT", "80", 1);
	setenv("HEDDLE_EMPTY", "", 1);
	text_init(&yaml);
	text_printf(&yaml, "a: %s\n", expanded[_i].written);
	put("main.yaml", text_cstr(&yaml));
	text_close(&yaml);
	struct node *root = read_main();

	ck_assert_str_eq(text_cstr(&out), "");
	ck_assert_str_eq(node_get(root, "a")->value.data, expanded[_i].value);
}
END_TEST

START_TEST(what_the_environment_has_not_is_told)
{
	setenv("HEDDLE_LATIN", "\xe9", 1);
	put("main.yaml",
	    "a: {b: '${HEDDLE_NONE}'}\nc: ${}\nd: ${X\ne: ${X-y}\nf: ${HEDDLE_LATIN}\n");
	read_main();
	ck_assert_str_eq(
		text_cstr(&out),
		"main.yaml:1:8: error: a.b: ${HEDDLE_NONE} is not in the environment; write "
		"${HEDDLE_NONE:-text} for a default\n"
		"main.yaml:2:4: error: c: write ${NAME} or ${NAME:-text}; $$ is a dollar sign\n"
		"main.yaml:3:4: error: d: write ${NAME} or ${NAME:-text}; $$ is a dollar sign\n"
		"main.yaml:4:4: error: e: write ${NAME} or ${NAME:-text}; $$ is a dollar sign\n"
		"main.yaml:5:4: error: f: ${HEDDLE_LATIN} holds what is not text in UTF-8\n");
}
END_TEST

Suite *yaml_include_suite(void)
{
	Suite *suite = suite_create("yaml_include");
	TCase *tests = tcase_create("files");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, services_of_all_files_come_together);
	tcase_add_test(tests, nothing_is_given_twice);
	tcase_add_test(tests, loops_and_repetitions_are_told);
	tcase_add_test(tests, files_that_are_not_there);
	tcase_add_test(tests, empty_files_are_noticed);
	tcase_add_test(tests, one_broken_file_does_not_hide_another);
	tcase_add_loop_test(tests, the_environment_is_text, 0, COUNT(expanded));
	tcase_add_test(tests, what_the_environment_has_not_is_told);
	suite_add_tcase(suite, tests);
	return suite;
}
