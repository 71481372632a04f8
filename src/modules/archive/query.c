/* SPDX-License-Identifier: MIT
 *
 * From a query as clients write it (XEP-0313 section 4) to the store's.
 */
#include "base/limits.h"
#include "modules/archive/archive.h"
#include "xmpp/date.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

/* XEP-0431; the other name is what clients used before it had this one. */
#define FIELD_SEARCH S("{urn:xmpp:fulltext:0}fulltext")
#define FIELD_SEARCH_OLD S("withtext")

struct reading {
	struct archive_query *query;
	struct jid owner;
	struct arena *arena;
	uint64_t *known; /* ids that must exist */
	unsigned n_known;
	uint64_t *ids; /* that are asked for */
	unsigned n_ids;
};

/* --- fields --------------------------------------------------------------------------- */

/* An id that must be in the archive. */
static enum stanza_error
read_known_id(struct reading *r, struct str text, uint64_t *id)
{
	if (archive_id_read(text, r->owner, id) != OK)
		return ERR_ITEM_NOT_FOUND;
	r->known[r->n_known++] = *id;
	return ERR_NONE;
}

static enum stanza_error
read_with(struct reading *r, struct str value)
{
	struct jid with;

	if (jid_parse(r->arena, str_trim(value), &with) != OK)
		return ERR_JID_MALFORMED;
	r->query->store.contact = jid_full(with);
	return ERR_NONE;
}

/* Both ends belong to the time that is asked for, ids at both do not. Several filters of one
 * side: the narrower counts. */
static enum stanza_error
read_moment(struct reading *r, struct str value, bool end)
{
	struct store_query *q = &r->query->store;
	usec_t moment;
	uint64_t id;

	if (date_parse(str_trim(value), &moment) != OK)
		return ERR_BAD_REQUEST;
	id = moment > 1 ? (uint64_t)moment : 1;
	if (end && (!q->before || id + 1 < q->before))
		q->before = id + 1;
	if (!end && id - 1 > q->after)
		q->after = id - 1;
	return ERR_NONE;
}

static enum stanza_error
read_limit_id(struct reading *r, struct str value, bool before)
{
	struct store_query *q = &r->query->store;
	enum stanza_error error;
	uint64_t id;

	if ((error = read_known_id(r, value, &id)) != ERR_NONE)
		return error;
	if (before && (!q->before || id < q->before))
		q->before = id;
	if (!before && id > q->after)
		q->after = id;
	return ERR_NONE;
}

static enum stanza_error
read_ids(struct reading *r, const struct form_field *f)
{
	if (f->count > ARCHIVE_IDS_MAX)
		return ERR_RESOURCE_CONSTRAINT;
	r->ids = arena_alloc(r->arena, f->count * sizeof(*r->ids));
	for (size_t i = 0; i < f->count; i++)
		if (archive_id_read(f->values[i], r->owner, &r->ids[r->n_ids++]) != OK)
			return ERR_ITEM_NOT_FOUND;
	return ERR_NONE;
}

static enum stanza_error
read_search(struct reading *r, struct str value)
{
	if (value.len > ARCHIVE_SEARCH_BYTES)
		return ERR_RESOURCE_CONSTRAINT;
	r->query->store.text = value;
	return ERR_NONE;
}

static enum stanza_error
read_field(struct reading *r, const struct form_field *f)
{
	struct str value = f->count ? f->values[0] : S("");

	if (f->count == 0 || (f->count == 1 && value.len == 0))
		return ERR_NONE; /* as if it were not there */
	if (str_eq(f->var, S("ids")))
		return read_ids(r, f);
	if (f->count > 1)
		return ERR_BAD_REQUEST;
	if (str_eq(f->var, S("with")))
		return read_with(r, value);
	if (str_eq(f->var, S("start")) || str_eq(f->var, S("end")))
		return read_moment(r, value, str_eq(f->var, S("end")));
	if (str_eq(f->var, S("before-id")) || str_eq(f->var, S("after-id")))
		return read_limit_id(r, value, str_eq(f->var, S("before-id")));
	if (str_eq(f->var, FIELD_SEARCH) || str_eq(f->var, FIELD_SEARCH_OLD))
		return read_search(r, value);
	if (str_eq(f->var, S("include-groupchat")))
		return ERR_NONE;            /* there is none in these archives */
	return ERR_FEATURE_NOT_IMPLEMENTED; /* section 4.1.5 */
}

static enum stanza_error
read_form(struct reading *r, struct elem x)
{
	enum stanza_error error = ERR_NONE;
	struct form form;

	if (!elem_exists(x))
		return ERR_NONE;
	if (form_read(r->arena, x, &form) != OK || form.kind != FORM_SUBMIT ||
	    !str_eq(form.form_type, NS_MAM))
		return ERR_BAD_REQUEST;
	for (size_t i = 0; i < form.count && error == ERR_NONE; i++)
		error = read_field(r, &form.fields[i]);
	return error;
}

