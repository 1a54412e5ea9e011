/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One piece of memory for each object: struct object, the struct of its directives, the strings of
 * that, the key, the file. As bytes for another process it is the same piece with its pointers
 * replaced by distances from its beginning.
 */
#include "config/object.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/yaml.h"

#define CONF_MOST 4096	/* bytes of the largest struct of directives */
#define STRINGS_MOST 64	/* that one struct owns */
#define ROUND(size) (((size) + 15) & ~(size_t)15)
#define CONF_AT ROUND(sizeof(struct object))

static uint32_t era;	/* counts the forks between this process and the first one */

void object_inherit(void)
{
	era++;
}

unsigned object_kind_index(const struct object_kind *kind)
{
	unsigned i = 0;

	while (object_kinds[i] != kind)
		i++;
	return i;
}

const struct object_kind *object_kind_at(unsigned index)
{
	unsigned i = 0;

	while (object_kinds[i] != NULL && i < index)
		i++;
	return object_kinds[i];
}

const struct object_kind *object_kind_below(const struct object_kind *parent, struct slice key)
{
	for (unsigned i = 0; object_kinds[i] != NULL; i++)
		if (object_kinds[i]->parent == parent && object_kinds[i]->section != NULL &&
		    slice_is(key, object_kinds[i]->section))
			return object_kinds[i];
	return NULL;
}

static void add_length(const char **string, void *arg)
{
	if (*string != NULL)
		*(size_t *)arg += strlen(*string) + 1;
}

/* Copies the string to *arg, and the struct then has the copy. */
static void copy_string(const char **string, void *arg)
{
	char **to = arg;
	size_t size;

	if (*string == NULL)
		return;
	size = strlen(*string) + 1;
	memcpy(*to, *string, size);
	*string = *to;
	*to += size;
}

struct object *object_new(const struct object_kind *kind, const struct object_source *source)
{
	size_t size = CONF_AT + kind->conf->size;
	const char *section = kind->section != NULL ? kind->section : "", *file = source->file;
	size_t prefix = strlen(section) + 1;
	struct object *object;
	_Alignas(max_align_t) char conf[CONF_MOST];
	char *at, *copy;

	CHECK(kind->conf->size <= sizeof(conf));
	memcpy(conf, source->conf, kind->conf->size);
	conf_strings(conf, kind->conf, &(struct conf_strings){ add_length, &size });
	size += prefix + strlen(source->name) + 1;
	add_length(&file, &size);
	object = malloc(size + 1);
	CHECK(object != NULL && size < UINT32_MAX);
	memset(object, 0, CONF_AT);
	at = (char *)object + CONF_AT;
	memcpy(at, conf, kind->conf->size);
	*object = (struct object){
		.kind = kind, .conf = at, .line = source->line, .column = source->column,
		.order = source->order, .handle = { .index = HANDLE_NONE },
		.parent = { .index = HANDLE_NONE }, .references = 1, .era = era,
		.size = (uint32_t)size + 1,
	};
	copy = at;
	at += kind->conf->size;
	conf_strings(copy, kind->conf, &(struct conf_strings){ copy_string, &at });
	object->key = at;
	object->name = at + prefix;
	at += snprintf(at, prefix + strlen(source->name) + 1, "%s/%s", section, source->name) + 1;
	copy_string(&file, &at);
	object->file = file;
	*at = '\0';
	return object;
}

struct object *object_hold(struct object *object)
{
	if (object->era == era)
		object->references++;
	return object;
}

void object_release(struct object *object)
{
	if (object != NULL && object->era == era && --object->references == 0)
		free(object);
}

void object_fail(const struct object *object, struct conf_errors *errors, const char *path,
		 const char *why)
{
	const struct node at = { .file = object->file, .line = object->line,
				 .column = object->column };

	conf_fail(errors, CONF_ERROR, object->file != NULL ? &at : NULL, path, "%s", why);
}

struct move {
	uintptr_t from, to;	/* what pointers are relative to, before and after */
	size_t    size;		/* they lead to below `from` + size */
	bool      ok;
};

static void move_string(const char **string, void *arg)
{
	struct move *m = arg;
	uintptr_t at = (uintptr_t)*string;

	if (*string == NULL)
		return;
	m->ok &= at > m->from && at - m->from < m->size;
	*string = (const char *)(at - m->from + m->to);
}

