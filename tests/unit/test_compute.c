/* Which slot a job goes to, and what consumers remember of the service. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/compute.h"

/* Nobody comes or leaves: jobs are sent by hand. */
#define ALONE(dispatch)                                                                     \
    "seed: 1\nhorizon: 10\nholders: {review: 36500, cohorts: {all: {count: 5}}}\n"          \
    "consumers: {review: 36500}\ndemand: {scale: 0}\n"                                      \
    "providers: {review: 36500, mttf: unlimited, dispatch: " dispatch ", cohorts: {large: " \
    "{count: 1, slots: 8, active: 1}, small: {count: 1, slots: 4, active: 1}}}\n"

static const ds_amount value = 100 * (ds_amount)DS_UNIT; /* more than a day of a slot */

/* Place of an idle slot of a provider in the set of idle ones. */
static uint64_t place_of(const ds_world *w, uint32_t provider)
{
    for (uint32_t i = 0; i < ds_members_count(&w->idle); i++)
        if (w->slot[w->idle.member[i]].provider == provider)
            return i;
    ck_abort_msg("provider %u has no idle slot", provider);
}

/* A job whose words name an idle slot of one provider first, and then one of the other. */
static void send(ds_world *w, uint32_t first, uint32_t then)
{
    const uint64_t luck[DS_LUCK] = {place_of(w, first) | place_of(w, then) << 16, 0};
    ck_assert(ds_job_arrives(w, 0, value, luck));
}

/* 2 of 8 busy are less than 2 of 4; then 4 of 8 are as many, and 6 of 8 more. */
START_TEST(of_two_slots_the_job_goes_to_the_one_whose_owner_is_less_busy)
{
    ds_economy_test t;
    economy_open(&t, ALONE("least_loaded"));
    economy_begin(&t, 0);
    const ds_provider *const large = &t.w->provider[0], *const small = &t.w->provider[1];
    for (int i = 0; i < 2; i++) {
        send(t.w, 0, 0);
        send(t.w, 1, 1);
    }
    ck_assert_uint_eq(large->idles, 6);
    ck_assert_uint_eq(small->idles, 2);
    send(t.w, 0, 1);
    send(t.w, 1, 0);
    ck_assert_uint_eq(large->idles, 4);
    ck_assert_uint_eq(small->idles, 2);
    send(t.w, 1, 0); /* none is less busy: the first */
    ck_assert_uint_eq(small->idles, 1);
    send(t.w, 0, 0);
    send(t.w, 0, 0);
    send(t.w, 0, 0);
    ck_assert_uint_eq(large->idles, 1);
    send(t.w, 0, 1); /* 7 of 8 against 3 of 4 */
    ck_assert_uint_eq(large->idles, 1);
    ck_assert_uint_eq(small->idles, 0);
    economy_close(&t);
}
END_TEST

START_TEST(at_random_the_job_goes_to_the_slot_that_its_words_name)
{
    ds_economy_test t;
    economy_open(&t, ALONE("random"));
    economy_begin(&t, 0);
    for (uint32_t i = 0; i < 3; i++) {
        send(t.w, 1, 0);
        ck_assert_uint_eq(t.w->provider[1].idles, 3 - i);
    }
    send(t.w, 0, 1);
    ck_assert_uint_eq(t.w->provider[0].idles, 7);
    economy_close(&t);
}
END_TEST

START_TEST(the_cheapest_has_the_job_while_it_has_a_slot)
{
    ds_economy_test t;
    economy_open(&t, ALONE("cheapest"));
    economy_begin(&t, 0);
    t.w->provider[1].price = 0.8;
    ds_provider_priced(t.w, 1);
    for (int i = 0; i < 6; i++)
        send(t.w, 0, 0);
    ck_assert_uint_eq(t.w->provider[1].idles, 0);
    ck_assert_uint_eq(t.w->provider[0].idles, 6);
    economy_close(&t);
}
END_TEST

/* A thousandth of what is remembered is the last job's. */
START_TEST(consumers_remember_waits_and_losses)
{
    ds_economy_test t;
    economy_open(&t, ALONE("random"));
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    e->lost_seen = 0.5;
    e->wait_seen = 2;
    send(t.w, 0, 0);
    ck_assert_double_eq_tol(e->lost_seen, 0.4995, 1e-15);
    ck_assert_double_eq_tol(e->wait_seen, 1.998, 1e-15);
    while (ds_members_count(&t.w->idle) > 0)
        send(t.w, t.w->slot[t.w->idle.member[0]].provider, t.w->slot[t.w->idle.member[0]].provider);
    e->lost_seen = 0.5;
    e->wait_seen = 0;
    const uint64_t luck[DS_LUCK] = {0};
    ck_assert(ds_job_arrives(t.w, 0, value, luck)); /* waits until its patience of 6 h ends */
    ck_assert_uint_eq(e->queue_length, 1);
    economy_until(&t, 0.249);
    ck_assert_double_eq(e->lost_seen, 0.5);
    economy_until(&t, 0.251);
    ck_assert_uint_eq(e->queue_length, 0);
    ck_assert_double_eq_tol(e->lost_seen, 0.5005, 1e-15);
    ck_assert_double_eq(e->wait_seen, 0);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{of_two_slots_the_job_goes_to_the_one_whose_owner_is_less_busy, 0},
                             {at_random_the_job_goes_to_the_slot_that_its_words_name, 0},
                             {the_cheapest_has_the_job_while_it_has_a_slot, 0},
                             {consumers_remember_waits_and_losses, 0},
                             {0}};
    return ds_run_tests("compute", tests, 60);
}
