/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests and the queue of changes, in a master that has no children: nobody is waited for. */
#include "../config/fixture.h"
#include "config/config_edit_codec.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/change_queue.h"
#include "process/message.h"
#include "process/objects.h"
#include "process/objects_free.h"
#include "process/request.h"
#include "process/running.h"
#include "process/supervisor.h"

Suite *request_suite(void);

static const char file[] =
	"services:\n"
	"  web:\n"
	"    listen: 127.0.0.1:1\n"
	"    backends:\n"
	"      one: 10.0.0.1:80\n"
	"      two: {address: '10.0.0.2:80', weight: 2, max_connections: 7}\n";

static struct loaded loaded;

static bool may_start(void)
{
	return false;
}

static void begin(void)
{
	static const struct supervisor_watch watch = { .may_start = may_start };
	const struct scoreboard_sizes sizes = { .slots = 16, .services = 4, .backends = 4,
						.sessions = 1 };

	ck_assert(loop_open("poll"));
	log_set_level(LEVEL_ALERT);
	ck_assert(scoreboard_open(&sizes));
	load_good(&loaded, file);
	supervisor_open(&watch);
	change_queue_open();
	objects_free_open();
	ck_assert(objects_take_all(loaded.config, &loaded.errors));
	(void)running_replace(config_share(loaded.config));
	running_set_base(config_share(loaded.config));
}

static void end(void)
{
	objects_free_close();
	config_free(running_replace(NULL));
	running_set_base(NULL);
	unload(&loaded);
	loop_close();
}

/* One edit, or two, made for the configuration with that serial. */
static bool request_for(uint64_t serial, const struct config_edit *edits, size_t count)
{
	struct message_request m = { 1, REQUEST_EDIT };
	struct message_edits head = { .serial = serial, .by = "api test" };
	struct text bytes;
	bool taken;

	text_init(&bytes);
	text_append(&bytes, &m, sizeof(m));
	text_append(&bytes, &head, sizeof(head));
	for (size_t i = 0; i < count; i++)
		config_edit_codec_encode(&edits[i], &bytes);
	taken = request_take(text_slice(&bytes));
	text_close(&bytes);
	return taken;
}

static struct node *parsed(const char *yaml)
{
	struct node *node = NULL;

	if (yaml == NULL)
		return NULL;
	node = yaml_read_text("t", slice_of(yaml), loaded.arena, &loaded.errors);
	ck_assert_ptr_nonnull(node);
	return node;
}

static bool request(unsigned verb, const char *path, const char *value)
{
	const struct config_edit edit = { verb, path, parsed(value) };

	return request_for(running_serial(), &edit, 1);
}

static const struct backend_conf *backend(const char *path)
{
	const struct object *object = config_get(running_config(), path);

	return object != NULL ? object->conf : NULL;
}

#define ONE "services/web/backends/one"
#define TWO "services/web/backends/two"

START_TEST(an_edit_replaces_what_was_given)
{
	const struct backend_conf *loaded_two;
	struct handle handle;
	uint64_t serial;

	begin();
	serial = running_serial();
	handle = config_get(running_config(), TWO)->handle;
	ck_assert(request(EDIT_PUT, TWO, "{address: '10.0.0.2:80', weight: 5}"));
	ck_assert_uint_eq(backend(TWO)->weight, 5);
	ck_assert_uint_eq(backend(TWO)->max_connections, 0);
	ck_assert_uint_eq(backend(ONE)->weight, 1);
	ck_assert(handle_equal(config_get(running_config(), TWO)->handle, handle));
	ck_assert_uint_eq(running_serial(), serial + 1);
	/* what was loaded is another configuration, and has not changed */
	ck_assert_uint_eq(nth_backend(&loaded, 1)->weight, 2);
	loaded_two = config_get(loaded.config, TWO)->conf;
	ck_assert_uint_eq(loaded_two->weight, 2);
	end();
}
END_TEST

static const struct {
	unsigned verb;
	const char *path, *value;
} without_effect[] = {
	/* the same */
	{ EDIT_PUT, TWO, "{address: '10.0.0.2:80', weight: 2, max_connections: 7}" },
	{ EDIT_PUT, TWO, "{address: '10.0.0.2:80', wieght: 3}" },
	{ EDIT_PUT, TWO, "{address: '10.0.0.2:80', weight: many}" },
	{ EDIT_PUT, TWO, "{weight: 3}" },
	{ EDIT_PUT, TWO, "[weight]" },
	{ EDIT_PUT, TWO, NULL },
	{ EDIT_DELETE, TWO, "{}" },
	{ EDIT_VERBS, TWO, "{address: '10.0.0.2:80', weight: 3}" },
	{ EDIT_PUT_OWN, "services/web", "{listen: '127.0.0.1:1', access_log: /etc/passwd}" },
	{ EDIT_PUT, "", "{user: root}" },
	{ EDIT_PUT, "services/none/backends/three", "{address: '10.0.0.2:80', weight: 3}" },
	{ EDIT_PUT, "nothing/at/all", "{weight: 3}" },
	{ EDIT_PUT, "services/web/backends/three", "127.0.0.1:1" },	/* its own listener */
	{ EDIT_DELETE, "services/web/backends/three", NULL },
	{ EDIT_DELETE, "", NULL },
};

START_TEST(what_cannot_be_done_changes_nothing)
{
	uint64_t serial;

	begin();
	serial = running_serial();
	ck_assert(request(without_effect[_i].verb, without_effect[_i].path,
			  without_effect[_i].value));
	ck_assert_uint_eq(running_serial(), serial);
	ck_assert_uint_eq(backend(TWO)->weight, 2);
	/* the queue goes on */
	ck_assert(request(EDIT_PUT, TWO, "{address: '10.0.0.2:80', weight: 9}"));
	ck_assert_uint_eq(backend(TWO)->weight, 9);
	end();
}
END_TEST

