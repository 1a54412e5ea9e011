/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers to requests that evhttp refuses. evhttp writes HTML of its own into the output of the
 * connection; before that is sent, it is replaced.
 */
#ifndef ADMIN_HTTP_REFUSE_H
#define ADMIN_HTTP_REFUSE_H

struct evbuffer;

/* Fills `out` with a whole answer. `path`: of the request line, as far as it came; "": none. */
typedef void http_refusal(int status, const char *path, struct evbuffer *out);

void http_refuse_open(http_refusal *refuse);
/* For event_libevent_before_write(): the connections whose `failed` is set. */
void http_refuse_failed(void);

#endif
