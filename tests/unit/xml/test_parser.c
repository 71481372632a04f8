/* SPDX-License-Identifier: MIT */
#include "../../xml_events.h"
#include "../unit.h"
#include "base/limits.h"

#include <pthread.h>

#define STREAMS "http://etherx.jabber.org/streams"
#define HEADER "<stream:stream xmlns='jabber:client' xmlns:stream='" STREAMS "' to='a.example'>"
#define SERVER "<stream:stream xmlns='jabber:server' xmlns:stream='" STREAMS "'>"
#define OPEN "open {" STREAMS "}stream to=\"a.example\"\n"

static const struct xml_bounds bounds = {
	.bytes = 4096, .depth = 8, .attributes = 12, .elements = 50
};

/* Bytes, and the events they must give, however they are cut. */
struct expectation {
	const char *bytes, *events;
};

static void
feed(struct buf *out, const struct xml_bounds *b, bool framed, struct str bytes, size_t cut,
    size_t step)
{
	struct xml_parser *p = xml_parser_new(b, framed);
	bool good = true;

	while (bytes.len && good) {
		/* Each piece in memory of its own, so that a sanitizer sees reads beyond. */
		struct str piece = str_slice(bytes, 0, cut ? cut : step);
		char *copy = mem_alloc(piece.len);

		memcpy(copy, piece.at, piece.len);
		good = add_events(out, p, str_of(copy, piece.len));
		free(copy);
		bytes = str_slice(bytes, piece.len, bytes.len);
		cut = 0;
	}
	xml_parser_free(&p);
}

static void
expect(const struct xml_bounds *b, bool framed, const struct expectation *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str bytes = str_from_c(cases[i].bytes);

		for (size_t cut = 0; cut <= bytes.len; cut++) {
			struct buf out;

			buf_init(&out, 1 << 20);
			/* Cut 0: byte by byte. Cut at the end: in one piece. */
			feed(&out, b, framed, bytes, cut, cut ? bytes.len : 1);
			add(&out, S("\0"));
			if (strcmp(out.at, cases[i].events) != 0)
				fail_msg("%s\n  cut at %zu gives\n%s\n  instead of\n%s",
				    cases[i].bytes, cut, out.at, cases[i].events);
			buf_fini(&out);
		}
	}
}

#define EXPECT(framed, ...)                                                                    \
	expect(&bounds, framed, (const struct expectation[]){ __VA_ARGS__ },                   \
	    sizeof((const struct expectation[]){ __VA_ARGS__ }) / sizeof(struct expectation))

static void
parser_reads_a_stream(void **state)
{
	(void)state;
	EXPECT(false, { "", "" }, { " \n", "" }, { HEADER, OPEN },
	    { "<?xml version='1.0'?>" HEADER, OPEN },
	    { "<?xml version=\"1.0\" encoding = 'UTF-8' standalone='yes' ?>\r\n" HEADER, OPEN },
	    { "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>" HEADER, OPEN },
	    { "\xef\xbb\xbf" HEADER, OPEN }, { "\n<?xml version='1.0'?>" HEADER, OPEN },
	    { HEADER "<presence/>\n <iq id='1'> </iq></stream:stream>\n",
		OPEN "element {jabber:client}presence\n"
		     "element {jabber:client}iq id=\"1\"(\" \")\nclose\n" },
	    { HEADER "</stream:stream  >", OPEN "close\n" },
	    { "<stream:stream xmlns:stream='" STREAMS "'/>",
		"open {" STREAMS "}stream\nclose\n" },
	    { HEADER "<message to='b' type=\"chat\"><body>hi</body><x "
		     "xmlns='urn:x'><y/></x></message>",
		OPEN "element {jabber:client}message to=\"b\" type=\"chat\"("
		     "{jabber:client}body(\"hi\") {urn:x}x({urn:x}y))\n" },
	    { HEADER "<a>1<b/>2<c/>3</a>",
		OPEN "element {jabber:client}a(\"123\" {jabber:client}b {jabber:client}c)\n" },
	    { HEADER "<stream:error><text xmlns='urn:e'>t</text></stream:error>",
		OPEN "element {" STREAMS "}error({urn:e}text(\"t\"))\n" },
	    { HEADER "<a\n b='1'\t/><a  >x</a\r\n>",
		OPEN "element {jabber:client}a b=\"1\"\nelement {jabber:client}a(\"x\")\n" }, );
}

static void
parser_reads_headers_with_any_prefixes(void **state)
{
	(void)state;
	EXPECT(false,
	    { "<stream xmlns='" STREAMS
	      "' xmlns:c='jabber:client'><c:message><c:body>a</c:body>"
	      "</c:message><features/></stream>",
		"open {" STREAMS "}stream\n"
		"element {jabber:client}message({jabber:client}body(\"a\"))\n"
		"element {" STREAMS "}features\nclose\n" },
	    { "<s:stream xmlns:s='" STREAMS "' xmlns='jabber:server' xmlns:db='urn:db'>"
	      "<db:result db:a='1'><db:x/></db:result><b db:a='1'/><c><db:d/></c></s:stream>",
		"open {" STREAMS "}stream\n"
		"element {urn:db}result {urn:db}a=\"1\"({urn:db}x)\n"
		"element {jabber:client}b {urn:db}a=\"1\"\n"
		"element {jabber:client}c({urn:db}d)\nclose\n" },
	    { "<stream xmlns='urn:s'><stream/>", "open {urn:s}stream\nbad bad-format\n" }, );
}

