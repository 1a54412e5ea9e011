/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cache_file.h"
#include "core/cache_item.h"

Suite *cache_file_suite(void);

#define ITEMS 40
#define LONGEST 7000

static struct cache_file file;
static char bytes[1 << 20], path[64];
static size_t len;
static int fd;

/* Of many lengths, an empty one among them. */
static struct slice value_of(unsigned i)
{
	static char value[LONGEST];

	memset(value, 'a' + (int)(i % 26), sizeof(value));
	return (struct slice){ value, i % 4 == 0 ? 0 : i % 7 == 0 ? LONGEST : i };
}

static struct slice key_of(unsigned i)
{
	static char key[32];

	snprintf(key, sizeof(key), "key %u", i);
	return slice_of(key);
}

static void write_items(unsigned count)
{
	ssize_t n;

	ck_assert(cache_file_begin(&file, fd));
	for (unsigned i = 0; i < count; i++)
		ck_assert(cache_file_put(&file, i % 3 * 1000, key_of(i), value_of(i)));
	ck_assert(cache_file_finish(&file));
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	n = read(fd, bytes, sizeof(bytes));
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, sizeof(bytes));
	len = (size_t)n;
}

static void setup(void)
{
	strcpy(path, "/tmp/heddle-cache-file-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ne(fd, -1);
}

static void teardown(void)
{
	close(fd);
	unlink(path);
}

/* How it ends, and how many items come before. */
static enum cache_file_next read_all(const char *data, size_t size, unsigned *count)
{
	enum cache_file_next next;
	struct slice key, value;
	uint64_t end;

	*count = 0;
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	ck_assert_int_eq(pwrite(fd, data, size, 0), (ssize_t)size);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	if (!cache_file_open(&file, fd))
		return CACHE_FILE_DAMAGED;
	while ((next = cache_file_next(&file, &end, &key, &value)) == CACHE_FILE_ITEM) {
		ck_assert_uint_gt(key.len, 0);
		ck_assert_uint_le(key.len + value.len, CACHE_ITEM_MAX);
		(*count)++;
	}
	return next;
}

START_TEST(what_was_written_is_read)
{
	struct slice key, value;
	uint64_t end;

	write_items(ITEMS);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ck_assert(cache_file_open(&file, fd));
	for (unsigned i = 0; i < ITEMS; i++) {
		ck_assert_int_eq(cache_file_next(&file, &end, &key, &value), CACHE_FILE_ITEM);
		ck_assert_uint_eq(end, i % 3 * 1000);
		ck_assert(slice_equal(key, key_of(i)));
		ck_assert(slice_equal(value, value_of(i)));
	}
	ck_assert_int_eq(cache_file_next(&file, &end, &key, &value), CACHE_FILE_END);
}
END_TEST

START_TEST(one_without_items_is_whole)
{
	unsigned count;

	write_items(0);
	ck_assert_int_eq(read_all(bytes, len, &count), CACHE_FILE_END);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(one_that_ends_early_is_damaged)
{
	unsigned count;

	write_items(9);
	for (size_t size = 0; size < len; size++)
		ck_assert_int_eq(read_all(bytes, size, &count), CACHE_FILE_DAMAGED);
	ck_assert_int_eq(read_all(bytes, len, &count), CACHE_FILE_END);
	ck_assert_uint_eq(count, 9);
}
END_TEST

START_TEST(one_with_something_behind_it_is_damaged)
{
	unsigned count;

	write_items(3);
	bytes[len] = '\0';
	ck_assert_int_eq(read_all(bytes, len + 1, &count), CACHE_FILE_DAMAGED);
	memcpy(bytes + len, bytes, len);
	ck_assert_int_eq(read_all(bytes, 2 * len, &count), CACHE_FILE_DAMAGED);
}
END_TEST

START_TEST(each_other_byte_is_damage)
{
	static const unsigned char flips[] = { 0x01, 0x80, 0xff };
	unsigned count;

	write_items(9);
	for (size_t i = 0; i < len; i++) {
		for (size_t k = 0; k < COUNT(flips); k++) {
			char before = bytes[i];

			bytes[i] = (char)(before ^ flips[k]);
			ck_assert_int_eq(read_all(bytes, len, &count), CACHE_FILE_DAMAGED);
			bytes[i] = before;
		}
	}
}
END_TEST

/* As on a full disk: it is said, and nothing waits for ever. */
START_TEST(no_room_is_told)
{
	int full = open("/dev/full", O_WRONLY);
	bool ok = true;

	if (full == -1)
		return;
	ck_assert(cache_file_begin(&file, full));
	for (unsigned i = 0; ok && i < 100; i++)
		ok = cache_file_put(&file, 0, key_of(7), value_of(7));
	ck_assert(!ok);
	ck_assert_int_eq(errno, ENOSPC);
	close(full);
}
END_TEST

Suite *cache_file_suite(void)
{
	Suite *s = suite_create("cache_file");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, what_was_written_is_read);
	tcase_add_test(t, one_without_items_is_whole);
	tcase_add_test(t, one_that_ends_early_is_damaged);
	tcase_add_test(t, one_with_something_behind_it_is_damaged);
	tcase_add_test(t, each_other_byte_is_damage);
	tcase_add_test(t, no_room_is_told);
	suite_add_tcase(s, t);
	return s;
}
