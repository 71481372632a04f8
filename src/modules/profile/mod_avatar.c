/* SPDX-License-Identifier: MIT
 *
 * mod_avatar: one picture for each account, whichever way it was published, and presence that
 * says which.
 *
 * Source   XEP-0398 1.0.0 (XEP-0084 1.1.4, XEP-0153 1.1.1)
 * Reacts   <metadata/> published to the account; another business card; who asks for a card;
 *          available presence that a session sends
 * Keeps    "avatar": one row of the account, as load() reads it
 *
 * The image is kept where it was published. A card that has it is published to the nodes, too,
 * as others are told of those. An image that came to the nodes is put into the card whenever
 * somebody asks for it who may read both nodes (section 5.2); the card itself stays as it is.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "modules/list.h"
#include "modules/mod_vcard.h"
#include "modules/pubsub/pep.h"
#include "router/dispatch.h"
#include "router/route.h"
#include "xml/parser.h"
#include "xmpp/avatar.h"
#include "xmpp/ns.h"

#define KIND_AVATAR S("avatar")

/* Of an account. */
struct look {
	uint8_t of;       /* enum source */
	bool has_image;   /* else it is known that there is none */
	uint32_t changes; /* of the metadata, since the account is loaded */
	char id[AVATAR_ID_LEN];
};

/* Where the image is. Kept in the store. */
enum source {
	NOWHERE_YET, /* nothing is known: what clients say holds */
	IN_CARD,
	IN_NODES,
};

/* Of a session. */
struct wish {
	bool unseen; /* its client wants no picture to be shown (XEP-0153 section 4.1) */
};

static struct look *
look_of(struct account *a)
{
	return module_account_state(&mod_avatar, a);
}

static struct str
image_of(const struct look *l)
{
	return l->has_image ? str_of(l->id, AVATAR_ID_LEN) : S("");
}

/* --- presence (section 4) --------------------------------------------------------------- */

static struct stanza *
showing(const struct stanza *st, struct str id, struct arena *a)
{
	struct stanza_head head = {
		.kind = STANZA_PRESENCE,
		.type = st->type,
		.to = st->to,
		.from = st->from,
		.id = st->id,
		.lang = st->lang,
	};
	struct xml_writer w;

	stanza_begin(&w, a, STANZA_PRESENCE);
	avatar_write_presence(&w, stanza_root(st), id);
	return stanza_finish(&w, &head);
}

static enum verdict
on_presence(struct call *c)
{
	const struct look *l = look_of(c->account);
	struct wish *wish = module_session_state(&mod_avatar, c->session);
	enum avatar_claim claim = avatar_claimed(stanza_root(c->stanza), c->arena);

	if (c->stanza->type != PRESENCE_AVAILABLE)
		return PASS;
	if (jid_is_empty(c->stanza->to))
		wish->unseen = claim == AVATAR_NONE;
	if (claim == AVATAR_NONE || (l->of == NOWHERE_YET && claim != AVATAR_UNKNOWN))
		return PASS;
	call_replace(c, showing(c->stanza, image_of(l), c->arena));
	return PASS;
}

/* The session's presence once more, with the hash as it is now (XEP-0153 section 4.2). */
static void
show_again(struct account *a, struct session *s, const struct host *host)
{
	const struct wish *wish = module_session_state(&mod_avatar, s);
	struct arena arena;
	struct call c = { .host = host, .account = a, .session = s, .arena = &arena };

	if (!s->presence || s->ended || wish->unseen)
		return;
	arena_init(&arena, 1024);
	c.stanza = showing(s->presence, image_of(look_of(a)), &arena);
	dispatch_stanza(&c, SENT, HANDLE);
	assert(!c.after);
	stanza_free(&c.stanza);
	arena_fini(&arena);
}

static void
show_all_again(void *waiter, struct account *a, enum status s)
{
	const struct host *host = a ? host_find(jid_domain(a->jid)) : NULL;

	(void)waiter;
	if (s != OK || !host || look_of(a)->of == NOWHERE_YET)
		return;
	list_each (link, &a->sessions)
		show_again(a, list_entry(link, struct session, in_account), host);
}

/* --- another image ---------------------------------------------------------------------- */

static void
on_written(void *waiter, enum status s)
{
	struct account *a = waiter;

	if (s == OK)
		account_with(a->jid, show_all_again, NULL);
}

/* The account has another image from now on; none: it is known that it has none. */
static void
become(struct account *a, enum source of, struct str id)
{
	struct look *l = look_of(a);
	struct arena arena;
	struct call c = { .account = a, .arena = &arena };
	bool seen = l->of == NOWHERE_YET ? id.len > 0 : !str_eq(image_of(l), id);
	struct store_batch *b;

	if (l->of == of && !seen)
		return;
	l->of = (uint8_t)of;
	l->has_image = id.len > 0;
	if (l->has_image)
		memcpy(l->id, id.at, AVATAR_ID_LEN);
	arena_init(&arena, 256);
	if (seen) {
		c.done = on_written;
		c.waiter = a;
	}
	call_hold(&c);
	b = store_batch_new(account_store());
	store_put(b, jid_full(a->jid), KIND_AVATAR, S(""),
	    str_format(&arena, "%u%.*s", of, STR_ARG(id)));
	call_commit(&c, &b);
	arena_fini(&arena);
}

