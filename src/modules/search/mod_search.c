/* SPDX-License-Identifier: MIT
 *
 * mod_search: people of a host are found by what their business cards say.
 *
 * Source   XEP-0055 1.3 with data forms and pages (XEP-0059)
 * Reacts   iq-get and iq-set {jabber:iq:search}query to search.HOST and to the server, from
 *          its own accounts; cards that change, accounts that end
 * Keeps    nothing: the rows are mod_vcard's, and directory.h has them in memory
 *
 * A card that says that it is private (CLASS, XEP-0054) is not found; whether one that says
 * nothing is, the configuration tells.
 */
#include "base/limits.h"
#include "modules/list.h"
#include "modules/search/directory.h"
#include "router/service.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

enum { SEARCHES, SEARCHES_REFUSED };

struct search_conf {
	struct str domain;
	enum { LIST_EVERYBODY, LIST_ON_REQUEST } listed;
	enum { OPEN_TO_HOST, OPEN_TO_SERVER } open_to;
	bool browse;
	uint32_t page;
	uint32_t per_minute;
};

/* Searches of an account in the current minute. */
struct searcher {
	msec_t since_ms;
	uint32_t n;
};

/* What may be searched for, in the order in which it is shown; "jid" is shown in front. The
 * first four of a plain query are the schema's (section 8). */
