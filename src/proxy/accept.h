/* SPDX-License-Identifier: BSD-2-Clause */
/* Accepting clients from the queue of a listening socket. */
#ifndef PROXY_ACCEPT_H
#define PROXY_ACCEPT_H

struct event;
struct listener_socket;

/* The handler of a listening socket. */
void accept_from(struct event *ev, unsigned ready);
/* Accepts until the queue is empty, also after a stop: the socket is about to be closed. */
void accept_all(struct listener_socket *socket);

#endif
