/* SPDX-License-Identifier: MIT */
#include "ctl/print.h"

#include "base/str.h"

enum { COLUMNS_MAX = 16, COLUMN_WIDTH_MAX = 80 };

/* A plain value as text; objects as JSON. */
static struct str
text_of(const json_t *value, struct arena *a)
{
	char *text, *json;

	if (json_is_string(value)) {
		text = str_to_c(a, str_of(json_string_value(value), json_string_length(value)));
	} else if (json_is_boolean(value)) {
		return json_is_true(value) ? S("yes") : S("no");
	} else if (json_is_null(value) || !value) {
		return S("");
	} else {
		json = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		text = str_to_c(a, str_from_c(json));
		free(json);
	}
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return str_from_c(text);
}

/* Characters, as far as each takes one column. */
static size_t
width_of(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.at[i] & 0xc0) != 0x80;
	return n;
}

static void
print_cell(FILE *out, struct str s, size_t width, bool is_last)
{
	fprintf(out, "%.*s", STR_ARG(s));
	for (size_t n = width_of(s); !is_last && n < width + 2; n++)
		fputc(' ', out);
	if (is_last)
		fputc('\n', out);
}

/* The columns are the keys of the first row. One column alone needs no heading. */
static void
print_table(FILE *out, json_t *rows)
{
	const char *columns[COLUMNS_MAX];
	size_t widths[COLUMNS_MAX], n = 0, at;
	const char *key;
	json_t *row, *value;
	struct arena a;

	json_object_foreach(json_array_get(rows, 0), key, value) if (n < COLUMNS_MAX)
	{
		widths[n] = strlen(key);
		columns[n++] = key;
	}
	arena_init(&a, 4096);
	json_array_foreach(rows, at, row)
	{
		for (size_t c = 0; c < n; c++) {
			size_t width = width_of(text_of(json_object_get(row, columns[c]), &a));

			if (width > widths[c])
				widths[c] = width < COLUMN_WIDTH_MAX ? width : COLUMN_WIDTH_MAX;
		}
		arena_reset(&a);
	}
	for (size_t c = 0; n > 1 && c < n; c++)
		print_cell(out, str_from_c(columns[c]), widths[c], c + 1 == n);
	json_array_foreach(rows, at, row)
	{
		for (size_t c = 0; c < n; c++)
			print_cell(out, text_of(json_object_get(row, columns[c]), &a),
			    widths[c], c + 1 == n);
		arena_reset(&a);
	}
	arena_fini(&a);
}

static bool
is_table(const json_t *value)
{
	return json_is_array(value) && json_is_object(json_array_get(value, 0));
}

void
print_result(FILE *out, const json_t *result)
{
	json_t *map = json_deep_copy(result), *value;
	const char *key;
	struct arena a;

	arena_init(&a, 4096);
	json_object_foreach(map, key, value) if (is_table(value)) print_table(out, value);
	else if (!json_is_array(value) || json_array_size(value))
	    fprintf(out, "%s: %.*s\n", key, STR_ARG(text_of(value, &a)));
	arena_fini(&a);
	json_decref(map);
}
