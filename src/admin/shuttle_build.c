/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_build.h"

#include <string.h>

#include "admin/changes_call.h"
#include "admin/http.h"
#include "admin/shuttle_answer.h"
#include "admin/shuttle_path.h"
#include "config/config_tree.h"
#include "config/config_types.h"
#include "config/shuttle_config.h"
#include "config/shuttle_merge.h"
#include "config/shuttle_read.h"
#include "config/shuttle_tree.h"
#include "core/arena.h"

#define TURNS 8	/* evaluations of a document in which addresses meet */

struct build {
	struct changes_call *call;
	struct http_request *request;
	const struct config *now;
	struct shuttle_reader reader;	/* its errors are those of the body */
	struct conf_errors   errors;
	struct shuttle_path  path;
	bool                 replace;	/* PUT of readme: what the body does not say goes */
};

static void begin(struct build *b, struct changes_call *call, const struct config *now)
{
	struct arena *arena = changes_call_arena(call);
	char *path = arena_alloc(arena, SHUTTLE_PATH_BYTES);

	*b = (struct build){ .call = call, .request = changes_call_request(call), .now = now };
	b->reader = (struct shuttle_reader){ shuttle_config_dialect(now->settings), arena,
					     &b->errors };
	conf_errors_init(&b->errors, arena);
	/* it has been checked before the call was made */
	if (http_path(b->request, path, SHUTTLE_PATH_BYTES))
		shuttle_path_split(path, &b->path);
	b->replace = http_method(b->request) == HTTP_PUT && b->reader.dialect != SHUTTLE_V01;
}

static bool refuse(struct build *b, int status, const char *text)
{
	shuttle_answer_error(b->request, status, text);
	return false;
}

static const char *first_error(const struct build *b)
{
	return b->errors.count > 0 ? b->errors.list[0].message : "it cannot be read";
}

/* The status of a body that cannot be read. v0.1's clients know 200 and everything else. */
static bool refuse_body(struct build *b, const char *why)
{
	return refuse(b, b->reader.dialect == SHUTTLE_V01 ? 500 : 400, why);
}

static const struct node *read_body(struct build *b)
{
	const struct node *node = shuttle_read_json(&b->reader, http_body(b->request));

	if (node == NULL)
		refuse_body(b, first_error(b));
	return node;
}

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* The edit that makes a service what the body says. false: told. */
static bool edit_service(const struct build *b, const struct config *now,
			 const struct shuttle_service *body, struct config_edit *edit,
			 struct conf_errors *errors)
{
	struct arena *arena = b->reader.arena;
	struct shuttle_service service;
	struct shuttle_settings globals;
	const struct node *tree = NULL;
	bool there;

	if (!shuttle_tree_check_name("service", body->name, errors))
		return false;
	there = shuttle_config_service(now, body->name, arena, &service);
	edit->verb = EDIT_PUT;
	edit->path = arena_printf(arena, "services/%s", body->name);
	if (there)
		tree = config_tree(now, edit->path, TREE_BELOW, arena);
	if (there && !b->replace) {
		shuttle_merge_service(&service, body, b->reader.dialect);
	} else {
		const char *address = there ? service.address : NULL;

		shuttle_config_globals(now, &globals);
		service = *body;
		/* clients must not lose the listener of a service by leaving out a word */
		if (!is_given(service.address))
			service.address = address;
		shuttle_merge_initial(&service, &globals, b->reader.dialect);
	}
	edit->tree = shuttle_tree_service(&service, tree, arena, errors);
	return edit->tree != NULL;
}

static bool put_service(struct build *b)
{
	struct shuttle_service body;
	struct config_edit edit;
	const struct node *node = read_body(b);

	if (node == NULL)
		return false;
	if (!shuttle_read_service(&b->reader, node, &body))
		return refuse_body(b, first_error(b));
	if (is_given(body.name) && strcmp(body.name, b->path.name[0]) != 0)
		return refuse(b, 400, "Mismatched service name in API call");
	body.name = b->path.name[0];
	if (!edit_service(b, b->now, &body, &edit, &b->errors))
		return refuse(b, 400, first_error(b));
	changes_call_edit(b->call, &edit);
	return true;
}

