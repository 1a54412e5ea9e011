/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash array mapped trie: each node takes five bits of the hash and has only the slots that are
 * in use. Nodes and leaves are counted, and a node that two maps hold is copied before it is
 * changed: a change copies the few nodes on its way from the root and shares all others.
 */
#include "core/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/log.h"

#define BITS 5
#define LEVELS 12	/* five bits each, of one hash of 64 bits */

struct leaf {
	uint32_t     references;
	uint64_t     hash;	/* of level 0 and the eleven below */
	struct slice key;
	void        *value;
};

struct map_node {
	uint32_t references;
	uint32_t leaves, nodes;	/* a bit for each slot that is in use */
	void    *slots[];	/* by the rank of its bit in both */
};

static void *need(void *memory)
{
	CHECK(memory != NULL);
	return memory;
}

/* FNV-1a; the levels below the twelfth are reached by keys with equal hashes alone. */
static uint64_t hash_of(struct slice key, unsigned round)
{
	uint64_t hash = 14695981039346656037u + round;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.data[i]) * 1099511628211u;
	/* the last bytes of names differ most, and FNV leaves them in few of the low bits */
	return hash ^ hash >> 29;
}

static uint32_t bit_at(const struct leaf *leaf, unsigned level)
{
	uint64_t hash = level < LEVELS ? leaf->hash : hash_of(leaf->key, level / LEVELS);

	return (uint32_t)1 << (hash >> level % LEVELS * BITS & 31);
}

static unsigned rank(const struct map_node *node, uint32_t bit)
{
	return (unsigned)__builtin_popcount((node->leaves | node->nodes) & (bit - 1));
}

static unsigned used(const struct map_node *node)
{
	return (unsigned)__builtin_popcount(node->leaves | node->nodes);
}

static size_t node_size(unsigned slots)
{
	return sizeof(struct map_node) + slots * sizeof(void *);
}

static void leaf_release(struct leaf *leaf, void (*release)(void *value))
{
	if (--leaf->references != 0)
		return;
	if (release != NULL)
		release(leaf->value);
	free(leaf);
}

static void node_release(struct map_node *node, void (*release)(void *value))
{
	unsigned i = 0;

	if (--node->references != 0)
		return;
	for (uint32_t bits = node->leaves | node->nodes; bits != 0; bits &= bits - 1, i++) {
		if ((node->leaves & bits & -bits) != 0)
			leaf_release(node->slots[i], release);
		else
			node_release(node->slots[i], release);
	}
	free(node);
}

/* The node at *at, after a copy if another map holds it too. */
static struct map_node *own(struct map_node **at)
{
	struct map_node *node = *at, *copy;
	unsigned i = 0;

	if (node->references == 1)
		return node;
	copy = need(malloc(node_size(used(node))));
	memcpy(copy, node, node_size(used(node)));
	copy->references = 1;
	for (uint32_t bits = node->leaves | node->nodes; bits != 0; bits &= bits - 1, i++) {
		if ((node->leaves & bits & -bits) != 0)
			((struct leaf *)node->slots[i])->references++;
		else
			((struct map_node *)node->slots[i])->references++;
	}
	node->references--;
	return *at = copy;
}

static void insert(struct map_node **at, uint32_t bit, struct leaf *leaf)
{
	struct map_node *node = own(at);
	unsigned count = used(node), i = rank(node, bit);

	node = need(realloc(node, node_size(count + 1)));
	memmove(&node->slots[i + 1], &node->slots[i], (count - i) * sizeof(void *));
	node->slots[i] = leaf;
	node->leaves |= bit;
	*at = node;
}

/* Takes slot `i` out; what was in it has been released or moved. */
static void take_out(struct map_node *node, uint32_t bit)
{
	unsigned count = used(node), i = rank(node, bit);

	memmove(&node->slots[i], &node->slots[i + 1], (count - i - 1) * sizeof(void *));
	node->leaves &= ~bit;
	node->nodes &= ~bit;
}

static struct map_node *node_new(void)
{
	struct map_node *node = need(malloc(node_size(1)));

	*node = (struct map_node){ .references = 1 };
	return node;
}

