/* SPDX-License-Identifier: MIT */
#include "base/option.h"

#include "base/nearest.h"

#include <inttypes.h>

struct unit {
	const char *name;
	uint64_t factor;
};

/* The smallest first; printing takes the largest that divides. */
static const struct unit size_units[] = {
	{ "B", 1 },
	{ "KiB", UINT64_C(1) << 10 },
	{ "MiB", UINT64_C(1) << 20 },
	{ "GiB", UINT64_C(1) << 30 },
	{ "TiB", UINT64_C(1) << 40 },
};

static const struct unit time_units[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "m", 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "d", 24 * 60 * 60 * 1000 },
};

/* How each kind of number is written. */
static const struct number {
	const struct unit *units;
	size_t n_units;
	bool unit_needed;
	uint64_t most;
	const char *expected;
} numbers[] = {
	[U32] = { NULL, 0, false, UINT32_MAX, "a whole number, such as 100" },
	[U64] = { NULL, 0, false, INT64_MAX, "a whole number, such as 100" },
	[SIZE] = { size_units, 5, false, INT64_MAX, "a size, such as 512, 64KiB or 10MiB" },
	[TIME] = { time_units, 5, true, INT64_MAX,
	    "a time with its unit, such as 500ms, 60s, 5m, 1h or 7d" },
};

static bool
is_number(const struct option *o)
{
	return o->type >= U32 && o->type <= TIME;
}

const struct option *
option_find(struct option_list l, struct str name)
{
	for (size_t i = 0; i < l.count; i++)
		if (str_eq(str_from_c(l.at[i].name), name))
			return &l.at[i];
	return NULL;
}

static void *
member(const struct option *o, void *conf)
{
	return (char *)conf + o->offset;
}

static const void *
const_member(const struct option *o, const void *conf)
{
	return (const char *)conf + o->offset;
}

/* --- reasons -------------------------------------------------------------------------- */

/* The text for a message: cut, and without bytes that would disturb a terminal. */
static struct str
shown(struct arena *a, struct str text)
{
	enum { SHOWN = 60 };
	bool cut = text.len > SHOWN;
	size_t end = cut ? SHOWN : text.len;
	char *copy;

	/* Not through the middle of a UTF-8 sequence. */
	while (cut && end && (text.at[end] & 0xc0) == 0x80)
		end--;
	text.len = end;
	copy = str_to_c(a, text);
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
			copy[i] = '?';
	return str_format(a, "\"%s%s\"", copy, cut ? "..." : "");
}

static enum status
fault(struct option_fault *f, size_t item, struct str reason)
{
	*f = (struct option_fault){ item, reason };
	return E_INVALID;
}

/* --- words ---------------------------------------------------------------------------- */

static bool
next_word(struct str *rest, struct str *word)
{
	return str_split(rest, ' ', word);
}

/* Place of the word in the table's list, -1 when it is not there. */
static int
word_place(const char *words, struct str text)
{
	struct str rest = str_from_c(words), word;

	for (int i = 0; next_word(&rest, &word); i++)
		if (str_eq_nocase(word, text))
			return i;
	return -1;
}

static struct str
word_at(const char *words, unsigned place)
{
	struct str rest = str_from_c(words), word;

	while (next_word(&rest, &word))
		if (place-- == 0)
			return word;
	return (struct str){ 0 };
}

/* "starttls direct none" as "starttls, direct or none". */
static struct str
words_shown(struct arena *a, const char *words)
{
	struct str rest = str_from_c(words), word, text = S("");

	while (next_word(&rest, &word)) {
		const char *between = text.len == 0 ? "" : rest.at ? ", " : " or ";

		text = str_format(a, "%.*s%s%.*s", STR_ARG(text), between, STR_ARG(word));
	}
	return text;
}

static enum status
not_a_word(const struct option *o, struct str text, size_t item, struct arena *a,
    struct option_fault *f)
{
	struct nearest n = nearest_to(text);
	struct str rest = str_from_c(o->words), word;

