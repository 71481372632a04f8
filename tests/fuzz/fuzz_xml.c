/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a document and as a stream, with expat as the judge:
 *
 *   - what we accept expat accepts, with the same names, attributes and text;
 *   - what expat accepts and XMPP does not restrict we accept;
 *   - what we write again (elem_markup, frozen_content under another head, xml_copy,
 *     elem_freeze) is read as the same element.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <expat.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

enum { DEPTH = 40, OUTPUT_MAX = 64 * 1024 * 1024, RECIPE_MAX = 150 };

#define SEPARATOR "\001" /* between namespace and name: no XML has it */

static const struct xml_bounds bounds = {
	.bytes = 1 << 20, .depth = DEPTH, .attributes = 100, .elements = 100000
};

static const struct xml_bounds widest = { .bytes = XML_BYTES_MAX,
	.depth = XML_DEPTH_MAX,
	.attributes = XML_ATTRIBUTES_MAX,
	.elements = UINT32_MAX };

/* --- elements as text ----------------------------------------------------------------- */

static void
add(struct buf *out, struct str text)
{
	enum status s = buf_add(out, text);

	assert(s == OK);
}

/* With its length, so that no two things look the same. */
static void
add_counted(struct buf *out, char kind, struct str text)
{
	char count[64];
	int n = snprintf(count, sizeof(count), "%c%zu:", kind, text.len);

	add(out, str_of(count, (size_t)n));
	add(out, text);
}

static void
add_name(struct buf *out, char kind, struct str ns, struct str name)
{
	struct str separator = ns.len ? S(SEPARATOR) : S("");
	char count[64];
	int n =
	    snprintf(count, sizeof(count), "%c%zu:", kind, ns.len + separator.len + name.len);

	add(out, str_of(count, (size_t)n));
	add(out, ns);
	add(out, separator);
	add(out, name);
}

/* Children, then text: so that expat's events can be put in the same order. */
static void
add_inside(struct buf *out, struct elem e)
{
	struct str ns, name, value;
	struct arena a;

	arena_init(&a, 1024);
	for (struct elem c = elem_first(e); elem_exists(c); c = elem_next(c)) {
		add_name(out, '<', elem_ns(c), elem_name(c));
		for (uint32_t at = 0; elem_attr_each(c, &at, &a, &ns, &name, &value);) {
			add_name(out, '@', ns, name);
			add_counted(out, '=', value);
		}
		add_inside(out, c);
	}
	add_counted(out, '"', elem_text(e, &a));
	arena_fini(&a);
}

static void
add_element(struct buf *out, struct elem e)
{
	struct str ns, name, value;
	struct arena a;

	arena_init(&a, 1024);
	add_name(out, '<', elem_ns(e), elem_name(e));
	for (uint32_t at = 0; elem_attr_each(e, &at, &a, &ns, &name, &value);) {
		add_name(out, '@', ns, name);
		add_counted(out, '=', value);
	}
	arena_fini(&a);
	add_inside(out, e);
}

/* --- what expat sees ------------------------------------------------------------------ */

struct witness {
	XML_Parser expat;
	struct buf all;             /* elements at depth `from`, as add_element */
	struct buf events;          /* everything in the order it came */
	struct buf text[DEPTH + 4]; /* of the open elements */
	unsigned depth, from;
	struct str content_ns; /* of the stream */
	bool translate;        /* in the element at `from` */
	bool restricted;       /* saw what XMPP does not allow */
	bool too_deep;
};

static bool
is_client_elsewhere(struct str name)
{
	return str_starts(name, S("jabber:server" SEPARATOR)) ||
	       str_starts(name, S("jabber:component:accept" SEPARATOR));
}

/* The name as we read it: inside most elements there is one content namespace. */
static void
add_read_name(struct witness *w, struct buf *out, struct str name)
{
	if (w->depth == w->from) {
		w->translate =
		    !is_client_elsewhere(name) ||
		    (w->from == 1 && str_eq(str_slice(name, 0, str_find(name, SEPARATOR[0])),
					 w->content_ns));
	}
	if (w->depth >= w->from && w->translate && is_client_elsewhere(name)) {
		size_t at = str_find(name, SEPARATOR[0]) + 1;

		add_name(out, '<', S("jabber:client"), str_slice(name, at, name.len));
	} else {
		add_counted(out, '<', name);
	}
}

