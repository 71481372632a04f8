/* SPDX-License-Identifier: MIT
 *
 * What it costs to turn the bytes of a stanza into a block that can be queued: our parser,
 * and expat with handlers that build the same kind of tape.
 *
 *     build/bench/micro_xml [seconds per figure]
 *
 * Prints CPU nanoseconds per stanza, memory included, that a quarter of all batches did not
 * exceed (the machine is rarely ours alone); then what one idle stream holds.
 */
#include <expat.h>
#include <malloc.h>

#include "base/buf.h"
#include "xml/parser.h"
#include "xml/writer.h"

#define HEADER                                                                                 \
	"<stream:stream xmlns='jabber:client' "                                                \
	"xmlns:stream='http://etherx.jabber.org/streams' to='a.example' version='1.0'>"

#define CHAT                                                                                   \
	"<message to='juliet@capulet.example/balcony' type='chat' "                            \
	"id='c8b0b1f2-3f0a-4b3e-9a35-6e1f2d7a9c11'><body>Art thou not Romeo, and a Montague?"  \
	"</body><active xmlns='http://jabber.org/protocol/chatstates'/><request "              \
	"xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' "                        \
	"id='c8b0b1f2-3f0a-4b3e-9a35-6e1f2d7a9c11'/></message>"

static const struct xml_bounds bounds = {
	.bytes = 1 << 20, .depth = 64, .attributes = 64, .elements = 10000
};

/* --- expat with a tape ---------------------------------------------------------------- */

struct mark {
	uint32_t at, len, value, value_len;
};

/* Gathers names, attributes and text in one growing piece, and marks into it. */
struct taker {
	XML_Parser expat;
	struct mark *mark;
	size_t marks, marks_room;
	char *text;
	size_t len, room;
	unsigned depth;
	size_t stanzas, bytes;
};

static uint32_t
keep(struct taker *t, const char *text, size_t len)
{
	if (t->room - t->len < len) {
		while (t->room - t->len < len)
			t->room = t->room ? t->room * 2 : 1024;
		t->text = mem_resize(t->text, t->room);
	}
	memcpy(t->text + t->len, text, len);
	t->len += len;
	return (uint32_t)(t->len - len);
}

static void
note(struct taker *t, const char *name, const char *value)
{
	struct mark m = { .len = (uint32_t)strlen(name) };

	m.at = keep(t, name, m.len);
	if (value) {
		m.value_len = (uint32_t)strlen(value);
		m.value = keep(t, value, m.value_len);
	}
	if (t->marks == t->marks_room) {
		t->marks_room = t->marks_room ? t->marks_room * 2 : 64;
		t->mark = mem_resize(t->mark, t->marks_room * sizeof(m));
	}
	t->mark[t->marks++] = m;
}

static void XMLCALL
on_start(void *user, const char *name, const char **attributes)
{
	struct taker *t = user;

	if (t->depth++ == 0)
		return;
	note(t, name, NULL);
	for (; *attributes; attributes += 2)
		note(t, attributes[0], attributes[1]);
}

static void XMLCALL
on_end(void *user, const char *name)
{
	struct taker *t = user;
	size_t marks;
	char *block;

	(void)name;
	if (--t->depth != 1)
		return;
	marks = t->marks * sizeof(*t->mark);
	block = mem_alloc(marks + t->len);
	memcpy(block, t->mark, marks);
	memcpy(block + marks, t->text, t->len);
	t->bytes += marks + t->len;
	t->stanzas++;
	t->marks = t->len = 0;
	free(block);
}

static void XMLCALL
on_text(void *user, const char *text, int len)
{
	struct taker *t = user;

	if (t->depth > 1)
		keep(t, text, (size_t)len);
}

static void
expat_feed(struct taker *t, struct str bytes)
{
	if (XML_Parse(t->expat, bytes.at, (int)bytes.len, 0) != XML_STATUS_OK) {
		fprintf(stderr, "%s\n", XML_ErrorString(XML_GetErrorCode(t->expat)));
		exit(1);
	}
}

