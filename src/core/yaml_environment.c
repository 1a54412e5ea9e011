/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ${NAME} and ${NAME:-text} in scalars; $$ is one dollar sign. This happens
 * after YAML was read: what stands in the environment is text, never syntax.
 */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

#define EXPANDED_MAX 65536 /* bytes of one scalar */

static size_t name_length(const char *text)
{
	size_t len =
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

	return text[0] >= '0' && text[0] <= '9' ? 0 : len;
}

struct reference {
	char *name;
	const char *fallback; /* NULL: there is none */
	size_t fallback_len;
	const char *end; /* behind the closing brace */
};

/* `text` is behind the "${". */
static bool read_reference(const char *text, struct arena *arena, struct reference *r)
{
	const char *brace = strchr(text, '}');
	size_t len = name_length(text);

	if (brace == NULL || len == 0)
		return false;
	*r = (struct reference){ .end = brace + 1 };
	r->name = arena_copy(arena, (struct slice){ text, len });
	if (strncmp(text + len, ":-", 2) == 0) {
		r->fallback = text + len + 2;
		r->fallback_len = (size_t)(brace - r->fallback);
	}
	return r->fallback != NULL || text + len == brace;
}

/* Appends what *text, which points at a '$', stands for. */
static bool expand_one(struct node *scalar, const char **text, struct text *out, const char *path,
		       struct arena *arena, struct conf_errors *errors)
{
	struct reference r;

	if ((*text)[1] != '{') {
		text_putc(out, '$');
		*text += (*text)[1] == '$' ? 2 : 1;
		return true;
	}
	if (!read_reference(*text + 2, arena, &r)) {
		conf_fail(errors, CONF_ERROR, scalar, path,
			  "write ${NAME} or ${NAME:-text}; $$ is a dollar sign");
		return false;
	}
	const char *value = getenv(r.name);

	*text = r.end;
	scalar->environment = r.name;
	if (value != NULL && (value[0] != '\0' || r.fallback == NULL)) {
		text_puts(out, value);
		return true;
	}
	if (r.fallback == NULL) {
		conf_fail(errors, CONF_ERROR, scalar, path,
			  "${%s} is not in the environment; write ${%s:-text} for a default",
			  r.name, r.name);
		return false;
	}
	text_append(out, r.fallback, r.fallback_len);
	return true;
}

bool yaml_environment_expand(struct node *scalar, const char *path, struct arena *arena,
			     struct conf_errors *errors)
{
	const char *at = scalar->value.data;
	struct text out;
	bool ok = true;

	text_init(&out);
	while (ok && *at != '\0') {
		size_t plain = strcspn(at, "$");

		text_append(&out, at, plain);
		at += plain;
		if (*at == '$')
			ok = expand_one(scalar, &at, &out, path, arena, errors);
		if (ok && out.len > EXPANDED_MAX) {
			conf_fail(errors, CONF_ERROR, scalar, path,
				  "what the environment holds for it is over 64k long");
			ok = false;
		}
	}
	struct slice bytes = text_slice(&out);

	/* The environment may hold anything; what is not text must not get further. */
	if (ok && !yaml_source_is_text(bytes)) {
		conf_fail(errors, CONF_ERROR, scalar, path, "${%s} holds what is not text in UTF-8",
			  scalar->environment);
		ok = false;
	}
	if (ok)
		scalar->value = (struct slice){ arena_copy(arena, bytes), bytes.len };
	text_close(&out);
	return ok;
}
