/* SPDX-License-Identifier: MIT
 *
 * Any bytes as the name and the type of a file, and as a record: what comes out is fit for a
 * header and a URL, and stays the same when it comes again.
 */
#include "base/limits.h"
#include "modules/upload/file_name.h"
#include "modules/upload/media_type.h"
#include "modules/upload/record.h"

static void
check_one_line(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		assert(s.at[i] >= 0x20 && s.at[i] < 0x7f);
}

static void
check_name(struct arena *a, struct str input)
{
	struct str name, again;

	if (file_name_clean(a, input, &name) != OK)
		return;
	assert(name.len > 0 && name.len <= input.len && str_is_utf8(name));
	assert(str_find(name, '/') == name.len && str_find(name, '\\') == name.len);
	assert(name.at[0] != '.');
	assert(file_name_clean(a, name, &again) == OK && str_eq(name, again));
	check_one_line(file_name_in_url(a, name));
	for (int shown = 0; shown < 2; shown++) {
		struct str d = file_name_disposition(a, name, shown);
		size_t quotes = 0;

		check_one_line(d);
		for (size_t i = 0; i < d.len; i++)
			quotes += d.at[i] == '"';
		assert(quotes == 2);
	}
}

static void
check_type(struct arena *a, struct str input)
{
	struct str type, again;

	if (media_type_read(a, input, &type) != OK)
		return;
	assert(type.len <= UPLOAD_TYPE_MAX);
	check_one_line(type);
	assert(media_type_read(a, type, &again) == OK && str_eq(type, again));
	if (media_type_is_shown(type))
		assert(str_eq(media_type_served(type), type));
}

static void
check_record(struct arena *a, struct str input)
{
	struct upload_record r;

	if (upload_record_decode(input, &r) == OK)
		assert(str_eq(upload_record_encode(a, &r), input));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = str_of((const char *)data, size);
	struct arena a;

	arena_init(&a, 4096);
	check_name(&a, input);
	check_type(&a, input);
	check_record(&a, input);
	arena_fini(&a);
	return 0;
}
