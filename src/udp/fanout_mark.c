/* SPDX-License-Identifier: BSD-2-Clause */
/* The targets of a fan-out that a text means: an address, or a name that stands for several. */
#include <string.h>

#include "config/object.h"
#include "core/addr.h"
#include "udp/fanout.h"
#include "udp/known.h"

struct marking {
	struct fanout *f;
	uint32_t       wish;
};

static void mark_address(struct fanout *f, struct addr addr)
{
	char name[ADDR_TEXT];

	addr.datagram = false;
	addr_print(&addr, name, sizeof(name));
	for (unsigned i = 0; i < f->count; i++) {
		if (strcmp(f->targets[i]->name, name) == 0)
			f->targets[i]->wanted = true;
	}
}

static void mark_object(void *value, void *arg)
{
	const struct object *object = value;
	const struct fanout_target_conf *conf = object->conf;
	const struct marking *m = arg;
	const struct fanout_name *name;
	struct addr addr;

	if (known_wish(slice_of(object->name)) != m->wish)
		return;
	if (conf->address.type == ENDPOINT_ADDR)
		mark_address(m->f, conf->address.addr);
	name = map_get(&m->f->names.by_text, slice_of(object->name));
	for (size_t n = 0; name != NULL && fanout_names_address(name, n, &addr); n++)
		mark_address(m->f, addr);
}

void fanout_mark(struct fanout *f, uint32_t wish)
{
	struct marking m = { f, wish };

	for (unsigned i = 0; i < f->count; i++) {
		struct fanout_target *t = f->targets[i];

		t->wanted = wish == 0 || known_wish(slice_of(t->name)) == wish;
	}
	if (wish != 0)
		map_each(&f->wanted, mark_object, &m);
}
