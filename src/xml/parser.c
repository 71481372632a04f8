/* SPDX-License-Identifier: MIT
 *
 * What a parser keeps between two calls: where in the stream it is, the header's namespaces
 * (constants, when they are the usual ones), and the bytes and tape of an element that is
 * incomplete. Between two stanzas that is this struct alone.
 *
 * AT_START    nothing yet: a byte order mark may come    -> AT_PROLOG  skip_between
 * AT_PROLOG   before the header or document              -> IN_STREAM  take_header
 * IN_STREAM   the header was read; elements follow       -> CLOSED     take
 *             (framed: each with its own prolog)
 * CLOSED      after </stream:stream>: white space only
 * FAILED      XML_BAD was returned; so it will be again
 */
#include "xml/parser.h"

#include "base/limits.h"
#include "xml/chars.h"
#include "xml/freeze.h"
#include "xml/scan.h"

enum place { AT_START, AT_PROLOG, IN_STREAM, CLOSED, FAILED };

/* Input that is moved into an incomplete element at a time; what follows the element in the
 * same bytes should not be copied with it. */
enum { PIECE_BYTES = 2048 };

/* An element that is incomplete. */
struct partial {
	struct scan scan;
	struct buf bytes;
};

struct xml_parser {
	struct xml_bounds bounds;
	bool framed;
	bool declared;           /* an XML declaration was read, its element was not */
	bool close_pending;      /* the header was <stream/> */
	unsigned char place;     /* enum place */
	unsigned char mark_left; /* bytes of the byte order mark still to come */
	unsigned char error;     /* enum xml_error, when FAILED */
	const struct scope *scope;
	struct partial *partial; /* NULL between elements */
};

const struct xml_bounds xml_bounds_stored = {
	.bytes = XML_BYTES_MAX,
	.depth = XML_DEPTH_MAX,
	.attributes = XML_ATTRIBUTES_MAX,
	.elements = UINT32_MAX,
};

static const char BYTE_ORDER_MARK[3] = "\xef\xbb\xbf";

static void
partial_free(struct partial **part)
{
	if (!*part)
		return;
	scan_fini(&(*part)->scan);
	buf_fini(&(*part)->bytes);
	free(*part);
	*part = NULL;
}

static void
parser_init(struct xml_parser *p, const struct xml_bounds *bounds, bool framed)
{
	*p = (struct xml_parser){ .framed = framed, .scope = &SCOPE_EMPTY };
	xml_parser_set_bounds(p, bounds);
}

static void
parser_fini(struct xml_parser *p)
{
	partial_free(&p->partial);
	scope_free(&p->scope);
}

struct xml_parser *
xml_parser_new(const struct xml_bounds *bounds, bool framed)
{
	struct xml_parser *p = mem_alloc(sizeof(*p));

	parser_init(p, bounds, framed);
	return p;
}

void
xml_parser_free(struct xml_parser **p)
{
	if (!*p)
		return;
	parser_fini(*p);
	free(*p);
	*p = NULL;
}

void
xml_parser_set_bounds(struct xml_parser *p, const struct xml_bounds *bounds)
{
	assert(bounds->bytes <= XML_BYTES_MAX && bounds->depth <= XML_DEPTH_MAX &&
	       bounds->attributes <= XML_ATTRIBUTES_MAX);
	p->bounds = *bounds;
}

void
xml_parser_restart(struct xml_parser *p)
{
	struct xml_bounds bounds = p->bounds;

	assert(!p->partial);
	parser_fini(p);
	parser_init(p, &bounds, p->framed);
}

size_t
xml_parser_held(const struct xml_parser *p)
{
	return p->partial
		   ? sizeof(*p->partial) + p->partial->bytes.room + scan_held(&p->partial->scan)
		   : 0;
}

struct str
xml_parser_content_ns(const struct xml_parser *p)
{
	return scope_content_ns(p->scope);
}

static enum xml_event
fail(struct xml_parser *p, enum xml_error why, enum xml_error *error)
{
	partial_free(&p->partial);
	p->place = FAILED;
	p->error = (unsigned char)why;
	*error = why;
	return XML_BAD;
}

/* --- what a scan found ---------------------------------------------------------------- */

