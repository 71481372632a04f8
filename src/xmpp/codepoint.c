/* SPDX-License-Identifier: MIT */
#include "xmpp/codepoint.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

enum {
	ZERO_WIDTH_NON_JOINER = 0x200c,
	ZERO_WIDTH_JOINER = 0x200d,
	MIDDLE_DOT = 0xb7,
	GREEK_KERAIA = 0x375,
	HEBREW_GERESH = 0x5f3,
	HEBREW_GERSHAYIM = 0x5f4,
	KATAKANA_MIDDLE_DOT = 0x30fb,
	VIRAMA = 9, /* a canonical combining class */
};

static bool
is_arabic_indic_digit(int32_t c)
{
	return c >= 0x660 && c <= 0x669;
}

static bool
is_extended_arabic_indic_digit(int32_t c)
{
	return c >= 0x6f0 && c <= 0x6f9;
}

/* RFC 5892 section 2.6, which RFC 8264 section 9.6 takes over. */
static bool
is_exception(int32_t c, enum codepoint_property *out)
{
	switch (c) {
	case 0xdf:  /* LATIN SMALL LETTER SHARP S */
	case 0x3c2: /* GREEK SMALL LETTER FINAL SIGMA */
	case 0x6fd:
	case 0x6fe:
	case 0xf0b:
	case 0x3007:
		*out = CODEPOINT_VALID;
		return true;
	case MIDDLE_DOT:
	case GREEK_KERAIA:
	case HEBREW_GERESH:
	case HEBREW_GERSHAYIM:
	case KATAKANA_MIDDLE_DOT:
		*out = CODEPOINT_CONTEXT;
		return true;
	case 0x640: /* ARABIC TATWEEL */
	case 0x7fa:
	case 0x302e:
	case 0x302f:
	case 0x3031:
	case 0x3032:
	case 0x3033:
	case 0x3034:
	case 0x3035:
	case 0x303b:
		*out = CODEPOINT_DISALLOWED;
		return true;
	default:
		if (!is_arabic_indic_digit(c) && !is_extended_arabic_indic_digit(c))
			return false;
		*out = CODEPOINT_CONTEXT;
		return true;
	}
}

/* Conjoining jamo, which NFC leaves only where no modern syllable can be composed. */
static bool
is_old_hangul_jamo(int32_t c)
{
	switch (u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE)) {
	case U_HST_LEADING_JAMO:
	case U_HST_VOWEL_JAMO:
	case U_HST_TRAILING_JAMO:
		return true;
	default:
		return false;
	}
}

/* toNFKC(c) differs from c. */
static bool
has_compatibility_form(int32_t c)
{
	return u_getIntPropertyValue(c, UCHAR_NFKC_QUICK_CHECK) == UNORM_NO;
}

/* The steps of RFC 8264 section 8 in their order; BackwardCompatible is an empty set. */
enum codepoint_property
codepoint_property(int32_t c)
{
	const uint32_t letter_digit = U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK |
				      U_GC_ND_MASK | U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK;
	const uint32_t free_text = U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK | U_GC_ME_MASK |
				   U_GC_ZS_MASK | U_GC_S_MASK | U_GC_P_MASK;
	enum codepoint_property exception;
	uint32_t category;

	if (c >= 0x21 && c <= 0x7e)
		return CODEPOINT_VALID;
	if (is_exception(c, &exception))
		return exception;
	category = U_GET_GC_MASK(c);
	if (category & U_GC_CN_MASK) /* unassigned, and noncharacters */
		return CODEPOINT_DISALLOWED;
	if (c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER)
		return CODEPOINT_CONTEXT;
	if ((category & U_GC_LO_MASK) && is_old_hangul_jamo(c))
		return CODEPOINT_DISALLOWED;
	if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
		return CODEPOINT_DISALLOWED;
	if (category & U_GC_CC_MASK)
		return CODEPOINT_DISALLOWED;
	if (has_compatibility_form(c))
		return CODEPOINT_FREEFORM;
	if (category & letter_digit)
		return CODEPOINT_VALID;
	if (category & free_text)
		return CODEPOINT_FREEFORM;
	return CODEPOINT_DISALLOWED;
}

/* Symbols for combining, and musical notation (RFC 5892 section 2.4). */
static bool
is_in_ignorable_block(int32_t c)
{
	return (c >= 0x20d0 && c <= 0x20ff) || (c >= 0x1d100 && c <= 0x1d24f);
}

bool
codepoint_in_domain(int32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
	switch (codepoint_property(c)) {
	case CODEPOINT_CONTEXT: /* where they stand was the business of UTS #46 */
		return true;
	case CODEPOINT_VALID:
		/* These two change in the mapping that defines "unstable", and may stay. */
		if (c == 0xdf || c == 0x3c2)
			return true;
		return !u_hasBinaryProperty(c, UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED) &&
		       !is_in_ignorable_block(c);
	case CODEPOINT_FREEFORM:
	case CODEPOINT_DISALLOWED:
		break;
	}
	return false;
}

static bool
follows_virama(const int32_t *text, size_t at)
{
	return at > 0 && u_getCombiningClass(text[at - 1]) == VIRAMA;
}

static int32_t
joining_type(int32_t c)
{
	return u_getIntPropertyValue(c, UCHAR_JOINING_TYPE);
}

