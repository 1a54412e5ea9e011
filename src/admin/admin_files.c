/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/admin_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "admin/access.h"
#include "admin/tls.h"
#include "admin/tokens.h"
#include "config/config_structs.h"
#include "core/conf_errors.h"
#include "core/log.h"
#include "core/node.h"
#include "core/text.h"
#include "os/privileges.h"

#define FILE_BYTES (512 * 1024)
#define WHY 300

enum part { CERTIFICATE, KEY, CLIENT_CA, TOKENS, PARTS };

static const struct {
	const char *path;	/* of the directive */
	const char *keys[2];	/* below admin */
} parts[PARTS] = {
	[CERTIFICATE] = { "admin.tls.certificate", { "tls", "certificate" } },
	[KEY] = { "admin.tls.key", { "tls", "key" } },
	[CLIENT_CA] = { "admin.tls.client_ca", { "tls", "client_ca" } },
	[TOKENS] = { "admin.tokens", { "tokens", NULL } },
};

/* All parts, each behind its length; static, and wiped, so that no copy of a key is left. */
static char packed[PARTS * (sizeof(uint32_t) + FILE_BYTES)];

struct files_reading {
	const struct admin_conf *admin;
	const struct node       *tree;
	struct conf_errors      *errors;
	struct slice             bytes[PARTS];
	size_t                   used;	/* of `packed` */
};

static void report(const struct files_reading *r, enum part part, enum conf_level level,
		   const char *file, const char *why)
{
	const struct node *node = r->tree != NULL ? node_get(r->tree, "admin") : NULL;

	for (unsigned i = 0; i < 2 && node != NULL && parts[part].keys[i] != NULL; i++) {
		const struct node *below =
			node->kind == NODE_MAP ? node_get(node, parts[part].keys[i]) : NULL;

		if (below == NULL)
			break;
		node = below;
	}
	conf_fail(r->errors, level, node, parts[part].path, "%s: %s", file, why);
}

static const char *check_mode(const struct stat *st, enum part part)
{
	if (!S_ISREG(st->st_mode))
		return "it is not a file";
	if (st->st_size > FILE_BYTES)
		return "it is larger than 512 kB";
	if (part == TOKENS && (st->st_mode & S_IRWXO) != 0)
		return "others may use it; chmod o= takes that away";
	if (part == TOKENS && (st->st_mode & S_IWGRP) != 0)
		return "its group may write it; chmod g-w takes that away";
	return NULL;
}

/* The bytes go behind those that are packed already. */
static const char *read_open(struct files_reading *r, enum part part, int fd)
{
	char *to = packed + r->used + sizeof(uint32_t);
	const char *wrong;
	uint32_t len = 0;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return strerror(errno);
	wrong = check_mode(&st, part);
	if (wrong != NULL)
		return wrong;
	while (len < FILE_BYTES && (n = read(fd, to + len, FILE_BYTES - len)) != 0) {
		if (n == -1)
			return strerror(errno);
		len += (uint32_t)n;
	}
	if (len == 0)
		return "it is empty";
	r->bytes[part] = (struct slice){ to, len };
	return NULL;
}

static void close_part(struct files_reading *r, enum part part)
{
	uint32_t len = (uint32_t)r->bytes[part].len;

	memcpy(packed + r->used, &len, sizeof(len));
	r->used += sizeof(len) + len;
}

static bool read_part(struct files_reading *r, enum part part, const char *file)
{
	const char *wrong;
	int fd;

	if (file == NULL) {
		close_part(r, part);
		return true;
	}
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	wrong = fd == -1 ? strerror(errno) : read_open(r, part, fd);
	if (fd != -1)
		close(fd);
	if (wrong != NULL)
		report(r, part, CONF_ERROR, file, wrong);
	close_part(r, part);
	return wrong == NULL;
}

static struct tls *make_tls(const struct slice bytes[PARTS], enum part *part, char *why)
{
	const struct tls_files files = {
		.certificate = bytes[CERTIFICATE],
		.key = bytes[KEY].len != 0 ? bytes[KEY] : bytes[CERTIFICATE],
		.client_ca = bytes[CLIENT_CA],
	};
	enum tls_part wrong;
	struct tls *tls = tls_new(&files, &wrong, why, WHY);

