#define _GNU_SOURCE /* mkdtemp, nftw */
#include "base/path.h"
#include "config/config.h"

#include "tree.h"
#include "unit.h"

static struct arena arena;
static struct config config;
static struct config_error error;

static void setup(void) {
    arena_init(&arena);
    tree_make();
}

static void teardown(void) {
    tree_remove();
    arena_release(&arena);
}

static void read_text(const char *text) {
    tree_file(".migvet.yml", text);
    ck_assert_msg(config_read(&arena, ".migvet.yml", &config, &error) == 0, "%s: %u:%u: %s", text,
                  error.at.line, error.at.column, error.message);
}

static const char *absolute(const char *path) {
    return path_absolute(&arena, path);
}

START_TEST(reads_the_whole_shape) {
    read_text("target: 16\n"
              "fail_on: critical\n"
              "history: complete\n"
              "timeouts: external\n"
              "downs: none\n"
              "front: goose\n"
              "paths: {include: [\"db/migrations/**\"], exclude: [\"**/seed*.sql\"]}\n"
              "rules:\n"
              "  drop-column: {tier: major}\n"
              "  int-primary-key: on\n"
              "  missing-down: {enabled: no, tier: critical}\n"
              "  index-not-concurrent: {small_tables: [countries, currencies]}\n"
              "packs: [style, naming]\n"
              "ignore_reason: required\n"
              "overrides:\n"
              "  - paths: [\"legacy/**\"]\n"
              "    rules: {missing-down: off}\n");
    ck_assert_int_eq(config.target, 16);
    ck_assert_int_eq(config.fail_on, TIER_CRITICAL);
    ck_assert(config.history_complete && config.timeouts_external && config.downs_none);
    ck_assert(config.ignore_reason_required);
    ck_assert_str_eq(config.front, "goose");
    ck_assert_uint_eq(config.front_at.line, 6);
    ck_assert_str_eq(config.include.v[0], "db/migrations/**");
    ck_assert_str_eq(config.exclude.v[0], "**/seed*.sql");
    ck_assert_uint_eq(config.rules.n, 4);
    ck_assert_int_eq(config.rules.v[0].tier, TIER_MAJOR);
    ck_assert_int_eq(config.rules.v[0].state, SETTING_UNSET);
    ck_assert_int_eq(config.rules.v[1].state, SETTING_ON);
    ck_assert_uint_eq(config.rules.v[1].at.line, 10);
    ck_assert_uint_eq(config.rules.v[1].at.column, 3);
    ck_assert_int_eq(config.rules.v[2].state, SETTING_OFF);
    ck_assert_int_eq(config.rules.v[2].tier, TIER_CRITICAL);
    ck_assert_str_eq(config.rules.v[3].options.v[0].key, "small_tables");
    ck_assert_str_eq(config.rules.v[3].options.v[0].value->items[1]->scalar, "currencies");
    ck_assert_str_eq(config.packs.v[1], "naming");
    ck_assert_uint_eq(config.pack_positions.v[1].column, 16);
    ck_assert_str_eq(config.overrides.v[0].paths.v[0], "legacy/**");
    ck_assert_int_eq(config.overrides.v[0].rules.v[0].state, SETTING_OFF);
    ck_assert_str_eq(config.path, ".migvet.yml");
    ck_assert_str_eq(config.folder, absolute("."));
}
END_TEST

START_TEST(says_nothing_when_nothing_is_set) {
    read_text("# nothing\n");
    ck_assert_int_eq(config.target, 0);
    ck_assert_int_eq(config.fail_on, -1);
    ck_assert(!config.history_complete && !config.timeouts_external && !config.downs_none);
    ck_assert_ptr_null(config.front);
    read_text("fail_on: never\nhistory: partial\ndowns: expected\ntimeouts: migrations\n"
              "ignore_reason: optional\n");
    ck_assert_int_eq(config.fail_on, 0);
    ck_assert(!config.history_complete && !config.timeouts_external && !config.downs_none &&
              !config.ignore_reason_required);
}
END_TEST

static const struct word {
    const char *text;
    enum setting_state state;
} words[] = {
    {"on", SETTING_ON},
    {"off", SETTING_OFF},
    {"yes", SETTING_ON},
    {"no", SETTING_OFF},
    {"true", SETTING_ON},
    {"false", SETTING_OFF},
    {"True", SETTING_ON},
    {"OFF", SETTING_OFF},
    {"\"on\"", 0},
    {"oN", 0},
    {"1", 0},
    {"y", 0},
    {"major", 0},
    {"[on]", 0},
    {"", 0},
};

