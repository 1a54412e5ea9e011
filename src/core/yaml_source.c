/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a configuration file: read, and looked at before libyaml sees them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf_errors.h"
#include "core/text.h"
#include "core/utf8.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

struct reading {
	const char *path;
	const struct node *from; /* the include; NULL: the file that was asked for */
	struct conf_errors *errors;
};

static bool files_only;

void yaml_files_only(void)
{
	files_only = true;
}

static bool fail(const struct reading *r, const char *what)
{
	struct node where = { .file = r->path };

	if (r->from != NULL)
		conf_fail(r->errors, CONF_ERROR, r->from, "include", "%s: %s", r->path, what);
	else
		conf_fail(r->errors, CONF_ERROR, &where, "", "%s", what);
	return false;
}

static bool read_all(const struct reading *r, int fd, struct text *bytes)
{
	char block[16384];

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(r, strerror(errno));
		if (n == 0)
			return true;
		text_append(bytes, block, (size_t)n);
		if (bytes->len > YAML_FILE_MAX)
			return fail(r, "the file is bigger than 16 MB");
	}
}

static bool folder(const struct reading *r)
{
	if (r->from == NULL)
		return fail(r, "is a folder");
	int len = (int)r->from->value.len;

	while (len > 0 && r->from->value.data[len - 1] == '/')
		len--;
	conf_fail(r->errors, CONF_ERROR, r->from, "include", "%s is a folder; write %.*s/*.yaml",
		  r->path, len, r->from->value.data);
	return false;
}

static const char not_a_file[] = "is not a regular file, and a pipe or device may not answer";

bool yaml_source_read(const char *path, const struct node *from, struct text *bytes,
		      struct conf_errors *errors)
{
	const struct reading r = { path, from, errors };
	bool only_file = files_only || from != NULL;
	struct stat st;

	if (stat(path, &st) != 0)
		return fail(&r, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return folder(&r);
	/* Opening a pipe would wait for its writer; a reload must not. */
	if (only_file && !S_ISREG(st.st_mode))
		return fail(&r, not_a_file);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (only_file ? O_NONBLOCK : 0));

	if (fd < 0)
		return fail(&r, strerror(errno));
	/* It may be another one than a moment ago. */
	bool ok = only_file && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) ?
		fail(&r, not_a_file) : read_all(&r, fd, bytes);

	close(fd);
	return ok;
}

static bool utf16(struct slice bytes)
{
	if (bytes.len < 2)
		return false;
	return memcmp(bytes.data, "\xff\xfe", 2) == 0 || memcmp(bytes.data, "\xfe\xff", 2) == 0 ||
		bytes.data[0] == '\0' || bytes.data[1] == '\0';
}

static bool control(const char *at, size_t step)
{
	unsigned char c = (unsigned char)at[0];

	if (step == 2) /* C1 but for NEL, which YAML takes for the end of a line */
		return c == 0xc2 && (unsigned char)at[1] < 0xa0 && (unsigned char)at[1] != 0x85;
	return step == 1 && ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f);
}

bool yaml_source_is_text(struct slice bytes)
{
	for (size_t i = 0, step; i < bytes.len; i += step) {
		step = utf8_length(bytes.data + i, bytes.len - i);
		if (step == 0 || control(bytes.data + i, step))
			return false;
	}
	return true;
}

bool yaml_source_check(const char *file, struct slice *bytes, struct conf_errors *errors)
{
	struct node where = { .file = file, .line = 1, .column = 1 };
	const char *what = NULL;

	if (utf16(*bytes))
		what = "this is UTF-16; save the file as UTF-8";
	if (bytes->len >= 3 && memcmp(bytes->data, "\xef\xbb\xbf", 3) == 0)
		*bytes = (struct slice){ bytes->data + 3, bytes->len - 3 };
	for (size_t i = 0; i < bytes->len && what == NULL;) {
		size_t step = utf8_length(bytes->data + i, bytes->len - i);

		if (step == 0)
			what = "this byte is not UTF-8; save the file as UTF-8";
		else if (control(bytes->data + i, step))
			what = "a control character";
		else if (bytes->data[i] == '\n') {
			where.line++;
			where.column = 1;
		} else
			where.column++;
		i += step;
	}
	if (what != NULL)
		conf_fail(errors, CONF_ERROR, &where, "", "%s", what);
	return what == NULL;
}
