/* SPDX-License-Identifier: MIT
 *
 * mod_caps: knows what clients can do, and asks each kind of client once.
 *
 * Source   XEP-0115 1.6.0 sections 5.4 and 8.1
 * Reacts   presence that announces a hash; the answer to disco#info; the end of a session
 * Keeps    nothing on disk. Each worker: what the hashes stand for, the same on all of them.
 *          Of a session: its hash
 *
 * What is kept of a kind of client is not the list that one of them answered with, but the
 * string that the hash was made of (caps_input): the same string can be told as different
 * lists (section 9.2), but no other string has this hash. So it makes no difference who was
 * asked, and nobody can answer for others something that they have not announced themselves.
 * Who answers with something else, or does not, or leaves, is followed by the next who
 * announces the same.
 */
#include "modules/mod_caps.h"

#include "base/limits.h"
#include "base/siphash.h"
#include "base/table.h"
#include "modules/list.h"
#include "xmpp/caps.h"
#include "xmpp/ns.h"

enum { CAPS_ASKED, CAPS_LEARNED, CAPS_REFUSED };

/* A hash, by which kinds of clients are told apart here: of the function's name and the hash
 * itself, keyed, so that nobody can make two of them equal. */
typedef caps_kind_t caps_name_t;

struct announced {
	caps_name_t name; /* 0: none, or not one that we understand */
	enum hash kind;
	enum { NOT_ASKED, ASKED, REFUSED } question; /* refused: it was answered by a lie */
	struct session *session;
	struct list in_unknown; /* of this worker, until it is known; NULL before the first */
};

struct known {
	caps_name_t name;
	struct list in_use; /* of this worker, the longest unused first */
	size_t len;
	char input[]; /* caps_input: "feature<feature<..." among other things */
};

/* Of this worker. */
static _Thread_local struct {
	struct table known; /* struct known by name */
	struct list use;
	struct list unknown; /* announced.in_unknown */
	struct {
		caps_name_t name;
		msec_t asked_ms;
	} asked[16]; /* a ring: who is asked already */
	unsigned next;
	struct timer patience; /* while somebody is asked */
} here;

/* Nobody who is asked is waited for any longer. */
enum { PATIENCE_MS = 10 * 1000 };

static struct announced *
announced_of(struct session *s)
{
	return module_session_state(&mod_caps, s);
}

static caps_name_t
name_of(struct arena *a, struct str function, struct str hash)
{
	return siphash_str(str_format(a, "%.*s %.*s", STR_ARG(function), STR_ARG(hash)));
}

/* --- what is known -------------------------------------------------------------------- */

static struct str
known_key(const void *value)
{
	return str_of((const char *)&((const struct known *)value)->name, sizeof(caps_name_t));
}

static struct known *
find(caps_name_t name)
{
	struct known *k;

	k = table_get(&here.known, str_of((const char *)&name, sizeof(name)));
	if (k) {
		list_remove(&k->in_use);
		list_append(&here.use, &k->in_use);
	}
	return k;
}

static void
forget_oldest(void)
{
	struct known *k = list_entry(here.use.next, struct known, in_use);

	assert(!list_is_empty(&here.use));
	table_remove(&here.known, known_key(k));
	list_remove(&k->in_use);
	free(k);
}

/* Those that have waited for it to become known. */
static void
tell_known(caps_name_t name)
{
	list_each (link, &here.unknown) {
		struct announced *n = list_entry(link, struct announced, in_unknown);

		if (n->name != name)
			continue;
		list_remove(&n->in_unknown);
		if (n->session->presence && !n->session->ended)
			session_raise(n->session, ON_SESSION_CAPS, NULL);
	}
}

/* A copy for this worker comes with the letter. */
static void
on_learned(const void *letter)
{
	struct known *k = *(struct known *const *)letter;

	if (find(k->name)) {
		free(k);
		return;
	}
	if (table_count(&here.known) == CAPS_KNOWN_MAX)
		forget_oldest();
	table_put(&here.known, k);
	list_append(&here.use, &k->in_use);
	tell_known(k->name);
}

static struct known *
known_new(caps_name_t name, struct str input)
{
	struct known *k = mem_alloc(sizeof(*k) + input.len);

	k->name = name;
	list_init(&k->in_use);
	k->len = input.len;
	memcpy(k->input, input.at, input.len);
	return k;
}

