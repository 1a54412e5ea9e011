/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits against a configuration: rows, errors, what stays; and trees that lead back to it. */
#include "config/config_edit.h"
#include "config/config_tree.h"
#include "fixture.h"

Suite *config_edit_suite(void);

static const char base[] =
	"pid_file: /run/here/heddle.pid\n"
	"defaults: {connect_timeout: 3s}\n"
	"services:\n"
	"  web:\n"
	"    listen: [127.0.0.1:8080, {address: 127.0.0.1:8081, backlog: 100}]\n"
	"    balance: least_connections\n"
	"    check: {type: tcp, interval: 2s}\n"
	"    access_log: /var/log/web.log\n"
	"    backends: {one: {address: 10.0.0.1:80, weight: 2}, two: 10.0.0.2:80}\n"
	"  other: {listen: 127.0.0.1:9000, passive: off, backends: [10.0.0.9:80]}\n";

/* Everything the API may set, as one line of YAML-like text. */
static void print_node(const struct node *node, struct text *out)
{
	if (node->kind == NODE_SCALAR) {
		text_printf(out, node->quoted ? "'%s'" : "%s", node->value.data);
		return;
	}
	text_putc(out, node->kind == NODE_MAP ? '{' : '[');
	for (size_t i = 0; i < node->count; i++) {
		if (i > 0)
			text_putc(out, ' ');
		if (node->kind == NODE_MAP)
			text_printf(out, "%s:", node->keys[i]->value.data);
		print_node(node->items[i], out);
	}
	text_putc(out, node->kind == NODE_MAP ? '}' : ']');
}

static void tree_is(const struct config *config, const char *path, unsigned flags,
		    const char *expected)
{
	struct arena *arena = arena_new();
	struct text out;

	text_init(&out);
	print_node(config_tree(config, path, flags, arena), &out);
	ck_assert_str_eq(text_cstr(&out), expected);
	text_close(&out);
	arena_free(arena);
}


START_TEST(a_tree_has_what_was_given)
{
	struct loaded l;

	load_good(&l, base);
	tree_is(l.config, "services/web/backends/one", 0, "{address:'10.0.0.1:80' weight:2}");
	tree_is(l.config, "services/web/backends/two", 0, "{address:'10.0.0.2:80'}");
	tree_is(l.config, "services/other", TREE_BELOW,
		"{passive:off listen:['127.0.0.1:9000'] "
		"backends:{10.0.0.9:80:{address:'10.0.0.9:80'}}}");
	tree_is(l.config, "services/web", TREE_API_ONLY,
		"{balance:'least_connections' check:{type:'tcp' interval:'2s'} "
		"listen:['127.0.0.1:8080' {address:'127.0.0.1:8081' backlog:100}]}");
	tree_is(l.config, CONFIG_DEFAULTS_PATH, 0, "{connect_timeout:'3s'}");
	unload(&l);
}
END_TEST

/* Of checks with directives of their own: a mapping, bytes, and what YAML could misread. */
START_TEST(a_check_comes_back_from_its_tree)
{
	static const char checks[] =
		"defaults: {check: {type: http, path: /d}}\n"
		"services:\n"
		"  a: {listen: ':1', check: {headers: {A: '{b', 'X-1': 2}, status: [200, 204-206], "
		"body: \"a\\tb\", body_regex: '^${X}[$]$'}, backends: []}\n"
		"  b: {listen: ':2', check: {type: expect, send: 'A\\r\\n\\x00', expect: 'null'}, "
		"backends: []}\n";
	struct loaded l;

	load_good(&l, checks);
	struct node *tree = config_tree(l.config, "", TREE_BELOW | TREE_API_ONLY, l.arena);
	struct config *again = config_tree_read(tree, l.config, &l.errors);

	ck_assert_ptr_nonnull(again);
	tree_is(l.config, "services/a", 0, "{check:{headers:{A:'{b' X-1:'2'} "
		"status:'200,204-206' body:'a\tb' body_regex:'^${X}[$]$'} listen:[':1']}");
	for (unsigned i = 0; i < 2; i++) {
		const char *path = i == 0 ? "services/a" : "services/b";

		ck_assert(object_equals(config_get(l.config, path),
					config_get(again, path)->conf));
	}
	config_free(again);
	unload(&l);
}
END_TEST

