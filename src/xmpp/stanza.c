/* SPDX-License-Identifier: MIT */
#include "xmpp/stanza.h"

#include "xml/parser.h"
#include "xmpp/ns.h"

static const struct {
	struct str name;
	enum stanza_kind kind;
} types[STANZA_TYPES] = {
	[MESSAGE_NORMAL] = { S("normal"), STANZA_MESSAGE },
	[MESSAGE_CHAT] = { S("chat"), STANZA_MESSAGE },
	[MESSAGE_GROUPCHAT] = { S("groupchat"), STANZA_MESSAGE },
	[MESSAGE_HEADLINE] = { S("headline"), STANZA_MESSAGE },
	[MESSAGE_ERROR] = { S("error"), STANZA_MESSAGE },
	[PRESENCE_AVAILABLE] = { S(""), STANZA_PRESENCE },
	[PRESENCE_UNAVAILABLE] = { S("unavailable"), STANZA_PRESENCE },
	[PRESENCE_SUBSCRIBE] = { S("subscribe"), STANZA_PRESENCE },
	[PRESENCE_SUBSCRIBED] = { S("subscribed"), STANZA_PRESENCE },
	[PRESENCE_UNSUBSCRIBE] = { S("unsubscribe"), STANZA_PRESENCE },
	[PRESENCE_UNSUBSCRIBED] = { S("unsubscribed"), STANZA_PRESENCE },
	[PRESENCE_PROBE] = { S("probe"), STANZA_PRESENCE },
	[PRESENCE_ERROR] = { S("error"), STANZA_PRESENCE },
	[IQ_GET] = { S("get"), STANZA_IQ },
	[IQ_SET] = { S("set"), STANZA_IQ },
	[IQ_RESULT] = { S("result"), STANZA_IQ },
	[IQ_ERROR] = { S("error"), STANZA_IQ },
};

struct str
stanza_kind_name(enum stanza_kind kind)
{
	switch (kind) {
	case STANZA_MESSAGE:
		return S("message");
	case STANZA_PRESENCE:
		return S("presence");
	case STANZA_IQ:
		return S("iq");
	}
	assert(!"a stanza has one of three kinds");
	return S("");
}

struct str
stanza_type_name(enum stanza_type type)
{
	return type == MESSAGE_NORMAL || type == PRESENCE_AVAILABLE ? (struct str){ 0 }
								    : types[type].name;
}

/* --- making --------------------------------------------------------------------------- */

static bool
needs_escape(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] == '&' || s.at[i] == '<' || s.at[i] == '>' || s.at[i] == '\'' ||
		    s.at[i] == '"' || (unsigned char)s.at[i] < 0x20)
			return true;
	return false;
}

/* The JID's text moved to `at`, which advances. */
static struct jid
place_jid(struct jid j, char **at)
{
	struct str text = jid_full(j);

	if (!text.len)
		return (struct jid){ 0 };
	memcpy(*at, text.at, text.len);
	j.text = *at;
	*at += text.len;
	return j;
}

struct stanza *
stanza_new(const struct stanza_head *head, struct frozen *xml)
{
	struct str to = jid_full(head->to), from = jid_full(head->from);
	struct stanza *st =
	    mem_alloc(sizeof(*st) + to.len + from.len + head->id.len + head->lang.len + 1);
	char *at = (char *)(st + 1);

	atomic_init(&st->refs, 1);
	st->kind = (uint8_t)head->kind;
	st->type = (uint8_t)head->type;
	st->to = place_jid(head->to, &at);
	st->from = place_jid(head->from, &at);
	st->id = str_place(&at, head->id);
	st->lang = str_place(&at, head->lang);
	st->escape_heads = needs_escape(to) || needs_escape(from) || needs_escape(st->id) ||
			   needs_escape(st->lang);
	st->xml = frozen_ref(xml);
	return st;
}

struct stanza *
stanza_ref(const struct stanza *st)
{
	struct stanza *counted =
	    (struct stanza *)(uintptr_t)st; /* const is all but its count */

	atomic_fetch_add_explicit(&counted->refs, 1, memory_order_relaxed);
	return counted;
}

void
stanza_free(struct stanza **st)
{
	struct stanza *gone = TAKE(*st);

	if (!gone || atomic_fetch_sub_explicit(&gone->refs, 1, memory_order_acq_rel) != 1)
		return;
	frozen_free(&gone->xml);
	free(gone);
}