/* Nothing is known any more. */
static void
forget(struct account *a)
{
	struct call c = { .account = a };
	struct store_batch *b;

	if (look_of(a)->of == NOWHERE_YET)
		return;
	*look_of(a) = (struct look){ .changes = look_of(a)->changes };
	call_hold(&c);
	b = store_batch_new(account_store());
	store_remove(b, jid_full(a->jid), KIND_AVATAR, S(""));
	call_commit(&c, &b);
}

/* --- from nodes (section 3.1) ------------------------------------------------------------- */

struct image {
	struct account *account; /* held from the publication on */
	uint32_t change;
	bool is_named;
	bool is_there; /* in the node of images, and what its id says */
	char id[AVATAR_ID_LEN];
};

static bool
read_image(const struct node_entry *item, struct str id, struct arena *a, struct avatar *out)
{
	AUTO(frozen) xml = NULL;

	return item && xml_parse(item->payload, &xml_bounds_stored, &xml) == OK &&
	       elem_is(frozen_root(xml), NS_AVATAR_DATA, S("data")) &&
	       avatar_read(a, elem_text(frozen_root(xml), a), out) == OK &&
	       str_eq(avatar_id(out), id);
}

static void
take_over(void *waiter, struct account *a, enum status s)
{
	struct image *i = waiter;

	if (s == OK && i->change == look_of(a)->changes)
		become(a, IN_NODES, i->is_there ? str_of(i->id, AVATAR_ID_LEN) : S(""));
	account_release(i->account);
	free(i);
}

static void
on_image(void *waiter, struct account *a, enum status s, const struct node_entry *item)
{
	struct image *i = waiter;
	struct avatar v;
	struct arena arena;

	(void)s;
	arena_init(&arena, 1024);
	i->is_there = read_image(item, str_of(i->id, AVATAR_ID_LEN), &arena, &v);
	arena_fini(&arena);
	account_with(a->jid, take_over, i);
}

/* What was published before is on disk. */
static void
look_for_image(void *waiter, enum status s)
{
	struct image *i = waiter;

	(void)s;
	if (i->is_named)
		pep_read(i->account, NS_AVATAR_DATA, str_of(i->id, AVATAR_ID_LEN), on_image, i);
	else
		account_with(i->account->jid, take_over, i);
}

/* The publication itself is on its way there, and what comes of it goes behind. */
static void
await_image(struct account *a, struct str id)
{
	struct image *i = mem_alloc(sizeof(*i));
	struct store_batch *nothing = store_batch_new(account_store());

	*i = (struct image){ .account = a, .change = look_of(a)->changes };
	i->is_named = id.len == AVATAR_ID_LEN;
	if (i->is_named)
		memcpy(i->id, id.at, AVATAR_ID_LEN);
	account_hold(a);
	store_commit(&nothing, look_for_image, i);
}

static enum verdict
on_published(struct call *c)
{
	const struct published *p = c->published;
	struct look *l = look_of(c->account);
	AUTO(frozen) xml = NULL;
	struct str id;

	if (!str_eq(p->node, NS_AVATAR_METADATA) ||
	    xml_parse(p->payload, &xml_bounds_stored, &xml) != OK)
		return PASS;
	l->changes++;
	id = avatar_named(c->arena, frozen_root(xml));
	if (l->of != NOWHERE_YET && str_eq(image_of(l), id))
		return PASS;
	await_image(c->account, id);
	return PASS;
}

/* --- from a card (section 3.2) ------------------------------------------------------------ */

/* Cards are for everybody, so is what was one. */
static void
publish(struct call *c, struct str node, struct str id, struct str payload)
{
	struct node_config conf = node_config_of_account();

	conf.access = ACCESS_OPEN;
	pep_publish(c, &(struct publication){
			   .node = node,
			   .conf = conf,
			   .id = id,
			   .payload = payload,
			   .publisher = jid_full(c->account->jid),
		       });
}

static void
publish_photo(struct call *c, const struct avatar *v)
{
	publish(c, NS_AVATAR_DATA, avatar_id(v), avatar_data(c->arena, v));
	publish(c, NS_AVATAR_METADATA, avatar_id(v), avatar_metadata(c->arena, v));
}

