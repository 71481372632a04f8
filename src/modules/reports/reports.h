/* SPDX-License-Identifier: MIT
 *
 * Reports as they are kept, for who makes and who reads them.
 *
 *   (host, log "reports", when) -> a report (report.h); `when` is the moment in microseconds,
 *   times 4096, and something random
 */
#ifndef MODULES_REPORTS_REPORTS_H
#define MODULES_REPORTS_REPORTS_H

#include "modules/reports/report.h"
#include "router/module.h"

#define LOG_REPORTS S("reports")

/* The moment at which the report of that id was made. */
usec_t report_made_us(uint64_t id);

/* The reports in the items of a request to block, if the host takes any, into the batch: they
 * are kept with the block, or not at all. In a call that holds what it sends. */
void reports_keep(struct call *c, struct store_batch *b);

extern const struct module mod_reports;

#endif