static void
parser_knows_one_content_namespace(void **state)
{
	(void)state;
	EXPECT(false,
	    { SERVER
		"<m><a/><b xmlns='jabber:client'/><c xmlns='jabber:component:accept'/></m>",
		"open {" STREAMS "}stream\nelement {jabber:client}m({jabber:client}a "
		"{jabber:client}b {jabber:client}c)\n" },
	    { HEADER "<m><a xmlns='jabber:server'/></m>",
		OPEN "element {jabber:client}m({jabber:client}a)\n" },
	    { HEADER "<x xmlns='urn:x'><a xmlns='jabber:server'/></x>",
		OPEN "element {urn:x}x({jabber:client}a)\n" },
	    /* Not the stream's: the stanza is to be refused. */
	    { HEADER "<m xmlns='jabber:server'><a/></m>",
		OPEN "element {jabber:server}m({jabber:server}a)\n" },
	    { HEADER "<s:m xmlns:s='jabber:server'><a/></s:m>",
		OPEN "element {jabber:server}m({jabber:client}a)\n" }, );
	EXPECT(true,
	    { "<m xmlns='jabber:server'><a/></m>",
		"element {jabber:server}m({jabber:server}a)\n" }, );
}

static void
parser_reads_framed_documents(void **state)
{
	(void)state;
	EXPECT(true,
	    { "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='a'/>",
		"element {urn:ietf:params:xml:ns:xmpp-framing}open to=\"a\"\n" },
	    { "<message xmlns='jabber:client'><body>a</body></message>"
	      "<?xml version='1.0'?><s:features xmlns:s='" STREAMS
	      "'><bind xmlns='urn:b'/></s:features>",
		"element {jabber:client}message({jabber:client}body(\"a\"))\n"
		"element {" STREAMS "}features({urn:b}bind)\n" },
	    { "<message><body/></message>", "element message(body)\n" },
	    { "</message>", "bad not-well-formed\n" }, { "text", "bad not-well-formed\n" },
	    { "<a/><!---->", "element a\nbad restricted-xml\n" }, );
}

static void
parser_resolves_references_and_line_ends(void **state)
{
	(void)state;
	EXPECT(true,
	    { "<a b='&lt;&gt;&amp;&quot;&apos;&#65;&#x4a;&#x1F426;'/>",
		"element a b=\"<>&\"'AJ\xf0\x9f\x90\xa6\"\n" },
	    { "<a b='x\r\ny\rz\tt\nn &#13;&#10;&#9;' c=\"it's\" d='\"'/>",
		"element a b=\"x y z t n \r\n\t\" c=\"it's\" d=\"\"\"\n" },
	    { "<a>&lt;x\r\ny\rz\tt\n&#13;&#x0000000a;</a>",
		"element a(\"<x\ny\nz\tt\n\r\n\")\n" },
	    { "<a>]] ]> ]</a>", "element a(\"]] ]> ]\")\n" },
	    { "<a><![CDATA[<b>&amp;]]]]><![CDATA[>\r]]>\n</a>",
		"element a(\"<b>&amp;]]>\n\n\")\n" },
	    { "<a><![CDATA[]]></a>", "element a\n" },
	    { "<a><b>x<![CDATA[]]]></b>]&gt;<c/></a>", "element a(\"]>\" b(\"x]\") c)\n" },
	    { "<a>\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\xa6\xef\xbf\xbd\x7f</a>",
		"element a(\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\xa6\xef\xbf\xbd\x7f\")\n" },
	    { "<\xc3\xa9t\xc3\xa9 \xe6\x97\xa5-1.\xc2\xb7='\xc3\xbc'/>",
		"element \xc3\xa9t\xc3\xa9 \xe6\x97\xa5-1.\xc2\xb7=\"\xc3\xbc\"\n" }, );
}

static void
parser_refuses_what_is_restricted(void **state)
{
	(void)state;
	EXPECT(false, { HEADER "<!-- c -->", OPEN "bad restricted-xml\n" },
	    { HEADER "<a><!--", OPEN "bad restricted-xml\n" },
	    { "<!-- c -->", "bad restricted-xml\n" },
	    { "<!DOCTYPE a>", "bad restricted-xml\n" },
	    { HEADER "<!DOCTYPE a>", OPEN "bad restricted-xml\n" },
	    { "<?pi ?>", "bad restricted-xml\n" },
	    { HEADER "<?pi ?>", OPEN "bad restricted-xml\n" },
	    { HEADER "<a><?pi ?></a>", OPEN "bad restricted-xml\n" },
	    { HEADER "<?xml version='1.0'?>", OPEN "bad restricted-xml\n" },
	    { "<?xml version='1.0'?><?xml version='1.0'?>", "bad restricted-xml\n" },
	    { HEADER "<a>&nbsp;</a>", OPEN "bad restricted-xml\n" },
	    { HEADER "<a>&lol9;</a>", OPEN "bad restricted-xml\n" },
	    { HEADER "<a>&entity", OPEN "bad restricted-xml\n" },
	    { HEADER "<a b='&ouml;'/>", OPEN "bad restricted-xml\n" }, );
}

