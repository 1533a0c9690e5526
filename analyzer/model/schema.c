#include "model/catalog.h"
#include "model/names.h"
#include "model/schema_edit.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

const char *object_kind_name(enum object_kind kind) {
    static const char *const names[OBJ_KINDS] = {
        [0] = "object",
        [OBJ_TABLE] = "table",
        [OBJ_PARTITIONED_TABLE] = "partitioned table",
        [OBJ_FOREIGN_TABLE] = "foreign table",
        [OBJ_VIEW] = "view",
        [OBJ_MATVIEW] = "matview",
        [OBJ_SEQUENCE] = "sequence",
        [OBJ_INDEX] = "index",
        [OBJ_PARTITIONED_INDEX] = "partitioned index",
        [OBJ_COMPOSITE_TYPE] = "composite type",
        [OBJ_ENUM] = "enum",
        [OBJ_DOMAIN] = "domain",
        [OBJ_RANGE] = "range type",
        [OBJ_BASE_TYPE] = "type",
        [OBJ_FUNCTION] = "function",
        [OBJ_PROCEDURE] = "procedure",
        [OBJ_AGGREGATE] = "aggregate",
        [OBJ_SCHEMA] = "schema",
        [OBJ_EXTENSION] = "extension",
        [OBJ_CONSTRAINT] = "constraint",
        [OBJ_TRIGGER] = "trigger",
        [OBJ_POLICY] = "policy",
        [OBJ_RULE] = "rule",
        [OBJ_STATISTICS] = "statistics object",
        [OBJ_PUBLICATION] = "publication",
        [OBJ_OTHER] = "object",
    };

    return kind < OBJ_KINDS ? names[kind] : names[0];
}

bool object_is_relation(const struct object *object) {
    return object && object->kind >= OBJ_TABLE && object->kind <= OBJ_COMPOSITE_TYPE;
}

bool object_is_type(const struct object *object) {
    return object && object->kind >= OBJ_ENUM && object->kind <= OBJ_BASE_TYPE;
}

bool object_is_function(const struct object *object) {
    return object && object->kind >= OBJ_FUNCTION && object->kind <= OBJ_AGGREGATE;
}

static char *add_escaped(char *out, const char *in, size_t n) {
    if (!memchr(in, '\1', n) && !memchr(in, '\2', n)) {
        memcpy(out, in, n);
        return out + n;
    }
    for (; *in; in++) {
        if (*in == '\1' || *in == '\2')
            *out++ = '\2';
        *out++ = *in;
    }
    return out;
}

const char *schema_key(struct key *key, const char *schema, const char *name) {
    size_t schema_len = schema ? strlen(schema) : 0, name_len = strlen(name);
    char *out = key->bytes;

    if (2 * (schema_len + name_len) + 2 > sizeof(key->bytes))
        return schema_key(key, "", ""); /* no identifier of the grammar is so long */
    if (schema)
        out = add_escaped(out, schema, schema_len);
    *out++ = '\1';
    *add_escaped(out, name, name_len) = '\0';
    return key->bytes;
}

const struct object *schema_object(const struct schema *schema, object_id id) {
    return idmap_get(&schema->objects, id);
}

const struct id_list *schema_users(const struct schema *schema, object_id id) {
    return idmap_get(&schema->users, id);
}

const struct relation *schema_relation_by_id(const struct schema *schema, object_id id) {
    const struct object *object = schema_object(schema, id);
    return object_is_relation(object) ? (const struct relation *)(const void *)object : NULL;
}

/* Ids are kept in maps as pointers to them. */
object_id schema_find(const struct pmap *map, const char *schema, const char *name) {
    struct key key;
    const object_id *id = pmap_get(map, schema_key(&key, schema, name));
    return id ? *id : 0;
}

const char *schema_setting(const struct schema *schema, const char *name) {
    const struct setting *setting = pmap_get(&schema->settings, name);
    return setting ? setting->value : NULL;
}

struct path_reader {
    const char *at;
};

static bool next_as_written(struct path_reader *reader, char *out, size_t room) {
    const char *p = reader->at;
    size_t n = 0;
    bool quoted;

    while (*p == ',' || ascii_isspace(*p))
        p++;
    if (!*p)
        return false;
    quoted = *p == '"';
    p += quoted;
    for (; *p && (quoted || (*p != ',' && !ascii_isspace(*p))); p++) {
        if (quoted && *p == '"' && *++p != '"')
            break;
        if (n + 1 < room)
            out[n++] = quoted ? *p : ascii_tolower(*p);
    }
    out[n] = '\0';
    reader->at = p;
    return true;
}

