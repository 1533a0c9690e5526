/* A configuration as text: the one in force, and a new one. */
#include "base/ascii.h"
#include "config/config.h"
#include "source/escape.h"
#include "source/utf8.h"

#include <string.h>

static const char safe_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_-./+";

/* Whether YAML reads the word as it is, as whatever it was. */
static bool is_plain(const char *s) {
    return *s && *s != '-' && *s != '.' && s[strspn(s, safe_characters)] == 0;
}

/* Whether it is a string without quotes, too. */
static bool is_plain_string(const char *s) {
    static const char *const words[] = {"on", "off", "yes", "no", "true", "false", "null"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (ascii_case_equal(s, words[i]))
            return false;
    return is_plain(s);
}

/* In double quotes, with nothing in it that a terminal would act on. */
static void print_quoted(struct buf *out, const char *s) {
    size_t left = strlen(s);

    buf_putc(out, '"');
    while (left) {
        uint32_t code;
        size_t n = utf8_decode(s, left, &code);
        if (*s == '"' || *s == '\\')
            buf_printf(out, "\\%c", *s);
        else if (!n || (escape_is_needed(code) && code < 0x100))
            buf_printf(out, "\\x%02x", (unsigned)(n ? code : (unsigned char)*s));
        else if (escape_is_needed(code))
            buf_printf(out, "\\U%08x", (unsigned)code);
        else
            buf_add(out, s, n);
        s += n ? n : 1;
        left -= n ? n : 1;
    }
    buf_putc(out, '"');
}

static void print_string(struct buf *out, const char *s) {
    if (is_plain_string(s))
        buf_puts(out, s);
    else
        print_quoted(out, s);
}

static void print_strings(struct buf *out, const char *const *strings, size_t count) {
    buf_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i ? ", " : "");
        print_quoted(out, strings[i]);
    }
    buf_putc(out, ']');
}

static void print_document(struct buf *out, const struct document *value);

static void print_items(struct buf *out, const struct document *list) {
    buf_putc(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        buf_puts(out, i ? ", " : "");
        print_document(out, list->items[i]);
    }
    buf_putc(out, ']');
}

static void print_pairs(struct buf *out, const struct document *map) {
    buf_putc(out, '{');
    for (size_t i = 0; i < map->count; i++) {
        buf_puts(out, i ? ", " : "");
        print_string(out, map->pairs[i].key);
        buf_puts(out, ": ");
        print_document(out, map->pairs[i].value);
    }
    buf_putc(out, '}');
}

static void print_document(struct buf *out, const struct document *value) {
    if (value->kind == DOCUMENT_LIST)
        print_items(out, value);
    else if (value->kind == DOCUMENT_MAP)
        print_pairs(out, value);
    else if (value->kind == DOCUMENT_NULL)
        buf_puts(out, "null");
    else if (value->quoted || !is_plain(value->scalar))
        print_quoted(out, value->scalar);
    else
        buf_puts(out, value->scalar);
}

enum { COMMENT_COLUMN = 40 };

/* Ends a line with where its value comes from; start is where the line began. */
static void print_origin(struct buf *out, size_t start, const struct config *config,
                         struct position at) {
    size_t width = out->n - start;

    buf_repeat(out, ' ', width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 1);
    buf_puts(out, at.line ? "# " : "# default\n");
    if (!at.line)
        return;
    escape_line(out, config->path, strlen(config->path));
    buf_printf(out, ":%u\n", at.line);
}

static void print_word(struct buf *out, const struct config *config, enum config_key key,
                       const char *name, const char *value) {
    size_t start = out->n;

    buf_printf(out, "%s: ", name);
    print_string(out, value);
    print_origin(out, start, config, config->at[key]);
}

static void print_globs(struct buf *out, const struct config *config, const char *name,
                        const char *const *globs, size_t count) {
    size_t start = out->n;

    buf_printf(out, "  %s: ", name);
    print_strings(out, globs, count);
    print_origin(out, start, config, count ? config->at[CONFIG_PATHS] : (struct position){0});
}

