/* SPDX-License-Identifier: MIT */
#include "xmpp/vcard4.h"

#include "xml/writer.h"
#include "xmpp/ns.h"

/* --- what there is -------------------------------------------------------------------- */

struct part {
	const char *card, *vcard;
};

static const struct part of_name[] = {
	{ "FAMILY", "surname" },
	{ "GIVEN", "given" },
	{ "MIDDLE", "additional" },
	{ "PREFIX", "prefix" },
	{ "SUFFIX", "suffix" },
	{ NULL, NULL },
};

static const struct part of_address[] = {
	{ "POBOX", "pobox" },
	{ "EXTADD", "ext" },
	{ "STREET", "street" },
	{ "LOCALITY", "locality" },
	{ "REGION", "region" },
	{ "PCODE", "code" },
	{ "CTRY", "country" },
	{ NULL, NULL },
};

/* Elements in the one, words of a parameter in the other. */
static const struct part types[] = {
	{ "HOME", "home" },
	{ "WORK", "work" },
	{ "VOICE", "voice" },
	{ "FAX", "fax" },
	{ "PAGER", "pager" },
	{ "CELL", "cell" },
	{ "VIDEO", "video" },
	{ NULL, NULL },
};

/* How a value is written. */
enum shape {
	PLAIN,    /* text in the element, in a child of vCard4 that says its kind */
	WITHIN,   /* text in a child of each */
	PARTS,    /* texts in several children */
	ORG_UNITS /* ORGNAME and each ORGUNIT, <text/> for each */
};

/* Where a vCard4 name occurs twice the first takes what comes from there. */
static const struct property {
	const char *card, *vcard;
	enum shape shape;
	const char *value;  /* vCard4's child */
	const char *scheme; /* of a URI; "" else */
	const char *within; /* vcard-temp's child */
	const struct part *parts;
} properties[] = {
	{ "FN", "fn", PLAIN, "text", "", NULL, NULL },
	{ "N", "n", PARTS, NULL, "", NULL, of_name },
	{ "NICKNAME", "nickname", PLAIN, "text", "", NULL, NULL },
	{ "BDAY", "bday", PLAIN, "date", "", NULL, NULL },
	{ "ADR", "adr", PARTS, NULL, "", NULL, of_address },
	{ "TEL", "tel", WITHIN, "uri", "tel:", "NUMBER", NULL },
	{ "EMAIL", "email", WITHIN, "text", "", "USERID", NULL },
	{ "JABBERID", "impp", PLAIN, "uri", "xmpp:", NULL, NULL },
	{ "TITLE", "title", PLAIN, "text", "", NULL, NULL },
	{ "ROLE", "role", PLAIN, "text", "", NULL, NULL },
	{ "ORG", "org", ORG_UNITS, "text", "", NULL, NULL },
	{ "URL", "url", PLAIN, "uri", "", NULL, NULL },
	{ "TZ", "tz", PLAIN, "text", "", NULL, NULL },
	{ "DESC", "note", PLAIN, "text", "", NULL, NULL }, /* section 7.1.1 */
	{ "NOTE", "note", PLAIN, "text", "", NULL, NULL },
};