/* Between two letters whose shapes would join: RFC 5892 appendix A.1. */
static bool
breaks_cursive_joining(const int32_t *text, size_t count, size_t at)
{
	size_t before = at, after = at + 1;
	int32_t type;

	while (before > 0 && joining_type(text[before - 1]) == U_JT_TRANSPARENT)
		before--;
	if (before == 0)
		return false;
	type = joining_type(text[before - 1]);
	if (type != U_JT_LEFT_JOINING && type != U_JT_DUAL_JOINING)
		return false;
	while (after < count && joining_type(text[after]) == U_JT_TRANSPARENT)
		after++;
	if (after == count)
		return false;
	type = joining_type(text[after]);
	return type == U_JT_RIGHT_JOINING || type == U_JT_DUAL_JOINING;
}

static bool
has_script(int32_t c, UScriptCode script)
{
	UErrorCode error = U_ZERO_ERROR;

	return uscript_getScript(c, &error) == script;
}

static bool
is_japanese(int32_t c)
{
	return has_script(c, USCRIPT_HIRAGANA) || has_script(c, USCRIPT_KATAKANA) ||
	       has_script(c, USCRIPT_HAN);
}

/* Of the rules that look at the whole text. */
struct seen {
	bool japanese, arabic_indic, extended_arabic_indic;
};

static struct seen
look(const int32_t *text, size_t count)
{
	struct seen seen = { 0 };

	for (size_t i = 0; i < count; i++) {
		seen.japanese = seen.japanese || is_japanese(text[i]);
		seen.arabic_indic |= is_arabic_indic_digit(text[i]);
		seen.extended_arabic_indic |= is_extended_arabic_indic_digit(text[i]);
	}
	return seen;
}

/* Also true for code points that need no context. */
static bool
fits(const int32_t *text, size_t count, size_t at, const struct seen *seen)
{
	bool first = at == 0, last = at + 1 == count;

	switch (text[at]) {
	case ZERO_WIDTH_NON_JOINER:
		return follows_virama(text, at) || breaks_cursive_joining(text, count, at);
	case ZERO_WIDTH_JOINER:
		return follows_virama(text, at);
	case MIDDLE_DOT: /* Catalan */
		return !first && !last && text[at - 1] == 'l' && text[at + 1] == 'l';
	case GREEK_KERAIA:
		return !last && has_script(text[at + 1], USCRIPT_GREEK);
	case HEBREW_GERESH:
	case HEBREW_GERSHAYIM:
		return !first && has_script(text[at - 1], USCRIPT_HEBREW);
	case KATAKANA_MIDDLE_DOT:
		return seen->japanese;
	default:
		return true;
	}
}

bool
codepoint_context_rules(const int32_t *text, size_t count)
{
	struct seen seen = look(text, count);

	if (seen.arabic_indic && seen.extended_arabic_indic)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!fits(text, count, i, &seen))
			return false;
	return true;
}

bool
codepoint_is_rtl(int32_t c)
{
	switch (u_charDirection(c)) {
	case U_RIGHT_TO_LEFT:
	case U_RIGHT_TO_LEFT_ARABIC:
	case U_ARABIC_NUMBER:
		return true;
	default:
		return false;
	}
}

/* RFC 5893 section 2, conditions 1 to 6. */
bool
codepoint_bidi_rule(const int32_t *text, size_t count)
{
	const uint32_t anywhere =
	    U_MASK(U_EUROPEAN_NUMBER) | U_MASK(U_EUROPEAN_NUMBER_SEPARATOR) |
	    U_MASK(U_COMMON_NUMBER_SEPARATOR) | U_MASK(U_EUROPEAN_NUMBER_TERMINATOR) |
	    U_MASK(U_OTHER_NEUTRAL) | U_MASK(U_BOUNDARY_NEUTRAL) |
	    U_MASK(U_DIR_NON_SPACING_MARK);
	const uint32_t left = U_MASK(U_LEFT_TO_RIGHT);
	const uint32_t right = U_MASK(U_RIGHT_TO_LEFT) | U_MASK(U_RIGHT_TO_LEFT_ARABIC);
	const uint32_t both_numbers = U_MASK(U_EUROPEAN_NUMBER) | U_MASK(U_ARABIC_NUMBER);
	uint32_t seen = 0, end;
	size_t last = count;

	if (count == 0)
		return false;
	for (size_t i = 0; i < count; i++)
		seen |= U_MASK(u_charDirection(text[i]));
	while (last > 0 && u_charDirection(text[last - 1]) == U_DIR_NON_SPACING_MARK)
		last--;
	if (last == 0)
		return false;
	end = U_MASK(u_charDirection(text[last - 1]));
	if (U_MASK(u_charDirection(text[0])) & left)
		return !(seen & ~(left | anywhere)) &&
		       (end & (left | U_MASK(U_EUROPEAN_NUMBER)));
	if (U_MASK(u_charDirection(text[0])) & right)
		return !(seen & ~(right | U_MASK(U_ARABIC_NUMBER) | anywhere)) &&
		       (end & (right | both_numbers)) && (seen & both_numbers) != both_numbers;
	return false;
}

int32_t
codepoint_map_width(int32_t c)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar mapped[4];
	int32_t type;

	/* IDEOGRAPHIC SPACE, and the block of halfwidth and fullwidth forms. */
	if (c != 0x3000 && (c < 0xff00 || c > 0xffef))
		return c;
	type = u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE);
	if (type != U_DT_WIDE && type != U_DT_NARROW)
		return c;
	if (unorm2_getRawDecomposition(unorm2_getNFKCInstance(&error), c, mapped, 4, &error) !=
	    1)
		return c;
	return mapped[0];
}
