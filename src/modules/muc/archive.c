/* SPDX-License-Identifier: MIT
 *
 * The room's archive (XEP-0313 section 6): what was said, as everybody got it, and by whom,
 * which only those are told who may see addresses.
 *
 * The text that is kept is the message, with its sender's address in <x xmlns='...muc#user'/>
 * as the last child. No client can put one there (claims.c).
 */
#include "modules/archive/archive.h"
#include "modules/muc/muc.h"
#include "xmpp/ns.h"

/* --- what is kept --------------------------------------------------------------------- */

static struct str
text_to_keep(
    struct call *c, const struct occupant *by, struct jid real, const struct stanza *st)
{
	AUTO(stanza) named = NULL;
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	xml_open(&w, NS_MUC_USER, S("x"));
	xml_open(&w, S(""), S("item"));
	xml_attr(&w, S("affiliation"),
	    room_affiliation_name((enum room_affiliation)by->affiliation));
	xml_attr(&w, S("jid"), jid_full(real));
	xml_attr(&w, S("role"), room_role_name((enum room_role)by->role));
	xml_close(&w);
	xml_close(&w);
	named = stanza_with(st, xml_written(&w), c->arena);
	return stanza_text(named, c->arena);
}

void
room_archive(struct call *c, struct room *r, const struct occupant *by, uint64_t id,
    const struct stanza *st)
{
	struct store_message m = {
		.owner = jid_full(r->jid),
		.contact = jid_full(by->jid),
		.id = id,
		.name = st->id,
		.text = text_to_keep(c, by, c->stanza->from, st),
	};

	store_archive(call_rows(c), &m);
}

/* --- as it was sent ------------------------------------------------------------------- */

/* Without the address. */
static struct str
text_for_all(struct str text, struct arena *a)
{
	static const char mark[] = "<x xmlns='http://jabber.org/protocol/muc#user'",
			  end[] = "</message>";
	size_t at = text.len;

	while (at > 0 && !str_starts(str_slice(text, at, SIZE_MAX), str_from_c(mark)))
		at--;
	if (at == 0)
		return text;
	return str_format(a, "%.*s%s", STR_ARG(str_slice(text, 0, at)), end);
}

enum status
room_archived_stanza(
    const struct room *r, struct str text, struct arena *a, struct stanza **out)
{
	(void)r;
	return stanza_from_text(text_for_all(text, a), a, out);
}
