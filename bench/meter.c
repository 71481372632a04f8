/* SPDX-License-Identifier: MIT */
#include "bench/meter.h"

void
meter_start(struct meter *m, const struct processes *server)
{
	m->server = server;
	m->server_ns = processes_cpu_ns(server);
	m->own_ns = process_own_cpu_ns();
	m->time_ns = now_ns();
}

void
meter_stop(struct meter *m)
{
	m->time_ns = now_ns() - m->time_ns;
	m->server_ns = processes_cpu_ns(m->server) - m->server_ns;
	m->own_ns = process_own_cpu_ns() - m->own_ns;
}

void
faults_add(struct faults *f, const struct sequence *q, uint64_t sent)
{
	f->lost += sequence_lost(q, sent);
	f->duplicated += q->duplicated;
	f->reordered += q->reordered;
}

bool
faults_any(const struct faults *f)
{
	return f->lost || f->duplicated || f->reordered || f->misdelivered || f->corrupted ||
	       f->refused;
}

void
report_begin(const char *scenario)
{
	printf("{\"scenario\": \"%s\"", scenario);
}

void
report_number(const char *name, double value)
{
	printf(", \"%s\": %.10g", name, value);
}

void
report_cost(const struct meter *m, uint64_t count)
{
	double n = count ? (double)count : 1;

	report_number("count", (double)count);
	report_number("seconds", (double)m->time_ns / 1e9);
	report_number("per_second", (double)count * 1e9 / (double)m->time_ns);
	report_number("server_us", (double)m->server_ns / 1e3 / n);
	report_number("generator_us", (double)m->own_ns / 1e3 / n);
	report_number("server_cores", (double)m->server_ns / (double)m->time_ns);
}

void
report_latency(const struct histogram *h)
{
	report_number("p50_us", (double)histogram_quantile(h, 0.50) / 1e3);
	report_number("p99_us", (double)histogram_quantile(h, 0.99) / 1e3);
	report_number("max_us", (double)h->max_ns / 1e3);
}

void
report_faults(const struct faults *f)
{
	report_number("lost", (double)f->lost);
	report_number("duplicated", (double)f->duplicated);
	report_number("reordered", (double)f->reordered);
	report_number("misdelivered", (double)f->misdelivered);
	report_number("corrupted", (double)f->corrupted);
	report_number("refused", (double)f->refused);
}

void
report_end(void)
{
	printf("}\n");
}
