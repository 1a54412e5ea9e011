/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/uwsgi.h"
#include "core/uwsgi_key.h"

Suite *uwsgi_key_suite(void);

static const struct uwsgi_key_rules usual;

/* "NAME=value;NAME=value" as a block. */
static size_t make_block(const char *pairs, char *out)
{
	size_t len = 0;

	while (*pairs != '\0') {
		size_t name = strcspn(pairs, "="), value = strcspn(pairs + name + 1, ";");

		out[len++] = (char)name;
		out[len++] = 0;
		memcpy(out + len, pairs, name);
		len += name;
		out[len++] = (char)(value & 0xff);
		out[len++] = (char)(value >> 8);
		memcpy(out + len, pairs + name + 1, value);
		len += value;
		pairs += name + 1 + value;
		pairs += *pairs == ';';
	}
	return len;
}

static enum uwsgi_key_result read_pairs(struct uwsgi_key *key, const struct uwsgi_key_rules *rules,
					const char *pairs)
{
	char block[8192];

	return uwsgi_key_read(key, rules, (struct slice){ block, make_block(pairs, block) });
}

#define K "UWSGI_FASTROUTER_KEY="
#define H "HTTP_HOST="
#define N "SERVER_NAME="

/* What the router of uWSGI 2.0.21 was seen to do. NULL: no key. */
static const struct choice {
	const char *pairs, *key;
} choices[] = {
	{ N "s", "s" },
	{ H "h", "h" },
	{ K "k", "k" },
	{ N "s;" H "h", "h" },
	{ H "h;" N "s", "h" },
	{ K "k;" H "h;" N "s", "k" },
	{ N "s;" H "h;" K "k", "k" },
	{ H "h;" K "k;" H "i", "k" },
	{ H "h;" H "i", "i" },
	{ K "k;" K "l", "l" },
	{ N "s;" N "t", "s" },
	{ N ";" N "t", "t" },
	{ N "s;" H "", NULL },
	{ H ";" N "s", "s" },
	{ H "h;" K "", NULL },
	{ K ";" H "h", NULL },
	{ K ";" N "s", "s" },
	{ K ";" H "h;" N "s", "s" },
	{ "", NULL },
	{ "REQUEST_METHOD=GET;PATH_INFO=/", NULL },
	{ "http_host=h", NULL },
	{ "HTTP_HOST2=h", NULL },
	{ H "Host.Example:8000", "Host.Example:8000" },
	{ H "example.com.", "example.com." },
};

START_TEST(the_key_is_chosen_as_by_uwsgi)
{
	const struct choice *c = &choices[_i];
	struct uwsgi_key key;
	enum uwsgi_key_result result = read_pairs(&key, &usual, c->pairs);

	ck_assert_int_eq(result, c->key != NULL ? UWSGI_KEY_FOUND : UWSGI_KEY_MISSING);
	if (c->key != NULL)
		ck_assert_str_eq(key.text, c->key);
}
END_TEST

START_TEST(a_value_of_more_than_255_bytes_is_absent)
{
	char pairs[600];
	struct uwsgi_key key;

	snprintf(pairs, sizeof(pairs), N "s;" H "%0255d", 0);
	ck_assert_int_eq(read_pairs(&key, &usual, pairs), UWSGI_KEY_FOUND);
	ck_assert_uint_eq(key.len, 255);
	snprintf(pairs, sizeof(pairs), N "s;" H "%0256d", 0);
	ck_assert_int_eq(read_pairs(&key, &usual, pairs), UWSGI_KEY_FOUND);
	ck_assert_str_eq(key.text, "s");
}
END_TEST