/*
 * Keeps the namespaces of the header that was scanned. Returns false when there are too many.
 */
static bool
keep_scope(struct xml_parser *p, const struct scan *s, const char *bytes)
{
	const union cell *root = s->tape;
	uint32_t prefix = root[1].tag.prefix_len ? root[1].tag.prefix_len + 1u : 0;
	struct scope scope = {
		.header = str_of(bytes + root->span.start + 1, prefix + root[1].tag.name_len),
		.default_ns = scan_ns_str(s, bytes, s->ns.at, s->ns.len),
		.n = s->bindings,
	};
	size_t held = 0;

	if (s->bindings > XML_SCOPE_PREFIXES_MAX)
		return false;
	for (uint32_t i = 0; i < s->bindings; i++) {
		const struct scan_binding *b = &s->binding[i];

		scope.prefix[i].prefix = str_of(bytes + b->prefix, b->prefix_len);
		scope.prefix[i].ns = scan_ns_str(s, bytes, b->ns, b->ns_len);
		held += (size_t)b->prefix_len + b->ns_len;
	}
	if (held > XML_SCOPE_BYTES_MAX)
		return false;
	p->scope = scope_keep(&scope);
	return true;
}

/*
 * Makes an event of a scan that has ended, or reached the bound. Anything but XML_MORE ends
 * the scan; XML_MORE after a declaration only.
 */
static enum xml_event
take(struct xml_parser *p, struct scan *s, const char *bytes, struct frozen **element,
    enum xml_error *error)
{
	struct frozen *f;

	switch (s->result) {
	case SCAN_MORE:
		return fail(p, XML_TOO_LARGE, error);
	case SCAN_BAD:
		return fail(p, s->error, error);
	case SCAN_DECLARATION:
		p->declared = true;
		return XML_MORE;
	case SCAN_CLOSE:
		p->place = CLOSED;
		return XML_STREAM_CLOSE;
	case SCAN_DONE:
		break;
	}
	if (s->mode == SCAN_HEADER && !keep_scope(p, s, bytes))
		return fail(p, XML_TOO_COMPLEX, error);
	if (!(f = freeze_scanned(s, bytes, s->bounds.bytes)))
		return fail(p, XML_TOO_LARGE, error);
	*element = f;
	p->declared = false;
	if (s->mode != SCAN_HEADER)
		return XML_ELEMENT;
	p->place = IN_STREAM;
	p->close_pending = s->empty;
	return XML_STREAM_OPEN;
}

/* --- bytes ---------------------------------------------------------------------------- */

static void
drop(struct str *in, size_t bytes)
{
	in->at += bytes;
	in->len -= bytes;
}

/*
 * Skips what may stand between elements; true when an element begins or the bytes have ended,
 * false with *error.
 */
static bool
skip_between(struct xml_parser *p, struct str *in, enum xml_error *error)
{
	unsigned char c;

	if (p->place == AT_START && in->len) {
		p->place = AT_PROLOG;
		if (in->at[0] == BYTE_ORDER_MARK[0])
			p->mark_left = sizeof(BYTE_ORDER_MARK);
	}
	for (; p->mark_left && in->len; p->mark_left--, drop(in, 1)) {
		if (in->at[0] != BYTE_ORDER_MARK[sizeof(BYTE_ORDER_MARK) - p->mark_left]) {
			*error = XML_BAD_ENCODING;
			return false;
		}
	}
	/* White space behind the last element before a stream restart may come after it, in
	 * front of the new XML declaration, where XML forbids it. */
	while (in->len && char_is((unsigned char)in->at[0], CHAR_SPACE))
		drop(in, 1);
	if (in->len == 0)
		return true;
	c = (unsigned char)in->at[0];
	if (c == '<' && p->place != CLOSED)
		return true;
	if (p->place == AT_PROLOG && (c == 0 || c >= 0x80))
		*error = XML_BAD_ENCODING; /* UTF-16 or UTF-32, by its first bytes */
	else if (p->place == IN_STREAM && c >= 0x20)
		*error = XML_BAD_FORMAT;
	else
		*error = XML_NOT_WELL_FORMED;
	return false;
}