static void
parser_refuses_what_is_not_well_formed(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"<a></b>",
		"<a><b></a>",
		"<a></ab>",
		"<ab></a>",
		"</a>",
		"</stream:streaming>",
		"<>",
		"< a/>",
		"<1/>",
		"<-a/>",
		"<a<",
		"<a/ >",
		"<a//>",
		"<a b/>",
		"<a b=/>",
		"<a b=c/>",
		"<a b='1'c='2'/>",
		"<a b='1' b='2'/>",
		"<a b='1' b=\"1\"/>",
		"<a b='<'/>",
		"<a b='&'/>",
		"<a b='&amp'/>",
		"<a =''/>",
		"<a 'b'/>",
		"<a>&</a>",
		"<a>& </a>",
		"<a>&amp</a>",
		"<a>&;</a>",
		"<a>&#;</a>",
		"<a>&#x;</a>",
		"<a>&#xg;</a>",
		"<a>&#X41;</a>",
		"<a>&#1a;</a>",
		"<a>&#0;</a>",
		"<a>&#1;</a>",
		"<a>&#x1f;</a>",
		"<a>&#xd800;</a>",
		"<a>&#xfffe;</a>",
		"<a>&#xffff;</a>",
		"<a>&#x110000;</a>",
		"<a>&#99999999999999999999;</a>",
		"<a>]]></a>",
		"<a>]]]></a>",
		"<a>\x01</a>",
		"<a>\x1f</a>",
		"<a>\x08</a>",
		"<a b='\x0b'/>",
		"<a>\xef\xbf\xbe</a>",
		"<a>\xef\xbf\xbf</a>",
		"<a b='\xef\xbf\xbf'/>",
		"<a><![CDATA[\x01]]></a>",
		"<a><![CDATA]]></a>",
		"<a><![cdata[]]></a>",
		"<a><!x></a>",
		"<![CDATA[x]]>",
		"<a:b:c/>",
		"<:a/>",
		"<a:/>",
		"<a:1/>",
		"<a b:='1'/>",
		"<a :b='1'/>",
		"<a x:y:z='1'/>",
		"<\xc3\x97/>",       /* U+00D7, no name character */
		"<a\xc3\xb7/>",      /* U+00F7 */
		"<\xc2\xb7/>",       /* U+00B7 may continue a name only */
		"<a \xcc\x80='1'/>", /* U+0300 the same */
		"<x:\xcc\x80/>",
		"<a xmlns:p='urn:p' xmlns:p='urn:q'/>",
		"<a xmlns='urn:p' xmlns='urn:p'/>",
		"<a xmlns:p='urn:p' xmlns:q='urn:p' p:b='' q:b=''/>",
		"<a xmlns:p='urn:p' p:b='' p:b=''/>",
		"<a xml:lang='' xml:lang=''/>",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char bytes[256];

		snprintf(bytes, sizeof(bytes), HEADER "%s", bad[i]);
		EXPECT(false, { bytes, OPEN "bad not-well-formed\n" });
	}
	EXPECT(false, { "x", "bad not-well-formed\n" },
	    { HEADER "\x01", OPEN "bad not-well-formed\n" },
	    { "<?xml encoding='utf-8'?>", "bad not-well-formed\n" },
	    { "<?xml version='2.0'?>", "bad not-well-formed\n" },
	    { "<?xml version='1.'?>", "bad not-well-formed\n" },
	    { "<?xml version='1.0'encoding='utf-8'?>", "bad not-well-formed\n" },
	    { "<?xml version='1.0' encoding=''?>", "bad not-well-formed\n" },
	    { "<?xml version='1.0' standalone='maybe'?>", "bad not-well-formed\n" },
	    { "<?xml version='1.0' standalone='no' encoding='utf-8'?>",
		"bad not-well-formed\n" },
	    { "<?xml version='1.0\"?>", "bad not-well-formed\n" },
	    { "<?xml version='1.0'>", "bad not-well-formed\n" },
	    { "<?xml version='1.0' x='y'?>", "bad not-well-formed\n" },
	    { "<?xml <a/>", "bad not-well-formed\n" },
	    { HEADER "</stream:stream><a/>", OPEN "close\nbad not-well-formed\n" }, );
}

