/* SPDX-License-Identifier: MIT
 *
 * A stream over BOSH (XEP-0124, XEP-0206): two connections, on one of which the server holds a
 * request while the other is free for what the client has to say. What is said in one turn
 * leaves in one request.
 */
#include "bench/carrier.h"
#include "bench/login.h"
#include "bench/swarm.h"

#define NS_BODY "http://jabber.org/protocol/httpbind"

struct bosh {
	uint64_t rid;
	uint64_t asked[CLIENT_LINKS]; /* the rid of the request on each */
	uint64_t next_answer;         /* rid of the answer to be read next */
	struct buf early;             /* one that came before it, over the other connection */
	char sid[128];
	struct buf out; /* stanzas that wait for a free connection */
	bool closing;
};

enum { STANZAS_MAX_BYTES = 1024 * 1024 };

static struct bosh *
bosh_of(struct client *c)
{
	return c->carried;
}

static void
forget(struct client *c)
{
	struct bosh *b = bosh_of(c);

	if (!b)
		return;
	buf_fini(&b->out);
	buf_fini(&b->early);
	free(b);
	c->carried = NULL;
}

/* --- requests --------------------------------------------------------------------------- */

static struct link *
free_link(struct client *c)
{
	for (size_t i = 0; i < CLIENT_LINKS; i++)
		if (c->links[i].stage == LINK_OPEN && !c->links[i].is_waiting)
			return &c->links[i];
	return NULL;
}

/* attributes: of <body/>, behind rid, sid and namespace */
static void
request(struct client *c, struct link *l, struct str attributes, struct str content)
{
	struct bosh *b = bosh_of(c);
	char open[512], sid[160] = "";
	size_t room = 1024 + attributes.len + content.len, body;
	char *at = link_reserve(l, room);
	int head;

	b->asked[l - c->links] = b->rid;
	if (b->sid[0])
		snprintf(sid, sizeof(sid), " sid='%s'", b->sid);
	body =
	    (size_t)snprintf(open, sizeof(open), "<body xmlns='" NS_BODY "' rid='%llu'%s%.*s>",
		(unsigned long long)b->rid++, sid, STR_ARG(attributes));
	head = snprintf(at, room,
	    "POST /http-bind HTTP/1.1\r\nHost: %.*s\r\nContent-Type: text/xml; "
	    "charset=utf-8\r\nContent-Length: %zu\r\n\r\n%s",
	    STR_ARG(c->swarm->plan->host), body + content.len + S("</body>").len, open);
	memcpy(at + head, content.at, content.len);
	memcpy(at + (size_t)head + content.len, "</body>", S("</body>").len);
	link_sent(l, (size_t)head + content.len + S("</body>").len);
	l->is_waiting = true;
}

/* Says what waits; without anything to say, lets the server hold a request. */
static void
go_on(struct client *c)
{
	struct bosh *b = bosh_of(c);
	struct link *l = free_link(c);
	bool held = c->links[0].is_waiting || c->links[1].is_waiting;

	if (!l || !b->sid[0] || (b->out.len == 0 && (held || c->stage == CLIENT_LEAVING)))
		return;
	request(c, l, b->closing ? S(" type='terminate'") : S(""), buf_str(&b->out));
	buf_drop(&b->out, b->out.len);
}

static char *
reserve(struct client *c, size_t bytes)
{
	char *at = buf_reserve(&bosh_of(c)->out, ALONE_BYTES + bytes);

	if (!at)
		die("u%u: the server does not answer", c->account);
	return at + ALONE_BYTES;
}

static void
sent(struct client *c, size_t bytes)
{
	struct buf *out = &bosh_of(c)->out;
	char *room = buf_reserve(out, ALONE_BYTES + bytes), *stanza;

	stanza = alone_finish(room + ALONE_BYTES, &bytes);
	memmove(room, stanza, bytes);
	buf_added(out, bytes);
	go_on(c);
}

static void
open_stream(struct client *c)
{
	struct bosh *b = bosh_of(c);
	char attributes[512];
	struct str host = c->swarm->plan->host;
	int len;

	if (b->sid[0])
		len = snprintf(attributes, sizeof(attributes),
		    " to='%.*s' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'",
		    STR_ARG(host));
	else
		len = snprintf(attributes, sizeof(attributes),
		    " to='%.*s' ver='1.6' wait='60' hold='1' xml:lang='en' "
		    "xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'",
		    STR_ARG(host));
	request(c, free_link(c), str_of(attributes, (size_t)len), S(""));
}

static void
close_stream(struct client *c)
{
	struct bosh *b = bosh_of(c);
	char *at = reserve(c, 64);

	b->closing = true;
	for (size_t i = 0; i < CLIENT_LINKS; i++)
		c->links[i].may_end = true;
	sent(c, (size_t)snprintf(at, 64, "<presence type='unavailable'/>"));
}

