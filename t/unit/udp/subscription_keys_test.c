/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/err.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signed_fixture.h"
#include "udp/subscription_keys.h"

Suite *subscription_keys_suite(void);

static EVP_PKEY *one, *two;
static char folder[32];
static struct subscription_keys *keys;

static void make_keys(void)
{
	one = make_key(EVP_PKEY_RSA);
	two = make_key(EVP_PKEY_RSA);
}

static void free_keys(void)
{
	EVP_PKEY_free(one);
	EVP_PKEY_free(two);
}

static void open_keys(unsigned most, unsigned missing)
{
	strcpy(folder, "/tmp/heddle-keys-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	keys = subscription_keys_open(folder, most, missing);
}

static const char *path_of(const char *name)
{
	static char path[100];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void close_keys(void)
{
	char command[100];

	subscription_keys_close(keys);
	ck_assert_uint_eq(ERR_peek_error(), 0);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void name_is(struct slice key, bool mountpoints, const char *expected)
{
	char name[SUBSCRIPTION_KEYS_NAME];

	subscription_keys_name(key, mountpoints, name);
	ck_assert_str_eq(name, expected);
	ck_assert_ptr_null(strchr(name, '/'));
	ck_assert_str_ne(name, ".");
	ck_assert_str_ne(name, "..");
}

START_TEST(a_file_has_the_name_of_the_key)
{
	name_is(slice_of("example.com"), false, "example.com.pem");
	name_is(slice_of("example.com:8000"), false, "example.com_8000.pem");
	name_is(slice_of("A-z_0.9"), false, "A-z_0.9.pem");
	name_is(slice_of("host/app"), false, "host_app.pem");
	name_is(slice_of("host/app"), true, "host.pem");
	name_is(slice_of("host/a/b"), true, "host.pem");
	name_is(slice_of("*.example.com"), false, "_.example.com.pem");
}
END_TEST

START_TEST(no_name_leaves_the_folder)
{
	static const char zero[] = "a\0b";
	char longest[300], expected[300];

	name_is(slice_of(""), false, ".pem");
	name_is(slice_of("."), false, "..pem");
	name_is(slice_of(".."), false, "...pem");
	name_is(slice_of("/"), false, "_.pem");
	name_is(slice_of("/"), true, ".pem");
	name_is(slice_of("../x"), true, "...pem");
	name_is(slice_of("../../etc/passwd"), false, ".._.._etc_passwd.pem");
	name_is(slice_of("..\\x\n\xff"), false, ".._x__.pem");
	name_is((struct slice){ zero, 3 }, false, "a_b.pem");
	memset(longest, 'k', sizeof(longest));
	memset(expected, 'k', sizeof(expected));
	strcpy(expected + SUBSCRIPTION_KEY_MAX, ".pem");
	name_is((struct slice){ longest, SUBSCRIPTION_KEY_MAX }, false, expected);
	name_is((struct slice){ longest, sizeof(longest) }, false, expected);
}
END_TEST

/* Every byte, alone and between two dots. */
START_TEST(no_byte_is_a_way_out)
{
	const char bytes[] = { '.', (char)_i, '.' };
	char name[SUBSCRIPTION_KEYS_NAME];

	for (size_t len = 1; len <= 3; len++) {
		subscription_keys_name((struct slice){ bytes, len }, false, name);
		ck_assert_ptr_null(strchr(name, '/'));
		ck_assert_uint_eq(strlen(name), len + 4);
	}
}
END_TEST

START_TEST(a_key_is_read_once)
{
	struct subscription_key *key;

	open_keys(10, 10);
	write_key(path_of("a.pem"), one);
	ck_assert_ptr_null(subscription_keys_find(keys, "a.pem"));
	key = subscription_keys_load(keys, "a.pem", 5000000);
	ck_assert_ptr_nonnull(key->pkey);
	ck_assert_ptr_null(key->why);
	ck_assert_ptr_eq(subscription_keys_find(keys, "a.pem"), key);
	ck_assert(!subscription_keys_is_due(key, 5999999));
	ck_assert(subscription_keys_is_due(key, 6000000));
	ck_assert_uint_eq(subscription_keys_count(keys), 1);
	close_keys();
}
END_TEST

/* As if it had been written some time ago, and read since then. */
static struct subscription_key *load_old(const char *name)
{
	struct subscription_key *key = subscription_keys_load(keys, name, 0);

	ck_assert_ptr_nonnull(key->pkey);
	key->young = false;
	return key;
}

START_TEST(a_file_that_changes_is_read_again)
{
	struct subscription_key *key;
	EVP_PKEY *before;

	open_keys(10, 10);
	write_key(path_of("a.pem"), one);
	before = load_old("a.pem")->pkey;
	key = subscription_keys_load(keys, "a.pem", 1);
	ck_assert_ptr_eq(key->pkey, before);
	ck_assert_int_eq(unlink(path_of("a.pem")), 0);
	key = subscription_keys_load(keys, "a.pem", 2);
	ck_assert_ptr_null(key->pkey);
	ck_assert_str_eq(key->why, "No such file or directory");
	ck_assert_uint_eq(subscription_keys_count(keys), 0);
	write_key(path_of("a.pem"), two);
	key = subscription_keys_load(keys, "a.pem", 3);
	ck_assert_ptr_nonnull(key->pkey);
	close_keys();
}
END_TEST

/* EVP_PKEY_eq() is of OpenSSL 3 alone. */
static void is_key(EVP_PKEY *key, EVP_PKEY *expected)
{
	unsigned char *bytes[2] = { NULL, NULL };
	int len = i2d_PUBKEY(key, &bytes[0]);

	ck_assert_int_gt(len, 0);
	ck_assert_int_eq(i2d_PUBKEY(expected, &bytes[1]), len);
	ck_assert_mem_eq(bytes[0], bytes[1], (size_t)len);
	OPENSSL_free(bytes[0]);
	OPENSSL_free(bytes[1]);
}

/* Same inode, same size, same second: only that the file was new says that it may be another. */
START_TEST(a_file_that_changes_in_place_within_a_second_is_read_again)
{
	struct subscription_key *key;

	open_keys(10, 10);
	write_key(path_of("a.pem"), one);
	(void)subscription_keys_load(keys, "a.pem", 0);
	write_key(path_of("a.pem"), two);
	key = subscription_keys_load(keys, "a.pem", 1000000);
	is_key(key->pkey, two);
	close_keys();
}
END_TEST

static void write_text(const char *name, const char *text, size_t len)
{
	FILE *file = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(what_is_no_key_says_why)
{
	static char large[SUBSCRIPTION_KEYS_FILE_MAX + 1];
	static const char *const rows[][2] = {
		{ "missing.pem", "No such file or directory" },
		{ "folder.pem", "it is not a regular file" },
		{ "pipe.pem", "it is not a regular file" },
		{ "empty.pem", "there is no public key in PEM in it" },
		{ "text.pem", "there is no public key in PEM in it" },
		{ "broken.pem", "there is no public key in PEM in it" },
		{ "large.pem", "it is too large for a key" },
	};
	static const char broken[] = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
	struct subscription_key *key;

	open_keys(10, 10);
	ck_assert_int_eq(mkdir(path_of("folder.pem"), 0700), 0);
	ck_assert_int_eq(mkfifo(path_of("pipe.pem"), 0600), 0);
	write_text("empty.pem", "", 0);
	write_text("text.pem", "hello\n", 6);
	write_text("broken.pem", broken, strlen(broken));
	write_text("large.pem", large, sizeof(large));
	for (size_t i = 0; i < COUNT(rows); i++) {
		key = subscription_keys_load(keys, rows[i][0], 0);
		ck_assert_ptr_null(key->pkey);
		ck_assert_str_eq(key->why, rows[i][1]);
		ck_assert_uint_eq(ERR_peek_error(), 0);
	}
	close_keys();
}
END_TEST

START_TEST(the_longest_name_is_no_file)
{
	char name[SUBSCRIPTION_KEYS_NAME], longest[SUBSCRIPTION_KEY_MAX];

	open_keys(10, 10);
	memset(longest, 'k', sizeof(longest));
	subscription_keys_name((struct slice){ longest, sizeof(longest) }, false, name);
	ck_assert_str_eq(subscription_keys_load(keys, name, 0)->why, "File name too long");
	close_keys();
}
END_TEST

START_TEST(the_least_recently_used_key_goes)
{
	open_keys(2, 10);
	write_key(path_of("a.pem"), one);
	write_key(path_of("b.pem"), one);
	write_key(path_of("c.pem"), two);
	(void)subscription_keys_load(keys, "a.pem", 0);
	(void)subscription_keys_load(keys, "b.pem", 0);
	ck_assert_ptr_nonnull(subscription_keys_find(keys, "a.pem"));
	(void)subscription_keys_load(keys, "c.pem", 0);
	ck_assert_uint_eq(subscription_keys_count(keys), 2);
	ck_assert_ptr_nonnull(subscription_keys_find(keys, "a.pem"));
	ck_assert_ptr_null(subscription_keys_find(keys, "b.pem"));
	close_keys();
}
END_TEST

START_TEST(names_without_a_key_displace_none)
{
	char name[20];

	open_keys(1, 10);
	write_key(path_of("a.pem"), one);
	(void)subscription_keys_load(keys, "a.pem", 0);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%u.pem", i);
		ck_assert_ptr_null(subscription_keys_load(keys, name, 0)->pkey);
	}
	ck_assert_ptr_nonnull(subscription_keys_find(keys, "a.pem"));
	ck_assert_ptr_null(subscription_keys_find(keys, "n989.pem"));
	ck_assert_ptr_nonnull(subscription_keys_find(keys, "n990.pem"));
	close_keys();
}
END_TEST

Suite *subscription_keys_suite(void)
{
	Suite *suite = suite_create("subscription_keys");
	TCase *names = tcase_create("names"), *files = tcase_create("files");

	tcase_add_unchecked_fixture(files, make_keys, free_keys);
	tcase_add_test(names, a_file_has_the_name_of_the_key);
	tcase_add_test(names, no_name_leaves_the_folder);
	tcase_add_loop_test(names, no_byte_is_a_way_out, 0, 256);
	tcase_add_test(files, a_key_is_read_once);
	tcase_add_test(files, a_file_that_changes_is_read_again);
	tcase_add_test(files, a_file_that_changes_in_place_within_a_second_is_read_again);
	tcase_add_test(files, what_is_no_key_says_why);
	tcase_add_test(files, the_longest_name_is_no_file);
	tcase_add_test(files, the_least_recently_used_key_goes);
	tcase_add_test(files, names_without_a_key_displace_none);
	suite_add_tcase(suite, names);
	suite_add_tcase(suite, files);
	return suite;
}
