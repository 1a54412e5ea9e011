/* SPDX-License-Identifier: BSD-2-Clause */
/* The file as applied, what the API made of it, and the file now: what is in force afterwards. */
#include "config/config_differences.h"
#include "config/config_edit.h"
#include "config/config_merge.h"
#include "fixture.h"

Suite *config_merge_suite(void);

#define WEB(more) "services: {web: {listen: '127.0.0.1:1', balance: random" more "}}"
#define TWO ", backends: {one: {address: '10.0.0.1:80', weight: 2}, two: 10.0.0.2:80}"

static const struct merge_row {
	const char *name, *base;
	const char *running;	/* NULL: nothing was changed by the API */
	const char *file;
	const char *expected;	/* another way to write the result */
	const char *both;	/* warnings, joined */
} rows[] = {
	{ "only the file changed", WEB(TWO), NULL, WEB(", idle_timeout: 5s" TWO),
	  WEB(", idle_timeout: 5s" TWO), "" },
	{ "the API's change stays", WEB(TWO), WEB(", connect_timeout: 9s" TWO),
	  WEB(", idle_timeout: 5s" TWO), WEB(", connect_timeout: 9s, idle_timeout: 5s" TWO), "" },
	{ "beside a setting of the file alone, which is a string", WEB(", access_log: /a" TWO),
	  WEB(", access_log: /a, connect_timeout: 9s" TWO), WEB(", access_log: /a" TWO),
	  WEB(", access_log: /a, connect_timeout: 9s" TWO), "" },
	{ "nothing changed in the file", WEB(TWO), WEB(", connect_timeout: 9s" TWO), WEB(TWO),
	  WEB(", connect_timeout: 9s" TWO), "" },
	{ "both changed: the file wins", WEB(", idle_timeout: 1s" TWO),
	  WEB(", idle_timeout: 2s" TWO), WEB(", idle_timeout: 3s" TWO),
	  WEB(", idle_timeout: 3s" TWO),
	  "services.web.idle_timeout: changed in the file and by the API: "
	  "3s is used instead of 2s;" },
	{ "both made the same change", WEB(", idle_timeout: 1s" TWO),
	  WEB(", idle_timeout: 2s" TWO), WEB(", idle_timeout: 2s" TWO),
	  WEB(", idle_timeout: 2s" TWO), "" },
	{ "unset by the API", WEB(", idle_timeout: 1s" TWO), WEB(TWO),
	  WEB(", idle_timeout: 1s, nodelay: off" TWO), WEB(", nodelay: off" TWO), "" },
	{ "a block, setting by setting", WEB(", check: {interval: 1s, rise: 3}" TWO),
	  WEB(", check: {interval: 2s, rise: 3}" TWO),
	  WEB(", check: {interval: 1s, rise: 4}" TWO),
	  WEB(", check: {interval: 2s, rise: 4}" TWO), "" },
	{ "a check of another type by the API, changed in the file",
	  WEB(", check: {type: expect, send: a}" TWO),
	  WEB(", check: {type: http, path: /x}" TWO),
	  WEB(", check: {type: expect, send: b, rise: 4}" TWO),
	  WEB(", check: {type: http, path: /x, rise: 4}" TWO),
	  "services.web.check.send: changed in the file and by the API: b is used instead of "
	  "unset;services.web.check.send: changed in the file, and not used: it does not go with "
	  "what the API has set;" },
	{ "... and of another one in the file", WEB(", check: {type: expect, send: a}" TWO),
	  WEB(", check: {type: http, path: /x}" TWO), WEB(", check: tcp" TWO),
	  WEB(", check: tcp" TWO),
	  "services.web.check.type: changed in the file and by the API: tcp is used instead of "
	  "http;" },
	{ "a type that the defaults choose",
	  "defaults: {check: {type: http}}\n" WEB(", check: {rise: 3}" TWO),
	  "defaults: {check: {type: http}}\n" WEB(", check: {rise: 3, path: /x}" TWO),
	  "defaults: {check: {type: http}}\n" WEB(", check: {rise: 4}" TWO),
	  "defaults: {check: {type: http}}\n" WEB(", check: {rise: 4, path: /x}" TWO), "" },
	{ "a backend added by each", WEB(", backends: {one: 10.0.0.1:80}"),
	  WEB(", backends: {one: 10.0.0.1:80, api: 10.0.0.8:80}"),
	  WEB(", backends: {one: 10.0.0.1:80, file: 10.0.0.9:80}"),
	  WEB(", backends: {one: 10.0.0.1:80, file: 10.0.0.9:80, api: 10.0.0.8:80}"), "" },
	{ "deleted by the API stays deleted", WEB(TWO), WEB(", backends: {two: 10.0.0.2:80}"),
	  WEB(", nodelay: off" TWO), WEB(", nodelay: off, backends: {two: 10.0.0.2:80}"), "" },
	{ "... unless the file changed it since", WEB(TWO),
	  WEB(", backends: {two: 10.0.0.2:80}"),
	  WEB(", backends: {one: {address: '10.0.0.1:80', weight: 7}, two: 10.0.0.2:80}"),
	  WEB(", backends: {one: {address: '10.0.0.1:80', weight: 7}, two: 10.0.0.2:80}"),
	  "services.web.backends.one: changed in the file and by the API: "
	  "{address: 10.0.0.1:80, weight: 7} is used instead of unset;" },
	{ "deleted from the file", WEB(TWO), WEB(", nodelay: off" TWO),
	  WEB(", backends: {one: {address: '10.0.0.1:80', weight: 2}}"),
	  WEB(", nodelay: off, backends: {one: {address: '10.0.0.1:80', weight: 2}}"), "" },
	{ "a service of the API", WEB(TWO),
	  "services: {web: {listen: '127.0.0.1:1', balance: random" TWO "}, "
	  "api: {listen: '127.0.0.1:9', backends: {}}}",
	  WEB(", nodelay: off" TWO),
	  "services: {web: {listen: '127.0.0.1:1', balance: random, nodelay: off" TWO "}, "
	  "api: {listen: '127.0.0.1:9', backends: {}}}",
	  "services.api: no backends: every client is turned away;" },
	{ "a service that the API deleted", WEB(TWO), "services: {}", WEB(TWO), "services: {}",
	  "" },
	{ "... and the file changed", WEB(TWO), "services: {}", WEB(", nodelay: off" TWO),
	  WEB(", nodelay: off" TWO), "" },
	{ "addresses are one value", WEB(TWO),
	  "services: {web: {listen: ['127.0.0.1:1', '127.0.0.1:2'], balance: random" TWO "}}",
	  "services: {web: {listen: ['127.0.0.1:1', '127.0.0.1:3'], balance: random" TWO "}}",
	  "services: {web: {listen: ['127.0.0.1:1', '127.0.0.1:3'], balance: random" TWO "}}",
	  "services.web.listen: changed in the file and by the API: [127.0.0.1:1, 127.0.0.1:3] "
	  "is used instead of [127.0.0.1:1, 127.0.0.1:2];" },
	{ "defaults go on applying", "defaults: {idle_timeout: 1s}\n" WEB(TWO),
	  "defaults: {idle_timeout: 1s}\n" WEB(", nodelay: off" TWO),
	  "defaults: {idle_timeout: 2s}\n" WEB(TWO),
	  "defaults: {idle_timeout: 2s}\n" WEB(", nodelay: off" TWO), "" },
	{ "defaults of the API", "defaults: {idle_timeout: 1s}\n" WEB(TWO),
	  "defaults: {idle_timeout: 7s}\n" WEB(TWO),
	  "defaults: {idle_timeout: 1s}\n" WEB(", nodelay: off" TWO),
	  "defaults: {idle_timeout: 7s}\n" WEB(", nodelay: off" TWO), "" },
};