static void print_setting(struct buf *out, const struct config *config,
                          const struct rule_setting *rule, const char *indent) {
    size_t start = out->n;
    const char *comma = "";

    buf_puts(out, indent);
    print_string(out, rule->rule);
    buf_puts(out, ": ");
    if (rule->state && !rule->tier && !rule->options.n) {
        buf_puts(out, rule->state == SETTING_ON ? "on" : "off");
        print_origin(out, start, config, rule->at);
        return;
    }
    buf_putc(out, '{');
    if (rule->state) {
        buf_printf(out, "enabled: %s", rule->state == SETTING_ON ? "on" : "off");
        comma = ", ";
    }
    if (rule->tier) {
        buf_printf(out, "%stier: %s", comma, tier_name(rule->tier));
        comma = ", ";
    }
    for (size_t i = 0; i < rule->options.n; i++) {
        buf_puts(out, comma);
        print_string(out, rule->options.v[i].key);
        buf_puts(out, ": ");
        print_document(out, rule->options.v[i].value);
        comma = ", ";
    }
    buf_putc(out, '}');
    print_origin(out, start, config, rule->at);
}

static void print_overrides(struct buf *out, const struct config *config) {
    for (size_t i = 0; i < config->overrides.n; i++) {
        const struct override *override = &config->overrides.v[i];
        buf_puts(out, "  - paths: ");
        print_strings(out, override->paths.v, override->paths.n);
        buf_puts(out, "\n    rules:\n");
        for (size_t j = 0; j < override->rules.n; j++)
            print_setting(out, config, &override->rules.v[j], "      ");
    }
}

/* A key whose lines follow, or its empty value. */
static void print_head(struct buf *out, const struct config *config, enum config_key key,
                       const char *name, const char *empty) {
    size_t start = out->n;

    buf_printf(out, "%s:%s", name, empty);
    print_origin(out, start, config, config->at[key]);
}

static void print_vars(struct buf *out, const struct config *config) {
    print_head(out, config, CONFIG_VARS, "vars", config->vars.n ? "" : " {}");
    for (size_t i = 0; i < config->vars.n; i++) {
        size_t start = out->n;
        buf_puts(out, "  ");
        print_string(out, config->vars.v[i].name);
        buf_puts(out, ": ");
        print_quoted(out, config->vars.v[i].value);
        print_origin(out, start, config, config->vars.v[i].at);
    }
}

static void print_own(struct buf *out, const char *name, const char *value) {
    if (!value)
        return;
    buf_printf(out, "  %s: ", name);
    print_quoted(out, value);
    buf_putc(out, '\n');
}

static void print_own_front(struct buf *out, const struct config *config) {
    const struct own_front *own = &config->own_front;
    size_t start = out->n;

    buf_puts(out, "front:");
    print_origin(out, start, config, config->at[CONFIG_FRONT]);
    print_own(out, "glob", own->glob);
    print_own(out, "order", own->by_path ? "path" : "numbers");
    print_own(out, "up", own->up);
    print_own(out, "down", own->down);
    print_own(out, "transaction", own->transaction);
}

static void print_words(struct buf *out, const struct config *config) {
    int target = config->target ? config->target : config_default_target;
    int fail_on = config->fail_on < 0 ? (int)TIER_MAJOR : config->fail_on;
    size_t start = out->n;

    buf_printf(out, "target: %d", target);
    print_origin(out, start, config, config->at[CONFIG_TARGET]);
    print_word(out, config, CONFIG_FAIL_ON, "fail_on",
               fail_on ? tier_name((enum tier)fail_on) : "never");
    print_word(out, config, CONFIG_HISTORY, "history",
               config->history_complete ? "complete" : "partial");
    print_word(out, config, CONFIG_TIMEOUTS, "timeouts",
               config->timeouts_external ? "external" : "migrations");
    print_word(out, config, CONFIG_DOWNS, "downs", config->downs_none ? "none" : "expected");
    if (config->own_front.glob)
        print_own_front(out, config);
    else if (config->front)
        print_word(out, config, CONFIG_FRONT, "front", config->front);
    else
        buf_puts(out, "# front: is recognised\n");
    print_word(out, config, CONFIG_IGNORE_REASON, "ignore_reason",
               config->ignore_reason_required ? "required" : "optional");
}

