/* SPDX-License-Identifier: BSD-2-Clause */
/* The block of a uwsgi request, and its key. The first byte of an input chooses the rules. */
#include "target.h"

#include <string.h>

#include "core/uwsgi.h"
#include "core/uwsgi_key.h"
#include "core/uwsgi_length.h"

/* The pairs stand one behind the other, and fill the block unless it is malformed. */
static bool walk(struct slice block)
{
	struct slice rest = block, name, value;
	enum uwsgi_next next;

	while ((next = uwsgi_next(&rest, &name, &value)) == UWSGI_PAIR) {
		HOLDS(name.len != 0 && name.data >= block.data + 2);
		HOLDS(value.data == name.data + name.len + 2);
		HOLDS(rest.data == value.data + value.len);
		HOLDS(rest.data + rest.len == block.data + block.len);
	}
	HOLDS(next == UWSGI_BAD || rest.len == 0);
	return next == UWSGI_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct uwsgi_key_rules rules = { .mountpoints = 0 };
	struct uwsgi_key key;
	enum uwsgi_key_result result;
	struct slice block;
	uint64_t length;
	bool whole;

	if (size < 1)
		return 0;
	block = (struct slice){ (const char *)data + 1, size - 1 };
	HOLDS(!uwsgi_length_read(block, &length) || length <= INT64_MAX);
	rules.strip_port = (data[0] & 1) != 0;
	rules.strip_dot = (data[0] & 2) != 0;
	rules.lowercase = (data[0] & 4) != 0;
	rules.mountpoints = data[0] >> 3 & 3;
	rules.variable = (data[0] & 32) != 0 ? "REMOTE_ADDR" : NULL;
	rules.force = (data[0] & 64) != 0 ? "forced" : NULL;
	whole = walk(block);
	result = uwsgi_key_read(&key, &rules, block);
	HOLDS((result == UWSGI_KEY_BAD) == (!whole && rules.force == NULL));
	if (result != UWSGI_KEY_FOUND)
		return 0;
	HOLDS(key.len != 0 && key.len <= UWSGI_KEY_MAX && key.text[key.len] == '\0');
	HOLDS(key.host_len != 0 && key.host_len <= key.len);
	HOLDS(key.host_len == key.len || key.text[key.host_len] == '/');
	return 0;
}
