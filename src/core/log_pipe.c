/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log_pipe.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/scoreboard.h"

/* In the pipe: target, size of the payload, kind. Both ends are one program. */
struct frame_header {
	uint64_t target;
	uint32_t size;
	uint32_t kind;
};

/* A record's payload: these, then the strings, each with its NUL. */
struct record_header {
	uint64_t time;
	uint32_t level, pid;
};

#define RECORD_STRINGS 5
#define BUFFER (64 * 1024)

static int out = -1;
static char buffer[BUFFER];
static size_t head, tail;	/* what waits is between them */

void log_pipe_open(int fd)
{
	out = fd;
	head = tail = 0;
}

bool log_pipe_pending(void)
{
	return head != tail;
}

/*
 * As many whole frames as a pipe takes at once or not at all (PIPE_BUF): a process that is killed
 * never leaves half a frame, behind which the frames of its successor could not be read.
 */
static size_t whole_frames(void)
{
	size_t len = 0;

	while (head + len != tail) {
		struct frame_header h;

		memcpy(&h, buffer + head + len, sizeof(h));
		if (len != 0 && len + sizeof(h) + h.size > PIPE_BUF)
			break;
		len += sizeof(h) + h.size;
	}
	return len;
}

bool log_pipe_flush(void)
{
	while (head != tail) {
		ssize_t n = write(out, buffer + head, whole_frames());

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		head += (size_t)n;
	}
	head = tail = 0;
	return true;
}

/* Room for a whole frame, or false and the line is counted as dropped. */
static bool make_room(size_t size)
{
	bool fits = out != -1 && size <= PIPE_BUF;

	/* the pipe first: moving bytes is for what it does not take */
	if (fits && BUFFER - tail < size) {
		(void)log_pipe_flush();
		memmove(buffer, buffer + head, tail - head);
		tail -= head;
		head = 0;
	}
	if (fits && BUFFER - tail >= size)
		return true;
	counter_add(COUNTER_LOG_LINES_DROPPED, 1);
	return false;
}

static void put(const void *bytes, size_t len)
{
	memcpy(buffer + tail, bytes, len);
	tail += len;
}

void log_pipe_access(uint64_t target, struct slice line)
{
	struct frame_header h = { target, (uint32_t)line.len, FRAME_ACCESS };

	if (!make_room(sizeof(h) + line.len))
		return;
	put(&h, sizeof(h));
	put(line.data, line.len);
}

void log_pipe_sink(const struct log_record *r)
{
	const char *strings[RECORD_STRINGS] = {
		r->process, r->event, r->service, r->backend, r->message,
	};
	struct record_header rh = { r->time, (uint32_t)r->level, r->pid };
	struct frame_header h = { .size = sizeof(rh), .kind = FRAME_RECORD };

	for (unsigned i = 0; i < RECORD_STRINGS; i++)
		h.size += (uint32_t)strlen(strings[i]) + 1;
	if (!make_room(sizeof(h) + h.size))
		return;
	put(&h, sizeof(h));
	put(&rh, sizeof(rh));
	for (unsigned i = 0; i < RECORD_STRINGS; i++)
		put(strings[i], strlen(strings[i]) + 1);
	/* an error line is rare and may be the last before a crash */
	(void)log_pipe_flush();
}

size_t log_pipe_next(struct slice bytes, struct log_frame *frame)
{
	struct frame_header h;

	if (bytes.len < sizeof(h))
		return 0;
	memcpy(&h, bytes.data, sizeof(h));
	if (bytes.len - sizeof(h) < h.size)
		return 0;
	frame->kind = h.kind == FRAME_ACCESS ? FRAME_ACCESS : FRAME_RECORD;
	frame->target = h.target;
	frame->payload = (struct slice){ bytes.data + sizeof(h), h.size };
	return sizeof(h) + h.size;
}

bool log_pipe_record(const struct log_frame *frame, struct log_record *record)
{
	const char *strings[RECORD_STRINGS];
	struct record_header rh;
	struct slice rest = frame->payload;

	if (frame->kind != FRAME_RECORD || rest.len < sizeof(rh))
		return false;
	memcpy(&rh, rest.data, sizeof(rh));
	rest.data += sizeof(rh);
	rest.len -= sizeof(rh);
	for (unsigned i = 0; i < RECORD_STRINGS; i++) {
		const char *end = rest.len != 0 ? memchr(rest.data, '\0', rest.len) : NULL;

		if (end == NULL)
			return false;
		strings[i] = rest.data;
		rest.len -= (size_t)(end + 1 - rest.data);
		rest.data = end + 1;
	}
	if (rh.level > LEVEL_DEBUG)
		return false;
	*record = (struct log_record){
		.time = rh.time, .level = (enum log_level)rh.level, .pid = rh.pid,
		.process = strings[0], .event = strings[1], .service = strings[2],
		.backend = strings[3], .message = strings[4],
	};
	return true;
}
