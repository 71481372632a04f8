/* SPDX-License-Identifier: MIT
 *
 * Searching among the rooms that are listed (XEP-0433). They are read from the store in the
 * order of their addresses, some at a time, until there are enough for a page: no worker knows
 * them all, and a search costs no more memory than its answer.
 *
 * How many are in a room only its home knows, so rooms are not ordered by that. A page is asked
 * for by the last address of the one before.
 */
#include "base/limits.h"
#include "modules/muc/service.h"
#include "modules/muc/visit.h"
#include "router/service.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"
#include "xmpp/words.h"

#define KEY_ADDRESS S("{urn:xmpp:channel-search:0:order}address")
#define TYPE_ROOMS S("xep-0045")

enum { READ_AT_ONCE = 200 };

/* What is looked for, and what was found. */
struct searching {
	struct list in_worker;
	struct stanza *request;
	struct arena arena;
	struct str service;
	struct str *words; /* folded; each must be in one of the texts that are looked at */
	size_t n_words;
	bool in_name, in_description, in_address;
	bool any_type; /* rooms are among the types that are wanted */
	struct str after;
	uint32_t max, n;
	struct str first;
	struct xml_writer w; /* the items */
};

static _Thread_local struct list searches; /* searching.in_worker */
static _Thread_local unsigned n_searches;

void
room_search_worker_init(void)
{
	list_init(&searches);
}

/* --- the form
 * --------------------------------------------------------------------------------- */

static enum verdict
tell_form(struct call *c)
{
	static const struct form_option keys[] = { { S("Address"), KEY_ADDRESS } };
	static const struct form_option types[] = { { S("Rooms"), TYPE_ROOMS } };
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_CHANNEL_SEARCH, S("search"));
	form_write(&w,
	    &(struct form){ .kind = FORM_FORM,
		.form_type = NS_CHANNEL_SEARCH_PARAMS,
		.fields = FORM_FIELDS({ .var = S("q"), .label = S("Search for") },
		    { .var = S("all"), .type = FIELD_BOOLEAN, .label = S("Return all rooms") },
		    { .var = S("sinname"),
			.type = FIELD_BOOLEAN,
			.label = S("Search in names"),
			FIELD_VALUE(S("true")) },
		    { .var = S("sindescription"),
			.type = FIELD_BOOLEAN,
			.label = S("Search in descriptions"),
			FIELD_VALUE(S("true")) },
		    { .var = S("sinaddress"),
			.type = FIELD_BOOLEAN,
			.label = S("Search in addresses"),
			FIELD_VALUE(S("true")) },
		    { .var = S("types"),
			.type = FIELD_LIST_MULTI,
			.label = S("Types"),
			FIELD_VALUE(TYPE_ROOMS),
			.options = types,
			.option_count = 1 },
		    { .var = S("key"),
			.type = FIELD_LIST_SINGLE,
			.label = S("Order"),
			FIELD_VALUE(KEY_ADDRESS),
			.options = keys,
			.option_count = 1 }) });
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- what is looked for
 * --------------------------------------------------------------------------
 */

static enum verdict
refuse_for(struct call *c, enum stanza_error e, struct str condition)
{
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	xml_empty(&w, NS_CHANNEL_SEARCH_ERROR, condition);
	return refuse_with(c, e, (struct str){ 0 }, xml_written(&w));
}

static bool
flag(const struct form *f, struct str var)
{
	bool yes = true;

	return form_bool(f, var, &yes) != OK || yes;
}

static void
read_words(struct searching *s, struct str q)
{
	struct str rest = words_fold(&s->arena, q, CHANNEL_QUERY_MAX), word;
	size_t max = 1;

	for (size_t i = 0; i < rest.len; i++)
		max += rest.at[i] == ' ';
	s->words = arena_alloc(&s->arena, max * sizeof(*s->words));
	while (str_split(&rest, ' ', &word))
		if (word.len)
			s->words[s->n_words++] = word;
}

static bool
wants_rooms(const struct form *f)
{
	const struct form_field *types = form_field(f, S("types"));
	bool wanted = !types || types->count == 0;

	for (size_t i = 0; types && i < types->count; i++)
		wanted |= str_eq(types->values[i], TYPE_ROOMS);
	return wanted;
}

/* The condition of sections 4.2.2.2 to 4.2.2.7, "no string": it can be looked for. */
static struct str
read_form(struct searching *s, const struct form *f, enum stanza_error *e)
{
	struct str key = form_value(f, S("key")), q = form_value(f, S("q"));
	bool all = false, asks_all = form_bool(f, S("all"), &all) == OK && all;

	*e = ERR_FEATURE_NOT_IMPLEMENTED;
	if (key.len && !str_eq(key, KEY_ADDRESS))
		return S("invalid-sort-key");
	*e = ERR_BAD_REQUEST;
	if (asks_all && q.len)
		return S("conflicting-fields");
	if (!asks_all && !q.len)
		return S("no-search-conditions");
	read_words(s, q);
	s->in_name = flag(f, S("sinname"));
	s->in_description = flag(f, S("sindescription"));
	s->in_address = flag(f, S("sinaddress"));
	s->any_type = wants_rooms(f);
	return !asks_all && s->n_words == 0 ? S("invalid-search-terms") : (struct str){ 0 };
}

/* --- looking
 * ------------------------------------------------------------------------------------ */

static void
search_free(struct searching **at)
{
	struct searching *s = TAKE(*at);

	list_remove(&s->in_worker);
	n_searches--;
	stanza_free(&s->request);
	arena_fini(&s->arena);
	free(s);
}

void
room_search_worker_fini(void)
{
	list_each (link, &searches) {
		struct searching *s = list_entry(link, struct searching, in_worker);

		search_free(&s);
	}
}

