/* SPDX-License-Identifier: MIT */
#include "xmpp/bookmark.h"

#include "xmpp/jid.h"
#include "xmpp/ns.h"

static struct str
child_text(struct elem e, struct str name, struct arena *a)
{
	struct elem child = elem_child(e, elem_ns(e), name);

	return elem_exists(child) ? elem_text(child, a) : (struct str){ 0 };
}

static bool
read_room(struct arena *a, struct str text, struct bookmark *out)
{
	struct jid jid;

	if (jid_parse(a, text, &jid) != OK || !jid_is_bare(jid))
		return false;
	out->room = jid_full(jid);
	return true;
}

static void
read_rest(struct arena *a, struct elem conference, struct bookmark *out)
{
	struct str autojoin = str_trim(elem_attr_or_none(conference, S("autojoin"), a));

	out->name = elem_attr_or_none(conference, S("name"), a);
	out->autojoin = str_eq(autojoin, S("true")) || str_eq(autojoin, S("1"));
	out->nick = child_text(conference, S("nick"), a);
	out->password = child_text(conference, S("password"), a);
}

bool
bookmark_of_list(struct arena *a, struct elem conference, struct bookmark *out)
{
	*out = (struct bookmark){ .extensions = ELEM_NONE };
	if (!elem_is(conference, NS_BOOKMARK_LIST, S("conference")) ||
	    !read_room(a, elem_attr_or_none(conference, S("jid"), a), out))
		return false;
	read_rest(a, conference, out);
	return true;
}

bool
bookmark_of_item(struct arena *a, struct str id, struct elem conference, struct bookmark *out)
{
	*out = (struct bookmark){ .extensions = ELEM_NONE };
	if (!elem_is(conference, NS_BOOKMARKS, S("conference")) || !read_room(a, id, out))
		return false;
	read_rest(a, conference, out);
	out->extensions = elem_child(conference, NS_BOOKMARKS, S("extensions"));
	return true;
}

bool
bookmark_eq(const struct bookmark *a, const struct bookmark *b)
{
	return str_eq(a->room, b->room) && str_eq(a->name, b->name) &&
	       str_eq(a->nick, b->nick) && str_eq(a->password, b->password) &&
	       a->autojoin == b->autojoin;
}

static void
write_rest(struct xml_writer *w, const struct bookmark *b)
{
	if (b->name.len)
		xml_attr(w, S("name"), b->name);
	if (b->autojoin)
		xml_attr(w, S("autojoin"), S("true"));
	if (b->nick.len)
		xml_leaf(w, S(""), S("nick"), b->nick);
	if (b->password.len)
		xml_leaf(w, S(""), S("password"), b->password);
}

void
bookmark_write(struct xml_writer *w, const struct bookmark *b)
{
	xml_open(w, NS_BOOKMARK_LIST, S("conference"));
	xml_attr(w, S("jid"), b->room);
	write_rest(w, b);
	xml_close(w);
}

struct str
bookmark_payload(struct arena *a, const struct bookmark *b)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, S(""));
	xml_open(&w, NS_BOOKMARKS, S("conference"));
	write_rest(&w, b);
	if (elem_exists(b->extensions))
		xml_copy(&w, b->extensions);
	xml_close(&w);
	return xml_written(&w);
}
