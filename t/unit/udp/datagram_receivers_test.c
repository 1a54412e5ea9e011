/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "config/config_fanout.h"
#include "config/config_types.h"
#include "config/object.h"
#include "udp/datagram_receivers.h"

Suite *datagram_receivers_suite(void);

/* Two kinds whose sections have different names; what they receive is nobody's business here. */
struct thing {
	struct datagram_receiver receiver;
	unsigned children, waits, removed, freed;
};

static struct thing things[3];
static unsigned made;

static struct thing *thing_of(struct datagram_receiver *r)
{
	return container_of(r, struct thing, receiver);
}

static struct datagram_receiver *new(const struct datagram_receiver_kind *kind, const char *path)
{
	struct thing *t = &things[made++];

	memset(t, 0, sizeof(*t));
	datagram_receiver_init(&t->receiver, kind, path);
	return &t->receiver;
}

static void put_child(struct datagram_receiver *r, struct object *object)
{
	thing_of(r)->children++;
	object_release(object);
}

static void remove_one(struct datagram_receiver *r)
{
	thing_of(r)->removed++;
}

static void free_one(struct datagram_receiver *r)
{
	ck_assert_str_eq(r->name, "one");	/* what it frees may use its name */
	thing_of(r)->freed++;
}

static bool flush(struct datagram_receiver *r, bool *sent)
{
	struct thing *t = thing_of(r);

	*sent = *sent || t->waits > 0;
	t->waits -= t->waits > 0;
	return t->waits > 0;
}

static const struct datagram_receiver_kind fanouts = {
	.object = &config_fanout_kind, .word = "fan-out", .new = new, .put_child = put_child,
	.remove = remove_one, .free = free_one, .flush = flush,
};

static const struct datagram_receiver_kind services = {
	.object = &config_service_kind, .word = "service", .new = new, .remove = remove_one,
	.free = free_one,
};

static void start(void)
{
	made = 0;
	datagram_receivers_open();
}

START_TEST(two_kinds_may_have_one_name)
{
	struct datagram_receiver *f = datagram_receivers_add(&fanouts, "fanouts/one");
	struct datagram_receiver *s = datagram_receivers_add(&services, "services/one");

	ck_assert_ptr_eq(datagram_receivers_find(slice_of("fanouts/one")), f);
	ck_assert_ptr_eq(datagram_receivers_find(slice_of("services/one")), s);
	ck_assert_ptr_eq(datagram_receivers_next(&services, NULL), s);
	ck_assert_ptr_eq(datagram_receivers_next(&fanouts, NULL), f);
	ck_assert_ptr_null(datagram_receivers_next(&fanouts, f));
	ck_assert_ptr_eq(datagram_receivers_next(NULL, f), s);
	datagram_receivers_close();
	ck_assert_uint_eq(thing_of(f)->freed + thing_of(s)->freed, 2);
	ck_assert_uint_eq(thing_of(f)->removed + thing_of(s)->removed, 0);
	ck_assert_ptr_null(datagram_receivers_find(slice_of("fanouts/one")));
}
END_TEST

START_TEST(one_that_is_removed_lives_as_long_as_its_listeners)
{
	struct datagram_receiver *before = datagram_receivers_add(&fanouts, "fanouts/one");
	struct datagram_receiver *after;

	datagram_receiver_hold(before);
	datagram_receivers_remove(before);
	ck_assert_uint_eq(thing_of(before)->removed, 1);
	ck_assert_ptr_null(datagram_receivers_find(slice_of("fanouts/one")));
	after = datagram_receivers_add(&fanouts, "fanouts/one");
	ck_assert_uint_eq(thing_of(before)->freed, 0);
	datagram_receiver_release(before);
	ck_assert_uint_eq(thing_of(before)->freed, 1);
	ck_assert_ptr_eq(datagram_receivers_find(slice_of("fanouts/one")), after);
	datagram_receivers_close();
}
END_TEST

static struct object *make(const struct object_kind *kind, const char *name, const void *conf)
{
	return object_new(kind, &(struct object_source){ .name = name, .conf = conf });
}

START_TEST(listeners_are_kept_and_other_children_are_the_kinds)
{
	const struct datagram_listen_conf listen = { .interface = NULL };
	const struct fanout_target_conf target = { .interface = NULL };
	struct datagram_receiver *r = datagram_receivers_add(&fanouts, "fanouts/one");
	const struct object_kind *kind = &config_fanout_listener_kind;

	ck_assert_ptr_eq(datagram_receivers_kind(kind), datagram_receivers_kind(kind->parent));
	ck_assert_ptr_null(datagram_receivers_kind(&config_backend_kind));
	datagram_receiver_put_child(r, make(kind, "127.0.0.1:1", &listen));
	datagram_receiver_put_child(r, make(&config_target_kind, "127.0.0.1:2", &target));
	ck_assert_uint_eq(r->listens.count, 1);
	ck_assert_uint_eq(thing_of(r)->children, 1);
	datagram_receiver_delete_child(r, kind, slice_of("127.0.0.1:1"));
	ck_assert_uint_eq(r->listens.count, 0);
	datagram_receivers_close();
}
END_TEST

START_TEST(what_waits_is_sent_for_as_long_as_there_is_some)
{
	struct datagram_receiver *r = datagram_receivers_add(&fanouts, "fanouts/one");

	(void)datagram_receivers_add(&services, "services/one");	/* has nothing that waits */
	thing_of(r)->waits = 40;	/* more than the turns without anything sent that end it */
	datagram_receivers_flush();
	ck_assert_uint_eq(thing_of(r)->waits, 0);
	datagram_receivers_close();
}
END_TEST

Suite *datagram_receivers_suite(void)
{
	Suite *suite = suite_create("datagram_receivers");
	TCase *tests = tcase_create("datagram_receivers");

	tcase_add_checked_fixture(tests, start, NULL);
	tcase_add_test(tests, two_kinds_may_have_one_name);
	tcase_add_test(tests, one_that_is_removed_lives_as_long_as_its_listeners);
	tcase_add_test(tests, listeners_are_kept_and_other_children_are_the_kinds);
	tcase_add_test(tests, what_waits_is_sent_for_as_long_as_there_is_some);
	suite_add_tcase(suite, tests);
	return suite;
}
