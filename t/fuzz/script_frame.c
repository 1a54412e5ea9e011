/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the mapper process sends workers, and a process of a script the mapper process: any bytes
 * come over a stream that a worker has (proxy/scripts.c), whole or in pieces, while calls are under
 * way. Each call is answered once at most, with what fits into an answer; its addresses are read as
 * a session does it. A stream that sends what is no frame is closed, and another one is made, over
 * which the calls that were not answered go again.
 *
 * The first byte of an input says how it is cut into pieces.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/cache_value.h"
#include "event/event.h"
#include "event/timer.h"
#include "os/door.h"
#include "proxy/script_cache.h"
#include "proxy/scripts.h"
#include "target.h"

#define CALLS 4

static struct script_call calls[CALLS];
static unsigned answered[CALLS];
static struct timer turn;
static struct deferred stop;
static int other = -1;		/* the mapper process's end of the stream */
static unsigned frames;		/* whole calls that have arrived there */

static void check_addresses(struct slice answer)
{
	char why[CACHE_VALUE_WHY] = "";
	struct cache_member m;
	struct slice rest = answer;
	enum cache_value_next next;

	while ((next = cache_value_next(&rest, &m, why)) != CACHE_VALUE_END)
		HOLDS(memchr(why, '\0', sizeof(why)) != NULL && rest.len < answer.len);
}

static void on_answered(struct script_call *c, enum script_status status, uint32_t generation,
			struct slice answer)
{
	struct script_cache_key key = { c->script, generation, c->key };
	size_t i = (size_t)(c - calls);

	HOLDS(i < CALLS && ++answered[i] == 1 && c->id == 0);
	HOLDS(status < SCRIPT_STATUSES && answer.len <= SCRIPT_FRAME_MOST);
	check_addresses(answer);
	script_cache_put(&key, loop_now() + 1, answer);
}

static void on_stop(struct deferred *d)
{
	(void)d;
	loop_stop();
}

/* The loop has then seen what was sent, and has sent what it had. */
static void on_turn(struct timer *t)
{
	(void)t;
	loop_defer(&stop, on_stop);
}

static void run(void)
{
	for (int i = 0; i < 2; i++) {
		timer_set(&turn, 0);
		loop_run();
	}
}

static void open_all(void)
{
	static bool opened;

	if (opened)
		return;
	HOLDS(loop_open("poll") && door_open());
	timer_setup(&turn, on_turn);
	list_init(&stop.link);
	opened = true;
}

/* false: the worker has made no stream (yet). */
static bool accept_stream(void)
{
	char byte;
	size_t len;
	int fd = door_accept(DOOR_MAPPER, &byte, 1, &len);

	if (fd == -1)
		return false;
	if (other != -1)
		close(other);
	other = fd;
	frames = 0;
	return true;
}

/* All that the worker sends is calls, of which each is one of ours. */
static void read_calls(void)
{
	struct script_frame f;
	char key[SCRIPT_FRAME_MOST];

	while (recv(other, &f, sizeof(f), MSG_DONTWAIT) == (ssize_t)sizeof(f)) {
		HOLDS(f.kind == SCRIPT_FRAME_CALL && f.size == 1 && f.script < CALLS);
		HOLDS(recv(other, key, f.size, MSG_DONTWAIT) == (ssize_t)f.size);
		frames++;
	}
}

/* Ids are the worker's choice: those in an input are numbers of calls where they are small. */
static void put_id(char *bytes, size_t len)
{
	struct script_frame f;

	if (len < sizeof(f))
		return;
	memcpy(&f, bytes, sizeof(f));
	if (f.call < CALLS)
		f.call = calls[f.call].id;
	memcpy(bytes, &f, sizeof(f));
}

/* The frames of an input, one behind the other as they say themselves. */
static void put_ids(char *bytes, size_t len)
{
	struct script_frame f;

	while (len >= sizeof(f)) {
		put_id(bytes, len);
		memcpy(&f, bytes, sizeof(f));
		if (f.size > SCRIPT_FRAME_MOST || len - sizeof(f) < f.size)
			return;
		bytes += sizeof(f) + f.size;
		len -= sizeof(f) + f.size;
	}
}

static void send_pieces(const char *bytes, size_t len, size_t piece)
{
	while (len > 0) {
		size_t n = len < piece ? len : piece;
		ssize_t sent = send(other, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent == -1)	/* it is closed, and rightly: it was no frame */
			break;
		bytes += sent;
		len -= (size_t)sent;
		run();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char bytes[1 << 16];
	static const char keys[] = "abcd";
	unsigned open = 0;

	if (size < 1 || size > sizeof(bytes))
		return -1;
	open_all();
	memset(answered, 0, sizeof(answered));
	for (size_t i = 0; i < CALLS; i++) {
		calls[i] = (struct script_call){ .script = i, .key = { keys + i, 1 },
						 .answered = on_answered };
		HOLDS(scripts_call(&calls[i]));
	}
	run();
	HOLDS(accept_stream());
	read_calls();
	HOLDS(frames == CALLS);
	memcpy(bytes, data + 1, size - 1);
	put_ids(bytes, size - 1);
	send_pieces(bytes, size - 1, data[0] != 0 ? 37u * data[0] : size);
	for (size_t i = 0; i < CALLS; i++) {
		HOLDS((calls[i].id != 0) == (answered[i] == 0));
		open += calls[i].id != 0;
		(void)scripts_left(&calls[i], 100);
		(void)scripts_generation(i);
	}
	if (accept_stream()) {	/* another stream: what is not answered was sent again */
		read_calls();
		HOLDS(frames == open);
	}
	for (size_t i = 0; i < CALLS; i++)
		scripts_cancel(&calls[i]);
	scripts_close();
	close(other);
	other = -1;
	return 0;
}
