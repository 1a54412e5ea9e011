/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects as bytes for another process; configurations that share what they have in common. */
#include "fixture.h"

Suite *object_suite(void);

static const char everything[] =
	"user: nobody\n"
	"log: {to: 'syslog:local1', level: warn, format: json, stats: 1h}\n"
	"access_log: {to: '/var/log/a \"b\" $$c.log', format: json, events: [start, end]}\n"
	"services:\n"
	"  web:\n"
	"    listen: [':8080-8081', '[::1]:90', {address: /x/y, mode: 0600, user: root}, '@q']\n"
	"    balance: LC\n"
	"    access_log: {skip: [done, client_reset], sample: 9}\n"
	"    backends:\n"
	"      one: {address: '10.0.0.1:80', weight: 0, check: {address: '10.0.0.9:1'}}\n"
	"      two: {address: '[::1]:80', state: maintenance, max_connections: 3}\n"
	"      'unix:/run/b': /run/b\n"
	"  http: {listen: ':3', check: {type: http, path: '/a?b=c', host: h, "
	"status: [200, 204-206], headers: {Accept: '*/*', X-Who: \"it's \\\"me\\\"\"}, "
	"body: \"a\\tb\", body_regex: '^\\s*[$$a-z]+\\\\'}}\n"
	"  expect: {listen: ':4', check: {type: expect, send: 'A\\r\\n\\x00', expect: 'b\\\\n'}}\n"
	"  off: {listen: ':2', passive: off, backends: ['10.0.0.1:*']}\n";

static void travel(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct text bytes, again;
	struct object *copy;

	(void)parent;
	(void)path;
	text_init(&bytes);
	text_init(&again);
	object->handle = (struct handle){ 7, 9 };
	object_pack(object, &bytes);
	copy = object_unpack(text_slice(&bytes));
	ck_assert_ptr_nonnull(copy);
	ck_assert_ptr_eq(copy->kind, object->kind);
	ck_assert_str_eq(copy->name, object->name);
	ck_assert_str_eq(copy->key, object->key);
	ck_assert_str_eq(copy->file, object->file);
	ck_assert_uint_eq(copy->order, object->order);
	ck_assert_uint_eq(copy->line, object->line);
	ck_assert_uint_eq(copy->handle.generation, 9);
	ck_assert(object_equals(copy, object->conf));
	conf_print(object->conf, object->kind->conf, &again);
	text_clear(&bytes);
	conf_print(copy->conf, copy->kind->conf, &bytes);
	ck_assert_str_eq(text_cstr(&bytes), text_cstr(&again));
	object_release(copy);
	text_close(&bytes);
	text_close(&again);
	++*(unsigned *)arg;
}

START_TEST(every_object_travels)
{
	struct loaded l;
	unsigned count = 0;

	load_good(&l, everything);
	config_each(l.config, "", travel, &count);
	ck_assert_uint_eq(count, 1 + 1 + 1 + 4 + 8 + 4);
	unload(&l);
}
END_TEST

START_TEST(bytes_that_are_no_object_are_refused)
{
	struct loaded l;
	struct text bytes, broken;
	struct object *copy;

	load_good(&l, everything);
	text_init(&bytes);
	text_init(&broken);
	object_pack(config_get(l.config, "services/web"), &bytes);
	for (size_t len = 0; len < bytes.len; len++)
		ck_assert_ptr_null(object_unpack((struct slice){ bytes.data, len }));
	/* any byte wrong: no crash, at most refused */
	for (size_t at = 0; at < bytes.len; at++) {
		text_clear(&broken);
		text_append(&broken, bytes.data, bytes.len);
		broken.data[at] ^= 0x55;
		copy = object_unpack(text_slice(&broken));
		object_release(copy);
	}
	text_close(&bytes);
	text_close(&broken);
	unload(&l);
}
END_TEST

