/* SPDX-License-Identifier: MIT
 *
 * A request about a place's nodes (XEP-0060), from the place's face to the operation that it
 * asks for. What all operations need is found and checked here: the node, its index, what the
 * sender is to it.
 */
#ifndef MODULES_PUBSUB_ASK_H
#define MODULES_PUBSUB_ASK_H

#include "modules/pubsub/place.h"

struct ask {
	struct call *c;
	struct place *place;
	const struct place_conf *conf;
	struct elem pubsub, e; /* <pubsub/>, and the operation in it */
	struct str name;       /* of the node; "" when none was given */
	struct node *node;     /* NULL: there is none of that name */
	struct standing who;   /* what the sender is to the node */
};

/* Whatever is in an iq with <pubsub/>, of NS_PUBSUB or NS_PUBSUB_OWNER. */
enum verdict ask_serve(struct call *c, struct place *p, const struct place_conf *conf);

/* --- for operations ---------------------------------------------------------------------- */

/* With a condition of NS_PUBSUB_ERRORS. */
enum verdict ask_refuse(struct ask *q, enum stanza_error error, struct str condition);
enum verdict ask_refuse_unsupported(struct ask *q, struct str feature);

/* The error of an access that is not given (sections 6.1.3, 6.5.9); who may not know of an
 * account that has no such node does not learn whether there is one. */
enum verdict ask_refuse_access(struct ask *q, enum access access);
enum verdict ask_refuse_missing(struct ask *q);
enum verdict ask_refuse_forbidden(struct ask *q);

/* Whether the sender may create nodes here, and there is room for one more. Else refused. */
bool ask_may_create(struct ask *q);

/* Opens <pubsub/> of the request's namespace in the answer; ask_answer closes and sends it. */
void ask_answer_begin(struct ask *q, struct xml_writer *w);
enum verdict ask_answer(struct ask *q, struct xml_writer *w);

/* The address in an attribute. False: refused, as it is none. */
bool ask_read_jid(struct ask *q, struct elem e, struct jid *out);

/* The form in an element. False: refused. */
bool ask_read_form(struct ask *q, struct elem in, struct form *f);

/* --- the operations, by file -------------------------------------------------------------- */

typedef enum verdict ask_fn(struct ask *q);

ask_fn ask_items; /* items.c: 6.5 */

ask_fn ask_publish; /* publish.c: 7.1 */
ask_fn ask_retract; /* 7.2 */
ask_fn ask_purge;   /* 8.5 */

ask_fn ask_create;    /* create.c: 8.1 */
ask_fn ask_configure; /* 8.2: the form */
ask_fn ask_configure_set;
ask_fn ask_default; /* 8.3 */
ask_fn ask_delete;  /* 8.4 */

ask_fn ask_subscribe;       /* subscribe.c: 6.1 */
ask_fn ask_unsubscribe;     /* 6.2 */
ask_fn ask_options;         /* 6.3: the form */
ask_fn ask_options_set;     /* 6.3 */
ask_fn ask_default_options; /* 6.4 */

ask_fn ask_own_subscriptions; /* lists.c: 5.6 */
ask_fn ask_own_affiliations;  /* 5.7 */

ask_fn ask_subscriptions; /* manage.c: 8.8 */
ask_fn ask_subscriptions_set;
ask_fn ask_affiliations; /* 8.9 */
ask_fn ask_affiliations_set;

#endif