/* The others first: what this worker tells them because of it comes behind. */
static void
learn(caps_name_t name, struct str input)
{
	struct known *own = known_new(name, input);

	for (unsigned w = 0; w < workers_count(); w++) {
		struct known *k;

		if ((int)w == worker_self())
			continue;
		k = known_new(name, input);
		worker_post(w, on_learned, &k, sizeof(k));
	}
	on_learned(&own);
	module_count(&mod_caps, CAPS_LEARNED, 1);
}

/* A part of the string, between two "<" or at its beginning. */
static bool
has_part(struct str input, struct str part)
{
	struct str piece;

	while (str_split(&input, '<', &piece))
		if (str_eq(piece, part))
			return true;
	return false;
}

enum caps_answer
caps_kind_says(caps_kind_t kind, struct str feature)
{
	const struct known *k = find(kind);

	if (!k)
		return CAPS_UNKNOWN;
	return has_part(str_of(k->input, k->len), feature) ? CAPS_YES : CAPS_NO;
}

enum caps_answer
caps_says(struct session *s, struct str feature)
{
	const struct announced *n = announced_of(s);

	return n->name ? caps_kind_says(n->name, feature) : CAPS_NO;
}

caps_kind_t
caps_kind(struct session *s)
{
	const struct announced *n = announced_of(s);

	return n->name && find(n->name) ? n->name : 0;
}

/* --- asking --------------------------------------------------------------------------- */

enum { ASKED_AT_ONCE = sizeof(here.asked) / sizeof(here.asked[0]) };

static bool
is_asked_already(caps_name_t name)
{
	for (size_t i = 0; i < ASKED_AT_ONCE; i++)
		if (here.asked[i].name == name)
			return true;
	here.asked[here.next].name = name;
	here.asked[here.next].asked_ms = loop_now_ms();
	here.next = (here.next + 1) % ASKED_AT_ONCE;
	if (!timer_is_set(&here.patience))
		timer_set(&here.patience, PATIENCE_MS);
	return false;
}

/* About what its presence announces. */
static void
ask(struct session *s, const struct stanza *presence)
{
	AUTO(stanza) question = NULL;
	struct elem e = elem_child(stanza_root(presence), NS_CAPS, S("c"));
	struct stanza_head head = {
		.kind = STANZA_IQ, .type = IQ_GET, .to = s->jid, .id = S("caps")
	};
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 1024);
	head.from = jid_join(&a, (struct str){ 0 }, jid_domain(s->jid), (struct str){ 0 });
	stanza_begin(&w, &a, STANZA_IQ);
	xml_open(&w, NS_DISCO_INFO, S("query"));
	xml_attr(&w, S("node"),
	    str_format(&a, "%.*s#%.*s", STR_ARG(elem_attr_or_none(e, S("node"), &a)),
		STR_ARG(elem_attr_or_none(e, S("ver"), &a))));
	xml_close(&w);
	question = stanza_finish(&w, &head);
	session_deliver(s, question);
	arena_fini(&a);
	announced_of(s)->question = ASKED;
	module_count(&mod_caps, CAPS_ASKED, 1);
}

/* In the order in which they came. NULL: nobody announces it who has not been asked. */
static struct session *
next_to_ask(caps_name_t name)
{
	list_each (link, &here.unknown) {
		struct announced *n = list_entry(link, struct announced, in_unknown);

		if (n->name == name && n->question == NOT_ASKED && !n->session->ended &&
		    n->session->presence)
			return n->session;
	}
	return NULL;
}

/* Whoever was asked does not explain it. If nobody else announces it now, the next who does is
 * asked. */
static void
give_up(size_t place)
{
	caps_name_t name = here.asked[place].name;
	struct session *s = find(name) ? NULL : next_to_ask(name);

	if (!s) {
		here.asked[place].name = 0;
		return;
	}
	here.asked[place].asked_ms = loop_now_ms();
	ask(s, s->presence);
}

static void
ask_another(caps_name_t name)
{
	for (size_t i = 0; i < ASKED_AT_ONCE; i++)
		if (here.asked[i].name == name)
			give_up(i);
}

static void
on_patience_over(struct timer *t)
{
	bool is_somebody_asked = false;

	for (size_t i = 0; i < ASKED_AT_ONCE; i++) {
		if (here.asked[i].name && loop_now_ms() - here.asked[i].asked_ms >= PATIENCE_MS)
			give_up(i);
		is_somebody_asked |= here.asked[i].name != 0;
	}
	if (is_somebody_asked)
		timer_set(t, PATIENCE_MS);
}