/* Runs of plain bytes are read many at a time; what ends them must be seen anywhere. */
static void
parser_sees_every_byte_of_a_long_run(void **state)
{
	(void)state;
	enum { RUN = 40 };
	static const struct {
		const char *head, *odd, *tail, *events;
	} cases[] = {
		{ "<a>", "\x01", "</a>", "bad not-well-formed\n" },
		{ "<a>", "\x7f", "</a>", NULL },
		{ "<a>", "\xff", "</a>", "bad unsupported-encoding\n" },
		{ "<a>", "\xe0\x9f\x80", "</a>", "bad unsupported-encoding\n" },
		{ "<a>", "\xf0\x8f\xbf\xbf", "</a>", "bad unsupported-encoding\n" },
		{ "<a>", "\xef\xbf\xbf", "</a>", "bad not-well-formed\n" },
		{ "<a>", "\xc3\xbc", "</a>", NULL },
		{ "<a>", "\xf0\x9f\x90\xa6", "</a>", NULL },
		{ "<a>", "]]>", "</a>", "bad not-well-formed\n" },
		{ "<a>", "&x;", "</a>", "bad restricted-xml\n" },
		{ "<a>", "</b>", "</a>", "bad not-well-formed\n" },
		{ "<a>", "\n", "</a>", NULL },
		{ "<a b='", "<", "'/>", "bad not-well-formed\n" },
		{ "<a b='", "&x;", "'/>", "bad restricted-xml\n" },
		{ "<a b='", "\x1f", "'/>", "bad not-well-formed\n" },
		{ "<a b='", "\xed\xa0\x80", "'/>", "bad unsupported-encoding\n" },
		{ "<a b='", "'", "'/>", "bad not-well-formed\n" },
		{ "<a b='", "\"", "'/>", NULL },
		{ "<a b='", "]", "'/>", NULL },
		{ "<a>", "<![CDATA[\x01]]>", "</a>", "bad not-well-formed\n" },
		{ "<a", "/", "/>", "bad not-well-formed\n" },
		{ "<a", "\xc3\x97", "/>", "bad not-well-formed\n" },
		{ "<a", "\xc3\xa9", "/>", NULL },
		{ "<a", ";", "/>", "bad not-well-formed\n" },
		{ "<a ", "@", "='1'/>", "bad not-well-formed\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int at = 0; at <= RUN; at++) {
			char bytes[256], run[128];
			struct buf out;

			snprintf(run, sizeof(run), "%.*s%s%.*s", at,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
			    cases[i].odd, RUN - at,
			    "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA");
			snprintf(
			    bytes, sizeof(bytes), "%s%s%s", cases[i].head, run, cases[i].tail);
			buf_init(&out, 1 << 12);
			feed(&out, &bounds, true, str_from_c(bytes), 0, sizeof(bytes));
			add(&out, S("\0"));
			if (cases[i].events ? strcmp(out.at, cases[i].events) != 0
					    : !strstr(out.at, run))
				fail_msg("%s gives %s", bytes, out.at);
			buf_fini(&out);
		}
	}
}

static void
parser_refuses_bad_namespaces(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"<p:a/>",
		"<a p:b='1'/>",
		"<a><b xmlns:p='urn:p'/><p:c/></a>",
		"<xmlns:a/>",
		"<xml:a/>",
		"<a xmlns:p=''/>",
		"<a xmlns:xmlns='urn:a'/>",
		"<a xmlns:xml='urn:a'/>",
		"<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
		"<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
		"<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
		"<a xmlns='http://www.w3.org/2000/xmlns/'/>",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char bytes[256];

		snprintf(bytes, sizeof(bytes), HEADER "%s", bad[i]);
		EXPECT(false, { bytes, OPEN "bad bad-namespace-prefix\n" });
	}
	EXPECT(false,
	    { HEADER "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='en'/>",
		OPEN "element {jabber:client}a "
		     "{http://www.w3.org/XML/1998/namespace}lang=\"en\"\n" },
	    { HEADER "<a xmlns='urn:a' xmlns:p='urn:a' b='1' p:b='2'/>",
		OPEN "element {urn:a}a b=\"1\" {urn:a}b=\"2\"\n" },
	    { HEADER "<a xmlns=''><b/></a>", OPEN "element a(b)\n" },
	    { HEADER "<a xmlns='urn:&amp;&#97;'/>", OPEN "element {urn:&a}a\n" },
	    { HEADER "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/></p:a>",
		OPEN "element {urn:1}a({urn:2}b {urn:1}c)\n" },
	    { "<stream:stream xmlns:p=''>", "bad bad-namespace-prefix\n" },
	    { "<stream:stream>", "bad bad-namespace-prefix\n" }, );
}