	while (next_word(&rest, &word))
		nearest_offer(&n, word);
	if (n.best.len)
		return fault(f, item,
		    str_format(a, "%.*s is not known here; did you mean \"%.*s\"?",
			STR_ARG(shown(a, text)), STR_ARG(n.best)));
	return fault(f, item,
	    str_format(a, "%.*s is not one of %.*s", STR_ARG(shown(a, text)),
		STR_ARG(words_shown(a, o->words))));
}

/* --- numbers -------------------------------------------------------------------------- */

static enum status
read_number(const struct option *o, struct str text, uint64_t *out)
{
	const struct number *kind = &numbers[o->type];
	size_t digits = 0;
	uint64_t n, factor = 1;
	enum status s;

	if (o->words && str_eq_nocase(text, str_from_c(o->words))) {
		*out = 0;
		return OK;
	}
	while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9')
		digits++;
	if ((s = str_to_u64(str_slice(text, 0, digits), kind->most, &n)) != OK)
		return s;
	text = str_trim(str_slice(text, digits, text.len));
	if (text.len == 0 && kind->unit_needed)
		return E_INVALID;
	if (text.len) {
		factor = 0;
		for (size_t i = 0; i < kind->n_units; i++)
			if (str_eq(text, str_from_c(kind->units[i].name)))
				factor = kind->units[i].factor;
		if (factor == 0)
			return E_INVALID;
	}
	if (n > kind->most / factor)
		return E_LIMIT;
	*out = n * factor;
	return OK;
}

static struct str
print_number(const struct option *o, uint64_t n, struct arena *a)
{
	const struct number *kind = &numbers[o->type];
	const struct unit *unit = NULL;

	if (n == 0 && o->words)
		return str_from_c(o->words);
	for (size_t i = 0; i < kind->n_units; i++)
		if (i == 0 || (n && n % kind->units[i].factor == 0))
			unit = &kind->units[i];
	if (!unit || (unit->factor == 1 && !kind->unit_needed))
		return str_format(a, "%" PRIu64, n);
	return str_format(a, "%" PRIu64 "%s", n / unit->factor, unit->name);
}

/* A bound as a number of this option's own kind; asserted, it is the table's. */
static uint64_t
bound(const struct option *o, const char *text, uint64_t otherwise)
{
	uint64_t n = otherwise;
	enum status s = OK;

	if (text)
		s = is_number(o) ? read_number(o, str_from_c(text), &n)
				 : str_to_u64(str_from_c(text), INT64_MAX, &n);
	assert(s == OK);
	return n;
}

static enum status
set_number(const struct option *o, struct str text, void *conf, struct arena *a,
    struct option_fault *f)
{
	uint64_t n;
	enum status s = read_number(o, text, &n);
	bool is_word = o->words && str_eq_nocase(text, str_from_c(o->words));

	if (s == E_INVALID)
		return fault(f, 0,
		    str_format(a, "%.*s is not %s%s%s", STR_ARG(shown(a, text)),
			numbers[o->type].expected, o->words ? ", or " : "",
			o->words ? o->words : ""));
	if (s != OK || (!is_word && n > bound(o, o->max, numbers[o->type].most)))
		return fault(f, 0,
		    str_format(a, "%.*s is too much: at most %.*s", STR_ARG(shown(a, text)),
			STR_ARG(print_number(o, bound(o, o->max, numbers[o->type].most), a))));
	if (!is_word && n < bound(o, o->min, 0))
		return fault(f, 0,
		    str_format(
			a, "%.*s is too little: at least %s", STR_ARG(shown(a, text)), o->min));
	if (o->type == U32)
		*(uint32_t *)member(o, conf) = (uint32_t)n;
	else if (o->type == TIME)
		*(msec_t *)member(o, conf) = (msec_t)n;
	else
		*(uint64_t *)member(o, conf) = n;
	return OK;
}

static uint64_t
get_number(const struct option *o, const void *conf)
{
	if (o->type == U32)
		return *(const uint32_t *)const_member(o, conf);
	if (o->type == TIME)
		return (uint64_t) * (const msec_t *)const_member(o, conf);
	return *(const uint64_t *)const_member(o, conf);
}

/* --- the other types ------------------------------------------------------------------ */

