/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session at a route to a script: the script is asked once, the session waits for the answer, and
 * then the nodes of the answer are tried one after the other. A script that does not answer in
 * time, or cannot, counts like a node that fails: the next route is used.
 */
#ifndef PROXY_SESSION_SCRIPT_H
#define PROXY_SESSION_SCRIPT_H

#include <stdbool.h>

#include "core/base.h"

struct backend;
struct deferred;
struct node_route;
struct session;

/*
 * The next node, counted and held. NULL: there is none, or (walk.script_ms is set) the script has
 * not answered yet.
 */
struct backend *session_script_take(struct session *s, const struct node_route *r) MUST_CHECK;
/*
 * The session is put off: `again` is called with s->later once the script has answered, or the
 * timer of the session comes. false: it waits for no script.
 */
bool session_script_wait(struct session *s, void (*again)(struct deferred *later));
/* It is put off so. */
bool session_script_waits(const struct session *s);
void session_script_close(struct session *s);

#endif
