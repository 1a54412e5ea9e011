/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations and times as Go prints them: people search for tcp_fallback's log lines. */
#ifndef ADMIN_GO_TEXT_H
#define ADMIN_GO_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define GO_TEXT 48

/* "0s", "350ms", "1m30.5s", "2h0m0s"; returns buf. */
const char *go_text_duration(uint64_t ms, char *buf, size_t size);

/* "2012-11-20 17:40:02.123 +0000 UTC" in local time; 0 is Go's zero time, of the year 1. */
const char *go_text_time(uint64_t wall_ms, char *buf, size_t size);

#endif