static struct stanza_head
head_of(const struct stanza *st)
{
	return (struct stanza_head){
		.kind = st->kind,
		.type = st->type,
		.to = st->to,
		.from = st->from,
		.id = st->id,
		.lang = st->lang,
	};
}

struct stanza *
stanza_readdress(const struct stanza *st, struct jid from, struct jid to)
{
	struct stanza_head head = head_of(st);

	head.from = from;
	head.to = to;
	return stanza_new(&head, st->xml);
}

/* --- reading -------------------------------------------------------------------------- */

static bool
find_kind(struct str name, enum stanza_kind *out)
{
	for (enum stanza_kind k = STANZA_MESSAGE; k <= STANZA_IQ; k++)
		if (str_eq(name, stanza_kind_name(k))) {
			*out = k;
			return true;
		}
	return false;
}

/*
 * An unknown message type is treated as normal (RFC 6121 section 5.2.2); an unknown presence
 * or iq type is an error (RFC 6121 section 4.7.1, RFC 6120 section 8.2.3).
 */
static bool
find_type(enum stanza_kind kind, struct str name, enum stanza_type *out)
{
	if (!name.at) {
		*out = kind == STANZA_PRESENCE ? PRESENCE_AVAILABLE : MESSAGE_NORMAL;
		return kind != STANZA_IQ;
	}
	for (enum stanza_type t = 0; t < STANZA_TYPES; t++)
		if (types[t].kind == kind && types[t].name.len && str_eq(types[t].name, name)) {
			*out = t;
			return true;
		}
	*out = MESSAGE_NORMAL;
	return kind == STANZA_MESSAGE;
}

/* RFC 6120 section 8.2.3: a request has one child; a result at most one. */
static bool
has_right_children(struct elem root, enum stanza_type type)
{
	struct elem first;

	if (type != IQ_GET && type != IQ_SET)
		return true;
	first = elem_first(root);
	return elem_exists(first) && !elem_exists(elem_next(first));
}

enum stanza_fault
stanza_read(struct frozen *xml, const struct stanza_input *in, struct arena *a,
    struct jid *claimed, struct stanza **out)
{
	struct elem root = frozen_root(xml);
	struct stanza_head head = { .from = in->from, .lang = in->lang };
	struct str to = { 0 }, from = { 0 }, type = { 0 };

	*claimed = (struct jid){ 0 };
	if (!str_eq(elem_ns(root), in->ns) || !find_kind(elem_name(root), &head.kind))
		return STANZA_UNKNOWN;
	elem_attr(root, S("to"), a, &to);
	elem_attr(root, S("from"), a, &from);
	elem_attr(root, S("type"), a, &type);
	elem_attr(root, S("id"), a, &head.id);
	elem_attr_ns(root, NS_XML, S("lang"), a, &head.lang);

	if (from.at && jid_parse(a, from, claimed) != OK)
		return STANZA_BAD_FROM;
	if (jid_is_empty(in->from))
		head.from = *claimed;
	if (!find_type(head.kind, type, &head.type))
		return STANZA_BAD_TYPE;
	if (to.at) {
		if (jid_parse(a, to, &head.to) != OK)
			return STANZA_BAD_TO;
	} else if (head.kind != STANZA_PRESENCE) {
		head.to = in->to_self;
	}
	if (head.kind == STANZA_IQ) {
		if (!head.id.at)
			return STANZA_BAD_ID;
		if (!has_right_children(root, head.type))
			return STANZA_BAD_CHILDREN;
	}
	*out = stanza_new(&head, xml);
	return STANZA_OK;
}

enum status
stanza_from_text(struct str text, struct arena *a, struct stanza **out)
{
	AUTO(frozen) xml = NULL;
	struct stanza_input in = { .ns = NS_CLIENT };
	struct str from = { 0 };
	struct jid claimed;
	enum status s;

	if ((s = xml_parse_in(text, NS_CLIENT, &xml_bounds_stored, &xml)) != OK)
		return s;
	if (elem_attr(frozen_root(xml), S("from"), a, &from))
		in.from = jid_trusted(from);
	return stanza_read(xml, &in, a, &claimed, out) == STANZA_OK ? OK : E_INVALID;
}

/* --- writing -------------------------------------------------------------------------- */

enum {
	MARKUP_MAX = 128, /* tag names, attribute names and quotes of a head, and the end tag */
	ESCAPED_MAX = 6,  /* "&quot;" stands for one byte */
};

size_t
stanza_wire_max(const struct stanza *st)
{
	size_t heads =
	    jid_full(st->to).len + jid_full(st->from).len + st->id.len + st->lang.len;

	return MARKUP_MAX + heads * (st->escape_heads ? ESCAPED_MAX : 1) +
	       frozen_content(st->xml).len;
}

