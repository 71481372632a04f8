/* SPDX-License-Identifier: MIT
 *
 * Any markup as a form, a request for a page and a description of what somebody can do; any
 * text as a date. What was read is written, and is then read as the same.
 */
#include "xml/parser.h"
#include "xmpp/caps.h"
#include "xmpp/date.h"
#include "xmpp/form.h"
#include "xmpp/result_set.h"

static const struct xml_bounds bounds = {
	.bytes = 1 << 16, .depth = 16, .attributes = 16, .elements = 4096
};

static void
check_same_field(const struct form_field *a, const struct form_field *b)
{
	assert(str_eq(a->var, b->var) && a->type == b->type && a->required == b->required);
	assert(a->count == b->count);
	for (size_t i = 0; i < a->count; i++)
		assert(str_eq(a->values[i], b->values[i]));
}

static void
check_form(struct arena *a, struct elem e)
{
	struct frozen *copy = NULL;
	struct xml_writer w;
	struct form f, again;
	uint64_t n;
	bool b;

	if (form_read(a, e, &f) != OK)
		return;
	for (size_t i = 0; i < f.count; i++) {
		if (form_bool(&f, f.fields[i].var, &b) == OK)
			assert(f.fields[i].count > 0);
		if (form_u64(&f, f.fields[i].var, 1000, &n) == OK)
			assert(n <= 1000);
	}
	xml_begin_inner(&w, a, S(""));
	form_write(&w, &f);
	if (xml_parse(xml_written(&w), &bounds, &copy) != OK)
		return; /* longer than the bounds */
	assert(form_read(a, frozen_root(copy), &again) == OK);
	assert(f.kind == again.kind && f.count == again.count && !again.is_table);
	assert(str_eq(f.form_type, again.form_type));
	for (size_t i = 0; i < f.count; i++)
		check_same_field(&f.fields[i], &again.fields[i]);
	frozen_free(&copy);
}

static void
check_caps(struct arena *a, struct elem e)
{
	struct str s;

	if (caps_input(a, e, &s) == OK)
		assert(s.len == 0 || s.at[s.len - 1] == '<');
	if (caps2_input(a, e, S("en"), &s) == OK)
		assert(s.len >= 3 && s.at[s.len - 1] == '\x1c');
}

static void
check_date(struct arena *a, struct str text)
{
	usec_t moment, again;

	if (date_parse(text, &moment) != OK)
		return;
	assert(date_parse(date_format_usec(a, moment), &again) == OK && again == moment);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	struct result_set_request r;
	struct frozen *f = NULL;
	struct arena a;

	arena_init(&a, 16 * 1024);
	check_date(&a, text);
	if (xml_parse(text, &bounds, &f) == OK) {
		check_form(&a, frozen_root(f));
		check_caps(&a, frozen_root(f));
		if (result_set_read(&a, frozen_root(f), 50, &r) == OK)
			assert(r.asked && r.max <= 50);
	}
	frozen_free(&f);
	arena_fini(&a);
	return 0;
}
