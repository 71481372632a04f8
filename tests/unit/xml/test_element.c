/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "base/limits.h"
#include "xml/parser.h"

#define NS_XML S("http://www.w3.org/XML/1998/namespace")

static const struct xml_bounds wide = {
	.bytes = 1 << 20, .depth = 64, .attributes = 64, .elements = 10000
};

static struct arena arena;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct frozen *
parse(const char *document)
{
	struct frozen *f = NULL;

	assert_int_equal(xml_parse(str_from_c(document), &wide, &f), OK);
	return f;
}

/* The element reached by numbers: "01" is the second child of the first. */
static struct elem
at(struct frozen *f, const char *path)
{
	struct elem e = frozen_root(f);

	for (; *path; path++) {
		e = elem_first(e);
		for (char n = '0'; n < *path; n++)
			e = elem_next(e);
	}
	return e;
}

static void
element_walks_children_and_siblings(void **state)
{
	(void)state;
	struct frozen *f = parse("<a xmlns='urn:a'>x<b><c/><d/></b><b i='2'/>"
				 "<b xmlns='urn:b'/>y<b i='3'><e/></b></a>");
	struct elem root = frozen_root(f), b;

	assert_true(elem_is(root, S("urn:a"), S("a")));
	assert_false(elem_is(root, S("urn:b"), S("a")));
	assert_false(elem_is(root, S("urn:a"), S("b")));
	assert_int_equal(elem_count(root), 4);
	assert_int_equal(elem_count(at(f, "0")), 2);
	assert_int_equal(elem_count(at(f, "1")), 0);
	assert_str(elem_name(at(f, "01")), "d");
	assert_false(elem_exists(elem_next(at(f, "01"))));
	assert_false(elem_exists(elem_next(at(f, "3"))));
	assert_false(elem_exists(elem_next(root)));
	assert_false(elem_exists(elem_first(at(f, "00"))));

	b = elem_child(root, S("urn:a"), S("b"));
	assert_true(elem_exists(elem_first(b)));
	b = elem_next_like(b);
	assert_str(elem_attr_or_none(b, S("i"), &arena), "2");
	b = elem_next_like(b);
	assert_str(elem_attr_or_none(b, S("i"), &arena), "3");
	assert_false(elem_exists(elem_next_like(b)));
	assert_false(elem_exists(elem_child(root, S("urn:a"), S("c"))));
	frozen_free(&f);
}

static void
element_functions_accept_no_element(void **state)
{
	(void)state;
	struct str out = S("kept");

	assert_false(elem_exists(elem_first(ELEM_NONE)));
	assert_false(elem_exists(elem_next(ELEM_NONE)));
	assert_false(elem_exists(elem_next_like(ELEM_NONE)));
	assert_false(elem_exists(elem_child(ELEM_NONE, S(""), S("a"))));
	assert_false(elem_is(ELEM_NONE, S(""), S("")));
	assert_int_equal(elem_count(ELEM_NONE), 0);
	assert_false(elem_attr(ELEM_NONE, S("a"), &arena, &out));
	assert_false(elem_attr_ns(ELEM_NONE, S("urn:a"), S("a"), &arena, &out));
	assert_false(elem_lang(ELEM_NONE, &arena, &out));
	assert_str(out, "kept");
	assert_null(elem_attr_or_none(ELEM_NONE, S("a"), &arena).at);
	assert_null(elem_text(ELEM_NONE, &arena).at);
	assert_null(elem_child_text(ELEM_NONE, S(""), S("a"), &arena).at);
}

static void
element_finds_attributes_by_namespace_and_name(void **state)
{
	(void)state;
	struct frozen *f = parse("<a xmlns='urn:a' xmlns:p='urn:p' p:x='1' x='2' xml:lang='en' "
				 "to='a&amp;b' e=''/>");
	struct elem root = frozen_root(f);
	struct str out = S("kept");

	assert_true(elem_attr(root, S("x"), &arena, &out));
	assert_str(out, "2");
	assert_true(elem_attr_ns(root, S("urn:p"), S("x"), &arena, &out));
	assert_str(out, "1");
	assert_true(elem_attr_ns(root, S(""), S("x"), &arena, &out));
	assert_str(out, "2");
	assert_true(elem_attr_ns(root, NS_XML, S("lang"), &arena, &out));
	assert_str(out, "en");
	assert_true(elem_attr(root, S("to"), &arena, &out));
	assert_str(out, "a&b");
	assert_true(elem_attr(root, S("e"), &arena, &out));
	assert_non_null(out.at);
	assert_int_equal(out.len, 0);
	out = S("kept");
	assert_false(elem_attr(root, S("lang"), &arena, &out));
	assert_false(elem_attr(root, S("xmlns"), &arena, &out));
	assert_false(elem_attr(root, S("p"), &arena, &out));
	assert_false(elem_attr(root, S(""), &arena, &out));
	assert_false(elem_attr_ns(root, S("urn:a"), S("x"), &arena, &out));
	assert_str(out, "kept");
	frozen_free(&f);
}