/* A card that has no photo takes the picture away: who read it before was given the photo. */
static enum verdict
on_card(struct call *c)
{
	struct look *l = look_of(c->account);
	struct str was = str_copy(c->arena, image_of(l));
	struct avatar v;

	switch (avatar_of_card(c->arena, c->payload, &v)) {
	case OK:
		become(c->account, IN_CARD, avatar_id(&v));
		if (!str_eq(was, avatar_id(&v)))
			publish_photo(c, &v);
		break;
	case E_NOT_FOUND:
		if (l->of == NOWHERE_YET)
			break;
		become(c->account, IN_CARD, S(""));
		if (was.len)
			publish(
			    c, NS_AVATAR_METADATA, S("none"), avatar_metadata(c->arena, NULL));
		break;
	default:
		forget(c->account);
	}
	return PASS;
}

/* --- into a card -------------------------------------------------------------------------- */

struct asked {
	struct stanza *request;
	char id[AVATAR_ID_LEN];
	bool has_image;
	struct avatar image;
	struct arena arena;
};

static void
answer(struct asked *q, const struct store_rows *rows)
{
	AUTO(frozen) card = NULL;
	struct elem root = ELEM_NONE;
	struct xml_writer w;

	if (rows->n &&
	    xml_parse_in(rows->row[0].value, NS_CLIENT, &xml_bounds_stored, &card) == OK)
		root = frozen_root(card);
	if (!elem_exists(root) && !q->has_image) {
		route_bounce(q->request, ERR_ITEM_NOT_FOUND);
		return;
	}
	xml_begin_inner(&w, &q->arena, NS_CLIENT);
	avatar_write_card(&w, root, q->has_image ? &q->image : NULL);
	route_result(q->request, xml_written(&w));
}

static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct asked *q = waiter;

	if (rows->status == OK)
		answer(q, rows);
	else
		route_bounce(q->request, ERR_RESOURCE_CONSTRAINT);
	stanza_free(&q->request);
	arena_fini(&q->arena);
	free(q);
}

static void
read_card(struct asked *q, struct account *a)
{
	struct store_query query = {
		.what = STORE_ITEM,
		.owner = jid_full(a->jid),
		.kinds = { KIND_VCARD },
		.n_kinds = 1,
	};

	store_read(account_store(), &query, on_row, q);
}

static void
on_image_for_card(void *waiter, struct account *a, enum status s, const struct node_entry *item)
{
	struct asked *q = waiter;

	(void)s;
	q->has_image = read_image(item, str_of(q->id, AVATAR_ID_LEN), &q->arena, &q->image);
	read_card(q, a);
}

/* Section 5.2: who asks must have access to both. */
static bool
may_see(struct account *a, struct jid who)
{
	struct place *p = pep_place(a);
	const struct node *data = p ? node_find(&p->nodes, NS_AVATAR_DATA) : NULL;
	const struct node *metadata = p ? node_find(&p->nodes, NS_AVATAR_METADATA) : NULL;

	return data && metadata && place_shows(p, data, who) && place_shows(p, metadata, who);
}

static enum verdict
on_asked(struct call *c)
{
	const struct look *l = look_of(c->account);
	struct asked *q;

	if (l->of != IN_NODES)
		return PASS;
	q = mem_zalloc(sizeof(*q));
	q->request = stanza_ref(c->stanza);
	arena_init(&q->arena, 4096);
	if (l->has_image && may_see(c->account, c->stanza->from)) {
		memcpy(q->id, l->id, AVATAR_ID_LEN);
		pep_read(c->account, NS_AVATAR_DATA, image_of(l), on_image_for_card, q);
	} else {
		read_card(q, c->account);
	}
	return DONE;
}

/* --- life --------------------------------------------------------------------------------- */

/* A digit, enum source, and behind it the id of the image if there is one. */
static void
load(void *state, struct account *a, struct str item, struct str value)
{
	struct look *l = state;

	(void)a;
	(void)item;
	if (value.len != 1 && value.len != 1 + AVATAR_ID_LEN)
		return;
	l->of = (uint8_t)(value.at[0] - '0');
	l->has_image = value.len > 1;
	if (l->has_image)
		memcpy(l->id, value.at + 1, AVATAR_ID_LEN);
}

static const struct feature features[] = { { NS_PEP_VCARD, ACCOUNT } };

static const struct kept kept[] = { { KIND_AVATAR, load } };

static const struct hook hooks[] = {
	{ .on = ON_PRESENCE, .at = SENT, .in = REWRITE, .run = on_presence },
	{ .on = ON_PUBLISHED, .in = HANDLE, .run = on_published },
	{ .on = ON_CARD_CHANGED, .in = HANDLE, .run = on_card },
	{ ON_IQ_GET, ACCOUNT, NS_VCARD, S("vCard"), HANDLE, on_asked },
};

const struct module mod_avatar = {
	.name = "avatar",
	.doc = "One picture for each account, in its card and in its nodes, named in presence.",
	.specs = LIST(struct spec, { XEP, 398, "1.0.0", "complete" },
	    { XEP, 84, "1.1.4", "complete" }, { XEP, 153, "1.1.1", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "pep", "vcard"),
	.account_bytes = sizeof(struct look),
	.session_bytes = sizeof(struct wish),
	.kept = TABLE(kept),
	.hooks = TABLE(hooks),
};