static void
parser_refuses_other_encodings(void **state)
{
	(void)state;
	EXPECT(false,
	    { "<?xml version='1.0' encoding='ISO-8859-1'?>", "bad unsupported-encoding\n" },
	    { "<?xml version='1.0' encoding='utf-16'?>", "bad unsupported-encoding\n" },
	    { "\xfe\xff", "bad unsupported-encoding\n" },
	    { "\xff\xfe<", "bad unsupported-encoding\n" },
	    { "\xef\xbb<", "bad unsupported-encoding\n" },
	    { HEADER "<a>\xff</a>", OPEN "bad unsupported-encoding\n" },
	    { HEADER "<a>\xc0\xaf</a>", OPEN "bad unsupported-encoding\n" },
	    { HEADER "<a>\xed\xa0\x80</a>", OPEN "bad unsupported-encoding\n" },
	    { HEADER "<a>\xe2\x82</a>", OPEN "bad unsupported-encoding\n" },
	    { HEADER "<a>\xf4\x90\x80\x80</a>", OPEN "bad unsupported-encoding\n" },
	    { HEADER "<a b='\xc3'/>", OPEN "bad unsupported-encoding\n" },
	    { HEADER "<a\xc3/>", OPEN "bad unsupported-encoding\n" }, );
}

static void
parser_refuses_text_between_stanzas(void **state)
{
	(void)state;
	EXPECT(false, { HEADER "x", OPEN "bad bad-format\n" },
	    { HEADER "<a/>&amp;", OPEN "element {jabber:client}a\nbad bad-format\n" },
	    { HEADER "<stream:stream>", OPEN "bad bad-format\n" }, );
}

static void
parser_enforces_its_bounds(void **state)
{
	(void)state;
	static const struct xml_bounds tight = {
		.bytes = 40, .depth = 2, .attributes = 2, .elements = 3
	};
	static const struct expectation cases[] = {
		{ "<a><b><c/></b></a>", "element a(b(c))\n" },
		{ "<a><b><c><d/></c></b></a>", "bad too-complex\n" },
		{ "<a b='' c=''/>", "element a b=\"\" c=\"\"\n" },
		{ "<a b='' c='' d=''/>", "bad too-complex\n" },
		{ "<a b='' xmlns='' xmlns:c='c'/>", "bad too-complex\n" },
		{ "<a><b/><c/><d/></a><e/>", "element a(b c d)\nelement e\n" },
		{ "<a><b/><c/><d/><e/></a>", "bad too-complex\n" },
		{ "<a>345678901234567890123456789012345</a>",
		    "element a(\"345678901234567890123456789012345\")\n" },
		{ "<a>3456789012345678901234567890123456</a>", "bad too-large\n" },
		{ "<a b='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    "bad too-large\n" },
		{ "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    "bad too-large\n" },
		{ "<a>                                                             ",
		    "bad too-large\n" },
		{ "<a                                                              ",
		    "bad too-large\n" },
		{ "<?xml version='1.0'                                             ",
		    "bad too-large\n" },
		{ "                                                             <a/>",
		    "element a\n" },
		/* Made self-contained it has more than 40 bytes. */
		{ "<a><![CDATA[&&&&&&&&]]></a>", "bad too-large\n" },
	};

	expect(&tight, true, cases, sizeof(cases) / sizeof(cases[0]));
}

static void
parser_refuses_what_only_fills_memory(void **state)
{
	(void)state;
	static const struct xml_bounds large = {
		.bytes = 1 << 20, .depth = 200, .attributes = 200, .elements = 10000
	};
	struct {
		struct str head, repeat;
		unsigned times;
		const char *error;
	} cases[] = {
		{ S("<"), S("a"), XML_NAME_MAX + 1, "bad too-complex\n" },
		{ S("<a "), S("b"), XML_NAME_MAX + 1, "bad too-complex\n" },
		{ S("<a xmlns='"), S("b"), XML_NS_MAX + 1, "bad too-complex\n" },
		{ S("<a xmlns='"), S("&amp;"), XML_NS_MAX + 1, "bad too-complex\n" },
		{ S("<a>&#"), S("0"), XML_REFERENCE_MAX, "bad too-complex\n" },
	};
	struct buf out, bytes;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&bytes, 1 << 20);
		buf_init(&out, 1 << 20);
		add(&bytes, cases[i].head);
		for (unsigned n = 0; n < cases[i].times; n++)
			add(&bytes, cases[i].repeat);
		add(&bytes, S("'>"));
		feed(&out, &large, true, buf_str(&bytes), 0, 1);
		add(&out, S("\0"));
		assert_string_equal(out.at, cases[i].error);
		buf_fini(&out);
		buf_fini(&bytes);
	}
	/* More prefixes in force than anybody uses. */
	buf_init(&bytes, 1 << 20);
	buf_init(&out, 1 << 20);
	add(&bytes, S("<a"));
	for (unsigned n = 0; n <= XML_PREFIXES_MAX; n++) {
		char text[32];

		snprintf(text, sizeof(text), " xmlns:p%u='urn:p'", n);
		add(&bytes, str_from_c(text));
	}
	feed(&out, &large, true, buf_str(&bytes), 0, bytes.len);
	add(&out, S("\0"));
	assert_string_equal(out.at, "bad too-complex\n");
	buf_fini(&out);
	buf_fini(&bytes);
}

