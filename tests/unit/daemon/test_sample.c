/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "daemon/manual.h"
#include "daemon/sample.h"
#include "daemon/sections.h"

static const struct str hosts[] = { S("example.org"), S("xn--mnchen-3ya.example") };

/* What a function prints. */
static char *
printed(void (*print)(FILE *out))
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	print(f);
	fclose(f);
	return text;
}

static void
print_config(FILE *out)
{
	sample_config(out, sections_schema(), (struct str_list){ hosts, 2 });
}

static void
print_manual(FILE *out)
{
	manual_configuration(out, sections_schema());
}

static void
assert_valid(const char *text, struct config **out)
{
	struct arena a;
	struct config_problems p = { .arena = &a };
	struct config_source source = { .name = S("sample"), .text = str_from_c(text) };

	arena_init(&a, 4096);
	if (config_read(sections_schema(), &source, &p, out) != OK)
		for (size_t i = 0; i < p.count && i < CONFIG_PROBLEMS_SHOWN; i++)
			print_message("%s\n", config_problem_text(&p.at[i], &a).at);
	assert_int_equal(p.count, 0);
	arena_fini(&a);
}

/* The options of a table hold their defaults. */
static void
assert_presets(struct option_list l, const void *conf, size_t conf_size)
{
	struct arena a;
	void *preset;

	arena_init(&a, 4096);
	preset = arena_zalloc(&a, conf_size + 1);
	option_preset(l, preset, &a);
	for (size_t i = 0; i < l.count; i++) {
		struct str is = option_print(&l.at[i], conf, &a);
		struct str should = option_print(&l.at[i], preset, &a);

		if (!str_eq(is, should))
			fail_msg("%s is %.*s, should be %.*s", l.at[i].name, STR_ARG(is),
			    STR_ARG(should));
	}
	arena_fini(&a);
}

static void
assert_defaults(const struct config *c)
{
	const struct config_schema *schema = sections_schema();
	const struct config_host *h;
	size_t n;

	h = config_hosts(c, &n);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < schema->n_sections; i++)
		assert_presets(schema->sections[i]->options,
		    config_section(c, schema->sections[i]->name),
		    schema->sections[i]->conf_size);
	for (size_t i = 0; i < schema->n_modules; i++) {
		assert_int_equal(h[0].modules[i] == NULL, schema->modules[i].is_off);
		if (h[0].modules[i])
			assert_presets(schema->modules[i].section.options, h[0].modules[i],
			    schema->modules[i].section.conf_size);
	}
}

static void
sample_config_is_valid_and_says_nothing_but_the_hosts(void **state)
{
	(void)state;
	char *text = printed(print_config);
	struct config *c = NULL;
	size_t n;

	assert_valid(text, &c);
	assert_defaults(c);
	config_listeners(c, &n);
	assert_int_equal(n, 6);
	config_unref(&c);
	free(text);
}

/* Takes the "#" away that stands right before a key. */
static void
uncomment(char *text)
{
	for (char *line = text; *line; line++) {
		char *hash = line + strspn(line, " ");

		if (hash[0] == '#' && hash[1] != ' ' && hash[1] != '\n')
			memmove(hash, hash + 1, strlen(hash));
		line = strchr(line, '\n');
	}
}

static void
sample_config_shows_the_defaults_in_its_comments(void **state)
{
	(void)state;
	char *text = printed(print_config);
	struct config *c = NULL;
	size_t n;

	uncomment(text);
	assert_valid(text, &c);
	assert_defaults(c);
	assert_int_equal(config_listeners(c, &n)[1].port, 5223);
	assert_int_equal(
	    config_listeners(c, &n)[2].serve, LISTEN_C2S | LISTEN_HTTP | LISTEN_TURN);
	assert_int_equal(n, 6);
	config_unref(&c);
	free(text);
}

static void
assert_table_is_whole(const struct section *s, const char *manual)
{
	for (size_t i = 0; i < s->options.count; i++) {
		const struct option *o = &s->options.at[i];
		char row[128];

		assert_true(strlen(o->doc) > 3);
		assert_true(o->doc[strlen(o->doc) - 1] == '.');
		snprintf(row, sizeof(row), "| `%s` |", o->name);
		if (!strstr(manual, row))
			fail_msg("%s.%s is not in the manual", s->name, o->name);
		/* Numbers without a bound surprise, unless counting is all that is done. */
		if ((o->type == SIZE || o->type == TIME) && !o->max)
			fail_msg("%s.%s has no maximum", s->name, o->name);
		if ((o->type == CHOICE || o->type == FLAGS) && !o->words)
			fail_msg("%s.%s has no words", s->name, o->name);
	}
}

static void
manual_configuration_has_every_option_and_every_option_a_sentence(void **state)
{
	(void)state;
	const struct config_schema *schema = sections_schema();
	char *manual = printed(print_manual);

	assert_table_is_whole(&config_host_section, manual);
	assert_table_is_whole(&config_listen_section, manual);
	for (size_t i = 0; i < schema->n_sections; i++)
		assert_table_is_whole(schema->sections[i], manual);
	for (size_t i = 0; i < schema->n_modules; i++)
		assert_table_is_whole(&schema->modules[i].section, manual);
	free(manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_config_is_valid_and_says_nothing_but_the_hosts),
		cmocka_unit_test(sample_config_shows_the_defaults_in_its_comments),
		cmocka_unit_test(
		    manual_configuration_has_every_option_and_every_option_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
