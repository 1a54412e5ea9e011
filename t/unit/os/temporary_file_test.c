/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/temporary_file.h"

Suite *temporary_file_suite(void);

static unsigned names_in(const char *folder)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	ck_assert_ptr_nonnull(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

START_TEST(has_no_name)
{
	char folder[] = "/tmp/heddle-unit-XXXXXX", back[5] = "";
	struct stat st;
	int fd;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	fd = temporary_file_open(folder);
	ck_assert_int_ne(fd, -1);
	ck_assert_uint_eq(names_in(folder), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_nlink, 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(pwrite(fd, "body", 4, 0), 4);
	ck_assert_int_eq(pread(fd, back, 4, 0), 4);
	ck_assert_str_eq(back, "body");
	close(fd);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(no_folder)
{
	ck_assert_int_eq(temporary_file_open("/nonexistent/folder"), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

/* A file system that knows no files without a name: /proc has nothing that can be written. */
START_TEST(not_a_folder_for_files)
{
	ck_assert_int_eq(temporary_file_open("/proc/self"), -1);
	ck_assert_int_ne(errno, 0);
}
END_TEST

Suite *temporary_file_suite(void)
{
	Suite *s = suite_create("temporary_file");
	TCase *c = tcase_create("temporary_file");

	tcase_add_test(c, has_no_name);
	tcase_add_test(c, no_folder);
	tcase_add_test(c, not_a_folder_for_files);
	suite_add_tcase(s, c);
	return s;
}
