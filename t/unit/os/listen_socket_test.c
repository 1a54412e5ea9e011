/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/addr.h"
#include "os/listen_path.h"
#include "os/listen_socket.h"

Suite *listen_socket_suite(void);

#define GROUP 4

static char folder[64], path[108], why[512];
static const struct unix_owner owner = { .mode = 0640 };

static void setup(void)
{
	strcpy(folder, "/tmp/heddle-sockets-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
}

static void teardown(void)
{
	unlink(path);
	rmdir(folder);
}

static struct addr parse(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(&a, slice_of(text), ADDR_LISTEN, NULL, why, sizeof(why)));
	return a;
}

/*
 * A port that was free a moment ago, for TCP and UDP: below those that the kernel gives away, as
 * somebody who connects or sends would have it before it is bound again.
 */
static struct addr free_port(void)
{
	struct addr a = parse("127.0.0.1:1");
	bool bound = false;

	for (unsigned i = 0; i < 100 && !bound; i++) {
		int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);

		addr_set_port(&a, (uint16_t)(10000 + ((unsigned)getpid() * 7 + i) % 9000));
		bound = bind(tcp, &a.u.sa, a.len) == 0 && bind(udp, &a.u.sa, a.len) == 0;
		close(tcp);
		close(udp);
	}
	ck_assert(bound);
	return a;
}

static void close_all(const int *fds, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
}

static void bind_to(const struct addr *a, int *fds, unsigned count)
{
	bool bound = listen_socket_bind(a, &owner, NULL, fds, count, why, sizeof(why));

	ck_assert_msg(bound, "%s", why);
}

static int dial(const struct addr *a)
{
	int fd = socket(a->u.sa.sa_family, SOCK_STREAM, 0);

	if (connect(fd, &a->u.sa, a->len) == 0)
		return fd;
	close(fd);
	return -1;
}

START_TEST(a_group_shares_a_port_and_nobody_else_does)
{
	struct addr a = free_port();
	int fds[GROUP], others[GROUP];
	unsigned count = listen_socket_shared(&a) ? 1 : GROUP;
	char pid[32];

	bind_to(&a, fds, count);
	ck_assert(listen_socket_listen(&a, fds, count, 16, why, sizeof(why)));
	ck_assert(!listen_socket_bind(&a, &owner, NULL, others, count, why, sizeof(why)));
	ck_assert_msg(strstr(why, "address in use") != NULL, "%s", why);
#ifdef __linux__
	snprintf(pid, sizeof(pid), "(pid %ld", (long)getpid());
	ck_assert_msg(strstr(why, pid) != NULL, "%s", why);
#else
	(void)pid;
#endif
	close_all(fds, count);
	ck_assert(listen_socket_bind(&a, &owner, NULL, others, count, why, sizeof(why)));
	close_all(others, count);
}
END_TEST

START_TEST(a_retired_address_refuses_though_others_hold_it)
{
	struct addr a = free_port();
	int fd, copy, client;

	ck_assert(listen_socket_bind(&a, &owner, NULL, &fd, 1, why, sizeof(why)));
	ck_assert(listen_socket_listen(&a, &fd, 1, 16, why, sizeof(why)));
	copy = dup(fd);
	client = dial(&a);
	ck_assert_int_ne(client, -1);
	listen_socket_quiet(&a, &fd, 1);
	listen_socket_unquiet(&a, &fd, 1);
	close(client);
	client = dial(&a);
	ck_assert_int_ne(client, -1);
	close(client);
	listen_socket_shut(&a, &fd, 1);
	ck_assert_int_eq(dial(&a), -1);
	close(fd);
	close(copy);
}
END_TEST

START_TEST(a_path_gets_its_mode_and_a_stale_one_is_replaced)
{
	struct addr a = parse(path);
	struct stat st;
	int fd;

	ck_assert_msg(listen_socket_bind(&a, &owner, NULL, &fd, 1, why, sizeof(why)), "%s", why);
	ck_assert(listen_socket_listen(&a, &fd, 1, 16, why, sizeof(why)));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq((int)(st.st_mode & 07777), 0640);
	ck_assert(!listen_path_clear(&a, why, sizeof(why)));
	ck_assert_msg(strstr(why, "address in use") != NULL, "%s", why);
	close(fd);
	ck_assert_msg(listen_socket_bind(&a, &owner, NULL, &fd, 1, why, sizeof(why)), "%s", why);
	close(fd);
}
END_TEST