static void XMLCALL
on_start(void *user, const char *name, const char **attributes)
{
	struct witness *w = user;

	if (w->depth == DEPTH + 3) {
		w->too_deep = true;
		XML_StopParser(w->expat, XML_FALSE);
		return;
	}
	if (w->depth >= w->from)
		add_read_name(w, &w->all, str_from_c(name));
	add_read_name(w, &w->events, str_from_c(name));
	/* No element is in the namespace of xml:lang for us. */
	if (strncmp(name, "http://www.w3.org/XML/1998/namespace" SEPARATOR, 37) == 0)
		w->restricted = true;
	for (; *attributes; attributes += 2) {
		if (w->depth >= w->from) {
			add_counted(&w->all, '@', str_from_c(attributes[0]));
			add_counted(&w->all, '=', str_from_c(attributes[1]));
		}
		add_counted(&w->events, '@', str_from_c(attributes[0]));
		add_counted(&w->events, '=', str_from_c(attributes[1]));
	}
	buf_init(&w->text[w->depth++], OUTPUT_MAX);
}

static void XMLCALL
on_end(void *user, const char *name)
{
	struct witness *w = user;
	struct buf *text = &w->text[--w->depth];

	(void)name;
	if (w->depth >= w->from)
		add_counted(&w->all, '"', buf_str(text));
	buf_fini(text);
	add(&w->events, S(">"));
}

static void XMLCALL
on_text(void *user, const char *text, int len)
{
	struct witness *w = user;

	add(&w->text[w->depth - 1], str_of(text, (size_t)len));
	add(&w->events, str_of(text, (size_t)len));
}

static void XMLCALL
on_doctype(void *user, const char *name, const char *system, const char *public, int subset)
{
	struct witness *w = user;

	(void)name;
	(void)system;
	(void)public;
	(void)subset;
	w->restricted = true;
	XML_StopParser(w->expat, XML_FALSE);
}

static void XMLCALL
on_comment(void *user, const char *text)
{
	struct witness *w = user;

	(void)text;
	w->restricted = true;
}

static void XMLCALL
on_instruction(void *user, const char *target, const char *text)
{
	(void)target;
	on_comment(user, text);
}

static void
witness_init(struct witness *w, unsigned from)
{
	*w = (struct witness){ .expat = XML_ParserCreateNS("UTF-8", SEPARATOR[0]),
		.from = from };
	buf_init(&w->all, OUTPUT_MAX);
	buf_init(&w->events, OUTPUT_MAX);
	XML_SetUserData(w->expat, w);
	XML_SetElementHandler(w->expat, on_start, on_end);
	XML_SetCharacterDataHandler(w->expat, on_text);
	XML_SetStartDoctypeDeclHandler(w->expat, on_doctype);
	XML_SetCommentHandler(w->expat, on_comment);
	XML_SetProcessingInstructionHandler(w->expat, on_instruction);
}

static void
witness_fini(struct witness *w)
{
	while (w->depth)
		buf_fini(&w->text[--w->depth]);
	buf_fini(&w->all);
	buf_fini(&w->events);
	XML_ParserFree(w->expat);
}

static bool
witness_accepts(struct witness *w, struct str bytes, bool whole)
{
	return XML_Parse(w->expat, bytes.at ? bytes.at : "", (int)bytes.len, whole) ==
	       XML_STATUS_OK;
}

/*
 * True when a byte beyond ASCII stands in a tag outside of quotes: in a name. Expat knows the
 * names of XML 1.0 before its fifth edition only.
 */
static bool
has_exotic_names(struct str bytes)
{
	bool in_tag = false;
	char quote = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		struct str rest = str_slice(bytes, i, bytes.len);
		char c = bytes.at[i];

		if (!in_tag && str_starts(rest, S("<![CDATA["))) {
			while (rest.len && !str_starts(rest, S("]]>")))
				rest = str_slice(rest, 1, rest.len);
			i = bytes.len - rest.len;
		} else if (!in_tag) {
			in_tag = c == '<';
		} else if (quote) {
			quote = c == quote ? '\0' : quote;
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == '>') {
			in_tag = false;
		} else if ((unsigned char)c >= 0x80) {
			return true;
		}
	}
	return false;
}