static bool put_backend(struct build *b, const char *service)
{
	struct arena *arena = b->reader.arena;
	struct shuttle_backend body;
	struct config_edit edit = { .verb = EDIT_PUT };
	const struct node *node = read_body(b), *tree = NULL;

	if (node == NULL)
		return false;
	if (!shuttle_read_backend(&b->reader, node, &body))
		return refuse_body(b, first_error(b));
	if (!is_given(body.name))
		body.name = b->path.name[1];
	shuttle_merge_backend(&body);
	if (!shuttle_tree_check_name("backend", body.name, &b->errors))
		return refuse(b, 400, first_error(b));
	edit.path = arena_printf(arena, "%s/backends/%s", service, body.name);
	if (config_get(b->now, edit.path) != NULL)
		tree = config_tree(b->now, edit.path, TREE_BELOW, arena);
	edit.tree = shuttle_tree_backend(&body, tree, arena, &b->errors);
	if (edit.tree == NULL)
		return refuse(b, 400, first_error(b));
	changes_call_edit(b->call, &edit);
	return true;
}

static bool remove_at(struct build *b, const char *path, int status, const char *missing)
{
	if (config_get(b->now, path) == NULL)
		return refuse(b, status, missing);
	changes_call_edit(b->call, &(struct config_edit){ EDIT_DELETE, path, NULL });
	return true;
}

bool shuttle_build(struct changes_call *call, const struct config *now)
{
	static const char no_service[] = "service does not exist";
	struct build b;

	begin(&b, call, now);
	bool remove = http_method(b.request) == HTTP_DELETE;
	struct arena *arena = b.reader.arena;
	const char *service = arena_printf(arena, "services/%s", b.path.name[0]);

	if (b.path.count == 1)
		return remove ? remove_at(&b, service, 404, no_service) : put_service(&b);
	if (config_get(now, service) == NULL)
		return refuse(&b, 400, no_service);
	if (!remove)
		return put_backend(&b, service);
	return remove_at(&b, arena_printf(arena, "%s/backends/%s", service, b.path.name[1]), 400,
			 "backend does not exist");
}

/* Tells warnings of this file from those of reading the configuration. */
static const char left_out[] = "";

/* A service of many, as it is left out. */
static void leave_out(struct build *b, const char *name, const char *why)
{
	conf_fail(changes_call_errors(b->call), CONF_WARNING, NULL, name != NULL ? name : "",
		  "%s", why)->expected = left_out;
}

bool shuttle_build_left_out(const struct conf_error *row)
{
	return row->expected == left_out;
}

/* The edits of a whole document, as far as they have been found to fit. */
struct whole {
	struct build      *b;
	struct config     *next;	/* with all of them in force */
	struct config_diff diff;
	const struct shuttle_document *document;
	const char       **refused;	/* for each service, why it is left out; NULL: it is not */
	bool               one_by_one;	/* each is checked by itself, which takes long */
};

/* Whether the edit can be in force beside those before it; then it is. */
static bool try_edit(struct whole *w, const struct config_edit *edit, struct conf_errors *errors)
{
	struct arena *arena = w->b->reader.arena;
	struct config *before = config_share(w->next);
	size_t from = w->diff.count;
	bool fits = config_edit_diff(before, edit, arena, &w->diff, errors);

	if (fits) {
		config_edit_apply(w->next, &w->diff, from);
		fits = !w->one_by_one || config_edit_check(before, w->next, &w->diff, from, arena,
							   errors) == EDIT_FITS;
	}
	if (!fits) {
		config_free(w->next);
		w->next = config_share(before);
	}
	config_free(before);
	return fits;
}

static void add_service(struct whole *w, size_t i)
{
	const struct shuttle_service *body = &w->document->services[i];
	struct build *b = w->b;
	struct conf_errors errors;
	struct config_edit edit;

	conf_errors_init(&errors, b->reader.arena);
	if (!is_given(body->name))
		leave_out(b, NULL, "a service without a name");
	else if (w->refused[i] != NULL)
		leave_out(b, body->name, w->refused[i]);
	else if (edit_service(b, w->next, body, &edit, &errors) && try_edit(w, &edit, &errors))
		changes_call_edit(b->call, &edit);
	else
		leave_out(b, body->name, errors.count > 0 ? errors.list[0].message : "refused");
	conf_errors_close(&errors);
}

static void add_globals(struct whole *w, const struct shuttle_settings *body)
{
	struct build *b = w->b;
	struct shuttle_settings globals;
	struct config_edit edit = { .verb = EDIT_PUT, .path = CONFIG_SHUTTLE_PATH };
	struct conf_errors errors;

	shuttle_config_globals(w->next, &globals);
	shuttle_merge_globals(&globals, body);
	edit.tree = shuttle_tree_globals(&globals, b->reader.arena);
	conf_errors_init(&errors, b->reader.arena);
	if (try_edit(w, &edit, &errors))
		changes_call_edit(b->call, &edit);
	else
		leave_out(b, NULL, errors.count > 0 ? errors.list[0].message : "refused");
	conf_errors_close(&errors);
}