static enum status
set_bool(const struct option *o, struct str text, void *conf, struct arena *a,
    struct option_fault *f)
{
	int place = word_place("no yes false true off on", text);

	if (place < 0)
		return fault(
		    f, 0, str_format(a, "%.*s is not yes or no", STR_ARG(shown(a, text))));
	*(bool *)member(o, conf) = place % 2 == 1;
	return OK;
}

/* Text that is fit for a log line and a path; with `lines` also tabs and line breaks. */
static enum status
check_string(struct str text, bool lines, size_t item, struct arena *a, struct option_fault *f)
{
	if (text.len > OPTION_STRING_MAX)
		return fault(
		    f, item, str_format(a, "is longer than %d bytes", OPTION_STRING_MAX));
	if (!str_is_utf8(text))
		return fault(f, item, S("is not UTF-8"));
	for (size_t i = 0; i < text.len; i++)
		if (((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f) &&
		    !(lines && (text.at[i] == '\n' || text.at[i] == '\t')))
			return fault(f, item, S("holds a control character"));
	return OK;
}

static enum status
set_string(const struct option *o, struct str text, void *conf, struct arena *a,
    struct option_fault *f)
{
	enum status s = check_string(text, o->type == PROSE, 0, a, f);

	if (s != OK)
		return s;
	if (text.len > bound(o, o->max, OPTION_STRING_MAX))
		return fault(f, 0, str_format(a, "is longer than %s bytes", o->max));
	if (text.len < bound(o, o->min, 0))
		return fault(f, 0,
		    text.len ? str_format(a, "is shorter than %s bytes", o->min)
			     : S("may not be empty"));
	*(struct str *)member(o, conf) = text.len ? str_copy(a, text) : (struct str){ 0 };
	return OK;
}

static enum status
check_count(const struct option *o, size_t n, struct arena *a, struct option_fault *f)
{
	if (n > bound(o, o->max, OPTION_ITEMS_MAX))
		return fault(f, 0,
		    str_format(a, "has %zu items: at most %" PRIu64 " are allowed", n,
			bound(o, o->max, OPTION_ITEMS_MAX)));
	if (n < bound(o, o->min, 0))
		return fault(f, 0,
		    n ? str_format(a, "has %zu items: at least %s are needed", n, o->min)
		      : S("may not be empty"));
	return OK;
}

static enum status
set_strings(const struct option *o, const struct str *values, size_t n, void *conf,
    struct arena *a, struct option_fault *f)
{
	enum status s = check_count(o, n, a, f);
	struct str *items;

	for (size_t i = 0; s == OK && i < n; i++)
		if ((s = check_string(values[i], false, i, a, f)) == OK && values[i].len == 0)
			s = fault(f, i, S("may not be empty"));
	if (s != OK)
		return s;
	items = arena_alloc(a, n * sizeof(*items));
	for (size_t i = 0; i < n; i++)
		items[i] = str_copy(a, values[i]);
	*(struct str_list *)member(o, conf) = (struct str_list){ items, n };
	return OK;
}

static enum status
set_choice(const struct option *o, struct str text, void *conf, struct arena *a,
    struct option_fault *f)
{
	int place = word_place(o->words, text);

	if (place < 0)
		return not_a_word(o, text, 0, a, f);
	*(uint32_t *)member(o, conf) = (uint32_t)place;
	return OK;
}

static enum status
set_flags(const struct option *o, const struct str *values, size_t n, void *conf,
    struct arena *a, struct option_fault *f)
{
	enum status s = check_count(o, n, a, f);
	uint32_t flags = 0;

	for (size_t i = 0; s == OK && i < n; i++) {
		int place = word_place(o->words, values[i]);

		if (place < 0)
			return not_a_word(o, values[i], i, a, f);
		flags |= UINT32_C(1) << place;
	}
	if (s == OK)
		*(uint32_t *)member(o, conf) = flags;
	return s;
}

/* --- all types ------------------------------------------------------------------------ */

enum status
option_set(const struct option *o, const struct str *values, size_t n, void *conf,
    struct arena *a, struct option_fault *f)
{
	if (o->type == STRINGS)
		return set_strings(o, values, n, conf, a, f);
	if (o->type == FLAGS)
		return set_flags(o, values, n, conf, a, f);
	if (n != 1)
		return fault(f, 0, S("takes one value, not a list"));
	switch (o->type) {
	case BOOL:
		return set_bool(o, values[0], conf, a, f);
	case STRING:
	case PROSE:
	case SECRET:
		return set_string(o, values[0], conf, a, f);
	case CHOICE:
		return set_choice(o, values[0], conf, a, f);
	default:
		return set_number(o, values[0], conf, a, f);
	}
}

struct str_list
option_pieces(const struct option *o, struct str text, struct arena *a)
{
	struct str rest = text, piece, *items;
	size_t n = 0;

	if (!option_takes_list(o)) {
		items = arena_alloc(a, sizeof(*items));
		items[0] = text;
		return (struct str_list){ items, 1 };
	}
	if (str_trim(text).len == 0)
		return (struct str_list){ NULL, 0 };
	while (str_split(&rest, ',', &piece))
		n++;
	items = arena_alloc(a, n * sizeof(*items));
	rest = text;
	for (size_t i = 0; str_split(&rest, ',', &piece); i++)
		items[i] = str_trim(piece);
	return (struct str_list){ items, n };
}

void
option_preset(struct option_list l, void *conf, struct arena *a)
{
	for (size_t i = 0; i < l.count; i++) {
		const struct option *o = &l.at[i];
		struct option_fault f;
		struct str_list values;
		enum status s;

		if (!o->preset)
			continue;
		values = option_pieces(o, str_from_c(o->preset), a);
		s = option_set(o, values.at, values.count, conf, a, &f);
		if (s != OK)
			fprintf(stderr, "default of the option \"%s\": %.*s\n", o->name,
			    STR_ARG(f.reason));
		assert(s == OK);
	}
}

static struct str
joined(struct arena *a, struct str text, struct str item)
{
	return str_format(a, "%.*s%s%.*s", STR_ARG(text), text.len ? ", " : "", STR_ARG(item));
}

struct str
option_print(const struct option *o, const void *conf, struct arena *a)
{
	const void *at = const_member(o, conf);
	struct str text = S("");

	switch (o->type) {
	case BOOL:
		return *(const bool *)at ? S("yes") : S("no");
	case STRING:
	case PROSE:
		return *(const struct str *)at;
	case SECRET:
		return S("(secret)");
	case STRINGS:
		for (size_t i = 0; i < ((const struct str_list *)at)->count; i++)
			text = joined(a, text, ((const struct str_list *)at)->at[i]);
		return text;
	case CHOICE:
		return word_at(o->words, *(const uint32_t *)at);
	case FLAGS:
		for (unsigned i = 0; word_at(o->words, i).at; i++)
			if (*(const uint32_t *)at & UINT32_C(1) << i)
				text = joined(a, text, word_at(o->words, i));
		return text;
	default:
		return print_number(o, get_number(o, conf), a);
	}
}

struct str
option_range(const struct option *o, struct arena *a)
{
	const char *or_word = o->words ? ", or " : "", *word = o->words ? o->words : "";

	switch (o->type) {
	case BOOL:
		return S("yes or no");
	case STRING:
	case PROSE:
	case SECRET:
		return o->max ? str_format(a, "text, at most %s bytes", o->max) : S("text");
	case STRINGS:
		return o->max ? str_format(a, "list, at most %s items", o->max) : S("list");
	case CHOICE:
		return words_shown(a, o->words);
	case FLAGS:
		return str_format(a, "list of %.*s", STR_ARG(words_shown(a, o->words)));
	default:
		if (o->min && o->max)
			return str_format(a, "%s to %s%s%s", o->min, o->max, or_word, word);
		if (o->max)
			return str_format(a, "at most %s%s%s", o->max, or_word, word);
		if (o->min)
			return str_format(a, "at least %s%s%s", o->min, or_word, word);
		return str_format(a, "%s%s%s", numbers[o->type].expected, or_word, word);
	}
}
