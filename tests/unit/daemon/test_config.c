/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "daemon/config.h"

struct top_conf {
	uint32_t workers;
};

struct limits_conf {
	uint64_t stanza_bytes;
	uint32_t connections;
	struct str_list trusted;
};

struct ping_conf {
	bool send;
	msec_t idle_ms;
};

static const struct section top = {
	.name = "",
	.conf_size = sizeof(struct top_conf),
	.options = LIST(struct option, { "workers", U32, FIELD(top_conf, workers), "auto", "1",
					   "64", "Threads.", .words = "auto" }),
};

static const struct section limits = {
	.name = "limits",
	.conf_size = sizeof(struct limits_conf),
	.options = LIST(struct option,
	    { "stanza_bytes", SIZE, FIELD(limits_conf, stanza_bytes), "256KiB", "10000",
		"10MiB", "Largest stanza." },
	    { "connections_per_address", U32, FIELD(limits_conf, connections), "100", "1",
		"100000", "Connections." },
	    { "trusted", STRINGS, FIELD(limits_conf, trusted), "", NULL, "3", "Exempt." }),
};

static enum status
check_ping(const void *conf, struct arena *a, struct str *reason)
{
	const struct ping_conf *ping = conf;

	(void)a;
	*reason = S("nobody sends so often");
	return ping->send && ping->idle_ms == 6500 ? E_INVALID : OK;
}

static const struct config_module modules[] = {
	{ .section = { .name = "ping",
	      .conf_size = sizeof(struct ping_conf),
	      .options = LIST(struct option,
		  { "send", BOOL, FIELD(ping_conf, send), "no", NULL, NULL, "Asks." },
		  { "idle", TIME, FIELD(ping_conf, idle_ms), "60s", "5s", "1h", "Waits." }),
	      .check = check_ping } },
	{ .section = { .name = "register" }, .is_off = true },
};

static const struct config_schema schema = {
	.sections = (const struct section *const[]){ &top, &limits },
	.n_sections = 2,
	.modules = modules,
	.n_modules = 2,
};

static struct arena arena;
static struct config *config;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	config_unref(&config);
	arena_fini(&arena);
	return 0;
}

/* Reads into `config`; returns the problems, a line each, "" when there are none. */
static struct str
read_source(const struct config_source *source)
{
	struct config_problems p = { .arena = &arena };
	struct str lines = S("");
	enum status s;

	config_unref(&config);
	s = config_read(&schema, source, &p, &config);
	assert_int_equal(s == OK, p.count == 0);
	assert_int_equal(config == NULL, p.count > 0);
	for (size_t i = 0; i < p.count && i < CONFIG_PROBLEMS_SHOWN; i++)
		lines = str_format(&arena, "%.*s%s%.*s", STR_ARG(lines), i ? "\n" : "",
		    STR_ARG(config_problem_text(&p.at[i], &arena)));
	return lines;
}

static struct str
read_text(const char *text)
{
	return read_source(&(struct config_source){ .name = S("f"), .text = str_from_c(text) });
}

static struct str
read_set(const char *text, const char *setting)
{
	const struct str set = str_from_c(setting);

	return read_source(&(struct config_source){
	    .name = S("f"), .text = str_from_c(text), .set = { &set, 1 } });
}

