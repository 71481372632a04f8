/* SPDX-License-Identifier: MIT
 *
 * The rows of private storage, for whoever knows more of an element than that it is one.
 *
 *   (account, "private", "NAME NAMESPACE")  -> the element as markup that stands on its own
 */
#ifndef MODULES_MOD_PRIVATE_H
#define MODULES_MOD_PRIVATE_H

#include "router/module.h"

#define KIND_PRIVATE S("private")

/* The row's name. */
struct str private_item(struct arena *a, struct elem e);

/* Whether the element may be kept at that host. */
bool private_fits(const struct host *host, struct arena *a, struct elem e);

extern const struct module mod_private;

#endif
