/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/control_config.h"

#include "admin/addresses.h"
#include "admin/checker.h"
#include "admin/log_reader.h"
#include "admin/log_writer.h"
#include "admin/model.h"
#include "admin/rates.h"
#include "admin/stats_log.h"
#include "config/config.h"
#include "config/config_types.h"
#include "process/change.h"
#include "proxy/registry.h"

/* A worker may write to the log as soon as it has committed, which may be before control has. */
static void note_log_target(const struct object *object)
{
	if (object->kind == &config_service_kind)
		log_writer_target(&((const struct service_conf *)object->conf)->access_log.to);
	else if (object->kind == &config_settings_kind)
		log_writer_target(&((const struct settings *)object->conf)->access_log.to);
}

bool control_config_prepare(const struct change_op *op, char *why)
{
	(void)why;
	model_prepare(op);
	if (op->target == CHANGE_BASE) {
		object_release(op->object);
		return true;
	}
	checker_prepare(op);
	if (addresses_prepare(op))
		return true;
	if (op->object != NULL)
		note_log_target(op->object);
	if (!registry_prepare(op))
		object_release(op->object);
	return true;
}

void control_config_commit(uint64_t serial, const char *by)
{
	registry_commit();
	model_commit(serial, by);
	addresses_commit(model_config());
	checker_commit();
	log_writer_settings(registry_settings());
	stats_log_interval(registry_settings()->log.stats_ms);
}

void control_config_abort(void)
{
	registry_abort();
	addresses_abort();
	model_abort();
	checker_abort();
}

void control_config_close_address(uint32_t id)
{
	addresses_close_one(id);
}

void control_config_slots(void)
{
	log_reader_update();
	checker_repair();
}

bool control_config_open(const struct config *config, uint32_t services, uint32_t backends)
{
	log_writer_open(config->settings);
	if (!registry_open(services, backends))
		return false;
	addresses_open();
	model_open();
	checker_open();
	rates_open();
	stats_log_open();
	return true;
}

void control_config_close(void)
{
	stats_log_close();
	rates_close();
	checker_close();
	model_close();
	addresses_close();
	registry_close();
	log_writer_close();
}