static const struct normal {
	struct uwsgi_key_rules rules;
	const char *host, *key;
} normals[] = {
	{ { .strip_port = true }, "example.com:8000", "example.com" },
	{ { .strip_port = true }, "example.com", "example.com" },
	{ { .strip_port = true }, "example.com:", "example.com" },
	{ { .strip_port = true }, "example.com:80a", "example.com:80a" },
	{ { .strip_port = true }, "[::1]:80", "[::1]" },
	{ { .strip_port = true }, "[::1]", "[::1]" },
	{ { .strip_port = true }, "::1", "::1" },
	{ { .strip_port = true }, "10.0.0.1:80", "10.0.0.1" },
	{ { .strip_port = true }, "8000", "8000" },
	{ { .strip_dot = true }, "example.com.", "example.com" },
	{ { .strip_dot = true }, "example.com..", "example.com." },
	{ { .strip_dot = true }, "example.com.:80", "example.com.:80" },
	{ { .strip_dot = true, .strip_port = true }, "example.com.:80", "example.com" },
	{ { .lowercase = true }, "EXAMPLE.Com:80", "example.com:80" },
	{ { .lowercase = true }, "\xc3\x84.com", "\xc3\x84.com" },
	{ { .force = "always" }, "example.com", "always" },
};

START_TEST(rules_change_the_key)
{
	const struct normal *n = &normals[_i];
	char pairs[300];
	struct uwsgi_key key;

	snprintf(pairs, sizeof(pairs), H "%s", n->host);
	ck_assert_int_eq(read_pairs(&key, &n->rules, pairs), UWSGI_KEY_FOUND);
	ck_assert_str_eq(key.text, n->key);
	ck_assert_uint_eq(key.len, strlen(n->key));
}
END_TEST

START_TEST(nothing_may_be_left_of_a_key)
{
	struct uwsgi_key key;

	ck_assert_int_eq(read_pairs(&key, &(struct uwsgi_key_rules){ .strip_port = true }, H ":80"),
			 UWSGI_KEY_MISSING);
	ck_assert_int_eq(read_pairs(&key, &(struct uwsgi_key_rules){ .strip_dot = true }, H "."),
			 UWSGI_KEY_MISSING);
}
END_TEST

START_TEST(another_variable_is_the_only_one)
{
	static const struct uwsgi_key_rules rules = { .variable = "TENANT" };
	struct uwsgi_key key;

	ck_assert_int_eq(read_pairs(&key, &rules, K "k;TENANT=a;TENANT=b;" H "h"), UWSGI_KEY_FOUND);
	ck_assert_str_eq(key.text, "b");
	ck_assert_int_eq(read_pairs(&key, &rules, K "k;" H "h"), UWSGI_KEY_MISSING);
}
END_TEST

/* A key of mountpoints; NULL: no path. */
static const struct mountpoint {
	unsigned    count;
	const char *path, *key;
} mountpoints[] = {
	{ 1, "/", "h" },
	{ 1, "/foo", "h/foo" },
	{ 1, "/foo/", "h/foo" },
	{ 1, "/foo/x/y", "h/foo" },
	{ 1, "//foo", "h/" },
	{ 1, "/%61pp1", "h/%61pp1" },
	{ 2, "/foo", "h/foo" },
	{ 2, "/foo/x", "h/foo/x" },
	{ 2, "/foo/x/y", "h/foo/x" },
	{ 3, "/foo/x", "h/foo/x" },
	{ 1, "", NULL },
	{ 1, "foo", NULL },
};

START_TEST(parts_of_the_path_are_appended)
{
	const struct mountpoint *m = &mountpoints[_i];
	const struct uwsgi_key_rules rules = { .mountpoints = m->count };
	char pairs[300];
	struct uwsgi_key key;
	enum uwsgi_key_result result;

	snprintf(pairs, sizeof(pairs), H "h;PATH_INFO=%s", m->path);
	result = read_pairs(&key, &rules, pairs);
	ck_assert_int_eq(result, m->key != NULL ? UWSGI_KEY_FOUND : UWSGI_KEY_NO_PATH);
	if (m->key == NULL)
		return;
	ck_assert_str_eq(key.text, m->key);
	ck_assert_uint_eq(key.host_len, 1);
}
END_TEST

