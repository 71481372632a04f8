/* SPDX-License-Identifier: MIT
 *
 * Tables of options: what a configuration may say about something, with type, default,
 * bounds and one sentence each. Whoever is configured declares a table beside its conf
 * structure; from the table come the parser, the sample configuration and the manual, and
 * requests of the administration API are checked with the same tables.
 *
 *     struct ping_conf {
 *             bool send;
 *             msec_t idle_ms;
 *     };
 *
 *     LIST(struct option,
 *         { "send", BOOL, FIELD(ping_conf, send), "no", NULL, NULL, "Ping silent clients." },
 *         { "idle", TIME, FIELD(ping_conf, idle_ms), "60s", "5s", "1h", "Silence allowed." })
 *
 * The types, how a person writes them, and what the conf structure holds:
 *
 *     BOOL     yes, no (also true, false, on, off)           bool
 *     U32      1000                                          uint32_t
 *     U64      1000                                          uint64_t
 *     SIZE     512, 64KiB, 10MiB, 2GiB, 1TiB                 uint64_t, bytes
 *     TIME     500ms, 60s, 5m, 1h, 7d                        msec_t
 *     STRING   any UTF-8 without control characters          struct str; empty: "no string"
 *     PROSE     the same, also of several lines; private: neither shown nor logged
 *     SECRET   as STRING, but never shown
 *     STRINGS  a list of strings                             struct str_list
 *     CHOICE   one of `words`                                uint32_t or an enum: its place
 *     FLAGS    a list of `words`                             uint32_t: bit n for word n
 */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include "base/str.h"
#include "base/time.h"

enum option_type { BOOL, U32, U64, SIZE, TIME, STRING, PROSE, STRINGS, CHOICE, FLAGS, SECRET };

struct option {
	const char *name; /* lower case, words joined by "_" */
	enum option_type type;
	size_t offset; /* FIELD(conf, member) */

	/* As a person would write it, lists separated by commas. NULL: there is no default.
	 * The member is then all zero, and where that may not be, the user must give one. */
	const char *preset;

	/* Both bounds belong to the range; NULL: the type's own. Of numbers the value, of
	 * STRING and SECRET the bytes, of STRINGS and FLAGS the number of items. */
	const char *min, *max;

	const char *doc; /* one sentence or a few; `names` of other options in backquotes */

	/* CHOICE, FLAGS: the words, separated by spaces. Of numbers: one word that stands
	 * for 0 whatever the bounds say, such as "unlimited" or "auto". */
	const char *words;
};

struct option_list {
	const struct option *at;
	size_t count;
};

struct str_list {
	const struct str *at;
	size_t count;
};

/* A part of the configuration: "limits: { ... }". The name is empty for options that stand
 * at the top. */
struct section {
	const char *name;
	const char *doc;
	size_t conf_size;
	struct option_list options;

	/* What the table cannot say, NULL when there is nothing: OK, or E_INVALID with the
	 * reason in the arena. */
	enum status (*check)(const void *conf, struct arena *a, struct str *reason);
};

enum {
	OPTION_STRING_MAX = 4096, /* bytes, unless the table says less */
	OPTION_ITEMS_MAX = 1024,  /* of a list, unless the table says less */
};

/* The option of that name, NULL when there is none. */
const struct option *option_find(struct option_list l, struct str name);

/* Fills a zeroed conf with the defaults. A default that breaks its own rules is a bug in
 * the table: asserted. */
void option_preset(struct option_list l, void *conf, struct arena *a);

static inline bool
option_takes_list(const struct option *o)
{
	return o->type == STRINGS || o->type == FLAGS;
}

struct option_fault {
	size_t item;       /* of a list: which value is at fault, else 0 */
	struct str reason; /* "“90m” is too much: at most 1h" */
};

/*
 * Reads the values a person wrote into the conf; strings are copied to the arena.
 *
 * n      1, for a list any number
 * fault  written only on failure; the reason lives in the arena
 *
 * E_INVALID  not a value of this type, or out of bounds
 */
MUST_CHECK enum status option_set(const struct option *o, const struct str *values, size_t n,
    void *conf, struct arena *a, struct option_fault *fault);

/* What the conf holds, as option_set would read it; lists separated by ", ". */
struct str option_print(const struct option *o, const void *conf, struct arena *a);

/* "60s", or "a, b": the pieces of a list in one text, without the white space around. */
struct str_list option_pieces(const struct option *o, struct str text, struct arena *a);

/* What may be written, for manuals: "5s to 1h", "yes or no", "one of: none, direct". */
struct str option_range(const struct option *o, struct arena *a);

#endif
