/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/map_lines.h"

Suite *map_lines_suite(void);

#define LONGEST 65535	/* bytes of a line that fits, without its end */

/* What the lines of a file were: their numbers with their lengths, or "!" for one too long. */
static char got[4096];

static void take(void *arg, uint32_t number, struct slice line, const char *why)
{
	size_t at = strlen(got);

	(void)arg;
	if (why != NULL)
		snprintf(got + at, sizeof(got) - at, "%u! ", number);
	else
		snprintf(got + at, sizeof(got) - at, "%u:%zu ", number, line.len);
}

static int file_of(const char *text, size_t size)
{
	FILE *file = tmpfile();
	int fd;

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, size, file), size);
	ck_assert_int_eq(fflush(file), 0);
	fd = dup(fileno(file));
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Reads all of it; the result of the last call. */
static int read_file(const char *text, size_t size)
{
	int fd = file_of(text, size), result;
	struct map_lines lines;

	got[0] = '\0';
	map_lines_begin(&lines);
	do
		result = map_lines_read(&lines, fd, &(struct map_lines_user){ take, NULL });
	while (result == 1);
	map_lines_end(&lines);
	close(fd);
	return result;
}

static const struct {
	const char *text, *lines;
} cases[] = {
	{ "", "" },
	{ "a", "1:1 " },
	{ "a\n", "1:1 " },
	{ "\n\nabc\nd", "1:0 2:0 3:3 4:1 " },
	{ "\xef\xbb\xbf" "a\n\xef\xbb\xbf" "b\n", "1:1 2:4 " },
	{ "a\r\n", "1:2 " },
};

START_TEST(numbers)
{
	ck_assert_int_eq(read_file(cases[_i].text, strlen(cases[_i].text)), 0);
	ck_assert_str_eq(got, cases[_i].lines);
}
END_TEST

/* Lines of any length around that of a piece, which is where one is cut. */
static const struct {
	size_t      length;
	const char *lines;
} longer[] = {
	{ LONGEST - 1, "1:1 2:65534 3:1 " }, { LONGEST, "1:1 2:65535 3:1 " },
	{ LONGEST + 1, "1:1 2! 3:1 " },      { LONGEST + 2, "1:1 2! 3:1 " },
	{ 2 * LONGEST + 2, "1:1 2! 3:1 " },  { 1000000, "1:1 2! 3:1 " },
};

START_TEST(long_lines)
{
	size_t length = longer[_i].length;
	char *text = malloc(length + 5);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', length + 5);
	text[1] = text[length + 2] = text[length + 4] = '\n';
	ck_assert_int_eq(read_file(text, length + 5), 0);
	ck_assert_str_eq(got, longer[_i].lines);
	free(text);
}
END_TEST

START_TEST(unreadable)
{
	const char *why = NULL;
	struct map_lines lines;
	int ends[2];

	ck_assert_int_eq(map_lines_open("/nonexistent/map", &why), -1);
	ck_assert_str_eq(why, strerror(ENOENT));
	ck_assert_int_eq(map_lines_open("/", &why), -1);
	ck_assert_str_eq(why, "it is no regular file");
	ck_assert_int_eq(pipe(ends), 0);
	map_lines_begin(&lines);	/* the end for writing cannot be read */
	ck_assert_int_eq(map_lines_read(&lines, ends[1], &(struct map_lines_user){ take, NULL }),
			 -1);
	ck_assert_int_eq(errno, EBADF);
	map_lines_end(&lines);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

Suite *map_lines_suite(void)
{
	Suite *s = suite_create("map_lines");
	TCase *c = tcase_create("lines");

	tcase_add_loop_test(c, numbers, 0, (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_loop_test(c, long_lines, 0, (int)(sizeof(longer) / sizeof(longer[0])));
	tcase_add_test(c, unreadable);
	suite_add_tcase(s, c);
	return s;
}