enum { PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

static const struct property *
in_card(struct elem e)
{
	for (size_t i = 0; i < PROPERTIES; i++)
		if (elem_is(e, NS_VCARD, str_from_c(properties[i].card)))
			return &properties[i];
	return NULL;
}

/* The text of the value, which stands behind the parameters. */
static struct str
value_in_vcard(struct elem e, struct arena *a)
{
	struct elem value = elem_first(e);

	if (elem_is(value, NS_VCARD4, S("parameters")))
		value = elem_next(value);
	return elem_exists(value) ? str_trim(elem_text(value, a)) : (struct str){ 0 };
}

/* <impp/> is JABBERID if it is of XMPP. */
static const struct property *
in_vcard(struct elem e, struct arena *a)
{
	for (size_t i = 0; i < PROPERTIES; i++)
		if (elem_is(e, NS_VCARD4, str_from_c(properties[i].vcard)))
			return str_eq(elem_name(e), S("impp")) &&
				       !str_starts(value_in_vcard(e, a), S("xmpp:"))
				   ? NULL
				   : &properties[i];
	return NULL;
}

/* --- from vcard-temp -------------------------------------------------------------------- */

static struct str
part_of_card(struct elem e, const char *name, struct arena *a)
{
	return str_trim(elem_child_text(e, NS_VCARD, str_from_c(name), a));
}

static struct str
value_in_card(const struct property *p, struct elem e, struct arena *a)
{
	return p->within ? part_of_card(e, p->within, a) : str_trim(elem_text(e, a));
}

static bool
says_something(const struct property *p, struct elem e, struct arena *a)
{
	if (p->shape == ORG_UNITS)
		return part_of_card(e, "ORGNAME", a).len > 0;
	if (p->shape != PARTS)
		return value_in_card(p, e, a).len > 0;
	for (const struct part *part = p->parts; part->card; part++)
		if (part_of_card(e, part->card, a).len)
			return true;
	return false;
}

static void
write_parameters(struct xml_writer *w, struct elem e)
{
	bool opened = false;

	for (const struct part *type = types; type->card; type++) {
		if (!elem_exists(elem_child(e, NS_VCARD, str_from_c(type->card))))
			continue;
		if (!opened) {
			xml_open(w, S(""), S("parameters"));
			xml_open(w, S(""), S("type"));
		}
		opened = true;
		xml_leaf(w, S(""), S("text"), str_from_c(type->vcard));
	}
	if (opened) {
		xml_close(w);
		xml_close(w);
	}
}

static void
write_in_vcard(struct xml_writer *w, const struct property *p, struct elem e, struct arena *a)
{
	struct str text;

	xml_open(w, S(""), str_from_c(p->vcard));
	write_parameters(w, e);
	switch (p->shape) {
	case PARTS: /* all of them, in order (RFC 6351 appendix A) */
		for (const struct part *part = p->parts; part->card; part++)
			xml_leaf(
			    w, S(""), str_from_c(part->vcard), part_of_card(e, part->card, a));
		break;
	case ORG_UNITS:
		xml_leaf(w, S(""), S("text"), part_of_card(e, "ORGNAME", a));
		for (struct elem unit = elem_child(e, NS_VCARD, S("ORGUNIT"));
		     elem_exists(unit); unit = elem_next_like(unit))
			xml_leaf(w, S(""), S("text"), elem_text(unit, a));
		break;
	default:
		text = value_in_card(p, e, a);
		xml_leaf(w, S(""), str_from_c(p->value),
		    str_format(a, "%s%.*s", p->scheme, STR_ARG(text)));
	}
	xml_close(w);
}

struct str
vcard4_of_card(struct arena *a, struct elem card, struct elem before)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, S(""));
	xml_open(&w, NS_VCARD4, S("vcard"));
	for (struct elem e = elem_first(card); elem_exists(e); e = elem_next(e)) {
		const struct property *p = in_card(e);

		if (p && says_something(p, e, a))
			write_in_vcard(&w, p, e, a);
	}
	for (struct elem e = elem_first(before); elem_exists(e); e = elem_next(e))
		if (!in_vcard(e, a))
			xml_copy(&w, e);
	xml_close(&w);
	return xml_written(&w);
}

bool
vcard4_can_say(struct arena *a, struct elem card)
{
	for (struct elem e = elem_first(card); elem_exists(e); e = elem_next(e)) {
		const struct property *p = in_card(e);

		if (p && says_something(p, e, a))
			return true;
	}
	return false;
}

/* --- from vCard4 ------------------------------------------------------------------------ */

static bool
has_type(struct elem e, const char *name, struct arena *a)
{
	struct elem parameters = elem_child(e, NS_VCARD4, S("parameters"));
	struct elem type = elem_child(parameters, NS_VCARD4, S("type"));
	struct elem text = elem_child(type, NS_VCARD4, S("text"));

	for (; elem_exists(text); text = elem_next_like(text))
		if (str_eq_nocase(elem_text(text, a), str_from_c(name)))
			return true;
	return false;
}

static void
write_text_unless_empty(struct xml_writer *w, const char *name, struct str text)
{
	if (text.len)
		xml_leaf(w, S(""), str_from_c(name), text);
}

static void
write_units(struct xml_writer *w, struct elem e, struct arena *a)
{
	const char *name = "ORGNAME";

	for (struct elem text = elem_child(e, NS_VCARD4, S("text")); elem_exists(text);
	     text = elem_next_like(text)) {
		xml_leaf(w, S(""), str_from_c(name), elem_text(text, a));
		name = "ORGUNIT";
	}
}

static void
write_in_card(struct xml_writer *w, const struct property *p, struct elem e, struct arena *a)
{
	struct str text = value_in_vcard(e, a), scheme = str_from_c(p->scheme);

	if (scheme.len && str_starts(text, scheme))
		text = str_slice(text, scheme.len, text.len);
	xml_open(w, S(""), str_from_c(p->card));
	for (const struct part *type = types; type->card; type++)
		if (has_type(e, type->vcard, a))
			xml_empty(w, S(""), str_from_c(type->card));
	if (p->shape == PARTS) {
		for (const struct part *part = p->parts; part->card; part++)
			write_text_unless_empty(w, part->card,
			    str_trim(
				elem_child_text(e, NS_VCARD4, str_from_c(part->vcard), a)));
	} else if (p->shape == ORG_UNITS) {
		write_units(w, e, a);
	} else if (p->within) {
		write_text_unless_empty(w, p->within, text);
	} else {
		xml_text(w, text);
	}
	xml_close(w);
}

struct str
vcard4_to_card(struct arena *a, struct elem vcard, struct elem before)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, S(""));
	xml_open(&w, NS_VCARD, S("vCard"));
	for (struct elem e = elem_first(vcard); elem_exists(e); e = elem_next(e)) {
		const struct property *p = in_vcard(e, a);

		if (p)
			write_in_card(&w, p, e, a);
	}
	for (struct elem e = elem_first(before); elem_exists(e); e = elem_next(e))
		if (!in_card(e))
			xml_copy(&w, e);
	xml_close(&w);
	return xml_written(&w);
}