static void
parser_makes_content_self_contained(void **state)
{
	(void)state;
	static const struct {
		const char *header, *stanza, *content;
	} cases[] = {
		/* As sent. */
		{ HEADER, "<m><body>a</body></m>", "<body>a</body>" },
		{ HEADER, "<m/>", "" },
		{ HEADER, "<m ></m >", "" },
		{ HEADER, "<m> <a  b = \"1\"/>\r\n&lt;<b\n></b\n></m>",
		    " <a  b = \"1\"/>\r\n&lt;<b\n></b\n>" },
		{ HEADER, "<m><x xmlns='urn:x' xmlns:p='urn:p'><p:y p:z='1'/></x></m>",
		    "<x xmlns='urn:x' xmlns:p='urn:p'><p:y p:z='1'/></x>" },
		{ HEADER, "<a xmlns='urn:a'><b/></a>", "<b/>" },
		{ HEADER, "<x xmlns='urn:x'><m xmlns='jabber:client'/></x>",
		    "<m xmlns='jabber:client'/>" },
		{ HEADER, "<stream:features><a xmlns='urn:a'/></stream:features>",
		    "<a xmlns='urn:a'/>" },
		{ HEADER, "<m xml:lang='en'><a xml:lang='de'/></m>", "<a xml:lang='de'/>" },
		/* Prefixes declared on the stream or the root. */
		{ HEADER, "<m><stream:x/></m>", "<stream:x xmlns:stream='" STREAMS "'/>" },
		{ HEADER, "<m><a stream:b='1'><stream:c/></a></m>",
		    "<a xmlns:stream='" STREAMS "' stream:b='1'><stream:c/></a>" },
		{ HEADER, "<m xmlns:p='urn:p'><p:a/><p:b/></m>",
		    "<p:a xmlns:p='urn:p'/><p:b xmlns:p='urn:p'/>" },
		{ HEADER, "<m xmlns:p='urn:p'><p:a><p:b xmlns:p='urn:q'/><p:c/></p:a></m>",
		    "<p:a xmlns:p='urn:p'><p:b xmlns:p='urn:q'/><p:c/></p:a>" },
		{ HEADER, "<m xmlns:p='urn:p&amp;&apos;'><p:a/></m>",
		    "<p:a xmlns:p='urn:p&amp;&apos;'/>" },
		{ HEADER, "<m><x xmlns:p='urn:&amp;'><p:a/></x><stream:b/></m>",
		    "<x><p:a xmlns:p='urn:&amp;'/></x><stream:b xmlns:stream='" STREAMS "'/>" },
		/* The root's namespace by another name. */
		{ HEADER, "<c:m xmlns:c='jabber:client'><c:a><b/></c:a></c:m>", "<a><b/></a>" },
		{ HEADER, "<m><c:a xmlns:c='jabber:client'/></m>",
		    "<a xmlns:c='jabber:client'/>" },
		{ HEADER, "<m><x xmlns='urn:x' xmlns:c='jabber:client'><c:a><b/></c:a></x></m>",
		    "<x xmlns='urn:x' xmlns:c='jabber:client'><a xmlns='jabber:client'>"
		    "<b xmlns='urn:x'/></a></x>" },
		{ HEADER, "<m><a xmlns='jabber:client'/></m>", "<a/>" },
		{ HEADER,
		    "<m><x xmlns='urn:x'><a xmlns='jabber:client'><b xmlns='jabber:client'/>"
		    "</a></x><stream:c/></m>",
		    "<x xmlns='urn:x'><a xmlns='jabber:client'><b/></a></x>"
		    "<stream:c xmlns:stream='" STREAMS "'/>" },
		/* Another content namespace. */
		{ SERVER, "<m><body/></m>", "<body/>" },
		{ SERVER, "<m><a xmlns='jabber:server'/><b xmlns='jabber:client'/></m>",
		    "<a/><b/>" },
		{ HEADER, "<m><body xmlns='jabber:server'><c/></body></m>",
		    "<body><c/></body>" },
		{ HEADER,
		    "<m><x xmlns='urn:x'><m xmlns='jabber:component:accept'><c/></m></x></m>",
		    "<x xmlns='urn:x'><m xmlns='jabber:client'><c/></m></x>" },
		{ HEADER, "<m><s:a xmlns:s='jabber:server' s:b='1'><s:c/></s:a></m>",
		    "<a xmlns:s='jabber:server' s:b='1'><c/></a>" },
		{ HEADER, "<s:m xmlns:s='jabber:server' s:b='1'><s:a s:b='2'/></s:m>",
		    "<a xmlns:s='jabber:server' s:b='2'/>" },
		{ SERVER,
		    "<stream:features><a/><s:b xmlns:s='jabber:server'/></stream:features>",
		    "<a xmlns='jabber:client'/><b xmlns='jabber:client' "
		    "xmlns:s='jabber:server'/>" },
		/* An outer default that is not the root's namespace. */
		{ HEADER, "<stream:features><a/><b xmlns='urn:b'/></stream:features>",
		    "<a xmlns='jabber:client'/><b xmlns='urn:b'/>" },
		{ HEADER, "<p:m xmlns:p='urn:p' xmlns='urn:d'><a/><p:b/></p:m>",
		    "<a xmlns='urn:d'/><b/>" },
		/* CDATA. */
		{ HEADER, "<m><a><![CDATA[<&>]]></a></m>", "<a>&lt;&amp;&gt;</a>" },
		{ HEADER, "<m>x<![CDATA[]]]]>y\r<![CDATA[\n]]></m>", "x&#93;&#93;y\n\n" },
		{ "<stream xmlns='" STREAMS "' xmlns:c='jabber:client'>",
		    "<c:message><body xmlns='jabber:client'/></c:message>", "<body/>" },
		{ "<stream xmlns='" STREAMS "' xmlns:c='jabber:client'>",
		    "<c:message><x xmlns='urn:x'><body xmlns='jabber:client'/></x></c:message>",
		    "<x xmlns='urn:x'><body xmlns='jabber:client'/></x>" },
		{ "<stream xmlns='" STREAMS "' xmlns:c='jabber:client'>",
		    "<c:message><c:body c:x='1'>a</c:body><y xmlns='urn:y'/></c:message>",
		    "<body xmlns:c='jabber:client' c:x='1'>a</body><y xmlns='urn:y'/>" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xml_parser *p = xml_parser_new(&bounds, false);
		struct str in = str_from_c(cases[i].header);
		struct frozen *f = NULL;
		enum xml_error error;

		assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_STREAM_OPEN);
		frozen_free(&f);
		in = str_from_c(cases[i].stanza);
		assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_ELEMENT);
		assert_str(frozen_content(f), cases[i].content);
		frozen_free(&f);
		xml_parser_free(&p);
	}
}