/* NULL: answered. */
static const struct shuttle_document *read_document(struct build *b)
{
	struct shuttle_document *document = arena_alloc(b->reader.arena, sizeof(*document));
	const struct node *node = read_body(b);

	if (node == NULL)
		return NULL;
	if (node->kind == NODE_LIST && b->reader.dialect == SHUTTLE_V01)
		refuse_body(b, "json: cannot unmarshal array into Go value of type client.Config");
	else if (shuttle_read_document(&b->reader, node, document))
		return document;
	else
		refuse_body(b, first_error(b));
	return NULL;
}

/* The service of a document that "services.NAME.listen" is about; its count: none. */
static size_t find_service(const struct shuttle_document *document, const char *path)
{
	static const char above[] = "services.";
	size_t i = 0;

	if (strncmp(path, above, sizeof(above) - 1) != 0)
		return document->count;
	path += sizeof(above) - 1;
	for (; i < document->count; i++) {
		const char *name = document->services[i].name;
		size_t len = name != NULL ? strlen(name) : 0;

		if (len > 0 && strncmp(path, name, len) == 0 &&
		    (path[len] == '\0' || path[len] == '.'))
			break;
	}
	return i;
}

/* Leaves out the last service that the errors are about: the first to want an address gets it. */
static bool refuse_last(struct whole *w, const struct conf_errors *errors)
{
	size_t none = w->document->count, last = none;
	const char *why = NULL;

	for (size_t i = 0; i < errors->count; i++) {
		const struct conf_error *e = &errors->list[i];
		size_t at = e->level == CONF_ERROR ? find_service(w->document, e->path) : none;

		if (at == none || w->refused[at] != NULL || (last != none && at < last))
			continue;
		last = at;
		why = e->message;
	}
	if (last != none)
		w->refused[last] = why;
	return last != none;
}

/* false: all of them together cannot be in force. */
static bool add_all(struct whole *w, const struct config *now)
{
	struct conf_errors errors;
	bool fits;

	w->next = config_share(now);
	add_globals(w, &w->document->globals);
	for (size_t i = 0; i < w->document->count; i++)
		add_service(w, i);
	conf_errors_init(&errors, w->b->reader.arena);
	fits = w->one_by_one || config_edit_check(now, w->next, &w->diff, 0,
						  w->b->reader.arena, &errors) == EDIT_FITS;
	if (!fits && !refuse_last(w, &errors))
		w->one_by_one = true;
	conf_errors_close(&errors);
	config_diff_close(&w->diff);
	w->diff = (struct config_diff){ .count = 0 };
	config_free(w->next);
	return fits;
}

static void refuse_taken(struct whole *w)
{
	uintptr_t taken = (uintptr_t)changes_call_arg(w->b->call);

	for (size_t i = 0; i < w->document->count && i < sizeof(taken) * 8; i++) {
		const char *address = w->document->services[i].address;

		if ((taken >> i & 1) != 0)
			w->refused[i] = arena_printf(w->b->reader.arena, "listen tcp %s: bind: "
						     "address already in use",
						     address != NULL ? address : "");
	}
}

bool shuttle_build_whole(struct changes_call *call, const struct config *now)
{
	struct build b;
	struct whole w = { .b = &b };

	begin(&b, call, now);
	b.replace = false;
	w.document = read_document(&b);
	if (w.document == NULL)
		return false;
	w.refused = arena_alloc(b.reader.arena, (w.document->count + 1) * sizeof(*w.refused));
	refuse_taken(&w);
	for (unsigned turn = 0; !add_all(&w, now); turn++) {
		w.one_by_one = w.one_by_one || turn == TURNS;
		changes_call_restart(call);
	}
	return true;
}

uintptr_t shuttle_build_place(struct changes_call *call, const char *path)
{
	struct conf_errors errors;
	struct arena *arena = changes_call_arena(call);
	/* only names are wanted, and this dialect takes every number */
	const struct shuttle_reader in = { SHUTTLE_README_IN_WORDS, arena, &errors };
	struct shuttle_document document;
	uintptr_t bit = 0;

	conf_errors_init(&errors, arena);
	if (shuttle_read_bytes(&in, http_body(changes_call_request(call)), &document)) {
		size_t i = find_service(&document, path);

		if (i < document.count && i < sizeof(bit) * 8)
			bit = (uintptr_t)1 << i;
	}
	conf_errors_close(&errors);
	return bit;
}
