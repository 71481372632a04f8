/* SPDX-License-Identifier: MIT
 *
 * What a room says about itself (XEP-0045 sections 6.4 and 6.5).
 */
#include "base/limits.h"
#include "modules/muc/service.h"
#include "xmpp/disco.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

static void
write_features(struct xml_writer *w, const struct room_conf *conf)
{
	static const struct str all[] = { NS_DISCO_INFO, NS_DISCO_ITEMS, NS_MUC,
		NS_MUC_STABLE_ID, NS_OCCUPANT_ID, NS_SELF_PING, NS_MUC_SUB, NS_STANZA_ID,
		NS_VCARD, NS_HATS, NS_COMMANDS };
	static const struct str archive[] = { NS_MAM, NS_MAM_EXTENDED, NS_FULLTEXT,
		NS_MODERATION };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		disco_write_feature(w, all[i]);
	for (size_t i = 0; conf->archived && i < sizeof(archive) / sizeof(archive[0]); i++)
		disco_write_feature(w, archive[i]);
	disco_write_feature(w, conf->is_public ? S("muc_public") : S("muc_hidden"));
	disco_write_feature(w, conf->persistent ? S("muc_persistent") : S("muc_temporary"));
	disco_write_feature(w, conf->members_only ? S("muc_membersonly") : S("muc_open"));
	disco_write_feature(w, conf->moderated ? S("muc_moderated") : S("muc_unmoderated"));
	disco_write_feature(
	    w, conf->anonymous ? S("muc_semianonymous") : S("muc_nonanonymous"));
	disco_write_feature(
	    w, conf->password.len ? S("muc_passwordprotected") : S("muc_unsecured"));
}

/* Its text, when it is one that anybody may know. */
static struct str
subject_of(const struct room *r, struct arena *a)
{
	if (!r->subject || r->conf->members_only || r->conf->password.len)
		return S("");
	return elem_child_text(stanza_root(r->subject), NS_CLIENT, S("subject"), a);
}

static size_t
split_lines(struct str lines, struct str *out, size_t max)
{
	struct str line;
	size_t n = 0;

	while (n < max && str_split(&lines, '\n', &line))
		if (line.len)
			out[n++] = line;
	return n;
}

static void
write_form(struct xml_writer *w, const struct room *r)
{
	const struct room_conf *conf = r->conf;
	struct arena *a = w->arena;
	struct str contacts[ROOM_CONTACTS_MAX], hashes[ROOM_PICTURES_MAX];
	size_t n = split_lines(conf->contacts, contacts, ROOM_CONTACTS_MAX);
	size_t n_hashes = split_lines(str_from_c(r->avatar), hashes, ROOM_PICTURES_MAX);
	struct str occupants = str_format(a, "%zu", table_count(&r->occupants));
	struct str history = str_format(a, "%u", (unsigned)conf->history);
	struct str slow = str_format(a, "%u", (unsigned)conf->slow_mode_s);
	struct str hats = r->hats ? hats_hash(r->hats, a) : S("");
	struct str may = conf->occupants_may_set_subject ? S("1") : S("0");

	struct form_field fields[] = {
		{ .var = S("muc#roominfo_description"), FIELD_VALUE(conf->description) },
		{ .var = S("muc#roominfo_contactjid"),
		    .type = FIELD_JID_MULTI,
		    .values = contacts,
		    .count = n },
		{ .var = S("muc#roominfo_subject"), FIELD_VALUE(subject_of(r, a)) },
		{ .var = S("muc#roominfo_subjectmod"),
		    .type = FIELD_BOOLEAN,
		    FIELD_VALUE(may) },
		{ .var = S("muc#roomconfig_changesubject"),
		    .type = FIELD_BOOLEAN,
		    FIELD_VALUE(may) },
		{ .var = S("muc#roominfo_occupants"), FIELD_VALUE(occupants) },
		{ .var = S("muc#roominfo_lang"), FIELD_VALUE(conf->language) },
		{ .var = S("muc#roominfo_slow_mode_duration"), FIELD_VALUE(slow) },
		{ .var = S("muc#maxhistoryfetch"), FIELD_VALUE(history) },
		{ .count = 0 },
		{ .count = 0 },
	};
	size_t count = sizeof(fields) / sizeof(fields[0]) - 2;

	/* What is missing where there is none (XEP-0486 section 3.3, XEP-0317 section 2). */
	if (n_hashes)
		fields[count++] = (struct form_field){ .var = S("muc#roominfo_avatarhash"),
			.type = FIELD_TEXT_MULTI,
			.values = hashes,
			.count = n_hashes };
	if (hats.len)
		fields[count++] =
		    (struct form_field){ .var = S("hats#hash"), .values = &hats, .count = 1 };
	form_write(w, &(struct form){ .kind = FORM_RESULT,
			  .form_type = NS_MUC_ROOM_INFO,
			  .fields = fields,
			  .count = count });
}

static struct str
name_of(const struct room *r)
{
	return r->conf->name.len ? r->conf->name : jid_local(r->jid);
}

/* Section 16.2.1: no namespace is left out of what passes. */
static enum verdict
on_node(struct call *c, struct room *r, struct str node)
{
	if (str_eq(node, ROOM_OWN_NICK))
		return room_on_own_nick(c, r);
	return refuse(
	    c, str_eq(node, NS_MUC_TRAFFIC) ? ERR_SERVICE_UNAVAILABLE : ERR_ITEM_NOT_FOUND);
}

enum verdict
room_on_info(struct call *c, struct room *r, struct seat *by)
{
	struct str node = elem_attr_or_none(c->payload, S("node"), c->arena);
	struct xml_writer w;

	(void)by;
	if (node.len)
		return on_node(c, r, node);
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_INFO, S("query"));
	disco_write_identity(&w, S("conference"), S("text"), name_of(r));
	write_features(&w, r->conf);
	write_form(&w, r);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Who is there is told to those who are there, and who they see anyway. */
enum verdict
room_on_items(struct call *c, struct room *r, struct seat *by)
{
	struct table_walk walk = { 0 };
	const struct occupant *o;
	struct xml_writer w;

	if (str_eq(elem_attr_or_none(c->payload, S("node"), c->arena), NS_COMMANDS))
		return room_on_command_list(c, r);
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	while (by && (o = table_next(&r->occupants, &walk)))
		if (occupant_is_seen(o)) {
			xml_open(&w, S(""), S("item"));
			xml_attr(&w, S("jid"), jid_full(o->jid));
			xml_close(&w);
		}
	xml_close(&w);
	return iq_result_finish(c, &w);
}