static bool
contains(struct str text, struct str word)
{
	return memmem(text.at ? text.at : "", text.len, word.at, word.len) != NULL;
}

static bool
is_wanted(const struct searching *s, struct str address, const struct room_conf *conf)
{
	bool found = true;
	struct str text;
	struct arena a;

	arena_init(&a, 4096);
	text = str_format(&a, "%.*s\n%.*s\n%.*s", STR_ARG(s->in_name ? conf->name : S("")),
	    STR_ARG(s->in_description ? conf->description : S("")),
	    STR_ARG(s->in_address ? address : S("")));
	text = words_fold(&a, text, 4 * text.len);
	for (size_t i = 0; i < s->n_words && found; i++)
		found = contains(text, s->words[i]);
	arena_fini(&a);
	return found;
}

static void
leaf_unless_empty(struct xml_writer *w, struct str name, struct str text)
{
	if (text.len)
		xml_leaf(w, S(""), name, text);
}

/* Section 4.4. */
static void
write_item(struct searching *s, struct str address, const struct room_conf *conf)
{
	struct xml_writer *w = &s->w;

	xml_open(w, S(""), S("item"));
	xml_attr(w, S("address"), str_copy(&s->arena, address));
	xml_leaf(
	    w, S(""), S("name"), conf->name.len ? conf->name : jid_local(jid_trusted(address)));
	leaf_unless_empty(w, S("description"), conf->description);
	leaf_unless_empty(w, S("language"), conf->language);
	xml_leaf(w, S(""), S("service-type"), TYPE_ROOMS);
	xml_leaf(w, S(""), S("is-open"),
	    conf->members_only || conf->password.len ? S("false") : S("true"));
	xml_leaf(w, S(""), S("anonymity-mode"),
	    conf->anonymous ? S("muc_semianonymous")
			    : S("{urn:xmpp:channel-search:0:anonymity}none"));
	xml_close(w);
	s->after = str_copy(&s->arena, address);
	if (s->n++ == 0)
		s->first = s->after;
}

static void
finish(struct searching *s)
{
	struct result_set_page page = { .index = RESULT_SET_UNKNOWN,
		.count = RESULT_SET_UNKNOWN,
		.first = s->first,
		.last = s->n ? s->after : S("") };

	result_set_write(&s->w, &page);
	xml_close(&s->w);
	route_result(s->request, xml_written(&s->w));
	search_free(&s);
}

static void read_more(struct searching *s, struct str after);

static void
on_owners(void *waiter, const struct store_rows *rows)
{
	struct searching *s = waiter;
	struct room_row row;

	if (rows->status != OK) {
		route_bounce(s->request, ERR_RESOURCE_CONSTRAINT);
		search_free(&s);
		return;
	}
	for (size_t i = 0; i < rows->n && s->n < s->max; i++)
		if (room_row_read(rows->row[i].value, &row) == OK && row.conf.is_public &&
		    !row.locked && is_wanted(s, rows->row[i].owner, &row.conf))
			write_item(s, rows->row[i].owner, &row.conf);
	if (s->n == s->max || rows->n < READ_AT_ONCE)
		finish(s);
	else
		read_more(s, rows->row[rows->n - 1].owner);
}

static void
read_more(struct searching *s, struct str after)
{
	struct store_query q = {
		.what = STORE_OWNERS,
		.owner = s->service,
		.kinds = { KIND_ROOM },
		.n_kinds = 1,
		.item = after,
		.limit = READ_AT_ONCE,
		.values = true,
	};

	store_read(account_store(), &q, on_owners, s);
}

/* --- the request
 * --------------------------------------------------------------------------------- */

static struct searching *
search_new(struct call *c, const struct result_set_request *page)
{
	struct searching *s = mem_zalloc(sizeof(*s));

	s->request = stanza_ref(c->stanza);
	arena_init(&s->arena, 4096);
	list_append(&searches, &s->in_worker);
	n_searches++;
	s->service = str_copy(&s->arena, c->service->name);
	s->max = page->max;
	if (page->from == RESULT_SET_AFTER)
		s->after = str_copy(&s->arena, page->id);
	return s;
}

static enum verdict
search(struct call *c, const struct form *f, const struct result_set_request *page)
{
	struct searching *s = search_new(c, page);
	enum stanza_error e;
	struct str condition = read_form(s, f, &e);

	if (condition.at) {
		search_free(&s);
		return refuse_for(c, e, condition);
	}
	xml_begin_inner(&s->w, &s->arena, NS_CLIENT);
	xml_open(&s->w, NS_CHANNEL_SEARCH, S("result"));
	if (s->any_type && s->max > 0)
		read_more(s, s->after);
	else
		finish(s);
	return DONE;
}

enum verdict
muc_on_search(struct call *c)
{
	struct elem x = elem_child(c->payload, NS_FORM, S("x"));
	struct elem set = elem_child(c->payload, NS_RESULT_SET, S("set"));
	struct result_set_request page;
	struct form f;

	if (!elem_exists(x))
		return tell_form(c);
	if (form_read(c->arena, x, &f) != OK || f.kind != FORM_SUBMIT ||
	    !str_eq(f.form_type, NS_CHANNEL_SEARCH_PARAMS) ||
	    result_set_read(c->arena, set, CHANNEL_PAGE_MAX, &page) != OK)
		return refuse(c, ERR_BAD_REQUEST);
	if (page.from != RESULT_SET_FIRST && page.from != RESULT_SET_AFTER)
		return refuse(c, ERR_FEATURE_NOT_IMPLEMENTED);
	if (n_searches >= CHANNEL_SEARCHES_MAX)
		return refuse_for(c, ERR_RESOURCE_CONSTRAINT, S("rate-limit"));
	return search(c, &f, &page);
}
