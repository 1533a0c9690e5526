/* The table effects.def: complete, and in order. */
#include "model/effects_work.h"
#include "unit.h"

static int rows_for(enum op_kind kind, int version) {
    int n = 0;

    for (size_t i = 0; i < effect_row_count; i++) {
        const struct effect_row *row = &effect_rows[i];

        if (row->kind == kind && (row->since == 0 || row->since <= version) &&
            (row->until == 0 || row->until >= version))
            n++;
    }
    return n;
}

START_TEST(every_kind_has_one_row_in_every_version) {
    for (int version = CATALOG_OLDEST; version <= CATALOG_NEWEST; version++)
        for (int kind = 0; kind < OP_KINDS; kind++)
            ck_assert_msg(rows_for(kind, version) == 1, "%s has %d rows for version %d",
                          op_kind_words(kind), rows_for(kind, version), version);
}
END_TEST

START_TEST(rows_are_sorted_by_kind) {
    for (size_t i = 1; i < effect_row_count; i++)
        ck_assert_msg(effect_rows[i - 1].kind <= effect_rows[i].kind, "%s stands behind %s",
                      op_kind_words(effect_rows[i].kind), op_kind_words(effect_rows[i - 1].kind));
}
END_TEST

START_TEST(rows_say_where_it_is_decided) {
    for (size_t i = 0; i < effect_row_count; i++)
        ck_assert_msg(effect_rows[i].decided_by != NULL, "%s does not",
                      op_kind_words(effect_rows[i].kind));
}
END_TEST

START_TEST(look_up_finds_the_row_of_the_version) {
    ck_assert_int_eq(effect_row(OP_DETACH_PARTITION, 13)->other, LOCK_SHARE_UPDATE_EXCLUSIVE);
    ck_assert_int_eq(effect_row(OP_DETACH_PARTITION, 14)->other, LOCK_ACCESS_EXCLUSIVE);
    ck_assert_int_eq(effect_row(OP_ADD_UNIQUE, 17)->partitions, LOCK_SHARE);
    ck_assert_int_eq(effect_row(OP_ADD_UNIQUE, 18)->partitions, LOCK_ACCESS_EXCLUSIVE);
    ck_assert_ptr_null(effect_row(OP_KINDS, 15));
}
END_TEST

Suite *suite_effects_table(void) {
    Suite *suite = suite_create("effects_table");
    TCase *tcase = tcase_create("rows");

    tcase_add_test(tcase, every_kind_has_one_row_in_every_version);
    tcase_add_test(tcase, rows_are_sorted_by_kind);
    tcase_add_test(tcase, rows_say_where_it_is_decided);
    tcase_add_test(tcase, look_up_finds_the_row_of_the_version);
    suite_add_tcase(suite, tcase);
    return suite;
}
