/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects as bytes between processes. Their layout is that of a build, so an input is not the
 * bytes, but what is done to those of an object: which one, where it is cut, and bytes that are
 * overwritten (two bytes of place, one of value).
 */
#include "target.h"

#include <string.h>

#include "config/config.h"
#include "config/config_load.h"
#include "config/object.h"
#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"

enum { OBJECTS = 64 };

static const char file[] =
	"log: {to: /var/log/heddle.log}\n"
	"services:\n"
	"  web:\n"
	"    listen: ['127.0.0.1:1', {address: 'unix:/run/web.sock', mode: 0660, group: www}]\n"
	"    balance: least_connections\n"
	"    check: {type: tcp, interval: 5s, rise: 2, fall: 3}\n"
	"    access_log: {to: /var/log/web.log, format: json}\n"
	"    backends:\n"
	"      one: 10.0.0.1:80\n"
	"      two: {address: '10.0.0.2:80', weight: 2, check: {port: 81}}\n"
	"  api:\n"
	"    listen: '127.0.0.1:2'\n"
	"    check: {type: http, path: /x, host: h, headers: {A: b}, body_regex: o+k}\n";

static struct text packed[OBJECTS];
static unsigned count;

static void pack(struct object *object, struct object *parent, const char *path, void *arg)
{
	(void)parent;
	(void)path;
	(void)arg;
	HOLDS(count < OBJECTS);
	text_init(&packed[count]);
	object_pack(object, &packed[count++]);
}

static void pack_all(void)
{
	const struct config_source source = { .text = slice_of(file) };
	struct arena *arena = arena_new();
	struct conf_errors errors;
	struct config_file *loaded;
	struct config *config;

	conf_errors_init(&errors, arena);
	loaded = config_load(&source, false, &errors);
	HOLDS(loaded != NULL);
	config = config_new(loaded);
	config_each(config, "", pack, NULL);
	HOLDS(count > 4);
	config_free(config);
	config_load_free(loaded);
	conf_errors_close(&errors);
	arena_free(arena);
}

/* Reads all of it that a process reads when it takes an object. */
static void read_through(const struct object *object)
{
	struct text out;

	HOLDS(strlen(object->key) < object->size && strlen(object->name) < object->size);
	HOLDS(object->file == NULL || strlen(object->file) < object->size);
	HOLDS(object_equals(object, object->conf));
	text_init(&out);
	object_pack(object, &out);
	HOLDS(out.len == object->size);
	text_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct object *object;
	struct text *from;
	char *bytes;
	size_t len;

	if (count == 0)
		pack_all();
	if (size < 3)
		return 0;
	from = &packed[data[0] % count];
	len = from->len - (data[1] | (size_t)data[2] << 8) % from->len;
	bytes = malloc(len);
	HOLDS(bytes != NULL);
	memcpy(bytes, text_cstr(from), len);
	for (size_t i = 3; i + 2 < size; i += 3)
		bytes[(data[i] | (size_t)data[i + 1] << 8) % len] = (char)data[i + 2];
	object = object_unpack((struct slice){ bytes, len });
	free(bytes);
	if (object != NULL)
		read_through(object);
	object_release(object);
	return 0;
}
