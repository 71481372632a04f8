/* SPDX-License-Identifier: MIT */
#include "modules/search/people.h"

#include "base/limits.h"
#include "xmpp/words.h"

/* One block: the fields as they are shown, one behind the other, then folded, each behind a
 * line feed. */
struct person {
	uint8_t class; /* enum card_class */
	uint8_t card_len[CARD_FIELDS];
	uint16_t user_len;
	uint16_t folded_len;
	uint16_t folded_at;
	char bytes[];
};

/* Nothing that is folded has it. */
enum { FIELD_END = '\n' };

/* --- persons -------------------------------------------------------------------------- */

static struct str
user_of(const struct person *p)
{
	return str_of(p->bytes, p->user_len);
}

static struct str
folded_of(const struct person *p)
{
	return str_of(p->bytes + p->folded_at, p->folded_len);
}

struct str
person_field(const struct person *p, unsigned field)
{
	size_t at = p->user_len;

	if (field == PERSON_USER)
		return user_of(p);
	assert(field < PERSON_FIELDS);
	for (unsigned f = 0; f < field - PERSON_CARD; f++)
		at += p->card_len[f];
	return str_of(p->bytes + at, p->card_len[field - PERSON_CARD]);
}

static size_t
person_bytes(const struct person *p)
{
	return sizeof(*p) + p->folded_at + p->folded_len;
}

static struct person *
person_new(struct str user, const struct card *card)
{
	struct str folded[PERSON_FIELDS];
	size_t shown = user.len, all = 0;
	struct person *p;
	struct arena a;
	char *at;

	arena_init(&a, 2048);
	for (unsigned f = 0; f < PERSON_FIELDS; f++) {
		struct str text = f == PERSON_USER ? user : card->field[f - PERSON_CARD];

		folded[f] = text.len ? words_fold(&a, text, CARD_FIELD_MAX) : (struct str){ 0 };
		all += folded[f].len + 1;
		if (f != PERSON_USER)
			shown += text.len;
	}
	p = mem_alloc(sizeof(*p) + shown + all);
	p->class = (uint8_t)card->class;
	p->user_len = (uint16_t)user.len;
	p->folded_at = (uint16_t)shown;
	p->folded_len = (uint16_t)all;
	at = p->bytes;
	memcpy(at, user.at, user.len);
	at += user.len;
	for (unsigned f = 0; f < CARD_FIELDS; f++) {
		p->card_len[f] = (uint8_t)card->field[f].len;
		str_place(&at, card->field[f]);
	}
	for (unsigned f = 0; f < PERSON_FIELDS; f++) {
		str_place(&at, folded[f]);
		*at++ = FIELD_END;
	}
	arena_fini(&a);
	return p;
}

/* --- all of them ---------------------------------------------------------------------- */

/* The first whose name is not lower. */
static size_t
place_of(const struct people *p, struct str user)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(user_of(p->at[middle]), user) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_at(const struct people *p, size_t place, struct str user)
{
	return place < p->n && str_eq(user_of(p->at[place]), user);
}

bool
people_have(const struct people *p, struct str user)
{
	return is_at(p, place_of(p, user), user);
}

void
people_put(struct people *p, struct str user, const struct card *card)
{
	size_t place = place_of(p, user);
	struct person *one = person_new(user, card);

	p->bytes += person_bytes(one);
	if (is_at(p, place, user)) {
		p->bytes -= person_bytes(p->at[place]);
		free(p->at[place]);
		p->at[place] = one;
		return;
	}
	if (p->n == p->room) {
		p->room = p->room ? p->room + p->room / 2 : 16;
		p->at = mem_resize(p->at, p->room * sizeof(struct person *));
	}
	memmove(p->at + place + 1, p->at + place, (p->n - place) * sizeof(struct person *));
	p->at[place] = one;
	p->n++;
}

void
people_drop(struct people *p, struct str user)
{
	size_t place = place_of(p, user);

	if (!is_at(p, place, user))
		return;
	p->bytes -= person_bytes(p->at[place]);
	free(p->at[place]);
	p->n--;
	memmove(p->at + place, p->at + place + 1, (p->n - place) * sizeof(struct person *));
}

void
people_fini(struct people *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->at[i]);
	free(p->at);
	*p = (struct people){ 0 };
}

/* --- questions ------------------------------------------------------------------------ */

void
question_begin(struct arena *a, struct question *q)
{
	*q = (struct question){
		.wish = arena_alloc(a, DIRECTORY_WISHES_MAX * sizeof(struct wish)),
	};
}

static bool
is_glob(struct str pattern)
{
	return str_find(pattern, '*') < pattern.len;
}

/* Nothing but stars: anything. */
static bool
says_nothing(struct str pattern)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (pattern.at[i] != '*')
			return false;
	return true;
}

static enum status
add_wish(struct question *q, unsigned field, struct str pattern)
{
	if (says_nothing(pattern))
		return OK;
	if (q->n == DIRECTORY_WISHES_MAX)
		return E_LIMIT;
	q->wish[q->n++] = (struct wish){ field, pattern, is_glob(pattern) };
	return OK;
}

enum status
question_add(struct arena *a, struct question *q, unsigned field, struct str text)
{
	struct str pattern, word;
	enum status s = OK;

	q->bytes += text.len;
	if (q->bytes > DIRECTORY_QUESTION_BYTES)
		return E_LIMIT;
	pattern = words_fold(a, text, DIRECTORY_QUESTION_BYTES);
	if (field != PERSON_ANY)
		return add_wish(q, field, pattern);
	while (s == OK && str_split(&pattern, ' ', &word))
		s = add_wish(q, field, word);
	return s;
}