static void
config_read_gives_defaults_to_what_the_file_leaves_out(void **state)
{
	(void)state;
	const struct config_listener *l;
	const struct config_host *h;
	const struct ping_conf *ping;
	size_t n;

	assert_str(read_text("hosts: [localhost]\n"), "");
	assert_int_equal(((const struct top_conf *)config_section(config, ""))->workers, 0);
	assert_int_equal(
	    ((const struct limits_conf *)config_section(config, "limits"))->stanza_bytes,
	    262144);
	h = config_hosts(config, &n);
	assert_int_equal(n, 1);
	assert_str(h->name, "localhost");
	assert_null(h->certificate.at);
	ping = config_module(config, S("localhost"), S("ping"));
	assert_int_equal(ping->idle_ms, 60000);
	assert_null(config_module(config, S("localhost"), S("register")));
	assert_null(config_module(config, S("elsewhere"), S("ping")));
	l = config_listeners(config, &n);
	assert_int_equal(n, 6);
	assert_str(l[0].name, "c2s");
	assert_int_equal(l[0].port, 5222);
	assert_int_equal(l[0].tls, LISTEN_STARTTLS);
	assert_str(l[0].address, "*");
	assert_int_equal(l[0].serve, LISTEN_C2S);
	assert_int_equal(l[1].port, 5223);
	assert_int_equal(l[1].tls, LISTEN_DIRECT_TLS);
	assert_int_equal(l[1].serve, LISTEN_C2S);
	assert_str(l[2].name, "web");
	assert_int_equal(l[2].port, 5281);
	assert_int_equal(l[2].tls, LISTEN_DIRECT_TLS);
	assert_int_equal(l[2].serve, LISTEN_C2S | LISTEN_HTTP | LISTEN_TURN);
	assert_false(l[2].proxy);
	for (int i = 3; i < 6; i++) {
		assert_int_equal(l[i].port, i < 5 ? 3478 : 5349);
		assert_int_equal(l[i].serve, LISTEN_TURN);
		assert_int_equal(l[i].udp, i == 3);
	}
	assert_int_equal(l[5].tls, LISTEN_DIRECT_TLS);
}

static void
config_read_takes_what_the_file_says(void **state)
{
	(void)state;
	const struct limits_conf *limits_now;
	const struct config_listener *l;
	size_t n;

	assert_str(read_text("workers: 2\n"
			     "hosts: EXAMPLE.org\n"
			     "limits:\n"
			     "  stanza_bytes: \"1MiB\"\n"
			     "  connections_per_address: 7\n"
			     "  trusted: [127.0.0.1, '::1']\n"
			     "modules:\n"
			     "  ping: { send: yes, idle: 5m }\n"
			     "  register:\n"
			     "listen:\n"
			     "- { port: 443, tls: direct, address: '::', serve: [c2s] }\n"
			     "- { port: 5222, address: 127.0.0.1, name: x, tls: none,\n"
			     "    serve: http, proxy: yes }\n"
			     "- { port: 5222, address: 127.0.0.2, enabled: no }\n"),
	    "");
	assert_int_equal(((const struct top_conf *)config_section(config, ""))->workers, 2);
	limits_now = config_section(config, "limits");
	assert_int_equal(limits_now->stanza_bytes, 1024 * 1024);
	assert_int_equal(limits_now->connections, 7);
	assert_int_equal(limits_now->trusted.count, 2);
	assert_str(limits_now->trusted.at[1], "::1");
	assert_non_null(config_host(config, S("example.org")));
	assert_true(
	    ((const struct ping_conf *)config_module(config, S("example.org"), S("ping")))
		->send);
	l = config_listeners(config, &n);
	assert_int_equal(n, 2);
	assert_str(l[0].name, "443");
	assert_str(l[1].name, "x");
	assert_int_equal(l[1].tls, LISTEN_NO_TLS);
	assert_int_equal(l[1].serve, LISTEN_HTTP);
	assert_true(l[1].proxy);
	assert_str(read_text("hosts: [h]\nlisten: [{ port: 443, serve: [http] }]\n"),
	    "f:2:10: \"tls\": only c2s has STARTTLS; the others are served with direct or "
	    "none");
}