static void
expat_open(struct taker *t)
{
	*t = (struct taker){ .expat = XML_ParserCreateNS("UTF-8", '\001') };
	XML_SetUserData(t->expat, t);
	XML_SetElementHandler(t->expat, on_start, on_end);
	XML_SetCharacterDataHandler(t->expat, on_text);
	expat_feed(t, S(HEADER));
}

static void
expat_close(struct taker *t)
{
	XML_ParserFree(t->expat);
	free(t->mark);
	free(t->text);
}

/* --- ours ----------------------------------------------------------------------------- */

static void
ours_feed(struct xml_parser *p, struct str bytes)
{
	struct frozen *f;
	enum xml_error error;

	for (;;) {
		switch (xml_parser_next(p, &bytes, &f, &error)) {
		case XML_STREAM_OPEN:
		case XML_ELEMENT:
			frozen_free(&f);
			continue;
		case XML_MORE:
			return;
		case XML_STREAM_CLOSE:
		case XML_BAD:
			fprintf(stderr, "refused\n");
			exit(1);
		}
	}
}

static struct xml_parser *
ours_open(void)
{
	struct xml_parser *p = xml_parser_new(&bounds, false);

	ours_feed(p, S(HEADER));
	return p;
}

/* --- measuring ------------------------------------------------------------------------ */

enum { BATCH = 200, BATCHES = 4000 };

/* What batches took, in ns for one of each. */
struct sample {
	double took[BATCHES];
	size_t n;
};

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What the quickest quarter of the batches did not exceed. */
static double
quartile(struct sample *s)
{
	qsort(s->took, s->n, sizeof(s->took[0]), by_size);
	return s->took[s->n / 4];
}

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum kind { OURS, OURS_IN_PIECES, EXPAT, EXPAT_BARE };

static void
once(enum kind kind, struct xml_parser *p, struct taker *t, struct str bytes)
{
	if (kind == OURS) {
		ours_feed(p, bytes);
	} else if (kind == EXPAT || kind == EXPAT_BARE) {
		expat_feed(t, bytes);
	} else {
		ours_feed(p, str_slice(bytes, 0, bytes.len / 2));
		ours_feed(p, str_slice(bytes, bytes.len / 2, bytes.len));
	}
}

static double
ns_per_stanza(enum kind kind, struct str bytes, double seconds)
{
	struct xml_parser *p = ours_open();
	struct taker t;
	static struct sample sample;

	sample.n = 0;
	expat_open(&t);
	if (kind == EXPAT_BARE) {
		XML_SetElementHandler(t.expat, NULL, NULL);
		XML_SetCharacterDataHandler(t.expat, NULL);
	}
	for (double end = cpu_seconds() + seconds; sample.n < BATCHES && cpu_seconds() < end;) {
		double start = cpu_seconds();

		for (int i = 0; i < BATCH; i++)
			once(kind, p, &t, bytes);
		sample.took[sample.n++] = (cpu_seconds() - start) * 1e9 / BATCH;
	}
	xml_parser_free(&p);
	expat_close(&t);
	return quartile(&sample);
}

static void
print_speed(const char *what, struct str bytes, double seconds)
{
	double ours = ns_per_stanza(OURS, bytes, seconds);
	double pieces = ns_per_stanza(OURS_IN_PIECES, bytes, seconds);
	double expat = ns_per_stanza(EXPAT, bytes, seconds);
	double bare = ns_per_stanza(EXPAT_BARE, bytes, seconds);

	printf("%-40s %6zu %8.0f %8.0f %8.0f %6.1f %8.0f\n", what, bytes.len, ours, pieces,
	    expat, expat / ours, bare);
}

/* --- what is done with a block -------------------------------------------------------- */

