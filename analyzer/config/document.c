#include "config/document.h"

#include "base/bug.h"
#include "base/map.h"
#include "source/utf8.h"

#include <string.h>
#include <yaml.h>

enum { DEEPEST = 100, FEW = 16 };

struct reader {
    struct arena *arena;
    const struct file *file;
    struct document_error *error;
    yaml_parser_t parser;
    size_t index, offset; /* a place whose character count is known: libyaml counts characters */
};

/* libyaml's mark as ours. Its lines also end at U+0085, U+2028 and U+2029, so only its index is used. */
static struct position position_of(struct reader *reader, yaml_mark_t mark) {
    const struct file *file = reader->file;

    if (file->ascii)
        return file_position(file, file->bom + mark.index);
    if (mark.index < reader->index) {
        reader->index = 0;
        reader->offset = file->bom;
    }
    while (reader->index < mark.index && reader->offset < file->len) {
        size_t n = utf8_length(file->bytes + reader->offset, file->len - reader->offset);
        reader->offset += n ? n : 1;
        reader->index++;
    }
    return file_position(file, reader->offset);
}

static int fail(struct reader *reader, struct position at, const char *message) {
    *reader->error = (struct document_error){.at = at, .message = message};
    return -1;
}

static int fail_mark(struct reader *reader, yaml_mark_t mark, const char *message) {
    return fail(reader, position_of(reader, mark), message);
}

/* What libyaml says, and what a person is told. */
struct wording {
    const char *problem, *context; /* context NULL: any */
    const char *message;
    bool at_context; /* the place is where the context began */
};

static const struct wording wordings[] = {
    {"did not find expected alphabetic or numeric character", "while scanning an alias",
     "a value that begins with * must be in quotes", true},
    {"did not find expected alphabetic or numeric character", "while scanning an anchor",
     "a value that begins with & must be in quotes", true},
    {"mapping values are not allowed in this context", NULL,
     "a \":\" is not expected here: indent the line differently or put the value in quotes", false},
    {"could not find expected ':'", NULL, "a \":\" is missing behind this key", true},
    {"did not find expected key", NULL, "a key is expected here, indented like the ones before it",
     false},
    {"did not find expected '-' indicator", NULL,
     "a list item is expected here, with \"- \" and indented like the ones before it", false},
    {"did not find expected ',' or ']'", NULL, "a \",\" or \"]\" is missing in this list", true},
    {"did not find expected ',' or '}'", NULL, "a \",\" or \"}\" is missing in this map", true},
    {"found unexpected end of stream", NULL, "this quote has no end", true},
    {"found unexpected document indicator", NULL, "this quote has no end", true},
    {"found unknown escape character", NULL,
     "this escape is unknown: double the backslash or use single quotes", false},
    {"block sequence entries are not allowed in this context", NULL,
     "a list item is not expected here", false},
    {"block mapping entries are not allowed in this context", NULL, "a key is not expected here",
     false},
    {"did not find expected <document start>", NULL, "nothing more is expected here", false},
    {"control characters are not allowed", NULL, "a control character stands here", false},
};

static const struct wording *find_wording(const yaml_parser_t *parser) {
    for (size_t i = 0; i < sizeof(wordings) / sizeof(*wordings); i++) {
        const struct wording *wording = &wordings[i];
        if (strcmp(wording->problem, parser->problem) == 0 &&
            (!wording->context ||
             (parser->context && strcmp(wording->context, parser->context) == 0)))
            return wording;
    }
    return NULL;
}

/* "found character that cannot start any token" */
static const char *bad_start(struct arena *arena, char c) {
    if (c == '\t')
        return "a tab cannot indent a line: use spaces";
    return arena_printf(arena, "a value that begins with %c must be in quotes", c);
}

static int fail_scan(struct reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    const struct wording *wording = find_wording(parser);
    bool at_context = wording && wording->at_context && parser->context;
    struct position at =
        position_of(reader, at_context ? parser->context_mark : parser->problem_mark);

    if (parser->error == YAML_READER_ERROR)
        at = file_position(reader->file, reader->file->bom + parser->problem_offset);
    if (wording)
        return fail(reader, at, wording->message);
    if (strcmp(parser->problem, "found character that cannot start any token") == 0)
        return fail(reader, at, bad_start(reader->arena, reader->file->bytes[at.offset]));
    return fail(reader, at,
                arena_printf(reader->arena, "this is not valid YAML: %s", parser->problem));
}