/* --- documents ------------------------------------------------------------------------ */

static void
same(struct buf *a, struct buf *b)
{
	assert(str_eq(buf_str(a), buf_str(b)));
}

/* The markup is read as the element that `all` describes. */
static void
reads_as(struct str markup, struct str ns, struct buf *all)
{
	struct frozen *f = NULL;
	struct buf again;
	enum status s;

	buf_init(&again, OUTPUT_MAX);
	s = xml_parse_in(markup, ns, &widest, &f);
	if (s == OK) {
		add_element(&again, frozen_root(f));
		same(&again, all);
		frozen_free(&f);
	} else {
		/* A copy may have more prefixes at once than may be sent. */
		assert(s == E_LIMIT);
	}
	buf_fini(&again);
}

/* In a content namespace that is not its stream's: elsewhere it would be translated. */
static bool
is_stranger(struct elem root)
{
	return str_eq(elem_ns(root), S("jabber:server")) ||
	       str_eq(elem_ns(root), S("jabber:component:accept"));
}

static void
check_child(struct elem parent, struct elem c, struct arena *a)
{
	struct str root_ns = elem_ns(frozen_root(c.of)), lang;
	struct frozen *own = elem_freeze(c);
	struct buf all, again;
	struct xml_writer w;

	buf_init(&all, OUTPUT_MAX);
	buf_init(&again, OUTPUT_MAX);
	add_element(&all, c);
	add_element(&again, frozen_root(own));
	/* A language that it inherits is written out in a copy. */
	if (!elem_lang(parent, a, &lang) && !is_stranger(frozen_root(c.of))) {
		same(&again, &all);
		reads_as(elem_markup(c, a), root_ns, &all);
		reads_as(elem_markup_in(c, S(""), a), S(""), &all);
		xml_begin(&w, a, S("urn:other"), S("other"));
		xml_copy(&w, c);
		frozen_free(&own);
		own = xml_freeze(&w);
		buf_fini(&again);
		add_element(&again, elem_first(frozen_root(own)));
		same(&again, &all);
	}
	buf_fini(&all);
	buf_fini(&again);
	frozen_free(&own);
}

/* Whatever is written again is read as the same. */
static void
check_block(struct frozen *f)
{
	struct elem root = frozen_root(f), c;
	struct str content = frozen_content(f), markup, ns;
	struct xml_writer writer;
	struct frozen *other;
	struct buf all, again;
	struct arena a;
	enum status s;
	int n = 0;

	arena_init(&a, 4096);
	buf_init(&all, OUTPUT_MAX);
	buf_init(&again, OUTPUT_MAX);
	add_element(&all, root);
	reads_as(elem_markup_in(root, S(""), &a), S(""), &all);
	reads_as(elem_markup(root, &a), elem_ns(root), &all);

	/* In a document of another namespace. */
	xml_begin(&writer, &a, S("urn:other"), S("other"));
	xml_copy(&writer, root);
	other = xml_freeze(&writer);
	add_element(&again, elem_first(frozen_root(other)));
	if (!is_stranger(root))
		same(&all, &again);
	frozen_free(&other);

	/* Under another head the content is what it was, byte by byte. */
	ns = xml_escape(&a, elem_ns(root));
	markup =
	    str_format(&a, "<head xmlns='%.*s'>%.*s</head>", STR_ARG(ns), STR_ARG(content));
	s = xml_parse(markup, &widest, &other);
	assert(s == OK || s == E_LIMIT);
	if (s == OK) {
		assert(str_eq(frozen_content(other), content));
		buf_fini(&all);
		buf_fini(&again);
		add_inside(&all, root);
		add_inside(&again, frozen_root(other));
		same(&all, &again);
		frozen_free(&other);
	}
	for (c = elem_first(root); elem_exists(c) && n++ < 4; c = elem_next(c)) {
		check_child(root, c, &a);
		if (elem_exists(elem_first(c)))
			check_child(c, elem_first(c), &a);
	}
	buf_fini(&all);
	buf_fini(&again);
	arena_fini(&a);
}

