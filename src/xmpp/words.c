/* SPDX-License-Identifier: MIT */
#include "xmpp/words.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include "base/limits.h"

/* A question's last word is taken for a beginning from so many bytes on: a shorter one
 * begins too many. */
enum { PREFIX_BYTES = 3 };

/* --- characters ----------------------------------------------------------------------- */

enum sort {
	SORT_NONE,   /* between words */
	SORT_LETTER, /* words have spaces around them */
	SORT_PAIRED, /* they have none */
	SORT_ALONE,  /* a word of its own */
};

static bool
is_in_pairs(int32_t c)
{
	UErrorCode error = U_ZERO_ERROR;

	switch (uscript_getScript(c, &error)) {
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
	case USCRIPT_HANGUL:
	case USCRIPT_BOPOMOFO:
	case USCRIPT_THAI:
	case USCRIPT_LAO:
	case USCRIPT_KHMER:
	case USCRIPT_MYANMAR:
		return true;
	default:
		return c == 0x30fc; /* the mark of long vowels, common to two scripts */
	}
}

/* A sign that is written with a letter and belongs to the word. */
static bool
is_mark(int32_t c)
{
	int8_t type = u_charType(c);

	return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

static enum sort
sort_of(int32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? SORT_LETTER
									: SORT_NONE;
	if (u_isalnum(c) || is_mark(c))
		return c >= 0xe00 && is_in_pairs(c) ? SORT_PAIRED : SORT_LETTER;
	return u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION) ? SORT_ALONE : SORT_NONE;
}

/* Signs that are written with a letter or left out without making another word: accents,
 * variation selectors, and the vowel points of Hebrew and Arabic. */
static bool
is_accent(int32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x591 && c <= 0x5c7 && is_mark(c)) ||
	       (c >= 0x64b && c <= 0x65f) || (c >= 0xfe00 && c <= 0xfe0f);
}

/* Syllables and kana whose parts are no letters that anybody would search for. */
static bool
stays_whole(int32_t c)
{
	return (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x3040 && c <= 0x30ff);
}

/* What stands for the character, at most WORD_FOLDED; returns how many. */
static unsigned
fold(int32_t c, int32_t *out)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar parts[WORD_FOLDED];
	int32_t n = -1, at = 0;
	unsigned folded = 0;

	if (!stays_whole(c))
		n = unorm2_getDecomposition(
		    unorm2_getNFKCInstance(&error), c, parts, WORD_FOLDED, &error);
	if (n < 0 || U_FAILURE(error)) {
		out[0] = u_foldCase(c, U_FOLD_CASE_DEFAULT);
		return is_accent(c) ? 0 : 1;
	}
	while (at < n) {
		UChar unit = parts[at++];
		int32_t part = unit;

		if (U16_IS_LEAD(unit) && at < n)
			part = U16_GET_SUPPLEMENTARY(unit, parts[at++]);
		if (!is_accent(part))
			out[folded++] = u_foldCase(part, U_FOLD_CASE_DEFAULT);
	}
	return folded;
}

/* Bytes that are no UTF-8 separate words. */
static int32_t
decode(struct str *rest)
{
	const uint8_t *bytes = (const uint8_t *)rest->at;
	size_t len = bytes[0] < 0xc0 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	bool good = len <= rest->len && str_is_utf8(str_slice(*rest, 0, len));
	int32_t at = 0, c = ' ';

	if (good)
		U8_NEXT_UNSAFE(bytes, at, c);
	*rest = str_slice(*rest, good ? len : 1, SIZE_MAX);
	return c;
}

/* The next character of the text, folded; false at the end. */
static bool
look(struct words *w, int32_t *c)
{
	while (w->at_ahead == w->n_ahead) {
		w->at_ahead = 0;
		if (w->rest.len == 0) {
			w->n_ahead = 0;
			return false;
		}
		w->ahead[0] = (unsigned char)w->rest.at[0];
		w->n_ahead = 1;
		if (w->ahead[0] < 0x80) {
			w->rest = str_slice(w->rest, 1, SIZE_MAX);
			if (w->ahead[0] >= 'A' && w->ahead[0] <= 'Z')
				w->ahead[0] += 'a' - 'A';
		} else {
			w->n_ahead = fold(decode(&w->rest), w->ahead);
		}
	}
	*c = w->ahead[w->at_ahead];
	return true;
}

static void
step(struct words *w)
{
	w->at_ahead++;
}

/* --- words ---------------------------------------------------------------------------- */

void
words_begin(struct words *w, struct str text, bool asked)
{
	*w = (struct words){ .rest = text, .asked = asked };
}

/* Leaves the word as it is when the character does not fit. */
static void
add(struct words *w, size_t *len, int32_t c)
{
	uint8_t bytes[4];
	size_t at = 0;

	U8_APPEND_UNSAFE(bytes, at, (uint32_t)c);
	if (*len + at > WORD_BYTES)
		return;
	memcpy(w->word + *len, bytes, at);
	*len += at;
}