static const struct {
	const char *var, *label;
	unsigned field;
	bool is_plain;
} fields[] = {
	{ "first", "Given name", PERSON_CARD + CARD_GIVEN_NAME, true },
	{ "last", "Family name", PERSON_CARD + CARD_FAMILY_NAME, true },
	{ "nick", "Nickname", PERSON_CARD + CARD_NICKNAME, true },
	{ "email", "Email address", PERSON_CARD + CARD_EMAIL, true },
	{ "fn", "Full name", PERSON_CARD + CARD_FULL_NAME, false },
	{ "user", "User name", PERSON_USER, false },
	{ "title", "Title", PERSON_CARD + CARD_TITLE, false },
	{ "orgname", "Organisation", PERSON_CARD + CARD_ORGANISATION, false },
	{ "orgunit", "Unit", PERSON_CARD + CARD_UNIT, false },
	{ "locality", "City", PERSON_CARD + CARD_LOCALITY, false },
	{ "ctry", "Country", PERSON_CARD + CARD_COUNTRY, false },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

/* In any of them. */
#define ANY_VAR S("x-any")

#define INSTRUCTIONS                                                                           \
	S("Fill in what you know. A text is found where it begins a word; with * for any "     \
	  "characters it must be the whole field.")

/* --- what may be asked (section 2.1) ------------------------------------------------------ */

static bool
may_search(const struct call *c)
{
	const struct search_conf *conf = c->conf;

	struct jid from = c->stanza->from;

	if (!from.local)
		return false;
	return conf->open_to == OPEN_TO_SERVER ? host_find(jid_domain(from)) != NULL
					       : str_eq(jid_domain(from), c->host->name);
}

static enum verdict
on_get(struct call *c)
{
	struct form_field shown[FIELDS + 1] = { 0 };
	struct xml_writer w;

	if (!may_search(c))
		return refuse(c, ERR_FORBIDDEN);
	shown[0] = (struct form_field){ .var = ANY_VAR, .label = S("Anything") };
	for (size_t i = 0; i < FIELDS; i++)
		shown[i + 1] = (struct form_field){ .var = str_from_c(fields[i].var),
			.label = str_from_c(fields[i].label) };
	iq_result_begin(c, &w);
	xml_open(&w, NS_SEARCH, S("query"));
	xml_leaf(&w, S(""), S("instructions"), INSTRUCTIONS);
	for (size_t i = 0; i < FIELDS; i++)
		if (fields[i].is_plain)
			xml_empty(&w, S(""), str_from_c(fields[i].var));
	form_write(&w, &(struct form){ .kind = FORM_FORM,
			   .title = S("Search for people"),
			   .instructions = INSTRUCTIONS,
			   .form_type = NS_SEARCH,
			   .fields = shown,
			   .count = FIELDS + 1 });
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- the question ------------------------------------------------------------------------- */

/* What a request asks for; in the arena. */
struct search {
	struct question question;
	struct result_set_request page;
	bool by_form;
};

static enum stanza_error
error_of(enum status s)
{
	return s == E_LIMIT ? ERR_RESOURCE_CONSTRAINT : ERR_BAD_REQUEST;
}

static enum stanza_error
read_form(struct arena *a, struct elem x, struct question *q)
{
	struct form form;
	enum status s = form_read(a, x, &form);

	if (s == OK && form.form_type.at && !str_eq(form.form_type, NS_SEARCH))
		s = E_INVALID;
	if (s == OK)
		s = question_add(a, q, PERSON_ANY, form_value(&form, ANY_VAR));
	for (size_t i = 0; i < FIELDS && s == OK; i++)
		s = question_add(
		    a, q, fields[i].field, form_value(&form, str_from_c(fields[i].var)));
	return s == OK ? ERR_NONE : error_of(s);
}

static enum stanza_error
read_elements(struct arena *a, struct elem query, struct question *q)
{
	enum status s = OK;

	for (size_t i = 0; i < FIELDS && s == OK; i++)
		if (fields[i].is_plain)
			s = question_add(a, q, fields[i].field,
			    elem_child_text(query, NS_SEARCH, str_from_c(fields[i].var), a));
	return s == OK ? ERR_NONE : error_of(s);
}

/* The id of a person on a page is the address. */
static enum stanza_error
read_page(struct arena *a, struct elem query, const struct search_conf *conf,
    struct result_set_request *page)
{
	struct jid j;

	if (result_set_read(a, elem_child(query, NS_RESULT_SET, S("set")), conf->page, page) !=
	    OK)
		return ERR_BAD_REQUEST;
	if (page->id.len == 0)
		return ERR_NONE;
	if (jid_parse(a, page->id, &j) != OK)
		return ERR_ITEM_NOT_FOUND; /* XEP-0059 section 2.2 */
	page->id = jid_local(j);
	return page->id.len ? ERR_NONE : ERR_ITEM_NOT_FOUND;
}

static enum stanza_error
read_search(
    struct arena *a, struct elem query, const struct search_conf *conf, struct search *out)
{
	struct elem form = elem_child(query, NS_FORM, S("x"));
	enum stanza_error error = read_page(a, query, conf, &out->page);

	question_begin(a, &out->question);
	out->question.unsaid_too = conf->listed == LIST_EVERYBODY;
	out->by_form = elem_exists(form);
	if (error != ERR_NONE)
		return error;
	return out->by_form ? read_form(a, form, &out->question)
			    : read_elements(a, query, &out->question);
}

/* --- the answer --------------------------------------------------------------------------- */

static struct str
address_of(struct arena *a, const struct person *p, struct str host)
{
	return jid_full(jid_join(a, person_field(p, PERSON_USER), host, S("")));
}

static void
write_items(struct xml_writer *w, const struct people_found *f, struct str host)
{
	for (size_t i = 0; i < f->n; i++) {
		xml_open(w, S(""), S("item"));
		xml_attr(w, S("jid"), address_of(w->arena, f->at[i], host));
		for (size_t k = 0; k < FIELDS; k++)
			if (fields[k].is_plain)
				xml_leaf(w, S(""), str_from_c(fields[k].var),
				    person_field(f->at[i], fields[k].field));
		xml_close(w);
	}
}

/* Section 3. */
static void
write_table(struct xml_writer *w, const struct people_found *f, struct str host)
{
	struct form_field cell[FIELDS + 1] = { 0 };
	struct str value[FIELDS + 1];

	cell[0] = (struct form_field){
		.var = S("jid"), .label = S("Address"), .type = FIELD_JID_SINGLE
	};
	for (size_t k = 0; k < FIELDS; k++)
		cell[k + 1] = (struct form_field){ .var = str_from_c(fields[k].var),
			.label = str_from_c(fields[k].label) };
	form_table_begin(w, &(struct form){ .kind = FORM_RESULT,
				.form_type = NS_SEARCH,
				.fields = cell,
				.count = FIELDS + 1 });
	for (size_t i = 0; i < f->n; i++) {
		value[0] = address_of(w->arena, f->at[i], host);
		for (size_t k = 0; k < FIELDS; k++)
			value[k + 1] = person_field(f->at[i], fields[k].field);
		for (size_t k = 0; k < FIELDS + 1; k++)
			cell[k] = (struct form_field){
				.var = k ? str_from_c(fields[k - 1].var) : S("jid"),
				.values = &value[k],
				.count = 1,
			};
		form_row(w, cell, FIELDS + 1);
	}
	form_table_end(w);
}

static void
answer(const struct stanza *request, const struct search *s, const struct people *p,
    struct str host, struct arena *a)
{
	struct people_found found;
	struct xml_writer w;

	people_find(a, p, &s->question, &s->page, &found);
	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_SEARCH, S("query"));
	if (s->by_form)
		write_table(&w, &found, host);
	else
		write_items(&w, &found, host);
	if (s->page.asked)
		result_set_write(&w,
		    &(struct result_set_page){
			.first = found.n ? address_of(a, found.at[0], host) : S(""),
			.last = found.n ? address_of(a, found.at[found.n - 1], host) : S(""),
			.index = found.index,
			.count = found.count });
	xml_close(&w);
	route_result(request, xml_written(&w));
}

static void
refuse_later(const struct stanza *request, enum stanza_error error, struct str text)
{
	struct arena a;

	arena_init(&a, 1024);
	route(stanza_error_answer(request, error, text, (struct str){ 0 }, &a));
	arena_fini(&a);
	module_count(&mod_search, SEARCHES_REFUSED, 1);
}

/* --- at the directory's home -------------------------------------------------------------- */

/* Whose directory has that domain; NULL: it is none of a host's. */
static const struct host *
host_of(struct str domain)
{
	const struct service *s = service_find(domain);

	if (!s)
		return host_find(domain);
	return s->module == &mod_search ? s->host : NULL;
}

/* The host may have gone, or the module there, since it was asked. */
static void
search_in(const struct stanza *request, const struct people *p)
{
	const struct host *host = host_of(jid_domain(request->to));
	const struct search_conf *conf = host ? module_conf(&mod_search, host) : NULL;
	enum stanza_error error;
	struct search s;
	struct arena a;

	if (!conf) {
		route_bounce(request, ERR_SERVICE_UNAVAILABLE);
		return;
	}
	arena_init(&a, 16 * 1024);
	error = read_search(&a, stanza_payload(request), conf, &s);
	if (error != ERR_NONE) {
		refuse_later(request, error, (struct str){ 0 });
	} else if (s.question.n == 0 && !conf->browse) {
		refuse_later(request, ERR_NOT_ACCEPTABLE, S("Say what you search for."));
	} else {
		answer(request, &s, p, host->name, &a);
		module_count(&mod_search, SEARCHES, 1);
	}
	arena_fini(&a);
}

static void
on_ready(void *waiter, const struct people *p, enum status s)
{
	struct stanza *request = waiter;

	if (p)
		search_in(request, p);
	else
		refuse_later(request, stanza_error_of_status(s), (struct str){ 0 });
	stanza_free(&request);
}

static void
ask_at_home(const void *letter)
{
	struct stanza *request = *(struct stanza *const *)letter;
	const struct host *host = host_of(jid_domain(request->to));

	if (host) {
		directory_with(host->name, on_ready, request);
		return;
	}
	route_bounce(request, ERR_SERVICE_UNAVAILABLE);
	stanza_free(&request);
}

/* --- requests ----------------------------------------------------------------------------- */

/* Of all directories together. */
static bool
may_search_again(struct call *c)
{
	const struct search_conf *conf = c->conf;
	struct searcher *s = module_account_state(&mod_search, c->account);
	msec_t now = loop_now_ms();

	if (s->n == 0 || now - s->since_ms >= 60 * 1000)
		*s = (struct searcher){ .since_ms = now };
	if (s->n >= conf->per_minute)
		return false;
	s->n++;
	return true;
}

/* At the home of whoever searches. */
static enum verdict
on_sent(struct call *c)
{
	if (c->stanza->to.local || !host_of(jid_domain(c->stanza->to)) || may_search_again(c))
		return PASS;
	module_count(&mod_search, SEARCHES_REFUSED, 1);
	return refuse_with(c, ERR_RESOURCE_CONSTRAINT,
	    S("Too many searches; try again in a minute."), (struct str){ 0 });
}

static enum verdict
on_set(struct call *c)
{
	struct stanza *request;

	if (!may_search(c))
		return refuse(c, ERR_FORBIDDEN);
	request = stanza_ref(c->stanza);
	worker_post(directory_home(c->host->name), ask_at_home, &request, sizeof(request));
	return DONE;
}

static unsigned
service_home(const struct service *s, struct jid to)
{
	(void)to;
	return directory_home(s->host->name);
}

static enum verdict
to_service(struct call *c)
{
	if (!jid_is_domain(c->stanza->to) || !elem_is(c->payload, NS_SEARCH, S("query")))
		return PASS;
	return c->stanza->type == IQ_GET   ? on_get(c)
	       : c->stanza->type == IQ_SET ? on_set(c)
					   : PASS;
}

static enum verdict
on_changed(struct call *c)
{
	directory_look_again(c->account->jid);
	return PASS;
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct feature features[] = { { NS_SEARCH, SERVER } };

static const struct str service_features[] = { NS_SEARCH };

static struct str
service_domain(const void *conf)
{
	return ((const struct search_conf *)conf)->domain;
}

static const struct service_type service = {
	.label = "search",
	.domain = service_domain,
	.category = S("directory"),
	.type = S("user"),
	.name = "People",
	.features = TABLE(service_features),
	.home = service_home,
	.arrive = to_service,
};

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER, NS_SEARCH, S("query"), HANDLE, on_get },
	{ ON_IQ_SET, SERVER, NS_SEARCH, S("query"), HANDLE, on_set },
	{ ON_IQ_SET, SENT, NS_SEARCH, S("query"), POLICY, on_sent },
	{ .on = ON_CARD_CHANGED, .in = HANDLE, .run = on_changed },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_changed },
};

