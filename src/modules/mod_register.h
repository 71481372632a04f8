/* SPDX-License-Identifier: MIT */
#ifndef MODULES_MOD_REGISTER_H
#define MODULES_MOD_REGISTER_H

#include "router/module.h"

/* Whether anybody may make an account at the host. */
bool register_is_open(const struct host *host);

#endif