static void
forget(struct announced *n)
{
	if (n->session)
		list_remove(&n->in_unknown);
	*n = (struct announced){ 0 };
}

/* Until somebody has explained what it announces. */
static void
wait(struct announced *n, struct session *s)
{
	n->session = s;
	list_init(&n->in_unknown);
	list_append(&here.unknown, &n->in_unknown);
}

static void
session_fini(void *state, struct session *s)
{
	(void)s;
	forget(state);
}

static enum verdict
on_presence(struct call *c)
{
	struct announced *n = announced_of(c->session);
	caps_name_t before = n->name;
	struct elem e = elem_child(stanza_root(c->stanza), NS_CAPS, S("c"));
	struct str hash = elem_attr_or_none(e, S("hash"), c->arena);
	struct str ver = elem_attr_or_none(e, S("ver"), c->arena);
	struct str node = elem_attr_or_none(e, S("node"), c->arena);

	if (c->stanza->type != PRESENCE_AVAILABLE || !jid_is_empty(c->stanza->to))
		return PASS;
	forget(n);
	if (ver.len == 0 || ver.len > CAPS_VER_MAX || node.len > CAPS_NODE_MAX ||
	    !caps_hash_named(hash, &n->kind))
		return PASS;
	n->name = name_of(c->arena, hash, ver);
	if (!find(n->name))
		wait(n, c->session);
	else if (c->session->presence && n->name != before)
		session_raise(c->session, ON_SESSION_CAPS, NULL);
	if (!find(n->name) && !is_asked_already(n->name))
		ask(c->session, c->stanza);
	return PASS;
}

static enum verdict
on_closed(struct call *c)
{
	struct announced *n = announced_of(c->session);
	struct announced was = *n;

	forget(n);
	if (was.question == ASKED && !find(was.name))
		ask_another(was.name);
	return PASS;
}

/* Section 5.4: what does not have the hash that the client announces is not believed. */
static enum verdict
on_answer(struct call *c)
{
	struct announced *n;
	caps_name_t name;
	struct str input;

	if (!c->session || c->stanza->type != IQ_RESULT)
		return PASS;
	n = announced_of(c->session);
	if (!n->name || find(n->name))
		return DONE;
	name = n->name;
	if (caps_input(c->arena, c->payload, &input) != OK || input.len > CAPS_KNOWN_BYTES ||
	    name_of(c->arena, caps_hash_name(n->kind), caps_hash(c->arena, n->kind, input)) !=
		name) {
		module_count(&mod_caps, CAPS_REFUSED, 1);
		if (n->question == ASKED) {
			n->question = REFUSED;
			ask_another(name);
		}
		return DONE;
	}
	learn(name, input);
	return DONE;
}

/* --- the table ------------------------------------------------------------------------ */

static void
enter_worker(void)
{
	memset(&here, 0, sizeof(here));
	table_init(&here.known, known_key);
	list_init(&here.use);
	list_init(&here.unknown);
	timer_init(&here.patience, on_patience_over);
}

static void
leave_worker(void)
{
	timer_stop(&here.patience);
	while (!list_is_empty(&here.use))
		forget_oldest();
	table_fini(&here.known);
}

static const struct hook hooks[] = {
	{ .on = ON_PRESENCE, .at = SENT, .in = COPY, .run = on_presence },
	{ .on = ON_SESSION_CLOSED, .in = HANDLE, .run = on_closed },
	{ ON_IQ_ANSWER, SERVER, NS_DISCO_INFO, S("query"), HANDLE, on_answer },
};

const struct module mod_caps = {
	.name = "caps",
	.doc = "Knows what clients can do, and asks each kind of client once.",
	.specs = LIST(struct spec, { XEP, 115, "1.6.0", "the clients'" }),
	.metrics = LIST(struct metric,
	    [CAPS_ASKED] = { "caps_asked", COUNTER, "requests",
		"Clients that were asked what they can do." },
	    [CAPS_LEARNED] = { "caps_learned", COUNTER, "clients",
		"Kinds of clients of which it became known." },
	    [CAPS_REFUSED] = { "caps_refused", COUNTER, "answers",
		"Answers that did not have the announced hash." }),
	.session_bytes = sizeof(struct announced),
	.session_fini = session_fini,
	.enter_worker = enter_worker,
	.leave_worker = leave_worker,
	.hooks = TABLE(hooks),
};
