/* SPDX-License-Identifier: MIT
 *
 * Hooks: how features see stanzas and events. A module's table lists them; each selects by
 * event, by whom the stanza concerns, and (for an iq) by payload, and runs in a named phase.
 *
 * A stanza that a local client sends passes twice: at its sender's home as SENT, then, if
 * it is for a local account, at the recipient's home as ACCOUNT or CLIENT. Within a pass the
 * phases follow each other; within a phase the order is that of modules/list.h.
 */
#ifndef ROUTER_HOOK_H
#define ROUTER_HOOK_H

#include "base/option.h"
#include "xmpp/stanza_error.h"

struct account;
struct call;
struct component_conf;
struct component_link;
struct host;
struct module;
struct outlet;
struct service;
struct session;
struct store_batch;

enum event {
	ON_MESSAGE,
	ON_PRESENCE,
	ON_IQ_GET,
	ON_IQ_SET,
	ON_IQ_ANSWER, /* result or error */
	/* Life of a session; c->session is set, no stanza. */
	ON_SESSION_BOUND,
	ON_SESSION_AVAILABLE,   /* first available presence, or again after unavailable */
	ON_SESSION_REACHABLE,   /* messages to the bare address may go there from now on:
				 * available with a priority that is not negative */
	ON_SESSION_UNAVAILABLE, /* c->stanza: the unavailable presence, also one made by us */
	ON_SESSION_CLOSED,  /* last call; ON_SESSION_UNAVAILABLE came before if it applied */
	ON_SESSION_SENT,    /* what session_tell_sent() asked for */
	ON_SESSION_MISSED,  /* c->stanza was given to it, and its stream has ended before the
			     * client  acknowledged it: the session waits for another */
	ON_SESSION_RESUMED, /* its client has come back with another stream */
	ON_SESSION_CAPS,    /* what its client can do has become known, or is another thing now;
			     * it is available */
	ON_SESSION_IDLE,    /* silent for a while: see session_idle_ms() */
	/* c->contact may see the account's presence from now on, or may not any more: a
	 * subscription or a block has changed. */
	ON_CONTACT_SHOWN,
	ON_CONTACT_HIDDEN,
	/* c->component has connected with c->link; once for each host, at the component's home.
	 */
	ON_COMPONENT_ATTACHED,
	/* Life of an account; c->account is set, no stanza. */
	ON_ACCOUNT_DELETED, /* while its rows still exist in memory; c->batch erases them */
	/* The account's business card is about to be c->payload: its rows are in a batch that
	 * is committed before the worker's next letter is opened. */
	ON_CARD_CHANGED,
	/* An item was published to one of the account's nodes: c->published. */
	ON_PUBLISHED,
	/* Items of one of them were taken back, or all of the node: c->published names it. */
	ON_RETRACTED,
	/* The server's disco#info is being written to c->out. */
	ON_DISCO_INFO,
	/* The disco#items of an account, for c->stanza, whose sender may know its resources. */
	ON_DISCO_ITEMS,
	/* Stream features are being written to c->out, before and after authentication. */
	ON_FEATURES_STRANGER,
	ON_FEATURES_CLIENT,
	/* Elements that a session's client sends; selected by c->payload's name, c->session is
	 * set. DONE: it was ours. */
	ON_ELEMENT,     /* on the stream, beside its stanzas */
	ON_BIND_INLINE, /* in the request that bound the session (XEP-0386 section 3.2): an
			 * answer goes to c->out, inside <bound/>. The namespaces that hooks
			 * select are offered before authentication */
	EVENTS,
};

/* Whom a stanza concerns; a mask in tables. */
enum target {
	NOWHERE = 0,   /* no hook sees it */
	SENT = 1,      /* leaves a local session: at the sender's home, whatever `to` is */
	SERVER = 2,    /* to a host of ours, without local part */
	ACCOUNT = 4,   /* to the bare address of a local account, or to one's own by omission */
	CLIENT = 8,    /* to the full address of a local account */
	STRANGER = 16, /* an iq on a stream that is not authenticated; the answer goes to
			* c->outlet */
	SERVICE = 32,  /* to the domain of a service of ours, without local part and resource */
};

/* Order within a pass (design section 3). */
enum phase {
	POLICY,  /* may it pass: blocking, limits, permissions */
	REWRITE, /* changes: stamps, stripped claims */
	RECORD,  /* archive */
	COPY,    /* carbons, push */
	HANDLE,  /* answer, deliver */
};

enum verdict {
	PASS, /* the next hook sees it; after the last, the router's own rules apply */
	DONE, /* dealt with: answered, delivered or dropped */
};

struct hook {
	enum event on;
	unsigned at;         /* mask of enum target; 0 for events without stanza */
	struct str ns, name; /* payload of an iq, an element; none: every one */
	enum phase in;
	enum verdict (*run)(struct call *c);
};

/* An item of a node; the payload is markup that stands on its own. Of what was taken back the
 * node alone. */
struct published {
	struct str node, item, payload;
};