static int next_event(struct reader *reader, yaml_event_t *event) {
    if (yaml_parser_parse(&reader->parser, event))
        return 0;
    if (reader->parser.error == YAML_MEMORY_ERROR || !reader->parser.problem)
        die_out_of_memory();
    return fail_scan(reader);
}

static bool is_null_word(const char *s) {
    return !*s || strcmp(s, "~") == 0 || strcmp(s, "null") == 0 || strcmp(s, "Null") == 0 ||
           strcmp(s, "NULL") == 0;
}

static int fill_scalar(struct reader *reader, const yaml_event_t *event, struct document *node) {
    const char *value = (const char *)event->data.scalar.value;

    node->scalar_len = event->data.scalar.length;
    node->scalar = arena_strndup(reader->arena, value, node->scalar_len);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->kind = !node->quoted && is_null_word(node->scalar) ? DOCUMENT_NULL : DOCUMENT_SCALAR;
    if (strlen(node->scalar) != node->scalar_len)
        return fail(reader, node->start, "a NUL character is not allowed in a value");
    return 0;
}

/* Anchors, aliases and tags: they are for programs, and a small file of them can be a very large document. */
static int refuse_extras(struct reader *reader, const yaml_event_t *event) {
    const yaml_char_t *anchor = NULL, *tag = NULL;

    if (event->type == YAML_ALIAS_EVENT)
        return fail_mark(reader, event->start_mark,
                         "a value that begins with * must be in quotes (aliases are not allowed)");
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor)
        return fail_mark(reader, event->start_mark,
                         "a value that begins with & must be in quotes (anchors are not allowed)");
    if (tag)
        return fail_mark(reader, event->start_mark,
                         "a value that begins with ! must be in quotes (tags are not allowed)");
    return 0;
}

static int read_node(struct reader *reader, const yaml_event_t *event, unsigned depth,
                     struct document **out);

/* Reads the next event and, unless it is the end of this container, its node. *out NULL: the end. */
static int read_next(struct reader *reader, yaml_event_type_t end, unsigned depth,
                     struct position *end_at, struct document **out) {
    yaml_event_t event;
    int result = 0;

    *out = NULL;
    if (next_event(reader, &event) < 0)
        return -1;
    if (event.type == end)
        *end_at = position_of(reader, event.end_mark);
    else
        result = read_node(reader, &event, depth, out);
    yaml_event_delete(&event);
    return result;
}

static int read_list(struct reader *reader, unsigned depth, struct document *list) {
    VEC(struct document *) items = {0};

    for (;;) {
        struct document *item;
        if (read_next(reader, YAML_SEQUENCE_END_EVENT, depth, &list->end, &item) < 0)
            return -1;
        if (!item)
            break;
        vec_push(reader->arena, &items, item);
    }
    list->items = items.v;
    list->count = items.n;
    return 0;
}

struct pairs {
    VEC(struct document_pair) list;
    struct map places; /* of each key, once there are many */
};

/* The pair of this key, NULL when it is new. */
static const struct document_pair *pair_of(struct arena *arena, struct pairs *pairs,
                                           const char *key) {
    const size_t *place;

    if (pairs->list.n < FEW) {
        for (size_t i = 0; i < pairs->list.n; i++)
            if (strcmp(pairs->list.v[i].key, key) == 0)
                return &pairs->list.v[i];
        return NULL;
    }
    if (pairs->list.n == FEW)
        map_init(&pairs->places, arena);
    for (size_t i = pairs->places.n; i < pairs->list.n; i++) {
        size_t *at = arena_new(arena, size_t);
        *at = i;
        map_set(&pairs->places, pairs->list.v[i].key, at);
    }
    place = map_get(&pairs->places, key);
    return place ? &pairs->list.v[*place] : NULL;
}

static int check_key(struct reader *reader, struct pairs *pairs, const struct document *key) {
    const struct document_pair *same;

    if (key->kind == DOCUMENT_LIST || key->kind == DOCUMENT_MAP)
        return fail(reader, key->start, "a key must be a word, not a list or a map");
    same = pair_of(reader->arena, pairs, key->scalar);
    if (!same)
        return 0;
    return fail(reader, key->start,
                arena_printf(reader->arena, "the key \"%s\" already stands in line %u", key->scalar,
                             same->key_start.line));
}

