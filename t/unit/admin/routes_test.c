/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/routes.h"

#include "http_fixture.h"

Suite *routes_suite(void);

static void is_answered(enum http_access access, const char *request, const char *status)
{
	int fd = fixture_dial(access);
	char text[100];

	snprintf(text, sizeof(text), "%s HTTP/1.1\r\n\r\n", request);
	fixture_send(fd, text);
	snprintf(text, sizeof(text), "HTTP/1.1 %s ", status);
	ck_assert_msg(fixture_expect(fd, text), "%s: not %s", request, status);
	close(fd);
}

START_TEST(a_listener_allows_what_its_access_says)
{
	static const uint64_t none[PHASES];

	fixture_open(routes_serve, none);
	fixture_listen(HTTP_ACCESS_METRICS);
	fixture_listen(HTTP_ACCESS_READ);
	is_answered(HTTP_ACCESS_METRICS, "GET /_health/live", "200");
	is_answered(HTTP_ACCESS_METRICS, "HEAD /_health/live", "200");
	is_answered(HTTP_ACCESS_METRICS, "GET /_v1/stats/web", "403");
	is_answered(HTTP_ACCESS_METRICS, "POST /_v1/reload", "403");
	is_answered(HTTP_ACCESS_READ, "GET /_health/live", "200");
	is_answered(HTTP_ACCESS_READ, "POST /_v1/reload", "403");
	is_answered(HTTP_ACCESS_READ, "GET /_v1/reload", "405");
	is_answered(HTTP_ACCESS_METRICS, "GET /_v1/nothing", "404");
	is_answered(HTTP_ACCESS_WRITE, "GET /_health/live", "200");
	fixture_close();
}
END_TEST

Suite *routes_suite(void)
{
	Suite *suite = suite_create("routes");
	TCase *access = tcase_create("access");

	tcase_add_test(access, a_listener_allows_what_its_access_says);
	suite_add_tcase(suite, access);
	return suite;
}