/* --- pages ---------------------------------------------------------------------------- */

static enum stanza_error
read_page(struct reading *r, struct elem set)
{
	struct store_query *q = &r->query->store;
	struct result_set_request page;
	enum status s = result_set_read(r->arena, set, ARCHIVE_PAGE_MAX, &page);

	if (s != OK)
		return s == E_LIMIT ? ERR_ITEM_NOT_FOUND : ERR_BAD_REQUEST;
	q->limit = page.max;
	switch (page.from) {
	case RESULT_SET_FIRST:
		break;
	case RESULT_SET_LAST:
		q->backwards = true;
		break;
	case RESULT_SET_AFTER:
	case RESULT_SET_BEFORE:
		q->backwards = page.from == RESULT_SET_BEFORE;
		return read_known_id(r, page.id, &q->from);
	case RESULT_SET_INDEX:
		/* XEP-0059 section 2.6: where places are not known, they cannot be asked for.
		 */
		if (q->text.len || !jid_is_bare(jid_trusted(q->contact)))
			return ERR_FEATURE_NOT_IMPLEMENTED;
		q->skip = page.index;
	}
	return ERR_NONE;
}

static int
by_age(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Those of the ids that are on the page, oldest first, each once. */
static void
cut_ids(struct reading *r)
{
	struct archive_query *q = r->query;
	unsigned n = 0, first = 0;

	qsort(r->ids, r->n_ids, sizeof(*r->ids), by_age);
	for (unsigned i = 0; i < r->n_ids; i++) {
		uint64_t id = r->ids[i], from = q->store.from;
		bool beside = from && (q->store.backwards ? id >= from : id <= from);

		if (!beside && (n == 0 || r->ids[n - 1] != id))
			r->ids[n++] = id;
	}
	q->more = n > q->store.limit;
	if (q->more && q->store.backwards)
		first = n - q->store.limit;
	if (q->more)
		n = q->store.limit;
	q->store.what = STORE_MESSAGES;
	q->store.all = true;
	q->store.backwards = false;
	q->store.ids = r->ids + first;
	q->store.n_ids = n;
}

enum stanza_error
archive_query_read(struct elem e, struct jid owner, struct arena *a, struct archive_query *out)
{
	struct reading r = {
		.query = out,
		.owner = owner,
		.arena = a,
		/* One at each end, and where the page begins. */
		.known = arena_alloc(a, 3 * sizeof(uint64_t)),
	};
	enum stanza_error error;

	*out = (struct archive_query){
		.store = { .what = STORE_ARCHIVE, .owner = jid_full(owner) },
		.flip = elem_exists(elem_child(e, NS_MAM, S("flip-page"))),
	};
	if (!elem_attr(e, S("queryid"), a, &out->query_id))
		out->query_id = (struct str){ 0 };
	if (elem_attr_or_none(e, S("node"), a).len)
		return ERR_ITEM_NOT_FOUND; /* an account has one archive */
	if ((error = read_form(&r, elem_child(e, NS_FORM, S("x")))) != ERR_NONE ||
	    (error = read_page(&r, elem_child(e, NS_RESULT_SET, S("set")))) != ERR_NONE)
		return error;
	out->store.ids = r.known;
	out->store.n_ids = r.n_known;
	if (r.n_ids > 0)
		cut_ids(&r);
	return ERR_NONE;
}

/* --- the form ------------------------------------------------------------------------- */

static void
write_field(struct xml_writer *w, struct str type, struct str var)
{
	xml_open(w, S(""), S("field"));
	xml_attr(w, S("type"), type);
	xml_attr(w, S("var"), var);
}

void
archive_form_write(struct xml_writer *w)
{
	static const struct {
		struct str type, var;
	} fields[] = {
		{ S("jid-single"), S("with") },
		{ S("text-single"), S("start") },
		{ S("text-single"), S("end") },
		{ S("text-single"), S("before-id") },
		{ S("text-single"), S("after-id") },
		{ S("boolean"), S("include-groupchat") },
		{ S("text-single"), FIELD_SEARCH },
		{ S("text-single"), FIELD_SEARCH_OLD },
	};

	xml_open(w, NS_MAM, S("query"));
	xml_open(w, NS_FORM, S("x"));
	xml_attr(w, S("type"), S("form"));
	write_field(w, S("hidden"), S("FORM_TYPE"));
	xml_leaf(w, S(""), S("value"), NS_MAM);
	xml_close(w);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		write_field(w, fields[i].type, fields[i].var);
		xml_close(w);
	}
	write_field(w, S("list-multi"), S("ids"));
	xml_open(w, NS_FORM_VALIDATE, S("validate"));
	xml_attr(w, S("datatype"), S("xs:string"));
	xml_empty(w, S(""), S("open"));
	xml_close(w);
	xml_close(w);
	xml_close(w);
	xml_close(w);
}
