/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_routes.h"

#include <string.h>

#include "compat/fastrouter_cache.h"
#include "compat/fastrouter_options.h"
#include "compat/fastrouter_string.h"
#include "compat/uwsgi_address.h"
#include "core/arena.h"
#include "core/stderr.h"
#include "core/text.h"

static const char dashes[] = "--";

struct route_node {
	const char *address;
	unsigned    weight;	/* how often it is in the list */
};

struct node_list {
	struct route_node *items;
	size_t             count;
};

static struct route_node *find(const struct node_list *nodes, const char *address)
{
	for (size_t i = 0; i < nodes->count; i++)
		if (strcmp(nodes->items[i].address, address) == 0)
			return &nodes->items[i];
	return NULL;
}

/* NULL, and told: it is no address. */
static const char *node_address(struct fastrouter_options *o, const char *option,
				const char *given, const char *folder)
{
	const char *address = NULL, *why = NULL;
	struct text out;
	bool cut;

	text_init(&out);
	if (uwsgi_address_node(given, folder, &out, &cut, &why) == UWSGI_ADDRESS_BAD) {
		fastrouter_options_wrong(o, dashes, slice_of(option), "%.80s: %s", given, why);
	} else {
		address = arena_strdup(o->arena, text_cstr(&out));
		if (cut)
			stderr_printf("fastrouter: --%s: %.80s is read as %s, as uWSGI does\n",
				      option, given, address);
	}
	text_close(&out);
	return address;
}

/* An address that stands twice in the list has twice the share. `known`: they are left out. */
static struct node_list read_nodes(struct fastrouter_options *o, const char *option,
				   const struct fastrouter_list *given,
				   const struct node_list *known, const char *folder)
{
	struct node_list nodes = { arena_alloc(o->arena, (given->count + 1) *
					       sizeof(*nodes.items)), 0 };

	for (size_t i = 0; i < given->count; i++) {
		const char *address = node_address(o, option, given->items[i], folder);
		struct route_node *twice = address != NULL ? find(&nodes, address) : NULL;

		if (address == NULL)
			continue;
		if (known != NULL && find(known, address) != NULL)
			stderr_printf("fastrouter: --%s: %s is a node already: left out\n", option,
				      address);
		else if (twice != NULL)
			twice->weight++;
		else
			nodes.items[nodes.count++] = (struct route_node){ address, 1 };
	}
	return nodes;
}

static void put_nodes(const struct node_list *nodes, bool failed_only, struct text *yaml)
{
	if (nodes->count == 0)
		return;
	text_puts(yaml, "      - nodes: [");
	for (size_t i = 0; i < nodes->count; i++) {
		const struct route_node *node = &nodes->items[i];

		text_puts(yaml, i > 0 ? ", " : "");
		if (node->weight == 1)
			fastrouter_string(yaml, "", node->address, "");
		else
			fastrouter_string(yaml, "{address: ", node->address, "");
		if (node->weight > 1)
			text_printf(yaml, ", weight: %u}", node->weight);
	}
	text_puts(yaml, failed_only ? "]\n        for: failed\n" : "]\n");
}

static void put_pattern(const struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	struct text pattern;
	bool dropped;

	text_init(&pattern);
	uwsgi_address_pattern(o->pattern, folder, &pattern, &dropped);
	fastrouter_string(yaml, "      - pattern: ", text_cstr(&pattern), "\n");
	if (dropped)
		stderr_printf("fastrouter: --fastrouter-use-pattern: only %%s and %%%% mean "
			      "something; another %% goes with its letter, as in uWSGI\n");
	text_close(&pattern);
}

static void put_base(const struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	struct text base;

	text_init(&base);
	bool is_folder = uwsgi_address_base(o->base, folder, &base);

	fastrouter_string(yaml, is_folder ? "      - base: " : "      - pattern: ",
				 text_cstr(&base), "\n");
	text_close(&base);
}