START_TEST(a_configuration_comes_back_from_its_tree)
{
	struct loaded l;

	load_good(&l, base);
	struct node *tree = config_tree(l.config, "", TREE_BELOW, l.arena);
	struct node *own = node_new(l.arena, NODE_MAP, NULL);

	node_add_pair(l.arena, own, node_scalar(l.arena, "defaults", NULL),
		      node_get(tree, "defaults"));
	node_add_pair(l.arena, own, node_scalar(l.arena, "services", NULL),
		      node_get(tree, "services"));
	/* what only the file may set is in the tree: another configuration refuses it */
	struct config *again = config_tree_read(own, l.config, &l.errors);

	ck_assert_ptr_null(again);
	tree = config_tree(l.config, "", TREE_BELOW | TREE_API_ONLY, l.arena);
	again = config_tree_read(tree, l.config, &l.errors);
	ck_assert_ptr_nonnull(again);
	tree_is(again, "services/web", TREE_BELOW,
		"{balance:'least_connections' check:{type:'tcp' interval:'2s'} "
		"listen:['127.0.0.1:8080' {address:'127.0.0.1:8081' backlog:100}] "
		"backends:{one:{address:'10.0.0.1:80' weight:2} two:{address:'10.0.0.2:80'}}}");
	const struct service_conf *web = config_get(again, "services/web")->conf;

	ck_assert_uint_eq(web->connect_timeout_ms, 3000);
	config_free(again);
	unload(&l);
}
END_TEST

static struct node *parsed(struct loaded *l, const char *yaml)
{
	struct node *node = yaml_read_text("t", slice_of(yaml), l->arena, &l->errors);

	ck_assert_ptr_nonnull(node);
	return node;
}

static const struct edit_row {
	enum edit_verb verb;
	const char    *path, *tree;
	const char    *rows;	/* sentences of the rows, joined by "|"; or the errors */
	bool           ok;
} edit_rows[] = {
	{ EDIT_PUT, "services/web/backends/one", "{address: 10.0.0.1:80, weight: 2}", "", true },
	{ EDIT_PUT, "services/web/backends/one", "{address: 10.0.0.1:80, weight: 5}",
	  "services.web.backends.one.weight: 2 -> 5|", true },
	{ EDIT_PUT, "services/web/backends/three", "10.0.0.3:80",
	  "services.web.backends.three: added 10.0.0.3:80|", true },
	{ EDIT_PUT, "services/web/backends/10.0.0.3:80", "10.0.0.3:80",
	  "services.web.backends.10.0.0.3:80: added 10.0.0.3:80|", true },
	{ EDIT_PUT, "services/web/backends/three", "{weight: 5}",
	  "t:1:1: error: services.web.backends.three: no address\n", false },
	{ EDIT_PUT, "services/none/backends/one", "10.0.0.3:80",
	  "error: services.none.backends.one: what it belongs to is not there\n", false },
	{ EDIT_DELETE, "services/web/backends/one", NULL,
	  "services.web.backends.one: removed 10.0.0.1:80|", true },
	{ EDIT_DELETE, "services/web", NULL, "||||services.web: removed|", true },
	{ EDIT_DELETE, "services/none", NULL,
	  "error: services.none: there is no such object\n", false },
	{ EDIT_DELETE, CONFIG_DEFAULTS_PATH, NULL,
	  "error: defaults.defaults: it cannot be removed\n", false },
	{ EDIT_PUT_OWN, "services/web", "{listen: 127.0.0.1:8080, balance: least_connections}",
	  "services.web.check: {interval: 2s} -> off|"
	  "services.web.listen: removed 127.0.0.1:8081|", true },
	{ EDIT_PUT, "services/other", "{listen: 127.0.0.1:9000, passive: off, backends: {}}",
	  "services.other.backends.10.0.0.9:80: removed 10.0.0.9:80|", true },
	{ EDIT_PUT, "services/new", "{listen: 127.0.0.1:7000, backends: {a: 10.0.0.1:80}}",
	  "services.new: added|services.new.listen: added 127.0.0.1:7000|"
	  "services.new.backends.a: added 10.0.0.1:80|", true },
	{ EDIT_PUT, "services/new", "{listen: 127.0.0.1:7000, access_log: /var/log/new.log}",
	  "t:1:1: error: services.new.access_log: access_log: set in the file only\n", false },
	{ EDIT_PUT, "services/new", "{listen: 127.0.0.1:7000, balanc: first, weight: 1}",
	  "t:1:26: error: services.new.balanc: unknown key; did you mean \"balance\"?\n"
	  "t:1:41: error: services.new.weight: unknown key; \"weight\" belongs to an "
	  "entry of \"backends\"\n", false },
	{ EDIT_PUT, "services/new", "{listen: /tmp/new.sock, backends: {}}",
	  "t:1:10: error: services.new.listen: unix:/tmp/new.sock: unix sockets outside of the "
	  "folder of pid_file are set in the file only\n", false },
	{ EDIT_PUT, "services/new", "{listen: /run/here/new.sock, backends: {}}",
	  "services.new: added|services.new.listen: added unix:/run/here/new.sock|", true },
	{ EDIT_PUT, CONFIG_DEFAULTS_PATH, "{connect_timeout: 9s}",
	  "defaults.connect_timeout: 3s -> 9s|services.web.connect_timeout: 3s -> 9s|"
	  "services.other.connect_timeout: 3s -> 9s|", true },
	{ EDIT_PUT, "", "{workers: 2}",
	  "error: : the settings are set in the file only\n", false },
};