START_TEST(understands_switches) {
    const struct word *word = &words[_i];
    const char *text = arena_printf(&arena, "rules:\n  a: %s\n", word->text);

    tree_file(".migvet.yml", text);
    if (!word->state) {
        ck_assert_int_eq(config_read(&arena, ".migvet.yml", &config, &error), -1);
        ck_assert_uint_eq(error.at.line, 2);
        return;
    }
    ck_assert_int_eq(config_read(&arena, ".migvet.yml", &config, &error), 0);
    ck_assert_int_eq(config.rules.v[0].state, word->state);
}
END_TEST

static const struct mistake {
    const char *text;
    unsigned line, column;
    const char *message;
} mistakes[] = {
    {"targt: 15\n", 1, 1,
     "unknown key \"targt\"; did you mean \"target\"? (allowed: target, fail_on, history, "
     "timeouts, "
     "downs, front, paths, rules, packs, ignore_reason, overrides or vars)"},
    {"target: 15\nzzz: 1\n", 2, 1,
     "unknown key \"zzz\" (allowed: target, fail_on, history, timeouts, downs, front, paths, "
     "rules, "
     "packs, ignore_reason, overrides or vars)"},
    {"target: 11\n", 1, 9, "target must be a major version of PostgreSQL, 12 to 18, not \"11\""},
    {"target: 19\n", 1, 9, "target must be a major version of PostgreSQL, 12 to 18, not \"19\""},
    {"target: 15.2\n", 1, 9,
     "target must be a major version of PostgreSQL, 12 to 18, not \"15.2\""},
    {"target: [15]\n", 1, 9, "target must be a major version of PostgreSQL, 12 to 18, not a list"},
    {"target:\n", 1, 8, "target must be a major version of PostgreSQL, 12 to 18, not nothing"},
    {"fail_on: mayor\n", 1, 10,
     "fail_on must be never, minor, major or critical, not \"mayor\"; did you mean \"major\"?"},
    {"fail_on: {}\n", 1, 10, "fail_on must be never, minor, major or critical, not a map"},
    {"history: full\n", 1, 10, "history must be partial or complete, not \"full\""},
    {"timeouts: extern\n", 1, 11,
     "timeouts must be migrations or external, not \"extern\"; did you mean \"external\"?"},
    {"downs: no\n", 1, 8, "downs must be expected or none, not \"no\""},
    {"ignore_reason: on\n", 1, 16, "ignore_reason must be optional or required, not \"on\""},
    {"front: [goose]\n", 1, 8,
     "front must be the name of a front, or a map with a glob, not a list"},
    {"front: configured\n", 1, 8, "a front of your own is a map: front: {glob: ...}"},
    {"front: {order: path}\n", 1, 8, "front needs a glob: which files are migrations"},
    {"front: {glob: '*.sql', down: x}\n", 1, 8, "front has down, and no up: how do ups begin?"},
    {"front: {glob: ''}\n", 1, 15,
     "\"\" is not a pattern: *, ?, [a-z] and ** between slashes are allowed"},
    {"front: {glob: a, order: name}\n", 1, 25, "order must be numbers or path, not \"name\""},
    {"front: {glob: a, up: [x]}\n", 1, 22, "up must be how a line begins, not a list"},
    {"front: {glob: a, transaction: each}\n", 1, 31,
     "transaction must be unknown, all, file, string, statement or pipeline, not \"each\""},
    {"front: {globs: a}\n", 1, 9,
     "unknown key \"globs\" in front; did you mean \"glob\"? (allowed: glob, order, up, down or "
     "transaction)"},
    {"paths: [a]\n", 1, 8, "paths must be a map with include or exclude, not a list"},
    {"paths: {includes: [a]}\n", 1, 9,
     "unknown key \"includes\" in paths; did you mean \"include\"? (allowed: include or exclude)"},
    {"paths: {include: a}\n", 1, 18, "include must be a list of patterns, not \"a\""},
    {"paths: {include: [[a]]}\n", 1, 19, "an item of include must be a word, not a list"},
    {"paths:\n  exclude:\n  - /etc/**\n", 3, 5,
     "\"/etc/**\" is absolute: patterns are relative to the folder of this file"},
    {"paths: {exclude: [a, ../b]}\n", 1, 22, "\"../b\" leads out of the folder of this file"},
    {"paths: {exclude: [\"a/../../b\"]}\n", 1, 19,
     "\"a/../../b\" leads out of the folder of this file"},
    {"paths: {exclude: ['!a']}\n", 1, 19, "\"!a\": a pattern cannot be negated with \"!\""},
    {"paths: {exclude: ['a[']}\n", 1, 19,
     "\"a[\" is not a pattern: *, ?, [a-z] and ** between slashes are allowed"},
    {"rules: [a]\n", 1, 8,
     "rules must be a map from rules to on, off or their options, not a list"},
    {"rules: {a: maybe}\n", 1, 12,
     "the rule \"a\" must be on, off or a map such as {tier: minor}, not \"maybe\""},
    {"rules: {a: major}\n", 1, 12, "a tier is written {tier: major}"},
    {"rules: {a: {tier: blocker}}\n", 1, 19,
     "tier must be critical, major or minor, not \"blocker\""},
    {"rules: {a: {enabled: perhaps}}\n", 1, 22, "enabled must be on or off, not \"perhaps\""},
    {"rules: {a: \"off\"}\n", 1, 12,
     "the rule \"a\" must be on, off or a map such as {tier: minor}, not the string \"off\""},
    {"packs: style\n", 1, 8, "packs must be a list of packs, not \"style\""},
    {"overrides: {}\n", 1, 12, "overrides must be a list of maps with paths and rules, not a map"},
    {"overrides: [a]\n", 1, 13,
     "an item of overrides must be a map with paths and rules, not \"a\""},
    {"overrides:\n  - path: [a]\n", 2, 5,
     "unknown key \"path\" in an override; did you mean \"paths\"? (allowed: paths or rules)"},
    {"overrides:\n  - paths: [a]\n", 2, 5, "an override needs both paths and rules"},
    {"overrides:\n  - {paths: [/a], rules: {}}\n", 2, 14,
     "\"/a\" is absolute: patterns are relative to the folder of this file"},
    {"- target\n", 1, 1, "a configuration must be a map of keys, not a list"},
    {"target: 15\ntarget: 16\n", 2, 1, "the key \"target\" already stands in line 1"},
};