/* The chat message, by the writer. */
static void
write_chat(struct xml_writer *w, struct arena *a)
{
	const struct str id = S("c8b0b1f2-3f0a-4b3e-9a35-6e1f2d7a9c11");

	xml_begin(w, a, S("jabber:client"), S("message"));
	xml_attr(w, S("to"), S("juliet@capulet.example/balcony"));
	xml_attr(w, S("type"), S("chat"));
	xml_attr(w, S("id"), id);
	xml_leaf(w, S(""), S("body"), S("Art thou not Romeo, and a Montague?"));
	xml_empty(w, S("http://jabber.org/protocol/chatstates"), S("active"));
	xml_empty(w, S("urn:xmpp:receipts"), S("request"));
	xml_open(w, S("urn:xmpp:sid:0"), S("origin-id"));
	xml_attr(w, S("id"), id);
	xml_close(w);
}

static void
just_write(const struct frozen *f, struct arena *a)
{
	struct xml_writer w;

	(void)f;
	write_chat(&w, a);
}

static void
write_and_freeze(const struct frozen *f, struct arena *a)
{
	struct frozen *written;
	struct xml_writer w;

	(void)f;
	write_chat(&w, a);
	written = xml_freeze(&w);
	frozen_free(&written);
}

/* What a stanza is asked first: all its attributes. */
static void
read_attributes(const struct frozen *f, struct arena *a)
{
	struct str ns, name, value;

	for (uint32_t at = 0; elem_attr_each(frozen_root(f), &at, a, &ns, &name, &value);)
		__asm__ volatile("" : : "r"(value.at), "r"(name.len) : "memory");
}

static void
find_child(const struct frozen *f, struct arena *a)
{
	struct elem e = elem_child(frozen_root(f), S("urn:xmpp:sid:0"), S("origin-id"));
	struct str id = elem_attr_or_none(e, S("id"), a);

	__asm__ volatile("" : : "r"(id.at) : "memory");
}

static void
copy_body(const struct frozen *f, struct arena *a)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, S("urn:xmpp:forward:0"));
	xml_copy(&w, frozen_root(f));
}

static void
print_use(
    const char *what, void (*use)(const struct frozen *f, struct arena *a), double seconds)
{
	struct frozen *f;
	struct arena a;
	static struct sample sample;

	if (xml_parse_in(S(CHAT), S("jabber:client"), &bounds, &f) != OK)
		abort();
	sample.n = 0;
	arena_init(&a, 4096);
	for (double end = cpu_seconds() + seconds; sample.n < BATCHES && cpu_seconds() < end;) {
		double start = cpu_seconds();

		for (int i = 0; i < BATCH; i++) {
			use(f, &a);
			arena_reset(&a);
		}
		sample.took[sample.n++] = (cpu_seconds() - start) * 1e9 / BATCH;
	}
	printf("%-40s %15.0f\n", what, quartile(&sample));
	arena_fini(&a);
	frozen_free(&f);
}

