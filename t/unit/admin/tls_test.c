/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/tls.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *tls_suite(void);

/* For a hundred years; and of the key alone, of another key, and with a passphrase. */
static const char certificate[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBbzCCARWgAwIBAgIUCrnyKMcP/2zvrn257JyfwM/qVskwCgYIKoZIzj0EAwIw\n"
	"DDEKMAgGA1UEAwwBYTAgFw0yNjExMjYyMTI5NDdaGA8yMTI2MTEwMjIxMjk0N1ow\n"
	"DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABICKrX3U4Npi\n"
	"Y94S2N9jpmJUgPp2BtpqG4DSFEdZphiXl39iWYhvuLZrCjGNBVGA/5RKMi1TjQjO\n"
	"3qVfrmhw+3mjUzBRMB0GA1UdDgQWBBTfDKAIfbypt/cdHUvStry8EGkDRjAfBgNV\n"
	"HSMEGDAWgBTfDKAIfbypt/cdHUvStry8EGkDRjAPBgNVHRMBAf8EBTADAQH/MAoG\n"
	"CCqGSM49BAMCA0gAMEUCIQDKcCxiZghRb8FU6J0no4EuwLZtQ/oEM07AJ351GlVD\n"
	"egIgF5HbEyTaqorRYmZ2f4gnrBxGVpzAHnLFGwEwMgC3ryA=\n"
	"-----END CERTIFICATE-----\n";

static const char key[] =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MHcCAQEEILSwKIiUpcbiQdPZRFczQ0uLUtrd0yjLaJ9avirqa6SYoAoGCCqGSM49\n"
	"AwEHoUQDQgAEgIqtfdTg2mJj3hLY32OmYlSA+nYG2mobgNIUR1mmGJeXf2JZiG+4\n"
	"tmsKMY0FUYD/lEoyLVONCM7epV+uaHD7eQ==\n"
	"-----END EC PRIVATE KEY-----\n";

static const char other_key[] =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MHcCAQEEIPCJjBNqO0w2LU2gnE3fJB/Gjfzmu9LUoU6vnHq0aPEZoAoGCCqGSM49\n"
	"AwEHoUQDQgAEpxBH2gehfFB8PT5LoUXq+JLu6LPZast2TpabzOYnYMepWBlvgZpk\n"
	"kvMQFQgO0x41ORLx6zW1vMIl/T41p0SzIA==\n"
	"-----END EC PRIVATE KEY-----\n";

static const char encrypted_key[] =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"Proc-Type: 4,ENCRYPTED\n"
	"DEK-Info: AES-128-CBC,6F756F9FC5C790B62AA25F479C7A48ED\n"
	"\n"
	"TYt3aAD4FTCpqgB3TPNYheRlrdazLFB8m9jtf+HOdhQyTebIiHqGmYbdV0CHjAMA\n"
	"MtIQPFtrTNjnJSRhBDPLYCiG6In4shmNvSzdi0iiRb66XoieoOlTpqIp+TTp9KsN\n"
	"S1hE+FUhgEBCsCzhwcDYJCpdvqk1wHaPSCBn61ENMQ8=\n"
	"-----END EC PRIVATE KEY-----\n";

static char why[300];
static enum tls_part part;

static struct tls *make(const char *cert, const char *private_key, const char *authorities)
{
	const struct tls_files files = { slice_of(cert), slice_of(private_key),
					 slice_of(authorities) };

	return tls_new(&files, &part, why, sizeof(why));
}

START_TEST(what_fits_is_used)
{
	struct tls *tls = make(certificate, key, certificate);

	ck_assert_msg(tls != NULL, "%s", why);
	ck_assert(!tls_is_expired(tls));
	ck_assert(!tls_is_in_use());
	tls_use(tls);
	ck_assert(tls_is_in_use());
	tls_use(NULL);
	ck_assert(!tls_is_in_use());
}
END_TEST

/* Key and certificates in one file, in any order; certificates behind the first are its chain. */
START_TEST(one_file_for_all)
{
	char both[4096];
	struct tls *tls;

	snprintf(both, sizeof(both), "%s%s%s", key, certificate, certificate);
	tls = make(both, both, "");
	ck_assert_msg(tls != NULL, "%s", why);
	tls_free(tls);
}
END_TEST

static const struct {
	const char *certificate, *key, *client_ca;
	enum tls_part part;
	const char *why;
} mistakes[] = {
	{ "", key, "", TLS_CERTIFICATE, "there is no certificate in PEM in it" },
	{ key, key, "", TLS_CERTIFICATE, "there is no certificate in PEM in it" },
	{ "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key, "",
	  TLS_CERTIFICATE, "there is no certificate in PEM in it" },
	{ certificate, "", "", TLS_KEY, "there is no private key in PEM in it" },
	{ certificate, certificate, "", TLS_KEY, "there is no private key in PEM in it" },
	{ certificate, encrypted_key, "", TLS_KEY, "there is no private key in PEM in it" },
	{ certificate, other_key, "", TLS_KEY, "it is not the key of the certificate" },
	{ certificate, key, key, TLS_CLIENT_CA, "there is no certificate in PEM in it" },
};

START_TEST(what_does_not_is_told)
{
	ck_assert_ptr_null(make(mistakes[_i].certificate, mistakes[_i].key,
				mistakes[_i].client_ca));
	ck_assert_int_eq(part, mistakes[_i].part);
	ck_assert_msg(strncmp(why, mistakes[_i].why, strlen(mistakes[_i].why)) == 0, "%s", why);
}
END_TEST

Suite *tls_suite(void)
{
	Suite *suite = suite_create("tls");
	TCase *tests = tcase_create("files");

	tcase_add_test(tests, what_fits_is_used);
	tcase_add_test(tests, one_file_for_all);
	tcase_add_loop_test(tests, what_does_not_is_told, 0, COUNT(mistakes));
	suite_add_tcase(suite, tests);
	return suite;
}