START_TEST(names_the_mistake_and_its_place) {
    const struct mistake *mistake = &mistakes[_i];

    tree_file(".migvet.yml", mistake->text);
    ck_assert_int_eq(config_read(&arena, ".migvet.yml", &config, &error), -1);
    ck_assert_str_eq(error.message, mistake->message);
    ck_assert_str_eq(error.path, ".migvet.yml");
    ck_assert_msg(error.at.line == mistake->line && error.at.column == mistake->column, "%s: %u:%u",
                  mistake->text, error.at.line, error.at.column);
}
END_TEST

START_TEST(says_why_a_file_cannot_be_read) {
    ck_assert_int_eq(config_read(&arena, "none.yml", &config, &error), -1);
    ck_assert_str_eq(error.message, "No such file or directory");
    ck_assert_uint_eq(error.at.line, 0);
    mkdir("folder.yml", 0755);
    ck_assert_int_eq(config_read(&arena, "folder.yml", &config, &error), -1);
    ck_assert_str_eq(error.message, "is a directory");
    ck_assert_int_eq(mkfifo("fifo.yml", 0644), 0);
    ck_assert_int_eq(config_read(&arena, "fifo.yml", &config, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.message, "FIFO"));
    tree_bytes("nul.yml", "target: 15\n\0", 12);
    ck_assert_int_eq(config_read(&arena, "nul.yml", &config, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.message, "NUL"));
    ck_assert_uint_eq(error.at.line, 2);
}
END_TEST