/* What the server itself knows of a stanza that is on its way. */
struct passage {
	uint64_t origin;   /* its id in the sender's archive, which is here; 0: none */
	uint64_t archived; /* its id in the archive of the call's account; 0: none */
	uint64_t asked;    /* a probe: since when the sessions that ask are available, a moment
			    * of mod_presence; 0: nobody knows */
	bool by_subscription; /* presence: it comes to whoever is subscribed, by a broadcast or
			       * as the answer to a probe; nobody was told directly */
	usec_t late_us;       /* when it came first, if that is some time ago: it could not be
			       * delivered then; else 0 */
	struct store_batch *rows; /* go to the store when the pass is over; see call_rows */
};

/* What a hook works with. Lives on the stack of the worker while hooks run. */
struct call {
	struct arena *arena;           /* goes when the pass is over */
	const struct host *host;       /* of the account or server concerned */
	const struct service *service; /* SERVICE: that, of the host */
	struct account *account;       /* whose home this is; NULL at SERVER and SERVICE */
	struct session *session; /* the sender's, when it is one of this account (SENT, or a
				  * request to one's own account); session events: that one */
	struct stanza *stanza;   /* replace with call_replace only */
	struct elem payload;     /* an iq's only child; ON_ELEMENT, ON_BIND_INLINE: it */
	const void *conf;        /* of the module whose hook runs, for this host */
	const struct module *module;
	struct jid contact;                     /* ON_CONTACT_* */
	const struct component_conf *component; /* ON_COMPONENT_ATTACHED */
	struct component_link *link;            /* ON_COMPONENT_ATTACHED */
	const struct published *published;      /* ON_PUBLISHED, ON_RETRACTED */
	struct outlet *outlet;                  /* STRANGER: where answers go */
	struct xml_writer *out;                 /* ON_FEATURES_*, ON_DISCO_*, ON_BIND_INLINE */
	struct str archived_as; /* SENT: id in the account's archive that the message got in
				 * the phase RECORD; none when it is not in there. Elsewhere
				 * the message itself says it */
	struct passage passage;
	struct after *after;       /* what waits for a commit; see call_commit */
	struct store_batch *batch; /* ON_ACCOUNT_DELETED: what is written with the erasure */

	/* For a change that no stanza asks for, NULL: runs on this worker once what call_hold
	 * held is on its way, or the write has failed. */
	void (*done)(void *waiter, enum status s);
	void *waiter;
};

/* --- answering ------------------------------------------------------------------------ */

/* Answers the iq with a result; `content` is markup or none. Returns DONE. */
enum verdict iq_result(struct call *c, struct str content);

/* Answers with an error if the stanza may be answered, else drops it. Returns DONE. */
enum verdict refuse(struct call *c, enum stanza_error condition);
enum verdict refuse_with(
    struct call *c, enum stanza_error condition, struct str text, struct str extension);

/* Starts writing the result of the iq: a writer whose root is the iq's. Ends with
 * iq_result_finish, which sends it and returns DONE. */
void iq_result_begin(struct call *c, struct xml_writer *w);
enum verdict iq_result_finish(struct call *c, struct xml_writer *w);

/* Puts another stanza into the pass (REWRITE); takes over the reference. */
void call_replace(struct call *c, struct stanza *st);

/* Runs the hooks of ON_CONTACT_SHOWN or _HIDDEN within the call. */
void call_contact(struct call *c, enum event on, struct jid contact);

/* Runs the hooks of ON_PUBLISHED within the call. */
void call_published(struct call *c, struct str node, struct str item, struct str payload);

/* Those of ON_RETRACTED. */
void call_retracted(struct call *c, struct str node);

/* --- changes that must be on disk before anyone hears of them -------------------------- */

/*
 * Everything that the call sends after call_hold - the answer, pushes, presences - waits
 * until the batch given to call_commit is on disk. When the write fails nothing of it is
 * sent: the sender gets the error instead, and the account's state is read again from the
 * store (design section 4). The account stays loaded meanwhile.
 *
 *     call_hold(c);
 *     ... change state, store_put(b, ...), push, iq_result(c, ...)
 *     call_commit(c, &b);
 */
void call_hold(struct call *c);

/* The same, and whatever comes to or from the account after it waits as well: nothing
 * overtakes the news of the change. */
void call_hold_in_order(struct call *c);
void call_commit(struct call *c, struct store_batch **b);

/*
 * Rows that nothing of the call waits for, but whoever acknowledges the stanza (loop/cause.h):
 * they are written in one batch when the pass is over, and tried again for minutes when the
 * disk fails (decision 80). When they are lost all the same the stanza's sender gets an error.
 * Who makes them refuses the stanza while nothing can be written (store_is_failing).
 */
struct store_batch *call_rows(struct call *c);

/* The same rows, or none, for a handler that has others that must be written with them, and
 * hands all of them to call_commit. */
struct store_batch *call_take_rows(struct call *c);

/* Routes a stanza made by the handler (takes over the reference), or holds it. */
void call_send(struct call *c, struct stanza *st);

/* The same, with what is known of it; it has no rows. */
void call_send_with(struct call *c, struct stanza *st, const struct passage *p);

/* Delivers to one session of this worker, or holds it. Takes over the reference. */
void call_send_session(struct call *c, struct session *s, struct stanza *st);

#endif