static int read_map(struct reader *reader, unsigned depth, struct document *map) {
    struct pairs pairs = {0};

    for (;;) {
        struct document *key, *value;
        struct document_pair *pair;
        if (read_next(reader, YAML_MAPPING_END_EVENT, depth, &map->end, &key) < 0)
            return -1;
        if (!key)
            break;
        if (check_key(reader, &pairs, key) < 0 ||
            read_next(reader, YAML_NO_EVENT, depth, &map->end, &value) < 0)
            return -1;
        pair = vec_add(reader->arena, &pairs.list);
        *pair = (struct document_pair){key->scalar, key->start, key->end, value};
    }
    map->pairs = pairs.list.v;
    map->count = pairs.list.n;
    return 0;
}

static int read_node(struct reader *reader, const yaml_event_t *event, unsigned depth,
                     struct document **out) {
    struct document *node = arena_new(reader->arena, struct document);

    node->start = position_of(reader, event->start_mark);
    node->end = position_of(reader, event->end_mark);
    *out = node;
    if (refuse_extras(reader, event) < 0)
        return -1;
    if (depth == DEEPEST)
        return fail(reader, node->start, "this is nested more than 100 levels deep");
    if (event->type == YAML_SCALAR_EVENT)
        return fill_scalar(reader, event, node);
    node->kind = event->type == YAML_SEQUENCE_START_EVENT ? DOCUMENT_LIST : DOCUMENT_MAP;
    return node->kind == DOCUMENT_LIST ? read_list(reader, depth + 1, node)
                                       : read_map(reader, depth + 1, node);
}

static struct document *null_document(struct reader *reader) {
    struct document *node = arena_new(reader->arena, struct document);

    node->scalar = "";
    node->start = node->end = file_position(reader->file, reader->file->bom);
    return node;
}

/* Takes the event of this type, or finds out that the stream ends. Returns 1, 0 at the end, or -1. */
static int expect(struct reader *reader, yaml_event_type_t type) {
    yaml_event_t event;
    int result = 1;

    if (next_event(reader, &event) < 0)
        return -1;
    if (event.type == YAML_STREAM_END_EVENT)
        result = 0;
    else if (event.type != type)
        result = fail_mark(reader, event.start_mark, "a second document is not expected here");
    yaml_event_delete(&event);
    return result;
}

static int read_stream(struct reader *reader, struct document **out) {
    struct position unused;
    int more;

    if (expect(reader, YAML_STREAM_START_EVENT) < 0)
        return -1;
    more = expect(reader, YAML_DOCUMENT_START_EVENT);
    if (more <= 0) {
        *out = null_document(reader);
        return more;
    }
    if (read_next(reader, YAML_NO_EVENT, 0, &unused, out) < 0 ||
        expect(reader, YAML_DOCUMENT_END_EVENT) < 0)
        return -1;
    return expect(reader, YAML_STREAM_END_EVENT);
}

static int refuse_bytes(struct reader *reader) {
    size_t at;
    const char *why = file_refusal(reader->file, &at);

    if (why)
        return fail(reader, file_position(reader->file, at), why);
    if (reader->file->invalid_utf8 < reader->file->len)
        return fail(reader, file_position(reader->file, reader->file->invalid_utf8),
                    "this is not valid UTF-8");
    return 0;
}

struct document *document_read_yaml(struct arena *arena, const struct file *file,
                                    struct document_error *error) {
    struct reader reader = {.arena = arena, .file = file, .error = error, .offset = file->bom};
    struct document *document = NULL;
    int result;

    if (refuse_bytes(&reader) < 0)
        return NULL;
    if (!yaml_parser_initialize(&reader.parser))
        die_out_of_memory();
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)file->bytes + file->bom,
                                 file->len - file->bom);
    result = read_stream(&reader, &document);
    yaml_parser_delete(&reader.parser);
    return result < 0 ? NULL : document;
}

const struct document *document_get(const struct document *map, const char *key) {
    if (map->kind != DOCUMENT_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->pairs[i].key, key) == 0)
            return map->pairs[i].value;
    return NULL;
}
