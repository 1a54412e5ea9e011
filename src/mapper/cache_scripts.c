/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/cache_scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config_cache.h"
#include "config/config_script.h"
#include "config/config_types.h"
#include "core/cache_door.h"
#include "core/list.h"
#include "core/log.h"
#include "mapper/script_process.h"
#include "mapper/script_struct.h"
#include "os/door.h"
#include "process/change.h"

struct cache_script {
	struct list            link;
	struct object         *cache;		/* held */
	struct script_conf     conf;
	struct script          script;		/* what script_process.c reads of one */
	struct script_process *process;		/* NULL: it does not run */
	bool                   runs_once_more;	/* it was killed */
	char                   path[];
};

/* `put`: NULL where the cache is removed, or has no script. */
struct cache_change {
	struct list          link;
	struct cache_script *put;
	char                 path[];
};

static struct list scripts = { &scripts, &scripts }, prepared = { &prepared, &prepared };

static struct cache_script *script_new(struct object *cache, const char *path)
{
	const char *file = ((const struct cache_conf *)cache->conf)->script;
	struct cache_script *s = calloc(1, sizeof(*s) + strlen(path) + 1);

	CHECK(s != NULL);
	s->cache = cache;
	s->conf = config_script_once(file);
	s->script.conf = &s->conf;
	s->script.cache = cache->name;
	memcpy(s->path, path, strlen(path) + 1);
	list_init(&s->link);
	return s;
}

/* A process that still runs is killed, and is nobody's when it has ended. */
static void script_free(struct cache_script *s)
{
	if (s->process != NULL) {
		script_process_kill(s->process);
		script_process_free(s->process);
	}
	list_unlink(&s->link);
	object_release(s->cache);
	free(s);
}

bool cache_scripts_prepare(const struct change_op *op)
{
	struct cache_change *c;

	if (op->kind != &config_cache_kind)
		return false;
	c = calloc(1, sizeof(*c) + strlen(op->path) + 1);
	CHECK(c != NULL);
	memcpy(c->path, op->path, strlen(op->path) + 1);
	list_append(&prepared, &c->link);
	if (op->verb == CHANGE_PUT &&
	    ((const struct cache_conf *)op->object->conf)->script != NULL)
		c->put = script_new(op->object, op->path);
	else
		object_release(op->object);
	return true;
}

void cache_scripts_abort(void)
{
	while (!list_empty(&prepared)) {
		struct cache_change *c = container_of(prepared.next, struct cache_change, link);

		list_unlink(&c->link);
		if (c->put != NULL)
			script_free(c->put);
		free(c);
	}
}

static struct cache_script *find(const char *path)
{
	for (struct list *node = scripts.next; node != &scripts; node = node->next) {
		struct cache_script *s = container_of(node, struct cache_script, link);

		if (strcmp(s->path, path) == 0)
			return s;
	}
	return NULL;
}

void cache_scripts_commit(void)
{
	for (struct list *node = prepared.next; node != &prepared; node = node->next) {
		struct cache_change *c = container_of(node, struct cache_change, link);
		struct cache_script *old = find(c->path);

		if (old != NULL)
			script_free(old);
		if (c->put != NULL)
			list_append(&scripts, &c->put->link);
		c->put = NULL;
	}
	cache_scripts_abort();	/* frees the list */
}

static void send_note(const struct cache_door *door)
{
	char head[CACHE_DOOR_HEAD];
	size_t len = cache_door_write(door, head);
	int stream = door_connect(DOOR_CACHE, (struct slice){ head, len });

	if (stream != -1)
		close(stream);
}

/* Clients may wait for what it sets. Where that does not get through they wait for some seconds. */
static void note_filled(const char *cache)
{
	send_note(&(struct cache_door){ .filled = true, .name = slice_of(cache) });
}

static void on_loaded(struct script_process *p)
{
	struct log_subject about = { .event = "script_loaded" };

	log_about(LEVEL_NOTICE, &about, "cache %s: script %s has run", p->script->cache,
		  p->script->conf->file);
	note_filled(p->script->cache);
}

static void on_unloadable(struct script_process *p, unsigned line, struct slice why)
{
	struct log_subject about = { .event = "script_failed" };
	char where[32] = "";

	if (line != 0)
		snprintf(where, sizeof(where), "line %u: ", line);
	log_about(LEVEL_ERROR, &about, "cache %s: script %s: %s%.*s", p->script->cache,
		  p->script->conf->file, where, (int)why.len, why.data);
	note_filled(p->script->cache);
}

static const struct script_process_handlers handlers = { on_loaded, on_unloadable, NULL };

static void run(struct cache_script *s)
{
	send_note(&(struct cache_door){ .begins = true, .name = slice_of(s->cache->name) });
	s->process = script_process_new(&s->script, 1, &handlers);
}

void cache_scripts_run(void)
{
	for (struct list *node = scripts.next; node != &scripts; node = node->next) {
		struct cache_script *s = container_of(node, struct cache_script, link);

		if (s->process != NULL) {
			script_process_kill(s->process);
			script_process_free(s->process);
		}
		s->runs_once_more = false;
		run(s);
	}
}

/* It has ended before it was done. Killed, which says nothing about it, it is run once more. */
static void cut_short(struct cache_script *s, int status)
{
	struct log_subject about = { .event = "script_ended" };
	bool again = WIFSIGNALED(status) && !s->runs_once_more;
	char how[SCRIPT_PROCESS_HOW];

	log_about(LEVEL_ERROR, &about, "cache %s: script %s %s%s", s->cache->name, s->conf.file,
		  script_process_how(status, how), again ? ": it is run once more" : "");
	s->runs_once_more = again;
	if (again)
		run(s);
	else
		note_filled(s->cache->name);
}

bool cache_scripts_reaped(pid_t pid, int status)
{
	for (struct list *node = scripts.next; node != &scripts; node = node->next) {
		struct cache_script *s = container_of(node, struct cache_script, link);
		bool loading;

		if (s->process == NULL || s->process->pid != pid)
			continue;
		loading = s->process->state == PROCESS_LOADING;
		script_process_free(s->process);
		s->process = NULL;
		if (loading)	/* else it has run, or this is told already */
			cut_short(s, status);
		return true;
	}
	return false;
}

void cache_scripts_end(void)
{
	for (struct list *node = scripts.next; node != &scripts; node = node->next) {
		struct cache_script *s = container_of(node, struct cache_script, link);

		if (s->process == NULL)
			continue;
		s->process->state = PROCESS_LEAVING;
		script_process_kill(s->process);
	}
}