START_TEST(merged)
{
	const struct merge_row *row = &rows[_i];
	struct loaded base, running, file, expected;
	struct text both;

	load_good(&base, row->base);
	load_good(&running, row->running != NULL ? row->running : row->base);
	load_good(&file, row->file);
	load_good(&expected, row->expected);
	ck_assert(config_merge_same(base.config, running.config) == (row->running == NULL));

	size_t before = file.errors.count;

	ck_assert_msg(config_merge(file.file, base.config, running.config, &file.errors), "%s",
		      row->name);
	struct config *result = config_new(file.file);

	ck_assert_msg(config_merge_same(result, expected.config), "%s: %zu differences",
		      row->name, config_differences(result, expected.config));
	ck_assert_uint_eq(config_differences(result, expected.config), 0);
	text_init(&both);
	for (size_t i = before; i < file.errors.count; i++)
		text_printf(&both, "%s: %s;", file.errors.list[i].path,
			    file.errors.list[i].message);
	ck_assert_str_eq(text_cstr(&both), row->both);
	text_close(&both);
	config_free(result);
	unload(&base);
	unload(&running);
	unload(&file);
	unload(&expected);
}
END_TEST

START_TEST(an_address_of_the_api_that_the_file_wants_is_an_error)
{
	struct loaded base, running, file;

	load_good(&base, WEB(TWO));
	load_good(&running, "services: {web: {listen: '127.0.0.1:1', balance: random" TWO "}, "
			    "api: {listen: '127.0.0.1:9', backends: {}}}");
	load_good(&file, "services: {web: {listen: '127.0.0.1:9', balance: random" TWO "}}");
	ck_assert(!config_merge(file.file, base.config, running.config, &file.errors));
	unload(&base);
	unload(&running);
	unload(&file);
}
END_TEST

START_TEST(differences_are_counted)
{
	struct loaded a, b;

	load_good(&a, WEB(TWO));
	load_good(&b, "services: {web: {listen: '127.0.0.1:1', balance: first, nodelay: off, "
		      "backends: {one: {address: '10.0.0.1:80', weight: 3}}}, "
		      "new: {listen: '127.0.0.1:9', backends: {x: 10.0.0.1:80}}}");
	/* balance, passive with it, nodelay, weight, two, new */
	ck_assert_uint_eq(config_differences(a.config, b.config), 6);
	ck_assert_uint_eq(config_differences(b.config, a.config), 6);
	unload(&a);
	unload(&b);
}
END_TEST

Suite *config_merge_suite(void)
{
	Suite *s = suite_create("config_merge");
	TCase *c = tcase_create("config_merge");

	tcase_add_loop_test(c, merged, 0, COUNT(rows));
	tcase_add_test(c, an_address_of_the_api_that_the_file_wants_is_an_error);
	tcase_add_test(c, differences_are_counted);
	suite_add_tcase(s, c);
	return s;
}
