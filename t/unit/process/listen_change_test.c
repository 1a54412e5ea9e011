/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../config/fixture.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/change.h"
#include "process/kind.h"
#include "process/listen_change.h"
#include "process/listen_close.h"
#include "process/listen_table.h"
#include "proxy/worker.h"

Suite *listen_change_suite(void);

static struct loaded before, after;
static char first_path[64], second_path[64];
static unsigned sent, with_sockets;

static void on_progress(void)
{
}

static void setup(void)
{
	ck_assert(loop_open("poll"));
	listen_close_watch(on_progress);
	snprintf(first_path, sizeof(first_path), "/tmp/heddle-listen-a-%ld", (long)getpid());
	snprintf(second_path, sizeof(second_path), "/tmp/heddle-listen-b-%ld", (long)getpid());
	sent = with_sockets = 0;
}

static void teardown(void)
{
	struct listen_address *a;

	while ((a = listen_table_next(NULL)) != NULL) {
		listen_table_unlink(a);
		listen_table_remove(a);
	}
	loop_close();
}

static void load_listeners(struct loaded *l, const char *text, const char *path)
{
	char yaml[512];

	snprintf(yaml, sizeof(yaml), text, path);
	load_good(l, yaml);
}

static struct listen_address *at(const char *path)
{
	char why[128];
	struct addr addr;

	ck_assert(addr_parse(&addr, slice_of(path), ADDR_LISTEN, NULL, why, sizeof(why)));
	return listen_table_at(&addr);
}

#define WEB "workers: 2\nservices: {web: {listen: \"%s\", backends: [\"10.0.0.1:80\"]}}\n"
#define MAIL "workers: 2\nservices: {mail: {listen: \"%s\", backends: [\"10.0.0.1:80\"]}}\n"

static void on_operation(const struct change_op *op)
{
	if (op->address.kind != &worker_kind)
		return;	/* of a recipe */
	sent++;
	with_sockets += op->address.fds != NULL;
}

START_TEST(an_address_belongs_to_an_object_and_to_a_kind_of_process)
{
	struct listen_address *a;

	load_listeners(&before, WEB, first_path);
	ck_assert_msg(listen_change_propose(before.config, NULL, &before.errors), "cannot bind");
	a = at(first_path);
	ck_assert_int_eq(a->state, LISTEN_PROPOSED);
	ck_assert_ptr_null(a->kind);
	listen_change_announce(on_operation);
	ck_assert_uint_eq(sent, 1);
	ck_assert_uint_eq(with_sockets, 1);
	listen_change_accept();
	ck_assert_int_eq(a->state, LISTEN_OPEN);
	ck_assert_ptr_eq(a->kind, &worker_kind);
	ck_assert_str_eq(a->use.owner->name, "web");
	unload(&before);
}
END_TEST

START_TEST(what_is_withdrawn_leaves_nothing)
{
	load_listeners(&before, WEB, first_path);
	ck_assert(listen_change_propose(before.config, NULL, &before.errors));
	listen_change_withdraw();
	ck_assert_ptr_null(listen_table_next(NULL));
	ck_assert_int_ne(access(first_path, F_OK), 0);
	unload(&before);
}
END_TEST

START_TEST(another_owner_takes_the_sockets_over)
{
	struct listen_address *a;
	int fd;

	load_listeners(&before, WEB, first_path);
	load_listeners(&after, MAIL, first_path);
	ck_assert(listen_change_propose(before.config, NULL, &before.errors));
	listen_change_accept();
	a = at(first_path);
	fd = a->fds[0];
	a->service = (struct handle){ 1, 1 };	/* cells are not given out here */
	ck_assert(listen_change_propose(after.config, NULL, &after.errors));
	listen_change_announce(on_operation);
	ck_assert_uint_eq(sent, 1);
	ck_assert_uint_eq(with_sockets, 0);	/* its processes have them */
	listen_change_accept();
	ck_assert_ptr_eq(at(first_path), a);
	ck_assert_int_eq(a->fds[0], fd);
	ck_assert_str_eq(a->use.owner->name, "mail");
	unload(&before);
	unload(&after);
}
END_TEST

START_TEST(sockets_go_whole_to_a_kind_that_has_none)
{
	static const struct process_kind other = { .name = "other" };
	struct listen_address *a;

	load_listeners(&before, WEB, first_path);
	ck_assert(listen_change_propose(before.config, NULL, &before.errors));
	listen_change_accept();
	a = at(first_path);
	a->kind = &other;	/* as if that one had accepted from it until now */
	ck_assert(listen_change_propose(before.config, NULL, &before.errors));
	listen_change_announce(on_operation);
	ck_assert_uint_eq(with_sockets, 1);
	listen_change_accept();
	ck_assert_ptr_eq(a->kind, &worker_kind);
	unload(&before);
}
END_TEST

START_TEST(a_removed_address_is_closed_and_a_new_one_opened)
{
	load_listeners(&before, WEB, first_path);
	load_listeners(&after, WEB, second_path);
	ck_assert(listen_change_propose(before.config, NULL, &before.errors));
	listen_change_accept();
	ck_assert(listen_change_propose(after.config, NULL, &after.errors));
	ck_assert(!listen_close_busy());
	listen_change_accept();
	ck_assert(listen_close_busy());
	ck_assert_ptr_null(at(first_path));
	ck_assert_ptr_nonnull(at(second_path));
	unload(&before);
	unload(&after);
}
END_TEST

START_TEST(a_child_closes_what_others_accept_from)
{
	static const struct process_kind other = { .name = "other" };
	struct listen_address *a;

	load_listeners(&before, WEB, first_path);
	ck_assert(listen_change_propose(before.config, NULL, &before.errors));
	listen_change_accept();
	a = at(first_path);
	listen_table_close_copies(&worker_kind);
	ck_assert_uint_eq(a->count, 1);
	listen_table_close_copies(&other);
	ck_assert_uint_eq(a->count, 0);
	unload(&before);
}
END_TEST

Suite *listen_change_suite(void)
{
	Suite *s = suite_create("listen_change");
	TCase *c = tcase_create("changes");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, an_address_belongs_to_an_object_and_to_a_kind_of_process);
	tcase_add_test(c, what_is_withdrawn_leaves_nothing);
	tcase_add_test(c, another_owner_takes_the_sockets_over);
	tcase_add_test(c, sockets_go_whole_to_a_kind_that_has_none);
	tcase_add_test(c, a_removed_address_is_closed_and_a_new_one_opened);
	tcase_add_test(c, a_child_closes_what_others_accept_from);
	suite_add_tcase(s, c);
	return s;
}
