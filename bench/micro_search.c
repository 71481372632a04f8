/* SPDX-License-Identifier: MIT
 *
 * What a search costs in a directory of many people (modules/search/people.h): CPU time of the
 * first page and of the number of all that are meant, the median and the 99th percentile of
 * 1,000 searches of each kind, and memory per person. Names are drawn from lists, so that some
 * are common.
 *
 *     build/bench/micro_search [PEOPLE]
 *
 * PEOPLE  30000 when nothing is said
 */
#include "modules/search/people.h"

enum { PAGE = 100, SEARCHES = 1000 };

static const char *const given[] = { "Anna", "Berta", "Chloé", "Dimitri", "Émile", "Fatima",
	"Georg", "Hélène", "Ivan", "Jürgen", "Katarzyna", "Léa", "Mohammed", "Noël", "Olga",
	"Pierre" };
static const char *const family[] = { "Martin", "Müller", "García", "Nowak", "Rossi", "Dupont",
	"Andersson", "Schmidt", "Lefèvre", "Novák", "Papadopoulos", "Ivanova", "O'Brien" };
static const char *const unit[] = { "Research", "Sales", "Bâtiment", "Legal", "Teaching" };

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

#define PICK(list, n) list[(n) % (sizeof(list) / sizeof(list[0]))]

static void
fill(struct people *people, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *g = PICK(given, i), *f = PICK(family, i / 16);
		struct card card = { 0 };
		struct str user;
		struct arena a;

		arena_init(&a, 1024);
		user = str_format(&a, "user%05zu", i * 7919 % n);
		card.field[CARD_FULL_NAME] = str_format(&a, "%s %s-%zu", g, f, i);
		card.field[CARD_GIVEN_NAME] = str_from_c(g);
		card.field[CARD_FAMILY_NAME] = str_from_c(f);
		card.field[CARD_EMAIL] = str_format(&a, "u%zu@staff.example.org", i);
		card.field[CARD_ORGANISATION] = S("University of Somewhere");
		card.field[CARD_UNIT] = str_from_c(PICK(unit, i / 7));
		card.field[CARD_LOCALITY] = S("Besançon");
		people_put(people, user, &card);
		arena_fini(&a);
	}
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
measure(const struct people *people, const char *what, unsigned field, struct str text)
{
	static double took[SEARCHES];
	struct people_found found;

	for (int i = 0; i < SEARCHES; i++) {
		struct result_set_request page = { .asked = true, .max = PAGE };
		double begin = cpu_us();
		struct question q;
		struct arena a;

		arena_init(&a, 16 * 1024);
		question_begin(&a, &q);
		q.unsaid_too = true;
		if (question_add(&a, &q, field, text) != OK)
			abort();
		people_find(&a, people, &q, &page, &found);
		arena_fini(&a);
		took[i] = cpu_us() - begin;
	}
	qsort(took, SEARCHES, sizeof(took[0]), by_size);
	printf("%8.0f us  %8.0f us  %7llu found  %s\n", took[SEARCHES / 2],
	    took[SEARCHES * 99 / 100], (unsigned long long)found.count, what);
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 30000;
	struct people people = { 0 };

	fill(&people, n);
	printf("%zu people, %zu bytes each\n", people.n,
	    people.n ? people.bytes / people.n + sizeof(struct person *) : 0);
	printf("   median          p99\n");
	measure(&people, "anything: helene nowak", PERSON_ANY, S("helene nowak"));
	measure(&people, "family name: lefe", PERSON_CARD + CARD_FAMILY_NAME, S("lefe"));
	measure(&people, "full name: *é*o*k-1*", PERSON_CARD + CARD_FULL_NAME, S("*é*o*k-1*"));
	measure(&people, "email: u29999@*", PERSON_CARD + CARD_EMAIL, S("u29999@*"));
	measure(&people, "city that all have", PERSON_CARD + CARD_LOCALITY, S("besancon"));
	measure(&people, "nobody", PERSON_ANY, S("zzz"));
	measure(&people, "everybody", PERSON_ANY, S(""));
	people_fini(&people);
	return 0;
}