static void
config_read_knows_components(void **state)
{
	(void)state;
	const struct component_conf *c;
	size_t n;

	assert_str(
	    read_text("components:\n"
		      "  IRC.example.org: { secret: x, hosts: [EXAMPLE.org] }\n"
		      "  sms.example.org: { secret: \"y z\", connections: 1, title: SMS }\n"
		      "hosts: example.org\n"),
	    "");
	c = config_components(config, &n);
	assert_int_equal(n, 2);
	assert_str(c[0].name, "irc.example.org");
	assert_str(c[0].secret, "x");
	assert_int_equal(c[0].connections, 16);
	assert_true(component_is_shown_at(&c[0], S("example.org")));
	assert_false(component_is_shown_at(&c[0], S("other.example")));
	assert_str(c[1].title, "SMS");
	assert_int_equal(c[1].connections, 1);
	assert_true(component_is_shown_at(&c[1], S("other.example")));
	assert_str(read_text("hosts: [h]\ncomponents:\n"), "");
	(void)config_components(config, &n);
	assert_int_equal(n, 0);
}

static void
config_read_lets_a_host_differ_from_the_others(void **state)
{
	(void)state;
	const struct ping_conf *a, *b, *c;

	assert_str(
	    read_text("modules: { ping: { idle: 10s } }\n"
		      "hosts:\n"
		      "  a.example: { modules: { ping: { send: yes }, register: { enabled: "
		      "yes } } }\n"
		      "  b.example:\n"
		      "  c.example: {}\n"
		      "  d.example: { certificate: d.pem, key: d.key,\n"
		      "    modules: { ping: { enabled: no } } }\n"),
	    "");
	a = config_module(config, S("a.example"), S("ping"));
	b = config_module(config, S("b.example"), S("ping"));
	c = config_module(config, S("c.example"), S("ping"));
	assert_true(a->send);
	assert_int_equal(a->idle_ms, 10000);
	assert_false(b->send);
	assert_ptr_equal(b, c); /* shared */
	assert_null(config_module(config, S("d.example"), S("ping")));
	assert_non_null(config_module(config, S("a.example"), S("register")));
	assert_null(config_module(config, S("b.example"), S("register")));
	assert_str(config_host(config, S("d.example"))->key, "d.key");
}

