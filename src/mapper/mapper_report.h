/* SPDX-License-Identifier: BSD-2-Clause */
/* What the API shows of scripts: written to core/report.h a few times a second, if it changes. */
#ifndef MAPPER_MAPPER_REPORT_H
#define MAPPER_MAPPER_REPORT_H

void mapper_report_open(void);
void mapper_report_close(void);	/* there are no scripts any more */

#endif
