/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/log_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/list.h"
#include "core/log.h"
#include "core/yaml.h"

struct log_file {
	struct list   link;
	struct arena *arena;	/* owns this */
	uint64_t      target;
	const char   *path;	/* "" in the control process: it cannot open files */
	int           fd;
	bool          proposed;	/* opened for a change that is not decided yet */
	bool          wanted;	/* by the proposed configuration; received, in control */
	bool          leaving;	/* not by the one in force; lines may still be under way */
	bool          quiet;	/* ... but not for long: nobody is left who writes any */
	uint64_t      change;	/* the one that made it so */
};

static struct list files = { &files, &files };

static void drop(struct log_file *f)
{
	close(f->fd);
	list_unlink(&f->link);
	arena_free(f->arena);
}

static struct log_file *find(uint64_t target)
{
	for (struct list *node = files.next; node != &files; node = node->next) {
		struct log_file *f = container_of(node, struct log_file, link);

		if (f->target == target)
			return f;
	}
	return NULL;
}

int log_files_fd(uint64_t target)
{
	const struct log_file *f = find(target);

	return f != NULL ? f->fd : -1;
}

static struct log_file *add(uint64_t target, const char *path, int fd)
{
	struct arena *arena = arena_new();
	struct log_file *f = arena_alloc(arena, sizeof(*f));

	*f = (struct log_file){ .arena = arena, .target = target, .fd = fd,
				.path = arena_strdup(arena, path) };
	list_append(&files, &f->link);
	return f;
}

/* Closes the files for which `unwanted` holds; the others start afresh. */
static void sweep(bool (*unwanted)(const struct log_file *f))
{
	struct list *node = files.next;

	while (node != &files) {
		struct log_file *f = container_of(node, struct log_file, link);

		node = node->next;
		if (unwanted(f)) {
			drop(f);
			continue;
		}
		f->wanted = f->proposed = false;
	}
}

/* Non-blocking, so that a fifo without a reader is an error and not a wait. */
static int open_log(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
}

static void propose(const struct log_target *target, const struct node *node, const char *path,
		    struct conf_errors *errors)
{
	struct log_file *f;
	int fd;

	if (target->to != LOG_TO_FILE)
		return;
	f = find(config_logs_id(target));
	if (f == NULL) {
		fd = open_log(target->path);
		if (fd == -1) {
			conf_fail(errors, CONF_ERROR, node, path, "open %s: %s", target->path,
				  strerror(errno));
			return;
		}
		f = add(config_logs_id(target), target->path, fd);
		f->proposed = true;
	}
	if (strcmp(f->path, target->path) != 0)
		conf_fail(errors, CONF_ERROR, node, path, "%s: heddle cannot tell it from %s; give "
			  "one of them another name", target->path, f->path);
	f->wanted = true;
}

struct proposal {
	const struct node  *tree;	/* the file, for its lines; NULL: no file */
	struct conf_errors *errors;
};

static void propose_settings(const struct settings *settings, const struct proposal *p)
{
	const struct node *log = p->tree != NULL ? node_get(p->tree, "log") : NULL;
	const struct node *access = p->tree != NULL ? node_get(p->tree, "access_log") : NULL;

	propose(&settings->log.to, log, "log.to", p->errors);
	propose(&settings->access_log.to, access, "access_log.to", p->errors);
}

static void propose_object(struct object *object, struct object *parent, const char *path,
			   void *arg)
{
	const struct proposal *p = arg;
	const struct service_conf *service = object->conf;
	const struct node at = { .file = object->file, .line = object->line,
				 .column = object->column };

	(void)parent;
	(void)path;
	if (object->kind == &config_settings_kind)
		propose_settings(object->conf, p);
	else if (object->kind == &config_service_kind)
		propose(&service->access_log.to, object->file != NULL ? &at : NULL,
			"access_log.to", p->errors);
}

bool log_files_propose(const struct config *config, const struct node *tree,
		       struct conf_errors *errors)
{
	unsigned before = errors->errors;

	config_each(config, "", propose_object, &(struct proposal){ tree, errors });
	if (errors->errors == before)
		return true;
	log_files_withdraw();
	return false;
}

static bool is_proposed(const struct log_file *f)
{
	return f->proposed;
}

static bool is_unwanted(const struct log_file *f)
{
	return !f->wanted;
}

bool log_files_differ(void)
{
	for (struct list *node = files.next; node != &files; node = node->next) {
		const struct log_file *f = container_of(node, struct log_file, link);

		if (f->proposed || f->wanted == f->leaving)
			return true;
	}
	return false;
}

void log_files_withdraw(void)
{
	sweep(is_proposed);
}

void log_files_accept(uint64_t change)
{
	for (struct list *node = files.next; node != &files; node = node->next) {
		struct log_file *f = container_of(node, struct log_file, link);

		if (!f->leaving)
			f->change = change;
		f->leaving = !f->wanted;
		f->quiet = f->quiet && f->leaving;
		f->wanted = f->proposed = false;
	}
}

bool log_files_leaving(void)
{
	for (struct list *node = files.next; node != &files; node = node->next) {
		if (container_of(node, struct log_file, link)->leaving)
			return true;
	}
	return false;
}

bool log_files_release(bool (*may_close)(uint64_t change))
{
	struct list *node = files.next;
	bool any = false;

	while (node != &files) {
		struct log_file *f = container_of(node, struct log_file, link);

		node = node->next;
		if (!f->leaving || !may_close(f->change))
			continue;
		any |= f->quiet;
		if (f->quiet)
			drop(f);
		else
			f->quiet = true;
	}
	return any;
}

void log_files_reopen(void)
{
	for (struct list *node = files.next; node != &files; node = node->next) {
		struct log_file *f = container_of(node, struct log_file, link);
		int fd;

		if (f->leaving)
			continue;	/* nothing new by a name that is not configured any more */
		fd = open_log(f->path);
		if (fd == -1) {
			log_write(LEVEL_ERROR, "open %s: %s; the old file is kept", f->path,
				  strerror(errno));
			continue;
		}
		close(f->fd);
		f->fd = fd;
	}
}

void log_files_each(void (*send)(uint64_t target, int fd))
{
	for (struct list *node = files.next; node != &files; node = node->next) {
		const struct log_file *f = container_of(node, struct log_file, link);

		send(f->target, f->fd);
	}
}

void log_files_receive(uint64_t target, int fd)
{
	struct log_file *f = find(target);

	if (f == NULL) {
		f = add(target, "", fd);
	} else {
		close(f->fd);
		f->fd = fd;
	}
	f->wanted = true;
}

void log_files_received(void)
{
	sweep(is_unwanted);
}

void log_files_close(void)
{
	while (!list_empty(&files))
		drop(container_of(files.next, struct log_file, link));
}
