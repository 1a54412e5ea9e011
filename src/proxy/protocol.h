/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service carries. A protocol may begin with a greeting: bytes of the client that are
 * looked at before a backend is chosen (a packet of uwsgi, a PROXY header, a TLS ClientHello).
 * A new one is a file and a row in protocol.c; the words of `protocol` are the names of the rows.
 */
#ifndef PROXY_PROTOCOL_H
#define PROXY_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/reason.h"
#include "core/slice.h"
#include "proxy/peer.h"

struct backend_conf;
struct body_conf;
struct conf_section;
struct object;
struct protocol;
struct script_wait;
struct service;
struct service_conf;

#define GREETING_MOST (64 * 1024 + 4)	/* a packet of uwsgi with its header is up to 65,539 */
#define GREETING_KEY 255
#define GREETING_FIT 4		/* bytes that fit() is given */

enum greet {
	GREET_MORE,	/* not all of it has come */
	GREET_READY,	/* consumed, key and client are set */
	GREET_WAIT,	/* greeting_answer() will be called, once it is known */
	GREET_BAD,	/* why is set */
};

/* How far a session has come on the routes of its service: session_route.c. */
struct route_walk {
	uint32_t        at;	/* place of the route that is used now */
	uint32_t        asked;	/* a bit for each that has named its only node */
	bool            named;	/* one knew the key */
	struct object  *route;	/* held: of the node that was tried last; NULL */
	bool            full;	/* one has nodes that are at their limits */
	bool            filling;	/* the table of its route is: it is waited for */
	/* loop clock: waits since then for a vassal, or for a source to be filled; 0: not */
	uint64_t        source_ms;
	uint64_t        patience_ms;	/* ... and how long it will */
	struct script_wait *ask;		/* session_script.c: of a script; NULL */
	uint64_t        script_ms;	/* ... which has so long to answer; 0: none is waited for */
	struct service *via;	/* held, counted: whose backends are tried; NULL: the session's */
};

struct greeting {
	/* Set by the protocol. */
	uint32_t     need;	/* MORE: how many bytes there must be at least; 0: not known */
	uint32_t     consumed;	/* READY: bytes at the front that the backend does not get */
	struct slice key;	/* READY: what was asked for, for balancers and the log; empty: - */
	union peer   client;	/* READY: for whom the client speaks; AF_UNSPEC: for itself */
	const struct body_conf *buffering;	/* READY: its body is collected first; NULL */
	bool         hands_over;	/* READY: to session_hand_over.h */
	bool         mountpoint;	/* READY: parts of the path may stand behind the key */
	uint64_t     body;	/* ... which has so many bytes, perhaps 0 */
	uint32_t     front;	/* ... behind the first so many */
	const char  *why;	/* BAD: what is wrong, a text that stays */
	enum reason  over;	/* BAD: why the session ends; REASON_DONE: bad_greeting */

	/* greeting.c */
	char        *vars;	/* for the log: name and value of each, with a NUL; NULL */
	size_t       vars_len;
	const struct protocol *protocol;
	const struct service_conf *conf;	/* of the service, during greet() alone */
	uint32_t     have;	/* bytes so far */
	bool         waits;	/* for greeting_answer() */
	uint8_t      phase;	/* session_answer.c: the state in which a response was sent */
	void        *owner;	/* the session */
	void       (*answered)(struct greeting *g, enum greet answer);
	char         key_text[GREETING_KEY];	/* the key, once READY */

	struct route_walk walk;
};

struct protocol {
	const char *name;	/* the word of `protocol` */
	uint32_t    most;	/* bytes of the longest greeting, at most GREETING_MOST */
	/*
	 * `bytes` are all that the client has sent so far, from its first one on, perhaps more
	 * than a greeting. Pure: reads and writes nothing but *g. NULL: there is no greeting.
	 */
	enum greet (*greet)(struct greeting *g, struct slice bytes);
	/* A session has ended after GREET_WAIT, before greeting_answer(). NULL: it never waits. */
	void       (*cancel)(struct greeting *g);
	/*
	 * The first GREETING_FIT bytes of what goes to a node, before each try; `again`: a
	 * configured node follows one that failed, for which they were fit. NULL: they go as they
	 * came.
	 */
	void       (*fit)(char *first, const struct service_conf *conf,
			  const struct backend_conf *node, bool again);
	/* Which failures a client is told by an HTTP response: enum error_response. NULL: none. */
	int        (*error_response)(const struct service_conf *conf);
	/* Names of variables that log lines have, with blanks between; NULL: none. */
	const char *(*log_vars)(const struct service_conf *conf);
	/* Whether clients are handed to nodes at unix sockets: session_pass.h. NULL: never. */
	bool       (*passes)(const struct service_conf *conf);
	/* What goes in front of the bytes of a session that is handed over; its length. */
	size_t     (*head)(const struct service_conf *conf, const union peer *peer,
			   uint32_t left_ms, char *out);
	const struct conf_section *section;	/* of its own directives; NULL */
	bool       uwsgi;	/* see struct config_protocols */
};

/* By its row, which is what the configuration holds (struct service_conf, protocol). */
const struct protocol *protocol_at(int row);

#endif
