/*
 * The cases of fixtures/effects and what was recorded of each, as fixtures/effects/README.md explains them.
 */
#ifndef TESTS_RECORDED_CASES_H
#define TESTS_RECORDED_CASES_H

#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/vec.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct test_case {
    const char *group, *name;
    const char *setup, *before, *statement; /* SQL; "" for none */
    json_t *observed;
};

struct test_cases {
    VEC(struct test_case) list;
    json_t *recorded; /* by names; the cases' observed are parts of it */
};

static const char *read_file(struct arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    struct buf buf = BUF_INIT;
    char bytes[65536];
    size_t n;

    ck_assert_msg(file != NULL, "%s", path);
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
        buf_add(&buf, bytes, n);
    fclose(file);
    char *copy = arena_strndup(arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return copy;
}

static const char **section_of(struct test_case *test, const char *line) {
    if (strcmp(line, "-- setup") == 0)
        return &test->setup;
    if (strcmp(line, "-- before, in the same transaction") == 0)
        return &test->before;
    return strcmp(line, "-- statement") == 0 ? &test->statement : NULL;
}

static void add_case(struct arena *arena, const char *group, const char *name,
                     struct test_cases *cases) {
    struct test_case *test = vec_add(arena, &cases->list);
    json_t *entry = json_object_get(cases->recorded, name);

    ck_assert_msg(entry != NULL, "%s.jsonl has no %s: make record", group, name);
    *test = (struct test_case){group, name, "", "", "", json_object_get(entry, "observed")};
}

static void read_cases(struct arena *arena, const char *file, struct test_cases *cases,
                       const char *group) {
    char *sql = arena_strdup(arena, read_file(arena, arena_printf(arena, "%s.sql", file)));
    const char **section = NULL;

    for (char *line = strtok(sql, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct test_case *test = cases->list.n > 0 ? &cases->list.v[cases->list.n - 1] : NULL;

        if (ascii_starts_with(line, "-- case: ")) { /* other comments are for people */
            add_case(arena, group, line + strlen("-- case: "), cases);
            section = NULL;
        } else if (test != NULL && section_of(test, line) != NULL) {
            section = section_of(test, line);
        } else if (section != NULL) {
            *section = arena_printf(arena, "%s%s\n", *section, line);
        }
    }
}

static json_t *read_recorded(struct arena *arena, const char *file) {
    char *text = arena_strdup(arena, read_file(arena, arena_printf(arena, "%s.jsonl", file)));
    json_t *all = json_object();

    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        json_error_t error;
        json_t *entry = json_loads(line, 0, &error);

        ck_assert_msg(entry != NULL, "%s.jsonl: %s", file, error.text);
        json_object_set_new(all, json_string_value(json_object_get(entry, "case")), entry);
    }
    return all;
}

/* A record tells what the case was when it was made; that of a case changed since is worth nothing. */
static void check_text(const struct test_case *test, json_t *recorded) {
    json_t *text = json_object_get(json_object_get(recorded, test->name), "text");
    const char *const parts[] = {test->setup, test->before, test->statement};

    for (size_t i = 0; text != NULL && i < 3; i++)
        ck_assert_msg(strcmp(parts[i], json_string_value(json_array_get(text, i))) == 0,
                      "%s.jsonl tells of another %s: make record", test->group, test->name);
}

/* The cases of file.sql with file.jsonl's records. */
static struct test_cases test_cases_read(struct arena *arena, const char *file, const char *group) {
    struct test_cases cases = {.recorded = read_recorded(arena, file)};

    read_cases(arena, file, &cases, group);
    for (size_t i = 0; i < cases.list.n; i++)
        check_text(&cases.list.v[i], cases.recorded);
    ck_assert_msg(cases.list.n == json_object_size(cases.recorded),
                  "%s.jsonl tells of %zu cases, %s.sql has %zu: make record", group,
                  json_object_size(cases.recorded), group, cases.list.n);
    return cases;
}

static void test_cases_release(struct test_cases *cases) {
    json_decref(cases->recorded);
}

#endif