static void
parser_holds_nothing_between_stanzas(void **state)
{
	(void)state;
	struct xml_parser *p = xml_parser_new(&bounds, false);
	struct str in = S(HEADER "<a><b c='");
	struct frozen *f = NULL;
	enum xml_error error;

	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_STREAM_OPEN);
	frozen_free(&f);
	assert_int_equal(xml_parser_held(p), 0);
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_MORE);
	assert_int_equal(in.len, 0);
	assert_true(xml_parser_held(p) > 0);
	in = S("'/></a><next/>");
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_ELEMENT);
	frozen_free(&f);
	assert_str(in, "<next/>");
	assert_int_equal(xml_parser_held(p), 0);
	xml_parser_free(&p);
}

struct half {
	struct xml_parser *parser;
	struct str bytes;
	struct frozen *f;
	enum xml_event event;
};

static void *
feed_half(void *arg)
{
	struct half *h = arg;
	enum xml_error error;

	h->event = xml_parser_next(h->parser, &h->bytes, &h->f, &error);
	return NULL;
}

static void
parser_moves_to_another_thread_with_half_an_element(void **state)
{
	(void)state;
	struct half h = { .parser = xml_parser_new(&bounds, true),
		.bytes = S("<m xmlns='urn:&amp;m'><p:x xmlns:p='urn:p' a='1") };
	struct buf out;
	pthread_t thread;

	feed_half(&h);
	assert_int_equal(h.event, XML_MORE);
	h.bytes = S("2'/>x</m>");
	assert_int_equal(pthread_create(&thread, NULL, feed_half, &h), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(h.event, XML_ELEMENT);
	buf_init(&out, 1 << 10);
	add_element(&out, frozen_root(h.f));
	assert_str(buf_str(&out), "{urn:&m}m(\"x\" {urn:p}x a=\"12\")");
	buf_fini(&out);
	frozen_free(&h.f);
	xml_parser_free(&h.parser);
}

static void
parser_restarts_with_a_new_header(void **state)
{
	(void)state;
	struct xml_parser *p = xml_parser_new(&bounds, false);
	struct str in = S(HEADER "<auth xmlns='urn:sasl'/>\n<?xml version='1.0'?>"
				 "<s:stream xmlns:s='" STREAMS "' xmlns='jabber:server'><b/>");
	struct frozen *f = NULL;
	enum xml_error error;

	assert_str(xml_parser_content_ns(p), "");
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_STREAM_OPEN);
	frozen_free(&f);
	assert_str(xml_parser_content_ns(p), "jabber:client");
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_ELEMENT);
	frozen_free(&f);
	xml_parser_restart(p);
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_STREAM_OPEN);
	frozen_free(&f);
	assert_str(xml_parser_content_ns(p), "jabber:server");
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_ELEMENT);
	assert_true(elem_is(frozen_root(f), S("jabber:client"), S("b")));
	frozen_free(&f);
	xml_parser_free(&p);
}

static void
parser_stays_failed(void **state)
{
	(void)state;
	struct xml_parser *p = xml_parser_new(&bounds, false);
	struct str in = S("<!DOCTYPE");
	struct frozen *f = NULL;
	enum xml_error error = XML_TOO_LARGE;

	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_BAD);
	assert_int_equal(error, XML_RESTRICTED);
	in = S(HEADER);
	error = XML_TOO_LARGE;
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_BAD);
	assert_int_equal(error, XML_RESTRICTED);
	assert_null(f);
	xml_parser_free(&p);
}

