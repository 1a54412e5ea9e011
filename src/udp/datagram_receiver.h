/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What receives datagrams: a fan-out, for example. Here is what all kinds of receivers have: a
 * place in the configuration, listeners below it, references. What differs is in the row of the
 * kind. A receiver has no sockets: datagram_listener.c has. It outlives its configuration as long
 * as a listener is being closed whose datagrams are still its own.
 */
#ifndef UDP_DATAGRAM_RECEIVER_H
#define UDP_DATAGRAM_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/list.h"
#include "core/map.h"
#include "core/slice.h"

struct datagram_receiver_kind;
struct datagram_slot;
struct object;
struct object_kind;

struct datagram_receiver {	/* embedded in what the kind makes */
	struct list link;	/* of datagram_receivers.c, the oldest first */
	const struct datagram_receiver_kind *kind;
	char       *path;	/* "fanouts/announce"; its own copy: objects change */
	const char *name;	/* "announce", the end of the path */
	struct map  listens;	/* objects of its listeners, by name: the printed address */
	uint32_t    references;	/* the list of all, and listeners */
};

/* All of it happens between two turns of the loop. */
struct datagram_receiver_kind {
	const struct object_kind *object;	/* below the root; kinds below it belong to it */
	const char *word;	/* what log lines call one: "fan-out" */
	/*
	 * Whether such an object can be put in place in this process. false: `why`, MESSAGE_WHY
	 * bytes, says why not. NULL: it can.
	 */
	bool (*check)(const struct object *object, char *why);
	/*
	 * In the master, by its object: whether it sends with addresses that are not this
	 * machine's, for which the process needs a right. NULL: it never does.
	 */
	bool (*spoofs)(const struct object *object);
	/* A new one, after datagram_receiver_init(); set_object() comes next. */
	struct datagram_receiver *(*new)(const struct datagram_receiver_kind *kind,
					 const char *path);
	/* Its own object is configured, or another one is in its place; the object passes to it. */
	void (*set_object)(struct datagram_receiver *r, struct object *object);
	/* The same of an object below it that is no listener. NULL, both: there are none. */
	void (*put_child)(struct datagram_receiver *r, struct object *object);
	void (*delete_child)(struct datagram_receiver *r, const struct object_kind *kind,
			     struct slice name);
	/* After each change to any receiver, when all objects of all receivers are in place. */
	void (*update)(struct datagram_receiver *r);
	/* It has left the configuration, and may live on. Not called when the process ends. */
	void (*remove)(struct datagram_receiver *r);
	/* There is no reference any more. Its path is freed by the caller, later. */
	void (*free)(struct datagram_receiver *r);
	/* Datagrams as they were received, at most DATAGRAMS_BATCH: valid as long as the call. */
	void (*take)(struct datagram_receiver *r, struct datagram_slot *slots, unsigned count);
	/* The counter of what the kernel has dropped: valid until update() or remove(). */
	uint64_t *(*kernel_dropped)(struct datagram_receiver *r);
	/*
	 * Whether it wants to know who has sent what comes to its unix sockets: credentials_of()
	 * the heads of its slots. NULL: never.
	 */
	bool (*wants_credentials)(const struct datagram_receiver *r);
	/* Every second. NULL: nothing. */
	void (*second)(struct datagram_receiver *r);
	/*
	 * Whether it will take more counters of fanout_totals.h that a predecessor has left: they
	 * are kept until then. NULL: it has taken all of them when update() returns.
	 */
	bool (*pending)(const struct datagram_receiver *r);
	/*
	 * The end, called again and again for a moment: sends what waits, as far as there is room,
	 * and sets *sent if that was anything. true: something waits still. NULL: nothing waits.
	 */
	bool (*flush)(struct datagram_receiver *r, bool *sent);
	/* Its last address is closed: nothing comes any more. NULL: that is nothing to it. */
	void (*deaf)(struct datagram_receiver *r);
};

/* A new kind is a file and a row there: datagram_kinds.c. NULL at the end. */
extern const struct datagram_receiver_kind *const datagram_receiver_kinds[];

/* One reference, the caller's. The path is copied. */
void datagram_receiver_init(struct datagram_receiver *r, const struct datagram_receiver_kind *kind,
			    const char *path);
void datagram_receiver_hold(struct datagram_receiver *r);
void datagram_receiver_release(struct datagram_receiver *r);

/* An object below it is configured, or another one has its name; the object passes to it. */
void datagram_receiver_put_child(struct datagram_receiver *r, struct object *object);
void datagram_receiver_delete_child(struct datagram_receiver *r, const struct object_kind *kind,
				    struct slice name);

#endif