static void
config_read_says_where_the_file_is_wrong(void **state)
{
	(void)state;
#define H "hosts: [h]\n"
	static const struct {
		const char *text, *problems;
	} cases[] = {
		/* keys */
		{ H "wrokers: 2", "f:2:1: unknown key \"wrokers\"; did you mean \"workers\"?" },
		{ H "limts: {}", "f:2:1: unknown key \"limts\"; did you mean \"limits\"?" },
		{ H "zzz: 1", "f:2:1: unknown key \"zzz\"" },
		{ H "limits:\n  stanza_byte: 1MiB",
		    "f:3:3: unknown key \"stanza_byte\"; did you mean \"stanza_bytes\"?" },
		{ H "modules: { pong: {} }",
		    "f:2:12: there is no module \"pong\"; did you mean \"ping\"?" },
		{ H "modules: { webdav: {} }", "f:2:12: there is no module \"webdav\"" },
		{ H "modules: { ping: { sent: no } }",
		    "f:2:20: unknown key \"sent\"; did you mean \"send\"?" },
		{ H "modules: { ping: { enable: no } }",
		    "f:2:20: unknown key \"enable\"; did you mean \"enabled\"?" },
		{ "hosts: { h: { module: {} } }",
		    "f:1:15: unknown key \"module\"; did you mean \"modules\"?" },
		{ H "listen: [{ port: 1, prot: 2 }]",
		    "f:2:21: unknown key \"prot\"; did you mean \"port\"?" },
		{ H "workers: 2\nworkers: 3",
		    "f:3:1: \"workers\" stands here for the second time, first in line 2" },
		{ H "hosts: [h]",
		    "f:2:1: \"hosts\" stands here for the second time, first in line 1" },
		{ H "? [a]\n: b", "f:2:3: a key must be text" },
		{ H "'': b", "f:2:1: a key may not be empty" },
		{ H "\"a\\0b\": c", "f:2:1: a key may not hold NUL" },
		{ H "\"\\e[31m\": c", "f:2:1: unknown key \"?[31m\"" },
		/* values */
		{ H "workers: 65", "f:2:10: \"workers\": \"65\" is too much: at most 64" },
		{ H "workers: two", "f:2:10: \"workers\": \"two\" is not a whole number, such "
				    "as 100, or auto" },
		{ H "workers:", "f:2:1: \"workers\" has no value" },
		{ H "workers: [1, 2]", "f:2:11: \"workers\": takes one value, not a list" },
		{ H "workers: {}", "f:2:10: \"workers\" takes a value, not a map" },
		{ H "limits: { stanza_bytes: 9999 }",
		    "f:2:25: \"stanza_bytes\": \"9999\" is too little: at least 10000" },
		{ H "limits: { trusted: [a, b, [c]] }",
		    "f:2:27: \"trusted\" takes plain values only" },
		{ H "limits: { trusted: [a, \"b\\nc\"] }",
		    "f:2:24: \"trusted\": holds a control character" },
		{ H "limits: { trusted: [a, b, c, d] }",
		    "f:2:21: \"trusted\": has 4 items: at most 3 are allowed" },
		{ H "limits: 5", "f:2:9: limits must be a map: { key: value }" },
		{ H "modules: [ping]", "f:2:10: modules must be a map: { key: value }" },
		{ H "modules: { ping: yes }",
		    "f:2:18: a module must be a map: { key: value }" },
		{ H "modules: { ping: { enabled: maybe } }",
		    "f:2:29: \"enabled\": \"maybe\" is not yes or no" },
		{ H "modules: { ping: { idle: 6500ms, send: yes } }",
		    "f:2:12: ping: nobody sends so often" },
		/* hosts */
		{ "", "f:1:1: \"hosts\" must name at least one domain, such as \"hosts: "
		      "[example.org]\"" },
		{ "hosts:", "f:1:1: \"hosts\" must name at least one domain, such as \"hosts: "
			    "[example.org]\"" },
		{ "hosts: [a b]", "f:1:9: \"a b\" is not a domain name" },
		{ "hosts: [{ a: }]", "f:1:9: a list of hosts holds names only; write \"NAME: { "
				     "... }\" instead" },
		{ "hosts: [a, A]", "f:1:12: the host \"a\" is here twice" },
		{ "hosts: { a: yes }", "f:1:13: a host must be a map: { key: value }" },
		{ "hosts: { a: { key: x } }",
		    "f:1:10: \"certificate\" and \"key\" are needed together" },
		{ "hosts: { a: { modules: { ping: { idle: 2h } } } }",
		    "f:1:40: \"idle\": \"2h\" is too much: at most 1h" },
		/* components */
		{ H "components: [a]", "f:2:13: components must be a map: { key: value }" },
		{ H "components: { a: b }",
		    "f:2:18: a component must be a map: { key: value }" },
		{ H "components: { a: }", "f:2:15: a component needs a \"secret\"" },
		{ H "components: { \"a b\": { secret: x } }",
		    "f:2:15: \"a b\" is not a domain name" },
		{ H "components: { a: { secret: x }, A: { secret: x } }",
		    "f:2:33: the domain \"a\" is here twice" },
		{ H "components: { H: { secret: x } }",
		    "f:2:15: the domain \"h\" is here twice" },
		{ H "components: { a: { secret: x, hosts: [b] } }",
		    "f:2:15: \"b\" is not one of the hosts" },
		{ H "components: { a: { secret: x, hots: [h] } }",
		    "f:2:31: unknown key \"hots\"; did you mean \"hosts\"?" },
		{ H "compnents:",
		    "f:2:1: unknown key \"compnents\"; did you mean \"components\"?" },
		/* listeners */
		{ H "listen: { port: 1 }", "f:2:9: \"listen\" must be a list" },
		{ H "listen: [5222]",
		    "f:2:10: a listener is a map, such as { port: 5222, tls: starttls, serve: "
		    "[c2s] }" },
		{ H "listen: [{ tls: none }]", "f:2:10: a listener needs a \"port\"" },
		{ H "listen: [{ port: 65536 }]",
		    "f:2:18: \"port\": \"65536\" is too much: at most 65535" },
		{ H "listen: [{ port: 1, address: localhost }]",
		    "f:2:30: \"address\": \"localhost\" is not an IP address" },
		{ H "listen: [{ port: 1, tls: tls }]",
		    "f:2:26: \"tls\": \"tls\" is not one of starttls, direct or none" },
		{ H "listen: [{ port: 1, serve: [smtp] }]",
		    "f:2:29: \"serve\": \"smtp\" is not one of c2s, http, component, "
		    "socks5 or turn" },
		{ H "listen: [{ port: 1, serve: [c2s, turn], udp: yes }]",
		    "f:2:46: \"udp\": only turn is over UDP: a listener with serve: [turn], "
		    "tls: none" },
		{ H "listen: [{ port: 1 }, { port: 1, address: 127.0.0.1 }]",
		    "f:2:31: port 1 is taken by the listener \"1\"" },
		/* what YAML could do but may not */
		{ H "limits: &l {}",
		    "f:2:9: anchors (&name) are not supported: write the value out" },
		{ H "limits: *l",
		    "f:2:9: aliases (*name) are not supported: write the value out" },
		{ H "workers: !!int 2",
		    "f:2:10: tags (!name) are not supported: what a value is, its key says" },
		{ "%YAML 1.1\n---\nhosts: [h]", "f:1:1: directives (%NAME) are not supported" },
		{ H "---\nworkers: 2", "f:2:1: a second document (---) is not supported" },
		{ "[a]", "f:1:1: the configuration must be a map: \"key: value\"" },
		{ "a", "f:1:1: the configuration must be a map: \"key: value\"" },
		{ H "a: [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", "f:2:19: nested too deeply" },
		/* what is no YAML */
		{ H "limits: {",
		    "f:3:1: did not find expected node content, while parsing a flow node" },
		{ H "  workers: 2",
		    "f:2:3: did not find expected key, while parsing a block mapping" },
		{ H "\tworkers: 2", "f:2:1: found character that cannot start any token, while "
				    "scanning for the next "
				    "token" },
		{ H "workers: \xff", "f:1:1: invalid leading UTF-8 octet" },
		/* several at once, from top to bottom */
		{ "wrokers: 2\nlimits: { stanza_bytes: 1GiB }\nhosts: [a b]\n",
		    "f:1:1: unknown key \"wrokers\"; did you mean \"workers\"?\n"
		    "f:2:25: \"stanza_bytes\": \"1GiB\" is too much: at most 10MiB\n"
		    "f:3:9: \"a b\" is not a domain name" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    str_to_c(&arena, read_text(cases[i].text)), cases[i].problems);
#undef H
}

static void
config_read_accepts_a_section_whose_lines_are_all_comments(void **state)
{
	(void)state;
	assert_str(read_text("hosts: [h]\n"
			     "limits:\n"
			     "  #stanza_bytes: 1MiB\n"
			     "modules:\n"
			     "  ping:\n"
			     "    #send: yes\n"
			     "listen:\n"),
	    "");
}

static void
config_read_never_guesses_types(void **state)
{
	(void)state;
	/* Norway, octal, sexagesimal and null: text like any other. */
	assert_str(
	    read_text("hosts: [no, 010, 1e3, null]\nlimits: { trusted: [~, 1:30] }"), "");
	assert_non_null(config_host(config, S("no")));
	assert_non_null(config_host(config, S("010")));
	assert_non_null(config_host(config, S("null")));
	assert_str(
	    ((const struct limits_conf *)config_section(config, "limits"))->trusted.at[0], "~");
}

static void
config_read_applies_settings_over_the_file(void **state)
{
	(void)state;
	const struct config_listener *l;
	const struct limits_conf *limits_now;
	const struct str settings[] = { S("workers=3"), S("limits.stanza_bytes=2MiB"),
		S("limits.trusted=[a, b]"), S("modules.ping.send=yes"),
		S("listen.c2s.tls=none"), S("listen.c2s.port=1"),
		S("listen.c2s_tls.enabled=no"), S("listen.web.enabled=no"),
		S("listen.turn.enabled=no"), S("listen.turn_tcp.enabled=no"),
		S("listen.turn_tls.enabled=no"), S("listen.443.port=443"),
		S("hosts.\"h.example\".modules.ping.idle=7s") };
	size_t n;

	assert_str(read_source(&(struct config_source){ .name = S("f"),
		       .text = S("workers: 2\nhosts: [h.example]\nlimits: { trusted: [x] }"),
		       .set = { settings, 13 } }),
	    "");
	assert_int_equal(((const struct top_conf *)config_section(config, ""))->workers, 3);
	limits_now = config_section(config, "limits");
	assert_int_equal(limits_now->stanza_bytes, 2 * 1024 * 1024);
	assert_int_equal(limits_now->trusted.count, 2);
	assert_str(limits_now->trusted.at[1], "b");
	assert_int_equal(
	    ((const struct ping_conf *)config_module(config, S("h.example"), S("ping")))
		->idle_ms,
	    7000);
	l = config_listeners(config, &n);
	assert_int_equal(n, 2);
	assert_int_equal(l[0].tls, LISTEN_NO_TLS);
	assert_int_equal(l[0].port, 1);
	assert_str(l[1].name, "443");
}

static void
config_read_says_which_setting_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *setting, *problem;
	} cases[] = {
		{ "workers", "--set workers: is not of the form KEY=VALUE" },
		{ "=2", "--set : a key is empty" },
		{ ".=2", "--set .: a key is empty" },
		{ "a.=2", "--set a.: a key is missing after the last dot" },
		{ "a..b=2", "--set a..b: a key is empty" },
		{ "\"a=2", "--set \"a: the closing quote of a key is missing" },
		{ "\"a\"b=2", "--set \"a\"b: after a quoted key comes a dot" },
		{ "wrokers=2",
		    "--set wrokers: unknown key \"wrokers\"; did you mean \"workers\"?" },
		{ "workers=",
		    "--set workers: \"workers\": \"\" is not a whole number, such as 100, "
		    "or auto" },
		{ "workers=1000",
		    "--set workers: \"workers\": \"1000\" is too much: at most 64" },
		{ "limits=2", "--set limits: limits must be a map: { key: value }" },
		{ "listen.c2s.tls=ssl", "--set listen.c2s.tls: \"tls\": \"ssl\" is not one of "
					"starttls, direct or none" },
		{ "listen.new.tls=none", "--set listen.new.tls: a listener needs a \"port\"" },
		{ "limits.trusted=[a", "--set limits.trusted: did not find expected ',' or "
				       "']', while parsing a flow "
				       "sequence" },
		{ "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r=1",
		    "--set a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r: nested too deeply" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(str_to_c(&arena, read_set("hosts: [h]", cases[i].setting)),
		    cases[i].problem);
}

static void
config_read_serves_the_hosts_of_the_command_line_too(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t hosts;
	} cases[] = {
		{ "", 1 },
		{ "hosts:", 1 },
		{ "hosts: NEW.example", 1 },
		{ "hosts: old.example", 2 },
		{ "hosts: [old.example, new.example]", 2 },
		{ "hosts: [old.example]", 2 },
		{ "hosts: { old.example: { certificate: a, key: b } }", 2 },
		{ "hosts: { New.example: { certificate: a, key: b } }", 1 },
	};
	const struct str host = S("new.Example"), bad = S("a b");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n;

		assert_str(read_source(&(struct config_source){ .name = S("f"),
			       .text = str_from_c(cases[i].text),
			       .hosts = { &host, 1 } }),
		    "");
		assert_non_null(config_host(config, S("new.example")));
		config_hosts(config, &n);
		assert_int_equal(n, cases[i].hosts);
	}
	assert_str(read_source(&(struct config_source){ .name = S("f"), .hosts = { &bad, 1 } }),
	    "--host: \"a b\" is not a domain name");
}