START_TEST(is_found_upward_to_the_repository) {
    tree_file(".migvet.yml", "");
    tree_repository("repo");
    tree_file("repo/db/migrations/1.sql", "");
    ck_assert_ptr_null(config_find(&arena, "repo/db/migrations/1.sql"));
    tree_file("repo/.migvet.yaml", "");
    ck_assert_str_eq(config_find(&arena, "repo/db/migrations/1.sql"),
                     absolute("repo/.migvet.yaml"));
    tree_file("repo/.migvet.yml", "");
    ck_assert_str_eq(config_find(&arena, "repo/db/migrations"), absolute("repo/.migvet.yml"));
    ck_assert_str_eq(config_find(&arena, "repo"), absolute("repo/.migvet.yml"));
    tree_file("repo/db/.migvet.yml", "");
    ck_assert_str_eq(config_find(&arena, "repo/db/migrations/not-there.sql"),
                     absolute("repo/db/.migvet.yml"));
    tree_file("other/x.sql", "");
    ck_assert_str_eq(config_find(&arena, "other/x.sql"), absolute(".migvet.yml"));
}
END_TEST

START_TEST(knows_the_repository_and_what_to_call_a_file) {
    char deep[4200] = "/";

    tree_repository("repo");
    tree_file("tree/.git", "gitdir: elsewhere\n");
    tree_file("repo/a/b.sql", "");
    ck_assert_str_eq(config_repository_root(&arena, absolute("repo/a/b.sql")), absolute("repo"));
    ck_assert_str_eq(config_repository_root(&arena, absolute("repo")), absolute("repo"));
    ck_assert_str_eq(config_repository_root(&arena, absolute("tree/x")), absolute("tree"));
    ck_assert_ptr_null(config_repository_root(&arena, absolute("x")));
    ck_assert_str_eq(config_reported_path(&arena, absolute("repo/a/b.sql")), "a/b.sql");
    ck_assert_str_eq(config_reported_path(&arena, absolute("x/y.sql")), "x/y.sql");
    ck_assert_str_eq(config_reported_path(&arena, "/nowhere/y.sql"), "/nowhere/y.sql");
    memset(deep + 1, 'x', sizeof(deep) - 2);
    ck_assert_ptr_null(config_repository_root(&arena, deep));
}
END_TEST

START_TEST(loads_what_the_command_line_says) {
    tree_repository(".");
    tree_file(".migvet.yml", "target: 13\n");
    tree_file("ci/strict.yml", "target: 14\npaths: {exclude: [old]}\n");
    ck_assert_int_eq(config_load(&arena, absolute("a.sql"), NULL, false, &config, &error), 0);
    ck_assert_int_eq(config.target, 13);
    ck_assert_int_eq(config_load(&arena, absolute("a.sql"), NULL, true, &config, &error), 0);
    ck_assert_int_eq(config.target, 0);
    ck_assert_int_eq(
        config_load(&arena, absolute("a.sql"), "ci/strict.yml", false, &config, &error), 0);
    ck_assert_int_eq(config.target, 14);
    ck_assert_str_eq(config.folder, absolute("."));
    ck_assert(!config_includes(&arena, &config, absolute("old/a.sql")));
}
END_TEST

/* What stands in the file is shown in messages: it must be the repository's own. */
START_TEST(does_not_follow_links_out_of_the_repository) {
    tree_file("secret", "password: hunter2\n");
    tree_repository("repo");
    tree_link("../secret", "repo/.migvet.yml");
    ck_assert_int_eq(config_load(&arena, absolute("repo/a.sql"), NULL, false, &config, &error), -1);
    ck_assert_str_eq(error.message, "is a symbolic link that leads out of the repository");
    ck_assert_str_eq(error.path, ".migvet.yml");
    unlink("repo/.migvet.yml");
    tree_file("repo/shared.yml", "target: 17\n");
    tree_link("shared.yml", "repo/.migvet.yml");
    ck_assert_int_eq(config_load(&arena, absolute("repo/a.sql"), NULL, false, &config, &error), 0);
    ck_assert_int_eq(config.target, 17);
}
END_TEST

START_TEST(includes_and_excludes) {
    tree_file("sub/.migvet.yml",
              "paths: {include: [\"db/**\"], exclude: [\"**/seed*.sql\", old/]}\n");
    ck_assert_int_eq(config_read(&arena, "sub/.migvet.yml", &config, &error), 0);
    ck_assert(config_includes(&arena, &config, absolute("sub/db/a/1.sql")));
    ck_assert(!config_includes(&arena, &config, absolute("sub/1.sql")));
    ck_assert(!config_includes(&arena, &config, absolute("db/1.sql")));
    ck_assert(!config_includes(&arena, &config, absolute("sub/db/seed.sql")));
    ck_assert(!config_includes(&arena, &config, absolute("sub/db/old/1.sql")));
    ck_assert(config_excludes_folder(&config, absolute("sub/db/old/x")));
    ck_assert(!config_excludes_folder(&config, absolute("sub/elsewhere")));
    config_init(&config);
    ck_assert(config_includes(&arena, &config, "/anything"));
    ck_assert(!config_excludes_folder(&config, "/anything"));
}
END_TEST

