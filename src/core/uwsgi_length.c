/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/uwsgi_length.h"

#include "core/uwsgi.h"

static bool read_digits(struct slice text, uint64_t *length)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned char)text.data[i] - (unsigned)'0';

		if (digit > 9 || n > ((uint64_t)INT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*length = n;
	return true;
}

bool uwsgi_length_read(struct slice block, uint64_t *length)
{
	struct slice name, value;
	bool found = false;

	*length = 0;
	while (uwsgi_next(&block, &name, &value) == UWSGI_PAIR) {
		uint64_t n;

		if (!slice_is(name, "CONTENT_LENGTH"))
			continue;
		/* a node may take another one of two than we do, and read a request in the body */
		if (!read_digits(value, &n) || (found && n != *length))
			return false;
		*length = n;
		found = true;
	}
	return true;
}