static void
config_read_shifts_only_ports_that_nobody_chose(void **state)
{
	(void)state;
	const struct config_listener *l;
	size_t n;

	assert_str(read_source(&(struct config_source){
		       .name = S("f"), .text = S("hosts: [h]"), .port_offset = 10000 }),
	    "");
	l = config_listeners(config, &n);
	assert_int_equal(l[0].port, 15222);
	assert_int_equal(l[1].port, 15223);
	assert_int_equal(l[2].port, 15281);
	assert_str(read_source(&(struct config_source){ .name = S("f"),
		       .text = S("hosts: [h]\nlisten: [{ port: 5222 }]"),
		       .port_offset = 10000 }),
	    "");
	l = config_listeners(config, &n);
	assert_int_equal(n, 1);
	assert_int_equal(l[0].port, 5222);
}

static void
config_read_bounds_what_it_reads(void **state)
{
	(void)state;
	enum { MANY = 70000 };
	char *text = arena_alloc(&arena, 2 * 1024 * 1024);
	size_t at = 0;

	memset(text, '#', 2 * 1024 * 1024);
	assert_str(read_source(&(struct config_source){
		       .name = S("f"), .text = str_of(text, 1024 * 1024 + 1) }),
	    "f:1:1: is larger than 1048576 bytes");
	at = (size_t)snprintf(text, 64, "hosts: [");
	for (size_t i = 0; i < MANY; i++, at += 2)
		memcpy(text + at, "a,", 2);
	assert_str(
	    read_source(&(struct config_source){ .name = S("f"), .text = str_of(text, at) }),
	    "f:1:131077: too many values");
	at = 0;
	for (size_t i = 0; i < 4097; i++)
		at += (size_t)snprintf(text + at, 16, "k%zu:\n", i);
	assert_str(
	    read_source(&(struct config_source){ .name = S("f"), .text = str_of(text, at) }),
	    "f:4097:1: too many keys in one map");
}