START_TEST(rows_of_an_edit)
{
	const struct edit_row *row = &edit_rows[_i];
	struct loaded l;
	struct text out;

	load_good(&l, base);
	text_init(&out);
	const struct config_edit edit = { row->verb, row->path,
					  row->tree != NULL ? parsed(&l, row->tree) : NULL };
	struct conf_errors errors;

	conf_errors_init(&errors, l.arena);
	ck_assert_int_eq(config_edit_diff(l.config, &edit, l.arena, &l.diff, &errors), row->ok);
	for (size_t i = 0; row->ok && i < l.diff.count; i++)
		text_printf(&out, "%s|", l.diff.rows[i].text);
	for (size_t i = 0; !row->ok && i < errors.count; i++)
		if (errors.list[i].level == CONF_ERROR)
			text_printf(&out, "%s%serror: %s: %s\n",
				    errors.list[i].file != NULL ? arena_printf(l.arena, "%s:%u:%u",
					errors.list[i].file, errors.list[i].line,
					errors.list[i].column) : "",
				    errors.list[i].file != NULL ? ": " : "", errors.list[i].path,
				    errors.list[i].message);
	ck_assert_str_eq(text_cstr(&out), row->rows);
	if (row->ok)
		ck_assert_uint_eq(errors.count, 0);
	conf_errors_close(&errors);
	text_close(&out);
	unload(&l);
}
END_TEST

START_TEST(what_only_the_file_sets_stays)
{
	struct loaded l;

	load_good(&l, base);
	const struct config_edit edit = { EDIT_PUT_OWN, "services/web",
		parsed(&l, "{listen: 127.0.0.1:8080, balance: first}") };

	ck_assert(config_edit_diff(l.config, &edit, l.arena, &l.diff, &l.errors));
	struct config *next = config_share(l.config);

	config_edit_apply(next, &l.diff, 0);
	const struct service_conf *web = config_get(next, "services/web")->conf;

	ck_assert_str_eq(web->access_log.to.path, "/var/log/web.log");
	ck_assert_uint_eq(config_count(next, &config_backend_kind), 3);
	ck_assert(web->passive.on);	/* what follows from balance: first */
	config_free(next);
	unload(&l);
}
END_TEST