/* Expat has seen the same, and sees it in the same places when we have written it again. */
static void
check_document(struct frozen *f, struct witness *w)
{
	struct witness second;
	struct str markup;
	struct arena a;
	struct buf all;

	arena_init(&a, 4096);
	buf_init(&all, OUTPUT_MAX);
	add_element(&all, frozen_root(f));
	same(&all, &w->all);
	markup = elem_markup_in(frozen_root(f), S(""), &a);
	witness_init(&second, 0);
	if (!has_exotic_names(markup)) {
		assert(witness_accepts(&second, markup, true));
		same(&second.events, &w->events);
	}
	witness_fini(&second);
	buf_fini(&all);
	arena_fini(&a);
	check_block(f);
}

/* Without what we let pass in front of an XML declaration, and XML does not. */
static struct str
without_space(struct str bytes)
{
	if (str_starts(bytes, S("\xef\xbb\xbf")))
		bytes = str_slice(bytes, 3, bytes.len);
	while (bytes.len && str_find(S(" \t\r\n"), bytes.at[0]) < 4)
		bytes = str_slice(bytes, 1, bytes.len);
	return bytes;
}

static void
as_document(struct str bytes)
{
	struct str plain = without_space(bytes);
	struct frozen *f = NULL;
	struct witness w;
	enum status s = xml_parse(bytes, &bounds, &f);

	witness_init(&w, 0);
	if (witness_accepts(&w, plain, true)) {
		/* An encoding that expat was told to ignore, or a reference longer than we
		 * take, is no reason to accept. */
		if (s == E_INVALID)
			assert(w.restricted || str_starts(plain, S("<?xml")));
		else if (s == OK)
			assert(!w.restricted);
	} else if (s == OK) {
		assert(has_exotic_names(bytes));
		assert(XML_GetErrorCode(w.expat) == XML_ERROR_INVALID_TOKEN);
		frozen_free(&f);
	}
	if (f)
		check_document(f, &w);
	frozen_free(&f);
	witness_fini(&w);
}

/* --- streams -------------------------------------------------------------------------- */

static void
as_stream(struct str bytes)
{
	struct xml_parser *p = xml_parser_new(&bounds, false);
	struct str rest = bytes;
	struct witness w;
	struct buf all;

	buf_init(&all, OUTPUT_MAX);
	witness_init(&w, 1);
	for (;;) {
		struct frozen *f = NULL;
		enum xml_error error;
		enum xml_event event = xml_parser_next(p, &rest, &f, &error);

		if (event == XML_ELEMENT) {
			add_element(&all, frozen_root(f));
			check_block(f);
		}
		frozen_free(&f);
		if (event == XML_BAD)
			break;
		if (event != XML_MORE)
			continue;
		if (has_exotic_names(bytes))
			break;
		/* Expat takes the same bytes, and has seen what we have. */
		assert(rest.len == 0);
		w.content_ns = xml_parser_content_ns(p);
		assert(witness_accepts(&w, without_space(bytes), false));
		assert(str_starts(buf_str(&w.all), buf_str(&all)));
		if (!xml_parser_held(p) && w.depth < 2)
			same(&w.all, &all);
		break;
	}
	buf_fini(&all);
	witness_fini(&w);
	xml_parser_free(&p);
}

/* --- recipes -------------------------------------------------------------------------- */

/*
 * Bytes as instructions for a well-formed piece of content that does all it can with
 * namespaces: mutated bytes stay well-formed, mutated markup seldom does. Undeclared
 * prefixes are left to those around it.
 */