static void
config_read_agrees_with_itself_however_long_the_list_of_problems(void **state)
{
	(void)state;
	struct config_problems p = { .arena = &arena };
	struct str text = S("");

	for (size_t i = 0; i < 30; i++)
		text = str_format(&arena, "%.*sxxxxxx%zu: 1\n", STR_ARG(text), i);
	assert_int_equal(
	    config_read(
		&schema, &(struct config_source){ .name = S("f"), .text = text }, &p, &config),
	    E_INVALID);
	assert_int_equal(p.count, 31);
	assert_int_equal(p.at[19].place.line, 19); /* after the one about hosts, 1:1 */
}

static void
config_ref_keeps_a_configuration_that_another_lets_go(void **state)
{
	(void)state;
	struct config *mine;

	assert_str(read_text("hosts: [h]"), "");
	mine = config_ref(config);
	config_unref(&config);
	assert_null(config);
	assert_non_null(config_host(mine, S("h")));
	config_unref(&mine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_read_gives_defaults_to_what_the_file_leaves_out),
		cmocka_unit_test(config_read_takes_what_the_file_says),
		cmocka_unit_test(config_read_knows_components),
		cmocka_unit_test(config_read_lets_a_host_differ_from_the_others),
		cmocka_unit_test(config_read_says_where_the_file_is_wrong),
		cmocka_unit_test(config_read_accepts_a_section_whose_lines_are_all_comments),
		cmocka_unit_test(config_read_never_guesses_types),
		cmocka_unit_test(config_read_applies_settings_over_the_file),
		cmocka_unit_test(config_read_says_which_setting_is_wrong),
		cmocka_unit_test(config_read_serves_the_hosts_of_the_command_line_too),
		cmocka_unit_test(config_read_shifts_only_ports_that_nobody_chose),
		cmocka_unit_test(config_read_bounds_what_it_reads),
		cmocka_unit_test(
		    config_read_agrees_with_itself_however_long_the_list_of_problems),
		cmocka_unit_test(config_ref_keeps_a_configuration_that_another_lets_go),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
