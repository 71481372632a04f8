/* SPDX-License-Identifier: MIT
 *
 * External components: programs that speak for a domain of their own (XEP-0114). What the
 * operator allows them is part of the snapshot (host.h); their connections are known at the
 * component's home, the worker that its domain hashes to, where all its stanzas pass.
 *
 * A component may have several connections. Which one a stanza goes to is told by its sender's
 * bare address, so that what one sender says stays in order; when connections come and go, only
 * the senders of these move (rendezvous hashing).
 */
#ifndef ROUTER_COMPONENT_H
#define ROUTER_COMPONENT_H

#include "base/list.h"
#include "base/option.h"
#include "xmpp/stanza_error.h"

enum component_access { ACCESS_NONE, ACCESS_GET, ACCESS_SET, ACCESS_BOTH }; /* a mask */

enum component_presence { SEES_NOBODY, SEES_ACCOUNTS, SEES_CONTACTS };

struct component_conf {
	struct str name; /* normalised domain */
	struct str secret;
	struct str title;      /* in the disco#items of hosts; or none */
	struct str_list hosts; /* whose disco#items have it, normalised; "*": all of them */
	uint32_t connections;  /* at a time */

	/* What it may do for accounts (XEP-0356), and answers in their place (XEP-0355). */
	struct str_list powers_at; /* hosts of these accounts, normalised; "*": all */
	uint32_t roster;           /* enum component_access */
	bool roster_push;          /* is told when a roster changes that it may read */
	uint32_t sends_messages;
	uint32_t presence;              /* enum component_presence */
	struct str_list iq_get, iq_set; /* namespaces of requests that it may send */
	struct str_list delegated;      /* "NAMESPACE ATTRIBUTE..." */
};

/* "components: { NAME: { ... } }": the options of each. */
extern const struct section component_section;

struct component_list {
	const struct component_conf *at;
	size_t count;
};

/* Whether disco#items of the host name it. */
bool component_is_shown_at(const struct component_conf *conf, struct str host);

/* --- what it may do ----------------------------------------------------------------------- */

/* Whether the powers are about accounts of that host. */
bool component_has_powers_at(const struct component_conf *conf, struct str host);

/* The component whose address this is, if it has powers at the host; else NULL. */
const struct component_conf *component_with_powers(struct jid from, struct str host);

/* Mask of enum component_access for requests in that namespace. */
unsigned component_iq_access(const struct component_conf *conf, struct str ns);

struct str component_access_name(unsigned access); /* "both" */

/* --- for streams ------------------------------------------------------------------------ */

/* A connection, as the router sees it. The stream's, zeroed before it is attached. */
struct component_link {
	const struct component_link_calls *calls;
	struct list in_component;
	struct component *component; /* NULL unless attached */
	uint64_t id;                 /* of this process's links */
	char secret[32];             /* SHA-256 of the one that it was let in with */
};

struct component_link_calls {
	/* The reference stays with the caller. False: what waits for the component is as much
	 * as may wait, and nothing was sent. */
	bool (*deliver)(struct component_link *l, const struct stanza *st);
	/* The router has detached it: it is to say so, and close. */
	void (*end)(struct component_link *l, enum stream_error why);
};

/* Worker on which links of a component belong. */
unsigned component_home(struct str name);

/*
 * At home, from now on stanzas come.
 *
 * E_NOT_FOUND  it was taken out of the configuration, or its secret has changed
 * E_EXISTS     it has as many connections as it may
 */
MUST_CHECK enum status component_attach(
    const struct component_conf *conf, struct component_link *l);

/* Tells the modules that it has come (ON_COMPONENT_ATTACHED), behind the stream's own words. */
void component_greet(struct component_link *l);

/* Also of one that is not attached. */
void component_detach(struct component_link *l);

/* What a link keeps of a secret. */
void component_digest(struct str secret, char out[32]);

/* --- for the router and the daemon -------------------------------------------------------- */

void components_register_metrics(void);
void components_worker_init(void);
void components_worker_fini(void);

/* To that connection. Takes over the reference. */
void component_deliver(struct component_link *l, struct stanza *st);

/* Whether the component has no other connection. */
bool component_is_first(const struct component_link *l);

/* A stanza for an address of that component; any worker. Takes over the reference. */
void component_route(const struct component_conf *conf, struct stanza *st);

/* After another snapshot was published: ends connections that it does not allow. Any thread. */
void components_reconsider(void);

#endif