static size_t
heap_bytes(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* Of many streams, so that what malloc keeps for itself does not count. */
static void
print_idle(const char *what, struct str bytes)
{
	enum { STREAMS = 500 };
	static struct xml_parser *ours[STREAMS];
	static struct taker expat[STREAMS];
	size_t start = heap_bytes(), middle, end;

	for (int i = 0; i < STREAMS; i++)
		ours_feed(ours[i] = ours_open(), bytes);
	middle = heap_bytes();
	for (int i = 0; i < STREAMS; i++) {
		expat_open(&expat[i]);
		expat_feed(&expat[i], bytes);
	}
	end = heap_bytes();
	printf(
	    "%-40s %15zu %26zu\n", what, (middle - start) / STREAMS, (end - middle) / STREAMS);
	for (int i = 0; i < STREAMS; i++) {
		xml_parser_free(&ours[i]);
		expat_close(&expat[i]);
	}
}

/* A text repeated inside an element. */
static struct str
repeat(struct arena *a, struct str head, struct str text, unsigned times, struct str tail)
{
	struct buf b;
	struct str all;

	buf_init(&b, 1 << 20);
	if (buf_add(&b, head) != OK)
		abort();
	while (times--)
		if (buf_add(&b, text) != OK)
			abort();
	if (buf_add(&b, tail) != OK)
		abort();
	all = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return all;
}

int
main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 1.0;
	struct str chat = S(CHAT);
	struct arena a;

	arena_init(&a, 65536);
	printf("%-40s %6s %8s %8s %8s %6s %8s\n", "ns per stanza, CPU", "bytes", "whole",
	    "in two", "expat", "ratio", "no tape");
	print_speed("ping",
	    S("<iq type='get' id='p1' to='a.example'>"
	      "<ping xmlns='urn:xmpp:ping'/></iq>"),
	    seconds);
	print_speed("ack request", S("<r xmlns='urn:xmpp:sm:3'/>"), seconds);
	print_speed("presence with caps",
	    S("<presence from='romeo@montague.example/orchard'>"
	      "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
	      "node='https://a.example' "
	      "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/><priority>1</priority></presence>"),
	    seconds);
	print_speed("chat message, three extensions", chat, seconds);
	print_speed("the same, body in Greek",
	    S("<message to='juliet@capulet.example/balcony' type='chat' "
	      "id='c8b0b1f2-3f0a-4b3e-9a35-6e1f2d7a9c11'><body>"
	      "\xce\x9f\xcf\x85\xce\xba\x20\xce\xb5\xe1\xbc\xb6\x20\xce\xa1\xcf\x89\xce\xbc\xce"
	      "\xb1\xe1\xbf\x96\xce\xbf\xcf\x82\x20\xce\xba\xce\xb1\xe1\xbd\xb6\x20\xce\x9c\xce"
	      "\xbf\xce\xbd\xcf\x84\xce\xb1\xce\xb3\xce\xbf\xcf\x85\xce\xb7\xcf\x82"
	      "</body><active xmlns='http://jabber.org/protocol/chatstates'/><request "
	      "xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' "
	      "id='c8b0b1f2-3f0a-4b3e-9a35-6e1f2d7a9c11'/></message>"),
	    seconds);
	print_speed("message, 4 KiB of text",
	    repeat(&a, S("<message><body>"), S("All the world's a stage. "), 164,
		S("</body></message>")),
	    seconds);
	print_speed("roster of 200",
	    repeat(&a, S("<iq type='set'><query xmlns='jabber:iq:roster'>"),
		S("<item jid='someone@somewhere.example' name='Some One' subscription='both'>"
		  "<group>Friends</group></item>"),
		200, S("</query></iq>")),
	    seconds);
	print_speed("avatar, 64 KiB of base64",
	    repeat(&a, S("<iq type='set'><data xmlns='urn:xmpp:avatar:data'>"),
		S("QgayPKawpkPSDYmwT/WM94uAlu0AQgayPKawpkPSDYmwT/WM94uAlu0A"), 1170,
		S("</data></iq>")),
	    seconds);
	print_speed("content by prefix (written again)",
	    S("<c:message xmlns:c='jabber:client' to='a@b'><c:body>Art thou not Romeo?</c:body>"
	      "<x xmlns='urn:x'/></c:message>"),
	    seconds);

	printf("\n%-40s %15s\n", "ns, the chat message", "ours");
	print_use("find its attributes, one by one", read_attributes, seconds);
	print_use("find a child and its attribute", find_child, seconds);
	print_use("write it", just_write, seconds);
	print_use("write and freeze it", write_and_freeze, seconds);
	print_use("copy it into another namespace", copy_body, seconds);

	printf("\n%-40s %15s %26s\n", "bytes held by an idle stream", "ours", "expat and tape");
	print_idle("after the header", S(" "));
	print_idle("after a chat message", chat);
	print_idle("after 64 KiB of base64",
	    repeat(&a, S("<iq type='set'><data xmlns='urn:xmpp:avatar:data'>"),
		S("QgayPKawpkPSDYmwT/WM94uAlu0AQgayPKawpkPSDYmwT/WM94uAlu0A"), 1170,
		S("</data></iq>")));
	arena_fini(&a);
	return 0;
}
