/* SPDX-License-Identifier: MIT
 *
 * People by what their cards say, in memory and ordered by user name; and what somebody may
 * ask for. All of it is looked through for each question: of 30,000 people in a few
 * milliseconds, at about 250 bytes each (docs/decisions/0087).
 *
 * Case, accents and the width of letters do not count. A text without "*" is found where it
 * begins a word of a field ("mar" in "Anna-Maria"), anywhere where a script has no spaces. In
 * one with "*" each of them stands for any characters, and the rest for the whole field
 * ("*.fool@*.example").
 */
#ifndef MODULES_SEARCH_PEOPLE_H
#define MODULES_SEARCH_PEOPLE_H

#include "xmpp/card.h"
#include "xmpp/result_set.h"

/* The user name (local part), then what is in a card. */
enum {
	PERSON_USER,
	PERSON_CARD,
	PERSON_FIELDS = PERSON_CARD + CARD_FIELDS,
	PERSON_ANY = PERSON_FIELDS, /* of a question: one of them */
};

struct person;

struct people {
	struct person **at; /* by user name */
	size_t n, room;
	size_t bytes; /* of memory */
};

void people_fini(struct people *p);

/* In place of what was known of the user before. */
void people_put(struct people *p, struct str user, const struct card *card);
void people_drop(struct people *p, struct str user);
bool people_have(const struct people *p, struct str user);

/* What is to be shown; lives until the person is put or dropped. */
struct str person_field(const struct person *p, unsigned field);

/* --- questions ------------------------------------------------------------------------ */

struct wish {
	unsigned field;     /* or PERSON_ANY */
	struct str pattern; /* folded */
	bool is_glob;       /* it has a "*" */
};

struct question {
	struct wish *wish; /* all of them */
	size_t n;          /* 0: everybody */
	size_t bytes;      /* of all texts */
	bool unsaid_too;   /* also who does not say for whom his card is */
};

void question_begin(struct arena *a, struct question *q);

/*
 * One more; an empty text and one of nothing but "*" ask for nothing. For any field each word
 * is a wish of its own.
 *
 * E_LIMIT  more than DIRECTORY_QUESTION_BYTES or DIRECTORY_WISHES_MAX
 */
MUST_CHECK enum status question_add(
    struct arena *a, struct question *q, unsigned field, struct str text);

struct people_found {
	const struct person **at; /* in the arena */
	size_t n;
	uint64_t index; /* of the first, among all that are meant; what they are, .count */
	uint64_t count; /* RESULT_SET_UNKNOWN: the request did not ask for a page */
};

/* The page that is asked for; .id of the request is a user name. */
void people_find(struct arena *a, const struct people *p, const struct question *q,
    const struct result_set_request *page, struct people_found *out);

#endif
