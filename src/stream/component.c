/* SPDX-License-Identifier: MIT */
#include "stream/component.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "router/component.h"
#include "router/route.h"
#include "stream/conf.h"
#include "stream/stream.h"
#include "xmpp/ns.h"

enum { COMPONENT_OPENING, COMPONENT_SHAKING, COMPONENT_MOVING, COMPONENT_ATTACHED };

struct component_stream {
	struct stream stream;
	struct component_link link;
	struct arena arena; /* of the stream */
	struct str name;    /* of the component, once it is known to be ours */
	struct str id;      /* of the stream */
	struct str lang;    /* default xml:lang of its stanzas; or none */
};

static struct component_stream *
of_stream(struct stream *s)
{
	return (struct component_stream *)(void *)s; /* stream is the first member */
}

static struct component_stream *
of_link(struct component_link *l)
{
	return (struct component_stream *)(void *)((char *)l -
						   offsetof(struct component_stream, link));
}

/* --- the header --------------------------------------------------------------------------- */

static const struct component_conf *
find_component(struct str text, struct arena *a)
{
	struct jid to;

	if (jid_parse(a, text, &to) != OK || !jid_is_domain(to))
		return NULL;
	return hosts_component(jid_domain(to));
}

static void
on_header(struct stream *s, const struct stream_opening *o)
{
	struct component_stream *c = of_stream(s);
	const struct component_conf *conf = find_component(o->to, &c->arena);

	c->id = random_token(&c->arena, STREAM_ID_BYTES);
	stream_write_header(
	    s, &(struct stream_header){ .from = conf ? conf->name : o->to, .id = c->id });
	if (o->is_wrong) {
		stream_fail(s, o->wrong, (struct str){ 0 });
	} else if (!conf) {
		stream_fail(s, STREAM_HOST_UNKNOWN, (struct str){ 0 });
	} else {
		c->name = str_copy(&c->arena, conf->name);
		if (o->lang.len <= LANG_MAX)
			c->lang = str_copy(&c->arena, o->lang);
		s->state = COMPONENT_SHAKING;
	}
}

/* --- the handshake ------------------------------------------------------------------------ */

static void
turn_away(struct component_stream *c, enum stream_error why)
{
	log_warn("component.refused", LOG_STR("name", c->name),
	    LOG_STR("address", stream_address(&c->stream)),
	    LOG_STR("reason", stream_error_name(why)));
	stream_fail(&c->stream, why, (struct str){ 0 });
}

/* Section 3: the SHA-1 of the stream's id and the secret, in lower-case hexadecimal. */
static bool
knows_secret(struct component_stream *c, const struct component_conf *conf, struct str proof)
{
	struct arena a;
	struct str wanted;
	char digest[HASH_MAX];
	bool knows;

	arena_init_wiped(&a, 512);
	hash_of(HASH_SHA1, str_format(&a, "%.*s%.*s", STR_ARG(c->id), STR_ARG(conf->secret)),
	    digest);
	wanted = hex_encode(&a, str_of(digest, hash_size(HASH_SHA1)));
	knows = str_eq_secret(wanted, str_trim(proof));
	arena_fini(&a);
	return knows;
}

/* At home. */
static void
on_arrived(struct stream *s)
{
	struct component_stream *c = of_stream(s);

	if (!stream_is_open(s))
		return;
	switch (component_attach(hosts_component(c->name), &c->link)) {
	case OK:
		break;
	case E_EXISTS:
		turn_away(c, STREAM_CONFLICT);
		return;
	default:
		turn_away(c, STREAM_NOT_AUTHORIZED);
		return;
	}
	s->state = COMPONENT_ATTACHED;
	stream_write(s, S("<handshake/>"));
	log_info("component.connected", LOG_STR("name", c->name),
	    LOG_STR("address", stream_address(s)));
	component_greet(&c->link);
}

static void
on_handshake(struct component_stream *c, struct elem handshake)
{
	const struct component_conf *conf = hosts_component(c->name);
	struct xml_bounds bounds = stream_bounds_client(hosts_stream_conf());

	if (!conf || !knows_secret(c, conf, elem_text(handshake, &c->arena))) {
		turn_away(c, STREAM_NOT_AUTHORIZED);
		return;
	}
	component_digest(conf->secret, c->link.secret);
	stream_authenticated(&c->stream);
	stream_set_bounds(&c->stream, &bounds);
	c->stream.state = COMPONENT_MOVING;
	stream_move(&c->stream, component_home(c->name), on_arrived);
}