/* NULL, and told: it is none. *file and *function: what it names. */
static const char *read_code_string(struct fastrouter_options *o, struct slice *file,
				    struct slice *function)
{
	const char *text = o->code_string, *first = strchr(text, ':'), *last = strrchr(text, ':');
	struct slice modifier = { text, first != NULL ? (size_t)(first - text) : 0 };
	const struct slice option = slice_of("fastrouter-use-code-string");

	if (first == NULL || last - first < 2 || last[1] == '\0') {
		fastrouter_options_wrong(o, dashes, option, "%.80s: write modifier:file:function, "
					 "such as 0:mapper.py:get", text);
		return NULL;
	}
	*file = (struct slice){ first + 1, (size_t)(last - first - 1) };
	*function = slice_of(last + 1);
	if (slice_is(modifier, "0"))
		return "python";
	if (slice_is(modifier, "6"))
		return "lua";
	fastrouter_options_wrong(o, dashes, option, "%.80s: only Python (0) and Lua (6) can be "
				 "asked for a node", text);
	return NULL;
}

static void put_script(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	struct slice file, function;
	const char *language = read_code_string(o, &file, &function);
	struct text path;

	if (language == NULL)
		return;
	text_init(&path);
	if (file.data[0] != '/')
		text_printf(&path, "%s/", folder);
	text_append(&path, file.data, file.len);
	text_printf(yaml, "      - script:\n          language: %s\n", language);
	fastrouter_string(yaml, "          file: ", text_cstr(&path), "\n");
	fastrouter_string(yaml, "          function: ",
				 arena_copy(o->arena, function), "\n");
	text_close(&path);
}

/* uWSGI has one way; here each is asked when those before it know no node, or theirs fail. */
static void warn_ignored(const struct fastrouter_options *o)
{
	const char *const ways[] = {
		o->use_cache != NULL ? "use-cache" : NULL,
		o->pattern != NULL ? "use-pattern" : NULL,
		o->subscriptions.count > 0 ? "subscription-server" : NULL,
		o->base != NULL ? "use-base" : NULL,
		o->code_string != NULL ? "use-code-string" : NULL,
		o->nodes.count > 0 ? "to" : NULL,
	};
	const char *used = NULL;

	for (size_t i = 0; i < COUNT(ways); i++) {
		if (ways[i] != NULL && used != NULL)
			stderr_printf("fastrouter: --fastrouter-%s beside --fastrouter-%s: uWSGI "
				      "ignored it; here it is the next way to a node\n", ways[i],
				      used);
		used = used == NULL ? ways[i] : used;
	}
}

void fastrouter_routes_put(struct fastrouter_options *o, const char *folder, struct text *yaml)
{
	const struct node_list nodes = read_nodes(o, "fastrouter-to", &o->nodes, NULL, folder);
	const struct node_list fallbacks = read_nodes(o, "fastrouter-fallback", &o->fallbacks,
						      &nodes, folder);

	if (o->use_cache == NULL && o->pattern == NULL && o->base == NULL &&
	    o->code_string == NULL && o->nodes.count == 0 &&
	    o->subscriptions.count == 0 && (o->fallbacks.count == 0 || !o->on_no_key)) {
		stderr_printf("fastrouter: nothing says where requests go: give --fastrouter-to, "
			      "--fastrouter-subscription-server, --fastrouter-use-base or "
			      "--fastrouter-use-pattern\n");
		o->status = 2;
		return;
	}
	warn_ignored(o);
	if (o->on_no_key && o->fallbacks.count == 0)
		stderr_printf("fastrouter: --fastrouter-fallback-on-no-key has no effect without "
			      "--fastrouter-fallback\n");
	text_puts(yaml, "    routes:\n");
	fastrouter_cache_put_route(o, yaml);
	if (o->pattern != NULL)
		put_pattern(o, folder, yaml);
	if (o->subscriptions.count > 0)
		text_puts(yaml, "      - subscriptions: fastrouter\n");
	if (o->base != NULL)
		put_base(o, folder, yaml);
	if (o->code_string != NULL)
		put_script(o, folder, yaml);
	put_nodes(&nodes, false, yaml);
	put_nodes(&fallbacks, !o->on_no_key, yaml);
	fastrouter_cache_put(o, folder, yaml);
}