START_TEST(objects_of_two_loads_are_the_same_when_they_say_the_same)
{
	struct loaded a, b, c;

	load_good(&a, "services: {web: {listen: ':80', backends: {one: '10.0.0.1:80'}}}");
	load_good(&b, "\nservices: {web: {listen: ':80', backends: {one: '10.0.0.1:80'}}}");
	load_good(&c, "services: {web: {listen: ':80', access_log: /x, "
		      "backends: {one: '10.0.0.1:81'}}}");
	ck_assert(object_equals(config_get(a.config, "services/web"),
			      config_get(b.config, "services/web")->conf));
	ck_assert(object_equals(config_get(a.config, "services/web/backends/one"),
			      config_get(b.config, "services/web/backends/one")->conf));
	ck_assert(!object_equals(config_get(a.config, "services/web"),
			      config_get(c.config, "services/web")->conf));
	ck_assert(!object_equals(config_get(a.config, "services/web/backends/one"),
			      config_get(c.config, "services/web/backends/one")->conf));
	unload(&a);
	unload(&b);
	unload(&c);
}
END_TEST

static struct object *backend(const char *name, uint32_t weight)
{
	const struct backend_conf conf = { .weight = weight };

	return object_new(&config_backend_kind, &(struct object_source){ .name = name,
									 .conf = &conf });
}

static uint32_t weight_of(const struct config *config, const char *path)
{
	const struct object *object = config_get(config, path);

	return object != NULL ? ((const struct backend_conf *)object->conf)->weight : UINT32_MAX;
}

START_TEST(what_is_set_in_a_copy_is_not_in_the_original)
{
	struct loaded l;
	struct config *copy;

	load_good(&l, everything);
	copy = config_share(l.config);
	ck_assert(config_put(copy, "services/web/backends/one", backend("one", 5)));
	ck_assert(config_put(copy, "services/off/backends/new", backend("new", 6)));
	ck_assert(config_remove(copy, "services/web/backends/unix:/run/b"));
	ck_assert_uint_eq(weight_of(l.config, "services/web/backends/one"), 0);
	ck_assert_uint_eq(weight_of(copy, "services/web/backends/one"), 5);
	ck_assert_uint_eq(weight_of(copy, "services/web/backends/two"), 1);
	ck_assert_ptr_null(config_get(l.config, "services/off/backends/new"));
	ck_assert_ptr_nonnull(config_get(l.config, "services/web/backends/unix:/run/b"));
	ck_assert_ptr_null(config_get(copy, "services/web/backends/unix:/run/b"));
	ck_assert_uint_eq(config_count(copy, &config_backend_kind), 4);
	/* what did not change is one object in both */
	ck_assert_ptr_eq(config_get(copy, "services/web/backends/two"),
			 config_get(l.config, "services/web/backends/two"));
	ck_assert(config_remove(copy, "services/web"));
	ck_assert_uint_eq(config_count(copy, &config_backend_kind), 2);
	ck_assert_uint_eq(config_count(copy, &config_service_kind), 3);
	ck_assert_uint_eq(config_count(copy, &config_listener_kind), 3);
	ck_assert_uint_eq(config_count(l.config, &config_backend_kind), 4);
	ck_assert(!config_remove(copy, "services/web"));
	config_free(copy);
	ck_assert_uint_eq(weight_of(l.config, "services/web/backends/one"), 0);
	unload(&l);
}
END_TEST

static const char *const no_paths[] = {
	"services", "services/", "nothing/web", "services/nobody/backends/one",
	"services/web/one", "services/web/backends", "services/web/", "/", "services//backends/x",
};

START_TEST(an_object_is_put_where_its_kind_belongs)
{
	struct loaded l;

	load_good(&l, everything);
	ck_assert(!config_put(l.config, no_paths[_i], backend("x", 1)));
	ck_assert_ptr_null(config_get(l.config, no_paths[_i]));
	ck_assert(!config_remove(l.config, no_paths[_i]));
	unload(&l);
}
END_TEST

Suite *object_suite(void)
{
	Suite *suite = suite_create("object");
	TCase *tests = tcase_create("objects");

	tcase_add_test(tests, every_object_travels);
	tcase_add_test(tests, bytes_that_are_no_object_are_refused);
	tcase_add_test(tests, objects_of_two_loads_are_the_same_when_they_say_the_same);
	tcase_add_test(tests, what_is_set_in_a_copy_is_not_in_the_original);
	tcase_add_loop_test(tests, an_object_is_put_where_its_kind_belongs, 0, COUNT(no_paths));
	suite_add_tcase(suite, tests);
	return suite;
}
