/* SPDX-License-Identifier: MIT */
#include "bench/arguments.h"

#include "bench/wire.h"

void
arguments_read(struct option_list l, void *conf, struct arena *a, char *const *arguments)
{
	option_preset(l, conf, a);
	for (; *arguments; arguments++) {
		struct str value = str_from_c(*arguments), name;
		struct str_list values = { &value, 1 };
		struct option_fault fault;
		const struct option *o;

		if (!str_starts(value, S("--")))
			die("\"%s\" is no option", *arguments);
		value = str_slice(value, 2, value.len);
		str_split(&value, '=', &name);
		if (!(o = option_find(l, name)))
			die("there is no option --%.*s", STR_ARG(name));
		if (!value.at) {
			if (!arguments[1])
				die("--%.*s needs a value", STR_ARG(name));
			value = str_from_c(*++arguments);
		}
		if (option_takes_list(o))
			values = option_pieces(o, value, a);
		if (option_set(o, values.at, values.count, conf, a, &fault) != OK)
			die("--%.*s: %.*s", STR_ARG(name), STR_ARG(fault.reason));
	}
}

void
arguments_print(struct option_list l)
{
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = 0; i < l.count; i++) {
		const struct option *o = &l.at[i];

		printf("  --%-11s %s\n                (%.*s; default: %s)\n", o->name, o->doc,
		    STR_ARG(option_range(o, &a)), o->preset ? o->preset : "none");
	}
	arena_fini(&a);
}