static void
element_counts_attributes_without_declarations(void **state)
{
	(void)state;
	static const struct {
		const char *ns, *name, *value;
	} attributes[] = { { "", "a", "1" }, { "urn:p", "b", "2" },
		{ "http://www.w3.org/XML/1998/namespace", "lang", "en" }, { "", "c", "3" } };
	struct frozen *f =
	    parse("<x xmlns='urn:x' a='1' p:b='2' xmlns:p='urn:p' xml:lang='en' c='3'/>");
	struct elem root = frozen_root(f);
	struct str ns, name, value;
	uint32_t cursor = 0;

	for (size_t n = 0; n < 4; n++) {
		assert_true(elem_attr_at(root, n, &arena, &ns, &name, &value));
		assert_str(ns, attributes[n].ns);
		assert_str(name, attributes[n].name);
		assert_str(value, attributes[n].value);
		assert_true(elem_attr_each(root, &cursor, &arena, &ns, &name, &value));
		assert_str(ns, attributes[n].ns);
		assert_str(name, attributes[n].name);
		assert_str(value, attributes[n].value);
	}
	assert_false(elem_attr_at(root, 4, &arena, &ns, &name, &value));
	assert_false(elem_attr_each(root, &cursor, &arena, &ns, &name, &value));
	frozen_free(&f);
}

static void
element_text_joins_what_is_directly_inside(void **state)
{
	(void)state;
	static const struct {
		const char *document, *text;
	} cases[] = {
		{ "<a/>", "" },
		{ "<a></a>", "" },
		{ "<a>x</a>", "x" },
		{ "<a>x&amp;y</a>", "x&y" },
		{ "<a>1<b>no</b>2<c/>&lt;3</a>", "12<3" },
		{ "<a><b>no</b></a>", "" },
		{ "<a><b\n>no</b\n>yes</a>", "yes" },
		{ "<a><![CDATA[<]]>x</a>", "<x" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frozen *f = parse(cases[i].document);

		assert_str(elem_text(frozen_root(f), &arena), cases[i].text);
		frozen_free(&f);
	}
}

static void
element_values_are_slices_where_nothing_was_escaped(void **state)
{
	(void)state;
	struct frozen *f = parse("<a b='plain'>plain<c>text</c></a>");
	const char *from = (const char *)f, *to = from + frozen_bytes(f);
	struct elem root = frozen_root(f);
	struct str value = elem_attr_or_none(root, S("b"), &arena);

	assert_true(value.at > from && value.at < to);
	value = elem_child_text(root, S(""), S("c"), &arena);
	assert_true(value.at > from && value.at < to);
	value = elem_markup(elem_first(root), &arena);
	assert_true(value.at > from && value.at < to);
	frozen_free(&f);
}

static void
element_language_comes_from_the_nearest_ancestor(void **state)
{
	(void)state;
	struct frozen *f = parse("<a xml:lang='en'><b><c xml:lang='de&amp;'/></b><d/>"
				 "<e xml:lang=''><f/></e></a>");
	static const struct {
		const char *path, *lang;
	} cases[] = { { "", "en" }, { "0", "en" }, { "00", "de&" }, { "1", "en" }, { "2", "" },
		{ "20", "" } };
	struct str lang;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(elem_lang(at(f, cases[i].path), &arena, &lang));
		assert_str(lang, cases[i].lang);
	}
	frozen_free(&f);
	f = parse("<a><b><c xml:lang='de'/></b><d/></a>");
	assert_false(elem_lang(at(f, "1"), &arena, &lang));
	frozen_free(&f);
}