const struct module mod_search = {
	.name = "search",
	.doc = "People are found by what their business cards say.",
	.specs = LIST(struct spec, { XEP, 55, "1.3", "complete" }),
	.features = TABLE(features),
	.service = &service,
	.needs = LIST(const char *const, "vcard"),
	.conf_size = sizeof(struct search_conf),
	.options = LIST(struct option,
	    { "domain", STRING, FIELD(search_conf, domain), "", NULL, "255",
		"Domain of the directory; `search.` in front of the host's when it is empty." },
	    { "listed", CHOICE, FIELD(search_conf, listed), "everybody", NULL, NULL,
		"Who is found: everybody but those whose cards say that they are private or "
		"confidential (CLASS in a vCard), or only those whose cards say that they are "
		"public.",
		.words = "everybody on_request" },
	    { "open_to", CHOICE, FIELD(search_conf, open_to), "host", NULL, NULL,
		"Who may search: the accounts of the same host, or of all hosts here.",
		.words = "host server" },
	    { "browse", BOOL, FIELD(search_conf, browse), "no", NULL, NULL,
		"Whether a search for nothing finds everybody; else it is refused." },
	    { "page", U32, FIELD(search_conf, page), "100", "1", "1000",
		"People in one answer; clients may ask for the next page." },
	    { "per_minute", U32, FIELD(search_conf, per_minute), "60", "1", "100000",
		"Searches that one account may make in a minute." }),
	.metrics = LIST(struct metric,
	    [SEARCHES] = { "searches", COUNTER, "searches", "Searches answered." },
	    [SEARCHES_REFUSED] = { "searches_refused", COUNTER, "searches",
		"Searches refused." }),
	.account_bytes = sizeof(struct searcher),
	.hooks = TABLE(hooks),
	.enter_worker = directories_enter_worker,
	.leave_worker = directories_leave_worker,
};
