/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/greeting.h"

#include <string.h>

#include "core/log.h"
#include "core/slab.h"
#include "proxy/body.h"
#include "proxy/kept.h"
#include "proxy/protocol.h"

#define VARIABLES_MAX 1024	/* bytes, the names counted */

static struct slab slab, variables;
/* Kept bytes lie in chunks; a protocol sees them in one piece, here, until it answers. */
static char gathered[GREETING_MOST];

void greeting_open(void)
{
	slab_init(&slab, sizeof(struct greeting));
	slab_init(&variables, VARIABLES_MAX);
	body_open();
}

struct greeting *greeting_new(const struct protocol *protocol, void *owner,
			      void (*answered)(struct greeting *g, enum greet answer))
{
	struct greeting *g = slab_take(&slab);

	if (g == NULL)
		return NULL;
	memset(g, 0, sizeof(*g));
	g->protocol = protocol;
	g->owner = owner;
	g->answered = answered;
	return g;
}

void greeting_free(struct greeting *g)
{
	if (g == NULL)
		return;
	if (g->waits && g->protocol->cancel != NULL)
		g->protocol->cancel(g);
	if (g->vars != NULL)
		slab_give(&variables, g->vars);
	slab_give(&slab, g);
}

static enum greet fail(struct greeting *g, enum reason over, const char *why)
{
	g->over = over;
	g->why = why;
	g->key = (struct slice){ NULL, 0 };
	return GREET_BAD;
}

/* The key outlives the bytes: the next backend is chosen by it, and the log has it. */
static bool copy_key(struct greeting *g)
{
	if (g->key.len > sizeof(g->key_text))
		return false;
	if (g->key.len != 0)
		memmove(g->key_text, g->key.data, g->key.len);	/* it may be there already */
	g->key.data = g->key_text;
	return true;
}

static enum greet parse(struct greeting *g, struct slice all)
{
	enum greet answer = g->have >= g->need ? g->protocol->greet(g, all) : GREET_MORE;

	/* a key that was seen already lies in bytes that are another session's in a moment */
	if (answer == GREET_MORE)
		g->key = (struct slice){ NULL, 0 };
	if (answer == GREET_BAD)
		return fail(g, g->over != REASON_DONE ? g->over : REASON_BAD_GREETING, g->why);
	if (answer == GREET_MORE && g->have >= g->protocol->most)
		return fail(g, REASON_BAD_GREETING, "it is longer than the protocol allows");
	if ((answer == GREET_READY || answer == GREET_WAIT) && !copy_key(g))
		return fail(g, REASON_BAD_GREETING, "its key is longer than 255 bytes");
	CHECK(g->consumed <= g->have);
	return answer;
}

static void drop(struct kept *kept, uint32_t bytes)
{
	while (bytes != 0) {
		size_t len;

		(void)kept_front(kept, &len);
		CHECK(len != 0);
		if (len > bytes)
			len = bytes;
		kept_take(kept, len);
		bytes -= (uint32_t)len;
	}
}

static bool keep(struct greeting *g, struct kept *kept, struct slice *bytes)
{
	if (kept_full()) {
		(void)fail(g, REASON_MAX_MEMORY, "buffer_memory is used up");
		return false;
	}
	if (!kept_put(kept, bytes->data, bytes->len)) {
		(void)fail(g, REASON_OUT_OF_MEMORY, "out of memory");
		return false;
	}
	*bytes = (struct slice){ NULL, 0 };
	return true;
}

enum greet greeting_feed(struct greeting *g, struct kept *kept, struct slice *bytes)
{
	bool first = kept_empty(kept);
	enum greet answer;

	/* the usual greeting comes whole: it is parsed where it was read, and nothing is copied */
	g->have += (uint32_t)bytes->len;
	if (!first && !keep(g, kept, bytes))
		return GREET_BAD;
	answer = parse(g, first ? *bytes : kept_gather(kept, gathered, sizeof(gathered)));
	g->waits = answer == GREET_WAIT;
	if (answer == GREET_READY && first)
		*bytes = slice_after(*bytes, g->consumed);
	else if (answer == GREET_READY)
		drop(kept, g->consumed);
	else if (answer != GREET_BAD && first && !keep(g, kept, bytes))
		return GREET_BAD;
	return answer;
}

uint32_t greeting_room(const struct greeting *g)
{
	uint32_t most = g->protocol->most;

	/* what comes whole is not kept: others may have used up the memory with halves */
	if ((kept_full() && g->have != 0) || most <= g->have)
		return 0;
	return most - g->have;
}

void greeting_answer(struct greeting *g, enum greet answer)
{
	/* a second answer, or one after cancel(), would reach another session */
	CHECK(g->waits && (answer == GREET_READY || answer == GREET_BAD));
	g->waits = false;
	g->answered(g, answer);
}

enum greet greeting_finish(struct greeting *g, struct kept *kept, enum greet answer)
{
	if (answer == GREET_BAD)
		return fail(g, REASON_BAD_GREETING, g->why);
	CHECK(g->consumed <= g->have);
	if (!copy_key(g))
		return fail(g, REASON_BAD_GREETING, "its key is longer than 255 bytes");
	drop(kept, g->consumed);
	return answer;
}

void greeting_keep_variable(struct greeting *g, struct slice name, struct slice value)
{
	size_t len = name.len + value.len + 2;
	char *to;

	if (memchr(value.data, '\0', value.len) != NULL || g->vars_len + len > VARIABLES_MAX)
		return;
	if (g->vars == NULL)
		g->vars = slab_take(&variables);
	if (g->vars == NULL)
		return;
	to = g->vars + g->vars_len;
	memcpy(to, name.data, name.len);
	to[name.len] = '\0';
	memcpy(to + name.len + 1, value.data, value.len);
	to[len - 1] = '\0';
	g->vars_len += len;
}

static bool client_wanted;

void greeting_want_client(bool wanted)
{
	client_wanted = wanted;
}

bool greeting_client_wanted(void)
{
	return client_wanted;
}
