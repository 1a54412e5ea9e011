/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/tokens.h"

#include <fnmatch.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"

#define NAME_BYTES 63
#define MOST 10000	/* lines with tokens: each request compares with all */

_Static_assert(TOKENS_HASH == SHA256_DIGEST_LENGTH, "");

struct tokens {
	struct arena *arena;
	struct token *list;
	unsigned      count, room, references;
};

static const struct {
	const char      *word;
	enum http_access access;
} roles[] = {
	{ "metrics", HTTP_ACCESS_METRICS },
	{ "read", HTTP_ACCESS_READ },
	{ "operate", HTTP_ACCESS_OPERATE },
	{ "write", HTTP_ACCESS_WRITE },
};

const char *tokens_role(enum http_access access)
{
	size_t i = 0;

	while (roles[i].access != access)
		i++;
	return roles[i].word;
}

/* The next word of a line; empty at its end. */
static struct slice next_word(struct slice *line)
{
	size_t from = 0, len = 0;
	struct slice word;

	while (from < line->len && strchr(" \t\r", line->data[from]) != NULL)
		from++;
	while (from + len < line->len && strchr(" \t\r", line->data[from + len]) == NULL)
		len++;
	word = (struct slice){ line->data + from, len };
	*line = slice_after(*line, from + len);
	return word;
}

static const char *take_name(struct tokens *t, struct slice word, struct token *token)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789._:@-";

	token->name = arena_copy(t->arena, word);
	if (word.len > NAME_BYTES || strlen(token->name) != word.len ||
	    token->name[strspn(token->name, allowed)] != '\0')
		return "a name has letters, digits and ._:@-, at most 63";
	for (unsigned i = 0; i < t->count; i++) {
		if (strcmp(t->list[i].name, token->name) == 0)
			return "a token with that name is above";
	}
	return NULL;
}

static const char *take_role(struct slice word, struct token *token)
{
	for (size_t i = 0; i < COUNT(roles); i++) {
		if (slice_is(word, roles[i].word)) {
			token->access = roles[i].access;
			return NULL;
		}
	}
	return "the role behind the name is metrics, read, operate or write";
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static const char *take_hash(struct slice word, struct token *token)
{
	static const char prefix[] = "sha256:";
	static const char wrong[] = "behind the role comes sha256: and 64 hexadecimal digits, the "
				    "SHA-256 of the token";

	if (word.len != strlen(prefix) + 2 * TOKENS_HASH ||
	    memcmp(word.data, prefix, strlen(prefix)) != 0)
		return wrong;
	word = slice_after(word, strlen(prefix));
	for (size_t i = 0; i < TOKENS_HASH; i++) {
		int high = digit(word.data[2 * i]), low = digit(word.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return wrong;
		token->hash[i] = (unsigned char)(high << 4 | low);
	}
	return NULL;
}

static const char *take_globs(struct tokens *t, struct slice line, struct token *token)
{
	token->globs = arena_alloc(t->arena, (line.len / 2 + 1) * sizeof(*token->globs));
	for (struct slice word = next_word(&line); word.len > 0; word = next_word(&line)) {
		if (word.data[0] == '#')
			return NULL;
		token->globs[token->glob_count++] = arena_copy(t->arena, word);
	}
	return NULL;
}

static void add(struct tokens *t, const struct token *token)
{
	if (t->count == t->room) {
		struct token *more;

		t->room = t->room > 0 ? 2 * t->room : 8;
		more = arena_alloc(t->arena, t->room * sizeof(*more));
		if (t->count > 0)
			memcpy(more, t->list, t->count * sizeof(*more));
		t->list = more;
	}
	t->list[t->count++] = *token;
}

/* NULL: it is fine, or empty. */
static const char *take_line(struct tokens *t, struct slice line)
{
	struct token token = { .name = NULL };
	struct slice name = next_word(&line);
	const char *why;

	if (name.len == 0 || name.data[0] == '#')
		return NULL;
	why = take_name(t, name, &token);
	if (why == NULL)
		why = take_role(next_word(&line), &token);
	if (why == NULL)
		why = take_hash(next_word(&line), &token);
	if (why == NULL)
		why = take_globs(t, line, &token);
	if (why == NULL && t->count == MOST)
		why = "more tokens than 10000";
	if (why == NULL)
		add(t, &token);
	return why;
}

struct tokens *tokens_parse(struct slice text, char *why, size_t size)
{
	struct arena *arena = arena_new();
	struct tokens *t = arena_alloc(arena, sizeof(*t));
	const char *wrong = NULL;

	*t = (struct tokens){ .arena = arena, .references = 1 };
	for (unsigned number = 1; text.len > 0 && wrong == NULL; number++) {
		const char *end = memchr(text.data, '\n', text.len);
		size_t len = end != NULL ? (size_t)(end - text.data) : text.len;

		wrong = take_line(t, (struct slice){ text.data, len });
		if (wrong != NULL)
			snprintf(why, size, "%u: %s", number, wrong);
		text = slice_after(text, end != NULL ? len + 1 : len);
	}
	if (wrong == NULL)
		return t;
	arena_free(arena);
	return NULL;
}

struct tokens *tokens_hold(struct tokens *tokens)
{
	tokens->references++;
	return tokens;
}

void tokens_release(struct tokens *tokens)
{
	if (tokens != NULL && --tokens->references == 0)
		arena_free(tokens->arena);
}

/* All rows are compared: how long it takes does not say which one it was, or how near. */
const struct token *tokens_find(const struct tokens *tokens, struct slice secret)
{
	unsigned char hash[TOKENS_HASH];
	const struct token *found = NULL;

	SHA256((const unsigned char *)secret.data, secret.len, hash);
	for (unsigned i = 0; i < tokens->count; i++) {
		if (CRYPTO_memcmp(tokens->list[i].hash, hash, sizeof(hash)) == 0)
			found = &tokens->list[i];
	}
	return found;
}

bool tokens_match(const struct token *token, const char *service)
{
	if (token->glob_count == 0)
		return true;
	for (unsigned i = 0; i < token->glob_count && service != NULL; i++) {
		if (fnmatch(token->globs[i], service, 0) == 0)
			return true;
	}
	return false;
}