static const struct check_row {
	const char *path, *tree;
	enum edit_result result;
	const char *message;	/* "": none */
} check_rows[] = {
	{ "services/web/backends/three", "10.0.0.3:80", EDIT_FITS, "" },
	{ "services/web/backends/three", "127.0.0.1:8080", EDIT_INVALID,
	  "services.web.backends.three: 127.0.0.1:8080 leads back to heddle itself: "
	  "services.web.listen listens on 127.0.0.1:8080" },
	{ "services/web/backends/three", "127.0.0.1:9000", EDIT_INVALID,
	  "services.web.backends.three: 127.0.0.1:9000 leads back to heddle itself: "
	  "services.other.listen listens on 127.0.0.1:9000" },
	{ "services/web/backends/three", "{address: 10.0.0.3:80, check: {address: 127.0.0.1:9000}}",
	  EDIT_INVALID,
	  "services.web.backends.three.check: 127.0.0.1:9000 leads back to heddle itself: "
	  "services.other.listen listens on 127.0.0.1:9000" },
	{ "services/web/backends/three", "127.0.0.1:*", EDIT_INVALID,
	  "services.web.backends.three: 127.0.0.1:* leads back to heddle itself: "
	  "services.web.listen listens on 127.0.0.1:8080" },
	{ "services/new", "{listen: 127.0.0.1:9000, backends: {}}", EDIT_CONFLICT,
	  "services.new.listen: 127.0.0.1:9000 is already the address of services.other" },
	{ "services/new", "{listen: ':9000', backends: {}}", EDIT_CONFLICT,
	  "services.new.listen: :9000 and 127.0.0.1:9000 cannot both be listened on: "
	  "127.0.0.1:9000 is the address of services.other" },
	{ "services/new", "{listen: 10.0.0.9:80, backends: {}}", EDIT_CONFLICT,
	  "services.new.listen: 10.0.0.9:80 is the address of a backend: "
	  "services.other.backends.10.0.0.9:80 has 10.0.0.9:80" },
};

START_TEST(addresses_against_all_others)
{
	const struct check_row *row = &check_rows[_i];
	struct loaded l;
	struct conf_errors errors;

	load_good(&l, base);
	conf_errors_init(&errors, l.arena);
	const struct config_edit edit = { EDIT_PUT, row->path, parsed(&l, row->tree) };

	ck_assert(config_edit_diff(l.config, &edit, l.arena, &l.diff, &l.errors));
	struct config *next = config_share(l.config);

	config_edit_apply(next, &l.diff, 0);
	ck_assert_int_eq(config_edit_check(l.config, next, &l.diff, 0, l.arena, &errors),
			 row->result);
	if (row->message[0] == '\0')
		ck_assert_uint_eq(errors.count, 0);
	else
		ck_assert_str_eq(arena_printf(l.arena, "%s: %s", errors.list[0].path,
					      errors.list[0].message), row->message);
	conf_errors_close(&errors);
	config_free(next);
	unload(&l);
}
END_TEST

START_TEST(a_new_object_is_behind_its_siblings)
{
	struct loaded l;

	load_good(&l, base);
	const struct config_edit edit = { EDIT_PUT, "services/web/backends/new",
					  parsed(&l, "10.0.0.7:80") };

	ck_assert(config_edit_diff(l.config, &edit, l.arena, &l.diff, &l.errors));
	ck_assert_uint_eq(l.diff.rows[0].object->order, 2);
	unload(&l);
}
END_TEST

Suite *config_edit_suite(void)
{
	Suite *s = suite_create("config_edit");
	TCase *c = tcase_create("config_edit");

	tcase_add_test(c, a_tree_has_what_was_given);
	tcase_add_test(c, a_check_comes_back_from_its_tree);
	tcase_add_test(c, a_configuration_comes_back_from_its_tree);
	tcase_add_loop_test(c, rows_of_an_edit, 0, COUNT(edit_rows));
	tcase_add_test(c, what_only_the_file_sets_stays);
	tcase_add_loop_test(c, addresses_against_all_others, 0, COUNT(check_rows));
	tcase_add_test(c, a_new_object_is_behind_its_siblings);
	suite_add_tcase(s, c);
	return s;
}