/* "$user" is left out: who runs the migrations is not known. */
static struct name_list read_path(struct arena *arena, const char *value) {
    struct path_reader reader = {value};
    VEC(const char *) list = {0};
    char element[256];

    while (next_as_written(&reader, element, sizeof(element)))
        if (strcmp(element, "$user") != 0)
            vec_push(arena, &list, arena_strdup(arena, element));
    return (struct name_list){list.n, list.v};
}

const struct setting *schema_new_setting(struct arena *arena, const char *name, const char *value) {
    struct setting *setting = arena_new(arena, struct setting);

    *setting = (struct setting){.name = name, .value = value};
    if (value && strcmp(name, "search_path") == 0)
        setting->path = read_path(arena, value);
    return setting;
}

/*
 * The schemas of the search_path: temporary objects come before them, then pg_catalog (in which the history
 * makes nothing) unless named.
 */
static struct name_list path_of(const struct schema *schema) {
    static const char *const public[] = {"public"}; /* and "$user" before it */
    const struct setting *setting = pmap_get(&schema->settings, "search_path");

    return setting && setting->value ? setting->path : (struct name_list){1, public};
}

static bool schema_exists(const struct schema *schema, const char *name) {
    return schema_find(&schema->schemas, NULL, name) != 0;
}

struct name_list schema_search_path(const struct schema *schema, struct arena *arena) {
    struct name_list path = path_of(schema);
    VEC(const char *) list = {0};

    for (size_t i = 0; i < path.n; i++)
        if (!schema->complete || schema_exists(schema, path.v[i]))
            vec_push(arena, &list, path.v[i]);
    return (struct name_list){list.n, list.v};
}

/* Looks a name up in one of the maps, as the server does; 0: not there. */
object_id schema_look_up(const struct schema *schema, const struct pmap *map, struct name name) {
    struct name_list path;
    object_id id;

    if (!name.name)
        return 0;
    if (name.schema)
        return schema_find(map, schema_real_name(name.schema), name.name);
    path = path_of(schema);
    id = schema->has_temporary ? schema_find(map, TEMPORARY_SCHEMA, name.name) : 0;
    for (size_t i = 0; !id && i < path.n; i++)
        id = schema_find(map, path.v[i], name.name);
    return id;
}

const char *schema_real_name(const char *schema) {
    return schema && strcmp(schema, "pg_temp") == 0 ? TEMPORARY_SCHEMA : schema;
}

const char *schema_creation_namespace(const struct schema *schema) {
    struct name_list path = path_of(schema);

    for (size_t i = 0; i < path.n; i++)
        if (strcmp(path.v[i], "pg_catalog") != 0 &&
            (!schema->complete || schema_exists(schema, path.v[i])))
            return schema_real_name(path.v[i]);
    return NULL;
}

const struct relation *schema_relation(const struct schema *schema, struct name name) {
    return schema_relation_by_id(schema, schema_look_up(schema, &schema->relations, name));
}

struct name schema_resolve(const struct schema *schema, struct name name) {
    const struct relation *relation = schema_relation(schema, name);
    const char *namespace;

    if (relation)
        return (struct name){relation->object.schema, relation->object.name};
    if (name.schema)
        return (struct name){schema_real_name(name.schema), name.name};
    namespace = schema_creation_namespace(schema);
    return (struct name){namespace ? namespace : "public", name.name};
}

const char *schema_display(struct arena *arena, struct name resolved) {
    const char *name = resolved.name ? name_quote(arena, resolved.name) : "";

    const char *namespace;
    size_t n, name_len = strlen(name);
    char *both;

    if (!resolved.schema)
        return name;
    namespace = name_quote(arena, resolved.schema);
    n = strlen(namespace);
    both = arena_alloc(arena, n + name_len + 2);
    memcpy(both, namespace, n);
    both[n] = '.';
    memcpy(both + n + 1, name, name_len);
    return both;
}

const struct type *schema_type(const struct schema *schema, struct name name) {
    const struct object *object =
        schema_object(schema, schema_look_up(schema, &schema->types, name));
    return object_is_type(object) ? (const struct type *)(const void *)object : NULL;
}