void config_print(struct buf *out, const struct config *config) {
    size_t start;

    buf_puts(out, "# ");
    if (config->path)
        escape_line(out, config->path, strlen(config->path));
    else
        buf_puts(out, "no configuration file: defaults");
    buf_putc(out, '\n');
    print_words(out, config);
    print_head(out, config, CONFIG_PATHS, "paths", "");
    print_globs(out, config, "include", config->include.v, config->include.n);
    print_globs(out, config, "exclude", config->exclude.v, config->exclude.n);
    print_head(out, config, CONFIG_RULES, "rules", config->rules.n ? "" : " {}");
    for (size_t i = 0; i < config->rules.n; i++)
        print_setting(out, config, &config->rules.v[i], "  ");
    start = out->n;
    buf_puts(out, "packs: ");
    print_strings(out, config->packs.v, config->packs.n);
    print_origin(out, start, config, config->at[CONFIG_PACKS]);
    print_head(out, config, CONFIG_OVERRIDES, "overrides", config->overrides.n ? "" : " []");
    print_overrides(out, config);
    print_vars(out, config);
}

/* A key of the template, commented out unless it is decided. */
static void template_key(struct buf *out, const char *about, bool decided, const char *line) {
    buf_printf(out, "\n# %s\n%s%s\n", about, decided ? "" : "# ", line);
}

static void template_front(struct buf *out, const struct config_detected *detected) {
    if (!detected->front) {
        template_key(out, "The framework that runs the migrations, where it is not recognised.",
                     false, "front: golang-migrate");
        return;
    }
    buf_printf(out, "\n# The framework was recognised as %s%s", detected->front,
               detected->root ? ", with the migrations in " : "");
    if (detected->root)
        print_string(out, detected->root);
    buf_printf(out, ". Needed only where that is wrong.\n# front: %s\n", detected->front);
}

static void template_paths(struct buf *out, const struct config_detected *detected) {
    const char *root = detected->root;

    buf_puts(out, "\n# Which files are analysed, as patterns like those of .gitignore.\n# paths:\n"
                  "#   include: [");
    if (root && strcmp(root, ".") != 0) {
        struct buf glob = BUF_INIT;
        buf_printf(&glob, "%s/**", root);
        print_quoted(out, buf_str(&glob));
        buf_release(&glob);
    } else {
        buf_puts(out, "\"**/migrations/**\"");
    }
    buf_puts(out, "]\n#   exclude: [\"**/seed*.sql\"]\n");
}

static void template_history(struct buf *out, bool starts_at_zero) {
    const char *about = starts_at_zero
                            ? "The migrations create everything that they change: what was never "
                              "created does not exist."
                            : "Set this when the migrations create everything: what was never "
                              "created does not exist.";

    template_key(out, about, starts_at_zero, "history: complete");
}

void config_template(struct buf *out, const struct config_detected *detected) {
    buf_puts(out,
             "# The configuration of migvet. What is commented out shows an example or the "
             "default.\n\n# The oldest major version of PostgreSQL that the migrations run on, "
             "12 to 18.\n");
    buf_printf(out, "target: %d\n", detected->target ? detected->target : config_default_target);
    template_key(out, "From which tier on a finding fails the run: critical, major, minor, never.",
                 false, "fail_on: major");
    template_front(out, detected);
    template_history(out, detected->starts_at_zero);
    template_key(out, "Set this when whatever runs the migrations sets lock_timeout.", false,
                 "timeouts: external");
    template_key(out,
                 detected->downs ? "Set this when migrations need no down."
                                 : "No down migrations were found: none is expected.",
                 !detected->downs, "downs: none");
    template_paths(out, detected);
    buf_puts(out,
             "\n# Rules by name: on, off, another tier, or options (migvet rules lists them).\n"
             "# rules:\n#   drop-column: {tier: major}\n#   missing-down: off\n");
    template_key(out, "A comment that suppresses a finding must give its reason.", false,
                 "ignore_reason: required");
    buf_puts(out,
             "\n# Other rules for some files.\n# overrides:\n#   - paths: [\"legacy/**\"]\n"
             "#     rules: {missing-down: off}\n"
             "\n# Values of placeholders in the migrations: ${schema}, {{ schema }}, :schema.\n"
             "# vars:\n#   schema: app\n");
}
