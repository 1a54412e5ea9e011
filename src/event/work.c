/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/work.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "core/log.h"
#include "event/event.h"
#include "event/signals.h"

/* Two: one that waits for a slow folder does not stop what goes to another. */
#define THREADS 2
#define STACK ((size_t)256 * 1024)

enum { NONE = -1 };

/* What the threads share with the loop; all of it is read and written under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct list queue, finished;
static unsigned idle;
static bool closing;

/* The loop's alone. */
static pthread_t threads[THREADS];
static unsigned count;
static int pipe_fds[2] = { NONE, NONE };
static struct event reader;

/* One byte for a whole list: the loop takes all that has finished when it reads it. */
static void wake_loop(void)
{
	char byte = 0;

	/* a full pipe has a byte that the loop has not read yet */
	while (write(pipe_fds[1], &byte, 1) == -1 && errno == EINTR)
		;
}

static void *serve(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&lock);
	for (;;) {
		struct work *w;

		while (list_empty(&queue) && !closing) {
			idle++;
			pthread_cond_wait(&more, &lock);
			idle--;
		}
		if (list_empty(&queue))
			break;
		w = container_of(queue.next, struct work, link);
		list_unlink(&w->link);
		w->waits = false;
		pthread_mutex_unlock(&lock);
		w->run(w);
		pthread_mutex_lock(&lock);
		if (list_empty(&finished))
			wake_loop();
		list_append(&finished, &w->link);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* done() may add work, which is why none of it is called under the lock. */
static void call_done(void)
{
	struct list all;

	list_init(&all);
	pthread_mutex_lock(&lock);
	list_splice(&all, &finished);
	pthread_mutex_unlock(&lock);
	while (!list_empty(&all)) {
		struct work *w = container_of(all.next, struct work, link);

		list_unlink(&w->link);
		w->done(w);
	}
}

static void on_pipe(struct event *ev, unsigned ready)
{
	char bytes[16];

	(void)ready;
	if (read(ev->fd, bytes, sizeof(bytes)) < (ssize_t)sizeof(bytes))
		event_drained(ev, EVENT_READ);
	call_done();
}

static bool open_pipe(void)
{
	if (pipe_fds[0] != NONE)
		return true;
	if (pipe(pipe_fds) == -1)
		return false;
	for (int i = 0; i < 2; i++) {
		fcntl(pipe_fds[i], F_SETFL, O_NONBLOCK);
		fcntl(pipe_fds[i], F_SETFD, FD_CLOEXEC);
	}
	list_init(&queue);
	list_init(&finished);
	event_setup(&reader, pipe_fds[0], on_pipe);
	event_want(&reader, EVENT_READ);
	return true;
}

/* Its signals are held: a handler of the process runs in the thread of the loop. */
static int start_thread(void)
{
	pthread_attr_t attr;
	int error = pthread_attr_init(&attr);

	if (error != 0)
		return error;
	(void)pthread_attr_setstacksize(&attr, STACK);
	signals_hold();
	error = pthread_create(&threads[count], &attr, serve, NULL);
	signals_release();
	pthread_attr_destroy(&attr);
	if (error == 0)
		count++;
	return error;
}

bool work_add(struct work *w)
{
	bool start;
	int error = 0;

	if (!open_pipe())
		return false;
	pthread_mutex_lock(&lock);
	start = idle == 0 && count < THREADS;
	pthread_mutex_unlock(&lock);
	if (start)
		error = start_thread();
	/* with one thread at least the work is done, only later */
	if (count == 0) {
		errno = error;
		return false;
	}
	pthread_mutex_lock(&lock);
	w->waits = true;
	list_append(&queue, &w->link);
	pthread_cond_signal(&more);
	pthread_mutex_unlock(&lock);
	return true;
}

bool work_cancel(struct work *w)
{
	bool waits;

	pthread_mutex_lock(&lock);
	waits = w->waits;
	w->waits = false;
	if (waits)
		list_unlink(&w->link);
	pthread_mutex_unlock(&lock);
	return waits;
}

/* Closes the pipe last: a thread that ends may write to it. */
static void join_threads(void)
{
	pthread_mutex_lock(&lock);
	closing = true;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
	while (count != 0)
		CHECK(pthread_join(threads[--count], NULL) == 0);
	closing = false;
}

void work_close(void)
{
	if (pipe_fds[0] == NONE)
		return;
	/* what done() adds starts threads again */
	do {
		join_threads();
		call_done();
	} while (count != 0);
	event_close(&reader);
	close(pipe_fds[1]);
	pipe_fds[0] = pipe_fds[1] = NONE;
}
