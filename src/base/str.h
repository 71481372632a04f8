/* SPDX-License-Identifier: MIT
 *
 * Bytes that somebody else owns, with their length. Not terminated, may hold NUL.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/lang.h"
#include "base/status.h"

struct str {
	const char *at; /* NULL only when len is 0: "no string" */
	size_t len;
};

/* A literal: S("chat"). */
#define S(literal) ((struct str){ "" literal, sizeof(literal) - 1 })

/* For printf's "%.*s". */
#define STR_ARG(s) (int)(s).len, ((s).at ? (s).at : "")

static inline struct str
str_of(const char *at, size_t len)
{
	return (struct str){ at, len };
}

/* From a terminated string; NULL gives "no string". */
static inline struct str
str_from_c(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

static inline bool
str_is_empty(struct str s)
{
	return s.len == 0;
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Without regard to the case of ASCII letters. */
bool str_eq_nocase(struct str a, struct str b);

/* <0, 0, >0 by bytes, the shorter first when one begins the other. */
int str_cmp(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Bytes [from, from + len), cut to what exists. */
struct str str_slice(struct str s, size_t from, size_t len);

/* Position of the byte, or s.len when it does not occur. */
size_t str_find(struct str s, char byte);

/* Without the XML white space (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str s);

/*
 * Cuts off what stands before the first `separator`; the rest stays in *rest.
 * Returns false when *rest was "no string", that is after the last piece.
 */
bool str_split(struct str *rest, char separator, struct str *piece);

/* A copy in the arena, followed by a NUL that is not counted. */
struct str str_copy(struct arena *a, struct str s);

/* A copy at *at, where there is room, which moves behind it. "No string" stays none. */
struct str str_place(char **at, struct str s);

/* A copy as a C string; bytes after an inner NUL are lost to its reader. */
char *str_to_c(struct arena *a, struct str s);

/* printf into the arena. */
struct str str_format(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A decimal number without sign, space or leading plus.
 *
 * E_INVALID  empty or another byte than a digit
 * E_LIMIT    larger than max
 */
MUST_CHECK enum status str_to_u64(struct str s, uint64_t max, uint64_t *out);

/* True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool str_is_utf8(struct str s);

/* Equal, in a time that depends on the lengths only. For secrets. */
bool str_eq_secret(struct str a, struct str b);

#endif
