/* SPDX-License-Identifier: MIT
 *
 * A device's wish to be told: by a push service with an address (XEP-0357), or by the service
 * of a browser (docs/push.md).
 */
#ifndef MODULES_PUSH_REGISTRATION_H
#define MODULES_PUSH_REGISTRATION_H

#include "xmpp/stanza_error.h"
#include "xmpp/web_push.h"

struct registration {
	struct str key; /* "address\nnode"; its row's item */
	struct jid jid; /* of the service; of a browser: our own host */
	struct str node;
	struct str options;  /* <x/> with what the service wants published with it; or none */
	struct str endpoint; /* https URL of a browser's service; or none */
	struct web_push_keys keys; /* of the browser */
	struct str resource;       /* of the session that asked last */
	usec_t since;              /* when it did */
};

/* A copy in one block. */
struct registration *registration_new(const struct registration *like);
void registration_free(struct registration **r);

/* Its row's value, in the arena. */
struct str registration_encode(struct arena *a, const struct registration *r);

/*
 * From a row; everything is slices of it, or in the arena.
 *
 * E_INVALID  not written by registration_encode
 */
MUST_CHECK enum status registration_decode(
    struct arena *a, struct str key, struct str value, struct registration *out);

/*
 * From <enable/> (XEP-0357 section 5), in the arena. ERR_NONE, or what it is refused with.
 *
 * host  our own, which is the service of browsers
 */
enum stanza_error registration_read(
    struct arena *a, struct elem enable, struct str host, struct registration *out);

/* The key that <enable/> or <disable/> names; without a node the beginning of several, up to
 * and with the line break. ERR_NONE, or what it is refused with. */
enum stanza_error registration_key(
    struct arena *a, struct elem e, bool *has_node, struct jid *jid, struct str *key);

#endif
