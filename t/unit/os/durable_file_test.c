/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.h"
#include "os/durable_file.h"

Suite *durable_file_suite(void);

static char folder[64], path[128], why[512];
static struct text text;

static void setup(void)
{
	strcpy(folder, "/tmp/heddle-durable-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
	text_init(&text);
	why[0] = '\0';
}

static const char *beside(const char *suffix)
{
	static char at[DURABLE_FILE_PATH];

	ck_assert(durable_file_beside(path, suffix, at));
	return at;
}

static void teardown(void)
{
	static const char *const suffixes[] = { "old", "new", "damaged" };

	for (size_t i = 0; i < 3; i++) {
		unlink(beside(suffixes[i]));
		rmdir(beside(suffixes[i]));
	}
	unlink(path);
	rmdir(path);
	rmdir(folder);
	text_close(&text);
}

static const char *content(const char *at)
{
	text_clear(&text);
	return durable_file_read(at, &text, why, sizeof(why)) == DURABLE_FILE_READ ?
		       text_cstr(&text) : "-";
}

static bool put(struct slice bytes, bool keep)
{
	return durable_file_write(&(struct durable_file){ path, 0640, keep }, &bytes, 1, why,
				  sizeof(why));
}

static void write_good(const char *bytes, bool keep)
{
	ck_assert_msg(put(slice_of(bytes), keep), "%s", why);
	ck_assert_str_eq(content(path), bytes);
	ck_assert_int_eq(access(beside("new"), F_OK), -1);
}

START_TEST(the_one_before_is_kept)
{
	struct stat st;

	ck_assert_int_eq(durable_file_read(path, &text, why, sizeof(why)), DURABLE_FILE_MISSING);
	write_good("one", true);
	ck_assert_str_eq(content(beside("old")), "-");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0137, 0);
	write_good("two", true);
	ck_assert_str_eq(content(beside("old")), "one");
	write_good("three", false);
	ck_assert_str_eq(content(beside("old")), "one");
	ck_assert(durable_file_link(path, "damaged"));
	ck_assert(durable_file_link(path, "damaged"));
	write_good("four", false);
	ck_assert_str_eq(content(beside("damaged")), "three");
}
END_TEST

START_TEST(pieces_follow_each_other)
{
	const struct slice pieces[] = { slice_of("one"), slice_of(""), slice_of("two") };

	ck_assert(durable_file_write(&(struct durable_file){ path, 0640, true }, pieces, 3, why,
				     sizeof(why)));
	ck_assert_str_eq(content(path), "onetwo");
}
END_TEST

START_TEST(what_a_killed_one_left_does_not_matter)
{
	struct stat st;

	write_good("one", true);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(symlink("/dev/full", beside("new")), 0);
	write_good("two", true);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);	/* somebody wanted it so */
}
END_TEST

/* In a process of its own: `prepare` makes writing impossible. */
static void fails_after(void (*prepare)(void), const char *sentence)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		static char big[3 << 20];
		struct slice bytes = { big, sizeof(big) };

		prepare();
		if (put(bytes, true))
			_exit(1);
		if (strstr(why, sentence) == NULL)
			fprintf(stderr, "%s\n", why);
		_exit(strstr(why, sentence) != NULL ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(content(path), "good");
	ck_assert_str_eq(content(beside("old")), "older");
	ck_assert_int_eq(access(beside("new"), F_OK), -1);
}

static void limit_size(void)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
}

static void forbid(void)
{
	if (geteuid() == 0 && setuid(65534) != 0)
		_exit(3);
}

START_TEST(a_failure_changes_nothing)
{
	write_good("older", true);
	write_good("good", true);
	fails_after(limit_size, "file.new: File too large; raise the limit");
	ck_assert_int_eq(chmod(folder, 0555), 0);
	fails_after(forbid, "file.new: Permission denied; the user");
	ck_assert_int_eq(chmod(folder, 0755), 0);
}
END_TEST

START_TEST(a_folder_in_its_place)
{
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert(!put(slice_of("x"), false));
	ck_assert_msg(strstr(why, "Is a directory") != NULL, "%s", why);
	ck_assert_int_eq(durable_file_read(path, &text, why, sizeof(why)),
			 DURABLE_FILE_UNREADABLE);
}
END_TEST

START_TEST(no_folder)
{
	snprintf(path, sizeof(path), "%s/none/file", folder);
	ck_assert(!put(slice_of("x"), true));
	ck_assert_msg(strstr(why, "No such file") != NULL, "%s", why);
}
END_TEST

START_TEST(nothing_waits_for_a_fifo_and_no_link_is_followed)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(durable_file_read(path, &text, why, sizeof(why)),
			 DURABLE_FILE_UNREADABLE);
	ck_assert_msg(strstr(why, "no regular file") != NULL, "%s", why);
	unlink(path);
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
	ck_assert_int_eq(durable_file_read(path, &text, why, sizeof(why)),
			 DURABLE_FILE_UNREADABLE);
	ck_assert_msg(strstr(why, "symbolic link") != NULL, "%s", why);
}
END_TEST

START_TEST(a_huge_one_is_not_read)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_eq(ftruncate(fd, (off_t)DURABLE_FILE_MOST + 1), 0);
	close(fd);
	ck_assert_int_eq(durable_file_read(path, &text, why, sizeof(why)),
			 DURABLE_FILE_UNREADABLE);
	ck_assert_msg(strstr(why, "larger than 64 MB") != NULL, "%s", why);
	ck_assert_uint_eq(text.len, 0);
}
END_TEST

/* Killed at any moment: one of two whole contents is there. */
START_TEST(killed_while_writing)
{
	static char a[200000], b[200000];

	memset(a, 'a', sizeof(a) - 1);
	memset(b, 'b', sizeof(b) - 1);
	write_good(a, true);
	for (int round = 0; round < 40; round++) {
		pid_t pid = fork();

		if (pid == 0) {
			for (unsigned n = 0;; n++)
				(void)!put(slice_of(n % 2 ? a : b), true);
		}
		usleep((useconds_t)(100 + round * 97 % 3000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		content(path);
		ck_assert_uint_eq(text.len, sizeof(a) - 1);
		ck_assert_int_eq(memcmp(text.data, text.data + 1, text.len - 1), 0);
	}
}
END_TEST

Suite *durable_file_suite(void)
{
	Suite *suite = suite_create("durable_file");
	TCase *tcase = tcase_create("durable_file");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_one_before_is_kept);
	tcase_add_test(tcase, pieces_follow_each_other);
	tcase_add_test(tcase, what_a_killed_one_left_does_not_matter);
	tcase_add_test(tcase, a_failure_changes_nothing);
	tcase_add_test(tcase, a_folder_in_its_place);
	tcase_add_test(tcase, no_folder);
	tcase_add_test(tcase, nothing_waits_for_a_fifo_and_no_link_is_followed);
	tcase_add_test(tcase, a_huge_one_is_not_read);
	tcase_add_test(tcase, killed_while_writing);
	suite_add_tcase(suite, tcase);
	return suite;
}