/* Types live in one map, functions in lists by name: the first schema of the path that has any. */
static const struct id_list *function_ids(const struct schema *schema, struct name name) {
    struct name_list path = path_of(schema);
    const struct id_list *list = NULL;
    struct key key;

    if (name.schema)
        return pmap_get(&schema->functions,
                        schema_key(&key, schema_real_name(name.schema), name.name));
    for (size_t i = 0; !list && i < path.n; i++)
        list = pmap_get(&schema->functions, schema_key(&key, path.v[i], name.name));
    return list;
}

const struct function *const *schema_functions(const struct schema *schema, struct name name,
                                               size_t *count) {
    const struct id_list *list = name.name ? function_ids(schema, name) : NULL;
    const struct function **functions;

    *count = 0;
    if (!list)
        return NULL;
    functions = arena_array(schema->arena, const struct function *, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const struct object *object = schema_object(schema, list->v[i]);
        if (object_is_function(object))
            functions[(*count)++] = (const struct function *)(const void *)object;
    }
    return functions;
}

const struct other *schema_other(const struct schema *schema, int type, struct name name) {
    const struct pmap *map = type == OBJECT_SCHEMA ? &schema->schemas : &schema->others;
    struct name_list path = path_of(schema);
    object_id id = 0;

    if (!name.name)
        return NULL;
    if (type == OBJECT_SCHEMA)
        return (const struct other *)(const void *)schema_object(schema,
                                                                 schema_find(map, NULL, name.name));
    if (name.schema || !schema_kind_has_namespace(type))
        id = schema_find_other(schema, type, name);
    for (size_t i = 0; !id && !name.schema && i < path.n; i++)
        id = schema_find_other(schema, type, (struct name){path.v[i], name.name});
    return (const struct other *)(const void *)schema_object(schema, id);
}

struct collected {
    struct arena *arena;
    VEC(const struct object *) list;
};

struct foreign_search {
    const struct schema *schema;
    bool found;
};

static void look_for_foreign(const char *key, const void *value, void *context) {
    struct foreign_search *search = context;
    const struct object *object = schema_object(search->schema, *(const object_id *)value);

    (void)key;
    if (object && object->kind == OBJ_EXTENSION && strcmp(object->name, "plpgsql") != 0 &&
        !catalog_extension(object->name, search->schema->target))
        search->found = true;
}

bool schema_knows_all(const struct schema *schema) {
    struct foreign_search search = {schema, false};

    if (!schema->complete || schema->has_unknown)
        return false;
    pmap_each(&schema->others, look_for_foreign, &search);
    return !search.found;
}

static void collect_object(const void *value, void *context) {
    struct collected *collected = context;

    vec_push(collected->arena, &collected->list, value);
}

struct object_list schema_objects(const struct schema *schema, struct arena *arena) {
    struct collected collected = {.arena = arena};

    idmap_each(&schema->objects, collect_object, &collected);
    return (struct object_list){collected.list.n, collected.list.v};
}

static const struct node *definition_of(const struct object *object) {
    if (object_is_function(object))
        return ((const struct function *)(const void *)object)->definition;
    return object->kind == OBJ_VIEW ? ((const struct relation *)(const void *)object)->definition
                                    : NULL;
}

/* OR REPLACE, of something that was perhaps there before the history. */
static bool may_have_replaced(const struct schema *schema, const struct object *object) {
    const struct node *definition = definition_of(object);
    const struct ViewStmt *view = node_if(ViewStmt, definition);
    const struct CreateFunctionStmt *function = node_if(CreateFunctionStmt, definition);

    return !schema->complete && ((view && view->replace) || (function && function->replace));
}

bool object_is_new(const struct schema *schema, const struct object *object) {
    return object && !object->assumed && !object->not_certain &&
           object->maker.migration != (size_t)-1 && object->maker.unit == schema->unit &&
           !may_have_replaced(schema, object);
}

bool relation_is_empty(const struct schema *schema, const struct relation *relation) {
    return relation->rows == ROWS_EMPTY && relation->rows_unit == schema->unit &&
           !relation->object.not_certain;
}

bool relation_is_new_and_empty(const struct schema *schema, const struct relation *relation) {
    if (!relation)
        return false;
    return relation->object.temporary ||
           (object_is_new(schema, &relation->object) && relation->rows == ROWS_EMPTY);
}
