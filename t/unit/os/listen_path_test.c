/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/addr.h"
#include "os/listen_path.h"

Suite *listen_path_suite(void);

static char folder[64], path[108], precious[108], why[512];
static struct addr addr;
static int fd;

static void setup(void)
{
	strcpy(folder, "/tmp/heddle-path-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
	snprintf(precious, sizeof(precious), "%s/precious", folder);
	ck_assert(addr_parse(&addr, slice_of(path), ADDR_LISTEN, NULL, why, sizeof(why)));
	fd = open(precious, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ne(fd, -1);
	close(fd);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
}

static void teardown(void)
{
	close(fd);
	unlink(path);
	unlink(precious);
	rmdir(folder);
}

static unsigned mode_of(const char *file)
{
	struct stat st;

	ck_assert_int_eq(lstat(file, &st), 0);
	return st.st_mode & 07777;
}

static bool give(mode_t mode)
{
	return listen_path_give(&addr, getuid(), getgid(), mode, why, sizeof(why));
}

START_TEST(a_socket_gets_its_mode)
{
	ck_assert_int_eq(bind(fd, &addr.u.sa, addr.len), 0);
	ck_assert_msg(give(0640), "%s", why);
	ck_assert_uint_eq(mode_of(path), 0640);
	ck_assert_msg(give(0666), "%s", why);
	ck_assert_uint_eq(mode_of(path), 0666);
}
END_TEST

/* As root it would give away whatever the owner of the folder points it at. */
START_TEST(a_link_in_its_place_is_not_followed)
{
	ck_assert_int_eq(symlink(precious, path), 0);
	ck_assert(!give(0666));
	ck_assert_msg(strstr(why, path) != NULL, "%s", why);
	ck_assert_uint_eq(mode_of(precious), 0600);
}
END_TEST

START_TEST(another_file_in_its_place_is_left_alone)
{
#ifdef __linux__
	ck_assert_int_eq(link(precious, path), 0);
	ck_assert(!give(0666));
	ck_assert_uint_eq(mode_of(precious), 0600);
#endif
}
END_TEST

START_TEST(a_path_is_lost_when_its_file_is_another_one)
{
	struct listen_path noted;

	ck_assert_int_eq(bind(fd, &addr.u.sa, addr.len), 0);
	noted = listen_path_note(&addr);
	ck_assert(!listen_path_lost(&addr, &noted));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(listen_path_lost(&addr, &noted));
	ck_assert_int_eq(rename(precious, path), 0);
	ck_assert(listen_path_lost(&addr, &noted));
	listen_path_remove(&addr, &noted);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

Suite *listen_path_suite(void)
{
	Suite *s = suite_create("listen_path");
	TCase *c = tcase_create("files");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_socket_gets_its_mode);
	tcase_add_test(c, a_link_in_its_place_is_not_followed);
	tcase_add_test(c, another_file_in_its_place_is_left_alone);
	tcase_add_test(c, a_path_is_lost_when_its_file_is_another_one);
	suite_add_tcase(s, c);
	return s;
}
