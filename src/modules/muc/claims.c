/* SPDX-License-Identifier: MIT
 *
 * What clients claim and only rooms may say: roles, affiliations, addresses and status codes
 * (XEP-0045 section 17.3), ids of occupants (XEP-0421 section 4), hats (XEP-0317) and of the
 * room's archive (XEP-0359 section 3), and that the room kept it since then (XEP-0203 section
 * 5). None of it is passed on.
 */
#include "modules/archive/id.h"
#include "modules/muc/muc.h"
#include "xmpp/ns.h"

/* Whether that attribute names the room. */
static bool
is_of_room(struct elem e, struct str name, const struct room *r, struct arena *a)
{
	struct jid named;

	return jid_parse(a, elem_attr_or_none(e, name, a), &named) == OK &&
	       jid_eq(named, r->jid);
}

static bool
is_claim(struct elem e, const struct room *r, struct arena *a)
{
	struct str ns = elem_ns(e);

	return str_eq(ns, NS_MUC) || str_eq(ns, NS_MUC_USER) || str_eq(ns, NS_OCCUPANT_ID) ||
	       str_eq(ns, NS_HATS) ||
	       (str_eq(ns, NS_STANZA_ID) && str_eq(elem_name(e), S("stanza-id")) &&
		   is_of_room(e, S("by"), r, a)) ||
	       (str_eq(ns, NS_DELAY) && is_of_room(e, S("from"), r, a));
}

void
room_copy_content(struct xml_writer *w, const struct room *r, const struct stanza *st)
{
	struct elem e = elem_first(stanza_root(st));
	bool claims = false;

	for (; elem_exists(e) && !claims; e = elem_next(e))
		claims = is_claim(e, r, w->arena);
	if (!claims) {
		xml_raw(w, frozen_content(st->xml));
		return;
	}
	for (e = elem_first(stanza_root(st)); elem_exists(e); e = elem_next(e))
		if (!is_claim(e, r, w->arena))
			xml_copy(w, e);
}

void
room_write_archive_id(struct xml_writer *w, const struct room *r, uint64_t id)
{
	xml_open(w, NS_STANZA_ID, S("stanza-id"));
	xml_attr(w, S("by"), jid_full(r->jid));
	xml_attr(w, S("id"), archive_id_show(w->arena, r->jid, id));
	xml_close(w);
}

void
room_write_id(struct xml_writer *w, const struct occupant *o)
{
	xml_open(w, NS_OCCUPANT_ID, S("occupant-id"));
	xml_attr(w, S("id"), str_of(o->id, sizeof(o->id)));
	xml_close(w);
}
