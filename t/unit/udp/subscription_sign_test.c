/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/err.h>
#include <stdlib.h>
#include <unistd.h>

#include "signed_fixture.h"
#include "udp/subscription_sign.h"

Suite *subscription_sign_suite(void);

#define LONG_US 1000000	/* half of it: longer than this process is kept waiting by others */

static EVP_PKEY *right, *other, *curve, *edwards;
static char folder[32];
static struct subscription_sign *server;

static void make_keys(void)
{
	right = make_key(EVP_PKEY_RSA);
	other = make_key(EVP_PKEY_RSA);
	curve = make_key(EVP_PKEY_EC);
	edwards = make_key(EVP_PKEY_ED25519);
}

static void free_keys(void)
{
	EVP_PKEY_free(right);
	EVP_PKEY_free(other);
	EVP_PKEY_free(curve);
	EVP_PKEY_free(edwards);
}

static void turn(uint64_t now_us)
{
	subscription_sign_turn(server, now_us, 10000000);
}

static void open_server(const char *digest, bool mountpoints)
{
	strcpy(folder, "/tmp/heddle-sign-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	server = subscription_sign_open(digest, folder, mountpoints);
	ck_assert_ptr_nonnull(server);
	turn(1000000);
}

static void close_server(void)
{
	char command[100];

	ck_assert_uint_eq(ERR_peek_error(), 0);
	subscription_sign_close(server);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static const char *path_of(const char *name)
{
	static char paths[2][300];
	static unsigned next;
	char *path = paths[next++ % 2];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static struct signed_datagram *announce(const char *name, EVP_PKEY *key, const char *digest)
{
	static struct signed_datagram d;

	begin_datagram(&d, slice_of(name), "10.0.0.1:3031");
	add_number(&d, "unix", 1795278531);
	sign_datagram(&d, key, digest);
	end_datagram(&d, SUBSCRIPTION_ADD);
	return &d;
}

static enum subscription_signed verify(const struct signed_datagram *d)
{
	return subscription_sign_verify(server, &d->parsed, false);
}

START_TEST(real_datagrams_of_uwsgi_are_good)
{
	static const struct { const char *digest, *file; } rows[] = {
		{ "SHA1", "sha1-subscribe" },     { "SHA1", "sha1-subscribe-2" },
		{ "SHA1", "sha1-unsubscribe" },   { "SHA256", "sha256-subscribe" },
		{ "SHA256", "sha256-subscribe-2" }, { "SHA256", "sha256-unsubscribe" },
	};
	const char *wrong = _i < 3 ? "SHA256" : "SHA1";
	struct subscription a;
	char path[100], bytes[1500] = { 0 };
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "t/captures/signed/%s.bin", rows[_i].file);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	ck_assert_int_eq(fclose(file), 0);
	server = subscription_sign_open(rows[_i].digest, "t/captures/signed", false);
	ck_assert_ptr_nonnull(server);
	turn(0);
	/* as it is, and padded as usss does it */
	for (size_t n = len; n <= sizeof(bytes); n += sizeof(bytes) - len) {
		ck_assert(subscription_parse(&a, (struct slice){ bytes, n }, SUBSCRIPTION_LENIENT));
		ck_assert_int_eq(subscription_sign_verify(server, &a, false), SIGN_GOOD);
	}
	/* each byte that is covered counts, and those of the signature */
	for (const char *at = a.covered.data; at < a.sign.data + a.sign.len; at += 7) {
		if (at >= a.covered.data + a.covered.len && at < a.sign.data)
			continue;
		turn(0);
		bytes[at - bytes] ^= 1;
		ck_assert_int_ne(subscription_sign_verify(server, &a, false), SIGN_GOOD);
		bytes[at - bytes] ^= 1;
	}
	subscription_sign_close(server);
	server = subscription_sign_open(wrong, "t/captures/signed", false);
	turn(0);
	ck_assert_int_eq(subscription_sign_verify(server, &a, false), SIGN_BAD);
	ck_assert_uint_eq(ERR_peek_error(), 0);
	subscription_sign_close(server);
}
END_TEST

START_TEST(only_the_key_of_the_file_signs)
{
	open_server("SHA256", false);
	write_key(path_of("a_1.pem"), right);
	ck_assert_int_eq(verify(announce("a:1", right, "SHA256")), SIGN_GOOD);
	ck_assert_int_eq(verify(announce("a:1", other, "SHA256")), SIGN_BAD);
	ck_assert_int_eq(verify(announce("b", right, "SHA256")), SIGN_NO_KEY);
	ck_assert_str_eq(strrchr(subscription_sign_why(server), '/'),
			 "/b.pem: No such file or directory");
	close_server();
}
END_TEST

START_TEST(a_mountpoint_has_the_key_of_its_host)
{
	open_server("SHA256", _i);
	write_key(path_of(_i ? "host.pem" : "host_app.pem"), right);
	ck_assert_int_eq(verify(announce("host/app", right, "SHA256")), SIGN_GOOD);
	ck_assert_int_eq(verify(announce("host/other", right, "SHA256")),
			 _i ? SIGN_GOOD : SIGN_NO_KEY);
	close_server();
}
END_TEST

START_TEST(elliptic_curves_are_good_as_well)
{
	open_server("SHA256", false);
	write_key(path_of("a.pem"), curve);
	ck_assert_int_eq(verify(announce("a", curve, "SHA256")), SIGN_GOOD);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_BAD);
	/* they sign without a digest, which uWSGI cannot */
	write_key(path_of("b.pem"), edwards);
	ck_assert_int_eq(verify(announce("b", right, "SHA256")), SIGN_BAD);
	close_server();
}
END_TEST

START_TEST(no_digest_no_server)
{
	ck_assert_ptr_null(subscription_sign_open("SHA3000", "/", false));
	ck_assert_ptr_null(subscription_sign_open("SHAKE256", "/", false));
}
END_TEST

START_TEST(a_signature_must_be_the_last_pair)
{
	struct signed_datagram *d;

	open_server("SHA256", false);
	write_key(path_of("a.pem"), right);
	d = announce("a", right, "SHA256");
	add_pair(d, slice_of("address"), slice_of("10.6.6.6:666"));
	end_datagram(d, SUBSCRIPTION_ADD);
	ck_assert_int_eq(verify(d), SIGN_BAD);
	begin_datagram(d, slice_of("a"), "10.0.0.1:3031");
	end_datagram(d, SUBSCRIPTION_ADD);
	ck_assert_int_eq(verify(d), SIGN_BAD);
	add_pair(d, slice_of("sign"), slice_of(""));
	end_datagram(d, SUBSCRIPTION_ADD);
	ck_assert_int_eq(verify(d), SIGN_BAD);
	close_server();
}
END_TEST

START_TEST(a_client_may_bind_the_command)
{
	static const struct { const char *cmd; enum subscription_signed add, remove; } rows[] = {
		{ "0", SIGN_GOOD, SIGN_BAD },
		{ "1", SIGN_BAD, SIGN_GOOD },
		{ "", SIGN_GOOD, SIGN_GOOD },
		{ "spawn", SIGN_GOOD, SIGN_GOOD },
	};
	static struct signed_datagram d;

	open_server("SHA256", false);
	write_key(path_of("a.pem"), right);
	begin_datagram(&d, slice_of("a"), "10.0.0.1:3031");
	add_pair(&d, slice_of("cmd"), slice_of(rows[_i].cmd));
	sign_datagram(&d, right, "SHA256");
	end_datagram(&d, SUBSCRIPTION_ADD);
	ck_assert_int_eq(verify(&d), rows[_i].add);
	d.bytes[3] = 1;
	ck_assert(subscription_parse(&d.parsed, (struct slice){ d.bytes, d.len },
				     SUBSCRIPTION_LENIENT));
	ck_assert_int_eq(verify(&d), rows[_i].remove);
	close_server();
}
END_TEST

START_TEST(files_that_come_change_and_go_are_seen_within_a_second)
{
	open_server("SHA256", false);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_NO_KEY);
	write_key(path_of("a.pem"), right);
	turn(1999999);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_NO_KEY);
	turn(2000000);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_GOOD);
	write_key(path_of("new"), other);
	ck_assert_int_eq(rename(path_of("new"), path_of("a.pem")), 0);
	turn(2999999);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_GOOD);
	turn(3000000);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_BAD);
	ck_assert_int_eq(verify(announce("a", other, "SHA256")), SIGN_GOOD);
	ck_assert_int_eq(unlink(path_of("a.pem")), 0);
	turn(3999999);
	ck_assert_int_eq(verify(announce("a", other, "SHA256")), SIGN_GOOD);
	turn(4000000);
	ck_assert_int_eq(verify(announce("a", other, "SHA256")), SIGN_NO_KEY);
	close_server();
}
END_TEST