static enum scan_mode
mode_of(const struct xml_parser *p)
{
	if (p->framed)
		return SCAN_DOCUMENT;
	return p->place == IN_STREAM ? SCAN_STANZA : SCAN_HEADER;
}

/* Scans an element that begins with *in. */
static enum xml_event
begin(struct xml_parser *p, struct str *in, struct frozen **element, enum xml_error *error)
{
	size_t len = in->len < p->bounds.bytes ? in->len : p->bounds.bytes;
	struct partial *part;
	enum xml_event event;
	struct scan s;

	scan_init(&s, p->scope, &p->bounds, mode_of(p));
	s.declared = p->declared;
	if (scan_run(&s, in->at, len) == SCAN_MORE && len < p->bounds.bytes) {
		part = p->partial = mem_alloc(sizeof(*part));
		scan_keep(&s);
		part->scan = s;
		buf_init(&part->bytes, p->bounds.bytes);
		if (buf_add(&part->bytes, *in) != OK)
			abort(); /* len < bounds.bytes */
		drop(in, len);
		return XML_MORE;
	}
	event = take(p, &s, in->at, element, error);
	if (event != XML_BAD)
		drop(in, s.at);
	scan_fini(&s);
	return event;
}

/* Goes on with the incomplete element. */
static enum xml_event
resume(struct xml_parser *p, struct str *in, struct frozen **element, enum xml_error *error)
{
	struct partial *part = p->partial;
	struct scan *s = &part->scan;
	enum scan_result r = SCAN_MORE;
	enum xml_event event;
	size_t over;

	while (r == SCAN_MORE && in->len) {
		size_t room = part->bytes.max - part->bytes.len;
		size_t len = in->len < PIECE_BYTES ? in->len : PIECE_BYTES;

		if (len > room)
			len = room;
		if (buf_add(&part->bytes, str_of(in->at, len)) != OK)
			abort(); /* len <= room */
		drop(in, len);
		r = scan_run(s, part->bytes.at, part->bytes.len);
		if (part->bytes.len == part->bytes.max)
			break;
	}
	if (r == SCAN_MORE && part->bytes.len < part->bytes.max)
		return XML_MORE;
	event = take(p, s, part->bytes.at, element, error);
	if (event == XML_BAD)
		return event;
	/* Back to the caller what lies behind the element. */
	over = part->bytes.len - s->at;
	in->at -= over;
	in->len += over;
	partial_free(&p->partial);
	return event;
}

enum xml_event
xml_parser_next(
    struct xml_parser *p, struct str *in, struct frozen **element, enum xml_error *error)
{
	enum xml_event event;

	if (p->close_pending) {
		p->close_pending = false;
		p->place = CLOSED;
		return XML_STREAM_CLOSE;
	}
	do {
		if (p->place == FAILED) {
			*error = (enum xml_error)p->error;
			return XML_BAD;
		}
		if (!p->partial && !skip_between(p, in, error))
			return fail(p, *error, error);
		if (in->len == 0)
			return XML_MORE;
		event =
		    p->partial ? resume(p, in, element, error) : begin(p, in, element, error);
	} while (event == XML_MORE && in->len);
	return event;
}

/* --- whole documents ------------------------------------------------------------------ */

enum status
xml_parse_in(
    struct str document, struct str ns, const struct xml_bounds *bounds, struct frozen **out)
{
	struct scope scope = { .default_ns = ns };
	struct frozen *f = NULL;
	enum xml_error error;
	struct xml_parser p;
	enum xml_event event;

	parser_init(&p, bounds, true);
	p.scope = &scope;
	event = xml_parser_next(&p, &document, &f, &error);
	if (event == XML_ELEMENT && str_trim(document).len)
		event = XML_MORE; /* more than one element */
	parser_fini(&p);
	if (event == XML_ELEMENT) {
		*out = f;
		return OK;
	}
	frozen_free(&f);
	if (event == XML_BAD && (error == XML_TOO_LARGE || error == XML_TOO_COMPLEX))
		return E_LIMIT;
	return E_INVALID;
}

enum status
xml_parse(struct str document, const struct xml_bounds *bounds, struct frozen **out)
{
	return xml_parse_in(document, S(""), bounds, out);
}
