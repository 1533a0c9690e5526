#include "base/ascii.h"
#include "base/bug.h"
#include "config/element.h"

#include <expat.h>
#include <string.h>

enum { DEEPEST = 200, MOST_ELEMENTS = 1000000 };

struct reader {
    struct arena *arena;
    const struct file *file;
    XML_Parser parser;
    VEC(struct element *) open;
    struct element *root;
    size_t count;
    const char *refusal; /* why the parser was stopped; NULL: it was not */
};

static size_t offset_of(const struct reader *reader) {
    XML_Index index = XML_GetCurrentByteIndex(reader->parser);

    return index < 0 ? 0 : (size_t)index;
}

static void stop(struct reader *reader, const char *why) {
    reader->refusal = why;
    XML_StopParser(reader->parser, XML_FALSE);
}

static const char *local_name(const char *name) {
    const char *colon = strrchr(name, ':');

    return colon ? colon + 1 : name;
}

static void XMLCALL begin(void *context, const XML_Char *name, const XML_Char **attributes) {
    struct reader *reader = context;
    struct element *element = arena_new(reader->arena, struct element);

    if (reader->open.n >= DEEPEST) {
        stop(reader, "elements are nested more than 200 deep");
        return;
    }
    if (++reader->count > MOST_ELEMENTS) {
        stop(reader, "more than 1000000 elements");
        return;
    }
    element->name = arena_strdup(reader->arena, local_name(name));
    element->start = offset_of(reader);
    element->end = element->start + (size_t)XML_GetCurrentByteCount(reader->parser);
    for (; *attributes; attributes += 2)
        vec_push(reader->arena, &element->attributes,
                 ((struct element_attribute){arena_strdup(reader->arena, local_name(attributes[0])),
                                             arena_strdup(reader->arena, attributes[1]),
                                             element->start}));
    if (reader->open.n)
        vec_push(reader->arena, &reader->open.v[reader->open.n - 1]->children, element);
    else
        reader->root = element;
    vec_push(reader->arena, &reader->open, element);
}

static void XMLCALL end(void *context, const XML_Char *name) {
    struct reader *reader = context;

    (void)name;
    if (reader->open.n)
        reader->open.n--;
}

static void XMLCALL add_text(void *context, const XML_Char *bytes, int n) {
    struct reader *reader = context;
    const struct file *file = reader->file;
    size_t offset = offset_of(reader), len = (size_t)n;
    bool verbatim = offset + len <= file->len && memcmp(file->bytes + offset, bytes, len) == 0;

    if (!reader->open.n)
        return;
    vec_push(
        reader->arena, &reader->open.v[reader->open.n - 1]->chunks,
        ((struct element_chunk){offset, arena_strndup(reader->arena, bytes, len), len, verbatim}));
}

static void XMLCALL refuse_entity(void *context, const XML_Char *name, int is_parameter,
                                  const XML_Char *value, int value_length, const XML_Char *base,
                                  const XML_Char *system_id, const XML_Char *public_id,
                                  const XML_Char *notation) {
    (void)name, (void)is_parameter, (void)value, (void)value_length;
    (void)base, (void)system_id, (void)public_id, (void)notation;
    stop(context, "a document with entities of its own is not read");
}

static const char *why_not(const struct reader *reader) {
    enum XML_Error code = XML_GetErrorCode(reader->parser);

    if (reader->refusal)
        return reader->refusal;
    if (code == XML_ERROR_NO_MEMORY)
        die_out_of_memory();
    return arena_printf(reader->arena, "this is not valid XML: %s", XML_ErrorString(code));
}

static struct element *parse(struct reader *reader, struct document_error *error) {
    const struct file *file = reader->file;

    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, begin, end);
    XML_SetCharacterDataHandler(reader->parser, add_text);
    XML_SetEntityDeclHandler(reader->parser, refuse_entity);
    if (XML_Parse(reader->parser, file->bytes, (int)file->len, XML_TRUE) == XML_STATUS_OK)
        return reader->root;
    *error = (struct document_error){file_position(file, offset_of(reader)), why_not(reader)};
    return NULL;
}

struct element *element_read_xml(struct arena *arena, const struct file *file,
                                 struct document_error *error) {
    struct reader reader = {.arena = arena, .file = file, .parser = XML_ParserCreate(NULL)};
    struct element *root;

    if (!reader.parser)
        die_out_of_memory();
    root = parse(&reader, error);
    XML_ParserFree(reader.parser);
    return root;
}

const char *element_get(const struct element *element, const char *name) {
    for (size_t i = 0; i < element->attributes.n; i++)
        if (ascii_case_equal(element->attributes.v[i].name, name))
            return element->attributes.v[i].value;
    return NULL;
}

const struct element *element_child(const struct element *element, const char *name) {
    for (size_t i = 0; i < element->children.n; i++)
        if (strcmp(element->children.v[i]->name, name) == 0)
            return element->children.v[i];
    return NULL;
}