static void
cook(struct buf *out, struct str recipe)
{
	static const char *const prefixes[] = { "", "p:", "q:", "c:" };
	static const char *const spaces[] = { "jabber:client", "urn:a", "urn:&amp;b",
		"jabber:server" };
	static const char *const texts[] = { "x", "&lt;]]&gt;", "<![CDATA[<&]]]]>", "]", "\r\n",
		"<![CDATA[\n>]]>" };
	const char *open[8];
	unsigned depth = 0, elements = 0;

	for (size_t i = 0; i + 2 < recipe.len && elements < 200; i++) {
		unsigned char op = (unsigned char)recipe.at[i];
		unsigned what, which;

		if (op % 8 == 0 && depth) {
			add(out, S("</"));
			add(out, str_from_c(open[--depth]));
			add(out, S("n>"));
			continue;
		}
		if (op % 8 < 4) {
			add(out, str_from_c(texts[op / 8 % 6]));
			continue;
		}
		if (depth == 8)
			continue;
		what = (unsigned char)recipe.at[++i];
		which = (unsigned char)recipe.at[++i];
		elements++;
		open[depth] = prefixes[op / 8 % 4];
		add(out, S("<"));
		add(out, str_from_c(open[depth]));
		add(out, S("n"));
		for (unsigned k = 0; k < 4; k++) {
			if (!(what & 1u << k))
				continue;
			add(out, k ? S(" xmlns:") : S(" xmlns"));
			add(out, str_from_c((const char *[]){ "", "p", "q", "c" }[k]));
			add(out, S("='"));
			/* Taking a default namespace away is allowed. */
			if (k || !(op & 0x80))
				add(out, str_from_c(spaces[which >> 2 * k & 3]));
			add(out, S("'"));
		}
		if (what & 0x10)
			add(out, S(" a='1&#10;'"));
		if (what & 0x20)
			add(out, S(" p:a=\"'\""));
		if (what & 0x40)
			add(out, S(" xml:lang='en'"));
		if (what & 0x80) {
			add(out, S(" c:b=''/>"));
		} else {
			add(out, S(">"));
			depth++;
		}
	}
	while (depth) {
		add(out, S("</"));
		add(out, str_from_c(open[--depth]));
		add(out, S("n>"));
	}
}

static void
as_recipe(struct str recipe)
{
	static const struct {
		const char *head, *tail;
	} around[] = {
		{ "<m xmlns='jabber:client' xmlns:p='urn:a' xmlns:q='jabber:client' "
		  "xmlns:c='urn:&amp;b'>",
		    "</m>" },
		{ "<q:m xmlns='urn:c' xmlns:p='urn:a' xmlns:q='jabber:client' "
		  "xmlns:c='urn:c'>",
		    "</q:m>" },
		{ "<s:stream xmlns:s='urn:s' xmlns='jabber:client' xmlns:p='jabber:client' "
		  "xmlns:q='urn:b' xmlns:c='urn:&apos;'><n>",
		    "</n></s:stream>" },
		{ "<stream xmlns='urn:s' xmlns:p='urn:a' xmlns:q='jabber:client' "
		  "xmlns:c='urn:c'><q:n xmlns:p='urn:b'>",
		    "</q:n></stream>" },
		{ "<q:stream xmlns:q='http://etherx.jabber.org/streams' xmlns='jabber:server' "
		  "xmlns:p='jabber:client' xmlns:c='urn:a'>",
		    "</q:stream>" },
		{ "<stream xmlns='http://etherx.jabber.org/streams' xmlns:q='jabber:server' "
		  "xmlns:p='jabber:client' xmlns:c='urn:a'><q:n>",
		    "</q:n></stream>" },
	};

	struct buf out;
	size_t i;

	if (recipe.len == 0)
		return;
	i = (unsigned char)recipe.at[0] % (sizeof(around) / sizeof(around[0]));
	buf_init(&out, OUTPUT_MAX);
	add(&out, str_from_c(around[i].head));
	cook(&out, str_slice(recipe, 1, recipe.len));
	add(&out, str_from_c(around[i].tail));
	as_document(buf_str(&out));
	as_stream(buf_str(&out));
	buf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct str bytes = str_of((const char *)at, len);

	if (len >= bounds.bytes / 2)
		return 0;
	/* No XML begins so. */
	if (len && at[0] == 1) {
		as_recipe(str_slice(bytes, 1, RECIPE_MAX));
	} else {
		as_document(bytes);
		as_stream(bytes);
	}
	return 0;
}
