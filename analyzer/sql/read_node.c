#include "sql/read_node.h"

#include "base/bug.h"
#include "sql/json.h"
#include "sql/older.h"
#include "sql/placeholder.h"

#include <stdlib.h>
#include <string.h>

enum { SMALLEST_RUN = 512, LARGEST_RUN = 65536, SHORT_STRING = 64 };

enum frame_kind { FRAME_NODE, FRAME_LIST, FRAME_UNKNOWN };

struct node_frame {
    enum frame_kind kind;
    enum node_kind node_kind; /* FRAME_NODE */
    bool wrapped;             /* inside {"Name": ...}, so that one more brace closes it */
    bool older_flag;
    void *object;      /* FRAME_NODE, FRAME_UNKNOWN: what is read */
    size_t first_item; /* FRAME_LIST, FRAME_UNKNOWN */
    union {
        const struct node_field *expected; /* FRAME_NODE: the field behind the last one read */
        struct node_list *list;            /* FRAME_LIST: where the items go */
        size_t brackets;                   /* FRAME_UNKNOWN: open in it */
    } of;
};

void node_reader_init(struct node_reader *reader, struct arena *arena) {
    *reader =
        (struct node_reader){.arena = arena, .run = SMALLEST_RUN, .chars_run = SMALLEST_RUN / 2};
}

void node_reader_release(struct node_reader *reader) {
    free(reader->frames);
    free(reader->items);
}

static void *grown(void *old, size_t *cap, size_t size) {
    *cap = *cap ? *cap * 2 : 64;
    old = realloc(old, *cap * size);
    if (!old)
        die_out_of_memory();
    return old;
}

static struct node_frame *push_frame(struct node_reader *reader, enum frame_kind kind) {
    struct node_frame *frame;

    if (reader->depth == reader->frames_cap)
        reader->frames = grown(reader->frames, &reader->frames_cap, sizeof(*reader->frames));
    frame = &reader->frames[reader->depth++];
    frame->kind = kind;
    return frame;
}

static void push_item(struct node_reader *reader, const struct node *node) {
    if (reader->item_count == reader->items_cap)
        reader->items = grown(reader->items, &reader->items_cap, sizeof(*reader->items));
    reader->items[reader->item_count++] = node;
}

/* The size of the next run; they grow, so that a small text takes little. */
static size_t next_run(size_t *run, size_t at_least) {
    size_t size = *run > at_least ? *run : at_least;

    if (*run < LARGEST_RUN)
        *run *= 2;
    return size;
}

static void new_run(struct node_reader *reader, size_t at_least) {
    size_t run = next_run(&reader->run, at_least);

    reader->next = arena_alloc(reader->arena, run);
    reader->end = reader->next + run;
}

