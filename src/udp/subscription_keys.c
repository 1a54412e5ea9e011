/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"
#include "core/map.h"

#define YOUNG_SECONDS 2		/* times of files are compared by the second */

/* Entries of one kind, the least recently used first. */
struct key_list {
	struct list list;
	unsigned    count, most;
};

struct subscription_keys {
	char       *folder;	/* behind this */
	struct map  by_name;
	struct key_list loaded, missing;
};

struct subscription_keys *subscription_keys_open(const char *folder, unsigned most,
						 unsigned missing)
{
	size_t len = strlen(folder) + 1;
	struct subscription_keys *keys = calloc(1, sizeof(*keys) + len);

	CHECK(keys != NULL && most > 0 && missing > 0);
	keys->folder = (char *)(keys + 1);
	memcpy(keys->folder, folder, len);
	keys->loaded.most = most;
	keys->missing.most = missing;
	list_init(&keys->loaded.list);
	list_init(&keys->missing.list);
	return keys;
}

static struct key_list *kept_of(struct subscription_keys *keys, const struct subscription_key *key)
{
	return key->pkey != NULL ? &keys->loaded : &keys->missing;
}

static void unlink_key(struct subscription_keys *keys, struct subscription_key *key)
{
	list_unlink(&key->link);
	kept_of(keys, key)->count--;
}

static void forget(struct subscription_keys *keys, struct subscription_key *key)
{
	unlink_key(keys, key);
	(void)map_remove(&keys->by_name, slice_of(key->name));
	EVP_PKEY_free(key->pkey);
	free(key);
}

static void forget_first(struct subscription_keys *keys, struct key_list *kept)
{
	forget(keys, container_of(kept->list.next, struct subscription_key, link));
}

static void link_key(struct subscription_keys *keys, struct subscription_key *key)
{
	struct key_list *kept = kept_of(keys, key);

	if (kept->count == kept->most)
		forget_first(keys, kept);
	list_append(&kept->list, &key->link);
	kept->count++;
}

void subscription_keys_close(struct subscription_keys *keys)
{
	if (keys == NULL)
		return;
	while (keys->loaded.count != 0)
		forget_first(keys, &keys->loaded);
	while (keys->missing.count != 0)
		forget_first(keys, &keys->missing);
	map_clear(&keys->by_name);
	free(keys);
}

const char *subscription_keys_folder(const struct subscription_keys *keys)
{
	return keys->folder;
}

unsigned subscription_keys_count(const struct subscription_keys *keys)
{
	return keys->loaded.count;
}

static bool stays(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '.' || c == '_' || c == '-';
}

void subscription_keys_name(struct slice key, bool mountpoints, char name[SUBSCRIPTION_KEYS_NAME])
{
	size_t at = 0;

	for (; at < key.len && at < SUBSCRIPTION_KEY_MAX; at++) {
		if (mountpoints && key.data[at] == '/')
			break;
		name[at] = stays(key.data[at]) ? key.data[at] : '_';
	}
	memcpy(name + at, ".pem", sizeof(".pem"));
}

struct subscription_key *subscription_keys_find(struct subscription_keys *keys, const char *name)
{
	struct subscription_key *key = map_get(&keys->by_name, slice_of(name));

	if (key != NULL) {
		unlink_key(keys, key);
		link_key(keys, key);
	}
	return key;
}

bool subscription_keys_is_due(const struct subscription_key *key, uint64_t now_us)
{
	return now_us - key->checked_us >= SUBSCRIPTION_KEYS_CHECK_US;
}

/* An encrypted key would make OpenSSL ask on the terminal. */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static EVP_PKEY *parse(const char *bytes, size_t len)
{
	BIO *bio = BIO_new_mem_buf(bytes, (int)len);
	EVP_PKEY *pkey = bio != NULL ? PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL) : NULL;

	BIO_free(bio);
	ERR_clear_error();
	return pkey;
}

static void identify(struct subscription_key *key, const struct stat *st)
{
	key->device = (uint64_t)st->st_dev;
	key->inode = (uint64_t)st->st_ino;
	key->size = (uint64_t)st->st_size;
	key->modified = (int64_t)st->st_mtime;
	key->changed = (int64_t)st->st_ctime;
	key->young = key->changed + YOUNG_SECONDS > (int64_t)time(NULL);
}

static bool is_same(const struct subscription_key *key, const struct stat *st)
{
	return !key->young && key->device == (uint64_t)st->st_dev &&
	       key->inode == (uint64_t)st->st_ino && key->size == (uint64_t)st->st_size &&
	       key->modified == (int64_t)st->st_mtime && key->changed == (int64_t)st->st_ctime;
}

/* Whole file, or why not. */
static size_t read_file(int fd, char buf[SUBSCRIPTION_KEYS_FILE_MAX], const char **why)
{
	size_t len = 0;

	while (len < SUBSCRIPTION_KEYS_FILE_MAX) {
		ssize_t n = read(fd, buf + len, SUBSCRIPTION_KEYS_FILE_MAX - len);

		if (n == 0)
			return len;
		if (n < 0 && errno != EINTR) {
			*why = strerror(errno);
			return 0;
		}
		len += n > 0 ? (size_t)n : 0;
	}
	*why = "it is too large for a key";
	return 0;
}

static EVP_PKEY *read_key(struct subscription_key *key, int fd)
{
	char buf[SUBSCRIPTION_KEYS_FILE_MAX];
	EVP_PKEY *pkey = NULL;
	struct stat st;
	size_t len;

	if (fstat(fd, &st) != 0) {
		key->why = strerror(errno);
		return NULL;
	}
	identify(key, &st);
	if (!S_ISREG(st.st_mode)) {
		key->why = "it is not a regular file";
		return NULL;
	}
	key->why = NULL;
	len = read_file(fd, buf, &key->why);
	if (key->why == NULL) {
		pkey = parse(buf, len);
		key->why = pkey == NULL ? "there is no public key in PEM in it" : NULL;
	}
	return pkey;
}

/* The key of the file as it is now, which may be the one that is there; NULL: see key->why. */
static EVP_PKEY *current(const struct subscription_keys *keys, struct subscription_key *key)
{
	char path[PATH_MAX];
	EVP_PKEY *pkey = NULL;
	struct stat st;
	int fd = -1;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", keys->folder, key->name) >= sizeof(path))
		errno = ENAMETOOLONG;
	else if (key->pkey != NULL && stat(path, &st) == 0 && is_same(key, &st))
		return key->pkey;
	else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		key->why = strerror(errno);
	} else {
		pkey = read_key(key, fd);
		close(fd);
	}
	return pkey;
}

/* A name that nothing is known of. NULL: no memory. */
static struct subscription_key *add(struct subscription_keys *keys, const char *name)
{
	struct subscription_key *key = calloc(1, sizeof(*key));

	if (key == NULL)
		return NULL;
	memcpy(key->name, name, strlen(name) + 1);
	list_init(&key->link);
	map_set(&keys->by_name, slice_of(key->name), key);
	link_key(keys, key);
	return key;
}

struct subscription_key *subscription_keys_load(struct subscription_keys *keys, const char *name,
						uint64_t now_us)
{
	struct subscription_key *key = map_get(&keys->by_name, slice_of(name));
	EVP_PKEY *pkey;

	if (key == NULL)
		key = add(keys, name);
	if (key == NULL)
		return NULL;
	pkey = current(keys, key);
	key->checked_us = now_us;
	unlink_key(keys, key);
	if (pkey != key->pkey)
		EVP_PKEY_free(key->pkey);
	key->pkey = pkey;
	link_key(keys, key);
	return key;
}