START_TEST(what_is_not_a_socket_is_never_removed)
{
	struct addr a = parse(path);
	FILE *f = fopen(path, "w");
	int fd;

	fclose(f);
	ck_assert(!listen_socket_bind(&a, &owner, NULL, &fd, 1, why, sizeof(why)));
	ck_assert_msg(strstr(why, "not a socket") != NULL, "%s", why);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

static struct addr datagrams(const struct addr *tcp)
{
	struct addr a = *tcp;

	a.datagram = true;
	return a;
}

START_TEST(tcp_and_udp_have_a_port_each)
{
	struct addr tcp = free_port(), udp = datagrams(&tcp);
	unsigned count = listen_socket_shared(&udp) ? 1 : GROUP;
	int stream, other, fds[GROUP];

	bind_to(&tcp, &stream, 1);
	ck_assert(listen_socket_listen(&tcp, &stream, 1, 16, why, sizeof(why)));
	bind_to(&udp, fds, count);
	ck_assert_msg(listen_socket_listen(&udp, fds, count, 16, why, sizeof(why)), "%s", why);
	listen_socket_tune(&udp, fds, count, true);
	ck_assert(!listen_socket_bind(&udp, &owner, NULL, &other, 1, why, sizeof(why)));
	ck_assert_msg(strstr(why, "/udp: address in use (pid ") != NULL, "%s", why);
	close_all(fds, count);
	close(stream);
}
END_TEST

/* What one process cannot close because it hangs takes nothing from the socket that comes next. */
START_TEST(a_udp_port_that_is_shut_receives_nothing)
{
	struct addr tcp = free_port(), udp = datagrams(&tcp);
	int old, copy, client = socket(AF_INET, SOCK_DGRAM, 0);
	char byte;

	bind_to(&udp, &old, 1);
	ck_assert_int_eq(sendto(client, "a", 1, 0, &udp.u.sa, udp.len), 1);
	ck_assert_int_eq(recv(old, &byte, 1, MSG_DONTWAIT), 1);
	copy = dup(old);
	ck_assert(!listen_socket_quiet(&udp, &old, 1));
	listen_socket_shut(&udp, &old, 1);
	close(old);
	(void)!sendto(client, "b", 1, 0, &udp.u.sa, udp.len);
	ck_assert_int_le(recv(copy, &byte, 1, MSG_DONTWAIT), 0);
	close(copy);
	bind_to(&udp, &old, 1);
	close(old);
	close(client);
}
END_TEST

#ifdef __linux__
static void listen_on(const struct addr *a, int *fd)
{
	ck_assert_msg(listen_socket_bind(a, &owner, NULL, fd, 1, why, sizeof(why)), "%s", why);
	ck_assert(listen_socket_listen(a, fd, 1, 16, why, sizeof(why)));
}

static void is_held_by(const struct addr *a, pid_t pid)
{
	char holder[64];
	int fd;

	snprintf(holder, sizeof(holder), "address in use (pid %ld, ", (long)pid);
	ck_assert(!listen_socket_bind(a, &owner, NULL, &fd, 1, why, sizeof(why)));
	ck_assert_msg(strstr(why, holder) != NULL, "%s instead of %s", why, holder);
}

START_TEST(the_holder_of_a_name_is_named)
{
	char name[64];
	struct addr a;
	int fd;

	snprintf(name, sizeof(name), "@heddle-sockets-test-%ld", (long)getpid());
	a = parse(name);
	listen_on(&a, &fd);
	is_held_by(&a, getpid());
	close(fd);
}
END_TEST

START_TEST(who_has_another_address_with_that_port_is_not_named)
{
	struct addr mine = free_port(), theirs = mine;
	int fd, end[2];
	char ready;
	pid_t pid;

	theirs.u.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	ck_assert_int_eq(pipe(end), 0);
	pid = fork();
	if (pid == 0) {
		listen_on(&theirs, &fd);
		(void)!write(end[1], "", 1);
		pause();
	}
	ck_assert_int_eq((int)read(end[0], &ready, 1), 1);
	listen_on(&mine, &fd);
	is_held_by(&mine, getpid());
	is_held_by(&theirs, pid);
	kill(pid, SIGKILL);
	close(fd);
}
END_TEST
#endif

Suite *listen_socket_suite(void)
{
	Suite *s = suite_create("listen_socket");
	TCase *c = tcase_create("listening");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_group_shares_a_port_and_nobody_else_does);
	tcase_add_test(c, a_retired_address_refuses_though_others_hold_it);
	tcase_add_test(c, a_path_gets_its_mode_and_a_stale_one_is_replaced);
	tcase_add_test(c, what_is_not_a_socket_is_never_removed);
	tcase_add_test(c, tcp_and_udp_have_a_port_each);
	tcase_add_test(c, a_udp_port_that_is_shut_receives_nothing);
#ifdef __linux__
	tcase_add_test(c, the_holder_of_a_name_is_named);
	tcase_add_test(c, who_has_another_address_with_that_port_is_not_named);
#endif
	suite_add_tcase(s, c);
	return s;
}
