/* SPDX-License-Identifier: MIT
 *
 * The configuration file, and lines "--set ..." at its beginning as the arguments of the
 * command line. Whatever is read must fit the tables; whatever is not must say why.
 */
#include "daemon/config.h"

struct conf {
	bool flag;
	uint32_t count;
	uint64_t bytes;
	msec_t wait_ms;
	struct str text;
	struct str_list texts;
	uint32_t choice, flags;
};

#define OPTIONS                                                                                \
	LIST(struct option, { "flag", BOOL, FIELD(conf, flag), "no", NULL, NULL, "" },         \
	    { "count", U32, FIELD(conf, count), "auto", "1", "64", "", .words = "auto" },      \
	    { "bytes", SIZE, FIELD(conf, bytes), "1MiB", "1KiB", "1GiB", "" },                 \
	    { "wait", TIME, FIELD(conf, wait_ms), "60s", "5s", "1h", "" },                     \
	    { "text", STRING, FIELD(conf, text), NULL, NULL, "100", "" },                      \
	    { "texts", STRINGS, FIELD(conf, texts), "a, b", NULL, "8", "" },                   \
	    { "choice", CHOICE, FIELD(conf, choice), "one", NULL, NULL, "",                    \
		.words = "one two three" },                                                    \
	    { "flags", FLAGS, FIELD(conf, flags), "one", "1", NULL, "",                        \
		.words = "one two three" })

static const struct section top = {
	.name = "", .conf_size = sizeof(struct conf), .options = OPTIONS
};
static const struct section section = {
	.name = "section", .conf_size = sizeof(struct conf), .options = OPTIONS
};
static const struct config_module module = {
	.section = { .name = "module", .conf_size = sizeof(struct conf), .options = OPTIONS },
};

static const struct config_schema schema = {
	.sections = (const struct section *const[]){ &top, &section },
	.n_sections = 2,
	.modules = &module,
	.n_modules = 1,
};

static void
check_conf(const struct conf *c)
{
	assert(c->count <= 64);
	assert(c->bytes >= 1024 && c->bytes <= 1024 * 1024 * 1024);
	assert(c->wait_ms >= 5000 && c->wait_ms <= 3600 * 1000);
	assert(c->text.len <= 100 && str_is_utf8(c->text));
	assert(c->texts.count <= 8);
	assert(c->choice < 3 && c->flags && c->flags < 8);
}

static void
check_config(const struct config *c)
{
	const struct config_listener *listeners;
	const struct config_host *hosts;
	const struct conf *conf;
	size_t n;

	check_conf(config_section(c, ""));
	check_conf(config_section(c, "section"));
	listeners = config_listeners(c, &n);
	for (size_t i = 0; i < n; i++)
		assert(listeners[i].port <= 65535 && listeners[i].name.len);
	hosts = config_hosts(c, &n);
	assert(n > 0);
	for (size_t i = 0; i < n; i++)
		if ((conf = config_module(c, hosts[i].name, S("module"))))
			check_conf(conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	enum { SETTINGS = 8 };
	struct config_source source = { .name = S("f"), .text = str_of((const char *)at, len) };
	struct str settings[SETTINGS], line;
	struct config_problems problems;
	struct config *config;
	struct arena a;

	arena_init(&a, 4096);
	problems = (struct config_problems){ .arena = &a };
	while (source.set.count < SETTINGS && str_starts(source.text, S("--set ")) &&
	       str_split(&source.text, '\n', &line))
		settings[source.set.count++] = str_slice(line, 6, line.len);
	source.set.at = settings;
	if (config_read(&schema, &source, &problems, &config) == OK) {
		check_config(config);
		config_unref(&config);
	} else {
		assert(problems.count > 0 && problems.at[0].text.len > 0);
	}
	arena_fini(&a);
	return 0;
}
