/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/change_resources.h"

#include "core/scoreboard.h"
#include "core/yaml.h"
#include "process/kind_files.h"
#include "process/limits.h"
#include "process/listen_change.h"
#include "process/log_files.h"
#include "process/log_retire.h"
#include "process/log_hand_over.h"
#include "process/master_log.h"
#include "process/running.h"
#include "process/transaction.h"

static bool concerned;	/* the change has to do with what is opened here */

static bool check_workers(const struct config *next, const struct node *tree,
			  struct conf_errors *errors)
{
	unsigned most = limits_workers(scoreboard_sizes()->slots);
	uint32_t workers = next->settings->workers;

	if (workers <= most)
		return true;
	conf_fail(errors, CONF_ERROR, tree != NULL ? node_get(tree, "workers") : NULL, "workers",
		  "%u: more than the %u there is room for; needs a restart", workers, most);
	return false;
}

static bool open_all(const struct config *next, const struct node *tree,
		     struct conf_errors *errors)
{
	unsigned slots = scoreboard_sizes()->slots;

	if (!check_workers(next, tree, errors) || !limits_check(next, slots, errors))
		return false;
	limits_raise_all(next, slots);
	if (!listen_change_propose(next, tree, errors))
		return false;
	if (log_files_propose(next, tree, errors))
		return true;
	listen_change_withdraw();
	return false;
}

bool change_resources_prepare(const struct config_diff *diff, const struct config *next,
			      const struct node *tree, struct conf_errors *errors)
{
	concerned = false;
	for (size_t i = 0; i < diff->count; i++)
		concerned |= diff->rows[i].object->kind->resources;
	return !concerned || open_all(next, tree, errors);
}

void change_resources_withdraw(void)
{
	if (!concerned)
		return;
	log_files_withdraw();
	listen_change_withdraw();
	log_hand_over();
}

void change_resources_send_logs(void)
{
	if (concerned && log_files_differ())
		log_hand_over();
}

void change_resources_send_addresses(void)
{
	if (concerned)
		listen_change_announce(transaction_send);
}

void change_resources_listen(void)
{
	if (!concerned)
		return;
	listen_change_listen();
	kind_files_accept();
}

void change_resources_committed(uint64_t number)
{
	const struct settings *settings = running_config()->settings;
	bool logs_differ;

	if (!concerned)
		return;
	logs_differ = log_files_differ();
	listen_change_accept();
	log_files_accept(number);
	if (logs_differ)
		log_hand_over();
	log_retire_start();
	master_log_settings(settings);
	atomic_store(&scoreboard_shared()->workers, settings->workers);
	scoreboard_publish();
}
