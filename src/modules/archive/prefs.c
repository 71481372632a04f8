/* SPDX-License-Identifier: MIT */
#include "modules/archive/prefs.h"

#include "base/limits.h"
#include "base/table.h"
#include "modules/roster/roster.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

static const char *const words[] = {
	[ARCHIVE_ALWAYS] = "always",
	[ARCHIVE_NEVER] = "never",
	[ARCHIVE_ROSTER] = "roster",
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

struct rule {
	struct str jid; /* behind the struct */
	bool keep;
};

struct prefs {
	enum archive_default otherwise;
	struct table rules; /* struct rule by address */
};

/* --- life ----------------------------------------------------------------------------- */

static struct str
rule_key(const void *value)
{
	return ((const struct rule *)value)->jid;
}

static struct prefs *
prefs_new(enum archive_default otherwise)
{
	struct prefs *p = mem_zalloc(sizeof(*p));

	p->otherwise = otherwise;
	table_init(&p->rules, rule_key);
	return p;
}

void
prefs_free(struct prefs **at)
{
	struct prefs *p = TAKE(*at);
	struct table_walk walk = { 0 };
	void *rule;

	if (!p)
		return;
	while ((rule = table_next(&p->rules, &walk)))
		free(rule);
	table_fini(&p->rules);
	free(p);
}

static void
add_rule(struct prefs *p, struct str jid, bool keep)
{
	struct rule *r = mem_alloc(sizeof(*r) + jid.len);

	memcpy(r + 1, jid.at, jid.len);
	r->jid = str_of((char *)(r + 1), jid.len);
	r->keep = keep;
	free(table_put(&p->rules, r));
}

/* --- meaning -------------------------------------------------------------------------- */

/* Section 2.3.1: a listed address with resource stands for that one alone. */
bool
prefs_want(
    const struct prefs *p, enum archive_default unset, struct account *a, struct jid contact)
{
	const struct rule *r = NULL;

	if (p && !(r = table_get(&p->rules, jid_full(contact))))
		r = table_get(&p->rules, jid_bare(contact));
	if (r)
		return r->keep;
	switch (p ? p->otherwise : unset) {
	case ARCHIVE_ALWAYS:
		return true;
	case ARCHIVE_NEVER:
		return false;
	case ARCHIVE_ROSTER:
		return roster_lists(a, contact);
	}
	return true;
}

/* --- on the wire ---------------------------------------------------------------------- */

static void
write_rules(struct xml_writer *w, const struct prefs *p, struct str name, bool keep)
{
	struct table_walk walk = { 0 };
	const struct rule *r;

	xml_open(w, S(""), name);
	while (p && (r = table_next(&p->rules, &walk)))
		if (r->keep == keep)
			xml_leaf(w, S(""), S("jid"), r->jid);
	xml_close(w);
}

void
prefs_write(struct xml_writer *w, const struct prefs *p, enum archive_default unset)
{
	xml_open(w, NS_MAM, S("prefs"));
	xml_attr(w, S("default"), str_from_c(words[p ? p->otherwise : unset]));
	write_rules(w, p, S("always"), true);
	write_rules(w, p, S("never"), false);
	xml_close(w);
}

static enum stanza_error
read_rules(struct elem list, bool keep, struct arena *a, struct prefs *p)
{
	for (struct elem e = elem_child(list, NS_MAM, S("jid")); elem_exists(e);
	     e = elem_next_like(e)) {
		struct jid jid;

		if (table_count(&p->rules) == ARCHIVE_RULES_MAX)
			return ERR_RESOURCE_CONSTRAINT;
		if (jid_parse(a, str_trim(elem_text(e, a)), &jid) != OK)
			return ERR_JID_MALFORMED;
		add_rule(p, jid_full(jid), keep);
	}
	return ERR_NONE;
}

static bool
read_default(struct str word, enum archive_default *out)
{
	for (unsigned i = 0; i < WORDS; i++)
		if (str_eq(word, str_from_c(words[i]))) {
			*out = (enum archive_default)i;
			return true;
		}
	return false;
}

enum stanza_error
prefs_read(struct elem e, struct arena *a, struct prefs **out, struct str *text)
{
	enum archive_default otherwise;
	enum stanza_error error;
	struct xml_writer w;
	struct prefs *p;

	if (!read_default(elem_attr_or_none(e, S("default"), a), &otherwise))
		return ERR_BAD_REQUEST;
	p = prefs_new(otherwise);
	/* Who is in both lists is in the second. */
	error = read_rules(elem_child(e, NS_MAM, S("always")), true, a, p);
	if (error == ERR_NONE)
		error = read_rules(elem_child(e, NS_MAM, S("never")), false, a, p);
	if (error != ERR_NONE) {
		prefs_free(&p);
		return error;
	}
	xml_begin_inner(&w, a, S(""));
	prefs_write(&w, p, otherwise);
	*text = xml_written(&w);
	*out = p;
	return ERR_NONE;
}

struct prefs *
prefs_load(struct str text)
{
	AUTO(frozen) xml = NULL;
	struct prefs *p = NULL;
	struct arena a;

	arena_init(&a, 1024);
	if (xml_parse(text, &xml_bounds_stored, &xml) == OK)
		(void)prefs_read(frozen_root(xml), &a, &p, &text);
	arena_fini(&a);
	return p;
}
