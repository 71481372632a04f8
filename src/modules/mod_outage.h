/* SPDX-License-Identifier: MIT
 *
 * What the administration says of an outage of a host (XEP-0455 section 2.2), for those who
 * say it.
 *
 *   (host, "outage", "")  -> the JSON object that is served
 */
#ifndef MODULES_MOD_OUTAGE_H
#define MODULES_MOD_OUTAGE_H

#include "router/module.h"

#define KIND_OUTAGE S("outage")
#define OUTAGE_PATH "/outage.json"

extern const struct module mod_outage;

#endif