START_TEST(what_is_removed_gives_its_cell_back)
{
	unsigned left = 0;

	begin();
	ck_assert(request(EDIT_DELETE, TWO, NULL));
	ck_assert_ptr_null(backend(TWO));
	ck_assert_uint_eq(config_count(running_config(), &config_backend_kind), 1);
	objects_free_run();
	while (backend_cell_take().index != HANDLE_NONE)
		left++;
	ck_assert_uint_eq(left, 3);
	end();
}
END_TEST

/* Everything below it goes in the same change, children first. */
START_TEST(a_service_is_removed_with_its_backends_and_listeners)
{
	uint64_t serial;

	begin();
	serial = running_serial();
	ck_assert(request(EDIT_DELETE, "services/web", NULL));
	ck_assert_uint_eq(running_serial(), serial + 1);
	ck_assert_uint_eq(config_count(running_config(), &config_service_kind), 0);
	ck_assert_uint_eq(config_count(running_config(), &config_backend_kind), 0);
	ck_assert_uint_eq(config_count(running_config(), &config_listener_kind), 0);
	objects_free_run();
	for (unsigned i = 0; i < 4; i++) {
		ck_assert_uint_ne(service_cell_take().index, HANDLE_NONE);
		ck_assert_uint_ne(backend_cell_take().index, HANDLE_NONE);
	}
	end();
}
END_TEST

START_TEST(edits_of_one_request_are_one_change)
{
	const uint64_t serial_before = 1;
	struct config_edit edits[] = {
		{ EDIT_DELETE, ONE, NULL },
		{ EDIT_PUT, TWO, NULL },
		{ EDIT_PUT, TWO, NULL },
	};
	uint64_t serial;

	begin();
	serial = running_serial();
	ck_assert_uint_eq(serial, serial_before);
	edits[1].tree = parsed("{address: '10.0.0.2:80', weight: 3}");
	edits[2].tree = parsed("{address: '10.0.0.2:80', weight: 4}");
	ck_assert(request_for(serial, edits, 3));
	ck_assert_uint_eq(running_serial(), serial + 1);
	ck_assert_ptr_null(backend(ONE));
	ck_assert_uint_eq(backend(TWO)->weight, 4);
	/* made for the one before: nothing is overwritten unseen */
	ck_assert(request_for(serial, edits + 1, 1));
	ck_assert_uint_eq(backend(TWO)->weight, 4);
	ck_assert_uint_eq(running_serial(), serial + 1);
	/* one that cannot be, and nothing of the request is done */
	edits[0] = (struct config_edit){ EDIT_PUT, TWO, edits[1].tree };
	edits[1] = (struct config_edit){ EDIT_DELETE, ONE, NULL };
	ck_assert(request_for(running_serial(), edits, 2));
	ck_assert_uint_eq(backend(TWO)->weight, 4);
	end();
}
END_TEST

START_TEST(a_message_that_is_no_request_is_not_taken)
{
	struct message_request m = { 1, REQUEST_VERBS };

	begin();
	ck_assert(!request_take((struct slice){ (const char *)&m, sizeof(m) }));
	m.verb = REQUEST_EDIT;	/* without its head */
	ck_assert(!request_take((struct slice){ (const char *)&m, sizeof(m) }));
	end();
}
END_TEST

static unsigned built, refused;
static bool submit_again;

static bool build(struct change *change, struct conf_errors *errors)
{
	(void)change;
	built++;
	if (change->arg != NULL)
		conf_fail(errors, CONF_ERROR, NULL, "", "%s", (const char *)change->arg);
	return change->arg == NULL;
}

static void done(struct change *change, enum change_result result,
		 const struct conf_errors *errors)
{
	refused += result >= CHANGE_REFUSED;
	ck_assert(result < CHANGE_REFUSED || errors->errors == 1);
	ck_assert(result >= CHANGE_REFUSED || errors->errors == 0);
	if (!submit_again)
		return;
	submit_again = false;
	change->arg = NULL;
	change_queue_submit(change);
}

START_TEST(an_answer_may_submit_the_next_change)
{
	struct change change = { .build = build, .done = done, .arg = (void *)"no" };

	begin();
	built = refused = 0;
	submit_again = true;
	change_queue_submit(&change);
	ck_assert_uint_eq(built, 2);
	ck_assert_uint_eq(refused, 1);
	end();
}
END_TEST

START_TEST(after_a_stop_has_begun_nothing_is_built)
{
	struct change change = { .build = build, .done = done };

	begin();
	built = refused = 0;
	submit_again = false;
	change_queue_close("heddle is stopping");
	ck_assert(change_queue_closed());
	change_queue_submit(&change);
	ck_assert_uint_eq(built, 0);
	ck_assert_uint_eq(refused, 1);
	end();
}
END_TEST

Suite *request_suite(void)
{
	Suite *s = suite_create("request");
	TCase *c = tcase_create("requests");

	tcase_add_test(c, an_edit_replaces_what_was_given);
	tcase_add_loop_test(c, what_cannot_be_done_changes_nothing, 0, COUNT(without_effect));
	tcase_add_test(c, what_is_removed_gives_its_cell_back);
	tcase_add_test(c, a_service_is_removed_with_its_backends_and_listeners);
	tcase_add_test(c, edits_of_one_request_are_one_change);
	tcase_add_test(c, a_message_that_is_no_request_is_not_taken);
	tcase_add_test(c, an_answer_may_submit_the_next_change);
	tcase_add_test(c, after_a_stop_has_begun_nothing_is_built);
	suite_add_tcase(s, c);
	return s;
}