	*part = wrong == TLS_CERTIFICATE ? CERTIFICATE : wrong == TLS_KEY ? KEY : CLIENT_CA;
	return tls;
}

static const char *file_of(const struct admin_conf *admin, enum part part)
{
	if (part == KEY)
		return admin->tls.key != NULL ? admin->tls.key : admin->tls.certificate;
	return part == CLIENT_CA ? admin->tls.client_ca : admin->tls.certificate;
}

static bool check_tls(const struct files_reading *r)
{
	enum part part;
	char why[WHY];
	struct tls *tls = make_tls(r->bytes, &part, why);

	if (tls == NULL) {
		report(r, part, CONF_ERROR, file_of(r->admin, part), why);
		return false;
	}
	if (tls_is_expired(tls))
		report(r, CERTIFICATE, CONF_WARNING, r->admin->tls.certificate,
		     "the certificate has expired");
	tls_free(tls);
	return true;
}

static bool check_tokens(const struct files_reading *r)
{
	char why[WHY];
	struct tokens *tokens = tokens_parse(r->bytes[TOKENS], why, sizeof(why));

	if (tokens == NULL)
		report(r, TOKENS, CONF_ERROR, r->admin->tokens, why);
	tokens_release(tokens);
	return tokens != NULL;
}

bool admin_files_read(const struct settings *settings, const struct node *tree, struct text *out,
		      struct conf_errors *errors)
{
	const struct admin_conf *admin = &settings->admin;
	struct files_reading r = { .admin = admin, .tree = tree, .errors = errors };
	bool ok = read_part(&r, CERTIFICATE, admin->tls.certificate);

	ok &= read_part(&r, KEY, admin->tls.key);
	ok &= read_part(&r, CLIENT_CA, admin->tls.client_ca);
	ok &= read_part(&r, TOKENS, admin->tokens);
	if (ok && admin->tls.certificate != NULL)
		ok = check_tls(&r);
	if (r.bytes[TOKENS].len != 0)
		ok &= check_tokens(&r);
	if (ok)
		text_append(out, packed, r.used);
	OPENSSL_cleanse(packed, r.used);
	return ok;
}

/* In the control process. */
static struct tls *next_tls;
static struct tokens *next_tokens;
static bool any;	/* to commit */

static bool unpack(struct slice from, struct slice to[PARTS])
{
	for (unsigned i = 0; i < PARTS; i++) {
		uint32_t len;

		if (from.len < sizeof(len))
			return false;
		memcpy(&len, from.data, sizeof(len));
		from = slice_after(from, sizeof(len));
		if (from.len < len)
			return false;
		to[i] = (struct slice){ from.data, len };
		from = slice_after(from, len);
	}
	return true;
}

static void forget_next(void)
{
	tls_free(next_tls);
	tokens_release(next_tokens);
	next_tls = NULL;
	next_tokens = NULL;
	any = false;
}

void admin_files_take(struct slice bytes)
{
	struct slice each[PARTS];
	char why[WHY] = "not readable";
	enum part part;

	forget_next();
	if (!unpack(bytes, each))
		return;
	any = true;
	if (each[CERTIFICATE].len != 0) {
		privileges_hide_memory();
		next_tls = make_tls(each, &part, why);
		if (next_tls == NULL)	/* the master has tried the same bytes */
			log_write(LEVEL_ALERT, "%s: %s", parts[part].path, why);
	}
	if (each[TOKENS].len != 0) {
		next_tokens = tokens_parse(each[TOKENS], why, sizeof(why));
		CHECK(next_tokens != NULL);
	}
}

void admin_files_commit(void)
{
	if (!any)
		return;
	tls_use(next_tls);
	access_set_tokens(next_tokens);
	next_tls = NULL;
	next_tokens = NULL;
	any = false;
}

void admin_files_close(void)
{
	forget_next();
	tls_use(NULL);
	access_close();
}