/* A word between spaces, whose first character is the next. */
static size_t
letters(struct words *w)
{
	size_t len = 0;
	int32_t c;

	while (look(w, &c) && sort_of(c) == SORT_LETTER) {
		add(w, &len, c);
		step(w);
	}
	return len;
}

/* The next character with the one behind it. False: it is the last of a run, and no word. */
static bool
pair(struct words *w, size_t *len, bool *joined)
{
	bool begins = !w->in_run, ends;
	int32_t c;

	*len = 0;
	*joined = w->in_run;
	if (!look(w, &c))
		return false;
	add(w, len, c);
	step(w);
	ends = !look(w, &c) || sort_of(c) != SORT_PAIRED;
	w->in_run = !ends;
	if (!ends)
		add(w, len, c);
	return !(ends && w->asked && !begins);
}

bool
words_next(struct words *w, struct str *word, bool *joined)
{
	size_t len = 0;
	int32_t c;

	while (look(w, &c)) {
		*joined = false;
		switch (sort_of(c)) {
		case SORT_NONE:
			step(w);
			continue;
		case SORT_LETTER:
			len = letters(w);
			break;
		case SORT_ALONE:
			add(w, &len, c);
			step(w);
			break;
		case SORT_PAIRED:
			if (!pair(w, &len, joined))
				continue;
			break;
		}
		*word = str_of(w->word, len);
		return true;
	}
	return false;
}

struct str
words_fold(struct arena *a, struct str text, size_t max)
{
	uint8_t *out = arena_alloc(a, max);
	bool space = false;
	struct words w;
	size_t len = 0;
	int32_t c;

	words_begin(&w, text, false);
	for (; look(&w, &c); step(&w)) {
		uint8_t bytes[4];
		size_t n = 0;

		if (c <= ' ' || u_isUWhiteSpace(c)) {
			space = len > 0;
			continue;
		}
		U8_APPEND_UNSAFE(bytes, n, (uint32_t)c);
		if (len + space + n > max)
			break;
		if (space)
			out[len++] = ' ';
		memcpy(out + len, bytes, n);
		len += n;
		space = false;
	}
	return str_of((const char *)out, len);
}

/* --- questions ------------------------------------------------------------------------ */

static bool
may_go_on(struct str word, bool joined)
{
	int32_t c;
	struct str rest = word;

	if (joined || word.len == 0)
		return false;
	c = decode(&rest);
	/* One character without spaces begins every pair that it is in. */
	if (sort_of(c) == SORT_PAIRED)
		return rest.len == 0;
	return sort_of(c) == SORT_LETTER && word.len >= PREFIX_BYTES;
}

struct words_query
words_ask(struct arena *a, struct str text)
{
	struct str *word = arena_alloc(a, SEARCH_WORDS_MAX * sizeof(*word)), next;
	struct words_phrase *phrase = arena_alloc(a, SEARCH_WORDS_MAX * sizeof(*phrase));
	struct words_query q = { .phrase = phrase };
	bool joined, single = false;
	struct words w;
	size_t n = 0;

	words_begin(&w, text, true);
	while (n < SEARCH_WORDS_MAX && words_next(&w, &next, &joined)) {
		word[n] = str_copy(a, next);
		single = may_go_on(next, joined);
		if (!joined)
			phrase[q.n++] = (struct words_phrase){ .word = &word[n] };
		phrase[q.n - 1].n++;
		/* Of a pair's character alone it holds wherever it stands. */
		phrase[q.n - 1].prefix =
		    single &&
		    sort_of(decode(&(struct str){ next.at, next.len })) == SORT_PAIRED;
		n++;
	}
	if (q.n > 0 && single && phrase[q.n - 1].n == 1)
		phrase[q.n - 1].prefix = true;
	return q;
}

static bool
stands_at(const struct words_phrase *p, const struct str *word, size_t left)
{
	if (left < p->n)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		bool goes_on = p->prefix && i + 1 == p->n;

		if (goes_on ? !str_starts(word[i], p->word[i]) : !str_eq(word[i], p->word[i]))
			return false;
	}
	return true;
}

static bool
occurs(const struct words_phrase *p, const struct str *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (stands_at(p, word + i, n - i))
			return true;
	return false;
}

bool
words_match(const struct words_query *q, struct str text, struct arena *a)
{
	struct str *word = NULL, next;
	size_t n = 0, room = 0;
	bool joined, found = q->n > 0;
	struct words w;

	words_begin(&w, text, false);
	while (found && words_next(&w, &next, &joined)) {
		if (n == room) {
			room = room ? 2 * room : 64;
			word = mem_resize(word, room * sizeof(*word));
		}
		word[n++] = str_copy(a, next);
	}
	for (size_t i = 0; i < q->n && found; i++)
		found = occurs(&q->phrase[i], word, n);
	free(word);
	return found;
}
