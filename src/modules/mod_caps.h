/* SPDX-License-Identifier: MIT
 *
 * What the clients of our own accounts can do (XEP-0115): resolved once per kind of client.
 */
#ifndef MODULES_MOD_CAPS_H
#define MODULES_MOD_CAPS_H

#include "router/module.h"

/* Whether the session's client has said that it has the feature. */
enum caps_answer {
	CAPS_NO,
	CAPS_YES,
	CAPS_UNKNOWN, /* it has announced something that it has not explained (yet) */
};
enum caps_answer caps_says(struct session *s, struct str feature);

/* The kind of client that it is, as any worker knows it; 0: it has announced nothing, or not
 * explained it (yet). */
typedef uint64_t caps_kind_t;
caps_kind_t caps_kind(struct session *s);
enum caps_answer caps_kind_says(caps_kind_t kind, struct str feature);

extern const struct module mod_caps;

#endif