static void
parser_bounds_apply_from_the_next_element_on(void **state)
{
	(void)state;
	struct xml_bounds few = bounds, many = bounds;
	struct xml_parser *p;
	struct str in = S("<a><b/>");
	struct frozen *f = NULL;
	enum xml_error error;

	few.elements = 1;
	many.elements = 2;
	p = xml_parser_new(&few, true);
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_MORE);
	xml_parser_set_bounds(p, &many);
	in = S("</a><a><b/><b/></a>");
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_ELEMENT);
	frozen_free(&f);
	assert_int_equal(xml_parser_next(p, &in, &f, &error), XML_ELEMENT);
	frozen_free(&f);
	xml_parser_free(&p);
}

static void
parser_bounds_what_a_header_may_declare(void **state)
{
	(void)state;
	struct buf header, out;

	for (unsigned n = XML_SCOPE_PREFIXES_MAX; n <= XML_SCOPE_PREFIXES_MAX + 1; n++) {
		struct xml_bounds wide = bounds;

		wide.attributes = 100;
		buf_init(&header, 1 << 16);
		buf_init(&out, 1 << 16);
		add(&header, S("<p0:stream"));
		for (unsigned i = 0; i < n; i++) {
			char text[64];

			snprintf(text, sizeof(text), " xmlns:p%u='urn:p%u'", i, i);
			add(&header, str_from_c(text));
		}
		add(&header, S("><p15:a/></p0:stream>"));
		feed(&out, &wide, false, buf_str(&header), 0, header.len);
		add(&out, S("\0"));
		assert_string_equal(
		    out.at, n == XML_SCOPE_PREFIXES_MAX
				? "open {urn:p0}stream\nelement {urn:p15}a\nclose\n"
				: "bad too-complex\n");
		buf_fini(&header);
		buf_fini(&out);
	}
}

static void
xml_parse_takes_exactly_one_document(void **state)
{
	(void)state;
	static const struct {
		const char *document;
		enum status status;
	} cases[] = {
		{ "<a/>", OK },
		{ "\xef\xbb\xbf<?xml version='1.0'?>\n<a>x</a>\n", OK },
		{ "", E_INVALID },
		{ " ", E_INVALID },
		{ "<a>", E_INVALID },
		{ "<a/><b/>", E_INVALID },
		{ "<a/>x", E_INVALID },
		{ "<a/><!-- c -->", E_INVALID },
		{ "<a/></a>", E_INVALID },
		{ "<a><b><c><d><e><f><g><h><i><j>", E_LIMIT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frozen *f = NULL;

		assert_int_equal(
		    xml_parse(str_from_c(cases[i].document), &bounds, &f), cases[i].status);
		assert_int_equal(f != NULL, cases[i].status == OK);
		frozen_free(&f);
	}
}

static void
xml_parse_in_uses_the_namespace_around(void **state)
{
	(void)state;
	struct frozen *f = NULL;

	assert_int_equal(
	    xml_parse_in(S("<a><b xmlns=''/></a>"), S("jabber:client"), &bounds, &f), OK);
	assert_true(elem_is(frozen_root(f), S("jabber:client"), S("a")));
	assert_true(elem_is(elem_first(frozen_root(f)), S(""), S("b")));
	frozen_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parser_reads_a_stream),
		cmocka_unit_test(parser_reads_headers_with_any_prefixes),
		cmocka_unit_test(parser_knows_one_content_namespace),
		cmocka_unit_test(parser_reads_framed_documents),
		cmocka_unit_test(parser_resolves_references_and_line_ends),
		cmocka_unit_test(parser_refuses_what_is_restricted),
		cmocka_unit_test(parser_refuses_what_is_not_well_formed),
		cmocka_unit_test(parser_sees_every_byte_of_a_long_run),
		cmocka_unit_test(parser_refuses_bad_namespaces),
		cmocka_unit_test(parser_refuses_other_encodings),
		cmocka_unit_test(parser_refuses_text_between_stanzas),
		cmocka_unit_test(parser_enforces_its_bounds),
		cmocka_unit_test(parser_refuses_what_only_fills_memory),
		cmocka_unit_test(parser_makes_content_self_contained),
		cmocka_unit_test(parser_holds_nothing_between_stanzas),
		cmocka_unit_test(parser_moves_to_another_thread_with_half_an_element),
		cmocka_unit_test(parser_restarts_with_a_new_header),
		cmocka_unit_test(parser_stays_failed),
		cmocka_unit_test(parser_bounds_apply_from_the_next_element_on),
		cmocka_unit_test(parser_bounds_what_a_header_may_declare),
		cmocka_unit_test(xml_parse_takes_exactly_one_document),
		cmocka_unit_test(xml_parse_in_uses_the_namespace_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