/* --- matching ------------------------------------------------------------------------- */

/* Where the needle is, or NULL. */
static const char *
find(struct str in, struct str needle)
{
	return needle.len <= in.len ? memmem(in.at, in.len, needle.at, needle.len) : NULL;
}

/* The pieces between stars, one after the other: each as early as possible leaves the most
 * for the rest. The first and the last are bound to the ends. */
static bool
matches_glob(struct str pattern, struct str text)
{
	struct str piece;
	bool first = true;

	while (str_split(&pattern, '*', &piece)) {
		bool last = pattern.at == NULL;
		const char *at = text.at;

		if (last)
			return first ? str_eq(text, piece) : str_ends(text, piece);
		if (piece.len) {
			if (first ? !str_starts(text, piece) : !(at = find(text, piece)))
				return false;
			text = str_slice(text, (size_t)(at - text.at) + piece.len, SIZE_MAX);
		}
		first = false;
	}
	return true;
}

static bool
is_of_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Han, kana, hangul and what follows them: U+2E80 and above. */
static bool
has_no_spaces(struct str pattern)
{
	return pattern.len >= 2 && ((unsigned char)pattern.at[0] > 0xe2 ||
				       ((unsigned char)pattern.at[0] == 0xe2 &&
					   (unsigned char)pattern.at[1] >= 0xba));
}

static bool
begins_a_word(struct str pattern, struct str text)
{
	bool anywhere = has_no_spaces(pattern);
	struct str rest = text;
	const char *at;

	while ((at = find(rest, pattern))) {
		if (at == text.at || anywhere || !is_of_word(at[-1]))
			return true;
		rest = str_slice(rest, (size_t)(at - rest.at) + 1, SIZE_MAX);
	}
	return false;
}

static bool
is_granted(const struct wish *w, struct str folded)
{
	struct str field;

	for (unsigned f = 0; f < PERSON_FIELDS && str_split(&folded, FIELD_END, &field); f++)
		if ((w->field == f || w->field == PERSON_ANY) &&
		    (w->is_glob ? matches_glob(w->pattern, field)
				: begins_a_word(w->pattern, field)))
			return true;
	return false;
}

/* The longest piece of all wishes: whoever lacks it need not be looked at closely. */
static struct str
rarest_piece(const struct question *q)
{
	struct str longest = { 0 }, rest, piece;

	for (size_t i = 0; i < q->n; i++) {
		rest = q->wish[i].pattern;
		while (str_split(&rest, '*', &piece))
			if (piece.len > longest.len)
				longest = piece;
	}
	return longest;
}

static bool
is_listed(const struct question *q, const struct person *p)
{
	return p->class == CARD_PUBLIC || (p->class == CARD_UNSAID && q->unsaid_too);
}

static bool
is_meant(const struct question *q, struct str rarest, const struct person *p)
{
	struct str folded = folded_of(p);

	if (!is_listed(q, p) || (rarest.len && !find(folded, rarest)))
		return false;
	for (size_t i = 0; i < q->n; i++)
		if (!is_granted(&q->wish[i], folded))
			return false;
	return true;
}

/* --- pages ---------------------------------------------------------------------------- */

/* Where in the people a page may begin, and behind whom it ends. */
struct stretch {
	size_t from, to;
	bool last; /* the last ones of it are wanted */
};

static struct stretch
stretch_of(const struct people *p, const struct result_set_request *page)
{
	struct stretch s = { 0, p->n, false };
	size_t place = page->id.len ? place_of(p, page->id) : 0;

	switch (page->from) {
	case RESULT_SET_AFTER:
		s.from = place + is_at(p, place, page->id);
		break;
	case RESULT_SET_BEFORE:
		s.to = place;
		s.last = true;
		break;
	case RESULT_SET_LAST:
		s.last = true;
		break;
	case RESULT_SET_FIRST:
	case RESULT_SET_INDEX:
		break;
	}
	return s;
}

/* The ring of the last `max` that were found, put straight. */
static void
straighten(struct arena *a, struct people_found *f, uint64_t seen, uint32_t max)
{
	const struct person **straight = arena_alloc(a, max * sizeof(struct person *));

	if (seen <= max)
		return;
	for (size_t i = 0; i < max; i++)
		straight[i] = f->at[(seen + i) % max];
	f->at = straight;
}

void
people_find(struct arena *a, const struct people *p, const struct question *q,
    const struct result_set_request *page, struct people_found *out)
{
	struct stretch s = stretch_of(p, page);
	struct str rarest = rarest_piece(q);
	uint64_t before = 0, in = 0, all = 0;
	uint32_t max = page->max;
	struct people_found f = { .at = arena_alloc(a, max * sizeof(struct person *)) };

	for (size_t i = 0; i < p->n; i++) {
		if (!page->asked && f.n == max)
			break;
		if (!is_meant(q, rarest, p->at[i]))
			continue;
		if (i < s.from || (page->from == RESULT_SET_INDEX && all < page->index)) {
			before++;
		} else if (i < s.to && max > 0) {
			if (f.n < max || s.last)
				f.at[in % max] = p->at[i];
			f.n += f.n < max;
			in++;
		}
		all++;
	}
	if (s.last) {
		straighten(a, &f, in, max);
		before += in - f.n;
	}
	f.index = before;
	f.count = page->asked ? all : RESULT_SET_UNKNOWN;
	*out = f;
}