/* --- answers ---------------------------------------------------------------------------- */

static void
on_open(struct link *l)
{
	struct client *c = l->client;
	static uint64_t sessions;

	if (l != &c->links[0]) {
		go_on(c);
		return;
	}
	c->carried = mem_zalloc(sizeof(struct bosh));
	bosh_of(c)->rid = bosh_of(c)->next_answer = 1000000 + sessions++;
	buf_init(&bosh_of(c)->out, STANZAS_MAX_BYTES);
	buf_init(&bosh_of(c)->early, STANZAS_MAX_BYTES);
	login_begin(c);
}

/* The content of a whole HTTP answer at the front of the bytes, its size returned; else 0. */
static size_t
read_answer(struct client *c, struct str bytes, struct str *content)
{
	const char *end = memmem(bytes.at, bytes.len, "\r\n\r\n", 4);
	struct str head, digits;
	uint64_t len;

	if (!end)
		return 0;
	head = str_of(bytes.at, (size_t)(end - bytes.at) + 2);
	if (!str_starts(head, S("HTTP/1.1 200 ")))
		die("u%u: %.*s", c->account, (int)str_find(head, '\r'), head.at);
	digits = scan_between(head, S("Content-Length: "), S("\r\n"));
	if (str_to_u64(digits, STANZAS_MAX_BYTES, &len) != OK)
		die("u%u: an answer without its length", c->account);
	if (bytes.len < head.len + 2 + len)
		return 0;
	*content = str_slice(bytes, head.len + 2, len);
	return head.len + 2 + len;
}

static void
keep_sid(struct client *c, struct str tag)
{
	struct bosh *b = bosh_of(c);
	struct str sid = scan_between(tag, S(" sid='"), S("'"));

	if (!sid.at)
		sid = scan_between(tag, S(" sid=\""), S("\""));
	if (!sid.at || sid.len >= sizeof(b->sid))
		die("u%u: no session: %.*s", c->account, STR_ARG(tag));
	memcpy(b->sid, sid.at, sid.len);
	b->sid[sid.len] = 0;
	link_open(&c->links[1]);
}

/* What stands between the tags of <body/>. */
static void
on_content(struct client *c, struct str content)
{
	size_t tag_end = str_find(content, '>');
	struct str tag = str_slice(content, 0, tag_end), inner;
	struct scan scan;

	if (!str_starts(content, S("<body")) || tag_end == content.len)
		die("u%u: not a body: %.*s", c->account, STR_ARG(content));
	if (scan_has(tag, S("terminate"))) {
		client_on_part(c, SCAN_END, content);
		return;
	}
	if (!bosh_of(c)->sid[0])
		keep_sid(c, tag);
	if (str_ends(tag, S("/")))
		return;
	inner = str_slice(content, tag_end + 1, content.len - tag_end - 1 - S("</body>").len);
	scan_without_stream(&scan);
	client_take(c, &scan, inner);
}

/* Answers are read in the order of their requests (XEP-0124 section 14.2), whichever connection
 * is faster. False: the client is gone. */
static bool
read_in_order(struct client *c, struct link *l, struct str content)
{
	struct bosh *b = bosh_of(c);
	uint64_t opened = l->opened;
	struct buf early;

	if (b->asked[l - c->links] != b->next_answer) {
		if (buf_add(&b->early, content) != OK)
			die("u%u: an answer too long", c->account);
		return true;
	}
	l->is_waiting = false;
	b->next_answer++;
	on_content(c, content);
	if (l->stage == LINK_CLOSED || l->opened != opened)
		return false;
	if (!b->early.len)
		return true;
	early = b->early;
	buf_init(&b->early, STANZAS_MAX_BYTES);
	for (size_t i = 0; i < CLIENT_LINKS; i++)
		if (c->links[i].is_waiting && b->asked[i] == b->next_answer)
			c->links[i].is_waiting = false;
	b->next_answer++;
	on_content(c, buf_str(&early));
	buf_fini(&early);
	return l->stage != LINK_CLOSED && l->opened == opened;
}

static size_t
on_bytes(struct link *l, struct str bytes)
{
	struct client *c = l->client;
	struct str content;
	size_t n = read_answer(c, bytes, &content);

	if (n == 0)
		return 0;
	if (!read_in_order(c, l, content))
		return bytes.len;
	go_on(c);
	return n;
}

static void
on_end(struct link *l)
{
	client_left(l->client);
}

const struct carrier carrier_bosh = {
	.on_open = on_open,
	.on_bytes = on_bytes,
	.on_end = on_end,
	.open_stream = open_stream,
	.reserve = reserve,
	.sent = sent,
	.close_stream = close_stream,
	.forget = forget,
};