/* --- stanzas ------------------------------------------------------------------------------ */

/* Section 3: `to` and `from` are needed, and the domain of `from` is the component's. */
static bool
has_good_addresses(struct component_stream *c, const struct stanza *st)
{
	enum stream_error why = STREAM_IMPROPER_ADDRESSING;

	if (!jid_is_empty(st->from) && !jid_is_empty(st->to)) {
		if (str_eq(jid_domain(st->from), c->name))
			return true;
		why = STREAM_INVALID_FROM;
	}
	turn_away(c, why);
	return false;
}

static void
answer_unreadable(
    struct component_stream *c, struct elem root, struct jid from, enum stanza_error condition)
{
	struct arena a;
	struct stanza *answer;

	arena_init(&a, 1024);
	if ((answer = stanza_error_to_unreadable(root, from, condition, &a)))
		stream_write_stanza(&c->stream, answer);
	stanza_free(&answer);
	arena_fini(&a);
}

static void
on_stanza(struct component_stream *c, struct frozen *element)
{
	struct stanza_input in = { .ns = NS_CLIENT, .lang = c->lang };
	struct stanza *st = NULL;
	struct arena a;
	struct jid claimed;

	arena_init(&a, 1024);
	switch (stanza_read(element, &in, &a, &claimed, &st)) {
	case STANZA_OK:
		if (has_good_addresses(c, st))
			route(TAKE(st));
		break;
	case STANZA_BAD_FROM:
		turn_away(c, STREAM_INVALID_FROM);
		break;
	case STANZA_UNKNOWN:
		turn_away(c, STREAM_UNSUPPORTED_STANZA_TYPE);
		break;
	case STANZA_BAD_TO:
		answer_unreadable(c, frozen_root(element), claimed, ERR_JID_MALFORMED);
		break;
	case STANZA_BAD_TYPE:
	case STANZA_BAD_ID:
	case STANZA_BAD_CHILDREN:
		answer_unreadable(c, frozen_root(element), claimed, ERR_BAD_REQUEST);
		break;
	}
	stanza_free(&st);
	arena_fini(&a);
}

static void
on_element(struct stream *s, struct frozen *element)
{
	struct component_stream *c = of_stream(s);
	struct elem root = frozen_root(element);

	if (s->state == COMPONENT_ATTACHED)
		on_stanza(c, element);
	else if (elem_is(root, NS_CLIENT, S("handshake")))
		on_handshake(c, root);
	else
		turn_away(c, STREAM_NOT_AUTHORIZED);
}

/* --- the router's side ----------------------------------------------------------------------
 */

static bool
link_deliver(struct component_link *l, const struct stanza *st)
{
	struct stream *s = &of_link(l)->stream;

	return stream_has_room(s, stanza_wire_max(st)) && stream_write_stanza(s, st);
}

static void
link_end(struct component_link *l, enum stream_error why)
{
	turn_away(of_link(l), why);
}

/* --- life -----------------------------------------------------------------------------------
 */

static void
on_timer(struct stream *s)
{
	stream_fail(s, STREAM_CONNECTION_TIMEOUT, S("The handshake took too long."));
}

static void
on_secured(struct stream *s)
{
	(void)s; /* TLS has begun before the stream did */
}

static void
on_gone(struct stream *s, bool lost)
{
	struct component_stream *c = of_stream(s);

	(void)lost;
	component_detach(&c->link);
	if (s->state == COMPONENT_ATTACHED)
		log_info("component.closed", LOG_STR("name", c->name));
}

static void
on_free(struct stream *s)
{
	struct component_stream *c = of_stream(s);

	arena_fini(&c->arena);
	free(c);
}

static const struct stream_role component_role = {
	.ns = S("jabber:component:accept"),
	.on_header = on_header,
	.on_element = on_element,
	.on_timer = on_timer,
	.on_secured = on_secured,
	.on_gone = on_gone,
	.on_free = on_free,
};

void
component_accept(struct conn *conn)
{
	static const struct component_link_calls calls = { link_deliver, link_end };
	struct component_stream *c = mem_zalloc(sizeof(*c));

	c->link.calls = &calls;
	arena_init_wiped(&c->arena, 512);
	stream_init(&c->stream, &component_role);
	timer_set(&c->stream.timer, hosts_stream_conf()->negotiation_ms);
	stream_carry_tcp(&c->stream, conn);
}
