/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/node_codec.h"
#include "core/text.h"
#include "core/yaml.h"

Suite *node_codec_suite(void);

static struct arena *arena;

static struct node *read_text(const char *yaml)
{
	struct conf_errors errors;

	conf_errors_init(&errors, arena);
	struct node *node = yaml_read_text("t", slice_of(yaml), arena, &errors);

	ck_assert_ptr_nonnull(node);
	conf_errors_close(&errors);
	return node;
}

static void same(const struct node *a, const struct node *b)
{
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_int_eq(a->quoted, b->quoted);
	ck_assert_uint_eq(a->count, b->count);
	ck_assert(a->kind != NODE_SCALAR || slice_equal(a->value, b->value));
	for (size_t i = 0; i < a->count; i++) {
		if (a->kind == NODE_MAP)
			same(a->keys[i], b->keys[i]);
		same(a->items[i], b->items[i]);
	}
}

static const char everything[] = "{a: 1, b: \"1\", c: [], d: {}, e: [x, [y], {z: ''}]}";

START_TEST(a_tree_comes_back_as_it_was)
{
	struct text bytes;

	arena = arena_new();
	text_init(&bytes);
	struct node *tree = read_text(everything);

	node_codec_encode(tree, &bytes);
	node_codec_encode(tree, &bytes);
	struct slice rest = text_slice(&bytes);

	same(tree, node_codec_decode(&rest, arena));
	ck_assert_uint_eq(rest.len, bytes.len / 2);
	same(tree, node_codec_decode(&rest, arena));
	ck_assert_uint_eq(rest.len, 0);
	text_close(&bytes);
	arena_free(arena);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
	struct text bytes;

	arena = arena_new();
	text_init(&bytes);
	node_codec_encode(read_text(everything), &bytes);
	for (size_t len = 0; len < bytes.len; len++) {
		char *copy = malloc(len + 1);	/* a read behind the end is seen by ASan */
		struct slice cut = { copy, len };

		memcpy(copy, bytes.data, len);
		ck_assert_ptr_null(node_codec_decode(&cut, arena));
		free(copy);
	}
	text_close(&bytes);
	arena_free(arena);
}
END_TEST

START_TEST(what_is_too_deep_or_has_nul_is_refused)
{
	struct text bytes;
	uint32_t one = 1;

	arena = arena_new();
	text_init(&bytes);
	for (int i = 0; i < NODE_CODEC_DEPTH + 1; i++) {
		text_putc(&bytes, NODE_LIST);
		text_putc(&bytes, 0);
		text_append(&bytes, &one, sizeof(one));
	}
	struct slice deep = text_slice(&bytes);

	ck_assert_ptr_null(node_codec_decode(&deep, arena));
	text_clear(&bytes);
	text_append(&bytes, "\0\0\1\0\0\0\0", 7);
	struct slice nul = text_slice(&bytes);

	ck_assert_ptr_null(node_codec_decode(&nul, arena));
	text_close(&bytes);
	arena_free(arena);
}
END_TEST

Suite *node_codec_suite(void)
{
	Suite *s = suite_create("node_codec");
	TCase *c = tcase_create("node_codec");

	tcase_add_test(c, a_tree_comes_back_as_it_was);
	tcase_add_test(c, every_truncation_is_refused);
	tcase_add_test(c, what_is_too_deep_or_has_nul_is_refused);
	suite_add_tcase(s, c);
	return s;
}