static void
element_markup_stands_on_its_own(void **state)
{
	(void)state;
	/* Where the root's namespace is the default, and where nothing is. */
	static const struct {
		const char *document, *path, *inside, *alone;
	} cases[] = {
		{ "<m xmlns='urn:m' a='1'>t<b/></m>", "", "<m a='1'>t<b/></m>",
		    "<m xmlns='urn:m' a='1'>t<b/></m>" },
		{ "<m xmlns='urn:m'><a b=\"'\">t<c/></a></m>", "0", "<a b=\"'\">t<c/></a>",
		    "<a xmlns='urn:m' b=\"'\">t<c/></a>" },
		{ "<m xmlns='urn:m'><x xmlns='urn:x'><y/></x></m>", "0",
		    "<x xmlns='urn:x'><y/></x>", "<x xmlns='urn:x'><y/></x>" },
		{ "<m xmlns='urn:m'><x xmlns='urn:x'><y>1<z/>2</y></x></m>", "00",
		    "<y xmlns='urn:x'>1<z/>2</y>", "<y xmlns='urn:x'>1<z/>2</y>" },
		{ "<m xmlns='urn:m'><x xmlns='urn:x'><m xmlns='urn:m'/></x></m>", "00", "<m/>",
		    "<m xmlns='urn:m'/>" },
		{ "<m xmlns='urn:m' xmlns:p='urn:p'><p:x><p:y/></p:x></m>", "0",
		    "<p:x xmlns:p='urn:p'><p:y/></p:x>", "<p:x xmlns:p='urn:p'><p:y/></p:x>" },
		{ "<m xmlns='urn:m' xml:lang='en'><a/></m>", "0", "<a xml:lang='en'/>",
		    "<a xmlns='urn:m' xml:lang='en'/>" },
		{ "<m><a/></m>", "0", "<a/>", "<a/>" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frozen *f = parse(cases[i].document);
		struct elem e = at(f, cases[i].path);

		assert_str(elem_markup(e, &arena), cases[i].inside);
		assert_str(elem_markup_in(e, S(""), &arena), cases[i].alone);
		frozen_free(&f);
	}
}

static void
element_freezes_into_a_block_of_its_own(void **state)
{
	(void)state;
	struct frozen *f =
	    parse("<body xmlns='urn:bosh' xmlns:s='urn:s'>"
		  "<message xmlns='jabber:client'><body>x</body><s:y/></message></body>");
	struct frozen *own = elem_freeze(elem_first(frozen_root(f)));

	frozen_free(&f);
	assert_true(elem_is(frozen_root(own), S("jabber:client"), S("message")));
	assert_str(frozen_content(own), "<body>x</body><s:y xmlns:s='urn:s'/>");
	frozen_free(&own);
}

static void
frozen_lives_until_the_last_reference_is_dropped(void **state)
{
	(void)state;
	struct frozen *f = parse("<a>x</a>"), *second = frozen_ref(f);

	frozen_free(&f);
	assert_null(f);
	frozen_free(&f);
	assert_str(frozen_content(second), "x");
	frozen_free(&second);
}

static void
element_of_the_greatest_depth_is_copied(void **state)
{
	(void)state;
	struct xml_bounds deep = wide;
	struct frozen *f = NULL, *own;
	struct str document;
	char *text = arena_alloc(&arena, (XML_DEPTH_MAX + 1) * 9);
	size_t len = 0;

	deep.depth = XML_DEPTH_MAX;
	for (unsigned i = 0; i <= XML_DEPTH_MAX; i++, len += 3)
		memcpy(text + len, "<a>", 3);
	for (unsigned i = 0; i <= XML_DEPTH_MAX; i++, len += 4)
		memcpy(text + len, "</a>", 4);
	document = str_of(text, len);
	assert_int_equal(xml_parse(document, &deep, &f), OK);
	own = elem_freeze(elem_first(frozen_root(f)));
	assert_int_equal(frozen_content(own).len, frozen_content(f).len - 7);
	/* Written again element by element, <a></a> as <a/>. */
	assert_int_equal(elem_markup_in(elem_first(frozen_root(own)), S("urn:a"), &arena).len,
	    (XML_DEPTH_MAX - 1) * 7 - 3 + strlen(" xmlns=''"));
	frozen_free(&own);
	frozen_free(&f);
	deep.depth--;
	assert_int_equal(xml_parse(document, &deep, &f), E_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(element_walks_children_and_siblings),
		cmocka_unit_test(element_functions_accept_no_element),
		cmocka_unit_test(element_finds_attributes_by_namespace_and_name),
		cmocka_unit_test(element_counts_attributes_without_declarations),
		cmocka_unit_test(element_text_joins_what_is_directly_inside),
		cmocka_unit_test(element_values_are_slices_where_nothing_was_escaped),
		cmocka_unit_test(element_language_comes_from_the_nearest_ancestor),
		cmocka_unit_test(element_markup_stands_on_its_own),
		cmocka_unit_test(element_freezes_into_a_block_of_its_own),
		cmocka_unit_test(frozen_lives_until_the_last_reference_is_dropped),
		cmocka_unit_test(element_of_the_greatest_depth_is_copied),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