START_TEST(merges_what_holds_for_a_rule) {
    struct rule_setting setting;

    read_text("rules:\n"
              "  a: {tier: minor, limit: 1, names: [x]}\n"
              "  b: off\n"
              "overrides:\n"
              "  - {paths: [legacy], rules: {a: {limit: 2}, b: on}}\n"
              "  - {paths: [\"legacy/new/**\"], rules: {a: {tier: critical}}}\n"
              "  - {paths: [legacy], rules: {a: off}}\n");
    setting = config_rule(&arena, &config, "a", absolute("db/1.sql"));
    ck_assert_int_eq(setting.tier, TIER_MINOR);
    ck_assert_int_eq(setting.state, SETTING_UNSET);
    ck_assert_str_eq(setting.options.v[0].value->scalar, "1");
    setting = config_rule(&arena, &config, "a", absolute("legacy/new/1.sql"));
    ck_assert_int_eq(setting.tier, TIER_CRITICAL);
    ck_assert_int_eq(setting.state, SETTING_OFF);
    ck_assert_uint_eq(setting.options.n, 2);
    ck_assert_str_eq(setting.options.v[0].key, "limit");
    ck_assert_str_eq(setting.options.v[0].value->scalar, "2");
    ck_assert_uint_eq(setting.options.v[0].at.line, 5);
    ck_assert_str_eq(setting.options.v[1].key, "names");
    ck_assert_int_eq(config_rule(&arena, &config, "b", absolute("x")).state, SETTING_OFF);
    ck_assert_int_eq(config_rule(&arena, &config, "b", absolute("legacy/x")).state, SETTING_ON);
    setting = config_rule(&arena, &config, "c", absolute("legacy/x"));
    ck_assert_int_eq(setting.state, SETTING_UNSET);
    ck_assert_int_eq(setting.tier, 0);
    ck_assert_uint_eq(setting.options.n, 0);
    /* merging must not have changed the configuration */
    setting = config_rule(&arena, &config, "a", absolute("db/1.sql"));
    ck_assert_str_eq(setting.options.v[0].value->scalar, "1");
}
END_TEST

static void print_and_read(const char *name, struct buf *out) {
    buf_clear(out);
    config_print(out, &config);
    tree_file(name, buf_str(out));
    ck_assert_msg(config_read(&arena, name, &config, &error) == 0, "%s\n%u:%u: %s", buf_str(out),
                  error.at.line, error.at.column, error.message);
}

static void check_contains(const struct buf *out, const char *part) {
    ck_assert_msg(strstr(buf_str(out), part) != NULL, "no %s in\n%s", part, buf_str(out));
}

START_TEST(prints_what_it_would_read_again) {
    struct buf first = BUF_INIT, second = BUF_INIT;
    struct rule_setting setting;

    read_text(
        "target: 17\nfail_on: never\npaths: {exclude: [\"a \\\" b\", 'c\\d']}\n"
        "rules: {a: off, \"on\": {enabled: on, tier: major, x: {\"y z\": [1, \"2\", null]}}}\n"
        "packs: [p]\noverrides: [{paths: [x], rules: {b: {tier: minor}}}]\n");
    print_and_read("again.yml", &first);
    check_contains(&first, "target: 17                              # .migvet.yml:1\n");
    check_contains(&first, "history: partial                        # default\n");
    ck_assert_int_eq(config.target, 17);
    ck_assert_int_eq(config.fail_on, 0);
    ck_assert_str_eq(config.exclude.v[0], "a \" b");
    ck_assert_str_eq(config.exclude.v[1], "c\\d");
    setting = config_rule(&arena, &config, "on", absolute("y"));
    ck_assert_int_eq(setting.state, SETTING_ON);
    ck_assert_int_eq(setting.tier, TIER_MAJOR);
    ck_assert(setting.options.v[0].value->pairs[0].value->items[1]->quoted);
    ck_assert_int_eq(config_rule(&arena, &config, "b", absolute("x")).tier, TIER_MINOR);
    print_and_read("third.yml", &second);
    print_and_read("fourth.yml", &first);
    config_init(&config);
    print_and_read("defaults.yml", &first);
    ck_assert_int_eq(config.target, config_default_target);
    ck_assert_int_eq(config.fail_on, TIER_MAJOR);
    buf_release(&first);
    buf_release(&second);
}
END_TEST