static char *
put(char *at, struct str s)
{
	memcpy(at, s.at, s.len);
	return at + s.len;
}

static char *
put_escaped(char *at, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		switch (s.at[i]) {
		case '&':
			at = put(at, S("&amp;"));
			break;
		case '<':
			at = put(at, S("&lt;"));
			break;
		case '>':
			at = put(at, S("&gt;"));
			break;
		case '\'':
			at = put(at, S("&#39;"));
			break;
		case '"':
			at = put(at, S("&#34;"));
			break;
		case '\t':
			at = put(at, S("&#9;"));
			break;
		case '\n':
			at = put(at, S("&#10;"));
			break;
		case '\r':
			at = put(at, S("&#13;"));
			break;
		default:
			*at++ = s.at[i];
		}
	}
	return at;
}

static char *
put_attr(char *at, struct str opening, struct str value, bool escape)
{
	at = put(at, opening);
	at = escape ? put_escaped(at, value) : put(at, value);
	*at++ = '\'';
	return at;
}

char *
stanza_wire(const struct stanza *st, struct str declare, char *at)
{
	struct str name = stanza_kind_name(st->kind), content = frozen_content(st->xml);
	struct str type = stanza_type_name(st->type);
	bool escape = st->escape_heads;

	*at++ = '<';
	at = put(at, name);
	at = put(at, declare);
	if (!jid_is_empty(st->to))
		at = put_attr(at, S(" to='"), jid_full(st->to), escape);
	if (!jid_is_empty(st->from))
		at = put_attr(at, S(" from='"), jid_full(st->from), escape);
	if (type.at)
		at = put_attr(at, S(" type='"), type, false);
	if (st->id.at)
		at = put_attr(at, S(" id='"), st->id, escape);
	if (st->lang.len)
		at = put_attr(at, S(" xml:lang='"), st->lang, escape);
	if (!content.len)
		return put(at, S("/>"));
	*at++ = '>';
	at = put(at, content);
	at = put(at, S("</"));
	at = put(at, name);
	*at++ = '>';
	return at;
}

struct str
stanza_text(const struct stanza *st, struct arena *a)
{
	char *text = arena_alloc(a, stanza_wire_max(st));

	return str_of(text, (size_t)(stanza_wire(st, S(""), text) - text));
}

/* --- facts ---------------------------------------------------------------------------- */

bool
stanza_is_error(const struct stanza *st)
{
	return st->type == MESSAGE_ERROR || st->type == PRESENCE_ERROR || st->type == IQ_ERROR;
}

bool
stanza_may_be_answered(const struct stanza *st)
{
	return !stanza_is_error(st) && st->type != IQ_RESULT && !jid_is_empty(st->from);
}

struct elem
stanza_root(const struct stanza *st)
{
	return frozen_root(st->xml);
}

struct elem
stanza_payload(const struct stanza *st)
{
	return elem_first(frozen_root(st->xml));
}

/* --- building ------------------------------------------------------------------------- */

void
stanza_begin(struct xml_writer *w, struct arena *a, enum stanza_kind kind)
{
	xml_begin(w, a, NS_CLIENT, stanza_kind_name(kind));
}

struct stanza *
stanza_finish(struct xml_writer *w, const struct stanza_head *head)
{
	AUTO(frozen) xml = xml_freeze(w);

	return stanza_new(head, xml);
}

void
stanza_open(struct xml_writer *w, const struct stanza *st)
{
	struct str type = stanza_type_name(st->type);

	xml_open(w, NS_CLIENT, stanza_kind_name(st->kind));
	if (!jid_is_empty(st->from))
		xml_attr(w, S("from"), jid_full(st->from));
	if (!jid_is_empty(st->to))
		xml_attr(w, S("to"), jid_full(st->to));
	if (type.len)
		xml_attr(w, S("type"), type);
	if (st->id.at)
		xml_attr(w, S("id"), st->id);
	if (st->lang.at)
		xml_attr_lang(w, st->lang);
	xml_raw(w, frozen_content(st->xml));
}

struct stanza *
stanza_with(const struct stanza *st, struct str markup, struct arena *a)
{
	struct stanza_head head = head_of(st);
	struct xml_writer w;

	stanza_begin(&w, a, st->kind);
	xml_raw(&w, frozen_content(st->xml));
	xml_raw(&w, markup);
	return stanza_finish(&w, &head);
}
