/* SPDX-License-Identifier: MIT
 *
 * CPU time of one jid_parse(), including the copy into an arena, for addresses of several
 * kinds. Each figure is the best of some rounds: the others were disturbed.
 *
 *     build/bench/micro_jid
 */
#include "xmpp/jid.h"

enum { ROUNDS = 7, CALLS = 200000 };

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double
one_round(struct arena *a, struct str text)
{
	double start = cpu_ns();

	for (int i = 0; i < CALLS; i++) {
		struct jid j;

		if (jid_parse(a, text, &j) != OK)
			abort();
		__asm__ volatile("" ::"r"(j.text) : "memory"); /* the result is needed */
		if (i % 32 == 31)
			arena_reset(a);
	}
	return (cpu_ns() - start) / CALLS;
}

int
main(void)
{
	static const struct {
		const char *kind;
		struct str text;
	} cases[] = {
		{ "ascii", S("romeo@montague.lit/balcony") },
		{ "ascii, capitals", S("Romeo@Montague.LIT/Balcony") },
		{ "ascii, bare", S("romeo@montague.lit") },
		{ "ascii, domain", S("montague.lit") },
		{ "ascii, long resource",
		    S("romeo@montague.lit/"
		      "gajim.OXS8C0AB.8f3b1c2d-7d0c-4b3e-9b1a-1f2e3d4c5b6a") },
		{ "latin localpart", S("j\u00fcrgen.m\u00fcller@example.com/balcony") },
		{ "cyrillic localpart",
		    S("\u0440\u043e\u043c\u0435\u043e@example.com/balcony") },
		{ "decomposed localpart", S("ju\u0308rgen@example.com/balcony") },
		{ "latin resource", S("romeo@example.com/B\u00fcro") },
		{ "latin domain", S("romeo@m\u00fcnchen.de/balcony") },
		{ "A-label", S("romeo@xn--mnchen-3ya.de/balcony") },
		{ "all chinese", S("\u5f20\u4e09@\u4f8b\u5b50.\u516c\u53f8/\u624b\u673a") },
	};
	struct arena a;

	arena_init(&a, 16 * 1024);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double best = 1e9;

		for (int round = 0; round < ROUNDS; round++) {
			double ns = one_round(&a, cases[i].text);

			if (ns < best)
				best = ns;
		}
		printf("%8.1f ns  %s\n", best, cases[i].kind);
	}
	arena_fini(&a);
	return 0;
}