/* The file may come from anybody, and be printed to a terminal. */
START_TEST(prints_nothing_that_a_terminal_acts_on) {
    struct buf out = BUF_INIT;

    read_text("rules: {\"a\\e[1m\\u202e\": {tier: minor, x\xE2\x80\xAE: "
              "[y\xE2\x80\xAEz, \"\\x9b\"]}}\n");
    config.path = "a\n\x1b.yml";
    print_and_read("again.yml", &out);
    for (size_t i = 0; i < out.n; i++)
        ck_assert(out.s[i] == '\n' || (out.s[i] >= ' ' && out.s[i] <= '~'));
    ck_assert_str_eq(config.rules.v[0].rule, "a\x1b[1m\xE2\x80\xAE");
    ck_assert_str_eq(config.rules.v[0].options.v[0].value->items[0]->scalar, "y\xE2\x80\xAEz");
    ck_assert_str_eq(config.rules.v[0].options.v[0].value->items[1]->scalar, "\xC2\x9B");
    buf_release(&out);
}
END_TEST

START_TEST(writes_a_template_that_can_be_read) {
    struct config_detected detected = {.front = "golang-migrate",
                                       .root = "db/my migrations",
                                       .starts_at_zero = true,
                                       .downs = true};
    struct buf out = BUF_INIT;
    size_t n = 0;
    char *text;

    config_template(&out, &detected);
    read_text(buf_str(&out));
    ck_assert_int_eq(config.target, 15);
    ck_assert(config.history_complete);
    ck_assert(!config.downs_none);
    check_contains(&out,
                   "recognised as golang-migrate, with the migrations in \"db/my migrations\"");
    buf_clear(&out);
    config_template(&out, &(struct config_detected){.target = 17});
    read_text(buf_str(&out));
    ck_assert_int_eq(config.target, 17);
    ck_assert(!config.history_complete);
    ck_assert(config.downs_none);
    /* every example holds when it is uncommented */
    text = arena_strdup(&arena, buf_str(&out));
    for (char *line = text; *line;) {
        char *end = strchr(line, '\n') + 1;
        bool example = strncmp(line, "# ", 2) == 0 &&
                       (line[2] == ' ' || strchr("fthpdriov", line[2])) &&
                       memchr(line, ':', (size_t)(end - line));
        memmove(text + n, line + 2 * example, (size_t)(end - line) - 2 * example);
        n += (size_t)(end - line) - 2 * example;
        line = end;
    }
    text[n] = '\0';
    read_text(text);
    ck_assert_uint_eq(config.rules.n, 2);
    ck_assert_uint_eq(config.overrides.n, 1);
    ck_assert_uint_eq(config.include.n, 1);
    buf_release(&out);
}
END_TEST

Suite *suite_config(void) {
    Suite *suite = suite_create("config");
    TCase *tcase = tcase_create("config");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, reads_the_whole_shape);
    tcase_add_test(tcase, says_nothing_when_nothing_is_set);
    tcase_add_loop_test(tcase, understands_switches, 0, sizeof(words) / sizeof(*words));
    tcase_add_loop_test(tcase, names_the_mistake_and_its_place, 0,
                        sizeof(mistakes) / sizeof(*mistakes));
    tcase_add_test(tcase, says_why_a_file_cannot_be_read);
    tcase_add_test(tcase, is_found_upward_to_the_repository);
    tcase_add_test(tcase, knows_the_repository_and_what_to_call_a_file);
    tcase_add_test(tcase, loads_what_the_command_line_says);
    tcase_add_test(tcase, does_not_follow_links_out_of_the_repository);
    tcase_add_test(tcase, includes_and_excludes);
    tcase_add_test(tcase, merges_what_holds_for_a_rule);
    tcase_add_test(tcase, prints_what_it_would_read_again);
    tcase_add_test(tcase, prints_nothing_that_a_terminal_acts_on);
    tcase_add_test(tcase, writes_a_template_that_can_be_read);
    suite_add_tcase(suite, tcase);
    return suite;
}