/* false: it has replaced a leaf with the same key. */
static bool set(struct map_node **at, unsigned level, struct leaf *leaf,
		void (*release)(void *value))
{
	uint32_t bit = bit_at(leaf, level);
	struct map_node *node, *below;
	unsigned i;

	if ((((*at)->leaves | (*at)->nodes) & bit) == 0) {
		insert(at, bit, leaf);
		return true;
	}
	node = own(at);
	i = rank(node, bit);
	if ((node->leaves & bit) != 0) {
		struct leaf *there = node->slots[i];

		if (there->hash == leaf->hash && slice_equal(there->key, leaf->key)) {
			leaf_release(there, release);
			node->slots[i] = leaf;
			return false;
		}
		below = node_new();
		insert(&below, bit_at(there, level + 1), there);
		node->slots[i] = below;
		node->leaves &= ~bit;
		node->nodes |= bit;
	}
	below = node->slots[i];
	bool added = set(&below, level + 1, leaf, release);

	node->slots[i] = below;
	return added;
}

static struct leaf *find(const struct map *map, const struct leaf *key)
{
	const struct map_node *node = map->root;

	for (unsigned level = 0; node != NULL; level++) {
		uint32_t bit = bit_at(key, level);

		if ((node->leaves & bit) != 0) {
			struct leaf *leaf = node->slots[rank(node, bit)];
			bool same = leaf->hash == key->hash && slice_equal(leaf->key, key->key);

			return same ? leaf : NULL;
		}
		node = (node->nodes & bit) != 0 ? node->slots[rank(node, bit)] : NULL;
	}
	return NULL;
}

void *map_get(const struct map *map, struct slice key)
{
	const struct leaf wanted = { .hash = hash_of(key, 0), .key = key };
	const struct leaf *leaf = find(map, &wanted);

	return leaf != NULL ? leaf->value : NULL;
}

void map_set(struct map *map, struct slice key, void *value)
{
	struct leaf *leaf = need(malloc(sizeof(*leaf)));

	*leaf = (struct leaf){ 1, hash_of(key, 0), key, value };
	if (map->root == NULL)
		map->root = node_new();
	if (set(&map->root, 0, leaf, map->release))
		map->count++;
}

/* The key is there. */
static void cut(struct map_node **at, unsigned level, const struct leaf *key,
		void (*release)(void *value))
{
	struct map_node *node = own(at), *below;
	uint32_t bit = bit_at(key, level);
	unsigned i = rank(node, bit);

	if ((node->leaves & bit) != 0) {
		leaf_release(node->slots[i], release);
		take_out(node, bit);
		return;
	}
	below = node->slots[i];
	cut(&below, level + 1, key, release);
	node->slots[i] = below;
	if (used(below) == 1 && below->nodes == 0) {	/* a way to one leaf is the leaf */
		node->slots[i] = below->slots[0];
		node->nodes &= ~bit;
		node->leaves |= bit;
		free(below);
	}
}

bool map_remove(struct map *map, struct slice key)
{
	const struct leaf wanted = { .hash = hash_of(key, 0), .key = key };

	if (find(map, &wanted) == NULL)
		return false;
	cut(&map->root, 0, &wanted, map->release);
	map->count--;
	if (map->count == 0)
		map_clear(map);
	return true;
}

struct map map_share(const struct map *map)
{
	if (map->root != NULL)
		map->root->references++;
	return *map;
}

void map_clear(struct map *map)
{
	if (map->root != NULL)
		node_release(map->root, map->release);
	map->root = NULL;
	map->count = 0;
}

static void each_below(const struct map_node *node, void (*each)(void *value, void *arg), void *arg)
{
	unsigned i = 0;

	for (uint32_t bits = node->leaves | node->nodes; bits != 0; bits &= bits - 1, i++) {
		if ((node->leaves & bits & -bits) != 0)
			each(((struct leaf *)node->slots[i])->value, arg);
		else
			each_below(node->slots[i], each, arg);
	}
}

void map_each(const struct map *map, void (*each)(void *value, void *arg), void *arg)
{
	if (map->root != NULL)
		each_below(map->root, each, arg);
}