START_TEST(no_more_time_than_the_turn_has)
{
	open_server("SHA256", false);
	write_key(path_of("a.pem"), right);
	subscription_sign_turn(server, 0, 0);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_LATER);
	/* a file and one signature are more than a microsecond */
	subscription_sign_turn(server, 0, 1);
	(void)verify(announce("a", right, "SHA256"));
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_LATER);
	subscription_sign_turn(server, 0, 1);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_GOOD);
	write_key(path_of("b.pem"), right);
	subscription_sign_turn(server, 0, UINT64_MAX);
	ck_assert_int_eq(verify(announce("b", right, "SHA256")), SIGN_GOOD);
	close_server();
}
END_TEST

/* Names that nobody has a key for take half of a turn, however many there are. */
START_TEST(invented_names_leave_time_for_those_with_a_key)
{
	unsigned later = 0;
	char name[20];

	open_server("SHA256", false);
	write_key(path_of("a.pem"), right);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_GOOD);
	subscription_sign_turn(server, 1000000, LONG_US);
	for (unsigned i = 0; i < 10000000 && later < 1000; i++) {
		struct signed_datagram d;

		snprintf(name, sizeof(name), "n%u", i);
		begin_datagram(&d, slice_of(name), "10.0.0.1:3031");
		add_pair(&d, slice_of("sign"), slice_of("x"));
		end_datagram(&d, SUBSCRIPTION_ADD);
		later += verify(&d) == SIGN_LATER;
	}
	ck_assert_uint_eq(later, 1000);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_GOOD);
	close_server();
}
END_TEST