START_TEST(a_path_that_makes_the_key_too_long_is_left_out)
{
	static const struct uwsgi_key_rules rules = { .mountpoints = 1 };
	char pairs[600];
	struct uwsgi_key key;

	snprintf(pairs, sizeof(pairs), H "h;PATH_INFO=/%0253d", 0);
	ck_assert_int_eq(read_pairs(&key, &rules, pairs), UWSGI_KEY_FOUND);
	ck_assert_uint_eq(key.len, 255);
	snprintf(pairs, sizeof(pairs), H "h;PATH_INFO=/%0254d", 0);
	ck_assert_int_eq(read_pairs(&key, &rules, pairs), UWSGI_KEY_FOUND);
	ck_assert_str_eq(key.text, "h");
	ck_assert_int_eq(read_pairs(&key, &rules, H "h"), UWSGI_KEY_NO_PATH);
}
END_TEST

START_TEST(a_malformed_block_has_no_key)
{
	char block[300];
	size_t len = make_block(H "h;" N "s", block);
	struct uwsgi_key key;

	ck_assert_int_eq(uwsgi_key_read(&key, &usual, (struct slice){ block, len - 1 }),
			 UWSGI_KEY_BAD);
	ck_assert_int_eq(uwsgi_key_read(&key, &(struct uwsgi_key_rules){ .force = "f" },
					(struct slice){ block, len - 1 }), UWSGI_KEY_FOUND);
	ck_assert_str_eq(key.text, "f");
}
END_TEST

/* Requests that nginx 1.22.1 has sent: bytes of the block, and the key. */
static const struct request {
	const char *file, *key;
	size_t      size;
} requests[] = {
	{ "nginx-get", "example.com", 363 },
	{ "nginx-get-http10-nohost", "example.com", 302 },
	{ "nginx-get-modifier", "my.key", 360 },
	{ "nginx-get-unix", "example.com", 334 },
	{ "nginx-post", "example.com", 449 },
	{ "nginx-post-20k", "example.com", 368 },
	{ "nginx-post-chunked", "example.com", 370 },
	{ "nginx-stream-post-chunked", "example.com", 374 },
	{ "nginx-upstreamparams-get", "Example.com:8000", 368 },
	{ "nginx-upstreamparams-http10-nohost", "example.com", 278 },
};

START_TEST(requests_of_nginx_have_their_key)
{
	const struct request *r = &requests[_i];
	static char bytes[32768];
	char path[128];
	struct uwsgi_key key;
	FILE *f;
	size_t len;

	snprintf(path, sizeof(path), "t/captures/requests/%s.bin", r->file);
	f = fopen(path, "rb");
	ck_assert_ptr_nonnull(f);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	ck_assert_uint_eq(uwsgi_block_size(bytes), r->size);
	ck_assert_uint_ge(len, UWSGI_HEADER + r->size);
	ck_assert_int_eq(uwsgi_key_read(&key, &usual,
					(struct slice){ bytes + UWSGI_HEADER, r->size }),
			 UWSGI_KEY_FOUND);
	ck_assert_str_eq(key.text, r->key);
}
END_TEST

Suite *uwsgi_key_suite(void)
{
	Suite *s = suite_create("uwsgi_key");
	TCase *c = tcase_create("key");

	tcase_add_loop_test(c, the_key_is_chosen_as_by_uwsgi, 0, COUNT(choices));
	tcase_add_test(c, a_value_of_more_than_255_bytes_is_absent);
	tcase_add_loop_test(c, rules_change_the_key, 0, COUNT(normals));
	tcase_add_test(c, nothing_may_be_left_of_a_key);
	tcase_add_test(c, another_variable_is_the_only_one);
	tcase_add_loop_test(c, parts_of_the_path_are_appended, 0, COUNT(mountpoints));
	tcase_add_test(c, a_path_that_makes_the_key_too_long_is_left_out);
	tcase_add_test(c, a_malformed_block_has_no_key);
	tcase_add_loop_test(c, requests_of_nginx_have_their_key, 0, COUNT(requests));
	suite_add_tcase(s, c);
	return s;
}
