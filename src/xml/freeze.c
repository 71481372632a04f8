/* SPDX-License-Identifier: MIT */
#include "xml/freeze.h"

#include "xml/copy.h"

static struct frozen *
make_block(const struct scan *s, const char *bytes)
{
	uint32_t markup = s->tape[0].span.close;
	size_t tape = s->cells * sizeof(s->tape[0]);
	struct frozen *f = mem_alloc(sizeof(*f) + tape + markup + s->tail_len);
	char *at = (char *)f->tape + tape;

	atomic_init(&f->refs, 1);
	f->cells = s->cells;
	f->markup_len = markup;
	f->tail_len = s->tail_len;
	memcpy(f->tape, s->tape, tape);
	memcpy(at, bytes, markup);
	memcpy(at + markup, s->tail, s->tail_len);
	return f;
}

/* Scans what we wrote ourselves. */
static void
scan_own(struct scan *s, const struct scope *scope, struct str markup)
{
	const struct xml_bounds bounds = { .bytes = XML_BYTES_MAX,
		.depth = UINT16_MAX,
		.attributes = UINT16_MAX / 2,
		.elements = UINT32_MAX };

	assert(markup.len <= XML_BYTES_MAX);
	scan_init(s, scope, &bounds, SCAN_DOCUMENT);
	s->prefixes_max = FROZEN_PREFIXES_MAX;
	scan_run(s, markup.at, markup.len);
	assert(s->result == SCAN_DONE && s->at == markup.len);
}

struct frozen *
freeze_scanned(const struct scan *s, const char *bytes, size_t max)
{
	struct frozen *f = make_block(s, bytes), *as_sent;
	struct scope scope;
	struct buf markup;
	struct scan again;

	if (!s->irregular)
		return f;
	as_sent = f;
	f = NULL;
	scope = (struct scope){ .default_ns = elem_ns(frozen_root(as_sent)) };
	buf_init(&markup, max);
	if (copy_regular(as_sent, &markup) == OK) {
		scan_own(&again, &scope, buf_str(&markup));
		assert(!again.irregular);
		f = make_block(&again, markup.at);
		scan_fini(&again);
	}
	buf_fini(&markup);
	frozen_free(&as_sent);
	return f;
}

struct frozen *
freeze_own(struct str markup, struct str ns)
{
	struct scope scope = { .default_ns = ns };
	struct frozen *f;
	struct scan s;

	scan_own(&s, &scope, markup);
	f = freeze_scanned(&s, markup.at, XML_BYTES_MAX);
	scan_fini(&s);
	assert(f);
	return f;
}