/* Zeroed, aligned for pointers. */
static inline void *take(struct node_reader *reader, size_t size) {
    void *memory;

    size = (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
    if ((size_t)(reader->end - reader->next) < size)
        new_run(reader, size);
    memory = reader->next;
    reader->next += size;
    return memory;
}

static void note_unknown(struct node_reader *reader, const char *name, size_t len) {
    reader->unknown++;
    reader->unknown_name = arena_strndup(reader->arena, name, len);
}

/* A long one, or one with escapes. */
static char *read_any_string(struct node_reader *reader) {
    size_t escape, raw = json_measure(reader->at, &escape);
    char *string = arena_alloc(reader->arena, raw + 1);

    json_decode(&reader->at, raw, escape, string);
    return string;
}

static void new_chars(struct node_reader *reader) {
    size_t run = next_run(&reader->chars_run, SHORT_STRING);

    reader->chars = arena_alloc(reader->arena, run);
    reader->chars_end = reader->chars + run;
}

static char *turned_back(const struct node_reader *reader, char *string) {
    if (reader->marked)
        placeholder_unmark(string, strlen(string));
    return string;
}

/* Almost all strings are short names: copied while their end is looked for. */
static inline char *read_string(struct node_reader *reader) {
    const char *from = reader->at + 1;
    char *to, *limit;

    if ((size_t)(reader->chars_end - reader->chars) < SHORT_STRING)
        new_chars(reader);
    to = reader->chars;
    limit = to + SHORT_STRING;
    while (to < limit && *from != '"' && *from != '\\' && *from)
        *to++ = *from++;
    if (to == limit || *from != '"' || *reader->at != '"')
        return turned_back(reader, read_any_string(reader));
    *to = '\0';
    reader->at = from + 1;
    limit = reader->chars;
    reader->chars = to + 1;
    return turned_back(reader, limit);
}

static unsigned read_enum(struct node_reader *reader, enum enum_id id) {
    size_t len;
    const char *name = json_plain(&reader->at, &len);
    unsigned value = enum_value_find(id, name, len);

    if (!value)
        value = older_value(id, name, len);
    if (!value)
        note_unknown(reader, name, len);
    return value;
}

/* Allocates the node and opens its frame; the reader stands behind its "{". */
static struct node *open_node(struct node_reader *reader, enum node_kind kind, bool wrapped) {
    struct node *node = take(reader, node_types[kind].size);
    struct node_frame *frame = push_frame(reader, FRAME_NODE);

    node->kind = kind;
    frame->node_kind = kind;
    frame->wrapped = wrapped;
    frame->older_flag = false;
    frame->object = node;
    frame->of.expected = node_types[kind].fields;
    return node;
}

static struct node *open_unknown(struct node_reader *reader, const char *name, size_t len) {
    struct unknown_node *unknown = take(reader, sizeof(*unknown));
    struct node_frame *frame = push_frame(reader, FRAME_UNKNOWN);

    unknown->name = arena_strndup(reader->arena, name, len);
    frame->object = unknown;
    frame->first_item = reader->item_count;
    frame->of.brackets = 2;
    note_unknown(reader, name, len);
    return &unknown->tree_node;
}

/* At the quote of a String's value, the one field that it has: reads it to behind its brace. */
static struct node *read_string_node(struct node_reader *reader) {
    struct String *string = take(reader, sizeof(*string));

    string->tree_node.kind = NODE_String;
    string->sval = read_string(reader);
    json_expect(&reader->at, '}');
    return &string->tree_node;
}

/*
 * At {"Name":{...}} or {}: opens the node that it wraps; NULL for {}, which is read. A third of all nodes
 * are Strings, which need no frame.
 */
static struct node *open_wrapped(struct node_reader *reader) {
    struct node *node;
    enum node_kind kind;
    const char *name;
    size_t len;

    json_expect(&reader->at, '{');
    if (*reader->at == '}') {
        reader->at++;
        return NULL;
    }
    if (json_accept(&reader->at, "\"String\":{\"sval\":")) {
        node = read_string_node(reader);
        json_expect(&reader->at, '}');
        return node;
    }
    name = json_plain(&reader->at, &len);
    json_expect(&reader->at, ':');
    json_expect(&reader->at, '{');
    kind = node_kind_find(name, len);
    return kind ? open_node(reader, kind, true) : open_unknown(reader, name, len);
}

static void open_list(struct node_reader *reader, struct node_list *list) {
    struct node_frame *frame = push_frame(reader, FRAME_LIST);

    json_expect(&reader->at, '[');
    frame->of.list = list;
    frame->first_item = reader->item_count;
}

/* The items from first on become the list. */
static void close_items(struct node_reader *reader, size_t first, struct node_list *list) {
    size_t n = reader->item_count - first;
    const struct node **items = take(reader, n * sizeof(*items));

    if (n)
        memcpy(items, reader->items + first, n * sizeof(*items));
    *list = (struct node_list){n, items};
    reader->item_count = first;
}

/*
 * The field whose key stands at the quote. Fields are printed in about the order of node.def: the one
 * wanted is most often one of the next.
 */
static const struct node_field *find_field(const struct node_frame *frame, const char *key) {
    const struct node_field *field;

    for (field = frame->of.expected; field->name_len; field++)
        if (json_key_is(key, field->name, field->name_len))
            return field;
    for (field = node_types[frame->node_kind].fields; field < frame->of.expected; field++)
        if (json_key_is(key, field->name, field->name_len))
            return field;
    return NULL;
}

static void read_older_field(struct node_reader *reader, struct node_frame *frame) {
    struct node_list *list = NULL;
    size_t len;
    const char *name = json_plain(&reader->at, &len);

    json_expect(&reader->at, ':');
    switch (older_field(reader->arena, frame->object, frame->node_kind, name, len, &list)) {
    case OLDER_LIST:
        open_list(reader, list);
        break;
    case OLDER_FLAG:
        frame->older_flag = json_boolean(&reader->at);
        break;
    case OLDER_NONE:
        note_unknown(reader, name, len);
        json_skip(&reader->at);
    }
}

static bool ends_with(const struct node_field *field, const char *end, size_t n) {
    return field->name_len >= n && memcmp(field->name + field->name_len - n, end, n) == 0;
}

/* "location", "arg_location", and 18's "list_start", "rexpr_list_end" */
static bool is_location(const struct node_field *field) {
    return ends_with(field, "location", 8) || ends_with(field, "list_start", 10) ||
           ends_with(field, "list_end", 8);
}

static int read_integer(struct node_reader *reader, const struct node_field *field) {
    int value = json_integer(&reader->at);

    return value >= 0 && is_location(field) ? value + reader->base : value;
}

static void read_pointer(struct node_reader *reader, const struct node_field *field, char *slot) {
    const struct node *node;

    if (field->kind == FIELD_CHILD) {
        json_expect(&reader->at, '{');
        if (field->type == NODE_String && json_accept(&reader->at, "\"sval\":"))
            node = read_string_node(reader);
        else
            node = open_node(reader, (enum node_kind)field->type, false);
    } else if (*reader->at == '{') {
        node = open_wrapped(reader);
    } else { /* up to 16 the one field that is a number instead, AlterStatsStmt.stxstattarget */
        node = older_integer(reader->arena, json_integer(&reader->at));
    }
    memcpy(slot, &node, sizeof(node));
}

static void read_value(struct node_reader *reader, const struct node_field *field, char *object) {
    char *slot = object + field->offset;
    const char *string;
    unsigned value;
    int integer;
    bool flag;

    switch ((enum field_kind)field->kind) {
    case FIELD_STRING:
        string = read_string(reader);
        memcpy(slot, &string, sizeof(string));
        break;
    case FIELD_CHARACTER:
        *slot = *read_string(reader);
        break;
    case FIELD_BOOLEAN:
        flag = json_boolean(&reader->at);
        memcpy(slot, &flag, sizeof(flag));
        break;
    case FIELD_INTEGER:
        integer = read_integer(reader, field);
        memcpy(slot, &integer, sizeof(integer));
        break;
    case FIELD_ENUM:
        value = read_enum(reader, (enum enum_id)field->type);
        memcpy(slot, &value, sizeof(value));
        break;
    case FIELD_CHILD:
    case FIELD_NODE:
        read_pointer(reader, field, slot);
        break;
    case FIELD_LIST:
        open_list(reader, (struct node_list *)(void *)slot);
    }
}

static void close_node(struct node_reader *reader) {
    const struct node_frame *frame = &reader->frames[--reader->depth];
    struct older_context context;

    if (frame->wrapped)
        json_expect(&reader->at, '}');
    if (!older_concerns(frame->node_kind))
        return;
    context = (struct older_context){reader->arena, reader->major, reader->source, reader->base,
                                     frame->older_flag};
    older_finish(&context, frame->object, frame->node_kind);
}

/* One field of the node on top, or its end. */
static void step_node(struct node_reader *reader, struct node_frame *frame) {
    const struct node_field *field;

    if (*reader->at == ',')
        reader->at++;
    if (*reader->at == '}') {
        reader->at++;
        close_node(reader);
        return;
    }
    field = find_field(frame, reader->at);
    if (!field) {
        read_older_field(reader, frame);
        return;
    }
    reader->at += field->name_len + 3; /* "name": */
    frame->of.expected = field + 1;
    read_value(reader, field, frame->object);
}

/* One item of the list on top, or its end. */
static void step_list(struct node_reader *reader, struct node_frame *frame) {
    if (*reader->at == ',')
        reader->at++;
    if (*reader->at == ']') {
        reader->at++;
        close_items(reader, frame->first_item, frame->of.list);
        reader->depth--;
        return;
    }
    push_item(reader, NULL);
    frame = NULL; /* frames may move */
    size_t place = reader->item_count - 1;
    reader->items[place] = open_wrapped(reader);
}

/* At a string in an unknown node: opens the node where it is the name of one. */
static void step_unknown_string(struct node_reader *reader, bool first_in_object) {
    size_t escape, len = json_measure(reader->at, &escape);
    enum node_kind kind = node_kind_find(reader->at + 1, len);
    const char *behind = reader->at + len + 2;

    reader->at = behind;
    if (!first_in_object || !kind || behind[0] != ':' || behind[1] != '{')
        return;
    reader->frames[reader->depth - 1].of.brackets--; /* the brace that wraps it closes with it */
    reader->at = behind + 2;
    push_item(reader, NULL);
    size_t place = reader->item_count - 1;
    reader->items[place] = open_node(reader, kind, true);
}

/* One character or string of the unknown node on top, or its end. */
static void step_unknown(struct node_reader *reader, struct node_frame *frame) {
    struct unknown_node *unknown = frame->object;
    char c = *reader->at;

    if (c == '"') {
        step_unknown_string(reader, reader->at[-1] == '{');
        return;
    }
    if (!c)
        BUG("libpg_query's JSON ends early");
    reader->at++;
    if (c == '{' || c == '[')
        frame->of.brackets++;
    else if ((c == '}' || c == ']') && !--frame->of.brackets) {
        close_items(reader, frame->first_item, &unknown->children);
        reader->depth--;
    }
}

static void step(struct node_reader *reader) {
    struct node_frame *frame = &reader->frames[reader->depth - 1];

    if (frame->kind == FRAME_NODE)
        step_node(reader, frame);
    else if (frame->kind == FRAME_LIST)
        step_list(reader, frame);
    else
        step_unknown(reader, frame);
}

const struct node *node_read(struct node_reader *reader, const char *json, const char *source,
                             int base, bool *more) {
    const struct node *tree;

    reader->at = json;
    reader->source = source;
    reader->base = base;
    reader->depth = 0;
    reader->item_count = 0;
    *more = false;
    if (!json_accept(&reader->at, "{\"version\":"))
        BUG("libpg_query's JSON begins with %.40s", json);
    reader->major = json_integer(&reader->at) / 10000;
    if (!json_accept(&reader->at, ",\"stmts\":[{\"stmt\":"))
        return NULL;
    tree = open_wrapped(reader);
    while (reader->depth)
        step(reader);
    while (*reader->at == ',') { /* stmt_location, stmt_len */
        size_t len;
        reader->at++;
        json_plain(&reader->at, &len);
        json_expect(&reader->at, ':');
        json_skip(&reader->at);
    }
    json_expect(&reader->at, '}');
    *more = *reader->at == ',';
    return tree;
}