/* All strings of a piece whose conf is at `conf` from `m->from` to `m->to`. */
static bool move_all(struct object *piece, void *conf, const struct object_kind *kind,
		     struct move *m)
{
	m->ok = true;
	conf_strings(conf, kind->conf, &(struct conf_strings){ move_string, m });
	move_string(&piece->name, m);
	move_string(&piece->key, m);
	move_string(&piece->file, m);
	return m->ok && piece->name != NULL && piece->key != NULL;
}

struct strings {
	const char *list[STRINGS_MOST];
	size_t      count;
};

/* Notes the string, and leaves a pointer that is the same in two structs that say the same. */
static void take_string(const char **string, void *arg)
{
	struct strings *s = arg;

	CHECK(s->count < STRINGS_MOST);
	s->list[s->count++] = *string;
	*string = NULL;
}

static void flatten(const void *conf, const struct conf_section *section, char *out,
		    struct strings *strings)
{
	memcpy(out, conf, section->size);
	strings->count = 0;
	conf_strings(out, section, &(struct conf_strings){ take_string, strings });
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool object_equals(const struct object *object, const void *conf)
{
	const struct conf_section *section = object->kind->conf;
	_Alignas(max_align_t) char one[CONF_MOST], other[CONF_MOST];
	struct strings a, b;

	flatten(object->conf, section, one, &a);
	flatten(conf, section, other, &b);
	if (memcmp(one, other, section->size) != 0)
		return false;
	for (size_t i = 0; i < a.count; i++) {
		if (!same_text(a.list[i], b.list[i]))
			return false;
	}
	return true;
}

/* FNV-1a over eight bytes at a time: a changed object must have another hash, and no more. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	for (const char *at = bytes; len > 0;) {
		uint64_t word = 0;
		size_t n = len < sizeof(word) ? len : sizeof(word);

		memcpy(&word, at, n);
		hash = (hash ^ word) * 0x100000001b3;
		hash ^= hash >> 29;
		at += n;
		len -= n;
	}
	return hash;
}

uint64_t object_hash(const struct object *object)
{
	_Alignas(max_align_t) char conf[CONF_MOST];
	struct strings strings;
	uint64_t hash = mix(0xcbf29ce484222325, object->key, strlen(object->key));

	flatten(object->conf, object->kind->conf, conf, &strings);
	hash = mix(hash, conf, object->kind->conf->size);
	for (size_t i = 0; i < strings.count; i++) {
		if (strings.list[i] != NULL)
			hash = mix(hash ^ i, strings.list[i], strlen(strings.list[i]));
	}
	return mix(hash, &object->order, sizeof(object->order));
}

void object_pack(const struct object *object, struct text *out)
{
	struct move m = { .from = (uintptr_t)object, .to = 0, .size = object->size };
	struct object *copy = malloc(object->size);

	CHECK(copy != NULL);
	memcpy(copy, object, object->size);
	CHECK(move_all(copy, (char *)copy + CONF_AT, object->kind, &m));
	copy->kind = NULL;
	copy->conf = NULL;
	copy->references = object_kind_index(object->kind);
	text_append(out, copy, object->size);
	free(copy);
}

struct object *object_unpack(struct slice bytes)
{
	struct object head, *object;
	const struct object_kind *kind;

	if (bytes.len <= CONF_AT)
		return NULL;
	memcpy(&head, bytes.data, sizeof(head));
	kind = head.references < OBJECT_KINDS_MAX ? object_kind_at(head.references) : NULL;
	if (kind == NULL || head.size != bytes.len || bytes.data[bytes.len - 1] != '\0' ||
	    bytes.len <= CONF_AT + kind->conf->size)
		return NULL;
	object = malloc(bytes.len);
	CHECK(object != NULL);
	memcpy(object, bytes.data, bytes.len);

	struct move m = { .from = 0, .to = (uintptr_t)object, .size = bytes.len };

	object->kind = kind;
	object->conf = (char *)object + CONF_AT;
	object->references = 1;
	object->era = era;
	if (move_all(object, (char *)object + CONF_AT, kind, &m))
		return object;
	free(object);
	return NULL;
}