START_TEST(wrong_signatures_of_one_key_do_not_take_the_time_of_others)
{
	struct signed_datagram *d;

	open_server("SHA256", false);
	write_key(path_of("a.pem"), right);
	write_key(path_of("b.pem"), other);
	ck_assert_int_eq(verify(announce("b", other, "SHA256")), SIGN_GOOD);
	d = announce("a", other, "SHA256");
	subscription_sign_turn(server, 1000000, LONG_US);
	for (unsigned i = 0; i < SUBSCRIPTION_SIGN_BAD; i++)
		ck_assert_int_eq(verify(d), SIGN_BAD);
	while (verify(d) == SIGN_BAD)
		;
	ck_assert_int_eq(verify(d), SIGN_LATER);
	/* one of another length costs nothing */
	ck_assert_int_eq(verify(announce("a", curve, "SHA256")), SIGN_BAD);
	ck_assert_int_eq(verify(announce("b", other, "SHA256")), SIGN_GOOD);
	turn(1000000);
	ck_assert_int_eq(verify(announce("a", right, "SHA256")), SIGN_GOOD);
	close_server();
}
END_TEST

Suite *subscription_sign_suite(void)
{
	Suite *suite = suite_create("subscription_sign");
	TCase *real = tcase_create("real"), *made = tcase_create("made");

	tcase_add_loop_test(real, real_datagrams_of_uwsgi_are_good, 0, 6);
	tcase_add_test(real, no_digest_no_server);
	tcase_add_unchecked_fixture(made, make_keys, free_keys);
	tcase_add_test(made, only_the_key_of_the_file_signs);
	tcase_add_loop_test(made, a_mountpoint_has_the_key_of_its_host, 0, 2);
	tcase_add_test(made, elliptic_curves_are_good_as_well);
	tcase_add_test(made, a_signature_must_be_the_last_pair);
	tcase_add_loop_test(made, a_client_may_bind_the_command, 0, 4);
	tcase_add_test(made, files_that_come_change_and_go_are_seen_within_a_second);
	tcase_add_test(made, no_more_time_than_the_turn_has);
	tcase_add_test(made, invented_names_leave_time_for_those_with_a_key);
	tcase_add_test(made, wrong_signatures_of_one_key_do_not_take_the_time_of_others);
	suite_add_tcase(suite, real);
	suite_add_tcase(suite, made);
	return suite;
}
