/* SPDX-License-Identifier: MIT */
#include "bench/scan.h"

enum { IN_TEXT, AT_TAG, IN_TAG, IN_VALUE };

void
scan_without_stream(struct scan *s)
{
	*s = (struct scan){ .depth = 1 };
}

/* Just behind the next `byte`, or the end. */
static size_t
after(struct str in, size_t from, char byte, bool *found)
{
	const char *at = memchr(in.at + from, byte, in.len - from);

	*found = at != NULL;
	return at ? (size_t)(at - in.at) + 1 : in.len;
}

static enum scan_part
tag_ended(struct scan *s)
{
	s->state = IN_TEXT;
	if (s->instruction)
		return SCAN_NOTHING;
	if (s->closing) {
		s->depth--;
		return s->depth == 0 ? SCAN_END : s->depth == 1 ? SCAN_STANZA : SCAN_NOTHING;
	}
	if (s->slash)
		return s->depth == 1 ? SCAN_STANZA : SCAN_NOTHING;
	return s->depth++ == 0 ? SCAN_HEADER : SCAN_NOTHING;
}

/* Up to the end of the tag or to an attribute's value. */
static enum scan_part
walk_tag(struct scan *s, struct str in)
{
	while (s->at < in.len) {
		char c = in.at[s->at++];

		if (c == '>')
			return tag_ended(s);
		s->slash = c == '/';
		if (c == '"' || c == '\'') {
			s->quote = c;
			s->state = IN_VALUE;
			return SCAN_NOTHING;
		}
	}
	return SCAN_NOTHING;
}

enum scan_part
scan_next(struct scan *s, struct str in, struct str *part)
{
	enum scan_part ended = SCAN_NOTHING;
	bool found;

	while (s->at < in.len && ended == SCAN_NOTHING) {
		switch (s->state) {
		case IN_TEXT:
			s->at = after(in, s->at, '<', &found);
			if (found)
				s->state = AT_TAG;
			break;
		case AT_TAG:
			s->closing = in.at[s->at] == '/';
			s->instruction = in.at[s->at] == '?';
			s->slash = false;
			s->at++;
			s->state = IN_TAG;
			break;
		case IN_TAG:
			ended = walk_tag(s, in);
			break;
		case IN_VALUE:
			s->at = after(in, s->at, s->quote, &found);
			if (found)
				s->state = IN_TAG;
			break;
		}
	}
	if (ended == SCAN_NOTHING)
		return SCAN_NOTHING;
	*part = str_of(in.at, s->at);
	s->at = 0;
	return ended;
}

bool
scan_has(struct str text, struct str bytes)
{
	return text.len && memmem(text.at, text.len, bytes.at, bytes.len);
}

struct str
scan_between(struct str text, struct str before, struct str behind)
{
	const char *from, *to;

	if (!text.len || !(from = memmem(text.at, text.len, before.at, before.len)))
		return (struct str){ 0 };
	from += before.len;
	to = memmem(from, (size_t)(text.at + text.len - from), behind.at, behind.len);
	return to ? str_of(from, (size_t)(to - from)) : (struct str){ 0 };
}
